"""The garbage collector: what a deletion sets in motion (dependents, a namespace's content, a CRD's objects).

It works at once and in the request that asked for the deletion, so nobody waits for a later pass; what a finalizer holds up
goes on when that finalizer is taken away.
"""

from collections.abc import Callable, Iterable
from typing import Protocol

import orjson

from boot.errors import NotFound
from boot.plane.deletion import CRD_CLEANUP, FOREGROUND, ORPHAN, blocks, is_crd, is_namespace, without_finalizer, without_owner
from boot.plane.owners import Owners
from boot.resources.base import Object
from boot.resources.kinds import CUSTOM_RESOURCE_DEFINITION, NAMESPACE, Kind
from boot.store.store import Key, Store


class Remover(Protocol):
    """What the collector asks of the plane."""

    async def delete_stored(self, key: Key, propagation: str) -> None:
        """Delete as a client would; NotFound when it is gone or its kind is no longer served."""
        ...

    async def adjust(self, key: Key, change: Callable[[Object], Object]) -> None:
        """A write of the plane's own, without admission; nothing when the object is gone."""
        ...


class Collector:
    """`began` and `ended` are told of every deletion once its object is written or removed, outside any lock."""

    def __init__(self, store: Store, remover: Remover) -> None:
        self._store = store
        self._remover = remover

    async def began(self, kind: Kind, obj: Object, owners: Owners) -> None:
        """`obj` has a deletionTimestamp and is held by something."""
        uid, finalizers = obj["metadata"]["uid"], obj["metadata"].get("finalizers") or ()
        if is_namespace(kind):
            await self._delete_all(stored.key for stored in self._store.everything() if stored.key.namespace == _name(obj))
        if CRD_CLEANUP in finalizers and is_crd(kind):
            await self._delete_all(stored.key for stored in self._store.list(*_served_by(obj)))
        if ORPHAN in finalizers:
            for key in owners.dependents(uid):
                await self._remover.adjust(key, lambda dependent: without_owner(dependent, uid))
            await self._take(kind, obj, ORPHAN)
        elif FOREGROUND in finalizers:
            for key in owners.dependents(uid):
                dependent = self._read(key)
                has_its_own = dependent is not None and owners.dependents(dependent["metadata"]["uid"])
                await self._delete(key, "Foreground" if has_its_own else "Background")
        await self._finish(kind, obj, owners)

    async def ended(self, kind: Kind, obj: Object, owners: Owners) -> None:
        """`obj` is gone: its dependents follow, and whoever waited for it may go on."""
        uid = obj["metadata"]["uid"]
        for key in owners.dependents(uid):
            dependent = self._read(key) or {"metadata": {}}
            others = [owner["uid"] for owner in dependent["metadata"].get("ownerReferences") or () if owner["uid"] != uid]
            if any(owners.find(other) for other in others):
                await self._remover.adjust(key, lambda found: without_owner(found, uid))
            else:
                await self._delete(key, "Background")
        for owner in obj["metadata"].get("ownerReferences") or ():
            if found := owners.find(owner["uid"]):
                await self._finish_stored(found, owners)
        if namespace := obj["metadata"].get("namespace"):
            await self._finish_stored(Key("", NAMESPACE.plural, "", namespace), owners)
        crd = Key(CUSTOM_RESOURCE_DEFINITION.group, CUSTOM_RESOURCE_DEFINITION.plural, "", f"{kind.plural}.{kind.group}")
        await self._finish_stored(crd, owners)

    async def _finish_stored(self, key: Key, owners: Owners) -> None:
        stored = self._store.get(key)
        # Looked for in the bytes first: a CRD's schema can be a megabyte, and this is asked at every deletion.
        if stored is None or b'"deletionTimestamp"' not in stored.data:
            return
        obj = self._read(key)
        if obj is not None and obj["metadata"].get("deletionTimestamp"):
            await self._finish(Kind(key.group, "", "", key.plural), obj, owners)

    async def _finish(self, kind: Kind, obj: Object, owners: Owners) -> None:
        """Take away our own finalizers whose work is done."""
        uid, finalizers = obj["metadata"]["uid"], obj["metadata"].get("finalizers") or ()
        if FOREGROUND in finalizers and not any(self._blocks(key, uid) for key in owners.dependents(uid)):
            await self._take(kind, obj, FOREGROUND)
        if CRD_CLEANUP in finalizers and is_crd(kind) and not self._store.list(*_served_by(obj)):
            await self._take(kind, obj, CRD_CLEANUP)
        if is_namespace(kind) and not any(stored.key.namespace == _name(obj) for stored in self._store.everything()):
            await self._remover.adjust(Key("", kind.plural, "", _name(obj)), lambda found: found | {"spec": {}})

    async def _take(self, kind: Kind, obj: Object, finalizer: str) -> None:
        key = Key(kind.group, kind.plural, obj["metadata"].get("namespace", ""), _name(obj))
        await self._remover.adjust(key, lambda found: without_finalizer(found, finalizer))

    async def _delete_all(self, keys: Iterable[Key]) -> None:
        for key in list(keys):
            await self._delete(key, "Background")

    async def _delete(self, key: Key, propagation: str) -> None:
        try:
            await self._remover.delete_stored(key, propagation)
        except NotFound:  # by somebody else meanwhile
            return

    def _blocks(self, key: Key, owner_uid: str) -> bool:
        dependent = self._read(key)
        return dependent is not None and blocks(dependent, owner_uid)

    def _read(self, key: Key) -> Object | None:
        stored = self._store.get(key)
        obj: Object | None = orjson.loads(stored.data) if stored else None
        return obj


def _name(obj: Object) -> str:
    return str(obj["metadata"]["name"])


def _served_by(crd: Object) -> tuple[str, str]:
    """Group and plural of the objects that a CustomResourceDefinition stands for."""
    plural, _, group = _name(crd).partition(".")
    return group, plural
