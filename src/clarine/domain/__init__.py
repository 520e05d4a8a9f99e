"""THE RULES: pure, synchronous, no clock, no random, no I/O; facts in, decision out."""
