"""Decommissioning and replacing, step by step, with a cluster, without one, and after one that is gone."""

from typing import Any

import pytest

from boot.lifecycle.retirement import (
    Membership,
    Retirement,
    Step,
    StepState,
    build_return,
    plan_decommission,
    plan_replacement,
    refuse_successor,
)
from boot.resources.annotations import OUT_OF_SERVICE, REJECTED, REPLACE_WITH
from boot.resources.kinds import MACHINE, SERVER_BINDING
from boot.resources.metal import Server
from tests.boot.lifecycle.servers import NOW, build

WANTED = Retirement("alice", "fan broken")
ALONE = Membership()
MEMBER = Membership("m1", "default", "s1")
ORPHAN = Membership("m1", "default", "s1", answers=False)


def states(steps: list[Step]) -> dict[str, str]:
    return {step.name: str(step.state) for step in steps}


def following(steps: list[Step]) -> Step | None:
    return next((step for step in steps if step.state is StepState.NEXT), None)


def test_a_member_is_given_up_by_its_cluster_before_anything_is_wiped() -> None:
    steps = plan_decommission(build(in_use=True, cordoned=True), MEMBER, WANTED, NOW)
    assert states(steps) == {
        "cordon": "done", "machine": "next", "release": "later", "wipe": "later", "off": "later", "retire": "later",
    }  # fmt: skip
    step = following(steps)
    assert step is not None
    assert [(op.kind, op.name, op.namespace, op.patch) for op in step.operations] == [(MACHINE, "m1", "default", None)]


def test_it_goes_on_without_a_cluster_that_is_gone() -> None:
    steps = plan_decommission(build(in_use=True, cordoned=True), ORPHAN, WANTED, NOW)
    assert states(steps)["machine"] == "skipped"
    step = following(steps)
    assert step is not None
    assert [(op.kind.plural, op.subresource) for op in step.operations] == [("servers", "status"), ("serverbindings", "")]
    assert step.operations[1].kind is SERVER_BINDING


def walk(server: Server, **status: Any) -> Server:
    wire = server.wire()
    wire["status"] = wire.get("status", {}) | status
    return Server.model_validate(wire)


def test_released_it_is_wiped_switched_off_and_retired() -> None:
    free = build(cordoned=True)
    assert states(plan_decommission(free, ALONE, WANTED, NOW))["wipe"] == "next"
    clean = walk(free, isClean=True, power="on")
    assert states(plan_decommission(clean, ALONE, WANTED, NOW))["off"] == "next"
    step = following(plan_decommission(walk(clean, power="off"), ALONE, WANTED, NOW))
    assert step is not None
    assert step.name == "retire"
    patch = step.operations[0].patch
    assert patch is not None
    assert patch["spec"] == {"accepted": False}
    retired = build(accepted=False, cordoned=True, annotations=patch["metadata"]["annotations"])
    assert following(plan_decommission(retired, ALONE, WANTED, NOW)) is None


def test_released_with_its_data_nothing_is_wiped() -> None:
    steps = plan_decommission(build(cordoned=True), ALONE, Retirement("alice", "", wipe=False), NOW)
    assert states(steps) == {
        "cordon": "done", "machine": "skipped", "release": "done", "wipe": "skipped", "off": "skipped", "retire": "next",
    }  # fmt: skip


def test_a_successor_is_ready_before_the_server_goes() -> None:
    old = build(in_use=True, configPatches=[{"op": "replace", "path": "/a", "value": 1}])
    new = Server.model_validate({"metadata": {"name": "s2"}, "spec": {"accepted": False}})
    steps = plan_replacement(old, new, MEMBER, WANTED, NOW)
    assert [step.name for step in steps][:4] == ["inherit", "accept", "ready", "cordon"]
    step = following(steps)
    assert step is not None
    assert step.operations[0].patch == {
        "metadata": {"labels": {}}, "spec": {"configPatches": [{"op": "replace", "path": "/a", "value": 1}]},
    }  # fmt: skip
    assert [step.state for step in steps].count(StepState.NEXT) == 1
    ready = Server.model_validate(
        {"metadata": {"name": "s2"}, "spec": old.spec.wire() | {"accepted": True}, "status": {"isClean": True}}
    )
    step = following(plan_replacement(old, ready, MEMBER, WANTED, NOW))
    assert step is not None
    assert (step.name, step.operations[0].name) == ("cordon", "s1")


def test_coming_back_accepts_nothing() -> None:
    gone = {OUT_OF_SERVICE: None, REPLACE_WITH: None}
    assert build_return() == {"metadata": {"annotations": gone}, "spec": {"cordoned": False}}


def named(name: str, server: Server) -> Server:
    wire = server.wire()
    wire["metadata"]["name"] = name
    return Server.model_validate(wire)


@pytest.mark.parametrize(
    ("successor", "reason"),
    [
        (build(), "A server is not its own successor."),
        (named("s2", build(annotations={REJECTED: "{}"})), "s2 is rejected."),
        (named("s2", build(annotations={OUT_OF_SERVICE: "{}"})), "s2 is going out of service itself."),
        (named("s2", build(in_use=True)), "s2 is in use already."),
        (named("s2", build()), ""),
    ],
)
def test_who_cannot_be_a_successor_is_told_why(successor: Server, reason: str) -> None:
    assert refuse_successor(build(in_use=True), successor) == reason


def test_a_successor_that_its_class_has_handed_out_meanwhile_is_still_one() -> None:
    assert refuse_successor(build(cordoned=True), named("s2", build(in_use=True))) == ""
