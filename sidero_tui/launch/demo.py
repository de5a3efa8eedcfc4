"""`sidero-tui demo`: a simulated rack boots off the real stack, all on loopback, without privileges."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom

from boot.assets.cache import INITRD, KERNEL
from boot.client.protocol import Client, PatchType
from boot.clock import Clock, SystemClock
from boot.config import AddressRange, DhcpMode, Lifecycle, Ports, StackConfig
from boot.errors import ConfigError
from boot.firmware import BOOT_FILE_NAMES
from boot.resources.kinds import SERVER
from boot.resources.metal import Server
from boot.simulator.dhcp import Wiring
from boot.simulator.hardware import Hardware, Kind, build_rack
from boot.simulator.rack import SimulatedRack
from boot.stack import open_stack
from sidero_tui.launch.demo_cluster import (
    CLUSTER_NAME,
    Running,
    connect_power,
    create_cluster,
    follow_cluster,
    write_kubeconfig,
)
from sidero_tui.launch.demo_pivot import pivot_demo
from sidero_tui.launch.exits import Exit
from sidero_tui.settings import Settings

RELAY = "127.0.1.1"
POOL = AddressRange(first="127.0.2.1", last="127.0.65.254")
MOST_SERVERS = 5000
FIRST_WAIT, WAIT_PER_SERVER = 60.0, 2.0
"""Seconds after which --until gives up."""
PROVISIONED, PIVOTED = "provisioned", "pivoted"
CLUSTERED = frozenset({PROVISIONED, PIVOTED})
PROVISIONING = 15
"""So many times as long it takes until a server is wiped, installed and a node."""
ENDPOINT = "127.0.100.1"
"""What stands for a virtual IP of the cluster."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What was asked for; `until` None runs until the operator leaves."""

    servers: int
    until: str | None
    tui: bool


def run_demo(settings: Settings, demo: Demo) -> int:
    if not 1 <= demo.servers <= MOST_SERVERS:
        raise ConfigError(f"--servers {demo.servers}: from 1 to {MOST_SERVERS}")
    with tempfile.TemporaryDirectory(prefix="sidero-tui-demo-") as directory:
        config = build_demo_config(settings, Path(directory))
        if demo.tui:
            from sidero_tui.launch.console import run_demo_console

            return run_demo_console(settings, config, demo)
        return asyncio.run(_run_lines(config, demo))


def build_demo_config(settings: Settings, directory: Path) -> StackConfig:
    """Loopback, our own DHCP server, any free port unless one was given; boot files, assets and agent made up in `directory`.

    The simulated firmware runs no machine code, so what it fetches needs the right names and sizes only; that also keeps
    the default Environment from being downloaded. What an agent does is simulated too (boot.simulator.agent).
    """
    given = settings.model_fields_set
    ports = {
        name.removesuffix("_port"): getattr(settings, name) if name in given else 0
        for name in ("dhcp_port", "pxe_port", "tftp_port", "http_port", "plane_port", "metadata_port", "api_port")
    }
    ipxe, assets, agent = directory / "ipxe", directory / "assets", directory / "agent"
    made_up = (
        (ipxe, BOOT_FILE_NAMES, bytes(300_000)),
        (assets, ("vmlinuz-amd64", "initramfs-amd64.xz"), bytes(2**20)),
        (agent, (KERNEL, INITRD), b"The agent of simulated servers: nothing that a real one could boot.\n"),
    )
    for place, names, content in made_up:
        place.mkdir()
        for name in names:
            (place / name).write_bytes(content)
    return StackConfig(
        state_dir=settings.state_dir if "state_dir" in given else directory / "state",
        advertise="127.0.0.1",
        interface="lo",
        listen="127.0.0.1",
        netmask="255.0.0.0",
        dhcp=DhcpMode.SERVER,
        dhcp_ranges=(POOL,),
        ports=Ports(**ports),
        ipxe_dirs=(ipxe,),
        assets_dir=assets,
        agent_dir=agent,
        tftp_single_port=settings.tftp_single_port,
        auto_accept=settings.auto_accept,
        lifecycle=Lifecycle(grace=settings.grace, reboot_timeout=settings.reboot_timeout),
    )


