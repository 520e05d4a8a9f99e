"""THE DOORS: protocols between the corridor and the plumbing."""
