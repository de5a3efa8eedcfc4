"""Whether a server may have its machine config, which holds the cluster's secrets. Pure.

Only a server that is allocated and was seen booting from us may, from the address it booted with; and only while Talos may
be installed on the disk it names. A person can name another address in an annotation, for a server whose address changes
between firmware and Talos.
"""

from collections.abc import Set as AbstractSet
from datetime import datetime

from boot.lifecycle.access import decide_access
from boot.lifecycle.guard import Act, Order, Permit, Rules, decide_order
from boot.resources.annotations import CONFIG_ADDRESS
from boot.resources.metal import Server
from boot.resources.wiping import Disk


def decide_caller(server: Server, address: str, holders: AbstractSet[str]) -> Permit:
    """`holders` are the MACs that were seen booting at that address."""
    if server.metadata.annotations.get(CONFIG_ADDRESS) == address:
        return Permit(allowed=True, reason="a person named this address")
    permit = decide_access(server, "", address, holders)
    if permit.allowed:
        return permit
    how = f"kubectl annotate server {server.name} --overwrite {CONFIG_ADDRESS}={address}"
    return Permit(allowed=False, reason=f"{permit.reason}; if it is: {how}")


def decide_config(server: Server, disk: Disk | None, named: str, now: datetime, rules: Rules) -> Permit:
    """Whether Talos may be installed now on `disk`, which the config calls `named`; None for one the inventory lacks.

    One that boots from the network each time (pxeBootAlways) asks for its config each time.
    """
    order = Order(Act.INSTALL, disk or Disk(device_name=named))
    if server.spec.pxe_boot_always:
        kept = [one for one in server.status.conditions or () if one.type != "PXEBooted"]
        server = server.model_copy(update={"status": server.status.model_copy(update={"conditions": kept})})
    return decide_order(order, server, now, rules, allocated=True)
