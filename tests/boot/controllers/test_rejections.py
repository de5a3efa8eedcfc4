"""Who was rejected is known on every protocol, at once, and no longer once that is taken back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from boot.client.local import LocalClient
from boot.controllers.rejections import Rejections
from boot.ipxe.binaries import Binaries
from boot.ipxe.server import HttpServer
from boot.lifecycle.decrees import build_rejection, describe_rejection, lift_rejection, refuse_rejection
from boot.notices import DhcpAcknowledged, NoticeFeed, ScriptServed
from boot.registration.agentless import Registrar
from boot.resources.kinds import SERVER
from boot.resources.metal import Server
from tests.boot.lifecycle.servers import NOW, build
from tests.support.clock import FakeClock
from tests.support.plane import local_client
from tests.support.quirks import NoQuirks
from tests.support.serving import serving

MAC, OTHER = "52:54:00:aa:00:01", "52:54:00:aa:00:02"


async def add(client: LocalClient, name: str, *macs: str) -> None:
    interfaces = [{"mac": mac} for mac in macs]
    spec = {"accepted": False, "hardware": {"network": {"interfaces": interfaces}}}
    await client.create(SERVER, {"metadata": {"name": name}, "spec": spec})


async def reject(client: LocalClient, name: str) -> None:
    await client.patch(SERVER, name, build_rejection("alice", "not ours", NOW))


@asynccontextmanager
async def followed(client: LocalClient, feed: NoticeFeed) -> AsyncIterator[Rejections]:
    rejections = Rejections(client, feed, FakeClock())
    await rejections.load()
    task = asyncio.create_task(rejections.run())
    try:
        yield rejections
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.01)


async def test_every_nic_of_a_rejected_server_is_refused_until_that_is_taken_back(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client, followed(client, NoticeFeed(10)) as rejections:
        await add(client, "s1", MAC, OTHER)
        assert not rejections.refuses(MAC, "10.0.0.5")
        await reject(client, "s1")
        await until(lambda: rejections.refuses(MAC, "") and rejections.refuses(OTHER, ""))
        await client.patch(SERVER, "s1", lift_rejection())
        await until(lambda: not rejections.refuses(MAC, "") and not rejections.refuses(OTHER, ""))


async def test_it_is_known_before_anything_is_served(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        await add(client, "s1", MAC)
        await reject(client, "s1")
        rejections = Rejections(client, NoticeFeed(10), FakeClock())
        await rejections.load()
        assert rejections.refuses_mac(MAC)


async def test_a_deleted_server_is_no_longer_rejected(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client, followed(client, NoticeFeed(10)) as rejections:
        await add(client, "s1", MAC)
        await reject(client, "s1")
        await until(lambda: rejections.refuses_mac(MAC))
        await client.delete(SERVER, "s1")
        await until(lambda: not rejections.refuses_mac(MAC))


async def test_a_nic_that_moved_to_another_server_is_answered(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client, followed(client, NoticeFeed(10)) as rejections:
        await add(client, "s1", MAC)
        await reject(client, "s1")
        await until(lambda: rejections.refuses_mac(MAC))
        await add(client, "s2", MAC)
        await until(lambda: not rejections.refuses_mac(MAC))


async def test_an_address_counts_only_for_who_was_seen_at_it_last(tmp_path: Path) -> None:
    feed = NoticeFeed(10)
    async with local_client(tmp_path) as client, followed(client, feed) as rejections:
        await add(client, "s1", MAC)
        await reject(client, "s1")
        feed.publish(ScriptServed(at=NOW, mac=MAC, address="10.0.0.5", script="wait"))
        await until(lambda: rejections.refuses("", "10.0.0.5"))
        assert not rejections.refuses("", "10.0.0.6")
        feed.publish(DhcpAcknowledged(at=NOW, mac=OTHER, address="10.0.0.5"))
        assert not rejections.refuses("", "10.0.0.5")


async def test_over_http_a_rejected_machine_gets_its_connection_closed_and_leaves_no_trace(tmp_path: Path) -> None:
    clock, feed = FakeClock(), NoticeFeed(100)
    async with local_client(tmp_path) as client:
        server = HttpServer(
            "127.0.0.1", 0, "http://192.0.2.1", client, Registrar(client, feed, clock), Binaries(()),
            lambda _environment, _file: None, feed, clock, quirks=NoQuirks(), ignores=lambda mac, _address: mac == MAC,
        )  # fmt: skip
        async with serving(server) as port, aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            with pytest.raises(aiohttp.ClientError):
                await session.get(f"/ipxe?mac={MAC.replace(':', '-')}")
            async with session.get(f"/ipxe?mac={OTHER.replace(':', '-')}") as response:
                assert response.status == 200
    assert [notice.mac for _, notice in feed.after(0)] == [OTHER]


def test_a_rejection_says_who_when_and_why_and_ends_the_acceptance() -> None:
    patch = build_rejection("alice", "not ours", NOW)
    assert patch["spec"] == {"accepted": False}
    rejected = Server.model_validate({"metadata": {"name": "s1", **patch["metadata"]}})
    assert describe_rejection(rejected) == "Rejected by alice at 2026-01-02T03:04:05Z: not ours"
    assert describe_rejection(build()) == ""
    assert refuse_rejection(build()) == ""
    assert refuse_rejection(rejected) == "It is rejected already."
    assert "in use" in refuse_rejection(build(in_use=True))
