"""Machines and clusters that go: in which order, and what they are waited for."""

from pathlib import Path

from boot.errors import NotFound
from boot.resources.base import Object
from boot.resources.kinds import (
    CLUSTER,
    MACHINE,
    MACHINE_DEPLOYMENT,
    MACHINE_SET,
    METAL_CLUSTER,
    METAL_MACHINE,
    METAL_MACHINE_TEMPLATE,
    NODE,
    POD,
    SECRET,
    TALOS_CONFIG,
    TALOS_CONTROL_PLANE,
    Kind,
)
from tests.support.cluster_api import NAMESPACE, SERVER_HELD, World, condition, is_running, manifest, named, reference, world

PRE_DRAIN = "pre-drain.delete.hook.machine.cluster.x-k8s.io/mine"
PRE_TERMINATE = "pre-terminate.delete.hook.machine.cluster.x-k8s.io/mine"


async def running(here: World) -> Object:
    """A worker Machine of a cluster that has a control plane."""
    await here.apply(*manifest(workers=0))
    await here.open_cluster()
    await here.provision(await here.add_control_plane())
    labels = {"cluster.x-k8s.io/cluster-name": "mgmt"}
    spec = {
        "clusterName": "mgmt",
        "bootstrap": {"configRef": reference(TALOS_CONFIG, "w1")},
        "infrastructureRef": reference(METAL_MACHINE, "w1"),
    }
    await here.apply(
        (TALOS_CONFIG, named("w1", {"generateType": "worker"}, labels=labels)),
        (METAL_MACHINE, named("w1", {}, labels=labels, finalizers=[SERVER_HELD])),
        (MACHINE, named("w1", spec)),
    )
    await here.provision(await here.client.get(MACHINE, "w1", NAMESPACE))
    await here.until(MACHINE, "mgmt-cp-1", is_running)
    return await here.until(MACHINE, "w1", is_running)


async def is_there(here: World, kind: Kind, name: str) -> bool:
    try:
        await here.client.get(kind, name, NAMESPACE)
    except NotFound:
        return False
    return True


async def nodes(here: World) -> list[str]:
    return [node["metadata"]["name"] for node in (await here.workload.list(NODE)).items]


