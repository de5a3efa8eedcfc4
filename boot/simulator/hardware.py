"""What a simulated server is made of, and its SMBIOS tables (DMTF DSP0134). Pure."""

import struct
import uuid
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Firmware and processor: decides option 93, and what iPXE calls itself."""

    BIOS = "bios"
    UEFI = "uefi"
    ARM64 = "arm64"


ARCHITECTURE_CODES = {Kind.BIOS: 0, Kind.UEFI: 7, Kind.ARM64: 11}
BUILD_ARCHITECTURES = {Kind.BIOS: "i386", Kind.UEFI: "x86_64", Kind.ARM64: "arm64"}


@dataclass(frozen=True, slots=True)
class Hardware:
    """One box. `uuid` may be all zero or somebody else's, as it happens in real racks; `speed` in MHz."""

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


def build_smbios(hardware: Hardware) -> dict[int, "Structure"]:
    """Types 1 and 4, which is what registration without an agent reads."""
    system = _encode(1, struct.pack("<BBBB16sBBB", 1, 2, 3, 4, uuid.UUID(hardware.uuid).bytes_le, 6, 5, 6))
    processor = bytearray(0x30 - 4)
    for offset, value in {
        4: 1,
        5: 3,
        7: 2,
        16: 3,
        24: 0x41,
        32: 4,
        35: hardware.cores & 0xFF,
        36: hardware.cores & 0xFF,
        37: hardware.threads & 0xFF,
    }.items():
        processor[offset - 4] = value
    struct.pack_into("<HH", processor, 20 - 4, hardware.speed, hardware.speed)
    struct.pack_into("<HHH", processor, 42 - 4, hardware.cores, hardware.cores, hardware.threads)
    return {
        1: Structure(
            system, (hardware.manufacturer, hardware.product, "1.0", hardware.serial, f"SKU-{hardware.product}", "Simulated")
        ),
        4: Structure(_encode(4, bytes(processor)), ("CPU 0", hardware.cpu_manufacturer, hardware.cpu_version, "")),
    }


def _encode(kind: int, body: bytes) -> bytes:
    return struct.pack("<BBH", kind, len(body) + 4, kind) + body


@dataclass(frozen=True, slots=True)
class Structure:
    """The formatted area, header included, and the strings its string numbers count from 1."""

    data: bytes
    strings: tuple[str, ...]

    def read(self, offset: int, length: int) -> bytes:
        """`length` bytes at `offset`; length 0 means the string whose number stands there. b"" past the end."""
        if length:
            return self.data[offset : offset + length] if offset + length <= len(self.data) else b""
        number = self.data[offset] if offset < len(self.data) else 0
        return self.strings[number - 1].encode() if 0 < number <= len(self.strings) else b""


_ATOM = ("Intel(R) Corporation", "Intel(R) Atom(TM) CPU C3558 @ 2.20GHz")
_XEON = ("Intel(R) Corporation", "Intel(R) Xeon(R) Silver 4314 CPU @ 2.40GHz")
_EPYC = ("Advanced Micro Devices, Inc.", "AMD EPYC 7313P 16-Core Processor")
_ALTRA = ("Ampere(R)", "Ampere(R) Altra(R) Processor Q64-22")
_ZERO = "00000000-0000-0000-0000-000000000000"
_SHARED = "03000200-0400-0500-0006-000700080010"


def build_rack(count: int) -> tuple[Hardware, ...]:
    """Six mixed servers over and over: BIOS, UEFI, arm64, a blank UUID (the guide's own box), and two with the same one."""
    return tuple(_build_server(index) for index in range(count))


def _build_server(index: int) -> Hardware:
    slot, place = divmod(index, 6)
    mac = "d0:50:99:d3:33:60" if index == 3 else f"d0:50:99:00:{index >> 8:02x}:{index & 0xFF:02x}"
    own = str(uuid.uuid5(uuid.NAMESPACE_OID, f"sidero-tui simulated server {index}"))
    serial = f"SIM{index:05d}"
    match place:
        case 0:
            return Hardware(mac, own, Kind.BIOS, "Supermicro", "SYS-5019D-4C", serial, *_ATOM, 2200, 4, 4)
        case 1:
            return Hardware(mac, own, Kind.UEFI, "Dell Inc.", "PowerEdge R650", serial, *_XEON, 2400, 16, 32)
        case 2:
            return Hardware(mac, own, Kind.ARM64, "GIGABYTE", "R152-P30", serial, *_ALTRA, 2200, 64, 64)
        case 3:
            return Hardware(mac, _ZERO, Kind.BIOS, "To Be Filled By O.E.M.", "C3558D4I-4L", "", *_ATOM, 2200, 4, 4)
        case _:
            shared = _SHARED if slot == 0 else str(uuid.uuid5(uuid.NAMESPACE_OID, f"sidero-tui cloned board {slot}"))
            return Hardware(mac, shared, Kind.UEFI, "ASRockRack", "ROMED8-2T", "", *_EPYC, 3000, 16, 32)
