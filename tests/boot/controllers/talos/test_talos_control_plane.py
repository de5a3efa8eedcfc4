"""The control plane of a cluster over the real machine API: its Machines, one etcd, its kubeconfig; killed anywhere."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from boot.client.local import LocalClient
from boot.errors import SideroError
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER, EVENT, MACHINE, METAL_MACHINE, TALOS_CONFIG, TALOS_CONTROL_PLANE
from boot.talos.client_configs import read_talosconfig
from tests.boot.controllers.sidero.test_metal_machine import Killed, kill_after
from tests.boot.controllers.talos.worlds import CONTROL_PLANE, NAME, PLACE, World, opened


def condition(obj: Object, type_: str) -> Any:
    return next((one for one in obj["status"].get("conditions", ()) if one["type"] == type_), None)


async def test_it_makes_as_many_machines_as_wanted_as_the_real_provider_makes_them(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await world.step(6)
        machines = await world.list(MACHINE)
        assert len(machines) == 3
        for machine in machines:
            assert machine["metadata"]["labels"] == {
                "cluster.x-k8s.io/cluster-name": NAME,
                "cluster.x-k8s.io/control-plane": "",
            }
            (owner,) = machine["metadata"]["ownerReferences"]
            assert (owner["kind"], owner["controller"], owner["blockOwnerDeletion"]) == ("TalosControlPlane", True, True)
            assert machine["spec"]["bootstrap"]["configRef"]["kind"] == "TalosConfig"
        infra = await world.list(METAL_MACHINE)
        cloned = {obj["metadata"]["annotations"]["cluster.x-k8s.io/cloned-from-name"] for obj in infra}
        assert cloned == {CONTROL_PLANE}
        await world.step(3)
        assert (len(await world.list(MACHINE)), len(await world.list(TALOS_CONFIG))) == (3, 3)


async def test_etcd_is_bootstrapped_once_and_everybody_can_get_in(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await world.step(6)
        await world.configure()
        waiting = await world.step()
        assert condition(waiting, "MachinesBootstrapped")["reason"] == "WaitingForTalosBoot"
        await world.install()
        done = await world.step(5)
        assert done["status"]["bootstrapped"] is True
        assert world.etcd.bootstraps == 1
        assert condition(done, "EtcdClusterHealthyCondition")["status"] == "True"
        assert condition(done, "ControlPlaneComponentsHealthy")["status"] == "True"
        endpoints, _, _ = read_talosconfig((await world.secret(f"{NAME}-talosconfig"))["talosconfig"])
        assert endpoints == ["127.77.0.1", "127.77.0.2", "127.77.0.3"]
        assert "https://127.77.100.1:6443" in (await world.secret(f"{NAME}-kubeconfig"))["value"]
        before = await world.step()
        assert (await world.step())["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]


@pytest.mark.parametrize("writes", range(0, 40, 6))
async def test_killed_at_any_write_it_neither_bootstraps_twice_nor_makes_a_secret_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    async with opened(tmp_path) as world:
        with monkeypatch.context() as patched, suppress(Killed):
            kill_after(writes, patched)
            await world.step(6)
            await world.configure()
            await world.install()
            await world.step(4)
        known = await secrets_of(world)
        for _ in range(4):
            await world.step(4)
            await world.configure()
            await world.install()
        assert (await world.step(4))["status"]["bootstrapped"] is True
        assert world.etcd.bootstraps == 1
        for kind in (MACHINE, METAL_MACHINE, TALOS_CONFIG):
            assert len(await world.list(kind)) == 3
        after = await secrets_of(world)
        assert {name: after[name] for name in known} == known


async def secrets_of(world: World) -> dict[str, Any]:
    """What must never be made twice, as far as it is there."""
    found = {}
    for name in (f"{NAME}-talos", f"{NAME}-ca"):
        with suppress(SideroError):
            found[name] = await world.secret(name)
    return found


async def test_an_answer_that_was_lost_does_no_harm(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await world.step(6)
        await world.configure()
        await world.install()
        await world.step(4)
        lost = {"status": {"bootstrapped": False}}
        await world.client.patch(TALOS_CONTROL_PLANE, CONTROL_PLANE, lost, PLACE, subresource="status")
        assert (await world.step(3))["status"]["bootstrapped"] is True
        assert world.etcd.bootstraps == 1


async def test_scaled_down_a_node_leaves_etcd_before_its_machine_goes(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await world.step(6)
        await world.configure()
        await world.install()
        await world.step(4)
        await world.client.patch(TALOS_CONTROL_PLANE, CONTROL_PLANE, {"spec": {"replicas": 1}}, PLACE)
        await world.step()
        assert len(world.etcd.members) == 2
        assert len(await world.list(MACHINE)) == 2
        assert "MachineDeleted" in [event["reason"] for event in (await world.client.list(EVENT)).items]


async def test_a_member_without_a_machine_is_removed(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await world.step(6)
        await world.configure()
        await world.install()
        await world.step(4)
        world.etcd.join("stranger", "127.77.0.99")
        await world.step(2)
        assert "stranger" not in world.etcd.members


async def test_paused_or_without_infrastructure_nothing_is_made(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await world.client.patch(CLUSTER, NAME, {"spec": {"paused": True}}, PLACE)
        assert "finalizers" not in (await world.step(3))["metadata"]
        await world.client.patch(CLUSTER, NAME, {"spec": {"paused": None}}, PLACE)
        await world.client.patch(CLUSTER, NAME, {"status": {"infrastructureReady": False}}, PLACE, subresource="status")
        await world.step(3)
        assert await world.list(MACHINE) == []


async def test_deleted_it_takes_its_machines_along(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await world.step(6)
        await world.client.delete(TALOS_CONTROL_PLANE, CONTROL_PLANE, PLACE)
        for _ in range(3):
            await world.control_planes().reconcile(f"{PLACE}/{CONTROL_PLANE}")
        assert await world.list(MACHINE) == []
        assert await world.list(TALOS_CONTROL_PLANE) == []


def test_the_local_client_is_what_is_killed() -> None:
    assert {"create", "patch", "delete"} <= set(vars(LocalClient))
