"""Which program holds a port of this machine (proc(5))."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")


def find_holder(kind: socket.SocketKind, port: int) -> tuple[str, int]:
    """Name and process id of who listens on the port; ("", 0) when it cannot be seen (needs root for other users')."""
    inodes = set(_listening_inodes(_PROC / "net" / ("udp" if kind is socket.SOCK_DGRAM else "tcp"), port))
    inodes |= set(_listening_inodes(_PROC / "net" / ("udp6" if kind is socket.SOCK_DGRAM else "tcp6"), port))
    links = {f"socket:[{inode}]" for inode in inodes}
    for process in _PROC.iterdir():
        if process.name.isdigit() and links & set(_open_files(process)):
            return _read_name(process), int(process.name)
    return "", 0


def read_command(pid: int) -> str:
    """How the process was started, "" when that cannot be seen."""
    try:
        return (_PROC / str(pid) / "cmdline").read_text().replace("\0", " ").strip()
    except OSError:  # it ended meanwhile
        return ""


def _read_name(process: Path) -> str:
    try:
        return (process / "comm").read_text().strip()
    except OSError:  # it ended meanwhile
        return "a program that just ended"


def _listening_inodes(table: Path, port: int) -> Iterator[str]:
    """Rows of proc(5) net/udp and net/tcp: local address in hex, state 07 (UDP) or 0A (listening), inode tenth."""
    if not table.exists():
        return
    for line in table.read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[1].rpartition(":")[2], 16) == port and fields[3] in {"07", "0A"}:
            yield fields[9]


def _open_files(process: Path) -> Iterator[str]:
    try:
        for name in os.listdir(process / "fd"):
            yield os.readlink(process / "fd" / name)
    except OSError:  # another user's process, or one that just ended
        return
