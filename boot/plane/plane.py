"""The Kubernetes verbs over the store. Every rule is here once, for the HTTP server and for the local client."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4
from weakref import WeakValueDictionary

from boot.clock import Clock, rfc3339
from boot.errors import AlreadyExists, BadRequest, Conflict, NotFound
from boot.plane.admission import admit, read_object
from boot.plane.catalog import Catalog
from boot.plane.codec import decode, decode_deleted, encode
from boot.plane.garbage import find_orphans
from boot.plane.options import DeleteOptions, ListOptions, WatchOptions, WriteOptions
from boot.plane.paging import Page, cut_page
from boot.plane.patching import apply_patch
from boot.plane.watching import WatchEvent, Watching
from boot.plane.writes import (
    GENERATED,
    build_created,
    build_updated,
    check_update,
    modified,
    same,
)
from boot.resources.base import Object
from boot.resources.builtin import BUILTIN
from boot.resources.crds import own_crds
from boot.resources.kinds import CUSTOM_RESOURCE_DEFINITION, NAMESPACE, Definition, Kind, Version
from boot.store.selectors import Predicate, parse_field_selector, parse_label_selector
from boot.store.store import Key, Store

NAMESPACES = ("default", "kube-system", "sidero-system", "sidero-tui")
"""There from the start."""


@dataclass(frozen=True, slots=True)
class _Target:
    """One object's address, resolved."""

    kind: Kind
    definition: Definition
    version: Version
    key: Key


