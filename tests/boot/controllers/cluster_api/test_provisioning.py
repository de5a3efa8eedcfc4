"""From a manifest to running Machines, as Cluster API's own controllers take it."""

from pathlib import Path

from boot.resources.kinds import (
    CLUSTER,
    MACHINE_DEPLOYMENT,
    MACHINE_SET,
    NODE,
)
from tests.support.cluster_api import NAMESPACE, condition, manifest, world


async def test_a_manifest_ends_in_running_machines(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.apply(*manifest(workers=2))
        await here.open_cluster()
        cluster = await here.until(CLUSTER, "mgmt", lambda obj: obj.get("status", {}).get("controlPlaneReady", False))
        assert cluster["spec"]["controlPlaneEndpoint"] == {"host": "192.0.2.1", "port": 6443}
        machines = await here.provision_all(2)
        done = await here.until(MACHINE_DEPLOYMENT, "mgmt-workers", lambda obj: obj["status"].get("phase") == "Running")
        assert (done["status"]["readyReplicas"], done["status"]["availableReplicas"]) == (2, 2)
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
