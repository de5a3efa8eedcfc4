"""Boots as rows: a ladder per machine. Two lines with a column per rung where it is wide, one line otherwise."""

from collections.abc import Sequence
from datetime import datetime

from boot.clock import rfc3339
from boot.lifecycle.ladder import LADDER
from boot.resources.boots import Boot
from sidero_tui.model.ladder import RungState, RungView, awaited_rung, build_ladder, furthest_rung
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.model.state import GROUND, State, decide_remark
from sidero_tui.theme import Role
from sidero_tui.views.amounts import render_age, render_bar, render_bytes, render_clock, render_delay
from sidero_tui.views.spans import Line, Span, clip, pad, span
from sidero_tui.views.table import join_counts

MEDIUM = 96
"""Cells from which there is room for the address."""
WIDE = 140
"""Cells from which each rung has a column of its own."""
_WHO = 36
"""Cells for who the machine is, where it is wide."""
_MAC, _ADDRESS = 17, 17
_AWAITED = {"registered": "registration", "accepted": "acceptance", "handed-over": "hand-over"}
"""What a rung is called before it is reached, where that is another word."""
_SECOND = len("2026-01-01T00:00:00")
"""Of a time as text: that far two of them compare as text, which 10,000 comparisons a second need."""


class BootsView:
    """Implements RowsView over Boot objects."""

    id = "boots"
    title = "PXE boots"
    reads = ("boots",)
    ticks = True

    def keys(self, snapshot: Snapshot) -> Sequence[str]:
        return snapshot.boot_order

    def head(self, width: int) -> Line:
        if width < WIDE:
            address = pad("ADDRESS", _ADDRESS) if width >= MEDIUM else ""
            rungs = pad("RUNGS", len(LADDER))
            return (Span(f"{pad('MAC', _MAC)}   {address}{rungs}  WHERE IT IS, WHAT COMES NEXT", Role.DIM),)
        size = _cell_width(width)
        return (Span(pad("machine", _WHO) + "".join(pad(rung.title, size - 1) + " " for rung in LADDER), Role.DIM),)

    def height(self, width: int) -> int:
        return 2 if width >= WIDE else 1

    def row(self, snapshot: Snapshot, key: str, width: int, now: datetime) -> Sequence[Line]:
        boot = snapshot.boots[key]
        ladder = build_ladder(boot, now)
        if width < WIDE:
            return [_compact(snapshot, boot, ladder, width)]
        return _matrix(snapshot, boot, ladder, _cell_width(width))

    def haystack(self, snapshot: Snapshot, key: str) -> str:
        boot = snapshot.boots[key]
        parts = (boot.spec.mac, boot.status.server, boot.status.uuid, boot.status.architecture, *boot.status.addresses)
        return " ".join((*parts, boot.status.stage)).lower()

    def summary(self, snapshot: Snapshot, now: datetime) -> Line:
        late = failed = running = 0
        second = rfc3339(now)[:_SECOND]
        for boot in snapshot.boots.values():
            expected, transfer = boot.status.expected, boot.status.transfer
            late += bool(expected and expected.late_after and expected.late_after[:_SECOND] <= second)
            running += bool(transfer and transfer.state == "running")
            failed += bool(transfer and transfer.state == "failed")
        return join_counts(
            {
                "machine" if len(snapshot.boots) == 1 else "machines": (len(snapshot.boots), Role.DIM),
                "transferring": (running, Role.BUSY),
                "late": (late, Role.BAD),
                "failed": (failed, Role.BAD),
            }
        )

    def empty(self, snapshot: Snapshot) -> str:
        if snapshot.stack.dhcp == "off":
            return "DHCP is off here: machines show up once the site's own DHCP server sends them to us."
        where = f" on {snapshot.stack.interface}" if snapshot.stack.interface else ""
        return f"No machine has been heard{where} yet. Turn one on, network boot first."


BOOTS = BootsView()


def describe_progress(boot: Boot, ladder: tuple[RungView, ...], width: int) -> Line:
    """Where the machine is and what should come next, in `width` cells at most where that is possible."""
    line: list[Span] = []
    here, coming = furthest_rung(ladder), awaited_rung(ladder)
    if here is not None:
        line += _here(boot, here)
    if coming is not None:
        late = coming.state is RungState.LATE
        role = RungState.LATE.value.role if late else RungState.AWAITED.value.role
        waited = "" if coming.waited is None else " " + render_age(coming.waited)
        word = "late" if late else "awaited"
        line += [
            Span(" → " if line else "", Role.DIM),
            Span(f"{coming.state.value.glyph} {_AWAITED.get(coming.name, coming.title)} {word}{waited}", role),
        ]
    if not line:
        line.append(Span("heard, nothing asked for yet", Role.DIM))
    return tuple(line) if width > 0 else ()


