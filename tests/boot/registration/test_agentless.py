"""Registration on the real plane: created, refreshed, duplicated, deleted, all at once."""

import asyncio
from pathlib import Path

import pytest

from boot.client.local import LocalClient
from boot.clock import SystemClock
from boot.errors import PacketError
from boot.notices import NoticeFeed, Registered
from boot.registration.agentless import Registrar
from boot.resources.base import Object
from boot.resources.kinds import EVENT, SERVER
from tests.support.clock import FakeClock
from tests.support.plane import local_client

UUID = "11223344-5566-7788-99aa-bbccddeeff00"
ZEROS = "00000000-0000-0000-0000-000000000000"
MAC_A, MAC_B = "52:54:00:aa:00:01", "52:54:00:aa:00:02"
NAME_A, NAME_B = "00000000-0000-0000-0000-525400aa0001", "00000000-0000-0000-0000-525400aa0002"


def system(uuid: str = UUID, mac: str = MAC_A, serial: str = "") -> dict[str, str]:
    return {"uuid": uuid, "mac": mac, "1.1": "1b", "1.4": "ACME", "1.7": serial}


def processor(product: str, uuid: str = UUID, status: str = "41") -> dict[str, str]:
    return {
        "uuid": uuid, "mac": MAC_A, "4.1": "30", "4.7": "Intel", "4.16": product, "4.20": "9808", "4.24": status,
        "4.35": "04", "4.37": "08",
    }  # fmt: skip


NO_SOCKET = {"uuid": UUID, "mac": MAC_A, "4.1": ""}


def registrar(client: LocalClient, feed: NoticeFeed | None = None, *, auto_accept: bool = False) -> Registrar:
    return Registrar(client, feed or NoticeFeed(1000), SystemClock(), auto_accept=auto_accept)


def annotations(server: Object) -> dict[str, str]:
    found = server["metadata"]["annotations"]
    return {key.removeprefix("sidero-tui.dev/"): value for key, value in found.items()}


async def test_a_report_becomes_an_unaccepted_server_with_sideros_event(tmp_path: Path) -> None:
    feed = NoticeFeed(10)
    async with local_client(tmp_path) as client:
        assert await registrar(client, feed).report_system(system(), "192.168.1.5") == UUID
        server = await client.get(SERVER, UUID)
        events = (await client.list(EVENT, "default")).items
    assert server["spec"]["accepted"] is False
    assert server["spec"]["hostname"] == "192.168.1.5"
    assert [(event["reason"], event["involvedObject"]["name"]) for event in events] == [("Server Registration", UUID)]
    told = [notice for _, notice in feed.after(0) if isinstance(notice, Registered)]
    assert [(notice.server, notice.created, notice.mac) for notice in told] == [(UUID, True, MAC_A)]


