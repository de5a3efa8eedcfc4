"""Bodies sent by the thread: whole, in part, to many at once, and to clients that go away."""

import asyncio
import os
import random
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from boot.ipxe.sender import Sender

BODY = random.Random(7).randbytes(3_000_000)


@pytest.fixture
def source(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "body").write_bytes(BODY)
    descriptor = os.open(tmp_path / "body", os.O_RDONLY)
    yield descriptor
    os.close(descriptor)


def connected() -> tuple[socket.socket, socket.socket]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    return ours, theirs


async def read(sock: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        data += await asyncio.get_running_loop().sock_recv(sock, 1 << 16)
    return bytes(data)


async def test_many_bodies_go_out_side_by_side(source: int) -> None:
    pairs = [connected() for _ in range(20)]
    try:
        with Sender() as sender:
            sending = [sender.send(ours, source, number, len(BODY) - number) for number, (ours, _) in enumerate(pairs)]
            reading = [read(theirs, len(BODY) - number) for number, (_, theirs) in enumerate(pairs)]
            bodies, _ = await asyncio.gather(asyncio.gather(*reading), asyncio.gather(*sending))
        assert all(body == BODY[number:] for number, body in enumerate(bodies))
    finally:
        for sock in (sock for pair in pairs for sock in pair):
            sock.close()


async def test_a_client_that_goes_away_is_an_error(source: int) -> None:
    ours, theirs = connected()
    with Sender() as sender, ours:
        sending = asyncio.create_task(sender.send(ours, source, 0, len(BODY)))
        await read(theirs, 1)
        theirs.close()
        with pytest.raises(OSError, match="pipe"):
            await sending


async def test_a_file_that_becomes_shorter_is_an_error_and_no_wait(source: int) -> None:
    ours, theirs = connected()
    with Sender() as sender, ours, theirs:
        with pytest.raises(OSError, match="shorter"):
            await sender.send(ours, source, len(BODY), 1)


async def test_what_is_given_up_is_dropped_and_the_next_goes_on(source: int) -> None:
    stuck, nobody = connected()
    ours, theirs = connected()
    with Sender() as sender, stuck, nobody, ours, theirs:
        sending = asyncio.create_task(sender.send(stuck, source, 0, len(BODY)))
        await read(nobody, 1)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await asyncio.gather(sender.send(ours, source, 0, 1000), read(theirs, 1000))


async def test_a_sender_works_again_after_its_end(source: int) -> None:
    ours, theirs = connected()
    sender = Sender()
    with ours, theirs:
        for _ in range(2):
            with sender:
                await sender.send(ours, source, 0, 1000)
                assert await read(theirs, 1000) == BODY[:1000]
