"""The list of parts: opens the plane, builds every component from the config, runs them under one supervisor."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from boot.client.protocol import Client
from boot.clock import Clock
from boot.component import Component, ComponentStatus
from boot.config import DhcpMode, StackConfig
from boot.feed import Feed
from boot.notices import ComponentChanged, Notice, NoticeFeed
from boot.ports import choose_ports
from boot.state_dir import hold_state_dir, write_private
from boot.supervisor import Supervisor

NOTICES_KEPT = 20_000
"""Enough for a storm of 200 servers until the slowest reader (the boot recorder, 100 ms) comes round."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A running stack: its config with the ports it really has, the plane's client, and what it tells."""

    config: StackConfig
    client: Client
    notices: NoticeFeed
    supervisor: Supervisor

    async def bound(self) -> None:
        """Return once every component is bound."""
        seen = self.notices.floor
        while not self.supervisor.all_bound:
            await self.notices.wait(seen)
            seen = self.notices.last


@asynccontextmanager
async def open_stack(config: StackConfig, clock: Clock) -> AsyncIterator[Stack]:
    """Run the stack for the length of the block; ConfigError when the state directory is in use or damaged."""
    config = config.model_copy(update={"ports": choose_ports(config.ports, config.listen)})
    notices: Feed[Notice] = Feed(NOTICES_KEPT)
    with hold_state_dir(config.state_dir):
        ready = config.state_dir / "ready.json"
        ready.unlink(missing_ok=True)
        async with _open_plane(config, clock) as (client, plane_components):
            components = [*plane_components, *build_components(config, client, notices, clock)]
            stack = Stack(config, client, notices, Supervisor(components, notices, clock))
            running = asyncio.gather(stack.supervisor.run(), _announce(stack, ready))
            try:
                yield stack
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
                ready.unlink(missing_ok=True)


async def _announce(stack: Stack, path: Path) -> None:
    """Write ready.json once every component is bound, and keep it true from then on."""
    seen = stack.notices.floor
    await stack.bound()
    while True:
        content = {name: _describe(status) for name, status in stack.supervisor.statuses.items()}
        write_private(path, json.dumps(content, indent=2) + "\n")
        seen = await _next_component_change(stack.notices, seen)


async def _next_component_change(notices: NoticeFeed, seen: int) -> int:
    while True:
        await notices.wait(max(seen, notices.floor))
        for seen, notice in notices.after(max(seen, notices.floor)):
            if isinstance(notice, ComponentChanged):
                return seen


def _describe(status: ComponentStatus) -> dict[str, str | int]:
    return {"state": status.state, "address": status.address, "port": status.port, "reason": status.reason}
