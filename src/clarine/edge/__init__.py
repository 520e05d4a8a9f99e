"""THE FRONT DOORS: bytes in, flow, bytes out; no rules live here."""
