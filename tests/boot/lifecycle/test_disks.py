"""Which entry of a wipe plan a disk is, and that doubt keeps it."""

import pytest

from boot.errors import ConfigError
from boot.lifecycle.disks import (
    decide_fate,
    decide_fates,
    describe_contents,
    describe_foreign,
    known_disks,
    propose_plan,
)
from boot.resources.annotations import WIPE_PLAN
from boot.resources.wiping import Content, Disk, DiskAction, PlannedDisk, WipePlan
from tests.boot.lifecycle.servers import DATA_DISK, SYSTEM_DISK, build, with_contents

KEEP, WIPE = DiskAction.KEEP, DiskAction.WIPE
BARE_A = Disk(device_name="/dev/vda", size=100)
BARE_B = Disk(device_name="/dev/vdb", size=100)


def entry(action: DiskAction, **marks: object) -> PlannedDisk:
    return PlannedDisk.model_validate({"action": action, **marks})


VDA, VDB = {"device_name": "/dev/vda", "size": 100}, {"device_name": "/dev/vdb", "size": 100}
ONE = [entry(KEEP, wwid="naa.1", serial="S9"), entry(WIPE, wwid="naa.9", serial="S1")]
MATCHES = [
    ("no plan wipes all", SYSTEM_DISK, None, WIPE),
    ("by wwid, whatever its name is now", SYSTEM_DISK, [entry(WIPE, wwid="naa.1", device_name="/dev/sdz")], WIPE),
    ("the name of a kept disk, the wwid of another", SYSTEM_DISK, [entry(KEEP, wwid="naa.9", device_name="/dev/sda")], KEEP),
    ("by wwid before serial", SYSTEM_DISK, ONE, KEEP),
    ("by serial", SYSTEM_DISK, [entry(WIPE, serial="S1")], WIPE),
    ("one serial number on two disks", SYSTEM_DISK, [entry(WIPE, serial="S1"), entry(KEEP, serial="S1")], KEEP),
    ("by name and size", BARE_A, [entry(WIPE, **VDA), entry(KEEP, **VDB)], WIPE),
    ("the kept one by name and size", BARE_B, [entry(WIPE, **VDA), entry(KEEP, **VDB)], KEEP),
    ("another size under the same name", BARE_A, [entry(WIPE, device_name="/dev/vda", size=101)], KEEP),
    ("a name is not enough where the plan had a wwid", BARE_A, [entry(WIPE, wwid="naa.1", **VDA)], KEEP),
    ("the size is enough to keep", BARE_A, [entry(WIPE, **VDA), entry(KEEP, wwid="naa.7", size=100)], KEEP),
    ("a disk that came later", SYSTEM_DISK, [entry(WIPE, wwid="naa.2")], KEEP),
]  # fmt: skip


@pytest.mark.parametrize(("disk", "planned", "action"), [row[1:] for row in MATCHES], ids=[row[0] for row in MATCHES])
def test_a_disk_is_known_again(disk: Disk, planned: list[PlannedDisk] | None, action: DiskAction) -> None:
    plan = None if planned is None else WipePlan(disks=planned)
    assert decide_fate(disk, plan).action is action


def test_a_proposed_plan_wipes_all_but_the_kept_ones_and_what_cannot_be_wiped() -> None:
    stick = Disk(device_name="/dev/sdc", removable=True, size=1)
    plan = propose_plan([SYSTEM_DISK, DATA_DISK, stick], keep=["/dev/sdb"])
    assert [disk.action for disk in plan.disks] == [WIPE, KEEP, KEEP]
    assert [decide_fate(disk, plan).action for disk in (SYSTEM_DISK, DATA_DISK, stick)] == [WIPE, KEEP, KEEP]


def test_foreign_data_is_called_out_and_what_talos_left_is_not() -> None:
    assert describe_foreign(DATA_DISK) == 'ext4 "data" on partition 1'
    talos = [
        Content(kind="partition-table", type="gpt", where="whole disk"),
        Content(kind="filesystem", type="xfs", label="STATE", where="partition 5"),
        Content(kind="filesystem", type="xfs", label="EPHEMERAL", where="partition 6"),
    ]
    used = SYSTEM_DISK.model_copy(update={"contents": talos})
    assert describe_foreign(used) == ""
    more = [*talos, Content(kind="raid", type="linux", where="partition 7")]
    assert describe_foreign(SYSTEM_DISK.model_copy(update={"contents": more})) == "linux raid on partition 7"
    assert describe_contents(SYSTEM_DISK) == "no known signature"


def test_disks_are_known_from_our_agent_else_from_sideros() -> None:
    assert known_disks(build()) is None
    reported = build(hardware={"storage": {"devices": [{"deviceName": "/dev/sda", "serialNumber": "S1", "size": 5}]}})
    assert known_disks(reported) == [Disk(device_name="/dev/sda", serial="S1", wwid="", model="", size=5)]
    assert known_disks(build(annotations=with_contents(DATA_DISK))) == [DATA_DISK]


def test_a_plan_with_a_misspelt_field_is_refused_and_not_guessed() -> None:
    bad = '{"disks":[{"acton":"keep","wwid":"naa.1"}]}'
    with pytest.raises(ConfigError, match=r"disks\.0\.action"):
        decide_fates(build(annotations={WIPE_PLAN: bad} | with_contents(SYSTEM_DISK)))
