"""One simulated server before the real DHCP, TFTP and HTTP components, or before what goes wrong with them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from aiohttp import web

from boot.clock import SystemClock
from boot.config import DhcpMode
from boot.dhcp.answer import Site
from boot.dhcp.listener import Binding
from boot.dhcp.overrides import Overrides
from boot.dhcp.server import DhcpServer, PxeServer
from boot.errors import AssetError
from boot.firmware import Architecture
from boot.notices import BootServerAnswered, NoticeFeed
from boot.simulator.dhcp import Wiring
from boot.simulator.hardware import Hardware, build_rack
from boot.simulator.server import SimulatedServer
from boot.tftp.files import TftpFile
from boot.tftp.server import TftpServer
from tests.support.dhcp import build_lessor
from tests.support.serving import serving

BIOS, UEFI = build_rack(2)
BINDING = Binding("127.0.0.1", 0, "lo")
Handler = Callable[[web.BaseRequest], web.Response]


class _Clock(SystemClock):
    """Real time, but nobody waits in it; `slept` is what they would have waited."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


class _Services:
    """The real components, and a web server that does what the test says."""

    def __init__(self, wiring: Wiring, feed: NoticeFeed) -> None:
        self.wiring = wiring
        self.feed = feed
        self.clock = _Clock()

    def server(self, hardware: Hardware) -> SimulatedServer:
        return SimulatedServer(hardware, self.wiring, self.clock, Random(3))

    async def boot(self, hardware: Hardware) -> list[str]:
        """The screen at the end."""
        server = self.server(hardware)
        async with asyncio.timeout(10):
            await server.serve()
        return list(server.screen)


@asynccontextmanager
async def _services(
    tmp_path: Path, handler: Handler, choose: Callable[[Architecture], str] = lambda architecture: architecture.boot_files[0]
) -> AsyncIterator[_Services]:
    feed = NoticeFeed(1000)
    lessor = build_lessor(tmp_path, SystemClock(), "127.0.2.1-127.0.2.9/8")

    async def handle(request: web.BaseRequest) -> web.Response:
        return handler(request)

    runner = web.ServerRunner(web.Server(handle))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        answers = Site(DhcpMode.SERVER, "127.0.0.1", f"http://127.0.0.1:{runner.addresses[0][1]}", choose, "255.0.0.0")
        async with (
            serving(DhcpServer(BINDING, answers, feed, SystemClock(), Overrides(), lessor)) as dhcp,
            serving(PxeServer(BINDING, answers, feed, SystemClock(), Overrides())) as pxe,
            serving(TftpServer("127.0.0.1", 0, lambda name, _address: TftpFile(name, bytes(5000)), feed, SystemClock())) as tftp,
        ):
            yield _Services(Wiring(("127.0.0.1", dhcp), "127.0.1.1", pxe, tftp), feed)
    finally:
        await runner.cleanup()


def _script(*lines: str) -> web.Response:
    return web.Response(text="\n".join(("#!ipxe", *lines, "")))


async def test_firmware_and_ipxe_go_the_whole_way_and_the_screen_tells(tmp_path: Path) -> None:
    seen: list[web.BaseRequest] = []

    def handler(request: web.BaseRequest) -> web.Response:
        seen.append(request)
        return _script("echo ${buildarch} ${platform} ${netX/ip} ${smbios/4.7.0}", "sanboot --drive 0x80")

    async with _services(tmp_path, handler) as services:
        assert await services.boot(BIOS) == [
            ">>Start PXE over IPv4. Station IP address is 127.0.2.1",
            "NBP filename is undionly.kpxe, 5000 bytes",
            f"iPXE 1.0.0+git-20190125 (simulated): net0 127.0.2.1, http://{seen[0].host}/boot.ipxe",
            "i386 pcbios 127.0.2.1 Intel(R) Corporation",
            "Booting from disk.",
        ]
    assert (seen[0].remote, seen[0].headers["User-Agent"]) == ("127.0.2.1", "iPXE/1.0.0+git-20190125 (simulated)")


async def test_firmware_that_asks_the_boot_server_anyway_is_answered_there(tmp_path: Path) -> None:
    async with _services(tmp_path, lambda _request: _script("exit")) as services:
        assert (await services.boot(UEFI))[-1] == "Next boot device."
        told = [notice for _, notice in services.feed.after(services.feed.floor) if isinstance(notice, BootServerAnswered)]
    assert [notice.mac for notice in told] == [UEFI.mac]


async def test_a_reboot_and_a_failed_script_begin_with_the_firmware_again(tmp_path: Path) -> None:
    answers = iter(
        [_script("reboot"), _script("iseq a b"), web.Response(text="<html>"), web.Response(status=404), _script("exit")]
    )
    async with _services(tmp_path, lambda _request: next(answers)) as services:
        screen = await services.boot(BIOS)
    assert sum(line.startswith(">>Start PXE") for line in screen) == 5
    assert "Exec format error" in screen
    assert any(line.endswith("404 Not Found") for line in screen)
    assert services.clock.slept == [5.0] * 4


async def test_a_server_that_says_when_to_come_again_is_asked_then(tmp_path: Path) -> None:
    answers = iter([web.Response(status=503, headers={"Retry-After": "5"}), _script("kernel ${filename}", "boot")])
    again = _script("echo is no kernel, but a file")
    async with _services(tmp_path, lambda _request: next(answers, again)) as services:
        assert (await services.boot(BIOS))[-1] == "Kernel started."
    assert services.clock.slept == [5]


async def test_a_server_nobody_has_a_file_for_says_so_on_its_screen_and_tries_again(tmp_path: Path) -> None:
    def choose(_architecture: Architecture) -> str:
        raise AssetError("none here")

    async with _services(tmp_path, lambda _request: _script("exit"), choose) as services:
        server = services.server(BIOS)
        running = asyncio.create_task(server.serve())
        async with asyncio.timeout(10):
            while 5.0 not in services.clock.slept:
                await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert "PXE-E53: No boot filename received." in server.screen
