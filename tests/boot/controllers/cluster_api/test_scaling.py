"""More Machines, fewer Machines, other Machines."""

import random
from pathlib import Path

from boot.cluster_api.names import suffixed
from boot.resources.base import Object
from boot.resources.kinds import (
    EVENT,
    MACHINE,
    MACHINE_DEPLOYMENT,
    MACHINE_SET,
    METAL_MACHINE,
    METAL_MACHINE_TEMPLATE,
    TALOS_CONFIG,
    TALOS_CONTROL_PLANE,
)
from tests.support.cluster_api import (
    NAMESPACE,
    World,
    machine_template,
    manifest,
    named,
    provisioned,
    reference,
    stepwise,
    world,
)
from tests.support.moving import everything

MARK = "cluster.x-k8s.io/delete-machine"


async def scale(here: World, replicas: int, **spec: object) -> None:
    await here.client.patch(MACHINE_DEPLOYMENT, "mgmt-workers", {"spec": {"replicas": replicas, **spec}}, NAMESPACE)


async def change_template(here: World, name: str, **spec: object) -> None:
    """Another infrastructure template, as a person would roll the Machines."""
    await here.apply((METAL_MACHINE_TEMPLATE, named(name, machine_template("other"))))
    template = {"template": {"spec": {"infrastructureRef": reference(METAL_MACHINE_TEMPLATE, name)}}}
    await here.client.patch(MACHINE_DEPLOYMENT, "mgmt-workers", {"spec": {**template, **spec}}, NAMESPACE)


def names(machines: list[Object]) -> set[str]:
    return {machine["metadata"]["name"] for machine in machines}


def sizes(sets: list[Object]) -> list[int]:
    """By age, the newest last."""
    ordered = sorted(sets, key=lambda one: int(one["metadata"]["annotations"]["machinedeployment.clusters.x-k8s.io/revision"]))
    return [one["spec"]["replicas"] for one in ordered]


