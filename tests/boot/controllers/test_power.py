"""Tasks, tests of BMCs and the witness, on a real plane."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from boot.assets.cache import AssetCache
from boot.client.local import LocalClient
from boot.clock import SystemClock
from boot.config import Lifecycle, PowerConfig
from boot.controllers.component import Controllers
from boot.controllers.quirks import Quirks
from boot.controllers.rejections import Rejections
from boot.diagnosis.surroundings import Network, Surroundings
from boot.feed import Feed
from boot.notices import DhcpDiscovered, Notice, Registered
from boot.power.book import SpecPowerBook
from boot.resources.base import Object
from boot.resources.bmc_checks import ASKED, CHECKED_AT, RESULT, Outcome, parse_rows
from boot.resources.kinds import SERVER, TASK, Kind
from boot.resources.metal import Server
from tests.support.plane import local_client

MAC = "52:54:00:aa:00:01"
NIC = {"network": {"interfaces": [{"mac": MAC}]}}


class _Listening(SpecPowerBook):
    """Remembers who was heard."""

    def __init__(self, client: LocalClient) -> None:
        super().__init__(client, SystemClock(), PowerConfig(spacing=0, request_timeout=2))
        self.known: list[str] = []

    def heard(self, server: str) -> None:
        self.known.append(server)


class World:
    def __init__(self, client: LocalClient, notices: Feed[Notice], book: _Listening) -> None:
        self.client = client
        self.notices = notices
        self.book = book

    async def add_server(self, **spec: object) -> Server:
        obj = {"metadata": {"name": "s1"}, "spec": {"accepted": True, "hardware": NIC} | spec}
        return Server.model_validate(await self.client.create(SERVER, obj))

    async def until(self, kind: Kind, name: str, holds: Callable[[Object], object]) -> Object:
        async with asyncio.timeout(10):
            while not holds(obj := await self.client.get(kind, name)):
                await asyncio.sleep(0.02)
        return obj

    def start(self) -> None:
        """The machine starts and registers, as the boot services tell it."""
        now = SystemClock().now()
        self.notices.publish(DhcpDiscovered(at=now, mac=MAC, architecture=7))
        self.notices.publish(Registered(at=now, mac=MAC, uuid="s1", server="s1", created=False))


@asynccontextmanager
async def _world(tmp_path: Path) -> AsyncIterator[World]:
    notices: Feed[Notice] = Feed(1000)
    async with local_client(tmp_path) as client:
        book = _Listening(client)
        cache = AssetCache(tmp_path / "assets", tmp_path)
        quirks = Quirks(client, notices, SystemClock(), lambda _build: True)
        rejections = Rejections(client, notices, SystemClock())
        controllers = Controllers(
            client, notices, SystemClock(), cache, {}, book, Surroundings(), Network, quirks,
            lifecycle=Lifecycle(), rejections=rejections, audit=None,
        )  # fmt: skip
        task = asyncio.create_task(controllers.serve(lambda _address, _port: None))
        try:
            yield World(client, notices, book)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_a_task_is_ticked_off_when_the_server_starts(tmp_path: Path) -> None:
    async with _world(tmp_path) as world:
        await (await world.book.for_server(await world.add_server())).cycle()
        world.start()
        done = await world.until(TASK, "s1", lambda task: task["status"]["state"] == "done")
        assert done["status"]["doneBy"] == "wire"
        assert MAC in done["status"]["evidence"]


async def test_a_task_is_done_when_a_person_says_so(tmp_path: Path) -> None:
    async with _world(tmp_path) as world:
        await (await world.book.for_server(await world.add_server())).off()
        await world.client.patch(TASK, "s1", {"status": {"state": "done"}})
        done = await world.until(TASK, "s1", lambda task: task["status"].get("doneBy"))
        assert done["status"]["doneBy"] == "person"


async def test_a_task_is_withdrawn_when_its_server_gets_a_bmc(tmp_path: Path) -> None:
    async with _world(tmp_path) as world:
        await (await world.book.for_server(await world.add_server())).cycle()
        await world.client.patch(SERVER, "s1", {"spec": {"bmc": {"endpoint": "127.0.0.1", "user": "admin"}}})
        withdrawn = await world.until(TASK, "s1", lambda task: task["status"]["state"] == "withdrawn")
        assert withdrawn["status"]["evidence"] == "the server has a BMC now"


async def test_a_task_is_withdrawn_when_its_server_goes(tmp_path: Path) -> None:
    async with _world(tmp_path) as world:
        await (await world.book.for_server(await world.add_server())).on()
        await world.client.delete(SERVER, "s1")
        await world.until(TASK, "s1", lambda task: task["status"]["state"] == "withdrawn")


async def test_a_bmc_is_tested_on_request_and_the_rows_are_on_the_server(tmp_path: Path) -> None:
    async with _world(tmp_path) as world:
        await world.add_server(bmc={"endpoint": "https://127.0.0.1:1", "user": "admin", "pass": "correct-horse"})
        await world.client.patch(SERVER, "s1", {"metadata": {"annotations": {ASKED: "now"}}})
        server = await world.until(SERVER, "s1", lambda obj: RESULT in obj["metadata"].get("annotations", {}))
        annotations = server["metadata"]["annotations"]
        rows = parse_rows(annotations[RESULT])
        assert [(row.verb, row.outcome) for row in rows[:2]] == [("reachable", Outcome.FAILED), ("login", Outcome.FAILED)]
        assert ASKED not in annotations
        assert annotations[CHECKED_AT]
        assert "correct-horse" not in annotations[RESULT]


async def test_a_server_without_a_bmc_is_told_so(tmp_path: Path) -> None:
    async with _world(tmp_path) as world:
        await world.add_server()
        await world.client.patch(SERVER, "s1", {"metadata": {"annotations": {ASKED: "now"}}})
        server = await world.until(SERVER, "s1", lambda obj: RESULT in obj["metadata"].get("annotations", {}))
        (row,) = parse_rows(server["metadata"]["annotations"][RESULT])
        assert (row.outcome, row.detail) == (Outcome.NOT_RUN, "the server has no BMC with credentials: a person switches it")


async def test_a_server_that_asks_for_an_address_is_known_to_be_on(tmp_path: Path) -> None:
    async with _world(tmp_path) as world:
        world.start()
        world.start()
        async with asyncio.timeout(10):
            while world.book.known != ["s1"]:
                await asyncio.sleep(0.02)
