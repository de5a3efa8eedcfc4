"""iPXE settings: values with types, and ${name:type} expansion, nested too. Pure; how types show was measured on real builds."""

import ipaddress
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from boot.simulator.smbios import Tables

_INNERMOST = re.compile(r"\$\{([^${}]*)\}")
_SMBIOS = re.compile(r"smbios/(?:(\d+)\.)?(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Value:
    """Raw bytes and the type they are shown as when none is named."""

    data: bytes
    type: str = "string"


@dataclass(frozen=True, slots=True)
class _Type:
    """How bytes are shown, and how text becomes bytes; both raise ValueError for what does not fit."""

    show: Callable[[bytes], str]
    parse: Callable[[str], bytes]


def _integer(size: int, *, signed: bool) -> _Type:
    """Big-endian whatever SMBIOS may mean; signed ones are shown in decimal, the others in hexadecimal."""

    def show(data: bytes) -> str:
        if len(data) > size:
            raise ValueError(f"{len(data)} bytes for an integer of {size}")
        number = int.from_bytes(data, "big", signed=signed)
        return str(number) if signed else f"{number:#x}"

    def parse(text: str) -> bytes:
        return (int(text, 0) % (1 << 8 * size)).to_bytes(size, "big")

    return _Type(show, parse)


def _hexadecimal(separator: str) -> _Type:
    return _Type(
        lambda data: separator.join(f"{byte:02x}" for byte in data), lambda text: bytes.fromhex(re.sub("[:-]", "", text))
    )


_TYPES = {
    "string": _Type(lambda data: data.decode("latin-1"), lambda text: text.encode("latin-1", "replace")),
    # Raw bytes whatever the setting's own type: right for text only.
    "uristring": _Type(lambda data: quote(data, safe="-._~"), unquote_to_bytes),
    "hex": _hexadecimal(":"),
    "hexhyp": _hexadecimal("-"),
    "hexraw": _hexadecimal(""),
    "ipv4": _Type(lambda data: str(ipaddress.IPv4Address(data[:4])), lambda text: ipaddress.IPv4Address(text).packed),
    "uuid": _Type(lambda data: str(uuid.UUID(bytes=data)), lambda text: uuid.UUID(text).bytes),
    **{f"int{8 * size}": _integer(size, signed=True) for size in (1, 2, 4)},
    **{f"uint{8 * size}": _integer(size, signed=False) for size in (1, 2, 4)},
}


def parse_value(text: str, kind: str) -> Value:
    """As `set name:type text` stores it; ValueError for an unknown type, or text that is none of it."""
    kind = kind or "string"
    if kind not in _TYPES:
        raise ValueError(f"no type {kind}")
    return Value(_TYPES[kind].parse(text), kind)


class Settings:
    """What a script can read: the machine's own values, and what it set itself."""

    def __init__(self, values: Mapping[str, Value], smbios: Tables) -> None:
        self._values = dict(values)
        self._smbios = smbios

    def set(self, name: str, value: Value) -> None:
        self._values[name] = value

    def clear(self, name: str) -> None:
        self._values.pop(name, None)

    def number(self, name: str) -> int:
        """0 when it is not set."""
        value = self._values.get(name)
        return int.from_bytes(value.data, "big", signed=True) if value else 0

    def expand(self, text: str) -> str:
        """Every ${...} replaced, innermost first; what is unknown, or not of the type it is asked for as, is empty."""
        while match := _INNERMOST.search(text):
            text = text[: match.start()] + self._show(match[1]) + text[match.end() :]
        return text

    def _show(self, reference: str) -> str:
        name, _, kind = reference.partition(":")
        value = self._find(name)
        if value is None or not value.data:
            return ""
        shown_as = _TYPES.get(kind or value.type)
        try:
            return shown_as.show(value.data) if shown_as else ""
        except ValueError:
            return ""

    def _find(self, name: str) -> Value | None:
        match = _SMBIOS.fullmatch(name)
        if match is None:
            return self._values.get(name)
        instance, kind, offset, length = (int(part or 0) for part in match.groups())
        structures = self._smbios.get(kind, ())
        return Value(structures[instance].read(offset, length)) if instance < len(structures) else None
