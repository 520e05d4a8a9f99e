"""THE FACE: the built pages, in dist/; their source is web/ at the top of the project."""
