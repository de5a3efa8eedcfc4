"""What iPXE reports from the SMBIOS tables, as Sidero's hardware models.

Keys are iPXE's coordinates, type.offset; texts are as the board has them, numbers hex bytes in little-endian order.
Boards fill fields with placeholders, blanks and garbage: all of these become "".
"""

from collections.abc import Mapping
from dataclasses import dataclass

from boot.lifecycle.identity import Reported, parse_mac, parse_uuid
from boot.resources.base import Object
from boot.resources.metal import Processor, SystemInformation

LONGEST_TEXT = 128

PLACEHOLDERS = frozenset({
    "to be filled by o.e.m.", "to be filled by oem", "to be defined by o.e.m.", "o.e.m.", "oem", "default string",
    "system manufacturer", "system product name", "system version", "system serial number", "sku", "family",
    "chassis serial number", "base board serial number", "type2 - board serial number", "not specified",
    "not available", "not applicable", "undefined", "unknown", "invalid", "empty", "none", "n/a", "na",
    "0123456789", "123456789", "1234567890", "0", "00000000", "xxxxxxxx", "........",
})  # fmt: skip
"""Lower-case texts that board makers leave in place of a value."""

_POPULATED = 0x40
"""SMBIOS 7.5: bit 6 of the processor's status byte."""
_BYTE_FULL, _WORD_UNKNOWN = 0xFF, frozenset({0, 0xFFFF})


@dataclass(frozen=True, slots=True)
class SystemReport:
    """The first report of a booting machine. `uuid` in `system` is as reported, even where it is no identity."""

    reported: Reported
    hostname: str
    system: SystemInformation

    told = "Server registered by its iPXE report, without an agent."

    @property
    def uuid(self) -> str:
        return self.system.uuid

    @property
    def hardware(self) -> Object:
        return {"system": {key: value for key, value in self.system.wire().items() if value != ""}}

    @property
    def annotations(self) -> Object:
        return {}


def parse_text(text: str) -> str:
    """A board's text without NUL tail, unprintable characters, repeated blanks and placeholders."""
    printable = "".join(char if char.isprintable() else " " for char in text.split("\0")[0])
    clean = " ".join(printable.split())[:LONGEST_TEXT]
    return "" if clean.casefold() in PLACEHOLDERS else clean


def parse_number(text: str) -> int | None:
    """Little-endian hex bytes ("9808" is 2200); None when absent or not hex."""
    try:
        return int.from_bytes(bytes.fromhex(text), "little") if text else None
    except ValueError:
        return None


def parse_system(fields: Mapping[str, str], address: str) -> SystemReport:
    """Type 1 of the tables; PacketError when there is no usable MAC."""
    length = parse_number(fields.get("1.1", "")) or 0

    def text(offset: int) -> str:
        # Beyond the structure's end, builds of 2019 return whatever lies there.
        return parse_text(fields.get(f"1.{offset}", "")) if offset < length else ""

    reported_uuid = fields.get("uuid", "").strip().lower()
    system = SystemInformation(
        uuid=parse_text(reported_uuid), manufacturer=text(4), product_name=text(5), version=text(6),
        serial_number=text(7), sku_number=text(25), family=text(26),
    )  # fmt: skip
    reported = Reported(parse_mac(fields.get("mac", "")), parse_uuid(reported_uuid), system.serial_number)
    return SystemReport(reported, parse_text(fields.get("hostname", "")) or address, system)


def socket_exists(fields: Mapping[str, str]) -> bool:
    """Whether the tables have this type 4 structure at all."""
    return bool(parse_number(fields.get("4.1", "")))


def parse_processor(fields: Mapping[str, str]) -> Processor | None:
    """Type 4 of the tables; None for a socket that is empty or does not exist."""
    length = parse_number(fields.get("4.1", "")) or 0

    def number(offset: int) -> int:
        return (parse_number(fields.get(f"4.{offset}", "")) or 0) if offset < length else 0

    def count(short: int, long: int) -> int:
        # SMBIOS 3.0: FF in the byte means that the count is in the word; 0 and FFFF in the word mean unknown.
        byte, word = number(short), number(long)
        return word if byte == _BYTE_FULL and word not in _WORD_UNKNOWN else byte

    if not number(24) & _POPULATED:
        return None
    return Processor(
        manufacturer=parse_text(fields.get("4.7", "")), product_name=parse_text(fields.get("4.16", "")),
        serial_number=parse_text(fields.get("4.32", "")) if length > 32 else "", speed=number(20),
        core_count=count(35, 42), thread_count=count(37, 46),
    )  # fmt: skip
