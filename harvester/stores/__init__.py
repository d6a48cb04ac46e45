"""Object stores: one Protocol, implemented by a local folder and by S3."""

from harvester.stores.opening import open_store
from harvester.stores.store import Entry, Store, Upload, ignore

__all__ = ["Entry", "Store", "Upload", "ignore", "open_store"]
