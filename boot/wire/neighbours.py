"""Who else answers DHCP: from replies heard to one entry a server, and from those to what is wrong with it. Pure."""

import ipaddress
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from boot.clock import rfc3339
from boot.config import DhcpMode
from boot.dhcp.packet import REPLY, MessageType, Option, Packet
from boot.dhcp.request import NO_ADDRESS

_LONGEST_NAME = 128


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another server, by its server identifier. `program` holds port 67 when it runs on this very machine."""

    server: str
    mac: str = ""
    leases: bool = False
    pxe: bool = False
    offered: str = ""
    network: str = ""
    router: str = ""
    next_server: str = ""
    boot_file: str = ""
    relay: str = ""
    program: str = ""
    overheard: bool = False
    """Known only by machines that named it in their requests: it answered us nothing."""

    @property
    def kind(self) -> str:
        if self.leases:
            return "DHCP server that says what to boot" if self.pxe or self.boot_file else "DHCP server"
        return "PXE proxy" if self.pxe or self.boot_file else "unknown"


def read_neighbour(packet: Packet, source: str, mac: str) -> Neighbour | None:
    """What an OFFER or ACK says about who sent it; also a REQUEST, which names the server that was chosen. None otherwise."""
    kind = int.from_bytes(packet.options.get(Option.MESSAGE_TYPE, b""), "big")
    server = packet.address(Option.SERVER_ID)
    if packet.op != REPLY:
        chosen = kind == MessageType.REQUEST and server not in {"", NO_ADDRESS}
        return Neighbour(server, leases=True, overheard=True) if chosen else None
    if kind not in (MessageType.OFFER, MessageType.ACK):
        return None
    leases = packet.yiaddr != NO_ADDRESS
    mask = packet.address(Option.SUBNET_MASK)
    vendor = packet.options.get(Option.VENDOR_CLASS, b"").decode("latin-1")
    file = packet.options.get(Option.BOOT_FILE, b"") or packet.file
    return Neighbour(
        server=server or source,
        mac=mac,
        leases=leases,
        pxe=vendor.startswith(("PXEClient", "HTTPClient")),
        offered=packet.yiaddr if leases else "",
        network=_network(packet.yiaddr, mask) if leases and mask else "",
        router=_first_address(packet.options.get(Option.ROUTER, b"")),
        next_server="" if packet.siaddr == NO_ADDRESS else packet.siaddr,
        boot_file=_printable(file),
        relay="" if packet.giaddr == NO_ADDRESS else packet.giaddr,
    )


def join_neighbour(known: Neighbour | None, fresh: Neighbour) -> Neighbour:
    """Both taken together: a server that answers firmware and others differently is one server."""
    if known is None:
        return fresh
    if fresh.overheard:
        return known
    base = replace(fresh, program=known.program)
    return replace(
        base,
        leases=known.leases or fresh.leases,
        pxe=known.pxe or fresh.pxe,
        **{name: getattr(fresh, name) or getattr(known, name) for name in ("mac", "offered", "network", "router")},
        **{name: getattr(fresh, name) or getattr(known, name) for name in ("next_server", "boot_file", "relay")},
    )


def judge_neighbours(mode: DhcpMode, neighbours: Collection[Neighbour], *, asked: bool) -> list[str]:
    """Sentences, the gravest first. `asked` when a test DISCOVER had time to be answered: then silence means something."""
    leasing = [neighbour for neighbour in neighbours if neighbour.leases]
    booting = [neighbour for neighbour in neighbours if neighbour.pxe or neighbour.boot_file]
    told: list[str] = []
    if mode is DhcpMode.SERVER and leasing:
        told.append(f"{_names(leasing)} leases addresses here as we do: stop it, or run with --dhcp proxy")
    elif len(leasing) > 1:
        told.append(f"two DHCP servers lease addresses here, {_names(leasing)}: stop one of them")
    elif mode is not DhcpMode.SERVER and asked and not leasing:
        told.append("nobody leases addresses here: machines cannot boot without one; run with --dhcp server --dhcp-range A-B")
    for neighbour in booting:
        what = f"boot file {neighbour.boot_file!r}" if neighbour.boot_file else "PXE"
        where = f" from {neighbour.next_server}" if neighbour.next_server else ""
        if mode is DhcpMode.OFF:
            told.append(f"{neighbour.server} offers {what}{where}")
        elif neighbour.leases:
            told.append(f"{neighbour.server} offers {what}{where} with its leases, which firmware takes before a proxy's")
        else:
            told.append(
                f"{neighbour.server} is a second PXE proxy, with {what}{where}: machines may boot that; stop one of the two"
            )
    return told


def render_neighbour(neighbour: Neighbour, first: datetime, last: datetime) -> Mapping[str, str | bool]:
    """As the ConfigMap has it: what is empty is left out."""
    said = {key: value for key, value in asdict(neighbour).items() if value and key != "server"}
    return {"kind": neighbour.kind, **said, "firstSeen": rfc3339(first), "lastSeen": rfc3339(last)}


def _printable(name: bytes) -> str:
    """What a stranger sent goes to a terminal: without control characters, and no longer than the header's field."""
    text = name.decode("latin-1").rstrip("\0")[:_LONGEST_NAME]
    return "".join(character if character.isprintable() else "?" for character in text)


def _names(neighbours: Sequence[Neighbour]) -> str:
    return " and ".join(f"{n.server} ({n.program} on this machine)" if n.program else n.server for n in neighbours)


def _network(address: str, mask: str) -> str:
    try:
        return str(ipaddress.IPv4Network(f"{address}/{mask}", strict=False))
    except ValueError:
        return ""


def _first_address(data: bytes) -> str:
    return str(ipaddress.IPv4Address(data[:4])) if len(data) >= 4 else ""
