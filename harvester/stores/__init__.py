"""Where objects are kept: one Protocol, a local folder and S3 behind it."""

from harvester.stores.opening import open_store
from harvester.stores.store import Entry, Store, Upload, ignore

__all__ = ["Entry", "Store", "Upload", "ignore", "open_store"]
