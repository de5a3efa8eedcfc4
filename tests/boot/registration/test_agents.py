"""The agent API as JSON over real HTTP, on the real plane."""

from pathlib import Path
from typing import Any

from boot.lifecycle.disks import propose_plan
from boot.notices import AgentRefused, DhcpAcknowledged, ServerWiped, WipeProgressed
from boot.resources.annotations import DISK_CONTENTS, REJECTED, STOPPED, WIPE_PLAN, WIPE_RUN
from boot.resources.kinds import SERVER
from boot.resources.wiping import Disk, DiskContents, encode_record
from tests.boot.registration.agent_world import HARDWARE, MAC, OTHER_MAC, SDA, SDB, UUID, AgentWorld, agent_world

ALL_WIPED = (("/dev/sda", "wiped", True), ("/dev/sdb", "wiped", True))


async def keep_data(world: AgentWorld) -> None:
    plan = propose_plan([Disk.model_validate(SDA), Disk.model_validate(SDB)], keep=["/dev/sdb"])
    await world.client.patch(SERVER, UUID, {"metadata": {"annotations": {WIPE_PLAN: encode_record(plan)}}})


async def test_hardware_lands_as_sidero_writes_it(tmp_path: Path) -> None:
    async with agent_world(tmp_path) as world:
        answer = await world.register()
        hardware = (await world.server())["spec"]["hardware"]
    assert answer["server"] == UUID
    assert hardware["memory"] == {
        "totalSize": "32 GB", "moduleCount": 1, "modules": [{"manufacturer": "M", "size": 32768, "speed": 3200}],
    }  # fmt: skip
    assert hardware["storage"] == {
        "totalSize": "447 GB",
        "deviceCount": 1,
        "devices": [
            {
                "type": "SSD", "size": 480 * 10**9, "productName": "Fast", "serialNumber": "S1", "deviceName": "/dev/sda",
                "wwid": "naa.1",
            }
        ],
    }  # fmt: skip
    assert hardware["compute"]["processors"][0]["coreCount"] == 8
    assert hardware["network"]["interfaces"][1] == {
        "index": 2, "name": "eth0", "flags": "up|broadcast", "mtu": 1500, "mac": MAC, "addresses": ["127.0.0.1/8"],
    }  # fmt: skip
    assert hardware["system"]["uuid"] == UUID.upper()


async def test_the_agent_completes_what_ipxe_reported_and_loses_nothing_of_it(tmp_path: Path) -> None:
    async with agent_world(tmp_path) as world:
        query = f"uuid={UUID}&mac={MAC.replace(':', '-')}&1.1=1b&1.4=ACME&1.7=SER42&1.26=&1.25=SKU7&hostname=pxe-1"
        async with world.session.get(f"http://127.0.0.1:{world.http_port}/register/system?{query}") as response:
            assert response.status == 200
        await world.register()
        server = await world.server()
        await world.register()
        assert await world.server() == server
        assert len((await world.client.list(SERVER)).items) == 1
    assert server["spec"]["hostname"] == "pxe-1"
    assert server["spec"]["hardware"]["memory"]["totalSize"] == "32 GB"


async def test_what_is_on_the_disks_is_kept_with_the_server(tmp_path: Path) -> None:
    async with agent_world(tmp_path) as world:
        await world.register()
        kept = DiskContents.model_validate_json((await world.server())["metadata"]["annotations"][DISK_CONTENTS])
    assert kept.boot == "b1"
    assert [(disk.device_name, [found.label for found in disk.contents]) for disk in kept.disks] == [
        ("/dev/sda", []),
        ("/dev/sdb", ["data"]),
    ]


async def test_an_unaccepted_server_is_told_to_wait_and_nothing_else(tmp_path: Path) -> None:
    async with agent_world(tmp_path) as world:
        answer = await world.register()
        assert (answer["wipe"], answer["insecureWipe"], answer["setupBmc"], answer["rebootTimeout"]) == (False, False, False, 0)
        assert answer["orders"]["action"] == "wait"
        status, orders = await world.orders()
        assert (status, orders["action"], orders["disks"], orders["pollSeconds"]) == (200, "wait", [], 3)
        assert (await world.progress("/dev/sda"))["continue"] is False
        assert (await world.mark(*ALL_WIPED))[0] == 409
        assert not (await world.server()).get("status", {}).get("isClean")


