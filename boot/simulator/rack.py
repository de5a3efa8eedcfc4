"""The rack: its servers switched on one after the other."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random

from boot.clock import Clock
from boot.simulator.dhcp import Wiring
from boot.simulator.hardware import Hardware
from boot.simulator.power import PowerApi
from boot.simulator.server import SimulatedServer
from boot.simulator.talos.clusters import Clusters

STAGGER = 0.3
"""Seconds between two servers: a power sequencer's pause, short enough for a demo."""


class SimulatedRack:
    """Runs until cancelled; needs no privileges. `random` is where transaction numbers come from.

    `wipe_seconds` is how long a disk takes to be wiped, `stagger` the pause between two servers. With a `directory` for the
    clusters that come of it the servers go on after iPXE: they install Talos and serve a cluster.
    """

    def __init__(
        self,
        hardware: Sequence[Hardware],
        wiring: Wiring,
        clock: Clock,
        random: Random,
        *,
        wipe_seconds: float = 0.0,
        stagger: float = STAGGER,
        directory: Path | None = None,
    ) -> None:
        self.clusters = Clusters(directory, clock) if directory else None
        self.servers = tuple(SimulatedServer(each, wiring, clock, random, wipe_seconds, self.clusters) for each in hardware)
        self.power: dict[str, int] = {}
        """MAC -> port of its managementApi on the console's address, once it is served."""
        self._apis = [PowerApi(server, wiring.dhcp[0]) for server in self.servers]
        self._clock = clock
        self._stagger = stagger

    async def serve(self) -> None:
        async with AsyncExitStack() as stack:
            for server, api in zip(self.servers, self._apis, strict=True):
                self.power[server.hardware.mac] = await stack.enter_async_context(api.open())
            group = await stack.enter_async_context(asyncio.TaskGroup())
            if self.clusters is not None:
                group.create_task(self.clusters.serve(), name="clusters")
            for server in self.servers:
                group.create_task(server.serve(), name=server.hardware.mac)
                await self._clock.sleep(self._stagger)

    @property
    def power_orders(self) -> int:
        """How often anything was switched."""
        return sum(sum(api.orders.values()) for api in self._apis)

    @property
    def screens(self) -> Mapping[str, Sequence[str]]:
        """What each server's console shows, by MAC."""
        return {server.hardware.mac: tuple(server.screen) for server in self.servers}
