"""A cluster whose infrastructure is ready, with a class of servers, and MetalMachines that ask for them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from boot.client.events import EventRecorder
from boot.client.local import LocalClient
from boot.controllers.sidero.allotment import Allotment
from boot.controllers.sidero.metal_machine import MetalMachineReconciler
from boot.errors import NotFound
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER, EVENT, MACHINE, METAL_MACHINE, SERVER, SERVER_BINDING, SERVER_CLASS
from tests.support.clock import FakeClock
from tests.support.objects import reference
from tests.support.plane import local_client

PLACE = "default"


@dataclass
class KnownNodes:
    """Implements Nodes: `there` are the servers whose Node has come up."""

    there: set[str] = field(default_factory=set)

    async def adopt(self, namespace: str, cluster: str, server: str) -> None:
        if server not in self.there:
            raise NotFound(f"cluster {cluster} has no node of {server} for {namespace}")


@dataclass
class World:
    client: LocalClient
    nodes: KnownNodes
    clock: FakeClock

    @property
    def reconciler(self) -> MetalMachineReconciler:
        """A new one each time: it must not lean on what it remembers."""
        allotment = Allotment(self.client, EventRecorder(self.client, self.clock))
        return MetalMachineReconciler(self.client, self.clock, allotment, self.nodes)

    async def add_server(self, name: str, *, clean: bool = True, **more: object) -> None:
        await self.client.create(SERVER, {"metadata": {"name": name, **more}, "spec": {"accepted": True}})
        await self.client.patch(SERVER, name, {"status": {"isClean": clean}}, subresource="status")

    async def add_machine(self, name: str, **spec: object) -> None:
        """A Machine with its bootstrap data, and the MetalMachine it owns."""
        wanted = {
            "clusterName": "c1",
            "bootstrap": {"dataSecretName": f"{name}-bootstrap-data"},
            "infrastructureRef": {"apiVersion": METAL_MACHINE.api_version, "kind": "MetalMachine", "name": name},
        }
        machine = await self.client.create(MACHINE, {"metadata": {"name": name, "namespace": PLACE}, "spec": wanted})
        metadata = {"name": name, "namespace": PLACE, "labels": {"a": "b"}, "ownerReferences": [reference(machine)]}
        spec = spec or {"serverClassRef": {"kind": "ServerClass", "name": "rack"}}
        await self.client.create(METAL_MACHINE, {"metadata": metadata, "spec": spec})

    async def step(self, name: str = "m1") -> Object:
        await self.reconciler.reconcile(f"{PLACE}/{name}")
        return await self.client.get(METAL_MACHINE, name, PLACE)

    async def bindings(self) -> dict[str, str]:
        """Server -> MetalMachine."""
        listed = (await self.client.list(SERVER_BINDING)).items
        return {obj["metadata"]["name"]: obj["spec"]["metalMachineRef"]["name"] for obj in listed}

    async def events(self) -> list[str]:
        return [event["reason"] for event in (await self.client.list(EVENT)).items]


@asynccontextmanager
async def opened(tmp_path: Path) -> AsyncIterator[World]:
    clock = FakeClock()
    async with local_client(tmp_path, clock) as client:
        await client.create(CLUSTER, {"metadata": {"name": "c1", "namespace": PLACE}, "spec": {}})
        await client.patch(CLUSTER, "c1", {"status": {"infrastructureReady": True}}, PLACE, subresource="status")
        await client.create(SERVER_CLASS, {"metadata": {"name": "rack"}, "spec": {}})
        yield World(client, KnownNodes(), clock)
