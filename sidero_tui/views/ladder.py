"""One machine's ladder from top to bottom: each rung with its time and bytes, and what should come next."""

from datetime import datetime

from boot.resources.boots import Boot, Hint
from sidero_tui.model.ladder import RungState, RungView, awaited_rung, build_ladder, furthest_rung
from sidero_tui.model.state import GROUND
from sidero_tui.theme import Role
from sidero_tui.views.amounts import render_age, render_bar, render_bytes, render_clock, render_delay
from sidero_tui.views.spans import Line, Span, clean, pad, span, wrap

_TITLE = 20
_HINT_ROLES = {"stuck": Role.BAD, "warning": Role.ASK, "note": Role.DIM}


def build_ladder_lines(boot: Boot, now: datetime, width: int) -> list[Line]:
    """A line per rung, the leading hint under the rung that is waited for, the others below, each with what to do about it."""
    ladder = build_ladder(boot, now)
    leading, others = boot.status.hints[:1], boot.status.hints[1:]
    place = awaited_rung(ladder) or furthest_rung(ladder)
    lines: list[Line] = []
    for rung in ladder:
        lines.append(_rung(boot, rung, width))
        if place is not None and rung.name == place.name:
            lines += [line for hint in leading for line in _hint(hint, width, "  ")]
            leading = []
    for hint in (*leading, *others):
        lines += [(), *_hint(hint, width)]
    return lines


def _hint(hint: Hint, width: int, indent: str = "") -> list[Line]:
    said = wrap(f"{GROUND.glyph} {hint.message}", width, _HINT_ROLES.get(hint.severity, Role.ASK), indent=indent, hang="  ")
    command = wrap(f"$ {hint.command}", width, Role.ACCENT, indent=f"{indent}  ", hang="  ") if hint.command else []
    return [*said, *command]


def _rung(boot: Boot, rung: RungView, width: int) -> Line:
    state = rung.state.value
    quiet = rung.state in (RungState.AHEAD, RungState.SKIPPED)
    line = [Span(f"{state.glyph} ", state.role), Span(pad(rung.title, _TITLE), Role.DIM if quiet else Role.TEXT)]
    if quiet:
        return (*line, Span(state.word if rung.state is RungState.SKIPPED else "", Role.DIM))
    if rung.state in (RungState.AWAITED, RungState.LATE):
        return (*line, Span(f"{state.word} {render_age(rung.waited or 0)}", state.role))
    line.append(Span(pad(_when(rung), 10)))
    transfer = boot.status.transfer
    if rung.state is RungState.RUNNING and transfer is not None:
        line.append(Span(render_bar(transfer.sent, transfer.total, 16), state.role))
        total = f" of {render_bytes(transfer.total)}" if transfer.total else ""
        return (*line, Span(f" {render_bytes(transfer.sent)}{total}", state.role))
    line.append(Span(pad(render_bytes(rung.bytes) if rung.bytes else "", 11), Role.DIM))
    extra = f"×{rung.count} " if rung.count > 1 else ""
    if rung.state is RungState.FAILED:
        line.append(Span(f"{state.word} ", state.role))
    room = max(0, width - 2 - _TITLE - 21)
    return (*line, span(pad(extra + clean(rung.detail), room), Role.DIM))


def _when(rung: RungView) -> str:
    if rung.after is not None:
        return render_delay(rung.after)
    return render_clock(rung.at) if rung.at else ""


def build_timeline_lines(boot: Boot, width: int, most: int = 12) -> list[Line]:
    """The newest entries of the timeline, newest last."""
    lines: list[Line] = []
    for entry in boot.status.timeline[-most:]:
        at = render_clock(datetime.fromisoformat(entry.at))
        first, *rest = wrap(entry.message, max(1, width - 10), Role.TEXT) or [()]
        lines.append((Span(f"{at}  ", Role.DIM), *first))
        lines += [(Span(" " * 10), *line) for line in rest]
    return lines
