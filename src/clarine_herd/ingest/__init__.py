"""The doors that collar data comes in by, one file each; all of them end in the table of ``clarine_herd.readings``."""
