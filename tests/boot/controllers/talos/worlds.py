"""A cluster with its infrastructure ready, and simulated Talos machines that serve the real machine API over mutual TLS."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from boot.client.local import LocalClient
from boot.client.workload import WorkloadClients
from boot.clock import SystemClock
from boot.cluster_api.references import kind_of
from boot.cluster_api.template import ClusterPlan, build_manifest
from boot.controllers.cluster_api.drafts import Drafts
from boot.controllers.talos.cluster_secrets import ClusterSecrets, read_values
from boot.controllers.talos.control_plane_status import ControlPlaneStatus
from boot.controllers.talos.kubeconfigs import Kubeconfigs
from boot.controllers.talos.machines import ControlPlaneMachines
from boot.controllers.talos.survey import Survey
from boot.controllers.talos.talos_config import TalosConfigReconciler
from boot.controllers.talos.talos_control_plane import TalosControlPlaneReconciler
from boot.resources.base import Object
from boot.resources.kinds import (
    CLUSTER,
    MACHINE,
    METAL_MACHINE,
    METAL_MACHINE_TEMPLATE,
    SECRET,
    TALOS_CONFIG,
    TALOS_CONTROL_PLANE,
)
from boot.simulator.talos.etcd import Etcd
from boot.simulator.talos.machine import TalosMachine, read_config
from boot.simulator.talos.service import serving
from boot.talos.machine_api import PORT
from boot.talos.releases import NEWEST
from tests.support.objects import reference
from tests.support.plane import local_client

PLACE, NAME = "default", "c1"
CONTROL_PLANE = f"{NAME}-cp"


@dataclass
class World:
    client: LocalClient
    stack: AsyncExitStack
    workloads: WorkloadClients
    etcd: Etcd = field(default_factory=Etcd)
    clock: SystemClock = field(default_factory=SystemClock)
    machines: dict[str, TalosMachine] = field(default_factory=dict)

    def control_planes(self) -> TalosControlPlaneReconciler:
        """A new one each time: it must not lean on what it remembers."""
        drafts, secrets = Drafts(self.client, self.clock), ClusterSecrets(self.client)
        return TalosControlPlaneReconciler(
            self.client,
            self.clock,
            drafts,
            ControlPlaneMachines(self.client, drafts.events, Random()),
            Survey(secrets),
            Kubeconfigs(secrets, self.clock),
            ControlPlaneStatus(drafts, self.workloads),
        )

    async def step(self, passes: int = 1) -> Object:
        """The control plane after so many passes of its controller, as those of Cluster API have it meanwhile."""
        for _ in range(passes):
            await self.control_planes().reconcile(f"{PLACE}/{CONTROL_PLANE}")
            await self.own()
        return await self.client.get(TALOS_CONTROL_PLANE, CONTROL_PLANE, PLACE)

    async def own(self) -> None:
        """The Machine controller's part: a Machine owns its config and its infrastructure."""
        for machine in await self.list(MACHINE):
            for kind, named in (
                (TALOS_CONFIG, machine["spec"]["bootstrap"]["configRef"]["name"]),
                (METAL_MACHINE, machine["spec"]["infrastructureRef"]["name"]),
            ):
                owners = {"metadata": {"ownerReferences": [reference(machine, controller=True)]}}
                await self.client.patch(kind, named, owners, PLACE)

    async def configure(self) -> None:
        """Bootstrap data for every Machine, and the talosconfig of those that are up."""
        for config in await self.list(TALOS_CONFIG):
            reconciler = TalosConfigReconciler(self.client, self.clock, Drafts(self.client, self.clock))
            for _ in range(2):
                await reconciler.reconcile(f"{PLACE}/{config['metadata']['name']}")

    async def list(self, kind: object) -> list[Object]:
        return list((await self.client.list(kind, PLACE)).items)  # type: ignore[arg-type]

    async def secret(self, name: str) -> dict[str, str]:
        return read_values(await self.client.get(SECRET, name, PLACE))

    async def install(self) -> None:
        """Every Machine gets an address on loopback, and a Talos that runs with its own bootstrap data."""
        for machine in await self.list(MACHINE):
            name = machine["metadata"]["name"]
            if name in self.machines:
                continue
            address = f"127.77.0.{len(self.machines) + 1}"
            config = read_config((await self.secret(f"{name}-bootstrap-data"))["value"], NEWEST.newest)
            talos = TalosMachine(f"node-{len(self.machines)}", address, NEWEST.newest, config, self.etcd, self.clock)
            await self.stack.enter_async_context(serving(talos, talos.talos_ca, address, PORT))
            self.machines[name] = talos
            told = [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": talos.hostname}]
            status = {"addresses": told, "nodeRef": {"kind": "Node", "name": talos.hostname}}
            await self.client.patch(MACHINE, name, {"status": status}, PLACE, subresource="status")
        await self.configure()


@asynccontextmanager
async def opened(tmp_path: Path, replicas: int = 3) -> AsyncIterator[World]:
    plan = ClusterPlan(
        NAME,
        "127.77.100.1",
        "any",
        "any",
        f"v{NEWEST.kubernetes}",
        f"v{NEWEST.minor[0]}.{NEWEST.minor[1]}",
        control_planes=replicas,
        control_plane_patches=("machine: {install: {disk: /dev/sda}}",),
    )
    async with local_client(tmp_path) as client, AsyncExitStack() as stack:
        made = {}
        for obj in build_manifest(plan):
            made[obj["kind"]] = await client.create(kind_of(obj), obj)
        owners = {"metadata": {"ownerReferences": [reference(made["Cluster"])]}}
        await client.patch(TALOS_CONTROL_PLANE, CONTROL_PLANE, owners, PLACE)
        endpoint = {"spec": {"controlPlaneEndpoint": {"host": "127.77.100.1", "port": 6443}}}
        await client.patch(CLUSTER, NAME, endpoint, PLACE)
        await client.patch(CLUSTER, NAME, {"status": {"infrastructureReady": True}}, PLACE, subresource="status")
        assert await client.get(METAL_MACHINE_TEMPLATE, CONTROL_PLANE, PLACE)
        workloads = await stack.enter_async_context(aclosing(WorkloadClients(client)))
        yield World(client, stack, workloads)
