"""Who owns whom, kept beside the store: owner references are looked up by uid at every deletion, and never searched for."""

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

import orjson

from boot.resources.base import Object
from boot.store.store import Key, Stored


class Owners:
    """Every object's uid, and the dependents of each; told of every write."""

    def __init__(self) -> None:
        self._keys: dict[str, Key] = {}
        self._uids: dict[Key, str] = {}
        self._owners: dict[Key, tuple[str, ...]] = {}
        self._dependents: defaultdict[str, set[Key]] = defaultdict(set)

    @classmethod
    def of(cls, everything: Iterable[Stored]) -> "Owners":
        owners = cls()
        for stored in everything:
            owners.put(stored.key, orjson.loads(stored.data)["metadata"])
        return owners

    def put(self, key: Key, metadata: Object) -> None:
        """`metadata` of the object as it is now."""
        uid = metadata["uid"]
        owners = tuple(owner["uid"] for owner in metadata.get("ownerReferences") or ())
        if self._uids.get(key) == uid and self._owners.get(key, ()) == owners:
            return
        self.remove(key)
        self._keys[uid] = key
        self._uids[key] = uid
        if owners:
            self._owners[key] = owners
        for owner in owners:
            self._dependents[owner].add(key)

    def remove(self, key: Key) -> None:
        uid = self._uids.pop(key, None)
        if uid is not None:
            self._keys.pop(uid, None)
        for owner in self._owners.pop(key, ()):
            self._dependents[owner].discard(key)
            if not self._dependents[owner]:
                del self._dependents[owner]

    def find(self, uid: str) -> Key | None:
        """Where the object with that uid is; None when there is none (any more)."""
        return self._keys.get(uid)

    def dependents(self, uid: str) -> AbstractSet[Key]:
        """Objects with an owner reference to `uid`."""
        return frozenset(self._dependents.get(uid, ()))
