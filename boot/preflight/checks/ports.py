"""Is every port free, and if not, who has it?"""

import errno
import re
import socket
from collections.abc import Iterator

from boot.config import DhcpMode, StackConfig
from boot.port_holders import find_holder, read_command
from boot.preflight.result import CheckResult, Verdict

_UDP, _TCP = socket.SOCK_DGRAM, socket.SOCK_STREAM
_STOP = {
    "sidero-tui": "it runs already: sidero-tui attach shows it, or stop it first",
    "dnsmasq": "systemctl stop dnsmasq (or bind it to another interface)",
    "atftpd": "systemctl stop atftpd",
    "dhcpd": "systemctl stop isc-dhcp-server, or run beside it with --dhcp proxy on another host",
    "systemd-network": "set DHCPServer=no for this interface in /etc/systemd/network, then networkctl reload",
    "systemd-resolve": "put DNSStubListener=no into /etc/systemd/resolved.conf, then systemctl restart systemd-resolved",
    "NetworkManager": "nmcli connection modify NAME ipv4.method auto: a shared connection serves DHCP itself",
    "kea-dhcp4": "systemctl stop kea-dhcp4-server",
    "udhcpd": "systemctl stop udhcpd",
    "in.tftpd": "systemctl stop tftpd-hpa",
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
            return CheckResult(title, Verdict.FAIL, told, build_remedy(name, holder, read_command(pid)))
    return CheckResult(title, Verdict.OK, f"{where} is free")


def build_remedy(port: str, holder: str, command: str) -> str:
    """What makes it let go; `command` is how it was started. Pure."""
    network = re.search(r"/libvirt/dnsmasq/([\w.-]+)\.conf", command)
    if network:
        return f"virsh net-destroy {network[1]} (libvirt's network; virsh net-autostart --disable {network[1]} to keep it off)"
    return _STOP.get(holder, f"stop it, or choose another with --{port}-port")
