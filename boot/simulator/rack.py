"""The rack: its servers switched on one after the other."""

import asyncio
from collections.abc import Mapping, Sequence

from boot.clock import Clock
from boot.simulator.dhcp import DhcpServerAt
from boot.simulator.hardware import Hardware
from boot.simulator.server import SimulatedServer

STAGGER = 0.3
"""Seconds between two servers: a power sequencer's pause, short enough for a demo."""


class SimulatedRack:
    """Runs until cancelled. `dhcp` is where our relay agent forwards to, `tftp_port` where TFTP is instead of 69."""

    def __init__(self, hardware: Sequence[Hardware], dhcp: DhcpServerAt, tftp_port: int, clock: Clock) -> None:
        self.servers = tuple(SimulatedServer(each, dhcp, tftp_port, clock) for each in hardware)
        self._clock = clock

    async def serve(self) -> None:
        async with asyncio.TaskGroup() as group:
            for server in self.servers:
                group.create_task(server.serve(), name=server.hardware.mac)
                await self._clock.sleep(STAGGER)

    @property
    def screens(self) -> Mapping[str, Sequence[str]]:
        """What each server's console shows, by MAC."""
        return {server.hardware.mac: tuple(server.screen) for server in self.servers}
