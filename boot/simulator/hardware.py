"""What a simulated server is made of, and the rack they stand in. Pure."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    """Firmware and processor: decides option 93, and what iPXE calls itself."""

    BIOS = "bios"
    UEFI = "uefi"
    ARM64 = "arm64"


ARCHITECTURE_CODES = {Kind.BIOS: 0, Kind.UEFI: 7, Kind.ARM64: 11}
BUILD_ARCHITECTURES = {Kind.BIOS: "i386", Kind.UEFI: "x86_64", Kind.ARM64: "arm64"}


@dataclass(frozen=True, slots=True)
class Content:
    """What a disk holds, in the agent's words: kind partition-table, filesystem, ...; size in bytes."""

    kind: str
    type: str
    label: str
    where: str
    size: int


@dataclass(frozen=True, slots=True)
class Disk:
    """size in bytes; no contents: blank."""

    device: str
    model: str
    serial: str
    wwid: str
    size: int
    transport: str = "sata"
    rotational: bool = False
    contents: tuple[Content, ...] = ()


@dataclass(frozen=True, slots=True)
class Hardware:
    """One box. `uuid` may be all zero or somebody else's, as it happens in real racks; `speed` in MHz.

    `cores` and `threads` are those of one processor; `processors` of the `sockets` are populated.
    """

    mac: str
    uuid: str
    kind: Kind
    manufacturer: str
    product: str
    serial: str
    cpu_manufacturer: str
    cpu_version: str
    speed: int = 2200
    cores: int = 4
    threads: int = 8
    sockets: int = 1
    processors: int = 1
    asks_boot_server: bool = False
    """Its firmware asks port 4011 although the offer names a file (tianocore/edk2#8149)."""
    memory: int = 32_768
    """In MB."""
    disks: tuple[Disk, ...] = ()


_ATOM = ("Intel(R) Corporation", "Intel(R) Atom(TM) CPU C3558 @ 2.20GHz")
_XEON = ("Intel(R) Corporation", "Intel(R) Xeon(R) Silver 4314 CPU @ 2.40GHz")
_EPYC = ("Advanced Micro Devices, Inc.", "AMD EPYC 7313P 16-Core Processor")
_ALTRA = ("Ampere(R)", "Ampere(R) Altra(R) Processor Q64-22")
_ZERO = "00000000-0000-0000-0000-000000000000"
_CLONED = "03000200-0400-0500-0006-000700080010"
_GUIDES_BOX = "d0:50:99:d3:33:60"


def build_rack(count: int) -> tuple[Hardware, ...]:
    """Six mixed servers over and over: BIOS, UEFI, arm64, a blank UUID (the guide's own box first), two with the same one."""
    return tuple(replace(_PLACES[index % len(_PLACES)](index), disks=_build_disks(index)) for index in range(count))


def _build_supermicro(index: int) -> Hardware:
    return Hardware(_mac(index), _uuid(index), Kind.BIOS, "Supermicro", "SYS-5019D-4C", _serial(index), *_ATOM, 2200, 4, 4)


def _build_dell(index: int) -> Hardware:
    """Two sockets, of which every other box has one empty."""
    populated = 1 if index // len(_PLACES) % 2 else 2
    maker = ("Dell Inc.", "PowerEdge R650")
    return Hardware(
        _mac(index), _uuid(index), Kind.UEFI, *maker, _serial(index), *_XEON, 2400, 16, 32, 2, populated, asks_boot_server=True
    )


def _build_ampere(index: int) -> Hardware:
    return Hardware(_mac(index), _uuid(index), Kind.ARM64, "GIGABYTE", "R152-P30", _serial(index), *_ALTRA, 2200, 64, 64)


def _build_blank(index: int) -> Hardware:
    mac = _mac(index) if index >= len(_PLACES) else _GUIDES_BOX
    return Hardware(mac, _ZERO, Kind.BIOS, "To Be Filled By O.E.M.", "C3558D4I-4L", "", *_ATOM, 2200, 4, 4)


def _build_clone(index: int) -> Hardware:
    pair = index // len(_PLACES)
    shared = _CLONED if pair == 0 else str(uuid.uuid5(uuid.NAMESPACE_OID, f"sidero-tui cloned board {pair}"))
    return Hardware(_mac(index), shared, Kind.UEFI, "ASRockRack", "ROMED8-2T", "", *_EPYC, 3000, 16, 32)


_PLACES: tuple[Callable[[int], Hardware], ...] = (
    _build_supermicro,
    _build_dell,
    _build_ampere,
    _build_blank,
    _build_clone,
    _build_clone,
)


def _build_disks(index: int) -> tuple[Disk, ...]:
    """A blank system disk each; every sixth server has somebody's data beside it."""
    wwid = f"naa.5000c500{index:08x}"
    system = Disk("/dev/sda", "INTEL SSDSC2KB48", f"PHYS{index:05d}", f"{wwid}0", 480 * 10**9)
    if index % len(_PLACES) != _PLACES.index(_build_dell):
        return (system,)
    data = (
        Content("partition-table", "gpt", "", "whole disk", 4 * 10**12),
        Content("filesystem", "xfs", "backups", "partition 1", 4 * 10**12 - 2**21),
    )
    return system, Disk("/dev/sdb", "ST4000NM000A", f"ZC1{index:05d}", f"{wwid}1", 4 * 10**12, rotational=True, contents=data)


def _mac(index: int) -> str:
    return f"d0:50:99:00:{index >> 8:02x}:{index & 0xFF:02x}"


def _uuid(index: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"sidero-tui simulated server {index}"))


def _serial(index: int) -> str:
    return f"SIM{index:05d}"
