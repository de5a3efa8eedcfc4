"""One simulated cluster: its etcd, and its Kubernetes API, a second embedded plane under the cluster's own CA.

The API is there while a majority of etcd's members runs, as kube-apiserver is. It listens where the cluster's endpoint says:
what a virtual IP does among real control-plane nodes, a loopback address does here.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from boot.apiserver.server import ApiServerConfig
from boot.client.local import LocalClient
from boot.clock import Clock
from boot.embedded import open_embedded
from boot.errors import AlreadyExists, ApiError
from boot.resources.base import Object
from boot.resources.kinds import NODE
from boot.simulator.talos.etcd import Etcd
from boot.state_dir import write_private
from boot.talos.documents import Document
from boot.talos.pki import Pair
from boot.talos.secrets import KeyPair

_LOG = logging.getLogger(__name__)
_PORT = 6443


class SimulatedCluster:
    """`serve` runs until cancelled; nodes enter and leave meanwhile."""

    def __init__(self, config: Document, directory: Path, clock: Clock) -> None:
        """`config` is a control-plane machine's: it has the CA's keys."""
        self.etcd = Etcd()
        cluster = config["cluster"]
        url = urlsplit(cluster["controlPlane"]["endpoint"])
        self._address, self._port = url.hostname or "", url.port or _PORT
        self._kubernetes_ca = _pair(cluster["ca"])
        self.talos_ca = _pair(config["machine"]["ca"])
        self._directory = directory
        self._clock = clock
        self._up: set[str] = set()
        self._changed = asyncio.Event()
        self._client: LocalClient | None = None

    @property
    def quorum(self) -> bool:
        """Whether more than half of etcd's members run."""
        members = self.etcd.members.keys()
        return bool(members) and 2 * len(members & self._up) > len(members)

    def enter(self, hostname: str) -> None:
        """A control-plane node runs."""
        self._up.add(hostname)
        self._changed.set()

    def leave(self, hostname: str) -> None:
        self._up.discard(hostname)
        self._changed.set()

    def look(self) -> None:
        """etcd's membership may have changed."""
        self._changed.set()

    async def serve(self) -> None:
        while True:
            await self._until(quorum=True)
            try:
                async with self._api() as client:
                    self._client = client
                    await self._until(quorum=False)
            except OSError as error:
                _LOG.warning("%s:%d: %s", self._address, self._port, error)
                await self._clock.sleep(1)
            finally:
                self._client = None

    async def _until(self, *, quorum: bool) -> None:
        while self.quorum is not quorum:
            self._changed.clear()
            await self._changed.wait()

    @asynccontextmanager
    async def _api(self) -> AsyncIterator[LocalClient]:
        pki = self._directory / "pki"
        pki.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(pki / "ca.key", self._kubernetes_ca.key)
        write_private(pki / "ca.crt", self._kubernetes_ca.certificate)
        config = ApiServerConfig(self._address, self._port, self._directory)
        async with open_embedded(config, self._clock) as (plane, server):
            bound: asyncio.Future[int] = asyncio.get_running_loop().create_future()
            serving = asyncio.create_task(server.serve(lambda _address, port: bound.set_result(port)))
            try:
                either: list[asyncio.Future[Any]] = [serving, bound]
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
                if serving.done():
                    serving.result()
                yield LocalClient(plane)
            finally:
                serving.cancel()
                await asyncio.gather(serving, return_exceptions=True)

    async def list_nodes(self) -> Sequence[Object] | None:
        """None while the API does not answer."""
        client = self._client
        return (await client.list(NODE)).items if client is not None else None

    async def register(self, node: Object) -> bool:
        """A kubelet's word: whether the API took it."""
        client, name = self._client, node["metadata"]["name"]
        if client is None:
            return False
        try:
            with suppress(AlreadyExists):
                await client.create(NODE, {"metadata": node["metadata"], "spec": {}})
            labels = {"metadata": {"labels": node["metadata"]["labels"]}}
            await client.patch(NODE, name, labels)
            await client.patch(NODE, name, {"status": node["status"]}, subresource="status")
        except ApiError as error:
            _LOG.info("node %s: %s", name, error)
            return False
        return True


def _pair(ca: Document) -> Pair:
    return KeyPair(crt=ca["crt"], key=ca["key"]).pair()