async def test_it_grows_and_shrinks_as_it_is_told_and_the_marked_one_goes_first(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.apply(*manifest(workers=1))
        await here.open_cluster()
        await here.provision_all(1)
        await scale(here, 3)
        machines = await here.provision_all(3)
        doomed = sorted(names(machines))[2]
        await here.client.patch(MACHINE, doomed, {"metadata": {"annotations": {MARK: ""}}}, NAMESPACE)
        await scale(here, 2)
        left = await here.until_all(MACHINE, lambda found: len(found) == 2)
        assert names(left) == names(machines) - {doomed}
        assert names(list((await here.client.list(METAL_MACHINE, NAMESPACE)).items)) == names(left)
        told = {event["reason"] for event in (await here.client.list(EVENT, NAMESPACE)).items}
        assert {"SuccessfulCreate", "SuccessfulDelete", "SuccessfulScale", "SuccessfulSetNodeRef"} <= told


async def test_a_machine_without_a_node_goes_before_one_that_works(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.apply(*manifest(workers=1))
        await here.open_cluster()
        (working,) = await here.provision_all(1)
        await scale(here, 2)
        await here.until_all(MACHINE, lambda found: len(found) == 2)
        await scale(here, 1)
        left = await here.until_all(MACHINE, lambda found: len(found) == 1)
        assert names(left) == names([working])


async def test_a_run_that_ended_half_way_leaves_nothing_twice(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.apply(*manifest(workers=1))
        await here.status(TALOS_CONTROL_PLANE, "mgmt-cp", version="v1.32.3")
        (machine,) = await here.until_all(MACHINE, lambda found: len(found) == 1)
        name = machine["metadata"]["name"]
        await here.until(METAL_MACHINE, name, lambda obj: obj["metadata"]["ownerReferences"][0]["kind"] == "Machine")
        (machine_set,) = (await here.client.list(MACHINE_SET, NAMESPACE)).items
    # What a kill between the clones and their Machine leaves.
    clones = [(kind, await _orphaned(tmp_path, machine_set, kind, name)) for kind in (TALOS_CONFIG, METAL_MACHINE)]
    async with world(tmp_path) as here:
        await here.apply(*((kind, clone) for kind, clone in clones if kind == TALOS_CONFIG))
        await scale(here, 2)
        found = await here.until_all(MACHINE, lambda found: len(found) == 2)
        assert names(found) == {name, "mgmt-workers-left"}
        assert names(list((await here.client.list(TALOS_CONFIG, NAMESPACE)).items)) == names(found)
        assert names(list((await here.client.list(METAL_MACHINE, NAMESPACE)).items)) == names(found)


async def _orphaned(tmp_path: Path, machine_set: Object, kind: object, name: str) -> Object:
    assert kind in (TALOS_CONFIG, METAL_MACHINE)
    metadata = machine_set["metadata"]
    owner = {"apiVersion": machine_set["apiVersion"], "kind": "MachineSet", "name": metadata["name"], "uid": metadata["uid"]}
    labels = {"cluster.x-k8s.io/set-name": metadata["name"], "cluster.x-k8s.io/cluster-name": "mgmt"}
    spec: Object = {"generateType": "worker"} if kind == TALOS_CONFIG else {}
    return named("mgmt-workers-left", spec, labels=labels, ownerReferences=[owner])


async def test_a_name_that_is_taken_is_not_given_again_and_nothing_of_its_machine_is_touched(tmp_path: Path) -> None:
    async with stepwise(tmp_path) as here:  # whose controllers begin with the same names every time
        before = await provisioned(here)
        await scale(here, 3)
        await here.settle()
        after = await everything(here.client, NAMESPACE)
        assert len([name for kind, name in after if kind == "Machine"]) == 4
        for kind, name in before:
            if kind in {"Machine", "MetalMachine", "TalosConfig"}:
                assert after[kind, name] == before[kind, name]


async def test_a_name_that_something_else_has_is_passed_over_and_left_alone(tmp_path: Path) -> None:
    async with stepwise(tmp_path) as here:
        await here.apply(*manifest(workers=0))
        await here.open_cluster()
        await here.settle()
        (machine_set,) = (await here.client.list(MACHINE_SET, NAMESPACE)).items
        first = suffixed(machine_set["metadata"]["name"], random.Random(1))
        await here.apply((METAL_MACHINE, named(first, {"serverRef": {"kind": "Server", "name": "somebody's"}})))
        await scale(here, 1)
        await here.settle()
        (machine,) = (await here.client.list(MACHINE, NAMESPACE)).items
        assert machine["metadata"]["name"] != first
        assert (await here.client.get(METAL_MACHINE, first, NAMESPACE))["spec"]["serverRef"]["name"] == "somebody's"
        assert names(list((await here.client.list(TALOS_CONFIG, NAMESPACE)).items)) == names([machine])
        told = [event["message"] for event in (await here.client.list(EVENT, NAMESPACE)).items]
        assert any(f'"{first}" already exists' in message for message in told)


async def test_another_template_rolls_one_machine_after_the_other(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.apply(*manifest(workers=2))
        await here.open_cluster()
        before = await here.provision_all(2)
        await change_template(here, "mgmt-workers-2")
        sets = await here.until_all(MACHINE_SET, lambda found: len(found) == 2)
        assert sizes(sets) == [2, 1], "one more than wanted, and none fewer that works"
        await here.provision_all(3)
        await here.until_all(MACHINE_SET, lambda found: sizes(found) == [1, 2])
        await here.until_all(MACHINE, lambda found: len(found) == 3)
        await here.provision_all(3)
        await here.until_all(MACHINE_SET, lambda found: sizes(found) == [0, 2])
        after = await here.until_all(MACHINE, lambda found: len(found) == 2)
        assert not names(after) & names(before)
        deployment = await here.until(MACHINE_DEPLOYMENT, "mgmt-workers", lambda obj: obj["status"]["updatedReplicas"] == 2)
        assert deployment["metadata"]["annotations"]["machinedeployment.clusters.x-k8s.io/revision"] == "2"


async def test_on_delete_an_old_machine_stays_until_somebody_deletes_it(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.apply(*manifest(workers=2))
        await here.open_cluster()
        before = await here.provision_all(2)
        strategy = {"strategy": {"type": "OnDelete", "rollingUpdate": None}}
        await change_template(here, "mgmt-workers-2", **strategy)
        kept = "cluster.x-k8s.io/disable-machine-create"
        sets = await here.until_all(MACHINE_SET, lambda found: any(kept in one["metadata"]["annotations"] for one in found))
        assert sizes(sets) == [2, 0]
        gone = min(names(before))
        await here.client.delete(MACHINE, gone, NAMESPACE)
        await here.until_all(MACHINE_SET, lambda found: sizes(found) == [1, 1])
        found = await here.until_all(MACHINE, lambda found: len(found) == 2 and gone not in names(found))
        assert len(names(found) & names(before)) == 1


async def test_labels_of_the_template_reach_machines_that_run(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.apply(*manifest(workers=1))
        await here.open_cluster()
        (machine,) = await here.provision_all(1)
        label = {"node-role.kubernetes.io/storage": "yes"}
        template = {"metadata": {"labels": label}, "spec": {"nodeDrainTimeout": "5m"}}
        await here.client.patch(MACHINE_DEPLOYMENT, "mgmt-workers", {"spec": {"template": template}}, NAMESPACE)
        name = machine["metadata"]["name"]
        follower = await here.until(MACHINE, name, lambda obj: obj["spec"].get("nodeDrainTimeout") == "5m")
        assert follower["metadata"]["labels"] == {**machine["metadata"]["labels"], **label}
        assert names(list((await here.client.list(MACHINE, NAMESPACE)).items)) == {name}


async def test_while_paused_a_deployment_scales_and_does_not_roll(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.apply(*manifest(workers=1))
        await here.open_cluster()
        await here.provision_all(1)
        await change_template(here, "mgmt-workers-2", paused=True, replicas=2)
        await here.until_all(MACHINE, lambda found: len(found) == 2)
        assert len((await here.client.list(MACHINE_SET, NAMESPACE)).items) == 1
