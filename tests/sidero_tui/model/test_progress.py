from dataclasses import replace
from datetime import timedelta

import pytest

from sidero_tui.model.ladder import RungState
from sidero_tui.model.progress import Progress, estimate, measure_medians, read_progress
from tests.sidero_tui.builders import NOW, build_boot, mac_of, name_of
from tests.sidero_tui.clusters import build_member, build_provisioning, condition

RACK = build_provisioning()
MEMBERS = RACK.members_of["default/rack-one"]


def progress(number: int) -> Progress:
    return read_progress(RACK, MEMBERS, NOW)[number]


def states(entry: Progress) -> str:
    return "".join(view.state.value.glyph for view in entry.steps)


@pytest.mark.parametrize(("number", "glyphs"), [(0, "●●●●●"), (1, "●●●◐·"), (2, "●●◐··"), (3, "◐···")])
def test_each_member_is_as_far_as_its_conditions_and_its_checklist_say(number: int, glyphs: str) -> None:
    assert states(progress(number)) == glyphs


def test_a_worker_has_no_step_of_etcd() -> None:
    assert [view.step.name for view in progress(3).steps] == ["server", "config", "installed", "node"]


def test_what_keeps_a_member_is_said_at_the_step_it_is_at() -> None:
    current = progress(1).current
    assert current is not None
    assert (current.step.name, current.detail) == ("etcd", "Preparing: waits to join 10.0.0.11")


def test_a_failed_installation_is_a_failure_and_no_time_is_promised() -> None:
    failed = condition("TalosInstalled", "False", 30, "TalosInstallationFailed", "no disk matches", "Error")
    machine, metal = build_member("m", name_of(11), conditions=(condition("TalosConfigLoaded", "True", 60), failed))
    snapshot = replace(RACK, machines={**RACK.machines, "default/m": machine}, metal_machines={"default/m": metal})
    (entry,) = read_progress(snapshot, [m for m in snapshot.members_of["default/rack-one"] if m.machine.name == "m"], NOW)
    assert states(entry) == "●●✗··"
    assert entry.current is not None
    assert entry.current.detail == "no disk matches"
    assert entry.remaining is None


def test_a_config_that_the_wire_saw_served_counts_without_a_condition_unless_it_was_for_an_earlier_machine() -> None:
    machine, metal = build_member("m", name_of(11), asked=100)
    for seconds, glyphs in ((50, "●●◐··"), (150, "●◐···")):
        boot = build_boot(11, {"config": seconds}, server=name_of(11))
        snapshot = replace(RACK, machines={"default/m": machine}, metal_machines={"default/m": metal}, boots={boot.name: boot})
        assert RACK.servers[name_of(11)].metadata.annotations["sidero-tui.dev/mac"] == mac_of(11)
        (entry,) = read_progress(snapshot, snapshot.members_of["default/rack-one"], NOW)
        assert states(entry) == glyphs


def test_a_later_step_proves_the_earlier_ones() -> None:
    machine, metal = build_member("m", name_of(11), machine_conditions=(condition("NodeHealthy", "True", 5),))
    snapshot = replace(RACK, machines={"default/m": machine}, metal_machines={"default/m": metal})
    (entry,) = read_progress(snapshot, snapshot.members_of["default/rack-one"], NOW)
    assert states(entry) == "●●●●●"
    assert entry.current is None


def test_medians_are_taken_of_those_of_whom_both_ends_are_known() -> None:
    def at(seconds: float | None) -> object:
        return None if seconds is None else NOW + timedelta(seconds=seconds)

    rows = [[("asked", at(0)), ("server", at(first)), ("config", at(second))] for first, second in ((1, 11), (3, 33), (None, 9))]
    assert measure_medians(rows) == {"server": 2.0, "config": 20.0}  # type: ignore[arg-type]


def test_an_estimate_is_what_is_left_of_this_step_and_all_of_the_later_ones() -> None:
    usual = {"installed": 100.0, "etcd": 50.0, "node": 30.0}
    since = NOW - timedelta(seconds=40)
    assert estimate(["installed", "etcd", "node"], since, usual, NOW) == 140.0
    assert estimate(["etcd", "node"], NOW - timedelta(seconds=500), usual, NOW) == 30.0
    assert estimate(["unknown"], since, usual, NOW) is None
    assert estimate(["etcd"], None, usual, NOW) is None
    assert estimate([], since, usual, NOW) is None


def test_who_waits_for_a_server_waits_for_a_person_and_gets_no_estimate() -> None:
    assert progress(3).remaining is None
    assert progress(2).remaining is not None
    assert progress(0).remaining is None
    assert progress(0).steps[-1].state is RungState.REACHED
