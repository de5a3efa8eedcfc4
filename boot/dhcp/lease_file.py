"""Leases on disk before they are acknowledged: a rack that asks at once shares a few syncs, none of which holds up the loop."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from boot.state_dir import write_private


class LeaseFile:
    """Writes whole files off the loop, one at a time; who asks while one is written waits for the next, together."""

    def __init__(self, path: Path, render: Callable[[], str]) -> None:
        self._path = path
        self._render = render
        self._asked = 0
        self._written = 0
        self._turn = asyncio.Lock()

    async def save(self) -> None:
        """Return once everything decided before this call is on disk; OSError when it cannot be written."""
        self._asked += 1
        mine = self._asked
        async with self._turn:
            if self._written >= mine:
                return
            upto, content = self._asked, self._render()
            await asyncio.to_thread(write_private, self._path, content)
            self._written = upto
