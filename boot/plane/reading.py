"""The verbs that read: get, list and watch."""

from collections.abc import AsyncIterator

from boot.plane.catalog import Catalog
from boot.plane.codec import decode
from boot.plane.objects import Objects
from boot.plane.options import ListOptions, WatchOptions
from boot.plane.paging import Page, Position, cut_page, find_start, too_old
from boot.plane.subresources import check_subresource, read_subresource
from boot.plane.texts import Texts
from boot.plane.watching import WatchEvent, Watching
from boot.resources.base import Object
from boot.resources.kinds import Definition, Kind
from boot.store.selectors import Predicate, parse_field_selector, parse_label_selector
from boot.store.store import Store, Stored


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

    def get_text(self, kind: Kind, name: str, namespace: str) -> bytes:
        """As `get` of the object itself, as JSON."""
        target = self._objects.target(kind, name, namespace)
        return Texts(target.definition, kind.version).render(self._objects.stored(target))

    def list(self, kind: Kind, namespace: str, options: ListOptions) -> Page[Object]:
        """One page of a list; all its pages are of one revision. Expired when that is no longer kept."""
        definition, _ = self._catalog.resolve_kind(kind)
        page = self._page(definition, kind, namespace, options)
        return page.show([decode(stored, definition, kind.version) if obj is None else obj for stored, obj in page.items])

    def list_texts(self, kind: Kind, namespace: str, options: ListOptions) -> Page[bytes]:
        """As `list`, each object as JSON."""
        definition, _ = self._catalog.resolve_kind(kind)
        page, texts = self._page(definition, kind, namespace, options), Texts(definition, kind.version)
        return page.show([texts.render(stored) for stored, _ in page.items])

    def watch(self, kind: Kind, namespace: str, options: WatchOptions) -> AsyncIterator[WatchEvent]:
        """Expired, at the start or later, when what comes next is no longer kept."""
        return self._watching(kind, namespace, options).events(options)

    def watch_texts(self, kind: Kind, namespace: str, options: WatchOptions) -> AsyncIterator[bytes]:
        """As `watch`, but what there is to tell at a time, as lines of JSON."""
        return self._watching(kind, namespace, options).texts(options)

    def _page(self, definition: Definition, kind: Kind, namespace: str, options: ListOptions) -> "Page[_Selected]":
        matches = _select(kind, options.label_selector, options.field_selector)
        start = find_start(options, self._store.revision)
        newest = start.revision is None or start.revision == self._store.revision
        revision = self._store.revision if start.revision is None else start.revision
        stored = (
            self._store.list(*definition.home, namespace)
            if newest
            else self._store.list_at(*definition.home, namespace, revision)
        )
        if stored is None:
            raise too_old(options, start.position)
        rest = [entry for entry in stored if _place(entry) > start.position]
        selected: list[_Selected] = [(entry, None) for entry in rest]
        if matches is not None:
            decoded = ((entry, decode(entry, definition, kind.version)) for entry in rest)
            selected = [(entry, obj) for entry, obj in decoded if matches(obj)]
        return cut_page(selected, options, revision, lambda pair: _place(pair[0]))

    def _watching(self, kind: Kind, namespace: str, options: WatchOptions) -> Watching:
        definition, _ = self._catalog.resolve_kind(kind)
        matches = _select(kind, options.label_selector, options.field_selector)
        return Watching(self._store, definition, kind.version, namespace, matches)


_Selected = tuple[Stored, Object | None]
"""With the object, where a selector has looked at it."""


def _place(stored: Stored) -> Position:
    return stored.key.namespace, stored.key.name


def _select(kind: Kind, labels: str, fields: str) -> Predicate | None:
    """What both selectors match; None where there are none."""
    if not labels and not fields:
        return None
    by_label, by_field = parse_label_selector(labels), parse_field_selector(fields, kind.group, kind.plural)
    return lambda obj: by_label(obj) and by_field(obj)
