"""Which of this machine's network interfaces the rack is behind."""

import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from boot.errors import ConfigError
from boot.interfaces import Interface


@dataclass(frozen=True, slots=True)
class InterfaceChoice:
    """What was chosen and one sentence why."""

    interface: str
    address: str
    netmask: str
    reason: str
    others: tuple[str, ...] = ()
    """Why it is not one of those: a sentence for each."""


@dataclass(frozen=True, slots=True)
class Rating:
    """An interface with an address, its points and what they are for."""

    interface: Interface
    score: int
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
    usable = [rate_interface(interface) for interface in interfaces if interface.address]
    if not usable:
        raise ConfigError("no interface has an IPv4 address: plug in the rack and configure one, then try again")
    best, *others = sorted(usable, key=lambda rating: -rating.score)
    chosen = best.interface
    told = tuple(f"{other.interface.name}: {other.reason}" for other in others)
    return InterfaceChoice(chosen.name, chosen.address, chosen.netmask, best.reason, told)


def rate_interface(interface: Interface) -> Rating:
    """How likely the rack is behind it. Pure."""
    found = [(points, words) for holds, points, words in _POINTS if holds(interface)]
    reason = ", ".join([*(words for _, words in found), f"has {interface.address}/{interface.prefix}"])
    return Rating(interface, sum(points for points, _ in found), reason)


_POINTS: tuple[tuple[Callable[[Interface], bool], int, str], ...] = (
    (lambda i: i.loopback, -1000, "the loopback"),
    (lambda i: i.tunnel and not i.loopback, -500, "a tunnel or VPN, which firmware does not boot across"),
    (lambda i: i.virtual and not i.physical, -200, "virtual: of Docker, libvirt or a VPN"),
    (lambda i: not i.loopback and not i.up, -120, "down"),
    (lambda i: not i.loopback and i.up and not i.carrier, -100, "without link"),
    (lambda i: i.carrier and not i.loopback, 0, "with link"),
    (lambda i: i.wireless, -50, "wireless, and servers boot by cable"),
    (lambda i: not (i.wireless or i.loopback or i.tunnel or i.virtual), 0, "wired"),
    (lambda i: not ipaddress.IPv4Address(i.address).is_private, -20, "with a public address"),
    (lambda i: i.physical and not i.wireless, 10, "a card of this machine"),
    (lambda i: i.default_route, -5, "leads to everywhere, so more likely to the office than to the rack"),
)
"""What counts, how much, and how it is said. The order of magnitude decides: a VPN never beats a cable that is out."""
