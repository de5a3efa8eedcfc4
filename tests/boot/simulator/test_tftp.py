"""The simulated firmware fetches from the real TFTP server, and from servers that break the rules."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import chain, repeat

import pytest

from boot.clock import SystemClock
from boot.errors import AssetError
from boot.notices import NoticeFeed, TransferFailed, TransferProbed, TransferProgressed
from boot.simulator.hardware import Kind
from boot.simulator.tftp import fetch
from boot.tftp.files import TftpFile
from boot.tftp.server import TftpServer
from tests.support.serving import serving, wait_for

SOURCE = "127.0.2.1"
SIZES = (0, 1, 1455, 1456, 1468, 1468 * 4, 300_000)
FILES = {f"{size}.efi": random.Random(1).randbytes(size) for size in SIZES}
OACK, ERROR = b"\0\6", b"\0\5"
SIZED = OACK + b"tsize\x003\0"


def _data(block: int, content: bytes) -> bytes:
    return b"\0\3" + block.to_bytes(2, "big") + content


def _ack(block: int) -> bytes:
    return b"\0\4" + block.to_bytes(2, "big")


def _find(name: str, _address: str) -> TftpFile | None:
    return TftpFile(name, FILES[name]) if name in FILES else None


@pytest.mark.parametrize("kind", list(Kind))
async def test_firmware_of_every_kind_gets_files_of_every_size(kind: Kind) -> None:
    feed = NoticeFeed(1000)
    async with serving(TftpServer("127.0.0.1", 0, _find, feed, SystemClock())) as port:
        for size in SIZES:
            assert await fetch(f"{size}.efi", ("127.0.0.1", port), SOURCE, kind) == size
        probed = await wait_for(feed, TransferProbed, lambda notice: notice.file == "300000.efi")
        done = await wait_for(feed, TransferProgressed, lambda notice: notice.done and notice.file == "300000.efi")
    assert (probed.size, probed.address) == (300_000, SOURCE)
    assert (done.sent, done.address) == (300_000, SOURCE)


async def test_a_file_that_is_not_there_is_said_as_the_screen_says_it() -> None:
    feed = NoticeFeed(100)
    async with serving(TftpServer("127.0.0.1", 0, _find, feed, SystemClock())) as port:
        with pytest.raises(AssetError, match=r"PXE-E23: none\.efi"):
            await fetch("none.efi", ("127.0.0.1", port), SOURCE, Kind.UEFI)
        await wait_for(feed, TransferFailed, lambda notice: notice.file == "none.efi")


@asynccontextmanager
async def _answering(*answers: Sequence[bytes]) -> AsyncIterator[tuple[tuple[str, int], asyncio.Queue[bytes]]]:
    """A server that answers each datagram as it is told to, then is silent; what it heard is in the queue."""
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.setblocking(False)
        opened.bind(("127.0.0.1", 0))

        async def answer() -> None:
            for packets in chain(answers, repeat(())):
                data, peer = await loop.sock_recvfrom(opened, 2048)
                heard.put_nowait(data)
                for packet in packets:
                    await loop.sock_sendto(opened, packet, peer)

        task = asyncio.create_task(answer())
        try:
            async with asyncio.timeout(10):
                yield opened.getsockname(), heard
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(b"tsize\x003\0blksize\x001500\0", id="larger blocks than asked for"),
        pytest.param(b"tsize\x003\0windowsize\x008\0", id="a wider window than asked for"),
        pytest.param(b"tsize\x003\0timeout\x005\0", id="an option nobody asked for"),
    ],
)
async def test_an_oack_that_grants_what_was_not_asked_for_is_refused(options: bytes) -> None:
    async with _answering([OACK + options]) as (server, heard):
        with pytest.raises(AssetError, match="PXE-E23"):
            await fetch("a", server, SOURCE, Kind.UEFI)
        assert await heard.get() == b"\0\1a\0octet\0tsize\x000\0blksize\x001468\0windowsize\x004\0"
        assert await heard.get() == ERROR + b"\0\4Malformatted OACK packet\0"


@pytest.mark.parametrize("answer", [OACK + b"blksize\x001468\0", _data(1, b"abc")], ids=["no size", "no OACK at all"])
async def test_without_a_size_there_is_no_boot_file(answer: bytes) -> None:
    async with _answering([answer]) as (server, _):
        with pytest.raises(AssetError, match="PXE-E53"):
            await fetch("a", server, SOURCE, Kind.UEFI)


async def test_the_probe_is_aborted_and_the_size_has_to_be_what_was_announced() -> None:
    async with _answering([SIZED], [], [_data(1, b"ab")]) as (server, heard):
        with pytest.raises(AssetError, match="has 2 bytes, 3 were announced"):
            await fetch("a", server, SOURCE, Kind.BIOS)
        assert [await heard.get() for _ in range(4)] == [
            b"\0\1a\0octet\0tsize\x000\0",
            ERROR + b"\0\x08User aborted the transfer\0",
            b"\0\1a\0octet\0blksize\x001456\0",
            _ack(1),
        ]


async def test_a_window_is_acknowledged_once_and_goes_on_after_the_last_block_that_came_in_order() -> None:
    granted = OACK + b"blksize\x008\0windowsize\x002\0"
    first, second, third = _data(1, bytes(8)), _data(2, bytes(8)), _data(3, bytes(3))
    lost = (granted,), (first, third), (second, third)
    async with _answering([OACK + b"tsize\x0019\0"], [], *lost) as (server, heard):
        assert await fetch("a", server, SOURCE, Kind.UEFI) == 19
        said = [await heard.get() for _ in range(6)]
    assert said[3:] == [_ack(0), _ack(1), _ack(3)]


async def test_broken_packets_do_not_disturb_a_transfer() -> None:
    async with _answering([b"", b"\0\6\0", SIZED], [], [b"\0", _data(1, b"abc")]) as (server, _):
        assert await fetch("a", server, SOURCE, Kind.BIOS) == 3


async def test_a_silent_server_is_asked_again_and_then_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boot.simulator.tftp._WAIT", 0.01)
    async with _answering() as (server, heard):
        with pytest.raises(AssetError, match="PXE-E32"):
            await fetch("a", server, SOURCE, Kind.BIOS)
        assert len({await heard.get() for _ in range(6)}) == 1
