"""From a manifest to running Machines, as Cluster API's own controllers take it."""

from pathlib import Path

import pytest

from boot.resources.base import Object
from boot.resources.kinds import (
    CLUSTER,
    EVENT,
    MACHINE,
    MACHINE_DEPLOYMENT,
    MACHINE_SET,
    METAL_CLUSTER,
    METAL_MACHINE,
    METAL_MACHINE_TEMPLATE,
    NODE,
    TALOS_CONFIG,
    TALOS_CONFIG_TEMPLATE,
    TALOS_CONTROL_PLANE,
    Kind,
)
from tests.support.cluster_api import NAMESPACE, World, condition, manifest, named, reference, world

CLUSTER_LABEL = {"cluster.x-k8s.io/cluster-name": "mgmt"}


async def the(here: World, kind: Kind, name: str) -> Object:
    return await here.client.get(kind, name, NAMESPACE)


def owned(owner: Object, **flags: bool) -> Object:
    metadata = owner["metadata"]
    return {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": metadata["name"], "uid": metadata["uid"], **flags}


async def test_a_manifest_ends_in_running_machines(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.apply(*manifest(workers=2))
        await here.open_cluster()
        machines = await here.provision_all(2)
        done = await here.until(MACHINE_DEPLOYMENT, "mgmt-workers", lambda obj: obj["status"].get("readyReplicas") == 2)
        assert (done["status"]["phase"], done["status"]["availableReplicas"]) == ("Running", 2)
        assert condition(done, "Available")["status"] == "True"
        (machine_set,) = (await here.client.list(MACHINE_SET, NAMESPACE)).items
        node = await here.workload.get(NODE, f"node-{machines[0]['metadata']['name']}")
        assert node["metadata"]["annotations"] == {
            "cluster.x-k8s.io/cluster-name": "mgmt",
            "cluster.x-k8s.io/cluster-namespace": NAMESPACE,
            "cluster.x-k8s.io/machine": machines[0]["metadata"]["name"],
            "cluster.x-k8s.io/owner-kind": "MachineSet",
            "cluster.x-k8s.io/owner-name": machine_set["metadata"]["name"],
            "cluster.x-k8s.io/labels-from-machine": "",
            "cluster.x-k8s.io/annotations-from-machine": "",
        }


async def test_what_is_written_is_what_the_real_controllers_would_leave_as_it_is(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.apply(*manifest())
        await here.open_cluster()
        (machine,) = await here.provision_all(1)
        await here.until(CLUSTER, "mgmt", lambda obj: obj["status"].get("controlPlaneReady", False))
        cluster = await the(here, CLUSTER, "mgmt")
        deployment = await the(here, MACHINE_DEPLOYMENT, "mgmt-workers")
        (machine_set,) = (await here.client.list(MACHINE_SET, NAMESPACE)).items
        name = machine["metadata"]["name"]
        bare, by_cluster = owned(cluster), owned(cluster, controller=True, blockOwnerDeletion=True)

        assert cluster["metadata"]["finalizers"] == ["cluster.cluster.x-k8s.io"]
        assert cluster["spec"]["controlPlaneEndpoint"] == {"host": "192.0.2.1", "port": 6443}
        for kind, of in ((METAL_CLUSTER, "mgmt"), (TALOS_CONTROL_PLANE, "mgmt-cp")):
            metadata = (await the(here, kind, of))["metadata"]
            assert (metadata["ownerReferences"], metadata["labels"]) == ([by_cluster], CLUSTER_LABEL)
        for kind in (METAL_MACHINE_TEMPLATE, TALOS_CONFIG_TEMPLATE):
            assert (await the(here, kind, "mgmt-workers"))["metadata"]["ownerReferences"] == [bare]

        assert deployment["metadata"]["ownerReferences"] == [bare]
        assert deployment["metadata"]["finalizers"] == ["cluster.x-k8s.io/machinedeployment"]
        assert deployment["metadata"]["annotations"] == {"machinedeployment.clusters.x-k8s.io/revision": "1"}

        unique = machine_set["metadata"]["labels"]["machine-template-hash"]
        labels = {
            **CLUSTER_LABEL,
            "cluster.x-k8s.io/deployment-name": "mgmt-workers",
            "machine-template-hash": unique,
        }
        assert unique.endswith(f"-{machine_set['metadata']['name'].rpartition('-')[2]}")
        assert machine_set["metadata"]["labels"] == labels
        assert machine_set["metadata"]["finalizers"] == ["cluster.x-k8s.io/machineset"]
        assert machine_set["metadata"]["ownerReferences"] == [owned(deployment, controller=True, blockOwnerDeletion=True)]
        assert machine_set["metadata"]["annotations"] == {
            "machinedeployment.clusters.x-k8s.io/revision": "1",
            "machinedeployment.clusters.x-k8s.io/desired-replicas": "1",
            "machinedeployment.clusters.x-k8s.io/max-replicas": "2",
        }
        assert machine_set["spec"]["selector"] == {"matchLabels": labels}
        assert machine_set["spec"]["template"]["metadata"] == {"labels": labels}
        assert machine_set["spec"]["template"]["spec"] == deployment["spec"]["template"]["spec"]

        own = {**labels, "cluster.x-k8s.io/set-name": machine_set["metadata"]["name"]}
        assert machine["metadata"]["labels"] == own
        assert machine["metadata"]["finalizers"] == ["machine.cluster.x-k8s.io"]
        assert machine["metadata"]["ownerReferences"] == [owned(machine_set, controller=True, blockOwnerDeletion=True)]
        assert machine["spec"]["bootstrap"]["dataSecretName"] == f"{name}-bootstrap-data"
        assert machine["spec"]["bootstrap"]["configRef"]["name"] == machine["spec"]["infrastructureRef"]["name"] == name
        assert (machine["spec"]["providerID"], machine["spec"]["version"]) == (f"sidero://{name}", "v1.32.3")
        for kind in (METAL_MACHINE, TALOS_CONFIG):
            metadata = (await the(here, kind, name))["metadata"]
            assert metadata["ownerReferences"] == [owned(machine, controller=True, blockOwnerDeletion=True)]
            assert metadata["labels"] == own
            assert metadata["annotations"] == {
                "cluster.x-k8s.io/cloned-from-name": "mgmt-workers",
                "cluster.x-k8s.io/cloned-from-groupkind": f"{kind.kind}Template.{kind.group}",
            }


async def test_a_machine_says_what_it_waits_for(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.apply(*manifest())
        await here.status(TALOS_CONTROL_PLANE, "mgmt-cp", version="v1.32.3")
        (machine,) = await here.until_all(MACHINE, lambda found: len(found) == 1 and bool(condition(found[0], "Ready")))
        name = machine["metadata"]["name"]
        assert machine["status"]["phase"] == "Pending"
        assert condition(machine, "BootstrapReady")["reason"] == "WaitingForDataSecret"
        assert condition(machine, "InfrastructureReady")["reason"] == "WaitingForInfrastructure"
        assert condition(machine, "NodeHealthy")["reason"] == "WaitingForNodeRef"
        await here.status(TALOS_CONFIG, name, ready=True, dataSecretName="secret")
        await here.until(MACHINE, name, lambda obj: obj["status"]["phase"] == "Provisioning")
        await here.client.patch(METAL_MACHINE, name, {"spec": {"providerID": "sidero://x"}}, NAMESPACE)
        await here.status(METAL_MACHINE, name, ready=True)
        machine = await here.until(MACHINE, name, lambda obj: obj["status"]["phase"] == "Provisioned")
        machine = await here.until(MACHINE, name, lambda obj: condition(obj, "NodeHealthy").get("reason") == "NodeProvisioning")
        assert "there is no secret mgmt-kubeconfig yet" in condition(machine, "NodeHealthy")["message"]


async def test_infrastructure_that_was_ready_counts_as_ready_for_good(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.apply(*manifest())
        await here.status(METAL_CLUSTER, "mgmt", ready=True)
        await here.until(CLUSTER, "mgmt", lambda obj: obj.get("status", {}).get("phase") == "Provisioned")
        await here.status(METAL_CLUSTER, "mgmt", ready=False)
        cluster = await here.until(CLUSTER, "mgmt", lambda obj: condition(obj, "InfrastructureReady")["status"] == "False")
        assert (cluster["status"]["infrastructureReady"], cluster["status"]["phase"]) == (True, "Provisioned")


async def test_workers_wait_for_a_control_plane_of_their_version(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.apply(*manifest())
        (waiting,) = await here.until_all(
            MACHINE_SET, lambda found: len(found) == 1 and bool(condition(found[0], "MachinesCreated"))
        )
        told = condition(waiting, "MachinesCreated")
        assert (told["reason"], told["severity"]) == ("PreflightCheckFailed", "Error")
        assert "TalosControlPlane default/mgmt-cp is provisioning" in told["message"]
        assert (await here.client.list(MACHINE, NAMESPACE)).items == []
        await here.status(TALOS_CONTROL_PLANE, "mgmt-cp", version="v1.32.3")
        await here.until_all(MACHINE, lambda found: len(found) == 1)


@pytest.mark.parametrize(
    ("absent", "kind", "name", "type_"),
    [
        (METAL_MACHINE_TEMPLATE, MACHINE_DEPLOYMENT, "mgmt-workers", "MachineSetCreated"),
        (TALOS_CONFIG_TEMPLATE, MACHINE_DEPLOYMENT, "mgmt-workers", "MachineSetCreated"),
    ],
)
async def test_what_is_not_there_is_named_in_a_condition_and_an_event(
    tmp_path: Path, absent: Kind, kind: Kind, name: str, type_: str
) -> None:
    async with world(tmp_path) as here:
        objects = [row for row in manifest() if (row[0], row[1]["metadata"]["name"]) != (absent, "mgmt-workers")]
        await here.apply(*objects)
        obj = await here.until(kind, name, lambda obj: bool(condition(obj, type_)))
        words = f"No MachineSet can be made: {absent.kind} mgmt-workers not found"
        assert condition(obj, type_)["message"] == words
        events = await here.until_all(EVENT, lambda found: words in [event["message"] for event in found])
        (told,) = [event for event in events if event["message"] == words]
        assert (told["type"], told["involvedObject"]["kind"], told["involvedObject"]["name"]) == ("Warning", kind.kind, name)


async def test_a_clone_that_cannot_be_made_is_said_and_leaves_nothing_behind(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        broken = named("mgmt-workers", {"template": {"spec": {"serverClassRef": {"name": "any"}}}})
        objects = [row for row in manifest() if row[0] != METAL_MACHINE_TEMPLATE]
        await here.apply(*objects, (METAL_MACHINE_TEMPLATE, broken))
        await here.status(TALOS_CONTROL_PLANE, "mgmt-cp", version="v1.32.3")
        (machine,) = await here.until_all(MACHINE, lambda found: len(found) == 1)
        await here.client.delete(METAL_MACHINE_TEMPLATE, "mgmt-workers", NAMESPACE)
        await here.client.patch(MACHINE_DEPLOYMENT, "mgmt-workers", {"spec": {"replicas": 2}}, NAMESPACE)
        (machine_set,) = await here.until_all(
            MACHINE_SET, lambda found: condition(found[0], "MachinesCreated").get("status") == "False"
        )
        told = condition(machine_set, "MachinesCreated")
        assert told["reason"] == "InfrastructureTemplateCloningFailed"
        assert told["message"] == "MetalMachineTemplate mgmt-workers does not exist"
        names = [obj["metadata"]["name"] for obj in (await here.client.list(TALOS_CONFIG, NAMESPACE)).items]
        assert names == [machine["metadata"]["name"]]


async def test_a_machine_that_a_person_made_is_the_clusters_own(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        spec = {
            "clusterName": "mgmt",
            "bootstrap": {"dataSecretName": "mine"},
            "infrastructureRef": reference(METAL_MACHINE, "alone"),
        }
        await here.apply((CLUSTER, named("mgmt", {})), (METAL_MACHINE, named("alone", {})), (MACHINE, named("alone", spec)))
        machine = await here.until(MACHINE, "alone", lambda obj: obj.get("status", {}).get("phase") == "Provisioning")
        assert machine["metadata"]["ownerReferences"] == [owned(await the(here, CLUSTER, "mgmt"))]
        assert machine["status"]["bootstrapReady"] is True
        infrastructure = await the(here, METAL_MACHINE, "alone")
        assert infrastructure["metadata"]["ownerReferences"] == [owned(machine, controller=True, blockOwnerDeletion=True)]


async def test_infrastructure_that_is_gone_after_it_was_ready_is_a_failure(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.apply(*manifest())
        await here.open_cluster()
        (machine,) = await here.provision_all(1)
        name = machine["metadata"]["name"]
        await here.client.delete(METAL_MACHINE, name, NAMESPACE)
        machine = await here.until(MACHINE, name, lambda obj: obj["status"]["phase"] == "Failed")
        words = f"MetalMachine {name} has been deleted after being ready"
        assert (machine["status"]["failureReason"], machine["status"]["failureMessage"]) == ("InvalidConfiguration", words)
        assert condition(machine, "InfrastructureReady")["message"] == words
