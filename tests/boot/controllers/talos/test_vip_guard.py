from boot.cluster_api.variables import vip_patch
from boot.controllers.talos.vip_guard import VipGuard
from boot.resources.address_probes import Finding, Probe
from boot.resources.base import Object

CLUSTER: Object = {"spec": {"controlPlaneEndpoint": {"host": "10.0.0.9", "port": 6443}}}


class Wire:
    """A network on which every address is what it is told."""

    def __init__(self, finding: Finding) -> None:
        self.asked: list[str] = []
        self._finding = finding

    async def probe(self, address: str) -> Probe:
        self.asked.append(address)
        return Probe(finding=self._finding, reason=f"{address} is {self._finding}", at="2026-01-01T00:00:00Z")


def control_plane(*patches: str) -> Object:
    return {"spec": {"controlPlaneConfig": {"controlplane": {"generateType": "controlplane", "strategicPatches": list(patches)}}}}


async def test_etcd_does_not_begin_while_somebody_else_has_the_vip() -> None:
    taken = Wire(Finding.TAKEN)
    told = await VipGuard(taken).refuse(control_plane(vip_patch("10.0.0.9")), CLUSTER)
    assert told == "10.0.0.9 is taken; etcd begins once the VIP is free"


async def test_one_that_is_free_or_cannot_be_asked_for_holds_nothing_up() -> None:
    for finding in (Finding.FREE, Finding.UNKNOWN):
        assert await VipGuard(Wire(finding)).refuse(control_plane(vip_patch("10.0.0.9")), CLUSTER) == ""
    assert await VipGuard().refuse(control_plane(vip_patch("10.0.0.9")), CLUSTER) == ""


async def test_whoever_is_on_that_network_knows() -> None:
    assert await VipGuard(Wire(Finding.UNKNOWN), Wire(Finding.TAKEN)).refuse(control_plane(vip_patch("10.0.0.9")), CLUSTER)


async def test_an_endpoint_that_no_node_holds_is_not_asked_for() -> None:
    wire = Wire(Finding.TAKEN)
    assert await VipGuard(wire).refuse(control_plane(), CLUSTER) == ""
    assert await VipGuard(wire).refuse(control_plane(vip_patch("10.0.0.8")), CLUSTER) == ""
    assert await VipGuard(wire).refuse(control_plane(vip_patch("10.0.0.9")), {"spec": {}}) == ""
    assert wire.asked == []
