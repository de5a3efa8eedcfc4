"""From the manifest to the last node: `python -m benchmarks.provision [WORKERS ...]`, beside three control planes.

The stack runs in a process of its own, the rack of simulated servers in this one: they are accepted and clean, off, and answer at
once when they are switched on, but for the second that an installation takes and the five of a reboot. Told are the time from
the manifest to every node ready, the stack's processor time meanwhile and its peak memory.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from random import SystemRandom

from benchmarks.plane.usage import cpu_seconds
from boot.client.remote import open_remote_client
from boot.clock import SystemClock
from boot.cluster_api.references import kind_of
from boot.resources.kinds import SERVER
from boot.resources.metal import Server
from boot.simulator.dhcp import Wiring
from boot.simulator.rack import SimulatedRack
from sidero_tui.launch.demo import RELAY, Demo, build_demo_config, choose_hardware
from sidero_tui.launch.demo_cluster import build_cluster, connect_power, follow_cluster
from sidero_tui.settings import Settings
from tests.support.program import serve

CONTROL_PLANES, WORKERS = 3, (3, 97)
ENDPOINT = "127.0.102.1"


def main() -> None:
    print(f"{'servers':>9}{'to clean':>10}{'to nodes':>10}{'CPU':>9}{'peak':>10}")
    for workers in [int(word) for word in sys.argv[1:]] or WORKERS:
        with tempfile.TemporaryDirectory() as directory:
            _measure(Path(directory), CONTROL_PLANES + workers)


def _measure(directory: Path, count: int) -> None:
    made_up = directory / "made-up"
    made_up.mkdir()
    config = build_demo_config(Settings(), made_up)
    options = {"grace": 0, "ipxe-dir": config.ipxe_dirs[0], "assets-dir": config.assets_dir, "agent-dir": config.agent_dir}
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    with serve(directory, *words) as served:
        ports = served.ports
        wiring = Wiring(("127.0.0.1", ports["dhcp"]), RELAY, ports["pxe"], ports["tftp"])
        hardware = choose_hardware(Demo(count, "provisioned", tui=False))
        clusters = directory / "clusters"
        rack = SimulatedRack(hardware, wiring, SystemClock(), SystemRandom(), stagger=0.05, directory=clusters)
        clean, seconds, cpu = asyncio.run(_run(rack, served.kubeconfig, served.process.pid, count))
        peak = _peak_mib(served.process.pid)
    print(f"{CONTROL_PLANES:5}+{count - CONTROL_PLANES:<3}{clean:9.1f}s{seconds:9.1f}s{cpu:8.1f}s{peak:6.0f} MiB", flush=True)


async def _run(rack: SimulatedRack, kubeconfig: Path, pid: int, count: int) -> tuple[float, float, float]:
    running = asyncio.create_task(rack.serve())
    async with open_remote_client(kubeconfig) as client:
        began = time.monotonic()
        while True:
            servers = [Server.model_validate(obj) for obj in (await client.list(SERVER)).items]
            await connect_power(client, servers, rack)
            for server in servers:
                if not server.spec.accepted:
                    await client.patch(SERVER, server.name, {"spec": {"accepted": True}})
            if len(servers) == count and all(server.status.is_clean and server.status.power == "off" for server in servers):
                break
            await asyncio.sleep(0.5)
        clean, used = time.monotonic() - began, cpu_seconds([pid])
        began = time.monotonic()
        for obj in build_cluster(count, ENDPOINT):
            await client.create(kind_of(obj), obj)
        async for _ in follow_cluster(client, SystemClock(), count):
            pass
        seconds, used = time.monotonic() - began, cpu_seconds([pid]) - used
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return clean, seconds, used


def _peak_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


if __name__ == "__main__":
    main()
