"""Text with roles: what every view is made of, and how it is made to fit."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from sidero_tui.model.state import State
from sidero_tui.theme import Role


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of one line. `text` is printable: make it with `span` where it comes from outside."""

    text: str
    role: Role = Role.TEXT
    bold: bool = False


Line = tuple[Span, ...]

BLANK: Line = ()


def clean(text: str) -> str:
    """Without what a terminal would obey: SMBIOS strings and host names come from strangers."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else _picture(letter) for letter in text)


def _picture(letter: str) -> str:
    if letter in "\t\n":
        return " "
    code = ord(letter)
    return chr(0x2400 + code) if code < 0x20 else ("" if unicodedata.category(letter) == "Cf" else "�")


def span(text: str, role: Role = Role.TEXT, *, bold: bool = False) -> Span:
    return Span(clean(text), role, bold)


def state_span(state: State) -> Span:
    return Span(state.text, state.role)


def width_of(line: Iterable[Span]) -> int:
    """Terminal cells."""
    return sum(cell_len(piece.text) for piece in line)


def plain(line: Iterable[Span]) -> str:
    """The text alone, as tests and filters read it."""
    return "".join(piece.text for piece in line)


def pad(text: str, width: int) -> str:
    """Exactly `width` cells: filled with spaces, or cut with an ellipsis at the end."""
    if cell_len(text) <= width:
        return text + " " * (width - cell_len(text))
    return set_cell_size(text, width - 1) + "…" if width > 0 else ""


def shorten_middle(text: str, width: int) -> str:
    """At most `width` cells, the cut in the middle: both ends of a UUID tell boxes apart, the tail most."""
    if cell_len(text) <= width:
        return text
    head = max(1, (width - 1) * 2 // 5)
    return f"{text[:head]}…{text[len(text) - (width - 1 - head) :]}"


def fill(line: Line, width: int) -> Line:
    """The line, padded with spaces to `width`; a longer one stays."""
    gap = width - width_of(line)
    return (*line, Span(" " * gap)) if gap > 0 else line


def clip(line: Line, width: int) -> Line:
    """The line, or what fits of it in `width` cells with an ellipsis at its end."""
    if width_of(line) <= width:
        return line
    kept: list[Span] = []
    room = width
    for piece in line:
        size = cell_len(piece.text)
        if size >= room:
            return (*kept, Span(pad(piece.text + " ", room), piece.role, piece.bold))
        kept.append(piece)
        room -= size
    return tuple(kept)


def spread(left: Sequence[Span], right: Sequence[Span], width: int) -> Line:
    """`left` at the left, `right` at the right edge; they keep one space between them even when it is too narrow."""
    gap = max(1, width - width_of(left) - width_of(right))
    return (*left, Span(" " * gap), *right)


def wrap(text: str, width: int, role: Role = Role.TEXT, indent: str = "", hang: str = "") -> list[Line]:
    """Words of one paragraph on lines of `width` cells, each behind `indent`, all but the first also behind `hang`.

    A word longer than a line is cut hard.
    """
    room = max(1, width - cell_len(indent) - cell_len(hang))
    lines: list[str] = []
    current = ""
    for word in clean(text).split():
        while cell_len(word) > room:
            if current:
                lines.append(current)
                current = ""
            lines.append(word[:room])
            word = word[room:]
        if current and cell_len(current) + 1 + cell_len(word) > room:
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}" if current else word
    return [(Span(indent + (hang if number else "") + line, role),) for number, line in enumerate([*lines, current]) if line]