@asynccontextmanager
async def open_demo(config: StackConfig, demo: Demo, clock: Clock) -> AsyncIterator[Running]:
    """The stack with the rack switched on."""
    async with open_stack(config, clock) as stack:
        await stack.bound()
        ports = stack.config.ports
        wiring = Wiring((config.advertise, ports.dhcp), RELAY, ports.pxe, ports.tftp)
        clusters = config.state_dir.parent / "clusters"
        rack = SimulatedRack(choose_hardware(demo), wiring, clock, SystemRandom(), directory=clusters)
        # A group, so that a rack that breaks ends the demo with its error instead of standing still.
        async with asyncio.TaskGroup() as group:
            running = group.create_task(rack.serve(), name="simulated rack")
            try:
                yield Running(stack, rack)
            finally:
                running.cancel()


def choose_hardware(demo: Demo) -> Sequence[Hardware]:
    """The mixed rack; for a cluster without its arm64 boxes, which no agent here wipes."""
    if demo.until not in CLUSTERED:
        return build_rack(demo.servers)
    mixed = build_rack(2 * demo.servers)
    return [hardware for hardware in mixed if hardware.kind is not Kind.ARM64][: demo.servers]


async def wait_until(client: Client, demo: Demo, clock: Clock) -> AsyncIterator[Sequence[Server]]:
    """Each change of the rack's Servers; ends once every one of them has reached the stage."""
    while True:
        servers = [Server.model_validate(obj) for obj in (await client.list(SERVER)).items]
        yield servers
        reached = [server for server in servers if demo.until == "registered" or server.spec.accepted]
        if len(reached) >= demo.servers:
            return
        await clock.sleep(0.2)


async def _run_lines(config: StackConfig, demo: Demo) -> Exit:
    """Lines instead of the console; accepts what registers, with the guide's own patch, and makes a cluster where asked."""
    clock = SystemClock()
    stage = Demo(demo.servers, demo.until or "accepted", tui=False)
    patience = WAIT_PER_SERVER * (PROVISIONING if stage.until in CLUSTERED else 1)
    async with open_demo(config, demo, clock) as running:
        print(f"plane: kubectl --kubeconfig {config.state_dir}/kubeconfig get servers", flush=True)
        try:
            async with asyncio.timeout(FIRST_WAIT + patience * demo.servers):
                await follow_servers(running.stack.client, stage, clock, accept=stage.until != "registered")
                if stage.until in CLUSTERED:
                    await provision(running, stage, clock)
                if stage.until == PIVOTED:
                    await pivot_demo(running, clock)
        except TimeoutError:
            print(f"not every server was {stage.until} in time", flush=True)
            return Exit.TIMED_OUT
    return Exit.DONE


async def provision(running: Running, demo: Demo, clock: Clock) -> None:
    client, config = running.stack.client, running.stack.config
    servers = [Server.model_validate(obj) for obj in (await client.list(SERVER)).items]
    await connect_power(client, servers, running.rack)
    await create_cluster(client, demo.servers, ENDPOINT)
    print(f"applied: generate cluster {CLUSTER_NAME} -i sidero, endpoint {ENDPOINT}:6443", flush=True)
    seen: dict[str, str] = {}
    async for progress in follow_cluster(client, clock, demo.servers):
        for name, phase in progress.machines.items():
            if seen.get(name) != phase:
                seen[name] = phase
                print(f"machine {name}: {phase}", flush=True)
    path = config.state_dir / f"{CLUSTER_NAME}.kubeconfig"
    await write_kubeconfig(client, path)
    print(f"provisioned: kubectl --kubeconfig {path} get nodes", flush=True)


async def follow_servers(client: Client, demo: Demo, clock: Clock, *, accept: bool) -> None:
    known: dict[str, bool] = {}
    async for servers in wait_until(client, demo, clock):
        for server in servers:
            if server.name not in known:
                known[server.name] = False
                print(f"registered {len(known)}/{demo.servers}: {server.name} {_describe(server)}", flush=True)
            if accept and not server.spec.accepted:
                operation = {"op": "replace", "path": "/spec/accepted", "value": True}
                await client.patch(SERVER, server.name, [operation], patch_type=PatchType.JSON)
            if server.spec.accepted and not known[server.name]:
                known[server.name] = True
                print(f"accepted {sum(known.values())}/{demo.servers}: {server.name}", flush=True)


def _describe(server: Server) -> str:
    hardware = server.spec.hardware
    system = hardware.system if hardware else None
    remark = server.metadata.annotations.get("sidero-tui.dev/identity-reason", "")
    name = f"{system.manufacturer} {system.product_name}".strip() if system else ""
    return f"{name} ({remark})" if remark else name
