"""From acceptance to clean, beyond the wipe itself: `python -m benchmarks.lifecycle [SERVERS ...]`.

The stack runs in a process of its own (`--serve --grace 0`) and a rack of simulated servers in this one. They boot over DHCP,
TFTP and iPXE into the agent, whose wipe takes no time here, and wait. Then all are accepted at once, each with the guide's patch.
Told are the times from the patch sent to isClean delivered by a watch, and the processor time of the stack meanwhile.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import SystemRandom

from benchmarks.plane.usage import cpu_seconds
from boot.client.protocol import Client, PatchType
from boot.client.remote import open_remote_client
from boot.clock import SystemClock
from boot.firmware import BOOT_FILE_NAMES
from boot.resources.annotations import DISK_CONTENTS
from boot.resources.base import Object
from boot.resources.kinds import SERVER
from boot.simulator.dhcp import Wiring
from boot.simulator.hardware import Hardware, Kind, build_rack
from boot.simulator.rack import SimulatedRack
from tests.support.program import serve

COUNTS = (1, 6, 100)
RELAY = "127.0.1.1"
STAGGER = 0.05
ACCEPT = [{"op": "replace", "path": "/spec/accepted", "value": True}]


def main() -> None:
    counts = [int(word) for word in sys.argv[1:]] or COUNTS
    print(f"{'servers':>7}{'p50':>10}{'p99':>10}{'all clean':>12}{'CPU':>10}{'per server':>13}")
    for count in counts:
        with tempfile.TemporaryDirectory() as directory:
            _measure(Path(directory), count)


def _measure(directory: Path, count: int) -> None:
    for place, names in (("ipxe", BOOT_FILE_NAMES), ("agent", ("vmlinuz", "initramfs.xz"))):
        (directory / place).mkdir()
        for name in names:
            (directory / place / name).write_bytes(bytes(5000))
    options = ("--grace", "0", "--ipxe-dir", str(directory / "ipxe"), "--agent-dir", str(directory / "agent"))
    with serve(directory, *options) as served:
        ports = served.ports
        wiring = Wiring(("127.0.0.1", ports["dhcp"]), RELAY, ports["pxe"], ports["tftp"])
        rack = SimulatedRack(_hardware(count), wiring, SystemClock(), SystemRandom(), stagger=STAGGER)
        seconds, cpu = asyncio.run(_run(rack, served.kubeconfig, served.process.pid))
    ordered = sorted(seconds)
    p50, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * part))] for part in (0.5, 0.99))
    print(f"{count:7}{p50:9.2f}s{p99:9.2f}s{ordered[-1]:11.2f}s{cpu:9.2f}s{cpu / count * 1000:10.0f} ms", flush=True)


def _hardware(count: int) -> Sequence[Hardware]:
    """Those of a rack that have a UUID of their own and can boot the agent."""
    usable = [each for each in build_rack(6 * count) if each.kind is not Kind.ARM64 and each.serial]
    return [replace(each, asks_boot_server=False) for each in usable[:count]]


async def _run(rack: SimulatedRack, kubeconfig: Path, pid: int) -> tuple[list[float], float]:
    """Seconds of each server, and the stack's processor seconds from the first patch to the last isClean."""
    running = asyncio.create_task(rack.serve())
    async with open_remote_client(kubeconfig) as client:
        await _wait_for(client, len(rack.servers), lambda obj: DISK_CONTENTS in obj["metadata"].get("annotations", {}))
        listing = await client.list(SERVER)
        names = [obj["metadata"]["name"] for obj in listing.items]
        used = cpu_seconds([pid])
        watching = asyncio.create_task(_watch(client, listing.revision, len(names)))
        sent = dict(await asyncio.gather(*(_accept(client, name) for name in names)))
        clean = await watching
        used = cpu_seconds([pid]) - used
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return [clean[name] - sent[name] for name in names], used


async def _accept(client: Client, name: str) -> tuple[str, float]:
    began = time.monotonic()
    await client.patch(SERVER, name, ACCEPT, patch_type=PatchType.JSON)
    return name, began


async def _watch(client: Client, after: int, count: int) -> dict[str, float]:
    """When each server was seen clean first."""
    clean: dict[str, float] = {}
    async for change in client.watch(SERVER, after=after):
        if change.object.get("status", {}).get("isClean"):
            clean.setdefault(change.object["metadata"]["name"], time.monotonic())
        if len(clean) == count:
            break
    return clean


async def _wait_for(client: Client, count: int, holds: Callable[[Object], bool]) -> None:
    while len([obj for obj in (await client.list(SERVER)).items if holds(obj)]) < count:
        await asyncio.sleep(0.2)


if __name__ == "__main__":
    main()
