"""The verbs that read: get, list and watch."""

from collections.abc import AsyncIterator

from boot.plane.catalog import Catalog
from boot.plane.codec import decode
from boot.plane.objects import Objects
from boot.plane.options import ListOptions, WatchOptions
from boot.plane.paging import Page, cut_page, find_start, too_old
from boot.plane.subresources import check_subresource, read_subresource
from boot.plane.watching import WatchEvent, Watching
from boot.resources.base import Object
from boot.resources.kinds import Kind
from boot.store.selectors import Predicate, parse_field_selector, parse_label_selector
from boot.store.store import Store


class Reading:
    """Objects are always the caller's own copies."""

    def __init__(self, store: Store, catalog: Catalog, objects: Objects) -> None:
        self._store = store
        self._catalog = catalog
        self._objects = objects

    def get(self, kind: Kind, name: str, namespace: str, subresource: str) -> Object:
        target = self._objects.target(kind, name, namespace)
        check_subresource(target.definition, target.version, subresource)
        return read_subresource(self._objects.read(target), target.version, subresource)

    def list(self, kind: Kind, namespace: str, options: ListOptions) -> Page:
        """One page of a list; all its pages are of one revision. Expired when that is no longer kept."""
        definition, _ = self._catalog.resolve_kind(kind)
        matches = _predicate(kind, options.label_selector, options.field_selector)
        start = find_start(options, self._store.revision)
        revision = self._store.revision if start.revision is None else start.revision
        stored = self._store.list_at(kind.group, kind.plural, namespace, revision)
        if stored is None:
            raise too_old(options, start.position)
        rest = (entry for entry in stored if (entry.key.namespace, entry.key.name) > start.position)
        objects = (decode(entry, definition, kind.version) for entry in rest)
        return cut_page([obj for obj in objects if matches(obj)], options, revision)

    def watch(self, kind: Kind, namespace: str, options: WatchOptions) -> AsyncIterator[WatchEvent]:
        """Expired, at the start or later, when what comes next is no longer kept."""
        definition, _ = self._catalog.resolve_kind(kind)
        matches = _predicate(kind, options.label_selector, options.field_selector)
        return Watching(self._store, definition, kind.version, namespace, matches).events(options)


def _predicate(kind: Kind, labels: str, fields: str) -> Predicate:
    by_label, by_field = parse_label_selector(labels), parse_field_selector(fields, kind.group, kind.plural)
    return lambda obj: by_label(obj) and by_field(obj)
