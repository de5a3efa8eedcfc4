"""The clients that must all tell the same truths about Kubernetes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from boot.apiserver.server import ApiServer, ApiServerConfig
from boot.client.local import LocalClient
from boot.client.protocol import Client
from boot.client.remote import open_remote_client
from boot.clock import SystemClock
from boot.plane.plane import Plane
from boot.store.store import open_store
from tests.support.serving import serving


@pytest.fixture(params=["local", "remote"])
async def client(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Client]:
    """In process, and over kubernetes-asyncio to the embedded API server with its real TLS."""
    store = open_store(tmp_path / "state.db")
    try:
        plane = Plane(store, SystemClock())
        await plane.start()
        if request.param == "local":
            yield LocalClient(plane)
            return
        async with serving(ApiServer(plane, SystemClock(), ApiServerConfig("127.0.0.1", 0, tmp_path))):
            async with open_remote_client(tmp_path / "kubeconfig") as remote:
                yield remote
    finally:
        await store.close()
