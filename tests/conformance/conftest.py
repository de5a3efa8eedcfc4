"""The clients that must all tell the same truths about Kubernetes."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from boot.apiserver.server import ApiServer, ApiServerConfig
from boot.client.local import LocalClient
from boot.client.protocol import Client
from boot.client.remote import install_crds, open_remote_client
from boot.clock import SystemClock
from boot.errors import NotFound
from boot.plane.plane import Plane
from boot.resources.kinds import CUSTOM_RESOURCE_DEFINITION, NAMESPACE
from boot.store.store import open_store
from tests.conformance.clients import CLIENTS, EMBEDDED
from tests.support.kube_apiserver import RealCluster
from tests.support.objects import RACK, install, rack_crd
from tests.support.serving import serving

_numbers = itertools.count(1)


@pytest.fixture(params=CLIENTS)
async def client(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Client]:
    """Every test runs over each of them; the real one is shared, so each test takes names of its own."""
    if request.param in EMBEDDED:
        async with _embedded(request.param, tmp_path) as embedded:
            yield embedded
    else:
        async with _real(request.getfixturevalue("real_cluster")) as real:
            yield real


@asynccontextmanager
async def _embedded(name: str, directory: Path) -> AsyncIterator[Client]:
    """In process, or over kubernetes-asyncio to the embedded API server with its real TLS."""
    await _use_once(directory)
    store = open_store(directory / "state.db")
    try:
        plane = Plane(store, SystemClock())
        await plane.start()
        if name == "local":
            yield LocalClient(plane)
            return
        async with serving(ApiServer(plane, SystemClock(), ApiServerConfig("127.0.0.1", 0, directory))):
            async with open_remote_client(directory / "kubeconfig") as remote:
                yield remote
    finally:
        await store.close()


async def _use_once(directory: Path) -> None:
    """A plane that was started before, so that it has a past which it no longer keeps."""
    store = open_store(directory / "state.db")
    try:
        await Plane(store, SystemClock()).start()
    finally:
        await store.close()


@asynccontextmanager
async def _real(cluster: RealCluster) -> AsyncIterator[Client]:
    """Over kubernetes-asyncio to kube-apiserver with etcd."""
    async with open_remote_client(cluster.kubeconfig) as remote:
        await install_crds(remote)
        yield remote


@pytest.fixture
def name() -> str:
    """One that no other test uses."""
    return f"conformance-{next(_numbers)}"


@pytest.fixture
async def namespace(client: Client, name: str) -> str:
    """An empty one of this test's own."""
    await client.create(NAMESPACE, {"metadata": {"name": name}})
    return name


@pytest.fixture
async def racks(client: Client, namespace: str) -> str:
    """A namespace where Racks can be written."""
    try:
        await client.get(CUSTOM_RESOURCE_DEFINITION, RACK.resource)
    except NotFound:
        await install(client, rack_crd(), RACK)
    return namespace
