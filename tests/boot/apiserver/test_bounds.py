"""What strangers and slow clients may hold of the plane, over real sockets: each is cut off, and nobody else notices."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from boot.connections import Limits
from boot.plane.options import WriteOptions
from boot.resources.kinds import CONFIG_MAP
from tests.boot.apiserver.served import SERVERS, Served, client_tls, open_session, served_plane

SHORT = Limits(handshake=0.3, first_request=0.3, idle=0.3, unread=1.0)
"""Times that tests can wait for."""
Slow = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def _open(served: Served, directory: Path, identity: str = "admin") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", served.port, ssl=client_tls(directory, identity))


async def _until_cut(reader: asyncio.StreamReader) -> bytes:
    """All that came before the server hung up."""
    got = bytearray()
    async with asyncio.timeout(20):
        try:
            while data := await reader.read(65536):
                got += data
        except (ConnectionError, ssl.SSLError):
            pass
    return bytes(got)


async def _works(served: Served, directory: Path) -> None:
    async with open_session(served.base, directory) as session, session.get(SERVERS) as response:
        assert response.status == 200


async def test_a_handshake_that_never_ends_is_ended(tmp_path: Path) -> None:
    async with served_plane(tmp_path, limits=SHORT) as served:
        for begun in (b"", b"\x16\x03\x01"):
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
            writer.write(begun)
            await _until_cut(reader)
            writer.close()
        await _works(served, tmp_path)


@pytest.mark.parametrize("identity", ["", "admin"])
@pytest.mark.parametrize("begun", [b"", b"GET /api HTTP/1.1\r\nHost: x\r\nX-A: "])
async def test_who_asks_nothing_whole_is_cut_off(tmp_path: Path, identity: str, begun: bytes) -> None:
    async with served_plane(tmp_path, limits=SHORT) as served:
        reader, writer = await _open(served, tmp_path, identity)
        writer.write(begun)
        assert b"200 OK" not in await _until_cut(reader)
        writer.close()
        await _works(served, tmp_path)


async def test_headers_that_come_byte_by_byte_are_not_waited_for(tmp_path: Path) -> None:
    async with served_plane(tmp_path, limits=SHORT) as served:
        reader, writer = await _open(served, tmp_path)
        cut = asyncio.create_task(_until_cut(reader))
        writer.write(b"GET /api HTTP/1.1\r\nHost: x\r\nX-A: ")
        while not cut.done():
            writer.write(b"a")
            await asyncio.wait([cut], timeout=0.05)
        assert b"HTTP/1.1 2" not in cut.result()
        writer.close()


async def test_an_idle_connection_is_closed_also_when_its_second_request_has_begun(tmp_path: Path) -> None:
    async with served_plane(tmp_path, limits=SHORT) as served:
        for second in (b"", b"GET /api HT"):
            reader, writer = await _open(served, tmp_path)
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" + second)
            got = await _until_cut(reader)
            assert got.startswith(b"HTTP/1.1 200 OK")
            assert got.count(b"HTTP/1.1") == 1
            writer.close()


async def test_a_body_that_does_not_arrive_is_refused_and_its_connection_closed(tmp_path: Path) -> None:
    async with served_plane(tmp_path, slowest_body=0.3) as served:
        reader, writer = await _open(served, tmp_path)
        head = f"POST {SERVERS} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n"
        writer.write(head.encode() + b"{")
        got = await _until_cut(reader)
        assert b"400 Bad Request" in got
        assert b"did not arrive within" in got
        writer.close()


async def test_one_connection_too_many_is_closed_and_those_that_are_open_go_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with served_plane(tmp_path, limits=Limits(connections=3)) as served:
        held = [await _open(served, tmp_path) for _ in range(3)]
        for _, writer in held:
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        for reader, _ in held:
            assert b"200 OK" in await reader.readline()
        for _ in range(2):
            reader, writer = await _open(served, tmp_path)
            assert await _until_cut(reader) == b""
            writer.close()
        for reader, writer in held:
            await reader.readuntil(b"ok")
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"200 OK" in await reader.readline()
            writer.close()
    assert caplog.text.count("one more was refused") == 1


async def test_an_answer_that_nobody_reads_is_not_held(tmp_path: Path) -> None:
    async with served_plane(tmp_path, limits=SHORT) as served:
        for number in range(12):
            large = {"metadata": {"name": f"m{number}", "namespace": "default"}, "data": {"x": "x" * 900_000}}
            await served.plane.create(CONFIG_MAP, large, WriteOptions())
        with socket.socket() as raw:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            raw.connect(("127.0.0.1", served.port))
            raw.setblocking(False)
            reader, writer = await asyncio.open_connection(
                sock=raw, ssl=client_tls(tmp_path), server_hostname="localhost", limit=1024
            )
            writer.write(b"GET /api/v1/configmaps HTTP/1.1\r\nHost: x\r\n\r\n")
            await reader.readline()
            transport = writer.transport
            assert isinstance(transport, asyncio.Transport)
            transport.pause_reading()
            async with asyncio.timeout(20):
                while _open_on(served.port) > 0:
                    await asyncio.sleep(0.05)
            writer.close()
        await _works(served, tmp_path)


def _open_on(port: int) -> int:
    """Connections that the server's side has open (proc(5), net/tcp: state 01)."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == "01" for row in rows)
