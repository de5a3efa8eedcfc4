"""The page of the network: who else answers DHCP, what the self-test found, what is set by MAC, what models need."""

from collections.abc import Sequence
from datetime import datetime

from boot.clock import parse_time
from sidero_tui.model.network import NetworkFacts, OtherServer
from sidero_tui.model.overrides import find_server
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.theme import Role
from sidero_tui.views.amounts import render_age, render_clock
from sidero_tui.views.sections import Section, build_fields, build_sections
from sidero_tui.views.spans import Line, Span, clip, pad, span, wrap

_MAC, _VALUE = 19, 32
_SETTINGS = "Those of the command line and the config file hold too, and are not listed."


def build_network_page(snapshot: Snapshot, now: datetime, width: int) -> list[Line]:
    network, room = snapshot.network, width - 2
    return build_sections(
        [
            Section("Verdict", _verdict(network, room)),
            Section("Self-test", _self_test(network, room)),
            Section("Other servers", _others(network, now, room)),
            Section("Reserved addresses", _reservations(snapshot, room)),
            Section("Taken for another architecture", _architectures(snapshot, room)),
            Section("Entries that do not hold", _told(network.unread, room, "▲", Role.BAD)),
            Section("Learned quirks", _quirks(network, room)),
        ]
    )


def _verdict(network: NetworkFacts, width: int) -> list[Line]:
    if network.verdict:
        return _told(network.verdict, width, "▲", Role.BAD)
    if not network.self_test:
        return wrap("The stack has not told yet who else answers: it wants a component wire that runs.", width, Role.DIM)
    return _told(["nothing that keeps machines from booting"] if network.tested else [], width, "●", Role.OK)


def _self_test(network: NetworkFacts, width: int) -> list[Line]:
    if not network.self_test:
        return []
    if not network.tested:
        return _told(["under way"], width, "◌", Role.BUSY)
    if network.complaints:
        return _told(network.complaints, width, "✗", Role.BAD)
    return _told(["our OFFER was seen on the wire, and everything we advertise was fetched"], width, "●", Role.OK)


def _others(network: NetworkFacts, now: datetime, width: int) -> list[Line]:
    if not network.others:
        return wrap("Nobody else was heard.", width, Role.DIM) if network.self_test else []
    lines: list[Line] = []
    for other in network.others:
        lines += [()] if lines else []
        lines.append(clip((span(other.server, Role.TITLE, bold=True), Span("  "), span(other.kind)), width))
        lines += build_fields(
            [
                ("offers", " of ".join(part for part in (other.offered, other.network) if part)),
                ("boot file", " from ".join(part for part in (other.boot_file, other.next_server) if part)),
                ("router", other.router),
                ("MAC", other.mac),
                ("relay", other.relay),
                ("runs here as", other.program),
                ("known by", "machines that named it; it never answered us" if other.overheard else ""),
                ("seen", _seen(other, now)),
            ],
            width,
        )
    return lines


def _seen(other: OtherServer, now: datetime) -> str:
    try:
        first, last = parse_time(other.first_seen), parse_time(other.last_seen)
    except ValueError:
        return ""
    return f"first at {render_clock(first)}, last {render_age(max(0.0, (now - last).total_seconds()))} ago"


def _reservations(snapshot: Snapshot, width: int) -> list[Line]:
    rows = [
        _row(snapshot, mac, " ".join((kept.address, kept.hostname)), width)
        for mac, kept in sorted(snapshot.network.reservations.items())
    ]
    none = [] if rows else wrap("None: i on a boot or a server reserves one.", width, Role.DIM)
    return [*rows, *none, *wrap(_SETTINGS, width, Role.DIM)]


def _architectures(snapshot: Snapshot, width: int) -> list[Line]:
    rows = [
        _row(snapshot, mac, f"{row.title} ({row.code})", width) for mac, row in sorted(snapshot.network.architectures.items())
    ]
    return rows or wrap("None: A on a boot or a server takes it for another.", width, Role.DIM)


def _row(snapshot: Snapshot, mac: str, value: str, width: int) -> Line:
    """MAC, what is set for it, and whose NIC that is, where it is known."""
    server = find_server(snapshot, mac)
    name = server.name if server else "not seen yet" if snapshot.boot_from(mac) is None else "no server yet"
    value = pad(value, max(_VALUE, len(value) + 1))
    return clip((span(pad(mac, _MAC), Role.TITLE), span(value), span(name, Role.DIM)), width)


def _quirks(network: NetworkFacts, width: int) -> list[Line]:
    lines: list[Line] = []
    for quirk in network.quirks:
        needs = [
            f"build {quirk.build}" if quirk.build else "",
            f"DHCP on port {quirk.dhcp}" if quirk.dhcp else "",
            f"leaves netboot by {quirk.exit}" if quirk.exit else "",
        ]
        lines.append((span(f"{quirk.manufacturer} {quirk.product}".strip() or "unnamed", Role.TITLE),))
        lines += wrap(", ".join(part for part in needs if part) or "nothing special", width, Role.TEXT, "  ")
    return lines or wrap("None yet: no model has registered after a network boot.", width, Role.DIM)


def _told(sentences: Sequence[str], width: int, glyph: str, role: Role) -> list[Line]:
    return [line for sentence in sentences for line in wrap(f"{glyph} {sentence}", width, role, hang="  ")]
