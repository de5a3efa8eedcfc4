"""Whether a call of the agent API comes from the server it is about. Pure.

The API has no credentials (Sidero's agents bring none), so this is as good as the network it is on: a call counts for a
server only from one of its NICs, at an address that this NIC was seen with.
"""

from collections.abc import Set as AbstractSet

from boot.lifecycle.guard import Permit
from boot.lifecycle.identity import claim_of
from boot.resources.metal import Server


def decide_access(server: Server, mac: str, address: str, holders: AbstractSet[str]) -> Permit:
    """`mac` is what the caller says, "" when it says none; `holders` are the MACs that were seen at its address."""
    own = frozenset(claim_of(server).macs)
    if mac and mac not in own:
        return Permit(allowed=False, reason=f"{mac} is no network interface of server {server.name}")
    if mac and (not holders or mac in holders):
        return Permit(allowed=True, reason="its own network interface")
    if not holders.isdisjoint(own) or (not holders and address in known_addresses(server)):
        return Permit(allowed=True, reason="its own address")
    whose = f"was seen with {', '.join(sorted(holders))}" if holders else "is not known"
    return Permit(allowed=False, reason=f"address {address} {whose}: it is none of server {server.name}")


def known_addresses(server: Server) -> frozenset[str]:
    """Addresses it has or had: of its NICs, and as its agent reported them."""
    network = server.spec.hardware.network if server.spec.hardware else None
    of_nics = [address for nic in (network.interfaces if network else None) or () for address in nic.addresses or ()]
    reported = [entry.address for entry in server.status.addresses or ()]
    return frozenset(address.partition("/")[0] for address in (*of_nics, *reported))
