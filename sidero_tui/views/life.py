"""A server's life on its page: what happens now, its disks and what becomes of them, its BMC, and what was done to it."""

from collections.abc import Sequence
from datetime import datetime

from boot.clock import parse_time
from boot.errors import ConfigError
from boot.lifecycle.disks import DiskFate, decide_fates, describe_contents, known_disks
from boot.resources.bmc_checks import CHECKED_AT, RESULT, Outcome, parse_rows
from boot.resources.metal import Server
from boot.resources.wiping import DiskAction
from sidero_tui.model.life import explain_life
from sidero_tui.model.snapshot import AuditEntry, Snapshot
from sidero_tui.model.state import State
from sidero_tui.theme import Role
from sidero_tui.views.amounts import render_bytes
from sidero_tui.views.spans import Line, Span, wrap

AUDIT_SHOWN = 30
_OUTCOMES = {
    Outcome.OK: State("●", "works", Role.OK),
    Outcome.FAILED: State("✗", "failed", Role.BAD),
    Outcome.NOT_RUN: State("–", "not tried", Role.DIM),
}


def build_life_lines(snapshot: Snapshot, name: str, now: datetime, width: int) -> list[Line]:
    lines: list[Line] = []
    for number, sentence in enumerate(explain_life(snapshot, name, now)):
        lines += wrap(sentence, width, Role.DIM if number else Role.TEXT)
    return lines


def build_disk_lines(server: Server, width: int) -> list[Line]:
    """Each disk, what the plan says about it, and what is on it."""
    if known_disks(server) is None:
        return wrap("Disks are not known yet: no agent has looked.", width, Role.DIM)
    try:
        fates = decide_fates(server)
    except ConfigError as error:
        return wrap(str(error), width, Role.BAD)
    lines: list[Line] = []
    for fate in fates:
        lines += _disk(fate, width, clean=server.status.is_clean)
    return lines or [(Span("It has no disk.", Role.DIM),)]


def _disk(fate: DiskFate, width: int, *, clean: bool) -> list[Line]:
    disk, kept = fate.disk, fate.action is DiskAction.KEEP
    kind = "HDD" if disk.rotational else disk.transport.upper()
    parts = (disk.device_name, kind, disk.model, render_bytes(disk.size) if disk.size else "", disk.serial)
    lines = wrap("▪ " + " · ".join(part for part in parts if part), width, Role.TEXT, hang="  ")
    done = f"kept: {fate.reason}" if kept else ("wiped" if clean else f"to be wiped: {fate.reason}")
    lines += wrap(done, width, Role.OK if kept else Role.DIM, "  ")
    return lines + wrap(f"on it: {describe_contents(disk)}", width, Role.ASK if fate.foreign else Role.DIM, "  ")


def build_check_lines(server: Server, width: int) -> list[Line]:
    """The last test of its BMC, verb by verb; nothing where none was made."""
    noted = server.metadata.annotations
    if RESULT not in noted:
        return []
    try:
        rows = parse_rows(noted[RESULT])
    except ValueError:
        return wrap(f"annotation {RESULT} cannot be read", width, Role.BAD)
    lines = wrap(f"tested at {noted.get(CHECKED_AT, '')}", width, Role.DIM)
    for row in rows:
        look = _OUTCOMES[row.outcome]
        lines += wrap(f"{look.glyph} {row.verb}: {row.detail or look.word}", width, look.role, hang="  ")
    return lines


def build_audit_lines(entries: Sequence[AuditEntry], width: int) -> list[Line]:
    """What was done, by whom, the latest first; messages of the audit trail name the user themselves."""
    lines: list[Line] = []
    for entry in entries[:AUDIT_SHOWN]:
        at = parse_time(entry.at).astimezone().strftime("%H:%M:%S") if entry.at else "        "
        who = f" (by {entry.user})" if entry.user and entry.user not in entry.message else ""
        times = f" ×{entry.count}" if entry.count > 1 else ""
        text = f"{at}  {entry.message or entry.reason}{who}{times}"
        lines += wrap(text, width, Role.BAD if entry.warning else Role.TEXT, hang=" " * 10)
    return lines
