"""Every row of the write guard: what it refuses, and the words it says so with."""

from datetime import timedelta

import pytest

from boot.clock import rfc3339
from boot.lifecycle.disks import propose_plan
from boot.lifecycle.guard import Act, Order, Rules, decide_order, grace_left
from boot.resources.annotations import ACCEPTED_AT, FENCED_BY, REJECTED, STOPPED, WIPE_PLAN
from boot.resources.metal import Server
from tests.boot.lifecycle.servers import DATA_DISK, NOW, SYSTEM_DISK, build, conditioned, with_plan

WIPE = Order(Act.WIPE, SYSTEM_DISK)
INSTALL = Order(Act.INSTALL, SYSTEM_DISK)
ON, OFF, CYCLE = Order(Act.POWER_ON), Order(Act.POWER_OFF), Order(Act.POWER_CYCLE)
JUST_NOW = {ACCEPTED_AT: rfc3339(NOW - timedelta(seconds=3))}
KEEPS = with_plan(propose_plan([SYSTEM_DISK, DATA_DISK], keep=["/dev/sda"]))
WIPES = with_plan(propose_plan([SYSTEM_DISK, DATA_DISK], keep=["/dev/sdb"]))
DELETED = Server.model_validate(build().wire() | {"metadata": build().metadata.wire() | {"deletionTimestamp": "x"}})
INSTALLED = conditioned(build(in_use=True), {"type": "PXEBooted", "status": "False"})

REFUSED = [
    (WIPE, build(accepted=False), "it is not accepted"),
    (WIPE, build(accepted=False, clean=True), "it is not accepted"),
    (WIPE, build(in_use=True), "it is in use"),
    (WIPE, build(clean=True), "it is clean"),
    (WIPE, build(annotations={REJECTED: "{}"}), "it is rejected"),
    (WIPE, build(annotations={FENCED_BY: "move-1"}), "the pivot move-1 has it in its hands"),
    (WIPE, build(annotations={STOPPED: "the step head failed"}), "it is stopped: the step head failed"),
    (WIPE, build(annotations=JUST_NOW), "can be taken back for another 7 s"),
    (WIPE, build(annotations={ACCEPTED_AT: "soon"}), "its acceptance is not recorded yet"),
    (WIPE, DELETED, "it is being deleted"),
    (WIPE, build(annotations=KEEPS), "/dev/sda is kept: the wipe plan keeps it"),
    (WIPE, build(annotations={WIPE_PLAN: "{}"}), "cannot be read"),
    (WIPE, build(annotations={WIPE_PLAN: '{"version":2,"disks":[]}'}), "cannot be read"),
    (WIPE, build(annotations={WIPE_PLAN: '{"disks":[]}'}), "it was not there when the wipe plan was made"),
    (Order(Act.WIPE), build(), "no disk is named"),
    (Order(Act.WIPE, SYSTEM_DISK, by="alice", confirmed=True), build(accepted=False), "it is not accepted"),
    (Order(Act.WIPE, SYSTEM_DISK.model_copy(update={"read_only": True})), build(), "it is read-only"),
    (Order(Act.WIPE, SYSTEM_DISK.model_copy(update={"removable": True})), build(annotations=WIPES), "it is removable"),
    (INSTALL, build(accepted=False, in_use=True), "it is not accepted"),
    (INSTALL, build(), "it is not allocated"),
    (INSTALL, build(in_use=True, annotations=KEEPS), "/dev/sda is kept"),
    (INSTALL, INSTALLED, "it is installed"),
    (INSTALL, build(in_use=True, annotations={FENCED_BY: "move-1"}), "the pivot move-1"),
    (ON, build(accepted=False), "it is not accepted"),
    (CYCLE, build(in_use=True), "it is in use"),
    (OFF, build(in_use=True), "it is in use"),
    (CYCLE, build(annotations=JUST_NOW), "can be taken back"),
    (CYCLE, build(annotations={STOPPED: "x"}), "it is stopped"),
    (ON, build(annotations={REJECTED: "{}"}), "it is rejected"),
    (OFF, build(annotations={FENCED_BY: "move-1"}), "the pivot"),
    (Order(Act.POWER_CYCLE, by="alice"), build(in_use=True), "it is in use: that must be confirmed"),
    (Order(Act.POWER_ON, by="alice"), build(accepted=False), "it is not accepted: that must be confirmed"),
    (Order(Act.POWER_OFF, by="alice", confirmed=True), build(annotations={FENCED_BY: "m"}), "the pivot"),
    (Order(Act.POWER_OFF, by="alice", confirmed=True), build(annotations={REJECTED: "{}"}), "it is rejected"),
    (Order(Act.POWER_OFF, confirmed=True), build(in_use=True), "it is in use"),
    (Order(Act.IDENTIFY), build(annotations={REJECTED: "{}"}), "it is rejected"),
]  # fmt: skip


@pytest.mark.parametrize(("order", "server", "words"), REFUSED)
def test_it_refuses_with_the_reason(order: Order, server: Server, words: str) -> None:
    permit = decide_order(order, server, NOW, Rules())
    assert not permit.allowed
    assert words in permit.reason


ALLOWED = [
    (WIPE, build()),
    (WIPE, build(annotations=WIPES)),
    (WIPE, build(cordoned=True)),
    (INSTALL, build(in_use=True)),
    (ON, build(in_use=True)),
    (ON, build()),
    (OFF, build(clean=True)),
    (CYCLE, build()),
    (Order(Act.POWER_CYCLE, by="alice", confirmed=True), build(in_use=True)),
    (Order(Act.POWER_ON, by="alice", confirmed=True), build(accepted=False)),
    (Order(Act.POWER_OFF, by="alice"), build(annotations=JUST_NOW)),
    (Order(Act.POWER_CYCLE, by="alice"), build(annotations={STOPPED: "x"})),
    (Order(Act.IDENTIFY), build(accepted=False)),
]


@pytest.mark.parametrize(("order", "server"), ALLOWED)
def test_it_allows_what_nothing_speaks_against(order: Order, server: Server) -> None:
    assert decide_order(order, server, NOW, Rules()).allowed


def test_a_binding_counts_before_the_status_shows_it() -> None:
    assert decide_order(WIPE, build(), NOW, Rules(), allocated=True).reason == "it is in use"


def test_a_fence_may_be_known_to_the_asker_alone() -> None:
    assert "pivot" in decide_order(WIPE, build(), NOW, Rules(fenced=frozenset({"s1"}))).reason


def test_the_grace_period_counts_from_the_recorded_acceptance() -> None:
    assert grace_left(build(annotations=JUST_NOW), NOW, Rules(grace=10)) == 7
    assert grace_left(build(annotations=JUST_NOW), NOW, Rules(grace=0)) == 0
    assert grace_left(build(accepted=False), NOW, Rules()) is None