async def test_its_server_goes_first_then_its_configuration_then_its_node(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await running(here)
        await here.client.delete(MACHINE, "w1", NAMESPACE)
        machine = await here.until(MACHINE, "w1", lambda obj: condition(obj, "DrainingSucceeded").get("status") == "True")
        await here.until(METAL_MACHINE, "w1", lambda obj: "deletionTimestamp" in obj["metadata"])
        assert machine["status"]["deletion"]["nodeDrainStartTime"]
        assert await is_there(here, TALOS_CONFIG, "w1")
        assert await nodes(here) == ["node-mgmt-cp-1", "node-w1"]
        assert (await here.workload.get(NODE, "node-w1"))["spec"]["unschedulable"] is True
        machine = await here.client.get(MACHINE, "w1", NAMESPACE)
        assert machine["status"]["phase"] == "Deleting"
        await here.let_go("w1")
        await here.until_all(MACHINE, lambda found: [one["metadata"]["name"] for one in found] == ["mgmt-cp-1"])
        assert not await is_there(here, TALOS_CONFIG, "w1")
        assert await nodes(here) == ["node-mgmt-cp-1"]


async def test_who_asked_to_be_waited_for_is_waited_for(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await running(here)
        hooks = {"metadata": {"annotations": {PRE_DRAIN: "me", PRE_TERMINATE: "me"}}}
        await here.client.patch(MACHINE, "w1", hooks, NAMESPACE)
        await here.client.delete(MACHINE, "w1", NAMESPACE)
        machine = await here.until(MACHINE, "w1", lambda obj: bool(condition(obj, "PreDrainDeleteHookSucceeded")))
        assert condition(machine, "PreDrainDeleteHookSucceeded")["reason"] == "WaitingExternalHook"
        assert PRE_DRAIN in condition(machine, "PreDrainDeleteHookSucceeded")["message"]
        assert "unschedulable" not in (await here.workload.get(NODE, "node-w1"))["spec"]
        await here.client.patch(MACHINE, "w1", {"metadata": {"annotations": {PRE_DRAIN: None}}}, NAMESPACE)
        machine = await here.until(MACHINE, "w1", lambda obj: bool(condition(obj, "PreTerminateDeleteHookSucceeded")))
        assert condition(machine, "DrainingSucceeded")["status"] == "True"
        assert "deletionTimestamp" not in (await here.client.get(METAL_MACHINE, "w1", NAMESPACE))["metadata"]
        await here.client.patch(MACHINE, "w1", {"metadata": {"annotations": {PRE_TERMINATE: None}}}, NAMESPACE)
        await here.let_go("w1")
        await here.until_all(MACHINE, lambda found: len(found) == 1)


async def test_pods_that_stay_are_named_and_waited_for_no_longer_than_it_says(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await running(here)
        container = {"name": "c", "image": "registry.example/app:1"}
        pod = {"metadata": {"name": "app", "namespace": NAMESPACE}, "spec": {"nodeName": "node-w1", "containers": [container]}}
        mirror = {"name": "static", "namespace": NAMESPACE, "annotations": {"kubernetes.io/config.mirror": "x"}}
        await here.workload.create(POD, pod)
        await here.workload.create(POD, {**pod, "metadata": mirror})
        await here.client.delete(MACHINE, "w1", NAMESPACE)
        machine = await here.until(
            MACHINE, "w1", lambda obj: "pods are left" in condition(obj, "DrainingSucceeded").get("message", "")
        )
        assert condition(machine, "DrainingSucceeded")["message"].startswith("1 pods are left: default/app")
        await here.client.patch(MACHINE, "w1", {"spec": {"nodeDrainTimeout": "1ms"}}, NAMESPACE)
        await here.let_go("w1")
        await here.until_all(MACHINE, lambda found: len(found) == 1)


async def test_a_cluster_goes_from_its_workers_to_its_infrastructure_and_takes_all_with_it(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.apply(*manifest(workers=1))
        await here.open_cluster()
        (worker,) = await here.provision_all(1)
        await here.provision(await here.add_control_plane())
        await here.until(MACHINE, "mgmt-cp-1", is_running)
        held = {"metadata": {"finalizers": ["talos.controlplane.cluster.x-k8s.io"]}}
        await here.client.patch(TALOS_CONTROL_PLANE, "mgmt-cp", held, NAMESPACE)
        name = worker["metadata"]["name"]
        await here.client.patch(METAL_MACHINE, name, {"metadata": {"finalizers": [SERVER_HELD]}}, NAMESPACE)

        await here.client.delete(CLUSTER, "mgmt", NAMESPACE)
        await here.until(METAL_MACHINE, name, lambda obj: "deletionTimestamp" in obj["metadata"])
        cluster = await here.until(CLUSTER, "mgmt", lambda obj: obj["status"]["phase"] == "Deleting")
        assert condition(cluster, "InfrastructureReady")["reason"] == "Deleting"
        for kind, of in ((TALOS_CONTROL_PLANE, "mgmt-cp"), (METAL_CLUSTER, "mgmt"), (MACHINE, "mgmt-cp-1")):
            assert "deletionTimestamp" not in (await here.client.get(kind, of, NAMESPACE))["metadata"]
        await here.let_go(name)

        await here.until(TALOS_CONTROL_PLANE, "mgmt-cp", lambda obj: "deletionTimestamp" in obj["metadata"])
        assert "deletionTimestamp" not in (await here.client.get(METAL_CLUSTER, "mgmt", NAMESPACE))["metadata"]
        # The control plane deletes its own Machines, then lets go of itself.
        await here.client.delete(MACHINE, "mgmt-cp-1", NAMESPACE)
        await here.let_go("mgmt-cp-1")
        await here.until_all(MACHINE, lambda found: found == [])
        await here.client.patch(TALOS_CONTROL_PLANE, "mgmt-cp", {"metadata": {"finalizers": []}}, NAMESPACE)
        await here.until_all(CLUSTER, lambda found: found == [])
        for kind in (MACHINE_DEPLOYMENT, MACHINE_SET, METAL_CLUSTER, METAL_MACHINE, METAL_MACHINE_TEMPLATE, TALOS_CONFIG):
            left = await here.until_all(kind, lambda found: all(one["metadata"]["name"] == "mgmt-cp" for one in found))
            assert len(left) == (1 if kind == METAL_MACHINE_TEMPLATE else 0), (
                "the control plane's template is its own to give away"
            )


async def test_a_cluster_that_does_not_answer_holds_a_machine_back_for_as_long_as_it_says(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await running(here)
        await here.client.patch(MACHINE, "w1", {"spec": {"nodeDrainTimeout": "1h"}}, NAMESPACE)
        broken = {"data": {"value": "e30="}}
        await here.client.patch(SECRET, "mgmt-kubeconfig", broken, NAMESPACE)
        await here.client.delete(MACHINE, "w1", NAMESPACE)
        machine = await here.until(
            MACHINE, "w1", lambda obj: condition(obj, "DrainingSucceeded").get("reason") == "DrainingFailed"
        )
        assert "The node cannot be drained" in condition(machine, "DrainingSucceeded")["message"]
        patience = {"nodeDrainTimeout": "1ms", "nodeDeletionTimeout": "1ms"}
        await here.client.patch(MACHINE, "w1", {"spec": patience}, NAMESPACE)
        await here.let_go("w1")
        await here.until_all(MACHINE, lambda found: len(found) == 1)
