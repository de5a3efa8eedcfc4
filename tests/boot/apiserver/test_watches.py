"""Watches over real TLS: how they begin, go on and end."""

import asyncio
import json
import select
import socket
import ssl
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from boot.plane.options import WriteOptions
from boot.plane.plane import Plane
from boot.resources.kinds import SERVER
from boot.store.store import Key
from tests.boot.apiserver.served import SERVERS, TABLE, client_tls, open_session, served_plane

WATCH = {"watch": "true"}


async def _create(plane: Plane, name: str, note: str = "") -> None:
    metadata = {"name": name, "annotations": {"note": note}}
    await plane.create(SERVER, {"metadata": metadata, "spec": {"accepted": False}}, WriteOptions())


async def test_a_watch_of_what_is_no_longer_kept_says_so(tmp_path: Path) -> None:
    async with served_plane(tmp_path):
        pass
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        async with session.get(SERVERS, params=WATCH | {"resourceVersion": "1"}) as response:
            event = json.loads(await response.content.readline())
            assert (event["type"], event["object"]["code"], event["object"]["reason"]) == ("ERROR", 410, "Expired")
            assert await response.read() == b""


async def test_a_streaming_list_ends_its_beginning_with_a_bookmark(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        await _create(served.plane, "s")
        query = WATCH | {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan", "allowWatchBookmarks": "true"}
        async with session.get(SERVERS, params=query) as response:
            assert b'"type":"ADDED"' in await response.content.readline()
            assert b"k8s.io/initial-events-end" in await response.content.readline()


async def test_a_watch_ends_when_its_time_is_up(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        async with session.get(SERVERS, params={"watch": "True", "timeoutSeconds": "1"}) as response:
            assert await response.read() == b""


async def test_a_watch_of_one_name_sees_that_one_only_in_tables_when_asked(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        async with session.get(SERVERS + "/b", params=WATCH, headers=TABLE) as response:
            await _create(served.plane, "a")
            await _create(served.plane, "b")
            event = json.loads(await response.content.readline())
        assert (event["type"], event["object"]["kind"]) == ("ADDED", "Table")
        assert event["object"]["columnDefinitions"][0]["name"] == "Name"
        assert [row["cells"][0] for row in event["object"]["rows"]] == ["b"]


async def test_a_server_that_stops_ends_its_watches_cleanly(tmp_path: Path) -> None:
    async with AsyncExitStack() as clients:
        async with served_plane(tmp_path) as served:
            session = await clients.enter_async_context(open_session(served.base, tmp_path))
            responses = [await clients.enter_async_context(session.get(SERVERS, params=WATCH)) for _ in range(3)]
            await _create(served.plane, "s")
            for response in responses:
                assert b'"type":"ADDED"' in await response.content.readline()
        for response in responses:
            assert await response.read() == b""  # a cut connection would be a ClientPayloadError


async def test_a_client_that_reads_nothing_is_dropped_and_slows_nobody(tmp_path: Path) -> None:
    async with served_plane(tmp_path, slowest_watcher=1) as served, open_session(served.base, tmp_path) as session:
        slow = await asyncio.to_thread(_watch_without_reading, served.port, client_tls(tmp_path))
        with slow:
            async with session.get(SERVERS, params=WATCH) as response:
                for number in range(100):
                    await _create(served.plane, f"s{number}", "x" * 200_000)
                    event = json.loads(await response.content.readuntil())
                    assert event["object"]["metadata"]["name"] == f"s{number}"
            assert await asyncio.to_thread(_was_cut, slow, within=20)


def _watch_without_reading(port: int, tls: ssl.SSLContext) -> socket.socket:
    plain = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
    plain.connect(("127.0.0.1", port))
    secure = tls.wrap_socket(plain, server_hostname="127.0.0.1")
    secure.sendall(f"GET {SERVERS}?watch=true HTTP/1.1\r\nHost: plane\r\n\r\n".encode())
    return secure


def _was_cut(connection: socket.socket, within: float) -> bool:
    """Whether the other end gives it up, however much is still unread."""
    poll = select.poll()
    poll.register(connection, select.POLLERR)
    return bool(poll.poll(within * 1000))


async def test_a_watch_that_meets_something_unforeseen_ends_and_says_so_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        await served.store.put(Key("metal.sidero.dev", "servers", "", "broken"), b"no JSON")
        with pytest.raises(aiohttp.ClientError):
            async with session.get(SERVERS, params=WATCH) as response:
                await response.read()
    assert "JSONDecodeError" in caplog.text
