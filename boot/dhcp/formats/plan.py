"""What every format says in its own words: who boots what from where. Pure.

iPXE is told apart first, else it would load iPXE for ever. Firmware is told apart by its vendor class ("PXEClient:Arch:00007"),
which needs no definition of option 93 and so works wherever a line may stand.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from boot.config import AddressRange, Reservation
from boot.firmware import ARCHITECTURES, RASPBERRY_PI, Firmware
from boot.resources.boots import Boot
from boot.resources.metal import Server


@dataclass(frozen=True, slots=True)
class Row:
    """Firmware of these option 93 codes boots `file`: a TFTP name, or the whole URL where `http`."""

    tag: str
    title: str
    codes: tuple[int, ...]
    file: str
    http: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """`next_server` is us; `pool`, `router` and `dns` are None or "" where the site's server has its own."""

    next_server: str
    script_url: str
    network: ipaddress.IPv4Network
    rows: Sequence[Row]
    pool: AddressRange | None = None
    router: str = ""
    dns: str = ""
    hosts: Sequence[Reservation] = field(default=())

    @property
    def bios_file(self) -> str:
        """What to fall back to: a ROM too old to say what it is is a BIOS."""
        return next(row.file for row in self.rows if 0 in row.codes)


def build_rows(boot_url: str) -> list[Row]:
    """One row for each file and way of fetching it, out of the table of architectures."""
    rows: dict[tuple[str, bool], Row] = {}
    for architecture in ARCHITECTURES.values():
        if not architecture.boot_files or architecture.code == RASPBERRY_PI:  # which says 0 on the wire
            continue
        name = architecture.boot_files[0]
        known = rows.get((name, architecture.http))
        if known is not None:
            rows[name, architecture.http] = Row(known.tag, known.title, (*known.codes, architecture.code), known.file, known.http)
            continue
        kind = "bios" if architecture.firmware is Firmware.BIOS else f"efi-{architecture.cpu.replace('_', '-')}"
        tag = f"{kind}-http" if architecture.http else kind
        file = f"{boot_url}/tftp/{name}" if architecture.http else name
        rows[name, architecture.http] = Row(tag, architecture.title, (architecture.code,), file, architecture.http)
    return list(rows.values())


def list_hosts(reserved: Iterable[Reservation], servers: Iterable[Server], boots: Iterable[Boot]) -> list[Reservation]:
    """A host for each reservation, then one for each known Server at the address it has now; an address is given once.

    `address` is "" where none is known: the block then names the machine only.
    """
    hosts = {reservation.mac: reservation for reservation in reserved}
    taken = {host.address for host in hosts.values()}
    names = {server.name: server.spec.hostname for server in servers}
    for boot in sorted(boots, key=lambda boot: boot.spec.mac):
        if boot.spec.mac in hosts or boot.status.server not in names:
            continue
        address = next((address for address in boot.status.addresses if address not in taken), "")
        taken.add(address)
        hosts[boot.spec.mac] = Reservation(mac=boot.spec.mac, address=address, hostname=names[boot.status.server])
    return list(hosts.values())


def host_label(host: Reservation) -> str:
    """A name for a block about this machine."""
    return host.hostname or f"server-{host.mac.replace(':', '')}"


def vendor_classes(row: Row) -> list[str]:
    """What option 60 begins with."""
    kind = "HTTPClient" if row.http else "PXEClient"
    return [f"{kind}:Arch:{code:05}" for code in row.codes]
