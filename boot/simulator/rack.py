"""The rack: its servers switched on one after the other."""

import asyncio
from collections.abc import Mapping, Sequence
from random import Random

from boot.clock import Clock
from boot.simulator.dhcp import Wiring
from boot.simulator.hardware import Hardware
from boot.simulator.server import SimulatedServer

STAGGER = 0.3
"""Seconds between two servers: a power sequencer's pause, short enough for a demo."""


class SimulatedRack:
    """Runs until cancelled; needs no privileges. `random` is where transaction numbers come from.

    `wipe_seconds` is how long a disk takes to be wiped, `stagger` the pause between two servers.
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
    ) -> None:
        self.servers = tuple(SimulatedServer(each, wiring, clock, random, wipe_seconds) for each in hardware)
        self._clock = clock
        self._stagger = stagger

    async def serve(self) -> None:
        async with asyncio.TaskGroup() as group:
            for server in self.servers:
                group.create_task(server.serve(), name=server.hardware.mac)
                await self._clock.sleep(self._stagger)

    @property
    def screens(self) -> Mapping[str, Sequence[str]]:
        """What each server's console shows, by MAC."""
        return {server.hardware.mac: tuple(server.screen) for server in self.servers}
