"""How messages are written down: which field has which number, name and type. Pure.

A message reads `Name: number field type, ...`, continued on indented lines. The type is text when none is given, a name of
SCALARS, or another message. Marks at the field's name:

    {}      a map from text
    []      a list that is owned as a whole
    [=]     a list that is a set
    [a,b]   a list of items that these fields tell apart (x-kubernetes-list-map-keys)
    !       kept when it is zero or empty: a pointer, or what Go's JSON always prints; others are left out as omitempty does

A value after `=` is the field's default. `@` at the message's name says that it is owned as a whole. The name `*` stands for
a message whose fields are the outer one's in JSON.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

SCALARS = frozenset({"text", "int", "bool", "bytes", "time", "micro-time", "quantity", "int-or-string", "json", "texts"})
"""Types that stand for themselves in JSON; `texts` is a list of text, `json` any value."""
INLINE = "*"
_MESSAGE = re.compile(r"^(\w+)(@?):((?:.*\n)(?:    .*\n)*)", re.MULTILINE)
_FIELD = re.compile(r"(\d+) (\*|\w+)(\[[\w,=]*\]|!|\{\})?(?: ([\w-]+))?(?: =([^\s,]+))?")


@dataclass(frozen=True, slots=True)
class Field:
    """`type` is a name of SCALARS, or that of `message`; `default` is as it is written, "" for none."""

    number: int
    name: str
    mark: str
    type: str
    default: str = ""
    message: "Message | None" = None

    @property
    def is_list(self) -> bool:
        return self.mark.startswith("[")

    @property
    def keys(self) -> tuple[str, ...]:
        """Of the items of a list."""
        return tuple(self.mark.strip("[]").split(",")) if self.is_list and self.mark not in {"[]", "[=]"} else ()


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """`atomic`: owned as a whole."""

    name: str
    atomic: bool
    fields: list[Field]


Messages = Mapping[str, Message]


def read_messages(text: str, *known: Messages) -> dict[str, Message]:
    """By name; types are looked for in the text itself, then in `known`, in order. KeyError for one nobody knows."""
    own = {name: Message(name, bool(atomic), []) for name, atomic, _ in _MESSAGE.findall(text)}
    for name, _, body in _MESSAGE.findall(text):
        for number, field_name, mark, type_name, default in _FIELD.findall(body):
            type_name = type_name or "text"
            message = None if type_name in SCALARS else _find(type_name, (own, *known))
            own[name].fields.append(Field(int(number), field_name, mark, type_name, default, message))
    return own


def _find(name: str, known: tuple[Messages, ...]) -> Message:
    found = next((messages[name] for messages in known if name in messages), None)
    if found is None:
        raise KeyError(name)
    return found