def _here(boot: Boot, rung: RungView) -> list[Span]:
    state = rung.state.value
    transfer = boot.status.transfer
    if rung.state is RungState.RUNNING and transfer is not None:
        share = f" {transfer.sent * 100 // transfer.total}%" if transfer.total else " " + render_bytes(transfer.sent)
        bar = render_bar(transfer.sent, transfer.total, 10)
        return [Span(f"{state.glyph} {rung.title} ", state.role), Span(bar + share, state.role)]
    if rung.state is RungState.FAILED:
        return [Span(f"{state.glyph} {rung.title} {state.word}", state.role)]
    return [Span(rung.title, Role.TEXT)]


def _strip(ladder: tuple[RungView, ...]) -> list[Span]:
    """The rungs on the wire; what comes after them is said in words."""
    return [Span(rung.state.value.glyph, rung.state.value.role) for rung in ladder[: len(LADDER)]]


def _compact(snapshot: Snapshot, boot: Boot, ladder: tuple[RungView, ...], width: int) -> Line:
    remark = _remark(snapshot, boot)
    mark = Span(f"{remark.glyph} ", remark.role) if remark else Span("  ")
    who = [span(pad(boot.spec.mac, _MAC), Role.TITLE), Span(" "), mark]
    if width >= MEDIUM:
        who.append(span(pad(_address(boot), _ADDRESS), Role.DIM))
    progress = describe_progress(boot, ladder, width)
    return clip((*who, *_strip(ladder[: len(LADDER)]), Span("  "), *progress, *_stuck(boot)), width)


def _matrix(snapshot: Snapshot, boot: Boot, ladder: tuple[RungView, ...], size: int) -> list[Line]:
    upper: list[Span] = [span(pad(boot.spec.mac, _MAC), Role.TITLE)]
    remark = _remark(snapshot, boot)
    (said,) = _stuck(boot) or (Span("  " + remark.text, remark.role) if remark else _installation(ladder),)
    upper.append(Span(pad(said.text, _WHO - _MAC), said.role))
    lower: list[Span] = [span(pad(f"{_address(boot)} {boot.status.architecture}", _WHO - 1) + " ", Role.DIM)]
    for rung in ladder[: len(LADDER)]:
        for cells, cell in zip((upper, lower), _cell(boot, rung, size - 1), strict=True):
            cells += [Span(pad(cell.text, size - 1), cell.role), Span(" ")]
    return [tuple(upper), tuple(lower)]


def _installation(ladder: tuple[RungView, ...]) -> Span:
    """How far it is past the rungs that have a column."""
    here = furthest_rung(ladder[len(LADDER) :])
    return Span(f"  {here.state.value.glyph} {here.title}", here.state.value.role) if here else Span("")


def _cell(boot: Boot, rung: RungView, size: int) -> tuple[Span, Span]:
    """One rung: when, over what went over the wire."""
    state = rung.state.value
    if rung.state in (RungState.AHEAD, RungState.SKIPPED):
        return Span(state.glyph, state.role), Span("")
    if rung.state in (RungState.AWAITED, RungState.LATE):
        return Span(f"{state.glyph} {state.word}", state.role), Span("  " + render_age(rung.waited or 0), state.role)
    when = render_delay(rung.after) if rung.after is not None else render_clock(rung.at) if rung.at else ""
    transfer = boot.status.transfer
    if rung.state is RungState.RUNNING and transfer is not None:
        share = f" {transfer.sent * 100 // transfer.total}%" if transfer.total else ""
        return Span(f"{state.glyph} {when}{share}", state.role), Span(
            "  " + render_bar(transfer.sent, transfer.total, size - 3), state.role
        )
    if rung.state is RungState.FAILED:
        return Span(f"{state.glyph} {state.word}", state.role), Span("  " + render_bytes(rung.bytes), state.role)
    amount = render_bytes(rung.bytes) if rung.bytes else ""
    times = f"×{rung.count}" if rung.count > 1 else ""
    return Span(f"{state.glyph} {when}", state.role), Span("  " + " ".join(part for part in (amount, times) if part), Role.DIM)


def _cell_width(width: int) -> int:
    return (width - _WHO) // len(LADDER)


def _address(boot: Boot) -> str:
    """The one it was heard from last."""
    return boot.status.addresses[0] if boot.status.addresses else "no address"


def _stuck(boot: Boot) -> Line:
    """The name of what keeps it from getting on, where that is known."""
    leading = next((hint.reason for hint in boot.status.hints[:1] if hint.severity == "stuck"), "")
    return (Span(f"  {GROUND.glyph} {leading}", GROUND.role),) if leading else ()


def _remark(snapshot: Snapshot, boot: Boot) -> State | None:
    server = snapshot.servers.get(boot.status.server)
    return None if server is None else decide_remark(server)
