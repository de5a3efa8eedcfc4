"""MetalMachine: one Server for one Machine, never two for one nor one for two. Facts of cluster-api 2.7.

The ServerBinding is the claim: it has the Server's name, so the plane itself refuses a second. Whatever happens between its
creation and the MetalMachine's spec.serverRef, the next pass finds the binding by its metalMachineRef.
"""

from typing import Protocol

from boot.client.changes import change_object
from boot.client.events import EventRecorder
from boot.client.protocol import Client
from boot.clock import Clock
from boot.cluster_api.conditions import WARNING, Condition, is_false, with_conditions
from boot.cluster_api.keys import parse_key
from boot.cluster_api.ownership import owner_of
from boot.cluster_api.pausing import is_paused
from boot.controllers.sidero.allotment import Allotment, NoServerError
from boot.controllers.sidero.finalizing import add_finalizer, drop_finalizer
from boot.errors import NotFound, SideroError
from boot.lifecycle.metal_machine import (
    NO_SERVER,
    PROVIDER_SET,
    PROVIDER_UPDATE_FAILED,
    SERVER_ALLOCATED,
    addresses_of,
    provider_id,
)
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER, MACHINE, METAL_MACHINE

FINALIZER = "metalmachine.infrastructure.cluster.x-k8s.io"
AGAIN = 20.0
"""Seconds, as Sidero's; changes of what is waited for come at once."""
RELEASE_AGAIN = 1.0


class Nodes(Protocol):
    async def adopt(self, namespace: str, cluster: str, server: str) -> None:
        """See to it that the Node of this Server has its provider ID; SideroError, with the reason, while that cannot be."""
        ...


class MetalMachineReconciler:
    def __init__(self, client: Client, clock: Clock, allotment: Allotment, nodes: Nodes) -> None:
        self._client = client
        self._clock = clock
        self._allotment = allotment
        self._nodes = nodes
        self._events = EventRecorder(client, clock)

    async def reconcile(self, key: str) -> float | None:
        namespace, name = parse_key(key)
        try:
            obj = await self._client.get(METAL_MACHINE, name, namespace)
        except NotFound:
            return None
        machine = await self._owner(obj)
        cluster = await self._find_cluster(machine)
        if is_paused(obj, cluster):
            return AGAIN
        if obj["metadata"].get("deletionTimestamp"):
            return await self._release(obj)
        if machine is None or cluster is None or not _may_begin(machine, cluster):
            return AGAIN
        return await self._provide(await add_finalizer(self._client, METAL_MACHINE, obj, FINALIZER), machine)

    async def _owner(self, obj: Object) -> Object | None:
        owner = owner_of(obj, MACHINE.kind, MACHINE.group)
        try:
            return await self._client.get(MACHINE, owner["name"], obj["metadata"]["namespace"]) if owner else None
        except NotFound:
            return None

    async def _find_cluster(self, machine: Object | None) -> Object | None:
        try:
            if machine is not None:
                return await self._client.get(CLUSTER, machine["spec"]["clusterName"], machine["metadata"]["namespace"])
        except NotFound:
            pass
        return None

    async def _provide(self, obj: Object, machine: Object) -> float | None:
        metadata = obj["metadata"]
        try:
            binding = await self._allotment.bind(obj)
        except NoServerError as error:
            if await self._tell(obj, [is_false(SERVER_ALLOCATED, WARNING, NO_SERVER, str(error))]):
                await self._events.record(obj, NO_SERVER, str(error), warning=True)
            return AGAIN
        server = binding["metadata"]["name"]
        obj = await change_object(
            self._client,
            METAL_MACHINE,
            metadata["name"],
            lambda current: _name_server(current, server),
            namespace=metadata["namespace"],
        )
        problem = await self._adopt(machine, server)
        await self._write_status(obj, binding, problem)
        return AGAIN if problem else None

    async def _adopt(self, machine: Object, server: str) -> str:
        """Why the Node has no provider ID yet, or ""."""
        try:
            await self._nodes.adopt(machine["metadata"]["namespace"], machine["spec"]["clusterName"], server)
        except SideroError as error:
            return str(error)
        return ""

    async def _write_status(self, obj: Object, binding: Object, problem: str) -> None:
        provider = is_false(PROVIDER_SET, WARNING, PROVIDER_UPDATE_FAILED, problem) if problem else Condition(PROVIDER_SET, True)

        def status(current: Object) -> Object:
            old = current.get("status") or {}
            copied = {one["type"]: one for one in (binding.get("status") or {}).get("conditions") or ()}
            kept = [one for one in old.get("conditions") or () if one["type"] not in {*copied, SERVER_ALLOCATED}]
            wanted: Object = {
                "ready": True,
                "conditions": with_conditions([*kept, *copied.values()], [provider], self._clock.now()),
            }
            if told := addresses_of(binding):
                wanted["addresses"] = told
            return {} if all(old.get(field) == value for field, value in wanted.items()) else {"status": wanted}

        metadata = obj["metadata"]
        await change_object(self._client, METAL_MACHINE, metadata["name"], status, "status", namespace=metadata["namespace"])

    async def _tell(self, obj: Object, conditions: list[Condition]) -> bool:
        """Whether that was news."""
        news = False

        def status(current: Object) -> Object:
            nonlocal news
            old = (current.get("status") or {}).get("conditions") or []
            wanted = with_conditions(old, conditions, self._clock.now())
            news = wanted != old
            return {"status": {"conditions": wanted, "ready": False}} if news else {}

        metadata = obj["metadata"]
        await change_object(self._client, METAL_MACHINE, metadata["name"], status, "status", namespace=metadata["namespace"])
        return news

    async def _release(self, obj: Object) -> float | None:
        if not await self._allotment.release(obj):
            return RELEASE_AGAIN
        await drop_finalizer(self._client, METAL_MACHINE, obj, FINALIZER)
        return None


def _may_begin(machine: Object, cluster: Object) -> bool:
    ready = bool((cluster.get("status") or {}).get("infrastructureReady"))
    return ready and bool((machine["spec"].get("bootstrap") or {}).get("dataSecretName"))


def _name_server(obj: Object, server: str) -> Object:
    spec = obj.get("spec") or {}
    wanted = {"serverRef": {"kind": "Server", "name": server}, "providerID": provider_id(server)}
    named = (spec.get("serverRef") or {}).get("name") == server and spec.get("providerID") == wanted["providerID"]
    return {} if named else {"spec": wanted}
