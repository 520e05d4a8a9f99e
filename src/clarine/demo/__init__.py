"""THE DEMO: a story that plays by itself on a whole server, for a human to watch or for a machine to judge."""
