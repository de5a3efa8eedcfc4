"""The embedded plane on a store of its own, for tests of what runs on it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from boot.client.local import LocalClient
from boot.clock import Clock, SystemClock
from boot.plane.plane import Plane
from boot.store.store import open_store


@asynccontextmanager
async def local_client(directory: Path, clock: Clock | None = None) -> AsyncIterator[LocalClient]:
    """A client of a plane whose store lies in `directory`; open it again to see what was kept."""
    store = open_store(directory / "state.db")
    try:
        plane = Plane(store, clock or SystemClock())
        await plane.start()
        yield LocalClient(plane)
    finally:
        await store.close()
