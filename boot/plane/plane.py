"""The Kubernetes verbs over the store. Every rule is below this, once, for the HTTP server and for the local client."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import orjson

from boot.clock import Clock
from boot.errors import NotFound, ServiceUnavailable
from boot.plane.audit import Audit
from boot.plane.catalog import Catalog
from boot.plane.deleting import Deleting
from boot.plane.expiring import expired_events
from boot.plane.objects import Objects
from boot.plane.options import DeleteOptions, ListOptions, WatchOptions, WriteOptions
from boot.plane.paging import Page
from boot.plane.patching import APPLY
from boot.plane.reading import Reading
from boot.plane.restoring import NAMESPACES, check_replaceable
from boot.plane.watching import WatchEvent
from boot.plane.writing import Check, Writing
from boot.resources.base import Object
from boot.resources.builtin import BUILTIN
from boot.resources.crds import own_crds
from boot.resources.kinds import CUSTOM_RESOURCE_DEFINITION, NAMESPACE, Kind
from boot.store.snapshot import decode_snapshot
from boot.store.store import Key, Store

_EXPIRE_EVERY = 60.0
"""Seconds between two looks for Events to expire."""


class Plane:
    """Objects in, objects out, always the caller's own copies; every failure is an ApiError."""

    def __init__(self, store: Store, clock: Clock, check: Check = lambda *_object: []) -> None:
        """`check` is what a validating webhook would be: it sees every object that is written."""
        self._store = store
        self._clock = clock
        self.catalog = Catalog(BUILTIN)
        self._objects = Objects(store, self.catalog)
        self._reading = Reading(store, self.catalog, self._objects)
        self.audit = Audit()
        self._deleting = Deleting(store, self._objects, self._reading, clock, self.audit)
        self._writing = Writing(self._objects, self._deleting.collector, clock, self.audit, check)

    async def start(self) -> None:
        """Serve what is stored, and make sure our own kinds and namespaces are there and current."""
        self._objects.load_catalog()
        with suppress(ServiceUnavailable):  # on a full or damaged disk what there is is served as it is
            await self._make_own()

    @property
    def trouble(self) -> str:
        """Why nothing can be written at the moment, or ""."""
        return self._store.trouble

    @property
    def revision(self) -> int:
        return self._store.revision

    async def snapshot(self) -> bytes:
        """Everything, as `restore` takes it."""
        return await self._store.snapshot()

    async def restore(self, data: bytes, *, replace: bool) -> int:
        """Put a snapshot in the place of everything; returns the revision from which on the plane is that.

        ConfigError when `data` is no whole snapshot; Conflict when the plane holds more than it made by itself and
        `replace` does not allow that to go. Every open watch ends with Expired.
        """
        snapshot = await asyncio.to_thread(decode_snapshot, data)
        if not replace:
            check_replaceable(self._store.everything())
        revision = await self._store.replace_all(snapshot.objects, snapshot.revision)
        self._objects.begin_anew()
        await self.start()
        return revision

    async def _make_own(self) -> None:
        for name in NAMESPACES:
            if self._store.get(Key("", NAMESPACE.plural, "", name)) is None:
                await self.create(NAMESPACE, {"metadata": {"name": name}}, WriteOptions())
        for crd in own_crds():
            key = Key(CUSTOM_RESOURCE_DEFINITION.group, CUSTOM_RESOURCE_DEFINITION.plural, "", crd["metadata"]["name"])
            stored = self._store.get(key)
            if stored is None:
                await self.create(CUSTOM_RESOURCE_DEFINITION, crd, WriteOptions())
            elif not _is_current(orjson.loads(stored.data), crd):
                await self.update(CUSTOM_RESOURCE_DEFINITION, key.name, "", crd, WriteOptions())

    async def keep_expiring(self) -> None:
        """Delete Events whose time is over, now and then, until cancelled."""
        while True:
            await self._clock.sleep(_EXPIRE_EVERY)
            due = expired_events(self._store.everything(), self._clock.now())
            await asyncio.gather(*map(self._expire, due))

    async def _expire(self, key: Key) -> None:
        with suppress(ServiceUnavailable, NotFound):  # a disk that takes nothing now may later; who is gone is gone
            await self._deleting.delete_stored(key, "Background")

    # Verbs; `subresource` is "", status, scale or, of a namespace, finalize

    def get(self, kind: Kind, name: str, namespace: str = "", subresource: str = "") -> Object:
        return self._reading.get(kind, name, namespace, subresource)

    def get_text(self, kind: Kind, name: str, namespace: str = "") -> bytes:
        """As JSON, for who sends it on: that costs a fraction."""
        return self._reading.get_text(kind, name, namespace)

    def list(self, kind: Kind, namespace: str, options: ListOptions) -> Page[Object]:
        return self._reading.list(kind, namespace, options)

    def list_texts(self, kind: Kind, namespace: str, options: ListOptions) -> Page[bytes]:
        return self._reading.list_texts(kind, namespace, options)

    def watch_texts(self, kind: Kind, namespace: str, options: WatchOptions) -> AsyncIterator[bytes]:
        return self._reading.watch_texts(kind, namespace, options)

    def watch(self, kind: Kind, namespace: str, options: WatchOptions) -> AsyncIterator[WatchEvent]:
        return self._reading.watch(kind, namespace, options)

    async def create(self, kind: Kind, obj: Object, options: WriteOptions) -> Object:
        return await self._writing.create(kind, obj, options)

    async def update(
        self, kind: Kind, name: str, namespace: str, obj: Object, options: WriteOptions, subresource: str = ""
    ) -> Object:
        return await self._writing.update(kind, name, namespace, obj, options, subresource)

    async def patch(
        self,
        kind: Kind,
        name: str,
        namespace: str,
        patch: Any,
        patch_type: str,
        options: WriteOptions,
        subresource: str = "",
    ) -> Object:
        """`patch_type` is the content type; UnsupportedMediaType where the kind does not take it."""
        if patch_type == APPLY:
            applied, _ = await self.apply(kind, name, namespace, patch, options, subresource)
            return applied
        return await self._writing.patch(kind, name, namespace, patch, patch_type, options, subresource)

    async def apply(
        self, kind: Kind, name: str, namespace: str, configuration: Any, options: WriteOptions, subresource: str = ""
    ) -> tuple[Object, bool]:
        """Server-side apply; says whether the object is new."""
        return await self._writing.apply(kind, name, namespace, configuration, options, subresource)

    async def delete(self, kind: Kind, name: str, namespace: str, options: DeleteOptions) -> Object:
        """The object as it was last; it is still there, with a deletionTimestamp, while it has finalizers."""
        return await self._deleting.delete(kind, name, namespace, options)

    async def delete_collection(self, kind: Kind, namespace: str, listing: ListOptions, options: DeleteOptions) -> Page[Object]:
        """Delete everything that `listing` selects; returns what it selected."""
        return await self._deleting.delete_collection(kind, namespace, listing, options)


def _is_current(stored: Object, crd: Object) -> bool:
    """Whether a definition of ours is as it is now: most are, and to admit each again costs every start a while."""
    labels = stored["metadata"].get("labels") or {}
    return stored["spec"] == crd["spec"] and (crd["metadata"].get("labels") or {}).items() <= labels.items()
