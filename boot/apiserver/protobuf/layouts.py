"""How a message of boot.resources.messages is read from its protobuf bytes. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from boot.apiserver.protobuf.scalars import EMPTY, SCALARS, Reader, Value, raw
from boot.apiserver.protobuf.wire import read_fields
from boot.resources.base import Object
from boot.resources.messages.notation import INLINE, Field, Message


@dataclass(frozen=True, slots=True)
class Slot:
    """`add` puts a value from the wire, read with `read`, into the object; `empty` is the value of a map's entry without one."""

    name: str
    read: Reader
    empty: Value
    add: "_Add"


_Add = Callable[[Object, Slot, Value], None]


@dataclass(frozen=True, slots=True)
class Layout:
    """One message; `slots` by number."""

    name: str
    slots: dict[int, Slot] = field(default_factory=dict)

    def read(self, value: Value) -> Object:
        """As its JSON would be. Numbers nobody knows are skipped, as every decoder does. ValueError when malformed."""
        found: Object = {}
        slots = self.slots
        for number, content in read_fields(raw(value)):
            known = slots.get(number)
            if known is not None:
                known.add(found, known, content)
        return found


def _add_unless_empty(found: Object, known: Slot, content: Value) -> None:
    """A message that is there is kept even when it is empty: emptyDir: {} says something."""
    value = known.read(content)
    if value or isinstance(value, dict):
        found[known.name] = value


def _add_kept(found: Object, known: Slot, content: Value) -> None:
    found[known.name] = known.read(content)


def _add_item(found: Object, known: Slot, content: Value) -> None:
    found.setdefault(known.name, []).append(known.read(content))


def _add_entry(found: Object, known: Slot, content: Value) -> None:
    entry = dict(read_fields(raw(content)))
    key = raw(entry.get(1, b"")).decode()
    found.setdefault(known.name, {})[key] = known.read(entry.get(2, known.empty))


def _add_inline(found: Object, known: Slot, content: Value) -> None:
    found.update(known.read(content))


_MARKS: dict[str, _Add] = {"": _add_unless_empty, "!": _add_kept, "[]": _add_item, "{}": _add_entry, INLINE: _add_inline}
_ALWAYS_SAYING = frozenset({"quantity", "int-or-string"})
"""Types without a zero to leave out: port: 0 is a port."""


@cache
def layout_of(message: Message) -> Layout:
    return Layout(message.name, {one.number: _build_slot(one) for one in message.fields})


def _build_slot(one: Field) -> Slot:
    mark = INLINE if one.name == INLINE else "[]" if one.is_list else one.mark
    if one.message is not None:
        return Slot(one.name, layout_of(one.message).read, b"", _MARKS[mark])
    add = _MARKS["!" if mark == "" and one.type in _ALWAYS_SAYING else mark]
    return Slot(one.name, SCALARS[one.type], EMPTY.get(one.type, b""), add)
