"""Which of this machine's network interfaces the rack is behind."""

import ipaddress
from collections.abc import Sequence
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
