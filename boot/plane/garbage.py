"""Owner references: who goes when an owner is gone (background cascading deletion)."""

from collections.abc import Iterable, Iterator

import orjson

from boot.resources.base import Object
from boot.store.store import Stored


def find_orphans(everything: Iterable[Stored], owner_uid: str) -> Iterator[Stored]:
    """Objects owned by `owner_uid` and by nobody else who still exists."""
    objects = list(everything)
    needle = owner_uid.encode()
    for stored in objects:
        # Most objects do not mention the uid at all: a search in the bytes is far cheaper than decoding each.
        if needle not in stored.data:
            continue
        owners = [owner["uid"] for owner in _owners(orjson.loads(stored.data))]
        if owner_uid in owners and not any(_exists(objects, uid) for uid in owners if uid != owner_uid):
            yield stored


def _owners(obj: Object) -> list[Object]:
    return list(obj["metadata"].get("ownerReferences") or ())


def _exists(objects: list[Stored], uid: str) -> bool:
    needle = uid.encode()
    return any(needle in stored.data and orjson.loads(stored.data)["metadata"]["uid"] == uid for stored in objects)
