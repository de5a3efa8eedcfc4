"""iPXE settings: values with types, and ${name:type} expansion, nested too. Pure."""

import ipaddress
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from boot.simulator.hardware import Structure

_INNERMOST = re.compile(r"\$\{([^${}]*)\}")
_SMBIOS = re.compile(r"smbios/(?:(\d+)\.)?(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Value:
    """Raw bytes and the type they are shown as when none is named."""

    data: bytes
    type: str = "string"


_SHOWN: dict[str, Callable[[bytes], str]] = {
    "string": lambda data: data.decode("latin-1"),
    "uristring": lambda data: quote(data, safe="-._~"),
    "hex": lambda data: ":".join(f"{byte:02x}" for byte in data),
    "hexhyp": lambda data: "-".join(f"{byte:02x}" for byte in data),
    "hexraw": bytes.hex,
    "ipv4": lambda data: str(ipaddress.IPv4Address(data)),
    "uuid": lambda data: str(uuid.UUID(bytes=data)),
    "int32": lambda data: str(int.from_bytes(data, "big", signed=True)),
    "uint16": lambda data: f"0x{int.from_bytes(data, 'big'):x}",
}


def parse_value(text: str, kind: str) -> Value:
    """As `set name:type text` stores it; ValueError for text that is none of that type."""
    if kind == "int32":
        return Value(int(text, 0).to_bytes(4, "big", signed=True), kind)
    if kind in {"hex", "hexhyp", "hexraw"}:
        return Value(bytes.fromhex(re.sub("[:-]", "", text)), kind)
    return Value(text.encode(), kind or "string")


class Settings:
    """What a script can read: the machine's own values, and what it set itself."""

    def __init__(self, values: Mapping[str, Value], smbios: Mapping[int, Structure]) -> None:
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
        """Every ${...} replaced, innermost first; an unknown name is empty."""
        while match := _INNERMOST.search(text):
            text = text[: match.start()] + self._show(match[1]) + text[match.end() :]
        return text

    def _show(self, reference: str) -> str:
        name, _, kind = reference.partition(":")
        value = self._find(name)
        if value is None or not value.data:
            return ""
        return _SHOWN[kind or value.type](value.data)

    def _find(self, name: str) -> Value | None:
        match = _SMBIOS.fullmatch(name)
        if match is None:
            return self._values.get(name)
        instance, kind, offset, length = (int(part or 0) for part in match.groups())
        structure = self._smbios.get(kind)
        return Value(structure.read(offset, length)) if structure is not None and instance == 0 else None
