"""Which network interfaces this machine has (Linux sysfs and the SIOCGIF* ioctls)."""

import array
import fcntl
import ipaddress
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

_SYS = Path("/sys/class/net")
_SIOCGIFADDR, _SIOCGIFNETMASK = 0x8915, 0x891B
_ETHERNET, _LOOPBACK = 1, 772
"""ARPHRD_ETHER and ARPHRD_LOOPBACK."""
_ROUTES = Path("/proc/net/route")
_VIRTUAL_PREFIXES = ("docker", "br-", "virbr", "veth", "lxc", "tun", "tap", "wg", "tailscale", "cni", "flannel", "vnet")


@dataclass(frozen=True, slots=True)
class Interface:
    """One interface; `address` and `prefix` are "" and 0 without IPv4."""

    name: str
    address: str = ""
    prefix: int = 0
    up: bool = False
    carrier: bool = False
    wireless: bool = False
    loopback: bool = False
    mac: str = ""
    mtu: int = 0
    physical: bool = False
    """A card of this machine, or a bridge or bond that has one in it."""
    tunnel: bool = False
    """No Ethernet: a VPN, which no firmware boots across."""
    default_route: bool = False

    @property
    def netmask(self) -> str:
        return str(ipaddress.IPv4Network(f"0.0.0.0/{self.prefix or 24}").netmask)

    @property
    def virtual(self) -> bool:
        return self.name.startswith(_VIRTUAL_PREFIXES)


def list_interfaces(sys: Path = _SYS) -> list[Interface]:
    """Every interface with its first IPv4 address, by name."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        return [_read_interface(path, probe) for path in sorted(sys.iterdir()) if path.is_dir()]


def _read_interface(path: Path, probe: socket.socket) -> Interface:
    flags = int(_read(path / "flags") or "0", 16)
    mask = _ask(probe, path.name, _SIOCGIFNETMASK)
    return Interface(
        name=path.name,
        address=_ask(probe, path.name, _SIOCGIFADDR),
        prefix=ipaddress.IPv4Network(f"0.0.0.0/{mask}").prefixlen if mask else 0,
        up=bool(flags & 1),
        carrier=_read(path / "carrier") == "1",
        wireless=(path / "wireless").exists() or (path / "phy80211").exists(),
        loopback=bool(flags & 8),
        mac=_read(path / "address"),
        mtu=int(_read(path / "mtu") or "0"),
        physical=_has_card(path),
        tunnel=_read(path / "type") not in {str(_ETHERNET), str(_LOOPBACK)},
        default_route=path.name in _read_default_routes(),
    )


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:  # sysfs answers EINVAL for the carrier of an interface that is down
        return ""


def _ask(probe: socket.socket, name: str, request: int) -> str:
    buffer = array.array("B", struct.pack("16s24x", name.encode()[:15]))
    try:
        fcntl.ioctl(probe.fileno(), request, buffer)
    except OSError:  # no IPv4 address
        return ""
    return socket.inet_ntoa(buffer.tobytes()[20:24])


def _has_card(path: Path) -> bool:
    inside = [*path.glob("brif/*"), *path.glob("lower_*")]
    return (path / "device").exists() or any((_SYS / other.name.removeprefix("lower_") / "device").exists() for other in inside)


def _read_default_routes(table: Path = _ROUTES) -> set[str]:
    """Interfaces with a route to everywhere: name, destination, ..., mask in the eighth column (proc(5) net/route)."""
    rows = (line.split() for line in _read(table).splitlines()[1:])
    return {row[0] for row in rows if len(row) > 7 and row[1] == row[7] == "00000000"}
