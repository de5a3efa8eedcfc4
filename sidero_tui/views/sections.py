"""Pages are made of sections: a heading over lines, two columns of them where it is wide."""

from collections.abc import Sequence
from dataclasses import dataclass

from sidero_tui.theme import Role
from sidero_tui.views.spans import Line, Span, fill, pad, span, width_of

_LABEL = 14
_BETWEEN = 4


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    lines: Sequence[Line]


def build_sections(sections: Sequence[Section]) -> list[Line]:
    """One below the other; those without lines are left out."""
    lines: list[Line] = []
    for section in sections:
        if section.lines:
            lines += [()] if lines else []
            lines.append((Span(section.title.upper(), Role.ACCENT, bold=True),))
            lines += [(Span("  "), *line) for line in section.lines]
    return lines


def build_fields(pairs: Sequence[tuple[str, str]]) -> list[Line]:
    """Label and value; what is unknown is left out."""
    return [(Span(pad(label, _LABEL), Role.DIM), span(value)) for label, value in pairs if value]


def beside(left: Sequence[Line], right: Sequence[Line], width: int) -> list[Line]:
    """Two columns on `width` cells, the left one as wide as half of it."""
    half = (width - _BETWEEN) // 2
    gap = Span(" " * _BETWEEN)
    return [
        (*fill(_clip(left[row] if row < len(left) else (), half), half), gap, *(right[row] if row < len(right) else ()))
        for row in range(max(len(left), len(right)))
    ]


def _clip(line: Line, width: int) -> Line:
    if width_of(line) <= width:
        return line
    kept: list[Span] = []
    room = width
    for piece in line:
        size = width_of((piece,))
        if size > room:
            return (*kept, Span(pad(piece.text, room), piece.role, piece.bold))
        kept.append(piece)
        room -= size
    return tuple(kept)
