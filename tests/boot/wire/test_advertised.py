from pathlib import Path

from aiohttp import web

from boot.clock import SystemClock
from boot.feed import Feed
from boot.ipxe.binaries import Binaries
from boot.notices import Notice
from boot.tftp.files import TftpFile
from boot.tftp.server import TftpServer
from boot.wire.advertised import fetch_advertised, list_advertised
from tests.support.serving import serving


async def _http(files: dict[str, bytes], aliases: dict[str, str]) -> tuple[web.AppRunner, int]:
    async def answer(request: web.Request) -> web.Response:
        if request.path in aliases:
            raise web.HTTPFound(aliases[request.path])
        if request.path not in files:
            raise web.HTTPNotFound
        return web.Response(body=files[request.path])

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, runner.addresses[0][1]


async def test_everything_that_is_named_is_fetched_and_what_does_not_come_whole_is_told(tmp_path: Path) -> None:
    (tmp_path / "ipxe.efi").write_bytes(bytes(5000))
    (tmp_path / "undionly.kpxe").write_bytes(bytes(3000))
    binaries = Binaries([tmp_path])
    files = {"/boot.ipxe": b"#!ipxe\n", "/tftp/ipxe.efi": bytes(5000), "/tftp/undionly.kpxe": bytes(3000)}
    runner, http = await _http(files, {"/moved": "/boot.ipxe"})
    try:
        notices: Feed[Notice] = Feed(1000)

        def find(name: str, _address: str) -> TftpFile | None:
            path = binaries.find(name)
            return TftpFile(name, path) if path else None

        async with serving(TftpServer("127.0.0.1", 0, find, notices, SystemClock())) as tftp:
            wanted = list_advertised(binaries, f"http://127.0.0.1:{http}", "127.0.0.1", tftp)
            base = {f"tftp://127.0.0.1:{tftp}/ipxe.efi", f"tftp://127.0.0.1:{tftp}/undionly.kpxe"}
            assert base <= {one.url for one in wanted}
            assert await fetch_advertised(wanted, "127.0.0.1") == []
            files["/tftp/ipxe.efi"] = bytes(10)
            del files["/boot.ipxe"]
            (tmp_path / "undionly.kpxe").unlink()
            complaints = await fetch_advertised(wanted, "127.0.0.1")
            assert any("came with 10 of 5000 bytes" in complaint for complaint in complaints)
            assert any("boot.ipxe cannot be fetched: 404 Not Found" in complaint for complaint in complaints)
            assert any("undionly.kpxe cannot be fetched" in complaint for complaint in complaints)
    finally:
        await runner.cleanup()
