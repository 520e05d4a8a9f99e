"""THE CORRIDOR: one verb per file, a message's life read top-down; every verb takes a batch and is one transaction."""
