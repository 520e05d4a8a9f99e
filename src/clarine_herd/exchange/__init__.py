"""The farm's data in and out as files: CSV tables, and resources of ICAR's Animal Data Exchange as JSON."""
