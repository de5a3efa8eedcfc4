"""The initramfs as bytes: a cpio archive in "newc" format inside gzip, the same bytes for the same entries. Pure.

Formats: Linux Documentation/driver-api/early-userspace/buffer-format.rst, RFC 1952. Times, owners and inode numbers
carry nothing of the machine it is made on.
"""

import stat
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

_ALIGN = 4
_BLOCK = 512
_TRAILER = "TRAILER!!!"
_GZIP_HEADER = bytes((0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 255))
"""Deflate, no name, no time, best compression, no particular operating system."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of any kind. `path` is relative to the root; `data` is a file's content or a link's target."""

    path: str
    mode: int
    data: bytes = b""
    device: tuple[int, int] = (0, 0)
    """Major and minor number of a device node."""


def build_file(path: str, data: bytes, *, executable: bool = False) -> Entry:
    return Entry(path, stat.S_IFREG | (0o755 if executable else 0o644), data)


def build_link(path: str, target: str) -> Entry:
    return Entry(path, stat.S_IFLNK | 0o777, target.encode())


def build_directory(path: str) -> Entry:
    return Entry(path, stat.S_IFDIR | 0o755)


def build_character_device(path: str, major: int, minor: int) -> Entry:
    return Entry(path, stat.S_IFCHR | 0o600, device=(major, minor))


def encode_archive(entries: Iterable[Entry]) -> bytes:
    """The cpio archive: sorted by path, with every parent directory; of two entries of one path the later one counts."""
    by_path = {entry.path: entry for entry in entries}
    for path in list(by_path):
        for parent in list(PurePosixPath(path).parents)[:-1]:
            by_path.setdefault(str(parent), build_directory(str(parent)))
    chunks = [_encode_entry(by_path[path], number) for number, path in enumerate(sorted(by_path), start=1)]
    archive = b"".join([*chunks, _encode_entry(Entry(_TRAILER, 0), 0)])
    return archive + bytes(-len(archive) % _BLOCK)


def compress(data: bytes) -> bytes:
    """gzip with a fixed header: Python's own differs between versions."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = deflate.compress(data) + deflate.flush()
    return _GZIP_HEADER + body + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def _encode_entry(entry: Entry, number: int) -> bytes:
    name = entry.path.encode() + b"\0"
    links = 2 if stat.S_ISDIR(entry.mode) else 1
    fields = (number, entry.mode, 0, 0, links, 0, len(entry.data), 0, 0, *entry.device, len(name), 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + name
    return _padded(head) + _padded(entry.data)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % _ALIGN)
