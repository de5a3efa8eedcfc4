"""What our agent is told in every state, and how long it may take."""

from datetime import timedelta

import pytest

from boot.clock import rfc3339
from boot.lifecycle.deadlines import deadline_seconds
from boot.lifecycle.disks import propose_plan
from boot.lifecycle.guard import DEFAULT_RULES
from boot.lifecycle.orders import AgentAction, decide_orders, decide_progress, decide_sidero_wipe
from boot.resources.annotations import ACCEPTED_AT, FENCED_BY, REJECTED, STOPPED, WIPE_PLAN
from boot.resources.metal import Server
from boot.resources.wiping import Disk, DiskAction, WipeMethod
from tests.boot.lifecycle.servers import DATA_DISK, NOW, SYSTEM_DISK, build, with_plan

DISKS = [SYSTEM_DISK, DATA_DISK]
JUST_NOW = {ACCEPTED_AT: rfc3339(NOW - timedelta(seconds=3))}

ROWS = [
    (build(accepted=False), AgentAction.WAIT, "Not accepted"),
    (build(annotations=JUST_NOW), AgentAction.WAIT, "taken back for another 7 s"),
    (build(annotations={ACCEPTED_AT: ""}), AgentAction.WAIT, "can be taken back."),
    (build(annotations={FENCED_BY: "m"}), AgentAction.WAIT, "A pivot has this server"),
    (build(annotations={STOPPED: "the step head failed 3 times"}), AgentAction.STOP, "the step head failed 3 times"),
    (build(annotations={REJECTED: "{}"}), AgentAction.STOP, "rejected"),
    (build(in_use=True), AgentAction.REBOOT, "restarts into its environment"),
    (build(clean=True), AgentAction.POWEROFF, "Clean"),
    (build(annotations={WIPE_PLAN: "not json"}), AgentAction.WAIT, "cannot be read"),
    (build(), AgentAction.WIPE, "Wiping 2 of 2 disks."),
]


@pytest.mark.parametrize(("server", "action", "words"), ROWS)
def test_each_state_has_its_order(server: Server, action: AgentAction, words: str) -> None:
    orders = decide_orders(server, DISKS, NOW, DEFAULT_RULES)
    assert (orders.action, words in orders.reason) == (action, True)
    assert bool(orders.disks) is (action is AgentAction.WIPE)


def test_nothing_is_wiped_before_the_disks_are_reported() -> None:
    assert decide_orders(build(), None, NOW, DEFAULT_RULES).action is AgentAction.WAIT


def test_a_kept_disk_is_named_and_kept() -> None:
    server = build(annotations=with_plan(propose_plan(DISKS, keep=["/dev/sdb"], method=WipeMethod.FULL)))
    orders = decide_orders(server, DISKS, NOW, DEFAULT_RULES)
    assert [(row.action, row.method) for row in orders.disks] == [
        (DiskAction.WIPE, WipeMethod.FULL),
        (DiskAction.KEEP, WipeMethod.FULL),
    ]
    assert decide_progress(DATA_DISK, server, NOW, DEFAULT_RULES).reason == "/dev/sdb is kept: the wipe plan keeps it"
    assert decide_progress(SYSTEM_DISK, server, NOW, DEFAULT_RULES).allowed
    assert not decide_progress(None, server, NOW, DEFAULT_RULES).allowed


def test_sideros_agent_takes_all_disks_or_none() -> None:
    server = build(annotations=with_plan(propose_plan(DISKS, keep=["/dev/sdb"])))
    assert decide_sidero_wipe(build(), DISKS, NOW, DEFAULT_RULES).allowed
    assert decide_sidero_wipe(build(), None, NOW, DEFAULT_RULES).allowed
    assert decide_sidero_wipe(server, DISKS, NOW, DEFAULT_RULES).reason == "/dev/sdb is kept: the wipe plan keeps it"
    assert not decide_sidero_wipe(server, None, NOW, DEFAULT_RULES).allowed
    assert decide_sidero_wipe(build(), [], NOW, DEFAULT_RULES).reason == "it has no disk"


def test_five_slow_disks_get_the_time_of_five() -> None:
    slow = [Disk(device_name=f"/dev/sd{letter}", size=8 * 10**12, rotational=True) for letter in "abcde"]
    assert deadline_seconds(slow, WipeMethod.FAST) == 300 + 5 * 60
    assert deadline_seconds(slow, WipeMethod.FULL) == 300 + 5 * (60 + 200_000)
    assert deadline_seconds([SYSTEM_DISK], WipeMethod.FULL) == 300 + 60 + 4800
