"""A cluster comes of six simulated servers although the stack is killed again and again: once, whole, with its first secrets."""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from boot.client.protocol import Client
from boot.client.remote import open_remote_client
from boot.clock import SystemClock
from boot.cluster_api.references import kind_of
from boot.config import StackConfig
from boot.errors import AlreadyExists, ApiError, NotFound
from boot.ports import choose_ports
from boot.resources.kinds import MACHINE, SECRET, SERVER, SERVER_BINDING
from boot.resources.metal import Server
from boot.simulator.dhcp import Wiring
from boot.simulator.rack import SimulatedRack
from sidero_tui.launch.demo import RELAY, Demo, build_demo_config, choose_hardware
from sidero_tui.launch.demo_cluster import CLUSTER_NAME, PLACE, build_cluster, connect_power, follow_cluster
from sidero_tui.settings import Settings
from tests.support.program import PROGRAM

T = TypeVar("T")
SERVERS = 6
KILLS = int(os.environ.get("SIDERO_TUI_TEST_KILLS", "8"))
"""In one provisioning."""
LONGEST_LIFE = 4.0
WITHIN = 240.0


@dataclass
class Stack:
    """The program, started again under the same ports as often as it is killed."""

    config: StackConfig
    log: Path
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        config, ports = self.config, self.config.ports
        options = {
            "state-dir": config.state_dir,
            "interface": "lo",
            "listen": "127.0.0.1",
            "advertise": "127.0.0.1",
            "dhcp": "server",
            "dhcp-range": f"{config.dhcp_ranges[0].first}-{config.dhcp_ranges[0].last}",
            "ipxe-dir": config.ipxe_dirs[0],
            "assets-dir": config.assets_dir,
            "agent-dir": config.agent_dir,
            "grace": 0,
            **{f"{name}-port": port for name, port in ports.model_dump().items()},
        }
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(PROGRAM, "--serve", *words, stdout=log, stderr=log)

    async def kill(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


@asynccontextmanager
async def _running(directory: Path) -> AsyncIterator[tuple[Stack, SimulatedRack]]:
    config = build_demo_config(Settings(), directory)
    config = config.model_copy(update={"ports": choose_ports(config.ports, config.listen)})
    stack = Stack(config, directory / "serve.log")
    ports, demo = config.ports, Demo(SERVERS, "provisioned", tui=False)
    wiring = Wiring(("127.0.0.1", ports.dhcp), RELAY, ports.pxe, ports.tftp)
    rack = SimulatedRack(choose_hardware(demo), wiring, SystemClock(), random.Random(7), directory=directory / "clusters")
    await stack.start()
    serving = asyncio.create_task(rack.serve())
    try:
        yield stack, rack
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await stack.kill()


async def _insist(call: Callable[[], Awaitable[T]]) -> T:
    """Until the plane answers: it may be dead at this moment."""
    while True:
        try:
            return await call()
        except (AlreadyExists, NotFound):
            raise
        except ApiError:
            await asyncio.sleep(0.2)


async def _operate(client: Client, rack: SimulatedRack) -> None:
    """Accept every server, say how it is switched, apply the manifest; each until it is there."""

    async def step() -> bool:
        servers = [Server.model_validate(obj) for obj in (await client.list(SERVER)).items]
        await connect_power(client, servers, rack)
        for server in servers:
            if not server.spec.accepted:
                await client.patch(SERVER, server.name, {"spec": {"accepted": True}})
        return len(servers) == SERVERS

    while not await _insist(step):
        await asyncio.sleep(0.2)
    for obj in build_cluster(SERVERS, "127.0.101.1"):
        with suppress(AlreadyExists):
            await _insist(lambda obj=obj: client.create(kind_of(obj), obj))  # type: ignore[misc]


async def _watch_secret(client: Client, seen: set[str]) -> None:
    """Every uid under which the cluster's secrets bundle was ever there."""
    while True:
        with suppress(ApiError):
            secret = await client.get(SECRET, f"{CLUSTER_NAME}-talos", PLACE)
            seen.add(f"{secret['metadata']['uid']}/{secret['data']['bundle'][:400]}")
        await asyncio.sleep(0.2)


async def test_killed_again_and_again_a_provisioning_completes_and_nothing_happens_twice(tmp_path: Path) -> None:
    rng, seen = random.Random(), set[str]()
    async with _running(tmp_path) as (stack, rack), asyncio.timeout(WITHIN):
        kubeconfig = stack.config.state_dir / "kubeconfig"
        while not kubeconfig.exists():
            await asyncio.sleep(0.1)
        async with open_remote_client(kubeconfig) as client:
            operator = asyncio.create_task(_operate(client, rack))
            watcher = asyncio.create_task(_watch_secret(client, seen))
            for _ in range(KILLS):
                await asyncio.sleep(rng.uniform(0.3, LONGEST_LIFE))
                await stack.kill()
                await stack.start()
            await operator
            await _insist(lambda: _complete(client))
            watcher.cancel()
            machines = (await client.list(MACHINE, PLACE)).items
            bindings = (await client.list(SERVER_BINDING)).items
    assert rack.clusters is not None
    assert rack.clusters.bootstraps == [1]
    assert len(seen) == 1
    assert len(machines) == SERVERS
    assert len({binding["spec"]["metalMachineRef"]["name"] for binding in bindings}) == len(bindings) == SERVERS


async def _complete(client: Client) -> None:
    async for _ in follow_cluster(client, SystemClock(), SERVERS):
        pass
