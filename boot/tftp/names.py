"""File names as boot ROMs ask for them, turned into plain table keys; what cannot be a key is refused."""

import re
from dataclasses import dataclass

from boot.errors import PacketError

_TAIL = "".join(map(chr, range(0x21))) + "\x7f\xff"
"""Blanks, control bytes and 0xFF: what old ROMs append when option 67 follows something else (netboot.xyz#1198)."""
_SCHEME = re.compile(r"^tftp:/*[^/]*", re.IGNORECASE)
_NODE = re.compile(r"^(?:01[-:])?((?:[0-9a-f]{2}[-:]){5}[0-9a-f]{2})/", re.IGNORECASE)
_DRIVE = re.compile(r"^[A-Za-z]:")
_EXPECTED = re.compile(
    r"^(autoexec\.ipxe|bootsig\.bin|pxelinux\.cfg/.*|(.*/)?grub\.cfg-.*|(.*/)?revocations\.efi)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Asked:
    """`name` is relative and clean; `mac` (lower case, colons) is set when the path began with the node's own."""

    name: str
    mac: str = ""


def parse_name(raw: str) -> Asked:
    """The file a client means; PacketError when the name climbs, names a drive, or is empty."""
    name = raw.split("\0")[0].rstrip(_TAIL).replace("\\", "/")
    name = _SCHEME.sub("", name)
    if _DRIVE.match(name.lstrip("/")):
        raise PacketError("file name with a drive letter")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise PacketError("file name climbs out with ..")
    if not parts:
        raise PacketError("empty file name")
    path = "/".join(parts)
    node = _NODE.match(path)
    if node is None:
        return Asked(path)
    return Asked(path[node.end() :], node[1].lower().replace("-", ":"))


def show_name(name: str) -> str:
    """For notices: what cannot be printed is spelled out as \\xff, so a name never steers a terminal."""
    return "".join(char if char.isprintable() and char.isascii() else f"\\x{ord(char):02x}" for char in name)


def is_expected_miss(name: str) -> bool:
    """Whether clients ask for this on the off-chance and go on without it."""
    return _EXPECTED.match(name) is not None
