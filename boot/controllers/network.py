"""Our own addresses and the link of the interface that DHCP is served on, as the diagnosis wants them."""

from boot.diagnosis.surroundings import Network
from boot.interfaces import list_interfaces


def read_network(interface: str) -> Network:
    """As they are now; an interface that is not there has no link."""
    interfaces = list_interfaces()
    own = next((found for found in interfaces if found.name == interface), None)
    return Network(
        addresses=tuple(f"{found.address}/{found.prefix}" for found in interfaces if found.address),
        carrier=own is not None and own.carrier,
        mtu=own.mtu if own is not None else 0,
    )
