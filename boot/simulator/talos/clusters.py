"""The clusters that a rack's machines form, found by the id in their configs."""

import asyncio
from pathlib import Path

from boot.clock import Clock
from boot.simulator.talos.cluster import SimulatedCluster
from boot.talos.documents import Document


class Clusters:
    """`directory` is where the clusters' own planes keep their stores; `serve` runs them until cancelled."""

    def __init__(self, directory: Path, clock: Clock) -> None:
        self._directory = directory
        self._clock = clock
        self._clusters: dict[str, SimulatedCluster] = {}
        self._more = asyncio.Event()

    async def serve(self) -> None:
        started: set[str] = set()
        async with asyncio.TaskGroup() as group:
            while True:
                for identity, cluster in list(self._clusters.items()):
                    if identity not in started:
                        started.add(identity)
                        group.create_task(cluster.serve(), name=f"cluster {len(started)}")
                self._more.clear()
                await self._more.wait()

    def of(self, config: Document) -> SimulatedCluster | None:
        """The cluster of a machine; None for a worker whose control plane has not begun: it waits for trustd."""
        identity = config["cluster"]["id"]
        known = self._clusters.get(identity)
        if known is None and config["machine"]["ca"].get("key"):
            known = SimulatedCluster(config, self._directory / f"cluster-{len(self._clusters) + 1}", self._clock)
            self._clusters[identity] = known
            self._more.set()
        return known

    @property
    def bootstraps(self) -> list[int]:
        """How often etcd was begun, by cluster: more than once is a disaster."""
        return [cluster.etcd.bootstraps for cluster in self._clusters.values()]
