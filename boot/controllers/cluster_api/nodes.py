"""Nodes of the clusters, by provider id: one list a cluster for all of its Machines that ask in the same moment."""

import asyncio
from dataclasses import dataclass, field

from boot.client.protocol import Client
from boot.client.workload import WorkloadClients
from boot.clock import Clock
from boot.resources.base import Object
from boot.resources.kinds import NODE

_KEPT = 2.0
"""Seconds that a list of nodes counts as the present."""


@dataclass(slots=True)
class _Seen:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    at: float = float("-inf")
    nodes: list[Object] = field(default_factory=list)


class Nodes:
    """Every method raises ServiceUnavailable where the cluster cannot be reached."""

    def __init__(self, workload: WorkloadClients, clock: Clock) -> None:
        self._workload = workload
        self._clock = clock
        self._seen: dict[tuple[str, str], _Seen] = {}

    async def client(self, namespace: str, cluster: str) -> Client:
        return await self._workload.of(namespace, cluster)

    async def all(self, namespace: str, cluster: str) -> list[Object]:
        """Not to be changed: they are shared."""
        seen = self._seen.setdefault((namespace, cluster), _Seen())
        async with seen.lock:
            if self._clock.monotonic() - seen.at >= _KEPT:
                client = await self._workload.of(namespace, cluster)
                seen.nodes = list((await client.list(NODE)).items)
                seen.at = self._clock.monotonic()
            return seen.nodes

    async def of_machine(self, machine: Object) -> Object | None:
        """The node whose provider id is the Machine's."""
        spec = machine["spec"]
        nodes = await self.all(machine["metadata"]["namespace"], spec["clusterName"])
        return next((node for node in nodes if node.get("spec", {}).get("providerID") == spec.get("providerID")), None)
