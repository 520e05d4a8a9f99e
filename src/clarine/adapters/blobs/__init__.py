"""Media on disk: kept by hash, typed by content, with thumbnails beside."""

from clarine.adapters.blobs.disk import DiskBlobs
from clarine.adapters.blobs.sniffing import sniff

__all__ = ["DiskBlobs", "sniff"]
