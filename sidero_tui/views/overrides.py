"""What the two dialogs say that set something by MAC: an address, an architecture."""

from collections.abc import Sequence

from boot.firmware import Architecture
from sidero_tui.model.overrides import find_server
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.theme import Role
from sidero_tui.views.sections import build_fields
from sidero_tui.views.servers import project_server
from sidero_tui.views.spans import Line, Span, pad, span, wrap

_TITLE = 26
_ELSEWHERE = "It holds where we give the addresses: --dhcp server (now: {})."


def build_machine_lines(snapshot: Snapshot, mac: str, width: int) -> list[Line]:
    """What is known of the machine, and what it says of itself."""
    boot, server = snapshot.boot_from(mac), find_server(snapshot, mac)
    code = boot.status.architecture_code if boot else None
    says = f"{boot.status.architecture}{f' ({code})' if code is not None else ''}" if boot else ""
    return build_fields(
        [
            ("server", server.name if server else ""),
            ("model", project_server(snapshot, server.name).system.product_name if server else ""),
            ("address now", boot.status.addresses[0] if boot and boot.status.addresses else ""),
            ("firmware", says),
        ],
        width,
    )


def build_reservation_lines(snapshot: Snapshot, mac: str, refusal: str, typed: str, width: int) -> list[Line]:
    """The machine, what is reserved for it now, and what is wrong with what was typed or where it holds."""
    lines = build_machine_lines(snapshot, mac, width)
    reserved = snapshot.network.reservations.get(mac)
    if reserved:
        lines += build_fields([("reserved", f"{reserved.address} {reserved.hostname}")], width)
    lines.append(())
    if refusal:
        return lines + wrap(f"✗ {refusal}", width, Role.BAD, hang="  ")
    if not typed:
        return lines + wrap("It gets what the settings reserve for it, else whatever address is free.", width, Role.ASK)
    lines += wrap("It gets this address at its next renewal.", width)
    if snapshot.stack.dhcp in ("proxy", "off"):
        lines += wrap(_ELSEWHERE.format(snapshot.stack.dhcp), width, Role.ASK)
    return lines


def build_choice_lines(choices: Sequence[Architecture | None], chosen: Architecture | None, current: int) -> list[Line]:
    """One line a choice: its name, code and the file it boots; `chosen` is the one that holds."""
    lines: list[Line] = []
    for index, row in enumerate(choices):
        gutter = Span("▌ " if index == current else "  ", Role.ACCENT)
        mark = Span("● " if row == chosen else "  ", Role.OK)
        if row is None:
            lines.append((gutter, mark, Span("as its firmware says")))
        else:
            lines.append((gutter, mark, span(pad(row.title, _TITLE)), Span(f"{row.code:2}  ", Role.DIM), _files(row)))
    return lines


def _files(row: Architecture) -> Span:
    return span(row.boot_files[0] + (" by HTTP" if row.http else ""), Role.DIM)
