"""Message layouts: which field number is which JSON field. Pure.

A layout reads `Name: number field type, ...`, one message each, continued on indented lines. The type is text when none is
given, a name of boot.apiserver.protobuf.scalars, or another layout. Marks at the field's name: `[]` repeated, `{}` a map
from text, `!` kept when it is zero or empty (a pointer, or a field that Go's JSON always prints; others are left out as
omitempty does). The name `*` stands for a message whose fields are the outer one's in JSON.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from boot.apiserver.protobuf.scalars import EMPTY, SCALARS, Reader, Value, raw
from boot.apiserver.protobuf.wire import read_fields
from boot.resources.base import Object


class _Shape(StrEnum):
    ONE = ""
    KEPT = "!"
    LIST = "[]"
    MAP = "{}"
    INLINE = "*"


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    shape: _Shape
    read: Reader
    empty: Value


@dataclass(frozen=True, slots=True)
class Layout:
    """One message; `fields` by number."""

    name: str
    fields: dict[int, _Field] = field(default_factory=dict)

    def read(self, value: Value) -> Object:
        """As its JSON would be. Numbers nobody knows are skipped, as every decoder does. ValueError when malformed."""
        found: Object = {}
        for number, content in read_fields(raw(value)):
            known = self.fields.get(number)
            if known is not None:
                _add(found, known, content)
        return found


def _add(found: Object, known: _Field, content: Value) -> None:
    match known.shape:
        case _Shape.LIST:
            found.setdefault(known.name, []).append(known.read(content))
        case _Shape.MAP:
            entry = dict(read_fields(raw(content)))
            key = raw(entry.get(1, b"")).decode()
            found.setdefault(known.name, {})[key] = known.read(entry.get(2, known.empty))
        case _Shape.INLINE:
            found.update(known.read(content))
        case _:
            value = known.read(content)
            # A message that is there is kept even when it is empty: emptyDir: {} says something.
            if value is not None and (value or known.shape is _Shape.KEPT or isinstance(value, dict)):
                found[known.name] = value


_MESSAGE = re.compile(r"^(\w+):((?:.*\n)(?:    .*\n)*)", re.MULTILINE)
_FIELD = re.compile(r"(\d+) (\*|\w+)(!|\[\]|\{\})?(?: ([\w-]+))?")


def read_layouts(text: str, *known: Mapping[str, Layout]) -> dict[str, Layout]:
    """By name; types are looked for in the text itself, then in `known`, in order. KeyError for one nobody knows."""
    bodies = dict(_MESSAGE.findall(text))
    own = {name: Layout(name) for name in bodies}
    for name, body in bodies.items():
        for number, field_name, mark, type_name in _FIELD.findall(body):
            shape = _Shape.INLINE if field_name == "*" else _Shape(mark)
            own[name].fields[int(number)] = _build_field(field_name, shape, type_name or "text", (own, *known))
    return own


def _build_field(name: str, shape: _Shape, type_name: str, known: tuple[Mapping[str, Layout], ...]) -> _Field:
    if type_name in SCALARS:
        # What always says something when it is there, such as port: 0, has no zero to leave out.
        kept = type_name in {"quantity", "int-or-string"} and shape is _Shape.ONE
        return _Field(name, _Shape.KEPT if kept else shape, SCALARS[type_name], EMPTY.get(type_name, b""))
    layout = next((layouts[type_name] for layouts in known if type_name in layouts), None)
    if layout is None:
        raise KeyError(type_name)
    return _Field(name, shape, layout.read, b"")
