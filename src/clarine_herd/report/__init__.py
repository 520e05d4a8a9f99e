"""The daily and the weekly report: what is in it (``facts``), how it stands on paper (``sections``), drawn (``draw``)."""
