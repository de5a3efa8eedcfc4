from dataclasses import replace

import pytest

from boot.component import ComponentState, ComponentStatus
from boot.resources.metal import Environment
from boot.resources.pivots import Pivot
from sidero_tui.model.guide import GuideStep, StepState, build_guide
from sidero_tui.model.snapshot import Link, LinkState, Snapshot
from tests.sidero_tui.builders import build_boot, build_class, build_rack, build_server, name_of, stale, with_failure
from tests.sidero_tui.clusters import build_cluster, build_control_plane, build_provisioning, build_workers

PROVISIONING = build_provisioning()
FAILED = replace(PROVISIONING, clusters={"default/rack-one": build_cluster(failure="the disk is gone")})
UP = replace(
    PROVISIONING,
    control_planes={"default/rack-one-cp": build_control_plane(ready=3)},
    deployments={"default/rack-one-workers": build_workers(ready=1)},
)


def step(snapshot: Snapshot, title: str) -> GuideStep:
    return next(step for step in build_guide(snapshot) if step.title == title)


RACK = build_rack()
READY = Environment.model_validate(
    {
        "metadata": {"name": "default"},
        "spec": {"kernel": {"url": "k"}, "initrd": {"url": "i"}},
        "status": {"conditions": [{"url": "k", "status": "True"}, {"url": "i", "status": "True"}]},
    }
)
ACCEPTED = {name_of(1): build_server(1, accepted=True)}
STARTING = ComponentStatus("tftp", ComponentState.STARTING)


def test_the_steps_are_those_of_the_guide_in_its_order() -> None:
    assert [step.title for step in build_guide(Snapshot())] == [
        "Create a Local Cluster", "Untaint Control Plane", "Install Sidero", "Patch Components", "Register the Servers",
        "Accept the Servers", "Create the Default Environment", "Create Server Class", "Create Management Plane",
        "Pivoting",
    ]  # fmt: skip


def pivoting(phase: str, step: str, state: str) -> Snapshot:
    row = {"name": step, "state": state, "done": 20, "total": 50, "reason": "no answer"}
    pivot = Pivot.model_validate({"metadata": {"name": "p1"}, "status": {"phase": phase, "steps": [row]}})
    return replace(UP, pivots={"p1": pivot})


@pytest.mark.parametrize(
    ("snapshot", "title", "state", "words"),
    [
        (Snapshot(), "Create a Local Cluster", StepState.UNDER_WAY, "starting"),
        (RACK, "Create a Local Cluster", StepState.DONE, "https://127.0.0.1:16443"),
        (stale(RACK, 5, "connection refused"), "Create a Local Cluster", StepState.BLOCKED, "connection refused"),
        (RACK, "Untaint Control Plane", StepState.NOT_NEEDED, "no nodes"),
        (Snapshot(), "Install Sidero", StepState.AHEAD, "with the plane"),
        (RACK, "Install Sidero", StepState.NOT_NEEDED, "built in"),
        (Snapshot(), "Patch Components", StepState.AHEAD, "no boot services"),
        (RACK, "Patch Components", StepState.DONE, "192.168.1.150"),
        (with_failure(RACK, "tftp", "port in use"), "Patch Components", StepState.BLOCKED, "tftp: port in use"),
        (replace(RACK, components={"tftp": STARTING}), "Patch Components", StepState.UNDER_WAY, "starting"),
        (Snapshot(), "Register the Servers", StepState.YOUR_MOVE, "turn a server on"),
        (replace(RACK, servers={}), "Register the Servers", StepState.UNDER_WAY, "8 machines on the wire"),
        (RACK, "Register the Servers", StepState.DONE, "6 servers"),
        (Snapshot(), "Accept the Servers", StepState.AHEAD, "no server"),
        (RACK, "Accept the Servers", StepState.YOUR_MOVE, "3 of 6"),
        (replace(RACK, servers=ACCEPTED), "Accept the Servers", StepState.DONE, "1 of 1"),
        (Snapshot(), "Create the Default Environment", StepState.AHEAD, "no Environment"),
        (RACK, "Create the Default Environment", StepState.UNDER_WAY, "12 of 18 MiB"),
        (replace(RACK, environments={"default": READY}), "Create the Default Environment", StepState.DONE, "default"),
        (Snapshot(), "Create Server Class", StepState.AHEAD, "no ServerClass"),
        (RACK, "Create Server Class", StepState.DONE, "2 servers in 2 classes"),
        (replace(RACK, server_classes={"any": build_class("any", [])}), "Create Server Class", StepState.AHEAD, "only"),
        (Snapshot(), "Create Management Plane", StepState.AHEAD, "no class has a server"),
        (RACK, "Create Management Plane", StepState.YOUR_MOVE, "1 server to make it of: press c"),
        (PROVISIONING, "Create Management Plane", StepState.UNDER_WAY, "rack-one is API up, not all nodes: 1/3 control"),
        (FAILED, "Create Management Plane", StepState.BLOCKED, "rack-one: the disk is gone"),
        (UP, "Create Management Plane", StepState.DONE, "rack-one at 10.0.0.100:6443: 3/3 control plane nodes"),
        (RACK, "Pivoting", StepState.AHEAD, "once the management plane runs"),
        (UP, "Pivoting", StepState.YOUR_MOVE, "sidero-tui pivot"),
        (pivoting("moving", "create", "running"), "Pivoting", StepState.UNDER_WAY, "p1: create, 20 of 50 objects"),
        (pivoting("moving", "verify", "failed"), "Pivoting", StepState.BLOCKED, "p1: verify: no answer"),
        (pivoting("undone", "create", "undone"), "Pivoting", StepState.YOUR_MOVE, "nothing is lost"),
        (pivoting("moved", "retire", "done"), "Pivoting", StepState.DONE, "never served from here again"),
        (pivoting("moved", "retire", "done"), "Create Management Plane", StepState.DONE, "manages itself"),
    ],
)
def test_each_step_says_how_far_it_is(snapshot: Snapshot, title: str, state: StepState, words: str) -> None:
    found = step(snapshot, title)
    assert found.state is state
    assert words in found.detail


def test_a_plane_that_is_not_connected_is_never_called_done() -> None:
    for state in (LinkState.CONNECTING, LinkState.STALE):
        snapshot = replace(RACK, link=Link(state, "plane"))
        assert step(snapshot, "Create a Local Cluster").state is not StepState.DONE


def test_machines_on_the_wire_count_before_any_has_registered() -> None:
    boot = build_boot(1, {"discover": 1.0})
    assert step(Snapshot(boots={boot.name: boot}), "Register the Servers").detail.startswith("1 machine on the wire")
