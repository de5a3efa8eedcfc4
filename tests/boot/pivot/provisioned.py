"""A provisioned cluster of three control planes and three workers, as the controllers leave it, on any plane."""

from boot.client.protocol import Client
from boot.cluster_api.cloning import clone_template
from boot.cluster_api.references import kind_of
from boot.cluster_api.template import ClusterPlan, build_manifest
from boot.resources.base import Object
from boot.resources.kinds import (
    CLUSTER,
    ENVIRONMENT,
    MACHINE,
    MACHINE_DEPLOYMENT,
    MACHINE_SET,
    METAL_CLUSTER,
    METAL_MACHINE,
    SECRET,
    SERVER,
    SERVER_BINDING,
    SERVER_CLASS,
    TALOS_CONFIG,
    TALOS_CONTROL_PLANE,
    Kind,
)
from tests.support.objects import reference

PLACE, NAME = "default", "management-plane"
SINCE = "2026-01-01T00:00:00Z"
MOVE = "clusterctl.cluster.x-k8s.io/move"
PLAN = ClusterPlan(NAME, "10.0.0.10", "any", "any", "v1.36.3", "v1.13", control_planes=3, workers=3)
LABEL = {"cluster.x-k8s.io/cluster-name": NAME}


async def provision(client: Client, replicas: int = 3) -> None:
    """`replicas` of each; every object has its owners, finalizers and status."""
    asset = {"url": "http://k", "sha512": ""}
    await client.create(ENVIRONMENT, {"metadata": {"name": "default"}, "spec": {"kernel": asset, "initrd": asset}})
    await client.create(SERVER_CLASS, {"metadata": {"name": "any"}, "spec": {}})
    made: dict[str, Object] = {}
    for obj in build_manifest(PLAN):
        owners = {"ownerReferences": [reference(made[CLUSTER.kind])]} if CLUSTER.kind in made else {}
        obj["metadata"] |= {"labels": LABEL, **owners}
        made[f"{obj['kind']}"] = made[f"{obj['kind']} {obj['metadata']['name']}"] = await client.create(kind_of(obj), obj)
    await _give(client, CLUSTER, NAME, {"infrastructureReady": True, "controlPlaneReady": True, "phase": "Provisioned"})
    await _give(client, METAL_CLUSTER, NAME, {"ready": True})
    await _give(client, TALOS_CONTROL_PLANE, f"{NAME}-cp", {"bootstrapped": True, "initialized": True, "ready": True})
    await _add_secrets(client, made[CLUSTER.kind])
    deployment = made[MACHINE_DEPLOYMENT.kind]
    labels = {**LABEL, "machine-template-hash": "1"}
    spec = deployment["spec"] | {"selector": {"matchLabels": labels}}
    spec = {key: spec[key] for key in ("clusterName", "replicas", "selector", "template")}
    spec["template"] = {**spec["template"], "metadata": {"labels": labels}}
    owned = {"name": f"{NAME}-w", "namespace": PLACE, "labels": labels, "ownerReferences": [reference(deployment)]}
    workers = await client.create(MACHINE_SET, {"metadata": owned, "spec": spec})
    for number in range(2 * replicas):
        plane = number < replicas
        owner = made[TALOS_CONTROL_PLANE.kind] if plane else workers
        template = made[f"MetalMachineTemplate {NAME}-{'cp' if plane else 'workers'}"]
        await _add_machine(client, number, owner, template)


async def _add_secrets(client: Client, cluster: Object) -> None:
    for suffix in ("talos", "ca", "talosconfig", "kubeconfig"):
        owned = {"ownerReferences": [reference(cluster)]} if suffix != "kubeconfig" else {}
        metadata = {"name": f"{NAME}-{suffix}", "namespace": PLACE, "labels": LABEL, **owned}
        await client.create(SECRET, {"metadata": metadata, "type": "Opaque", "data": {"value": "c2VjcmV0"}})


