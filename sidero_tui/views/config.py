"""A machine config line by line, with who put each there beside it: below 100 cells the origin goes above where it changes."""

from collections.abc import Sequence

from sidero_tui.theme import Role
from sidero_tui.views.spans import Line, Span, pad, span

BESIDE = 100
"""Cells from which the origin has a column."""
_ORIGIN = 34


def build_config_lines(lines: Sequence[tuple[str, str]], width: int) -> list[Line]:
    """`lines` are text and origin, "" where a line only opens what is below it."""
    if width >= BESIDE:
        room = width - _ORIGIN - 1
        return [(span(pad(text, room)), Span(" "), span(pad(origin, _ORIGIN), _role(origin))) for text, origin in lines]
    shown: list[Line] = []
    before = ""
    for text, origin in lines:
        if origin and origin != before:
            indent = text[: len(text) - len(text.lstrip(" -"))].replace("-", " ")
            shown.append((span(f"{indent}# {origin}", _role(origin)),))
            before = origin
        shown.append((span(text),))
    return shown


def _role(origin: str) -> Role:
    """What somebody wrote stands out against what the generator did."""
    return Role.DIM if origin == "generated" else Role.ACCENT
