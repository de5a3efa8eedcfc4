"""The verbs that delete, and what the garbage collector asks for (boot.plane.collector.Remover)."""

from collections.abc import Callable

from boot.clock import Clock, rfc3339
from boot.errors import Conflict, NotFound
from boot.plane.audit import Audit
from boot.plane.collector import Collector
from boot.plane.deletion import begin_deletion, held
from boot.plane.namespaces import check_deletable
from boot.plane.objects import Objects, Target
from boot.plane.options import DeleteOptions, ListOptions
from boot.plane.paging import Page
from boot.plane.reading import Reading
from boot.plane.writes import same
from boot.resources.base import Object
from boot.resources.kinds import Kind
from boot.store.store import Key, Store


class Deleting:
    """`collector` is to be told of what ends otherwise, too."""

    def __init__(self, store: Store, objects: Objects, reading: Reading, clock: Clock, audit: Audit) -> None:
        self._audit = audit
        self._objects = objects
        self._reading = reading
        self._clock = clock
        self.collector = Collector(store, self)

    async def delete(self, kind: Kind, name: str, namespace: str, options: DeleteOptions) -> Object:
        """The object as it was last; it is still there, with a deletionTimestamp, while it has finalizers."""
        target = self._objects.target(kind, name, namespace)
        check_deletable(kind, name)
        async with self._objects.lock(target.key):
            old = self._objects.read(target)
            _check_preconditions(kind, old, options)
            marked = begin_deletion(kind, old, options.propagation, rfc3339(self._clock.now()))
            stays = held(kind, marked)
            if options.dry_run or (stays and same(old, marked)):
                return marked if stays else old
            left = await (self._objects.put(target, marked) if stays else self._objects.remove(target))
        self._audit.record(options.user, kind, old, None)
        await self._tell(target, left, stays=stays)
        return left

    async def delete_collection(self, kind: Kind, namespace: str, listing: ListOptions, options: DeleteOptions) -> Page[Object]:
        """Delete everything that `listing` selects; returns what it selected."""
        page = self._reading.list(kind, namespace, listing)
        for obj in page.items:
            try:
                await self.delete(kind, obj["metadata"]["name"], obj["metadata"].get("namespace", ""), options)
            except NotFound:  # deleted by a cascade or by somebody else meanwhile
                continue
        return page

    async def delete_stored(self, key: Key, propagation: str) -> None:
        await self.delete(self._objects.stored_kind(key), key.name, key.namespace, DeleteOptions(propagation=propagation))

    async def adjust(self, key: Key, change: Callable[[Object], Object]) -> None:
        target = self._objects.target(self._objects.stored_kind(key), key.name, key.namespace)
        async with self._objects.lock(key):
            found = self._objects.find(target)
            if found is None:
                return
            written, removed = await self._objects.put_unless_done(target, change(found))
        if removed:
            await self._tell(target, written, stays=False)

    async def _tell(self, target: Target, left: Object, *, stays: bool) -> None:
        collector = self.collector
        await (collector.began if stays else collector.ended)(target.kind, left, self._objects.owners)


def _check_preconditions(kind: Kind, old: Object, options: DeleteOptions) -> None:
    metadata = old["metadata"]
    for wanted, actual, words, cause in (
        (options.uid, metadata["uid"], "UID", "deleted and then recreated"),
        (options.resource_version, metadata["resourceVersion"], "ResourceVersion", "modified"),
    ):
        if wanted and wanted != actual:
            raise Conflict(
                f'Operation cannot be fulfilled on {kind.resource} "{metadata["name"]}": the {words} in the precondition '
                f"({wanted}) does not match the {words} in record ({actual}). The object might have been {cause}",
                name=metadata["name"],
                group=kind.group,
                kind=kind.plural,
            )
