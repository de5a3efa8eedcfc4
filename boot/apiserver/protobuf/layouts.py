"""Message layouts: which field number is which JSON field. Pure.

A layout reads `Name: number field type, ...`, one message each, continued on indented lines. The type is text when none is
given, a name of boot.apiserver.protobuf.scalars, or another layout. Marks at the field's name: `[]` repeated, `{}` a map
from text, `!` kept when it is zero or empty (a pointer, or a field that Go's JSON always prints; others are left out as
omitempty does). The name `*` stands for a message whose fields are the outer one's in JSON.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from boot.apiserver.protobuf.scalars import EMPTY, SCALARS, Reader, Value, raw
from boot.apiserver.protobuf.wire import read_fields
from boot.resources.base import Object


@dataclass(frozen=True, slots=True)
class Field:
    """`add` puts a value from the wire, read with `read`, into the object; `empty` is the value of a map's entry without one."""

    name: str
    read: Reader
    empty: Value
    add: "_Add"


_Add = Callable[[Object, Field, Value], None]


@dataclass(frozen=True, slots=True)
class Layout:
    """One message; `fields` by number."""

    name: str
    fields: dict[int, Field] = field(default_factory=dict)

    def read(self, value: Value) -> Object:
        """As its JSON would be. Numbers nobody knows are skipped, as every decoder does. ValueError when malformed."""
        found: Object = {}
        fields = self.fields
        for number, content in read_fields(raw(value)):
            known = fields.get(number)
            if known is not None:
                known.add(found, known, content)
        return found


def _add_unless_empty(found: Object, known: Field, content: Value) -> None:
    """A message that is there is kept even when it is empty: emptyDir: {} says something."""
    value = known.read(content)
    if value or isinstance(value, dict):
        found[known.name] = value


def _add_kept(found: Object, known: Field, content: Value) -> None:
    found[known.name] = known.read(content)


def _add_item(found: Object, known: Field, content: Value) -> None:
    found.setdefault(known.name, []).append(known.read(content))


def _add_entry(found: Object, known: Field, content: Value) -> None:
    entry = dict(read_fields(raw(content)))
    key = raw(entry.get(1, b"")).decode()
    found.setdefault(known.name, {})[key] = known.read(entry.get(2, known.empty))


def _add_inline(found: Object, known: Field, content: Value) -> None:
    found.update(known.read(content))


_MARKS: dict[str, _Add] = {"": _add_unless_empty, "!": _add_kept, "[]": _add_item, "{}": _add_entry, "*": _add_inline}
_ALWAYS_SAYING = frozenset({"quantity", "int-or-string"})
"""Types without a zero to leave out: port: 0 is a port."""
_MESSAGE = re.compile(r"^(\w+):((?:.*\n)(?:    .*\n)*)", re.MULTILINE)
_FIELD = re.compile(r"(\d+) (\*|\w+)(!|\[\]|\{\})?(?: ([\w-]+))?")


def read_layouts(text: str, *known: Mapping[str, Layout]) -> dict[str, Layout]:
    """By name; types are looked for in the text itself, then in `known`, in order. KeyError for one nobody knows."""
    bodies = dict(_MESSAGE.findall(text))
    own = {name: Layout(name) for name in bodies}
    for name, body in bodies.items():
        for number, field_name, mark, type_name in _FIELD.findall(body):
            mark = "*" if field_name == "*" else mark
            own[name].fields[int(number)] = _build_field(field_name, mark, type_name or "text", (own, *known))
    return own


def _build_field(name: str, mark: str, type_name: str, known: tuple[Mapping[str, Layout], ...]) -> Field:
    if type_name in SCALARS:
        add = _MARKS["!" if mark == "" and type_name in _ALWAYS_SAYING else mark]
        return Field(name, SCALARS[type_name], EMPTY.get(type_name, b""), add)
    layout = next((layouts[type_name] for layouts in known if type_name in layouts), None)
    if layout is None:
        raise KeyError(type_name)
    return Field(name, layout.read, b"", _MARKS[mark])