async def _add_machine(client: Client, number: int, owner: Object, template: Object) -> None:
    name, server = f"m{number}", f"00000000-0000-0000-0000-00000000000{number}"
    spec = {"clusterName": NAME, "bootstrap": {"dataSecretName": f"{name}-bootstrap-data"}, "providerID": f"sidero://{server}"}
    spec["infrastructureRef"] = {"apiVersion": METAL_MACHINE.api_version, "kind": "MetalMachine", "name": name}
    metadata = {"name": name, "namespace": PLACE, "labels": LABEL, "finalizers": ["machine.cluster.x-k8s.io"]}
    controller = reference(owner, controller=True, blockOwnerDeletion=True)
    machine = await client.create(MACHINE, {"metadata": metadata | {"ownerReferences": [controller]}, "spec": spec})
    node = {"apiVersion": "v1", "kind": "Node", "name": f"node-{number}"}
    await _give(client, MACHINE, name, {"phase": "Running", "nodeRef": node, "bootstrapReady": True, "infrastructureReady": True})
    owned = reference(machine, controller=True, blockOwnerDeletion=True)
    metal = clone_template(template, name=name, cluster=NAME, owner=owned)
    metal["metadata"]["finalizers"] = ["metalmachine.infrastructure.cluster.x-k8s.io"]
    metal["spec"] |= {"serverRef": {"kind": "Server", "name": server}, "providerID": f"sidero://{server}"}
    await client.create(METAL_MACHINE, metal)
    await _give(
        client, METAL_MACHINE, name, {"ready": True, "addresses": [{"type": "InternalIP", "address": f"10.0.1.{number}"}]}
    )
    config = {"name": name, "namespace": PLACE, "labels": LABEL, "ownerReferences": [owned]}
    made = await client.create(TALOS_CONFIG, {"metadata": config, "spec": {"generateType": "worker", "talosVersion": "v1.13"}})
    await _give(client, TALOS_CONFIG, name, {"ready": True, "dataSecretName": f"{name}-bootstrap-data"})
    data = {"name": f"{name}-bootstrap-data", "namespace": PLACE, "labels": LABEL, "ownerReferences": [reference(made)]}
    await client.create(SECRET, {"metadata": data, "data": {"value": "c2VjcmV0"}})
    await _add_server(client, server, name, number)


async def _add_server(client: Client, server: str, machine: str, number: int) -> None:
    bmc = {
        "endpoint": f"10.0.2.{number}",
        "passFrom": {"secretKeyRef": {"namespace": PLACE, "name": f"{server}-bmc", "key": "pass"}},
    }
    obj = await client.create(
        SERVER,
        {
            "metadata": {"name": server, "finalizers": ["storage.finalizers.server.k8s.io"]},
            "spec": {"accepted": True, "bmc": bmc},
        },
    )
    booted = {"type": "PXEBooted", "status": "True", "lastTransitionTime": SINCE}
    await client.patch(
        SERVER, server, {"status": {"inUse": True, "isClean": False, "conditions": [booted]}}, subresource="status"
    )
    owned = {"name": f"{server}-bmc", "namespace": PLACE, "labels": {MOVE: ""}, "ownerReferences": [reference(obj)]}
    await client.create(SECRET, {"metadata": owned, "data": {"pass": "c2VjcmV0"}})
    spec = {
        "metalMachineRef": {"kind": "MetalMachine", "namespace": PLACE, "name": machine},
        "serverClassRef": {"kind": "ServerClass", "name": "any"},
        "addresses": [f"10.0.1.{number}"],
        "hostname": f"node-{number}",
    }
    await client.create(SERVER_BINDING, {"metadata": {"name": server}, "spec": spec})
    told = {"type": "TalosInstalled", "status": "True", "lastTransitionTime": SINCE}
    await client.patch(SERVER_BINDING, server, {"status": {"ready": True, "conditions": [told]}}, subresource="status")


async def _give(client: Client, kind: Kind, name: str, status: Object) -> None:
    await client.patch(kind, name, {"status": status}, PLACE, subresource="status")
