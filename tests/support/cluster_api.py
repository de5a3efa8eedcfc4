"""Cluster API's controllers on a real plane, a real API for the workload cluster, and providers that a test plays."""

import asyncio
import base64
import random
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from boot.client.local import LocalClient
from boot.client.protocol import Client
from boot.client.workload import WorkloadClients
from boot.clock import Clock, SystemClock
from boot.cluster_api.keys import key_of
from boot.controllers.cluster_api.cluster import ClusterWorker
from boot.controllers.cluster_api.controllers import build_controllers
from boot.controllers.cluster_api.drafts import Drafts
from boot.controllers.cluster_api.frame import Frame, Worker
from boot.controllers.cluster_api.machine import MachineWorker
from boot.controllers.cluster_api.machine_deployment import MachineDeploymentWorker
from boot.controllers.cluster_api.machine_set import MachineSetWorker
from boot.controllers.cluster_api.nodes import Nodes
from boot.errors import ApiError
from boot.resources.base import Object
from boot.resources.kinds import (
    CLUSTER,
    MACHINE,
    MACHINE_DEPLOYMENT,
    METAL_CLUSTER,
    METAL_MACHINE,
    METAL_MACHINE_TEMPLATE,
    NODE,
    SECRET,
    TALOS_CONFIG,
    TALOS_CONFIG_TEMPLATE,
    TALOS_CONTROL_PLANE,
    Kind,
)
from tests.boot.apiserver.served import served_plane
from tests.support.clock import FakeClock
from tests.support.moving import everything
from tests.support.plane import local_client