async def test_accepted_it_is_wiped_and_clean(tmp_path: Path) -> None:
    async with agent_world(tmp_path) as world:
        await world.register()
        await world.accept()
        _, orders = await world.orders()
        assert orders["action"] == "wipe"
        assert orders["disks"] == [
            {"deviceName": "/dev/sda", "serial": "S1", "wwid": "naa.1", "action": "wipe", "method": "fast"},
            {"deviceName": "/dev/sdb", "serial": "S2", "wwid": "naa.2", "action": "wipe", "method": "fast"},
        ]
        assert orders["deadlineSeconds"] == 420
        assert orders["setupBmc"] is True
        condition = (await world.server())["status"]["conditions"][0]
        assert (condition["type"], condition["status"], condition["reason"]) == ("PowerCycle", "False", "InProgress")
        assert await world.progress("/dev/sda") == {"continue": True, "reason": ""}
        assert await world.mark(*ALL_WIPED) == (200, {})
        server = await world.server()
        assert server["status"]["isClean"] is True
        assert server["status"]["conditions"][0]["status"] == "True"
        assert WIPE_RUN not in server["metadata"]["annotations"]
        assert (await world.orders())[1]["action"] == "poweroff"
        assert await world.reasons() == ["Server Registration", "Server Wipe"]
        told = [notice for _, notice in world.feed.after(0) if isinstance(notice, (WipeProgressed, ServerWiped))]
        assert [type(notice).__name__ for notice in told] == ["WipeProgressed", "ServerWiped"]


async def test_a_kept_disk_is_never_ordered_and_need_not_be_wiped(tmp_path: Path) -> None:
    async with agent_world(tmp_path) as world:
        await world.register()
        await keep_data(world)
        await world.accept()
        _, orders = await world.orders()
        assert [disk["action"] for disk in orders["disks"]] == ["wipe", "keep"]
        refused = await world.progress("/dev/sdb")
        assert refused == {"continue": False, "reason": "/dev/sdb is kept: the wipe plan keeps it"}
        assert (await world.mark(("/dev/sda", "wiped", True), ("/dev/sdb", "kept", False)))[0] == 200


async def test_acceptance_taken_back_in_the_middle_stops_the_wipe(tmp_path: Path) -> None:
    async with agent_world(tmp_path) as world:
        await world.register()
        await world.accept()
        assert (await world.orders())[1]["action"] == "wipe"
        await world.client.patch(SERVER, UUID, {"spec": {"accepted": False}})
        assert await world.progress("/dev/sda") == {"continue": False, "reason": "it is not accepted"}
        status, answer = await world.mark(*ALL_WIPED)
        assert (status, "Not accepted" in answer["reason"]) == (409, True)


async def test_what_is_not_wiped_is_not_clean(tmp_path: Path) -> None:
    async with agent_world(tmp_path) as world:
        await world.register()
        await world.accept()
        await world.orders()
        status, answer = await world.mark(("/dev/sda", "wiped", True), ("/dev/sdb", "skipped", False))
        assert (status, answer) == (409, {"reason": "not clean: /dev/sdb must be wiped and was skipped"})


async def test_the_third_failure_of_a_step_stops_the_server_until_somebody_resumes_it(tmp_path: Path) -> None:
    async with agent_world(tmp_path) as world:
        await world.register()
        await world.accept()
        for _ in range(3):
            assert (await world.orders())[1]["action"] == "wipe"
            assert (await world.progress("/dev/sda", step="verify", error="read error"))["continue"] is False
        _, orders = await world.orders()
        assert orders["action"] == "stop"
        assert orders["reason"] == "Stopped: the step verify on /dev/sda failed 3 times: read error"
        assert "Stopped" in await world.reasons()
        await world.client.patch(SERVER, UUID, {"metadata": {"annotations": {STOPPED: None}}})
        assert (await world.orders())[1]["action"] == "wipe"


async def test_a_wipe_past_its_deadline_is_told_to_stop(tmp_path: Path) -> None:
    async with agent_world(tmp_path) as world:
        await world.register()
        await world.accept()
        await world.orders()
        world.clock.advance(421)
        refused = await world.progress("/dev/sda")
        assert refused == {"continue": False, "reason": "the wipe has taken longer than its disks need"}


async def test_an_agent_of_another_boot_must_look_at_the_disks_first(tmp_path: Path) -> None:
    async with agent_world(tmp_path) as world:
        await world.register()
        await world.accept()
        assert (await world.orders(boot="b2"))[0] == 404
        await world.orders()
        answer = await world.register(boot="b2")
        assert answer["orders"]["action"] == "wipe"
        assert (await world.progress("/dev/sda", boot="b1"))["continue"] is False


async def test_a_console_that_was_killed_goes_on_with_the_wipe(tmp_path: Path) -> None:
    async with agent_world(tmp_path) as world:
        await world.register()
        await world.accept()
        await world.orders()
        moved = world.clock.monotonic()
    async with agent_world(tmp_path) as world:
        world.clock.advance(moved)
        assert (await world.progress("/dev/sda"))["continue"] is True
        assert (await world.orders())[1]["action"] == "wipe"
        assert (await world.mark(*ALL_WIPED))[0] == 200


