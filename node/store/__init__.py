"""What the node remembers (库). Only here is peewee known; rows never leave, methods take and give frozen records."""

from node.store.drafts import StaleVersionError
from node.store.enclosures import DamagedEnclosureError
from node.store.store import Store, open_store

__all__ = ["DamagedEnclosureError", "StaleVersionError", "Store", "open_store"]
