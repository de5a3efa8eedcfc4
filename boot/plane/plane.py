"""The Kubernetes verbs over the store. Every rule is here once, for the HTTP server and for the local client."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4
from weakref import WeakValueDictionary

from boot.clock import Clock, rfc3339
from boot.errors import AlreadyExists, BadRequest, Conflict, NotFound, ServiceUnavailable
from boot.plane.admission import admit, read_object
from boot.plane.catalog import Catalog
from boot.plane.codec import decode, decode_deleted, encode
from boot.plane.collector import Collector
from boot.plane.deletion import begin_deletion, held, is_crd
from boot.plane.namespaces import check_content_allowed, check_deletable
from boot.plane.options import DeleteOptions, ListOptions, WatchOptions, WriteOptions
from boot.plane.owners import Owners
from boot.plane.paging import Page, cut_page, find_start, too_old
from boot.plane.patching import apply_patch
from boot.plane.restoring import NAMESPACES, check_replaceable
from boot.plane.subresources import check_subresource, kind_of, read_subresource, write_subresource
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
from boot.store.snapshot import decode_snapshot
from boot.store.store import Key, Store


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
        self._owners = Owners.of(store.everything())
        self._collector = Collector(store, self)
        self.catalog = Catalog(BUILTIN)

    async def start(self) -> None:
        """Serve what is stored, and make sure our own kinds and namespaces are there and current."""
        self._load_catalog()
        with suppress(ServiceUnavailable):  # on a full or damaged disk what there is is served as it is
            await self._make_own()

    @property
    def trouble(self) -> str:
        """Why nothing can be written at the moment, or ""."""
        return self._store.trouble

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
        self._owners = Owners.of(self._store.everything())
        await self.start()
        return revision

    async def _make_own(self) -> None:
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

    def get(self, kind: Kind, name: str, namespace: str = "", subresource: str = "") -> Object:
        target = self._target(kind, name, namespace)
        check_subresource(target.definition, target.version, subresource)
        return read_subresource(self._read(target), target.version, subresource)

    def _read(self, target: _Target) -> Object:
        stored = self._store.get(target.key)
        if stored is None:
            raise _not_found(target.kind, target.key.name)
        return decode(stored, target.definition, target.kind.version)

    def list(self, kind: Kind, namespace: str, options: ListOptions) -> Page:
        """One page of a list; all its pages are of one revision. Expired when that is no longer kept."""
        definition, _ = self.catalog.resolve_kind(kind)
        matches = self._predicate(kind, options.label_selector, options.field_selector)
        start = find_start(options, self._store.revision)
        revision = self._store.revision if start.revision is None else start.revision
        stored = self._store.list(kind.group, kind.plural, namespace) if revision == self._store.revision else None
        if stored is None:
            raise too_old(options, start.position)
        rest = (entry for entry in stored if (entry.key.namespace, entry.key.name) > start.position)
        objects = (decode(entry, definition, kind.version) for entry in rest)
        return cut_page([obj for obj in objects if matches(obj)], options, revision)

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
        async with self._lock(target.key):
            if self._store.get(target.key) is not None:
                raise AlreadyExists(
                    f'{kind.resource} "{target.key.name}" already exists',
                    name=target.key.name,
                    group=kind.group,
                    kind=kind.plural,
                )
            return await self._create(target, obj, options)

    async def update(
        self, kind: Kind, name: str, namespace: str, obj: Object, options: WriteOptions, subresource: str = ""
    ) -> Object:
        target = self._target(kind, name, namespace)
        check_subresource(target.definition, target.version, subresource)
        obj = read_object(obj, kind_of(kind, subresource))
        if obj["metadata"].get("name") != name:
            raise BadRequest(
                f"the name of the object ({obj['metadata'].get('name')}) does not match the name on the URL ({name})"
            )

        def replace(old: Object) -> Object:
            wanted = obj["metadata"].get("resourceVersion")
            if wanted and wanted != old["metadata"]["resourceVersion"]:
                raise modified(kind, name)
            return obj

        return await self._change(target, replace, options, subresource)

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
        check_subresource(target.definition, target.version, subresource)

        def patched(old: Object) -> Object:
            shown = read_subresource(old, target.version, subresource)
            new = read_object(apply_patch(shown, patch, patch_type, target.definition), kind_of(kind, subresource))
            if any(new["metadata"].get(field) != shown["metadata"].get(field) for field in ("name", "namespace")):
                raise BadRequest("a patch may not change the name or the namespace")
            if new["metadata"].get("resourceVersion") != shown["metadata"]["resourceVersion"]:
                raise modified(kind, name)
            return new

        return await self._change(target, patched, options, subresource)

    async def delete(self, kind: Kind, name: str, namespace: str, options: DeleteOptions) -> Object:
        """The object as it was last; it is still there, with a deletionTimestamp, while it has finalizers."""
        target = self._target(kind, name, namespace)
        check_deletable(kind, name)
        async with self._lock(target.key):
            old = self._read(target)
            self._check_preconditions(kind, old, options)
            marked = begin_deletion(kind, old, options.propagation, rfc3339(self._clock.now()))
            stays = held(kind, marked)
            if options.dry_run or (stays and same(old, marked)):
                return marked if stays else old
            left = await (self._store_object(target, marked, WriteOptions()) if stays else self._remove(target))
        await (self._collector.began if stays else self._collector.ended)(kind, left, self._owners)
        return left

    async def delete_collection(self, kind: Kind, namespace: str, listing: ListOptions, options: DeleteOptions) -> Page:
        """Delete everything that `listing` selects; returns what it selected."""
        page = self.list(kind, namespace, listing)
        for obj in page.items:
            try:
                await self.delete(kind, obj["metadata"]["name"], obj["metadata"].get("namespace", ""), options)
            except NotFound:  # deleted by a cascade or by somebody else meanwhile
                continue
        return page

    # What the garbage collector asks for (boot.plane.collector.Remover)

    async def delete_stored(self, key: Key, propagation: str) -> None:
        await self.delete(self._stored_kind(key), key.name, key.namespace, DeleteOptions(propagation=propagation))

    async def adjust(self, key: Key, change: Callable[[Object], Object]) -> None:
        target = self._target(self._stored_kind(key), key.name, key.namespace)
        async with self._lock(key):
            if self._store.get(key) is None:
                return
            written, removed = await self._put(target, change(self._read(target)), WriteOptions())
        if removed:
            await self._collector.ended(target.kind, written, self._owners)

    def _stored_kind(self, key: Key) -> Kind:
        """The kind in its stored version; NotFound when it is no longer served."""
        for definition in self.catalog.definitions():
            if (definition.group, definition.plural) == (key.group, key.plural):
                return definition.kind_for(definition.storage_version.name)
        raise NotFound("the server could not find the requested resource")

    # Parts of a write

    async def _create(self, target: _Target, obj: Object, options: WriteOptions) -> Object:
        now = rfc3339(self._clock.now())
        self._check_namespace(target)
        created = build_created(obj, target.version, uid=str(uuid4()), now=now)
        admit(target.kind, target.version, created, options, now)
        return await self._store_object(target, created, options)

    async def _change(
        self,
        target: _Target,
        change: Callable[[Object], Object],
        options: WriteOptions,
        subresource: str,
    ) -> Object:
        """Write what `change` makes of the object."""
        now = rfc3339(self._clock.now())
        async with self._lock(target.key):
            old = self._read(target)
            new = write_subresource(old, change(old), target.version, subresource)
            check_update(target.kind, target.definition, old, new)
            updated = build_updated(old, new, target.version, subresource)
            admit(target.kind, target.version, updated, options, now)
            if same(old, updated):
                return read_subresource(old, target.version, subresource)
            written, removed = await self._put(target, updated, options)
        if removed:
            await self._collector.ended(target.kind, written, self._owners)
        return read_subresource(written, target.version, subresource)

    async def _put(self, target: _Target, new: Object, options: WriteOptions) -> tuple[Object, bool]:
        """Store it, or remove it when nothing holds it any longer; says whether it is gone."""
        if new["metadata"].get("deletionTimestamp") and not held(target.kind, new):
            return (new, False) if options.dry_run else (await self._remove(target), True)
        return await self._store_object(target, new, options), False

    async def _store_object(self, target: _Target, obj: Object, options: WriteOptions) -> Object:
        if options.dry_run:
            return obj
        await self._store.put(target.key, encode(obj, target.definition))
        self._owners.put(target.key, obj["metadata"])
        self._after_write(target)
        return self._read(target)

    async def _remove(self, target: _Target) -> Object:
        stored = self._store.get(target.key)
        if stored is None:
            raise _not_found(target.kind, target.key.name)
        revision = await self._store.remove(target.key)
        self._owners.remove(target.key)
        self._after_write(target)
        return decode_deleted(stored, revision, target.definition, target.kind.version)

    def _after_write(self, target: _Target) -> None:
        if is_crd(target.kind):
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
        if target.key.namespace:
            stored = self._store.get(Key("", NAMESPACE.plural, "", target.key.namespace))
            check_content_allowed(target.kind, target.key, stored)

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
