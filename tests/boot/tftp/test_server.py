"""The TFTP server on real sockets: foreign clients, two-step firmware, hostile datagrams."""

import asyncio
import contextlib
import os
import random
import shutil
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import pytest
import tftpy

from boot.clock import SystemClock
from boot.notices import (
    NoticeFeed,
    PacketRefused,
    TransferFailed,
    TransferFault,
    TransferProbed,
    TransferProgressed,
    TransferRequested,
)
from boot.tftp.engine import MOST_TRANSFERS
from boot.tftp.files import TftpFile
from boot.tftp.server import TftpServer
from tests.support.serving import serving, wait_for

CONTENT = random.Random(1).randbytes(850_528)
PROBE = b"\0\1ipxe.efi\0octet\0tsize\x000\0blksize\x001468\0windowsize\x004\0"
DOWNLOAD = b"\0\1ipxe.efi\0octet\0blksize\x001468\0windowsize\x004\0"
ABORT = b"\0\5\0\x08User aborted the transfer\0"
Peer = tuple[str, int]


def files(name: str, _address: str) -> TftpFile | None:
    return TftpFile(name, CONTENT) if name == "ipxe.efi" else None


@asynccontextmanager
async def running(
    table: Callable[[str, str], TftpFile | None] = files, listen: str = "127.0.0.1", *, single_port: bool = False
) -> AsyncIterator[tuple[int, NoticeFeed]]:
    feed = NoticeFeed(10_000)
    async with serving(TftpServer(listen, 0, table, feed, SystemClock(), single_port=single_port)) as port:
        yield port, feed


