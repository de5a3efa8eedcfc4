"""The API server over real TLS on a plane with a store of its own."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from boot.apiserver.server import ApiServer, ApiServerConfig
from boot.clock import SystemClock
from boot.plane.plane import Plane
from boot.store.store import Store, open_store
from tests.support.serving import serving

SERVERS = "/apis/metal.sidero.dev/v1alpha2/servers"
TABLE = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}


@dataclass(frozen=True, slots=True)
class Served:
    """Where it listens, and what it serves."""

    base: str
    port: int
    plane: Plane
    store: Store


@asynccontextmanager
async def served_plane(directory: Path, **bounds: Any) -> AsyncIterator[Served]:
    """`bounds` are fields of ApiServerConfig."""
    store = open_store(directory / "state.db")
    try:
        plane = Plane(store, SystemClock())
        await plane.start()
        config = ApiServerConfig("127.0.0.1", 0, directory, **bounds)
        async with serving(ApiServer(plane, SystemClock(), config)) as port:
            yield Served(f"https://127.0.0.1:{port}", port, plane, store)
    finally:
        await store.close()


def open_session(base: str, directory: Path, identity: str = "admin") -> aiohttp.ClientSession:
    """`identity` is "" for a caller without a certificate."""
    return aiohttp.ClientSession(base, connector=aiohttp.TCPConnector(ssl=client_tls(directory, identity)))


def client_tls(directory: Path, identity: str = "admin") -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(directory / "pki" / "ca.crt"))
    if identity:
        context.load_cert_chain(directory / "pki" / f"{identity}.crt", directory / "pki" / f"{identity}.key")
    return context
