"""What accepting will do, server by server and disk by disk, before anybody confirms it."""

from collections.abc import Sequence
from dataclasses import dataclass

from boot.lifecycle.acceptance import Acceptance, DiskConsequence
from boot.resources.wiping import DiskAction
from sidero_tui.model.draft import Draft
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.theme import Role
from sidero_tui.views.amounts import render_bytes
from sidero_tui.views.servers import ServerRow, project_server
from sidero_tui.views.spans import Line, Span, span, state_span, wrap

DiskKey = tuple[str, str]
"""Server and device name."""


@dataclass(frozen=True, slots=True)
class AcceptancePage:
    """`disks` are those whose fate can be changed, in order, and the line each begins on."""

    lines: Sequence[Line]
    disks: Sequence[tuple[DiskKey, int]]


def build_acceptance_page(
    snapshot: Snapshot, names: Sequence[str], draft: Draft, current: DiskKey | None, width: int
) -> AcceptancePage:
    """What holds for all of them once, then each server by name, model, serial and MAC with what is its own."""
    told = {name: draft.describe(snapshot.servers[name]) for name in names if name in snapshot.servers}
    shared = _shared(tuple(told.values()))
    lines: list[Line] = []
    disks: list[tuple[DiskKey, int]] = []
    for sentence in shared:
        lines += wrap(sentence, width)
    for name, acceptance in told.items():
        lines += [(), *_server(project_server(snapshot, name), acceptance, shared, width)]
        for disk in acceptance.disks:
            key = (name, disk.name)
            if not disk.fixed:
                disks.append((key, len(lines)))
            lines += _disk(disk, width, under_cursor=key == current)
    return AcceptancePage(lines, disks)


def _shared(acceptances: Sequence[Acceptance]) -> tuple[str, ...]:
    first = acceptances[0].sentences if acceptances else ()
    return tuple(sentence for sentence in first if all(sentence in other.sentences for other in acceptances))


def _server(row: ServerRow, acceptance: Acceptance, shared: Sequence[str], width: int) -> list[Line]:
    remark = [Span("  "), state_span(row.remark)] if row.remark else []
    system = row.system
    model = " ".join(part for part in (system.manufacturer, system.product_name) if part) or "model not known"
    serial = f"serial {system.serial_number}" if system.serial_number else "no serial"
    lines: list[Line] = [
        (span(row.server.name, Role.TITLE, bold=True), *remark),
        *wrap(" · ".join((model, serial, row.identity.mac or "MAC not known")), width, Role.DIM, "  "),
    ]
    own = [sentence for sentence in acceptance.sentences if sentence not in shared]
    for sentence in (row.identity.reason, *own):
        lines += wrap(sentence, width, Role.ASK, "  ")
    return lines


def _disk(disk: DiskConsequence, width: int, *, under_cursor: bool) -> list[Line]:
    wiped = disk.action is DiskAction.WIPE
    glyph, word, role = ("✗", "wipe", Role.BAD) if wiped else ("■", "keep", Role.OK)
    parts = (disk.name, disk.model, render_bytes(disk.size) if disk.size else "", disk.serial)
    gutter = Span("▌ " if under_cursor else "  ", Role.ACCENT)
    head = f"{glyph} {word}  "
    first, *rest = wrap(" · ".join(part for part in parts if part), width - 2 - len(head), Role.TITLE) or [()]
    lines: list[Line] = [(gutter, Span(head, role, bold=True), *first)]
    lines += [(Span(" " * (2 + len(head))), *line) for line in rest]
    known = "" if wiped and not disk.fixed else f" ({disk.reason})"
    text = f"on it: {disk.contents}{known}"
    return lines + wrap(text, width, Role.ASK if disk.foreign else Role.DIM, " " * (2 + len(head)))
