"""The consoles of businesses and of the operator: JSON under /console/v1 for the pages at /business and /operator."""
