"""The footer and the help page, from rows of (key, title, help, offered)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sidero_tui.theme import Role
from sidero_tui.views.spans import Line, Span, pad, spread, width_of, wrap


@dataclass(frozen=True, slots=True)
class KeyHint:
    """`obstacle` says why it cannot be done now, "" when it can."""

    key: str
    title: str
    help: str = ""
    obstacle: str = ""


_AFTER = Span("  ")


def build_footer(hints: Sequence[KeyHint], always: Sequence[KeyHint], width: int) -> Line:
    """As many of `hints` as fit, then `always` at the right edge; what cannot be done now is dim."""
    right = _hints(always)[:-1]
    left: list[Span] = []
    for hint in hints:
        piece = _hints([hint])
        if width_of(left) + width_of(piece) + width_of(right) + 1 > width:
            break
        left += piece
    return spread(left, right, width)


def _hints(hints: Sequence[KeyHint]) -> list[Span]:
    spans: list[Span] = []
    for hint in hints:
        usable = not hint.obstacle
        spans.append(Span(hint.key, Role.ACCENT if usable else Role.DIM, usable))
        spans.append(Span(f" {hint.title}", Role.TEXT if usable else Role.DIM))
        spans.append(_AFTER)
    return spans


def build_help(hints: Sequence[KeyHint], width: int) -> list[Line]:
    """One paragraph per key; what cannot be done now says why."""
    lines: list[Line] = []
    for hint in hints:
        why = f" (not now: {hint.obstacle})" if hint.obstacle else ""
        first, *rest = wrap(hint.help + why, max(1, width - 16), Role.DIM if hint.obstacle else Role.TEXT)
        lines.append((Span(pad(hint.key, 16), Role.ACCENT, bold=True), *first))
        lines += [(Span(" " * 16), *line) for line in rest]
    return lines