def with_system(uuid: str, mac: str, serial: str) -> dict[str, Any]:
    network = {"interfaces": [{"index": 2, "name": "eth0", "mac": mac, "addresses": ["127.0.0.1/8"]}]}
    system = {"uuid": uuid, "serialNumber": serial}
    return {"hardware": HARDWARE | {"system": system, "network": network}, "mac": mac}


async def test_two_boxes_with_one_uuid_are_two_servers_with_orders_of_their_own(tmp_path: Path) -> None:
    async with agent_world(tmp_path) as world:
        first = (await world.register())["server"]
        second = (await world.register(boot="b2", **with_system(UUID, OTHER_MAC, "SER43")))["server"]
        assert (first, second) == (UUID, "00000000-0000-0000-0000-525400aa0002")
        await world.accept(second)
        assert (await world.orders())[1]["action"] == "wait"
        assert (await world.orders(boot="b2", mac=OTHER_MAC, server=second))[1]["action"] == "wipe"


async def test_another_box_with_the_same_mac_is_a_server_of_its_own_and_gets_no_order_of_the_first(tmp_path: Path) -> None:
    other = "99999999-5566-7788-99aa-bbccddeeff00"
    async with agent_world(tmp_path) as world:
        await world.register()
        await world.accept()
        answer = await world.register(boot="b2", **with_system(other, MAC, "SER99"))
        assert (answer["server"], answer["orders"]["action"]) == (other, "wait")
        assert (await world.orders(boot="b2"))[0] == 404
        assert (await world.orders())[1]["action"] == "wipe"


async def test_another_box_cannot_speak_for_a_server(tmp_path: Path) -> None:
    async with agent_world(tmp_path) as world:
        await world.register()
        await world.accept()
        status, answer = await world.orders(mac=OTHER_MAC)
        assert (status, answer["reason"]) == (403, f"{OTHER_MAC} is no network interface of server {UUID}")
        lease = DhcpAcknowledged(at=world.clock.now(), mac=OTHER_MAC, address="127.0.0.1")
        world.feed.publish(lease)
        status, answer = await world.orders()
        assert (status, "127.0.0.1 was seen with 52:54:00:aa:00:02" in answer["reason"]) == (403, True)
        assert [type(notice) for _, notice in world.feed.after(0)][-1] is AgentRefused


async def test_a_server_nobody_registered_is_told_to_register(tmp_path: Path) -> None:
    async with agent_world(tmp_path) as world:
        assert (await world.orders())[0] == 404


async def test_garbage_is_one_short_cause(tmp_path: Path) -> None:
    async with agent_world(tmp_path) as world:
        bodies: tuple[Any, ...] = ([], {"hardware": 1}, {"hardware": {"network": {"interfaces": [{"mac": "x"}]}}})
        for body in bodies:
            status, text = await world.post("/api.Agent/CreateServer", body)
            assert (status, text.count("\n")) == (400, 1)
        assert (await world.client.list(SERVER)).items == []


async def test_names_may_be_sideros_own_and_enums_numbers(tmp_path: Path) -> None:
    async with agent_world(tmp_path) as world:
        body = {
            "hardware": {
                "system": {"uuid": UUID, "product_name": "R1"},
                "storage": {
                    "total_size": "1073741824",
                    "devices": [{"type": 3, "device_name": "/dev/nvme0n1", "size": "1073741824"}],
                },
                "network": {"interfaces": [{"mac": MAC}]},
            }
        }
        assert (await world.post("/api.Agent/CreateServer", body))[0] == 200
        hardware = (await world.server())["spec"]["hardware"]
    assert hardware["storage"]["devices"] == [{"type": "NVMe", "size": 1073741824, "deviceName": "/dev/nvme0n1"}]
    assert hardware["storage"]["totalSize"] == "1 GB"


async def test_a_rejected_server_is_denied_everything(tmp_path: Path) -> None:
    async with agent_world(tmp_path) as world:
        await world.register()
        await world.accept()
        await world.client.patch(SERVER, UUID, {"metadata": {"annotations": {REJECTED: "{}"}}})
        body = {"hardware": HARDWARE, "mac": MAC, "agent": {"version": "1", "boot": "b1"}, "disks": [SDA, SDB]}
        assert (await world.post("/api.Agent/CreateServer", body))[0] == 403
        assert (await world.orders())[0] == 403
        assert (await world.mark(*ALL_WIPED))[0] == 403
        assert not (await world.server()).get("status", {}).get("isClean")
