"""Which network interfaces this machine has, and which of them the rack is behind."""

import array
import fcntl
import ipaddress
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from boot.errors import ConfigError

_SYS = Path("/sys/class/net")
_SIOCGIFADDR, _SIOCGIFNETMASK = 0x8915, 0x891B
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

    @property
    def netmask(self) -> str:
        return str(ipaddress.IPv4Network(f"0.0.0.0/{self.prefix or 24}").netmask)

    @property
    def virtual(self) -> bool:
        return self.name.startswith(_VIRTUAL_PREFIXES)


@dataclass(frozen=True, slots=True)
class InterfaceChoice:
    """What was chosen and one sentence why."""

    interface: str
    address: str
    netmask: str
    reason: str


def choose_interface(interfaces: Sequence[Interface], wanted: str | None, address: str | None = None) -> InterfaceChoice:
    """The interface named, else the one that has `address`, else the likeliest to be plugged into a rack.

    ConfigError when the named one is missing or nothing has an IPv4 address.
    """
    if wanted is not None:
        found = next((interface for interface in interfaces if interface.name == wanted), None)
        if found is None:
            names = ", ".join(interface.name for interface in interfaces) or "none"
            raise ConfigError(f"there is no interface {wanted}; this machine has: {names}")
        if not found.address and address is None:
            raise ConfigError(f"interface {wanted} has no IPv4 address: give it one, or name one with --advertise")
        return InterfaceChoice(found.name, found.address, found.netmask, "named with --interface")
    if address is not None:
        for interface in interfaces:
            if interface.address == address:
                return InterfaceChoice(interface.name, address, interface.netmask, f"it has the advertised address {address}")
    usable = [interface for interface in interfaces if interface.address]
    if not usable:
        raise ConfigError("no interface has an IPv4 address: plug in the rack and configure one, then try again")
    best = max(usable, key=_likelihood)
    return InterfaceChoice(best.name, best.address, best.netmask, _describe(best))


def _likelihood(interface: Interface) -> tuple[bool, ...]:
    private = ipaddress.IPv4Address(interface.address).is_private
    return (not interface.loopback, not interface.virtual, interface.up, interface.carrier, not interface.wireless, private)


def _describe(interface: Interface) -> str:
    if interface.loopback:
        return "only the loopback has an address"
    kind = "virtual" if interface.virtual else "wireless" if interface.wireless else "wired"
    link = "with link" if interface.carrier else "without link"
    return f"{kind}, {link}, has {interface.address}/{interface.prefix}"


def list_interfaces(sys: Path = _SYS) -> list[Interface]:
    """Every interface with its first IPv4 address, by name (Linux sysfs and the SIOCGIF* ioctls)."""
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
