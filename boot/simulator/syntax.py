"""The text of an iPXE script as lines of commands. Pure.

Words are split before anything is expanded: a value with blanks stays one argument, and none becomes a command.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

_HEADERS = ("#!ipxe", "#!gpxe")


class After(StrEnum):
    """What has to have happened for a command to run: the word that stands before it."""

    ANYTHING = ";"
    SUCCESS = "&&"
    FAILURE = "||"


@dataclass(frozen=True, slots=True)
class Command:
    """Words not yet expanded; none at all is a command too, one that succeeds."""

    after: After
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A label, "" for none, and the commands behind it."""

    label: str
    commands: tuple[Command, ...]


def is_script(data: bytes) -> bool:
    return data[:6].decode("latin-1") in _HEADERS and data[6:7].isspace()


def parse_lines(data: bytes) -> tuple[Line, ...]:
    """The whole script; its first line is a comment."""
    text = data.decode("latin-1").replace("\r\n", "\n").replace("\\\n", "")
    return tuple(_parse_line(line.split()) for line in text.split("\n"))


def _parse_line(words: Sequence[str]) -> Line:
    label = words[0][1:] if words and words[0].startswith(":") else ""
    commands = [Command(After.ANYTHING, ())]
    for word in words[1:] if label else words:
        if word.startswith("#"):
            break
        if word in After.__members__.values():
            commands.append(Command(After(word), ()))
        else:
            commands[-1] = Command(commands[-1].after, (*commands[-1].words, word))
    return Line(label, tuple(commands))


def parse_options(words: Sequence[str], flags: Sequence[str], valued: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Leading options by their long names, and the arguments; ValueError for an option there is none of, or without its value.

    Long names start with two hyphens; the first letter behind one is their short form.
    """
    found: dict[str, str] = {}
    rest = list(words)
    while rest and rest[0].startswith("-"):
        word = rest.pop(0)
        name = next((name for name in (*flags, *valued) if word in (name, name[1:3])), None)
        if name is None or (name in valued and not rest):
            raise ValueError(f"{word}: no such option, or its value is missing")
        found[name] = rest.pop(0) if name in valued else ""
    return found, rest
