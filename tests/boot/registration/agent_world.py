"""The agent API on the real plane: JSON over real HTTP and gRPC by a real channel, on a clock that tests move."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from boot.client.local import LocalClient
from boot.clock import rfc3339
from boot.config import Lifecycle
from boot.ipxe.binaries import Binaries
from boot.ipxe.server import HttpServer
from boot.lifecycle.guard import Rules
from boot.notices import NoticeFeed
from boot.registration.agent_grpc import AgentServer
from boot.registration.agent_http import agent_routes
from boot.registration.agentless import Registrar
from boot.registration.agents import Agents
from boot.registration.bmc_setup import BMCSetup
from boot.resources.annotations import ACCEPTED_AT
from boot.resources.base import Object
from boot.resources.kinds import EVENT, SERVER
from tests.support.clock import FakeClock
from tests.support.plane import local_client
from tests.support.quirks import NoQuirks
from tests.support.serving import serving

UUID = "11223344-5566-7788-99aa-bbccddeeff00"
MAC = "52:54:00:aa:00:01"
OTHER_MAC = "52:54:00:aa:00:02"
SDA = {"deviceName": "/dev/sda", "serial": "S1", "wwid": "naa.1", "model": "Fast", "size": 480 * 10**9, "transport": "sata"}
SDB = {
    "deviceName": "/dev/sdb",
    "serial": "S2",
    "wwid": "naa.2",
    "model": "Big",
    "size": 4 * 10**12,
    "rotational": True,
    "contents": [{"kind": "filesystem", "type": "ext4", "label": "data", "where": "partition 1", "size": 10**12}],
}
HARDWARE = {
    "system": {"uuid": UUID.upper(), "manufacturer": "ACME", "productName": "R1", "serialNumber": "SER42"},
    "compute": {
        "totalCoreCount": 8,
        "totalThreadCount": 16,
        "processorCount": 1,
        "processors": [{"manufacturer": "Intel", "productName": "Xeon", "speed": 2200, "coreCount": 8, "threadCount": 16}],
    },
    "memory": {"totalSize": 32768, "moduleCount": 1, "modules": [{"manufacturer": "M", "size": 32768, "speed": 3200}]},
    "storage": {
        "totalSize": str(480 * 10**9),
        "deviceCount": 1,
        "devices": [
            {"type": "SSD", "size": str(480 * 10**9), "model": "Fast", "serial": "S1", "deviceName": "/dev/sda", "wwid": "naa.1"}
        ],
    },
    "network": {
        "interfaceCount": 2,
        "interfaces": [
            {"index": 1, "name": "lo", "mtu": 65536, "addresses": ["127.0.0.1/8"]},
            {"index": 2, "name": "eth0", "flags": "up|broadcast", "mtu": 1500, "mac": MAC, "addresses": ["127.0.0.1/8"]},
        ],
    },
}


@dataclass
class AgentWorld:
    client: LocalClient
    feed: NoticeFeed
    clock: FakeClock
    session: aiohttp.ClientSession
    http_port: int
    grpc_port: int

    async def post(self, path: str, body: Any) -> tuple[int, Any]:
        url = f"http://127.0.0.1:{self.http_port}{path}"
        async with self.session.post(url, json=body) as response:
            if response.content_type == "application/json":
                return response.status, await response.json()
            return response.status, await response.text()

    async def register(self, boot: str = "b1", disks: Any = (SDA, SDB), **more: Any) -> Any:
        """Our agent's CreateServer; returns the answer."""
        body = {"hardware": HARDWARE, "hostname": "n1", "mac": MAC, "agent": {"version": "1", "boot": boot}, "disks": list(disks)}
        status, answer = await self.post("/api.Agent/CreateServer", body | more)
        assert status == 200, answer
        return answer

    async def orders(self, boot: str = "b1", **more: Any) -> tuple[int, Any]:
        return await self.post("/agent/orders", {"uuid": UUID, "mac": MAC, "server": UUID, "boot": boot} | more)

    async def progress(self, disk: str, boot: str = "b1", **more: Any) -> Any:
        body = {"uuid": UUID, "mac": MAC, "server": UUID, "boot": boot, "disk": disk, "step": "head", "done": 1, "total": 2}
        status, answer = await self.post("/agent/progress", body | more)
        assert status == 200, answer
        return answer

    async def mark(self, *disks: tuple[str, str, bool], boot: str = "b1") -> tuple[int, Any]:
        rows = [{"deviceName": name, "result": result, "verified": verified} for name, result, verified in disks]
        body = {"uuid": UUID, "mac": MAC, "server": UUID, "boot": boot, "disks": rows}
        return await self.post("/api.Agent/MarkServerAsWiped", body)

    async def accept(self, name: str = UUID) -> None:
        """Accepted, recorded, and the grace period is over."""
        noted = {ACCEPTED_AT: rfc3339(self.clock.now())}
        await self.client.patch(SERVER, name, {"metadata": {"annotations": noted}, "spec": {"accepted": True}})
        self.clock.advance(11)

    async def server(self, name: str = UUID) -> Object:
        return await self.client.get(SERVER, name)

    async def reasons(self) -> list[str]:
        """Of every Event there is."""
        return sorted(event["reason"] for event in (await self.client.list(EVENT)).items)


@asynccontextmanager
async def agent_world(directory: Path) -> AsyncIterator[AgentWorld]:
    """Everything from the sockets down to the store; `directory` keeps what was written."""
    clock, feed = FakeClock(), NoticeFeed(1000)
    async with local_client(directory, clock) as client, aiohttp.ClientSession() as session:
        registrar = Registrar(client, feed, clock)
        agents = Agents(client, registrar, feed, clock, Lifecycle(), Rules())
        bmc = BMCSetup(client, clock, agents.callers)
        http = HttpServer(
            "127.0.0.1",
            0,
            "http://192.0.2.1:8081",
            client,
            registrar,
            Binaries(()),
            lambda _environment, _file: None,
            feed,
            clock,
            routes=agent_routes(agents, bmc),
            quirks=NoQuirks(),
        )
        async with serving(http) as http_port, serving(AgentServer("127.0.0.1", 0, agents, bmc)) as grpc_port:
            yield AgentWorld(client, feed, clock, session, http_port, grpc_port)
