"""Pages are made of sections: a heading over lines, two columns of them where it is wide."""

from collections.abc import Sequence
from dataclasses import dataclass

from sidero_tui.theme import Role
from sidero_tui.views.spans import Line, Span, clip, fill, pad, wrap

LABEL = 14
"""Cells of the label before a value."""
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


def build_fields(pairs: Sequence[tuple[str, str]], width: int) -> list[Line]:
    """Label and value, wrapped beside the label; what is unknown is left out."""
    lines: list[Line] = []
    for label, value in pairs:
        for number, line in enumerate(wrap(value, width - LABEL)):
            lines.append((Span(pad("" if number else label, LABEL), Role.DIM), *line))
    return lines


def beside(left: Sequence[Line], right: Sequence[Line], width: int) -> list[Line]:
    """Two columns on `width` cells, the left one as wide as half of it."""
    half = (width - _BETWEEN) // 2
    gap = Span(" " * _BETWEEN)
    return [
        (*fill(clip(left[row] if row < len(left) else (), half), half), gap, *(right[row] if row < len(right) else ()))
        for row in range(max(len(left), len(right)))
    ]
