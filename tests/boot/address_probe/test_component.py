import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from boot.address_probe.component import AddressProbes
from boot.address_probe.probe import AddressProber
from boot.client.protocol import Client
from boot.clock import SystemClock
from boot.resources.address_probes import ASK, NAME, NETWORKS, Finding, Probe, list_asked, parse_networks, parse_probes
from boot.resources.kinds import CONFIG_MAP
from boot.resources.overrides import NAMESPACE
from tests.sidero_tui.planes import open_plane

OWN, FAR = "127.0.0.1", "192.0.2.7"


@asynccontextmanager
async def running(directory: Path, data: dict[str, str] | None = None) -> AsyncIterator[Client]:
    """The component on loopback, where it answers for our own address and for one that it cannot reach."""
    async with open_plane(directory) as client:
        if data is not None:
            await client.create(CONFIG_MAP, {"metadata": {"name": NAME, "namespace": NAMESPACE}, "data": data})
        clock = SystemClock()
        component = AddressProbes(client, AddressProber(("lo",), clock), clock)
        serving = asyncio.create_task(component.serve(lambda _address, _port: None))
        try:
            yield client
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


async def follow(client: Client, addresses: set[str]) -> dict[str, Probe]:
    """The probes, once these are answered."""
    listed = await client.list(CONFIG_MAP, NAMESPACE)
    data: dict[str, str] = next((obj["data"] for obj in listed.items if obj["metadata"]["name"] == NAME), {})
    async with asyncio.timeout(10):
        if addresses <= parse_probes(data).keys():
            return parse_probes(data)
        async for change in client.watch(CONFIG_MAP, NAMESPACE, after=listed.revision):
            if change.object["metadata"]["name"] == NAME and addresses <= parse_probes(change.object["data"]).keys():
                return parse_probes(change.object["data"])
    raise AssertionError


async def test_what_was_asked_before_it_ran_and_what_is_asked_later_is_answered(tmp_path: Path) -> None:
    async with running(tmp_path, {OWN: ASK}) as client:
        assert (await follow(client, {OWN}))[OWN].finding is Finding.TAKEN
        await client.patch(CONFIG_MAP, NAME, {"data": {FAR: ASK}}, NAMESPACE)
        assert (await follow(client, {FAR}))[FAR].finding is Finding.UNKNOWN
        data = (await client.get(CONFIG_MAP, NAME, NAMESPACE))["data"]
        assert list_asked(data) == []
        assert parse_networks(data) == ("127.0.0.0/8",)


async def test_an_answer_is_asked_for_again_by_the_same_word(tmp_path: Path) -> None:
    async with running(tmp_path, {OWN: ASK}) as client:
        await follow(client, {OWN})
        await client.patch(CONFIG_MAP, NAME, {"data": {OWN: ASK}}, NAMESPACE)
        assert (await follow(client, {OWN}))[OWN].finding is Finding.TAKEN


async def test_the_networks_are_told_before_anybody_asks(tmp_path: Path) -> None:
    async with running(tmp_path) as client:
        async with asyncio.timeout(10):
            while not (await client.list(CONFIG_MAP, NAMESPACE)).items:
                await asyncio.sleep(0)
        assert (await client.get(CONFIG_MAP, NAME, NAMESPACE))["data"] == {NETWORKS: "127.0.0.0/8"}


def test_what_cannot_be_read_is_passed_over() -> None:
    assert parse_probes({"10.0.0.1": "{", NETWORKS: "10.0.0.0/24"}) == {}
    assert list_asked({"10.0.0.1": " ask ", NETWORKS: ASK}) == ["10.0.0.1"]