class Plane:
    """Objects in, objects out, always the caller's own copies; every failure is an ApiError."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._locks: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()
        self.catalog = Catalog(BUILTIN)

    async def start(self) -> None:
        """Serve what is stored, and make sure our own kinds and namespaces are there and current."""
        self._load_catalog()
        for name in NAMESPACES:
            if self._store.get(Key("", NAMESPACE.plural, "", name)) is None:
                await self.create(NAMESPACE, {"metadata": {"name": name}}, WriteOptions())
        for crd in own_crds():
            key = Key(CUSTOM_RESOURCE_DEFINITION.group, CUSTOM_RESOURCE_DEFINITION.plural, "", crd["metadata"]["name"])
            if self._store.get(key) is None:
                await self.create(CUSTOM_RESOURCE_DEFINITION, crd, WriteOptions())
            else:
                await self.update(CUSTOM_RESOURCE_DEFINITION, key.name, "", crd, WriteOptions())

    # Reads

    @property
    def revision(self) -> int:
        return self._store.revision

    def get(self, kind: Kind, name: str, namespace: str = "") -> Object:
        target = self._target(kind, name, namespace)
        stored = self._store.get(target.key)
        if stored is None:
            raise _not_found(kind, name)
        return decode(stored, target.definition, kind.version)

    def list(self, kind: Kind, namespace: str, options: ListOptions) -> Page:
        definition, _ = self.catalog.resolve_kind(kind)
        matches = self._predicate(kind, options.label_selector, options.field_selector)
        objects = (decode(stored, definition, kind.version) for stored in self._store.list(kind.group, kind.plural, namespace))
        return cut_page([obj for obj in objects if matches(obj)], options, self._store.revision)

    def watch(self, kind: Kind, namespace: str, options: WatchOptions) -> AsyncIterator[WatchEvent]:
        """Expired, at the start or later, when what comes next is no longer kept."""
        definition, _ = self.catalog.resolve_kind(kind)
        matches = self._predicate(kind, options.label_selector, options.field_selector)
        return Watching(self._store, definition, kind.version, namespace, matches).events(options)

    def _predicate(self, kind: Kind, labels: str, fields: str) -> Predicate:
        by_label, by_field = parse_label_selector(labels), parse_field_selector(fields, kind.group, kind.plural)
        return lambda obj: by_label(obj) and by_field(obj)

    # Writes

    async def create(self, kind: Kind, obj: Object, options: WriteOptions) -> Object:
        obj = read_object(obj, kind)
        metadata = obj["metadata"]
        if metadata.get("resourceVersion"):
            raise BadRequest("resourceVersion should not be set on objects to be created")
        if not metadata.get("name") and metadata.get("generateName"):
            suffix = "".join(random.choices(GENERATED, k=5))  # noqa: S311  # a name, not a secret
            metadata["name"] = metadata["generateName"] + suffix
        target = self._target(kind, metadata.get("name") or "", metadata.get("namespace") or "")
        self._check_namespace(target)
        async with self._lock(target.key):
            if self._store.get(target.key) is not None:
                raise AlreadyExists(
                    f'{kind.resource} "{target.key.name}" already exists',
                    name=target.key.name,
                    group=kind.group,
                    kind=kind.plural,
                )
            created = build_created(obj, has_status=target.version.has_status, uid=str(uuid4()), now=rfc3339(self._clock.now()))
            admit(kind, target.version, created, options, rfc3339(self._clock.now()))
            return await self._store_object(target, created, options)

    async def update(
        self, kind: Kind, name: str, namespace: str, obj: Object, options: WriteOptions, subresource: str = ""
    ) -> Object:
        target = self._target(kind, name, namespace)
        self._check_subresource(target, subresource)
        obj = read_object(obj, kind)
        if obj["metadata"].get("name") != name:
            raise BadRequest(
                f"the name of the object ({obj['metadata'].get('name')}) does not match the name on the URL ({name})"
            )
        async with self._lock(target.key):
            old = self.get(kind, name, namespace)
            wanted = obj["metadata"].get("resourceVersion")
            if wanted and wanted != old["metadata"]["resourceVersion"]:
                raise modified(kind, name)
            return await self._replace(target, old, obj, options, subresource)

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
        target = self._target(kind, name, namespace)
        self._check_subresource(target, subresource)
        async with self._lock(target.key):
            old = self.get(kind, name, namespace)
            new = read_object(apply_patch(old, patch, patch_type, target.definition), kind)
            if any(new["metadata"].get(field) != old["metadata"].get(field) for field in ("name", "namespace")):
                raise BadRequest("a patch may not change the name or the namespace")
            if new["metadata"].get("resourceVersion") != old["metadata"]["resourceVersion"]:
                raise modified(kind, name)
            return await self._replace(target, old, new, options, subresource)

    async def delete(self, kind: Kind, name: str, namespace: str, options: DeleteOptions) -> Object:
        """The object as it was last; it is still there, with a deletionTimestamp, while it has finalizers."""
        target = self._target(kind, name, namespace)
        async with self._lock(target.key):
            old = self.get(kind, name, namespace)
            self._check_preconditions(kind, old, options)
            if options.dry_run:
                return old
            if old["metadata"].get("finalizers"):
                if old["metadata"].get("deletionTimestamp"):
                    return old
                old["metadata"] |= {"deletionTimestamp": rfc3339(self._clock.now()), "deletionGracePeriodSeconds": 0}
                return await self._store_object(target, old, WriteOptions())
            removed = await self._remove(target)
        await self._cascade(target, removed, options.propagation)
        return removed

    async def delete_collection(self, kind: Kind, namespace: str, listing: ListOptions, options: DeleteOptions) -> Page:
        """Delete everything that `listing` selects; returns what it selected."""
        page = self.list(kind, namespace, listing)
        for obj in page.items:
            try:
                await self.delete(kind, obj["metadata"]["name"], obj["metadata"].get("namespace", ""), options)
            except NotFound:  # deleted by a cascade or by somebody else meanwhile
                continue
        return page

    # Parts of a write

    async def _replace(self, target: _Target, old: Object, new: Object, options: WriteOptions, subresource: str) -> Object:
        check_update(target.kind, target.definition, old, new)
        updated = build_updated(old, new, has_status=target.version.has_status, subresource=subresource)
        admit(target.kind, target.version, updated, options, rfc3339(self._clock.now()))
        if same(old, updated):
            return old
        if updated["metadata"].get("deletionTimestamp") and not updated["metadata"].get("finalizers"):
            if options.dry_run:
                return updated
            removed = await self._remove(target)
            await self._cascade(target, removed, "Background")
            return removed
        return await self._store_object(target, updated, options)

    async def _store_object(self, target: _Target, obj: Object, options: WriteOptions) -> Object:
        if options.dry_run:
            return obj
        await self._store.put(target.key, encode(obj, target.definition))
        self._after_write(target)
        return self.get(target.kind, target.key.name, target.key.namespace)

    async def _remove(self, target: _Target) -> Object:
        stored = self._store.get(target.key)
        if stored is None:
            raise _not_found(target.kind, target.key.name)
        revision = await self._store.remove(target.key)
        self._after_write(target)
        return decode_deleted(stored, revision, target.definition, target.kind.version)

    async def _cascade(self, target: _Target, removed: Object, propagation: str) -> None:
        """What goes with an object that is gone: a namespace's or a CRD's content, and dependents by owner reference."""
        if target.kind.plural == NAMESPACE.plural and not target.kind.group:
            doomed = [s for s in self._store.everything() if s.key.namespace == target.key.name]
        elif target.kind.plural == CUSTOM_RESOURCE_DEFINITION.plural:
            plural, _, group = target.key.name.partition(".")
            doomed = self._store.list(group, plural)
        elif propagation == "Orphan":
            return
        else:
            doomed = list(find_orphans(self._store.everything(), removed["metadata"]["uid"]))
        for stored in doomed:
            key = stored.key
            await self._delete_quietly(key)

    async def _delete_quietly(self, key: Key) -> None:
        for definition in self.catalog.definitions():
            if (definition.group, definition.plural) == (key.group, key.plural):
                kind = definition.kind_for(definition.storage_version.name)
                try:
                    await self.delete(kind, key.name, key.namespace, DeleteOptions())
                except NotFound:
                    return
                return
        # Its kind is no longer served (its CRD went first), so no finalizer of it can be honoured either.
        await self._store.remove(key)

    def _after_write(self, target: _Target) -> None:
        if target.kind.plural == CUSTOM_RESOURCE_DEFINITION.plural:
            self._load_catalog()

    def _load_catalog(self) -> None:
        kind = CUSTOM_RESOURCE_DEFINITION
        self.catalog.load(self._store.list(kind.group, kind.plural))

    # Checks

    def _target(self, kind: Kind, name: str, namespace: str) -> _Target:
        definition, version = self.catalog.resolve_kind(kind)
        if definition.namespaced and not namespace:
            raise BadRequest("an empty namespace may not be set when a resource name is provided")
        return _Target(kind, definition, version, Key(kind.group, kind.plural, namespace if definition.namespaced else "", name))

    def _check_namespace(self, target: _Target) -> None:
        namespace = target.key.namespace
        if namespace and self._store.get(Key("", NAMESPACE.plural, "", namespace)) is None:
            raise NotFound(f'namespaces "{namespace}" not found', name=namespace, kind="namespaces")

    def _check_subresource(self, target: _Target, subresource: str) -> None:
        if subresource == "status" and not target.version.has_status:
            raise NotFound("the server could not find the requested resource")

    def _check_preconditions(self, kind: Kind, old: Object, options: DeleteOptions) -> None:
        metadata = old["metadata"]
        for wanted, actual, words in (
            (options.uid, metadata["uid"], "UID"),
            (options.resource_version, metadata["resourceVersion"], "ResourceVersion"),
        ):
            if wanted and wanted != actual:
                raise Conflict(
                    f'Operation cannot be fulfilled on {kind.resource} "{metadata["name"]}": Precondition failed: '
                    f"{words} in precondition: {wanted}, {words} in object meta: {actual}",
                    name=metadata["name"],
                    group=kind.group,
                    kind=kind.plural,
                )

    @asynccontextmanager
    async def _lock(self, key: Key) -> AsyncIterator[None]:
        """Writes to one object go one after the other; those to different ones share a transaction."""
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            yield


def _not_found(kind: Kind, name: str) -> NotFound:
    return NotFound(f'{kind.resource} "{name}" not found', name=name, group=kind.group, kind=kind.plural)
