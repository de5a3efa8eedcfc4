"""What accepting will do, server by server and disk by disk, before anybody confirms it."""

from collections.abc import Sequence

from boot.lifecycle.acceptance import Acceptance, DiskConsequence, describe_acceptance
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.theme import Role
from sidero_tui.views.amounts import render_bytes
from sidero_tui.views.servers import ServerRow, project_server
from sidero_tui.views.spans import Line, Span, span, state_span, wrap


def acceptable(snapshot: Snapshot, names: Sequence[str]) -> tuple[str, ...]:
    """Those of `names` that can be accepted now."""
    servers = (snapshot.servers[name] for name in names if name in snapshot.servers)
    return tuple(server.name for server in servers if describe_acceptance(server).possible)


def build_acceptance_lines(snapshot: Snapshot, names: Sequence[str], width: int) -> list[Line]:
    """What holds for all of them once, then each server by name, model, serial and MAC with what is its own."""
    told = {name: describe_acceptance(snapshot.servers[name]) for name in names if name in snapshot.servers}
    shared = _shared(tuple(told.values()))
    lines: list[Line] = []
    for sentence in shared:
        lines += wrap(sentence, width)
    for name, acceptance in told.items():
        lines += [(), *_server(project_server(snapshot, name), acceptance, shared, width)]
    return lines


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
    for disk in acceptance.disks:
        lines += _disk(disk, width)
    return lines


def _disk(disk: DiskConsequence, width: int) -> list[Line]:
    parts = (disk.name, disk.model, render_bytes(disk.size) if disk.size else "", disk.serial)
    known = " · ".join(part for part in parts if part)
    reason = f" ({disk.reason})" if disk.reason else ""
    return wrap(f"▪ {known}: {disk.fate}{reason}", width, Role.ASK, "  ")
