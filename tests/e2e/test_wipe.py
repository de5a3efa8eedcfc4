"""From registered to clean with our own agent in real guests: nothing is written before, everything ordered is wiped after.

What is on the disks is made and looked at from outside, by e2fsprogs and util-linux.
"""

import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from tests.e2e.disks import edges_are_zero, list_signatures
from tests.e2e.guest import Firmware, Guest, power_on
from tests.e2e.laptop import Laptop, serve
from tests.e2e.rack import FIRST_LEASE, LAST_LEASE, open_rack
from tests.e2e.units import PATIENCE, REQUIREMENTS, Unit, is_clean, make_unit
from tests.support.guide import ACCEPT

pytestmark = REQUIREMENTS

PLAN = "boot.sidero-tui.dev/wipe-plan"
DHCP = ("--dhcp", "server", "--dhcp-range", f"{FIRST_LEASE}-{LAST_LEASE}")


async def test_six_servers_are_wiped_once_accepted_and_not_a_bit_of_them_before(agent: Path, tmp_path: Path) -> None:
    units = [make_unit(tmp_path, number, Firmware.UEFI if number == 5 else Firmware.BIOS) for number in range(6)]
    async with open_rack(tmp_path) as rack, serve(rack, *DHCP, "--agent-dir", str(agent)) as laptop:
        async with AsyncExitStack() as running:
            guests = [await running.enter_async_context(power_on(rack, unit.box, unit.drives)) for unit in units]
            await laptop.until(lambda _told: all(_was_told(laptop, unit, "wait") for unit in units), PATIENCE)
            for unit in units:
                await _is_known_with_its_disks(laptop, unit)
        _are_untouched(guests)
        await laptop.shell(_keep_data_of(units[0]))
        for unit in units:
            await laptop.shell(ACCEPT.format(name=unit.name))
        async with AsyncExitStack() as running:
            guests = [await running.enter_async_context(power_on(rack, unit.box, unit.drives)) for unit in units]
            for guest in guests:
                await guest.until_off(PATIENCE)
        for unit in units:
            await is_clean(laptop, unit)
            assert list_signatures(unit.system.image) == set()
            assert edges_are_zero(unit.system.image)
        assert units[0].data.checksum == guests[0].untouched[1]
        for unit in units[1:]:
            assert list_signatures(unit.data.image) == set()
            assert edges_are_zero(unit.data.image)


def _was_told(laptop: Laptop, unit: Unit, action: str) -> bool:
    return bool(laptop.notices("AgentHeard", server=unit.name, action=action))


def _are_untouched(guests: Sequence[Guest]) -> None:
    for guest in guests:
        assert guest.checksums == guest.untouched


def _keep_data_of(unit: Unit) -> str:
    """A wipe plan, as a kubectl line."""
    disks = [{"action": "wipe", "serial": unit.system.serial}, {"action": "keep", "serial": unit.data.serial}]
    plan = json.dumps({"version": 1, "method": "fast", "disks": disks})
    return f"kubectl annotate server {unit.name} '{PLAN}={plan}'"


async def _is_known_with_its_disks(laptop: Laptop, unit: Unit) -> None:
    server = await laptop.get("server", unit.name)
    devices = server["spec"]["hardware"]["storage"]["devices"]
    assert [(device["deviceName"], device["serialNumber"]) for device in devices] == [
        ("/dev/vda", unit.system.serial),
        ("/dev/vdb", unit.data.serial),
    ]
    seen = json.loads(server["metadata"]["annotations"]["boot.sidero-tui.dev/disk-contents"])
    found = [{(entry["type"], entry["label"], entry["where"]) for entry in disk["contents"]} for disk in seen["disks"]]
    partitions = {("ext4", "root", "partition 1"), ("swap", "", "partition 2")}
    assert found == [{("gpt", "", "whole disk"), *partitions}, {("ext4", "data", "whole disk")}]
