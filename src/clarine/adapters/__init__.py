"""THE PLUMBING: implements the ports; pipes never call the corridor and do not touch each other."""
