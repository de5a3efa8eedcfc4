"""Foreign TFTP clients off our server: over a clean link, over a bad one, and with a single source port."""

import asyncio
import random
import shutil
from pathlib import Path

import pytest

from boot.clock import SystemClock
from boot.notices import NoticeFeed, TransferFailed, TransferProgressed
from boot.tftp.files import TftpFile
from boot.tftp.server import TftpServer
from tests.interop.bad_link import Link, relay
from tests.support.serving import serving, wait_for

CONTENT = random.Random(5).randbytes(250_001)
CLEAN = Link()
BAD = Link(loss=0.02, doubled=0.05, delay=0.0005, jitter=0.003)

CLIENTS = {
    "tftp-hpa": ("tftp", "tftp-hpa", "tftp -m binary 127.0.0.1 {port} -c get ipxe.efi {target}"),
    "atftp": ("atftp", "atftp", "atftp --get -r ipxe.efi -l {target} 127.0.0.1 {port}"),
    "atftp, window 8": (
        "atftp",
        "atftp",
        "atftp --option 'blksize 1468' --option 'windowsize 8' --get -r ipxe.efi -l {target} 127.0.0.1 {port}",
    ),
    "busybox": ("busybox", "busybox-static", "busybox tftp -g -b 1468 -r ipxe.efi -l {target} 127.0.0.1 {port}"),
    "curl": ("curl", "curl", "curl --silent --tftp-blksize 1432 --output {target} tftp://127.0.0.1:{port}//ipxe.efi"),
    "curl without options": ("curl", "curl", "curl -s --tftp-no-options -o {target} tftp://127.0.0.1:{port}/IPXE.EFI"),
}

pytestmark = pytest.mark.interop


@pytest.mark.parametrize("client", CLIENTS)
async def test_a_foreign_client_downloads_byte_for_byte(client: str, tmp_path: Path) -> None:
    for single_port in (False, True):
        feed = await _download(client, CLEAN, tmp_path / f"got{single_port}", single_port=single_port)
        assert [notice for _, notice in feed.after(0) if isinstance(notice, TransferProgressed) and notice.done]


@pytest.mark.parametrize("client", CLIENTS)
async def test_loss_doubles_delay_and_reordering_spoil_no_byte(client: str, tmp_path: Path) -> None:
    await _download(client, BAD, tmp_path / "got", single_port=client == "busybox")


async def _download(client: str, link: Link, target: Path, *, single_port: bool) -> NoticeFeed:
    """What the server told."""
    program, package, command = CLIENTS[client]
    if shutil.which(program) is None:
        pytest.skip(f"wants {program} (apt install {package})")
    feed = NoticeFeed(10_000)
    server = TftpServer("127.0.0.1", 0, _find, feed, SystemClock(), single_port=single_port)
    async with serving(server) as port, relay(link, port) as between:
        line = command.format(port=between.port, target=target)
        process = await asyncio.create_subprocess_shell(f"exec timeout 60 {line}", stderr=asyncio.subprocess.PIPE)
        _, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
        assert target.read_bytes() == CONTENT
        if link is CLEAN:
            await wait_for(feed, TransferProgressed, lambda notice: notice.done)
    assert not [notice for _, notice in feed.after(0) if isinstance(notice, TransferFailed)]
    if link is BAD:
        assert between.counts["lost"] > 0
        assert between.counts["doubled"] > 0
    return feed


def _find(name: str, _address: str) -> TftpFile | None:
    return TftpFile(name, CONTENT) if name.casefold() == "ipxe.efi" else None
