"""``python -m clarine`` is the command line."""

from clarine.cli import main

main()
