"""Real iPXE in QEMU runs the scripts, under BIOS and UEFI: reports, waits, and goes on once it is accepted.

QEMU's user networking gives the guest its address and the URL, and reaches a server on loopback as 10.0.2.2.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from boot.client.local import LocalClient
from boot.clock import SystemClock
from boot.config import Ports
from boot.ipxe.binaries import Binaries
from boot.ipxe.server import HttpServer
from boot.notices import NoticeFeed, ScriptServed, TransferProgressed
from boot.ports import choose_ports
from boot.registration.agentless import Registrar
from boot.resources.kinds import ENVIRONMENT, SERVER
from tests.support.plane import local_client
from tests.support.quirks import NoQuirks
from tests.support.serving import serving, wait_for

UUID = "11223344-5566-7788-99aa-bbccddeeff00"
MAC = "52:54:00:aa:00:01"
IPXE_ROM = Path("/usr/lib/ipxe/qemu/pxe-virtio.rom")
IPXE_EFI = Path("/usr/lib/ipxe/ipxe.efi")
OVMF = Path("/usr/share/ovmf/OVMF.fd")
BIOS: list[str] = []
UEFI = ["-bios", str(OVMF), "-kernel", str(IPXE_EFI)]
NEEDED = {IPXE_ROM: "ipxe-qemu", OVMF: "ovmf", IPXE_EFI: "ipxe"}
PATIENCE = 240.0
"""Seconds: emulated firmware on a busy machine."""

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(
        shutil.which("qemu-system-x86_64") is None, reason="wants qemu-system-x86_64 (apt install qemu-system-x86)"
    ),
    *(pytest.mark.skipif(not file.exists(), reason=f"wants {file} (apt install {package})") for file, package in NEEDED.items()),
]


@dataclass
class Rack:
    client: LocalClient
    feed: NoticeFeed
    port: int

    @asynccontextmanager
    async def power_on(self, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
        network = f"user,id=n,bootfile=http://10.0.2.2:{self.port}/boot.ipxe"
        guest = await asyncio.create_subprocess_exec(
            "qemu-system-x86_64", "-accel", "tcg", "-m", "256", "-display", "none", "-serial", "none", "-monitor", "none",
            "-no-reboot", "-boot", "nc", "-netdev", network, "-device", f"virtio-net-pci,netdev=n,mac={MAC}", *arguments,
        )  # fmt: skip
        try:
            yield guest
        finally:
            if guest.returncode is None:
                guest.terminate()
                await guest.wait()

    async def wait_for_script(self, name: str) -> ScriptServed:
        return await wait_for(self.feed, ScriptServed, lambda notice: notice.script == name, PATIENCE)


@asynccontextmanager
async def rack(directory: Path) -> AsyncIterator[Rack]:
    port = choose_ports(Ports(http=0), "127.0.0.1").http
    (directory / "vmlinuz").write_bytes(bytes(100_000))
    feed, clock = NoticeFeed(10_000), SystemClock()
    async with local_client(directory) as client:
        server = HttpServer(
            "127.0.0.1", port, f"http://10.0.2.2:{port}", client, Registrar(client, feed, clock),
            Binaries([]), lambda _environment, file: directory / file, feed, clock, quirks=NoQuirks())  # fmt: skip
        async with serving(server):
            yield Rack(client, feed, port)


@pytest.mark.parametrize("firmware", [BIOS, UEFI], ids=["BIOS", "UEFI"])
async def test_a_real_machine_reports_waits_and_boots_once_allocated(firmware: list[str], tmp_path: Path) -> None:
    smbios = ("type=1,manufacturer=ACME Inc,serial=SER42,sku=SKU9", "type=4,manufacturer=Intel,version=Atom C3558,max-speed=2200")
    arguments = [argument for table in smbios for argument in ("-smbios", table)]
    async with rack(tmp_path) as here, here.power_on("-uuid", UUID, "-smp", "4,sockets=2,cores=2", *arguments, *firmware):
        waiting = await here.wait_for_script("wait")
        server = await here.client.get(SERVER, UUID)
        assert (waiting.mac, waiting.reason) == (MAC, "not accepted: nothing will be written to its disks")
        assert waiting.agent.startswith("iPXE/")
        hardware = server["spec"]["hardware"]
        assert hardware["system"]["manufacturer"] == "ACME Inc"
        assert (hardware["system"]["serialNumber"], hardware["system"]["skuNumber"]) == ("SER42", "SKU9")
        processors = hardware["compute"]["processors"]
        assert [(cpu["productName"], cpu["speed"], cpu["coreCount"]) for cpu in processors] == [("Atom C3558", 2200, 2)] * 2

        await allocate(here)
        await here.wait_for_script("environment")
        kernel = await wait_for(here.feed, TransferProgressed, lambda notice: notice.done, PATIENCE)
        assert (kernel.file, kernel.mac) == ("vmlinuz", MAC)


async def test_a_real_machine_with_a_blank_uuid_registers_by_its_mac(tmp_path: Path) -> None:
    async with rack(tmp_path) as here, here.power_on():
        waiting = await here.wait_for_script("wait")
        assert waiting.server == "00000000-0000-0000-0000-525400aa0001"


@pytest.mark.parametrize("method", ["ipxe-exit", "http-404"])
async def test_a_real_machine_leaves_ipxe_for_its_disk(method: str, tmp_path: Path) -> None:
    """The disk is a boot sector that reboots, which ends QEMU (-no-reboot)."""
    disk = tmp_path / "disk"
    disk.write_bytes((b"\xea\xf0\xff\x00\xf0").ljust(510, b"\0") + b"\x55\xaa")
    drive = ["-drive", f"file={disk},format=raw,if=ide"]
    async with rack(tmp_path) as here:
        spec = {"accepted": True, "bootFromDiskMethod": method}
        wire = {"apiVersion": SERVER.api_version, "kind": "Server", "metadata": {"name": UUID}, "spec": spec}
        await here.client.create(SERVER, wire)
        booted = {"inUse": True, "conditions": [{"type": "PXEBooted", "status": "True"}]}
        await here.client.patch(SERVER, UUID, {"status": booted}, subresource="status")
        before = disk.read_bytes()
        async with here.power_on("-uuid", UUID, *drive) as guest, asyncio.timeout(PATIENCE):
            assert await guest.wait() == 0
        assert (await here.wait_for_script("exit")).reason == "installed: it boots from its own disk"
        assert disk.read_bytes() == before


async def allocate(here: Rack) -> None:
    spec = {"kernel": {"url": "http://k"}, "initrd": {"url": "http://i"}}
    wire = {"apiVersion": ENVIRONMENT.api_version, "kind": "Environment", "metadata": {"name": "default"}, "spec": spec}
    await here.client.create(ENVIRONMENT, wire)
    ready = [{"url": url, "status": "True", "type": "Ready"} for url in ("http://k", "http://i")]
    await here.client.patch(ENVIRONMENT, "default", {"status": {"conditions": ready}}, subresource="status")
    await here.client.patch(SERVER, UUID, {"spec": {"accepted": True}})
    await here.client.patch(SERVER, UUID, {"status": {"inUse": True}}, subresource="status")
