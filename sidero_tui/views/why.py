"""Why a server is in each class or not, clause by clause."""

from collections.abc import Sequence

from boot.lifecycle.matching import Match
from sidero_tui.theme import Role
from sidero_tui.views.spans import Line, Span, pad, span, wrap


def build_why_lines(matches: Sequence[Match], width: int) -> list[Line]:
    """One paragraph per class: the verdict, then each clause with what was wanted and what is, then other causes."""
    if not matches:
        return [(Span("There is no ServerClass yet.", Role.DIM),)]
    lines: list[Line] = []
    for match in matches:
        lines.append(_verdict(match))
        for clause in match.clauses:
            glyph, role = ("✓", Role.OK) if clause.holds else ("✗", Role.BAD)
            said = f"{glyph} {clause.path}: wanted {clause.wanted}, is {clause.actual or 'not known'}"
            lines += wrap(said, width, Role.DIM if clause.holds else role, "  ", "  ")
        for cause in match.causes:
            lines += wrap(f"✗ {cause}", width, Role.ASK, "  ", "  ")
    return lines


def _verdict(match: Match) -> Line:
    if match.matches:
        word = Span("● in it, in use" if match.in_use else "● in it, available", Role.OK)
    else:
        missed = sum(not clause.holds for clause in match.clauses)
        counts = f": misses {missed} of {len(match.clauses)}" if missed else ""
        word = Span(f"○ not in it{counts}", Role.ASK)
    return (span(pad(match.server_class, max(14, len(match.server_class) + 2)), Role.TITLE), word)
