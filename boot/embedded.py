"""The embedded plane opened on a directory: its store, and the API server that serves it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from boot.apiserver.server import ApiServer, ApiServerConfig
from boot.clock import Clock
from boot.plane.plane import Plane
from boot.store.store import open_store
from boot.talos.patch_admission import check_patches


@asynccontextmanager
async def open_embedded(config: ApiServerConfig, clock: Clock) -> AsyncIterator[tuple[Plane, ApiServer]]:
    """The server is not running yet. ConfigError when the store is damaged or another program's."""
    store = open_store(config.state_dir / "state.db")
    try:
        plane = Plane(store, clock, check_patches)
        await plane.start()
        yield plane, ApiServer(plane, clock, config)
    finally:
        await store.close()