NAMESPACE = "default"
READY = {"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}
VERSION = "v1.32.3"
SERVER_HELD = "metalmachine.infrastructure.cluster.x-k8s.io"
"""Finalizer of a MetalMachine whose server is not released yet."""


def reference(kind: Kind, name: str) -> Object:
    return {"apiVersion": kind.api_version, "kind": kind.kind, "name": name}


def named(name: str, spec: Object, **metadata: object) -> Object:
    return {"metadata": {"name": name, "namespace": NAMESPACE, **metadata}, "spec": spec}


def manifest(workers: int = 1) -> list[tuple[Kind, Object]]:
    """What Sidero's own template makes of a cluster `mgmt`, but for the server classes."""
    plane = {
        "version": VERSION,
        "replicas": 1,
        "infrastructureTemplate": reference(METAL_MACHINE_TEMPLATE, "mgmt-cp"),
        "controlPlaneConfig": {"controlplane": {"generateType": "controlplane"}},
    }
    cluster = {
        "clusterNetwork": {"pods": {"cidrBlocks": ["10.244.0.0/16"]}, "services": {"cidrBlocks": ["10.96.0.0/12"]}},
        "infrastructureRef": reference(METAL_CLUSTER, "mgmt"),
        "controlPlaneRef": reference(TALOS_CONTROL_PLANE, "mgmt-cp"),
    }
    return [
        (CLUSTER, named("mgmt", cluster)),
        (METAL_CLUSTER, named("mgmt", {"controlPlaneEndpoint": {"host": "192.0.2.1", "port": 6443}})),
        (TALOS_CONTROL_PLANE, named("mgmt-cp", plane)),
        (METAL_MACHINE_TEMPLATE, named("mgmt-cp", machine_template())),
        (METAL_MACHINE_TEMPLATE, named("mgmt-workers", machine_template())),
        (TALOS_CONFIG_TEMPLATE, named("mgmt-workers", {"template": {"spec": {"generateType": "worker"}}})),
        (MACHINE_DEPLOYMENT, named("mgmt-workers", deployment(workers))),
    ]


def machine_template(server_class: str = "any") -> Object:
    return {"template": {"spec": {"serverClassRef": {"kind": "ServerClass", "name": server_class}}}}


def deployment(replicas: int) -> Object:
    return {
        "clusterName": "mgmt",
        "replicas": replicas,
        "selector": {"matchLabels": None},
        "template": {
            "spec": {
                "clusterName": "mgmt",
                "version": VERSION,
                "bootstrap": {"configRef": reference(TALOS_CONFIG_TEMPLATE, "mgmt-workers")},
                "infrastructureRef": reference(METAL_MACHINE_TEMPLATE, "mgmt-workers"),
            }
        },
    }


@dataclass
class World:
    """The plane, and the workload cluster's own API."""

    client: Client
    workload: Client
    kubeconfig: bytes

    async def until(self, kind: Kind, name: str, holds: Callable[[Object], bool]) -> Object:
        """The object once it is so; TimeoutError after a while."""
        async with asyncio.timeout(20):
            listing = await self.client.list(kind, NAMESPACE)
            for obj in listing.items:
                if obj["metadata"]["name"] == name and holds(obj):
                    return obj
            async for change in self.client.watch(kind, NAMESPACE, after=listing.revision):
                if change.object["metadata"]["name"] == name and holds(change.object):
                    return change.object
        raise AssertionError("a watch does not end")

    async def until_all(self, kind: Kind, holds: Callable[[list[Object]], bool]) -> list[Object]:
        """All objects of a kind once they are so."""
        async with asyncio.timeout(20):
            while True:
                listing = await self.client.list(kind, NAMESPACE)
                if holds(list(listing.items)):
                    return list(listing.items)
                async for _ in self.client.watch(kind, NAMESPACE, after=listing.revision):
                    break
        raise AssertionError("a loop does not end")

    async def apply(self, *objects: tuple[Kind, Object]) -> None:
        for kind, obj in objects:
            await self.client.create(kind, obj)

    async def status(self, kind: Kind, name: str, **status: object) -> None:
        await self.client.patch(kind, name, {"status": status}, NAMESPACE, subresource="status")

    # The providers

    async def open_cluster(self) -> None:
        """Infrastructure ready, control plane initialized at its version, kubeconfig there."""
        await self.status(METAL_CLUSTER, "mgmt", ready=True)
        await self.status(TALOS_CONTROL_PLANE, "mgmt-cp", ready=True, initialized=True, version=VERSION, conditions=[READY])
        await self.open_cluster_secret()

    async def open_cluster_secret(self) -> None:
        """The way into the workload cluster, as its control plane leaves it."""
        data = {"value": base64.b64encode(self.kubeconfig).decode()}
        labels = {"cluster.x-k8s.io/cluster-name": "mgmt"}
        metadata = {"name": "mgmt-kubeconfig", "namespace": NAMESPACE, "labels": labels}
        await self.client.create(SECRET, {"metadata": metadata, "type": "cluster.x-k8s.io/secret", "data": data})

    async def add_control_plane(self, name: str = "mgmt-cp-1") -> Object:
        """The Machine that a control plane makes, with what belongs to it; not provisioned yet."""
        plane = await self.client.get(TALOS_CONTROL_PLANE, "mgmt-cp", NAMESPACE)
        metadata = plane["metadata"]
        owner = {"apiVersion": plane["apiVersion"], "kind": plane["kind"], "name": metadata["name"], "uid": metadata["uid"]}
        labels, here = {"cluster.x-k8s.io/cluster-name": "mgmt", "cluster.x-k8s.io/control-plane": ""}, {"namespace": NAMESPACE}
        spec = {
            "clusterName": "mgmt",
            "version": VERSION,
            "bootstrap": {"configRef": reference(TALOS_CONFIG, name) | here},
            "infrastructureRef": reference(METAL_MACHINE, name) | here,
        }
        controller = {**owner, "controller": True, "blockOwnerDeletion": True}
        await self.apply(
            (TALOS_CONFIG, named(name, {"generateType": "controlplane"}, ownerReferences=[owner])),
            (METAL_MACHINE, named(name, {}, labels=labels, ownerReferences=[owner], finalizers=[SERVER_HELD])),
            (MACHINE, named(name, spec, labels=labels, ownerReferences=[controller])),
        )
        return await self.client.get(MACHINE, name, NAMESPACE)

    async def let_go(self, name: str) -> None:
        """As Sidero's provider does once the server of a MetalMachine is released."""
        await self.until(METAL_MACHINE, name, lambda obj: "deletionTimestamp" in obj["metadata"])
        await self.client.patch(METAL_MACHINE, name, {"metadata": {"finalizers": []}}, NAMESPACE)

    async def provision(self, machine: Object) -> None:
        """Its bootstrap data, then its server, then its node."""
        name = machine["metadata"]["name"]
        config = machine["spec"]["bootstrap"]["configRef"]["name"]
        infrastructure = machine["spec"]["infrastructureRef"]["name"]
        await self.status(TALOS_CONFIG, config, ready=True, dataSecretName=f"{name}-bootstrap-data")
        provider_id = f"sidero://{name}"
        await self.client.patch(METAL_MACHINE, infrastructure, {"spec": {"providerID": provider_id}}, NAMESPACE)
        addresses = [{"type": "InternalIP", "address": "192.0.2.7"}]
        await self.status(METAL_MACHINE, infrastructure, ready=True, addresses=addresses)
        await self.workload.create(NODE, {"metadata": {"name": f"node-{name}"}, "spec": {"providerID": provider_id}})
        await self.workload.patch(NODE, f"node-{name}", {"status": {"conditions": [READY]}}, subresource="status")

    async def provision_present(self) -> None:
        """Every Machine that has no node yet."""
        for machine in (await self.client.list(MACHINE, NAMESPACE)).items:
            if not machine.get("status", {}).get("nodeRef"):
                await self.provision(machine)

    async def provision_all(self, count: int) -> list[Object]:
        """So many Machines, running."""
        await self.until_all(MACHINE, lambda found: len(found) == count)
        await self.provision_present()
        return await self.until_all(MACHINE, lambda found: len(found) == count and all(map(is_running, found)))


def is_running(machine: Object) -> bool:
    return bool(machine.get("status", {}).get("phase") == "Running")


def condition(obj: Object, type_: str) -> Object:
    """{} while it has none of that type."""
    rows = obj.get("status", {}).get("conditions", [])
    return next((row for row in rows if row["type"] == type_), {})


class Stepwise(World):
    seed = 1
    """Of the ends of names."""

    async def settle(self) -> None:
        """Every controller looks at every object of its kind, over and over until nothing is written any more."""
        clock = FakeClock(datetime.now(UTC))
        async with aclosing(WorkloadClients(self.client)) as workload:
            frames = self._frames(clock, workload)
            for _ in range(50):
                before = (await self.client.list(CLUSTER)).revision  # of the whole plane
                for kind, frame in frames:
                    for obj in (await self.client.list(kind)).items:
                        with suppress(ApiError):
                            await frame.reconcile(key_of(obj))
                clock.advance(60)
                if (await self.client.list(CLUSTER)).revision == before:
                    return
        raise AssertionError("there is no end to what is written")

    def _frames(self, clock: Clock, workload: WorkloadClients) -> list[tuple[Kind, Frame]]:
        client, rng = self.client, random.Random(self.seed)
        drafts, nodes = Drafts(client, clock), Nodes(workload, clock)
        workers: list[Worker] = [
            ClusterWorker(client, drafts),
            MachineDeploymentWorker(client, clock, drafts, rng),
            MachineSetWorker(client, clock, drafts, nodes, rng),
            MachineWorker(client, clock, drafts, nodes),
        ]
        return [(worker.kind, Frame(client, drafts, worker)) for worker in workers]


@asynccontextmanager
async def planes(directory: Path) -> AsyncIterator[World]:
    """Nothing acts on their objects yet."""
    (directory / "workload").mkdir(parents=True, exist_ok=True)
    async with local_client(directory) as client, served_plane(directory / "workload") as served:
        yield World(client, LocalClient(served.plane), (directory / "workload" / "kubeconfig").read_bytes())


@asynccontextmanager
async def world(directory: Path) -> AsyncIterator[World]:
    """With its controllers running."""
    clock = SystemClock()
    async with planes(directory) as here, aclosing(WorkloadClients(here.client)) as workload, asyncio.TaskGroup() as group:
        controllers = build_controllers(here.client, clock, workload, random.Random(1))
        tasks = [group.create_task(controller.run()) for controller in controllers]
        try:
            yield here
        finally:
            for task in tasks:
                task.cancel()


@asynccontextmanager
async def stepwise(directory: Path) -> AsyncIterator[Stepwise]:
    """With controllers that only act when they are told to, each time as if they had just been started."""
    async with planes(directory) as here:
        yield Stepwise(here.client, here.workload, here.kubeconfig)


async def provisioned(here: Stepwise) -> dict[tuple[str, str], Object]:
    """Everything of a cluster whose control plane and two workers run, with nothing left to do."""
    await here.apply(*manifest(workers=2))
    await here.open_cluster()
    await here.add_control_plane()
    await here.settle()
    await here.provision_present()
    await here.settle()
    (deployment,) = (await here.client.list(MACHINE_DEPLOYMENT, NAMESPACE)).items
    assert deployment["status"]["phase"] == "Running"
    return await everything(here.client, NAMESPACE)
