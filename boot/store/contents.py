"""All objects in memory, each kind in the order in which lists show it."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence

from boot.store.records import Key, StoreChange, Stored

_AFTER_ANY_NAME = "\0"
"""No namespace holds it: (namespace + this,) sorts behind every name of the namespace and before the next one."""

_Name = tuple[str, str]


class _Kind:
    """Objects of one kind by namespace and name; `order` is kept sorted, so that a list sorts nothing."""

    __slots__ = ("objects", "order")

    def __init__(self) -> None:
        self.objects: dict[_Name, Stored] = {}
        self.order: list[_Name] = []

    def list(self, namespace: str) -> list[Stored]:
        names: Sequence[_Name] = self.order
        if namespace:
            begin = bisect_left(names, (namespace, ""))
            names = names[begin : bisect_left(names, (namespace + _AFTER_ANY_NAME, ""))]
        objects = self.objects
        return [objects[name] for name in names]


class Contents:
    """Belongs to one event loop."""

    def __init__(self, objects: Iterable[Stored] = ()) -> None:
        self._kinds: dict[tuple[str, str], _Kind] = {}
        for stored in objects:
            self._kind(stored.key).objects[stored.key[2:]] = stored
        for kind in self._kinds.values():
            kind.order = sorted(kind.objects)

    def get(self, key: Key) -> Stored | None:
        kind = self._kinds.get(key[:2])
        return kind.objects.get(key[2:]) if kind else None

    def list(self, group: str, plural: str, namespace: str = "") -> list[Stored]:
        """All of a kind, of one namespace or ("") of all, sorted by namespace and name."""
        kind = self._kinds.get((group, plural))
        return kind.list(namespace) if kind else []

    def everything(self) -> Sequence[Stored]:
        """All objects of all kinds, in no order."""
        return [stored for kind in self._kinds.values() for stored in kind.objects.values()]

    def put(self, stored: Stored) -> Stored | None:
        """What was there before."""
        kind, name = self._kind(stored.key), stored.key[2:]
        old = kind.objects.get(name)
        if old is None:
            insort(kind.order, name)
        kind.objects[name] = stored
        return old

    def remove(self, key: Key) -> Stored | None:
        """What was there before."""
        kind, name = self._kind(key), key[2:]
        old = kind.objects.pop(name, None)
        if old is not None:
            del kind.order[bisect_left(kind.order, name)]
        return old

    def list_before(self, changes: Iterable[StoreChange], group: str, plural: str, namespace: str = "") -> Sequence[Stored]:
        """As `list`, but as it was before `changes`: those up to now, the oldest first."""
        first: dict[_Name, Stored | None] = {}
        for change in changes:
            if change.key[:2] == (group, plural) and (not namespace or change.key.namespace == namespace):
                first.setdefault(change.key[2:], change.old)
        unchanged = {stored.key[2:]: stored for stored in self.list(group, plural, namespace) if stored.key[2:] not in first}
        then = unchanged | {name: old for name, old in first.items() if old is not None}
        return [then[name] for name in sorted(then)]

    def _kind(self, key: Key) -> _Kind:
        return self._kinds.setdefault(key[:2], _Kind())
