"""The SMBIOS tables of a simulated server (DMTF DSP0134), as iPXE reads them. Pure."""

import struct
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from boot.simulator.hardware import Hardware

_SYSTEM, _PROCESSOR = 1, 4
_PROCESSOR_LENGTH = 0x30
_POPULATED = 0x41
"""Status of a processor: socket populated (bit 6), enabled by firmware (1)."""


@dataclass(frozen=True, slots=True)
class Structure:
    """The formatted area, header included, and the strings its string numbers count from 1."""

    data: bytes
    strings: tuple[str, ...]

    def read(self, offset: int, length: int) -> bytes:
        """`length` bytes at `offset`. Length 0: the string whose number stands there; offset 0: the string number `length`.

        b"" past the end, as builds of this decade answer.
        """
        if offset and length:
            return self.data[offset : offset + length] if offset + length <= len(self.data) else b""
        number = length if offset == 0 else self.data[offset] if offset < len(self.data) else 0
        return self.strings[number - 1].encode() if 0 < number <= len(self.strings) else b""


Tables = Mapping[int, tuple[Structure, ...]]
"""The structures of each type, in order."""


def build_smbios(hardware: Hardware) -> Tables:
    """Types 1 and 4, which is what registration without an agent reads; one processor structure per socket."""
    system = struct.pack("<BBBB16sBBB", 1, 2, 3, 4, uuid.UUID(hardware.uuid).bytes_le, 6, 5, 6)
    texts = (hardware.manufacturer, hardware.product, "1.0", hardware.serial, f"SKU-{hardware.product}", "Simulated")
    processors = (_build_processor(hardware, socket) for socket in range(hardware.sockets))
    return {_SYSTEM: (Structure(_encode(_SYSTEM, system), texts),), _PROCESSOR: tuple(processors)}


def _build_processor(hardware: Hardware, socket: int) -> Structure:
    if socket >= hardware.processors:
        empty = bytearray(_PROCESSOR_LENGTH - 4)
        empty[0] = 1  # the socket's own name is all that is known
        return Structure(_encode(_PROCESSOR, bytes(empty)), (f"CPU {socket}",))
    few = [min(count, 0xFF) for count in (hardware.cores, hardware.cores, hardware.threads)]
    body = b"".join(
        (
            struct.pack("<BBBB8sBBHHHBB", 1, 3, 0xFE, 2, bytes(8), 3, 0, 100, hardware.speed, hardware.speed, _POPULATED, 0),
            struct.pack("<HHHBBBBBBHH", 0, 0, 0, 4, 0, 0, *few, 0, 0xFE),
            struct.pack("<HHH", hardware.cores, hardware.cores, hardware.threads),
        )
    )
    return Structure(_encode(_PROCESSOR, body), (f"CPU {socket}", hardware.cpu_manufacturer, hardware.cpu_version, ""))


def _encode(kind: int, body: bytes) -> bytes:
    return struct.pack("<BBH", kind, len(body) + 4, kind) + body
