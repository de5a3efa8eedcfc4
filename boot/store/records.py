"""What the store keeps, and what it tells about it."""

from dataclasses import dataclass
from typing import NamedTuple


class Key(NamedTuple):
    """What an object is stored under; `namespace` is "" for cluster-scoped kinds."""

    group: str
    plural: str
    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class Stored:
    """An object's JSON bytes and the revision that wrote them."""

    key: Key
    data: bytes
    revision: int


@dataclass(frozen=True, slots=True)
class StoreChange:
    """`new` is None for a deletion, `old` for a creation; `revision` is the change's own."""

    key: Key
    old: Stored | None
    new: Stored | None
    revision: int


class Write(NamedTuple):
    """One put, or one removal where `data` is None, with the revision it gets."""

    key: Key
    data: bytes | None
    revision: int
