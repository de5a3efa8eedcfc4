"""Is every port free, and if not, who has it?"""

import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from boot.config import DhcpMode, StackConfig
from boot.preflight.result import CheckResult, Verdict

_UDP, _TCP = socket.SOCK_DGRAM, socket.SOCK_STREAM
_PROC = Path("/proc")
_STOP = {
    "sidero-tui": "it runs already: sidero-tui attach shows it, or stop it first",
    "dnsmasq": "systemctl stop dnsmasq (or bind it to another interface)",
    "in.tftpd": "systemctl stop tftpd-hpa",
    "atftpd": "systemctl stop atftpd",
    "dhcpd": "systemctl stop isc-dhcp-server, or run beside it with --dhcp proxy on another host",
    "systemd-network": "switch off DHCPServer= for this interface",
}


def check_ports(config: StackConfig) -> Iterator[CheckResult]:
    """Each port we would bind, bound for a moment. Ports that are asked for as "any" are free by definition."""
    ports = config.ports
    wanted = [
        ("tftp", _UDP, config.listen, ports.tftp),
        ("http", _TCP, config.listen, ports.http),
        ("plane", _TCP, config.plane_listen, ports.plane),
    ]
    if config.dhcp is not DhcpMode.OFF:
        wanted = [("dhcp", _UDP, config.listen, ports.dhcp), ("pxe", _UDP, config.listen, ports.pxe), *wanted]
    for name, kind, listen, port in wanted:
        yield _check_port(name, kind, listen, port, config.interface if name in {"dhcp", "pxe"} else "")


def _check_port(name: str, kind: socket.SocketKind, listen: str, port: int, interface: str) -> CheckResult:
    title = f"port {name}"
    where = f"{'UDP' if kind is _UDP else 'TCP'} {port} on {listen}"
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            if interface not in {"", "lo"}:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
            if kind is _TCP:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((listen, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return CheckResult(title, Verdict.FAIL, f"{where}: {error.strerror}", "see privileges and interface above")
            holder, pid = find_holder(kind, port)
            told = f"{where} is held by {holder} (process {pid})" if pid else f"{where} is held by another user's program"
            return CheckResult(title, Verdict.FAIL, told, _STOP.get(holder, f"stop it, or choose another with --{name}-port"))
    return CheckResult(title, Verdict.OK, f"{where} is free")


def find_holder(kind: socket.SocketKind, port: int) -> tuple[str, int]:
    """Name and process id of who listens on the port; ("", 0) when it cannot be seen (needs root for other users')."""
    inodes = set(_listening_inodes(_PROC / "net" / ("udp" if kind is _UDP else "tcp"), port))
    inodes |= set(_listening_inodes(_PROC / "net" / ("udp6" if kind is _UDP else "tcp6"), port))
    links = {f"socket:[{inode}]" for inode in inodes}
    for process in _PROC.iterdir():
        if process.name.isdigit() and links & set(_open_files(process)):
            return _read_name(process), int(process.name)
    return "", 0


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