async def test_auto_accept_is_for_new_servers_only(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        await registrar(client).report_system(system(), "192.168.1.5")
        accepting = registrar(client, auto_accept=True)
        await accepting.report_system(system(), "192.168.1.5")
        await accepting.report_system(system(ZEROS, MAC_B), "192.168.1.6")
        assert (await client.get(SERVER, UUID))["spec"]["accepted"] is False
        assert (await client.get(SERVER, NAME_B))["spec"]["accepted"] is True


async def test_what_the_operator_set_survives_later_reports(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        registration = registrar(client)
        await registration.report_system(system(), "192.168.1.5")
        await client.patch(SERVER, UUID, {"metadata": {"labels": {"rack": "1"}}, "spec": {"accepted": True, "hostname": "n1"}})
        await registration.report_system(system(serial="SER42") | {"hostname": "other"}, "192.168.1.9")
        server = await client.get(SERVER, UUID)
    assert (server["spec"]["accepted"], server["spec"]["hostname"]) == (True, "n1")
    assert server["metadata"]["labels"] == {"rack": "1"}
    assert server["spec"]["hardware"]["system"]["serialNumber"] == "SER42"


async def test_the_same_report_again_writes_nothing(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        registration = registrar(client)
        await registration.report_system(system(), "192.168.1.5")
        before = await client.get(SERVER, UUID)
        await registration.report_system(system(), "192.168.1.5")
        assert await client.get(SERVER, UUID) == before


async def test_processors_arrive_one_by_one_and_empty_sockets_do_not_count(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        registration = registrar(client)
        await registration.report_system(system(), "192.168.1.5")
        assert await registration.report_processor(processor("one"), 0) == 1
        assert await registration.report_processor(processor("", status="00"), 1) == 1
        assert await registration.report_processor(processor("two"), 1) == 2
        assert await registration.report_processor(NO_SOCKET, 2) is None
        compute = (await client.get(SERVER, UUID))["spec"]["hardware"]["compute"]
    assert [cpu["productName"] for cpu in compute["processors"]] == ["one", "two"]
    assert (compute["processorCount"], compute["totalCoreCount"], compute["totalThreadCount"]) == (2, 8, 16)
    assert compute["processors"][0]["speed"] == 2200


async def test_a_removed_processor_is_gone_after_the_next_report(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        registration = registrar(client)
        await registration.report_system(system(), "192.168.1.5")
        await registration.report_processor(processor("one"), 0)
        await registration.report_processor(processor("two"), 1)
        await registration.report_processor(processor("one"), 0)
        assert (await client.get(SERVER, UUID))["spec"]["hardware"]["compute"]["processorCount"] == 2
        await registration.report_processor(NO_SOCKET, 1)
        assert (await client.get(SERVER, UUID))["spec"]["hardware"]["compute"]["processorCount"] == 1


async def test_a_blank_uuid_gives_a_marked_server_named_by_its_mac(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        assert await registrar(client).report_system(system(ZEROS), "192.168.1.5") == NAME_A
        server = await client.get(SERVER, NAME_A)
    assert annotations(server) == {
        "mac": MAC_A,
        "identity": "mac",
        "identity-reason": "its SMBIOS UUID is blank (every byte is 00)",
    }
    assert server["spec"]["hardware"]["system"]["uuid"] == ZEROS


async def test_two_boxes_with_one_uuid_are_two_servers_marked_on_both_sides(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        registration = registrar(client)
        await registration.report_system(system(), "192.168.1.5")
        assert await registration.report_system(system(mac=MAC_B), "192.168.1.6") == NAME_B
        first, second = await client.get(SERVER, UUID), await client.get(SERVER, NAME_B)
    assert annotations(first) == {"mac": MAC_A, "identity": "smbios", "duplicate-of": NAME_B}
    assert (annotations(second)["identity"], annotations(second)["duplicate-of"]) == ("mac", UUID)
    assert second["spec"]["hardware"]["system"]["uuid"] == UUID


async def test_a_second_nic_is_the_same_server_unless_both_are_there(tmp_path: Path) -> None:
    clock = FakeClock()
    async with local_client(tmp_path) as client:
        registration = Registrar(client, NoticeFeed(100), clock)
        await registration.report_system(system(serial="SER1"), "192.168.1.5")
        clock.advance(60)
        assert await registration.report_system(system(mac=MAC_B, serial="SER1"), "192.168.1.6") == UUID
        assert await registration.find(UUID, MAC_B) is not None
        await registration.find(UUID, MAC_A)
        assert await registration.find(UUID, MAC_B) is None
        assert await registration.report_system(system(mac=MAC_B, serial="SER1"), "192.168.1.6") == NAME_B
        found = await registration.find(UUID, MAC_A)
        assert found is not None
        assert found.name == UUID


async def test_twins_reporting_at_the_same_moment_are_still_two_servers(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        registration = registrar(client)
        names = await asyncio.gather(
            *(registration.report_system(system(mac=f"52:54:00:aa:01:{number:02x}"), "192.168.1.5") for number in range(50))
        )
        stored = [server["metadata"]["name"] for server in (await client.list(SERVER)).items]
    assert len(set(names)) == 50
    assert sorted(names) == sorted(stored)


async def test_names_are_kept_over_a_restart(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        first = registrar(client)
        await first.report_system(system(), "192.168.1.5")
        await first.report_system(system(mac=MAC_B), "192.168.1.6")
    async with local_client(tmp_path) as client:
        second = registrar(client)
        assert await second.report_system(system(mac=MAC_B), "192.168.1.6") == NAME_B
        assert await second.report_system(system(), "192.168.1.5") == UUID


async def test_a_deleted_server_is_not_found_and_comes_back_with_the_next_report(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        registration = registrar(client)
        await registration.report_system(system(), "192.168.1.5")
        found = await registration.find(UUID, MAC_A)
        assert found is not None
        assert found.name == UUID
        await client.delete(SERVER, UUID)
        assert await registration.find(UUID, MAC_A) is None
        assert await registration.report_system(system(), "192.168.1.5") == UUID
        await client.delete(SERVER, UUID)
        assert await registration.report_system(system(), "192.168.1.5") == UUID
        assert (await client.get(SERVER, UUID))["spec"]["accepted"] is False


async def test_a_server_created_by_hand_is_taken_by_its_box(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        registration = registrar(client)
        assert await registration.find(UUID, MAC_A) is None
        by_hand = {"apiVersion": SERVER.api_version, "kind": "Server", "metadata": {"name": UUID}, "spec": {"accepted": True}}
        await client.create(SERVER, by_hand)
        assert await registration.report_system(system(), "192.168.1.5") == UUID
        server = await client.get(SERVER, UUID)
    assert server["spec"]["accepted"] is True
    assert annotations(server)["mac"] == MAC_A


async def test_five_hundred_at_once_are_all_stored_when_answered(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        registration = registrar(client)
        reports = [
            registration.report_system(
                system(f"11223344-5566-7788-99aa-{number:012x}", f"52:54:00:00:{number // 256:02x}:{number % 256:02x}"), ""
            )
            for number in range(500)
        ]
        names = await asyncio.gather(*reports)
    async with local_client(tmp_path) as client:
        assert {server["metadata"]["name"] for server in (await client.list(SERVER)).items} == set(names)
    assert len(set(names)) == 500


async def test_a_report_without_mac_is_refused_and_stores_nothing(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        with pytest.raises(PacketError):
            await registrar(client).report_system({"uuid": UUID}, "192.168.1.5")
        assert (await client.list(SERVER)).items == []
