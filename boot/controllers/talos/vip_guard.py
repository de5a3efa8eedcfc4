"""Asks on the wire, right before etcd begins, whether the endpoint is still nobody's: from then on the nodes announce it."""

from collections.abc import Sequence
from typing import Protocol

from boot.cluster_api.endpoint import holds_vip
from boot.resources.address_probes import Finding, Probe
from boot.resources.base import Object


class Prober(Protocol):
    async def probe(self, address: str) -> Probe: ...


class VipGuard:
    """`probers` are asked in turn: whoever is on that network knows."""

    def __init__(self, *probers: Prober) -> None:
        self._probers = probers

    async def refuse(self, control_plane: Object, cluster: Object) -> str:
        """Who has the address the nodes are to share, "" when nobody has, nobody can be asked, or it is no VIP."""
        host = (cluster["spec"].get("controlPlaneEndpoint") or {}).get("host", "")
        if not host or not holds_vip(_patches(control_plane), host):
            return ""
        for prober in self._probers:
            found = await prober.probe(host)
            if found.finding is Finding.TAKEN:
                return f"{found.reason}; etcd begins once the VIP is free"
        return ""


def _patches(control_plane: Object) -> Sequence[str]:
    config = control_plane["spec"]["controlPlaneConfig"]["controlplane"]
    return config.get("strategicPatches") or ()
