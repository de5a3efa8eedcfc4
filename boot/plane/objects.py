"""Single objects of the store: addressed, read, written and removed in the version asked for, by one writer at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from weakref import WeakValueDictionary

from boot.errors import BadRequest, NotFound
from boot.plane.catalog import Catalog
from boot.plane.codec import decode, decode_at, encode
from boot.plane.deletion import held, is_crd
from boot.plane.namespaces import check_content_allowed
from boot.plane.owners import Owners
from boot.resources.base import Object
from boot.resources.kinds import CUSTOM_RESOURCE_DEFINITION, NAMESPACE, Definition, Kind, Version
from boot.store.store import Key, Store, Stored


@dataclass(frozen=True, slots=True)
class Target:
    """One object's address, resolved."""

    kind: Kind
    definition: Definition
    version: Version
    key: Key


class Objects:
    """`owners` is kept true by every write; so is the catalog, when a CustomResourceDefinition is written."""

    def __init__(self, store: Store, catalog: Catalog) -> None:
        self._store = store
        self._catalog = catalog
        self._locks: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()
        self.owners = Owners.of(store.everything())

    def begin_anew(self) -> None:
        """The store holds something else altogether: what is derived from it is derived again."""
        self.owners = Owners.of(self._store.everything())
        self.load_catalog()

    def load_catalog(self) -> None:
        kind = CUSTOM_RESOURCE_DEFINITION
        self._catalog.load(self._store.list(kind.group, kind.plural))

    # Addresses

    def target(self, kind: Kind, name: str, namespace: str) -> Target:
        """NotFound when the kind is not served; BadRequest without the namespace it wants."""
        definition, version = self._catalog.resolve_kind(kind)
        if definition.namespaced and not namespace:
            raise BadRequest("an empty namespace may not be set when a resource name is provided")
        return Target(kind, definition, version, Key(*definition.home, namespace if definition.namespaced else "", name))

    def stored_kind(self, key: Key) -> Kind:
        """The kind in its stored version; NotFound when it is no longer served."""
        for definition in self._catalog.definitions():
            if (definition.group, definition.plural) == (key.group, key.plural):
                return definition.kind_for(definition.storage_version.name)
        raise NotFound("the server could not find the requested resource")

    @asynccontextmanager
    async def lock(self, key: Key) -> AsyncIterator[None]:
        """Writes to one object go one after the other; those to different ones share a transaction."""
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            yield

    # Reads

    def stored(self, target: Target) -> Stored:
        """As it is in the store; NotFound when there is none."""
        found = self._store.get(target.key)
        if found is None:
            raise not_found(target.kind, target.key.name)
        return found

    def find(self, target: Target) -> Object | None:
        """The caller's own copy; None when there is none."""
        stored = self._store.get(target.key)
        return None if stored is None else decode(stored, target.definition, target.kind.version)

    def read(self, target: Target) -> Object:
        """As `find`; NotFound when there is none."""
        return decode(self.stored(target), target.definition, target.kind.version)

    def check_namespace(self, target: Target) -> None:
        """NotFound or Forbidden where nothing can be made."""
        if target.key.namespace:
            stored = self._store.get(Key("", NAMESPACE.plural, "", target.key.namespace))
            check_content_allowed(target.kind, target.key, stored)

    # Writes, under the lock of the object

    async def put(self, target: Target, obj: Object) -> Object:
        """Store it; returns it as it is from now on."""
        await self._store.put(target.key, encode(obj, target.definition))
        self.owners.put(target.key, obj["metadata"])
        self._after_write(target)
        return self.read(target)

    async def put_unless_done(self, target: Target, obj: Object) -> tuple[Object, bool]:
        """Store it, or remove it when it is being deleted and nothing holds it any longer; says whether it is gone."""
        if obj["metadata"].get("deletionTimestamp") and not held(target.kind, obj):
            return await self.remove(target), True
        return await self.put(target, obj), False

    async def remove(self, target: Target) -> Object:
        """Returns its last state, at the deletion's revision."""
        stored = self.stored(target)
        revision = await self._store.remove(target.key)
        self.owners.remove(target.key)
        self._after_write(target)
        return decode_at(stored, revision, target.definition, target.kind.version)

    def _after_write(self, target: Target) -> None:
        if is_crd(target.kind):
            self.load_catalog()


def not_found(kind: Kind, name: str) -> NotFound:
    return NotFound(f'{kind.resource} "{name}" not found', name=name, group=kind.group, kind=kind.plural)