class Client:
    """A boot ROM in bytes: sends what it is told, returns what comes."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.bind((host, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    async def send(self, datagram: bytes, peer: Peer) -> None:
        await asyncio.get_running_loop().sock_sendto(self.socket, datagram, peer)

    async def receive(self) -> tuple[bytes, Peer]:
        async with asyncio.timeout(10):
            datagram, peer = await asyncio.get_running_loop().sock_recvfrom(self.socket, 2048)
        return datagram, peer

    async def ask(self, datagram: bytes, peer: Peer) -> tuple[bytes, Peer]:
        """Send and receive; asks again after a second, as boot ROMs do when a flood swallowed the request."""
        for _ in range(9):
            await self.send(datagram, peer)
            with contextlib.suppress(TimeoutError):
                return await asyncio.wait_for(self.receive(), 1)
        raise AssertionError("the server does not answer")

    async def download(self, request: bytes, peer: Peer, block_size: int, window: int) -> bytes:
        """Follow an OACK with that block size and window to the end of the file."""
        _oack, source = await self.ask(request, peer)
        await self.send(b"\0\4\0\0", source)
        data, block = bytearray(), 0
        while True:
            datagram, _ = await self.receive()
            if datagram[:4] != b"\0\3" + (block + 1 & 0xFFFF).to_bytes(2, "big"):
                continue  # repeated, since this client was too slow to answer
            block += 1
            data += datagram[4:]
            last = len(datagram) - 4 < block_size
            if last or block % window == 0:
                await self.send(b"\0\4" + (block & 0xFFFF).to_bytes(2, "big"), source)
            if last:
                return bytes(data)


async def test_ovmf_probes_the_size_then_downloads_from_the_next_port() -> None:
    async with running() as (port, feed):
        with Client() as probe, Client() as download:
            oack, source = await probe.ask(PROBE, ("127.0.0.1", port))
            assert oack == b"\0\6tsize\x00850528\0blksize\x001468\0windowsize\x004\0"
            await probe.send(ABORT, source)
            told = await wait_for(feed, TransferProbed)
            assert (told.size, told.aborted) == (len(CONTENT), True)
            assert await download.download(DOWNLOAD, ("127.0.0.1", port), 1468, 4) == CONTENT
        first = await wait_for(feed, TransferProgressed)
        last = await wait_for(feed, TransferProgressed, lambda notice: notice.done)
        assert (first.sent, first.size, first.done) == (0, len(CONTENT), False)
        assert (last.sent, last.size) == (len(CONTENT), len(CONTENT))


async def test_a_second_request_from_another_port_settles_a_probe_without_error() -> None:
    async with running() as (port, feed):
        with Client() as probe, Client() as download:
            await probe.ask(PROBE, ("127.0.0.1", port))
            await download.ask(DOWNLOAD, ("127.0.0.1", port))
        assert not (await wait_for(feed, TransferProbed)).aborted


async def test_the_reply_comes_from_the_address_that_was_asked_and_a_new_port() -> None:
    async with running(listen="0.0.0.0") as (port, _feed):
        with Client("127.0.0.3") as client:
            _oack, source = await client.ask(DOWNLOAD, ("127.0.0.2", port))
        assert source[0] == "127.0.0.2"
        assert source[1] != port


async def test_with_a_single_port_everything_comes_from_the_port_that_was_asked() -> None:
    async with running(single_port=True) as (port, feed):
        with Client() as probe, Client() as download, Client() as other:
            _oack, source = await probe.ask(PROBE, ("127.0.0.1", port))
            assert source == ("127.0.0.1", port)
            await probe.send(ABORT, source)
            assert (await wait_for(feed, TransferProbed)).size == len(CONTENT)
            both = (client.download(DOWNLOAD, ("127.0.0.1", port), 1468, 4) for client in (download, other))
            assert await asyncio.gather(*both) == [CONTENT, CONTENT]
        assert not [notice for _, notice in feed.after(0) if isinstance(notice, TransferFailed | PacketRefused)]


async def test_a_client_that_asks_for_something_else_from_the_same_port_gets_that() -> None:
    async with running() as (port, feed):
        with Client() as client:
            await client.ask(DOWNLOAD, ("127.0.0.1", port))
            answer, _ = await client.ask(b"\0\1other.efi\0octet\0", ("127.0.0.1", port))
            assert answer == b"\0\5\0\1file not found\0"
        reason = "the client asked for something else from the same port"
        await wait_for(feed, TransferFailed, lambda notice: notice.reason == reason)


async def test_a_file_of_more_blocks_than_numbers_arrives_whole() -> None:
    big = random.Random(2).randbytes(65_600 * 32)
    async with running(lambda name, _address: TftpFile(name, big)) as (port, _feed):
        with Client() as client:
            request = b"\0\1big\0octet\0blksize\x0032\0windowsize\x0032\0"
            assert await client.download(request, ("127.0.0.1", port), 32, 32) == big


async def test_a_process_that_is_gone_is_an_error_of_the_component() -> None:
    server = TftpServer("127.0.0.1", 0, files, NoticeFeed(10), SystemClock())
    killed = asyncio.Event()

    def kill_it(address: str, port: int) -> None:
        (child,) = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()[-1:]
        os.kill(int(child), signal.SIGKILL)
        killed.set()

    with pytest.raises(OSError, match="the transfer process ended"):
        await server.serve(kill_it)
    assert killed.is_set()


async def test_a_repeated_request_gets_the_same_answer_from_the_same_port() -> None:
    async with running() as (port, feed):
        with Client() as client:
            first = await client.ask(DOWNLOAD, ("127.0.0.1", port))
            assert await client.ask(DOWNLOAD, ("127.0.0.1", port)) == first
        await wait_for(feed, TransferRequested, lambda notice: notice.again)
        told = [notice for _, notice in feed.after(0) if isinstance(notice, TransferRequested)]
        assert [(notice.file, notice.again) for notice in told] == [("ipxe.efi", False), ("ipxe.efi", True)]


async def test_a_lost_block_is_sent_again() -> None:
    async with running() as (port, feed):
        with Client() as client:
            first = await client.ask(b"\0\1ipxe.efi\0octet\0", ("127.0.0.1", port))
            assert await client.receive() == first
            await wait_for(feed, TransferProgressed, lambda notice: notice.repeats > 0)


async def test_a_client_that_closes_its_port_is_gone_at_once() -> None:
    async with running() as (port, feed):
        with Client() as client:
            _data, source = await client.ask(b"\0\1ipxe.efi\0octet\0", ("127.0.0.1", port))
            await client.send(b"\0\4\0\1", source)
        failed = await wait_for(feed, TransferFailed)
        assert (failed.fault, failed.reason) == (TransferFault.CLOSED, "the client closed its port")


@pytest.mark.parametrize(("name", "expected"), [(b"autoexec.ipxe", True), (b"snp.efi", False), (b"\x1b[2J.efi", False)])
async def test_a_missing_file_is_error_1_and_dim_when_expected(name: bytes, expected: bool) -> None:
    async with running() as (port, feed):
        with Client() as client:
            answer, _ = await client.ask(b"\0\1" + name + b"\0octet\0", ("127.0.0.1", port))
        assert answer == b"\0\5\0\1file not found\0"
        failed = await wait_for(feed, TransferFailed)
        assert failed.expected is expected
        assert "\x1b" not in failed.file


async def test_a_file_on_disk_is_read_and_a_directory_is_not(tmp_path: Path) -> None:
    (tmp_path / "small").write_bytes(b"abc")
    async with running(lambda name, _address: TftpFile(name, tmp_path / name)) as (port, feed):
        with Client() as client, Client() as other:
            assert (await client.ask(b"\0\1small\0octet\0", ("127.0.0.1", port)))[0] == b"\0\3\0\1abc"
            assert (await other.ask(b"\0\1.\0octet\0", ("127.0.0.1", port)))[0] == b"\0\5\0\2no such name here\0"
            os.mkdir(tmp_path / "sub")
            answer, _ = await other.ask(b"\0\1sub\0octet\0", ("127.0.0.1", port))
            assert answer == b"\0\5\0\0cannot read the file\0"
        # Told by the process of the transfers, which may be after its answer.
        assert "not a regular file" in (await wait_for(feed, TransferFailed)).reason


async def test_writing_is_refused_with_error_2() -> None:
    async with running() as (port, feed):
        with Client() as client:
            answer, _ = await client.ask(b"\0\2ipxe.efi\0octet\0", ("127.0.0.1", port))
        assert answer == b"\0\5\0\2this server is read-only\0"
        refused = await wait_for(feed, PacketRefused)
        assert refused.cause == "write request"


@pytest.mark.parametrize(
    "datagram",
    [
        b"\0\1ipxe.efi\0octet\0blksize\0abc\0",
        b"\0\1ipxe.efi\0octet\0blksize\x0065536\0",
        b"\0\1ipxe.efi\xff\0octet\0",
        b"\0\1.\0octet\0",
        b"\0\1../../../etc/passwd\0octet\0",
        b"\0\1C:\\boot.ini\0octet\0",
        b"\0\4\0",
        b"\0\1ipxe.efi\0octet\0blksize\x001468",
        b"\0\1ipxe.efi\0octet\0\0\0\0\0",
        b"\0\1" + b"a" * 1500,
        b"",
    ],
    ids=repr,
)
async def test_datagrams_that_killed_other_servers_leave_this_one_serving(datagram: bytes) -> None:
    async with running() as (port, _feed):
        with Client() as hostile, Client() as client:
            await hostile.send(datagram, ("127.0.0.1", port))
            assert await client.download(DOWNLOAD, ("127.0.0.1", port), 1468, 4) == CONTENT


async def test_ten_thousand_random_datagrams_have_few_causes_and_do_no_harm() -> None:
    source = random.Random(3)
    async with running() as (port, feed):
        with Client() as hostile, Client() as client:
            for _ in range(10_000):
                await hostile.send(source.randbytes(source.randrange(100)), ("127.0.0.1", port))
            assert await client.download(DOWNLOAD, ("127.0.0.1", port), 1468, 4) == CONTENT
        causes = {notice.cause for _, notice in feed.after(feed.floor) if isinstance(notice, PacketRefused)}
        assert 0 < len(causes) < 10


async def test_forged_requests_cannot_shut_real_clients_out() -> None:
    async with running() as (port, _feed):
        forgers = [Client() for _ in range(MOST_TRANSFERS)]
        try:
            for forger in forgers:
                await forger.ask(b"\0\1ipxe.efi\0octet\0", ("127.0.0.1", port))
            with Client() as client:
                assert await client.download(DOWNLOAD, ("127.0.0.1", port), 1468, 4) == CONTENT
        finally:
            for forger in forgers:
                forger.socket.close()


async def test_a_client_with_its_mac_in_the_path_is_known_by_it() -> None:
    async with running() as (port, feed):
        with Client() as client:
            request = b"\0\1/52-54-00-AA-00-01/ipxe.efi\0octet\0blksize\x001468\0"
            await client.download(request, ("127.0.0.1", port), 1468, 1)
        done = await wait_for(feed, TransferProgressed, lambda notice: notice.done)
        assert done.mac == "52:54:00:aa:00:01"


@pytest.mark.interop
@pytest.mark.parametrize("options", [{}, {"blksize": 1432, "tsize": 0}, {"blksize": 8192}])
async def test_tftpys_client_downloads_byte_for_byte(options: dict[str, int], tmp_path: Path) -> None:
    async with running() as (port, _feed):
        client = tftpy.TftpClient("127.0.0.1", port, options)
        await asyncio.to_thread(client.download, "ipxe.efi", str(tmp_path / "got"))
    assert (tmp_path / "got").read_bytes() == CONTENT


@pytest.mark.interop
@pytest.mark.skipif(shutil.which("curl") is None, reason="wants curl (apt install curl)")
async def test_curl_downloads_byte_for_byte(tmp_path: Path) -> None:
    async with running() as (port, _feed):
        process = await asyncio.create_subprocess_exec(
            "curl", "--silent", "--output", str(tmp_path / "got"), f"tftp://127.0.0.1:{port}/ipxe.efi"
        )
        assert await process.wait() == 0
    assert (tmp_path / "got").read_bytes() == CONTENT
