"""The farm in the browser: pages that Herd writes itself, small and readable without a script, for whoever holds a visit."""
