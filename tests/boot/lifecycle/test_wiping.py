"""A wipe from order to clean: what is written down, what stops it, what is believed."""

from datetime import timedelta

import pytest

from boot.clock import rfc3339
from boot.lifecycle.disks import propose_plan
from boot.lifecycle.guard import DEFAULT_RULES
from boot.lifecycle.wiping import (
    Annotations,
    DiskResult,
    WipedDisk,
    begin_run,
    check_wiped,
    decide_sidero_done,
    fail_step,
    find_run,
    finish_run,
    is_overdue,
    lose_run,
    overrun,
)
from boot.resources.annotations import STOPPED, WIPE_FAILURE, WIPE_RUN
from boot.resources.metal import Server
from boot.resources.wiping import DiskContents, WipeFailure, WipeRun
from tests.boot.lifecycle.servers import BOOT, DATA_DISK, NOW, SYSTEM_DISK, build, with_contents, with_plan

DISKS = [SYSTEM_DISK, DATA_DISK]


def write(server: Server, told: Annotations) -> Server:
    """The server with these annotations, as a merge patch leaves it."""
    merged = {**server.metadata.annotations, **told}
    wire = server.wire()
    wire["metadata"]["annotations"] = {key: value for key, value in merged.items() if value is not None}
    return Server.model_validate(wire)


def failure(server: Server) -> WipeFailure:
    return WipeFailure.model_validate_json(server.metadata.annotations[WIPE_FAILURE])


def test_an_order_is_written_down_once_in_a_boot() -> None:
    server = write(build(), begin_run(build(), BOOT, 120, NOW))
    assert find_run(server) == WipeRun(boot=BOOT, started_at=rfc3339(NOW), deadline_seconds=120)
    assert begin_run(server, BOOT, 120, NOW) == {}


def test_an_agent_that_comes_back_in_another_boot_has_lost_its_wipe_and_starts_over() -> None:
    server = write(build(), begin_run(build(), "one", 120, NOW))
    server = write(server, begin_run(server, "two", 120, NOW))
    run = find_run(server)
    assert run is not None
    assert run.boot == "two"
    assert (failure(server).step, failure(server).count) == ("agent", 1)


def test_three_lost_wipes_stop_the_server() -> None:
    server = build()
    for boot in ("one", "two", "three", "four"):
        server = write(server, begin_run(server, boot, 120, NOW))
    assert "failed 3 times" in server.metadata.annotations[STOPPED]
    assert find_run(server) is None


def test_the_same_step_failing_three_times_stops_it_with_the_reason() -> None:
    server = build()
    for _ in range(3):
        assert STOPPED not in server.metadata.annotations
        server = write(server, fail_step(server, "verify", "/dev/sda", "read error", NOW))
    assert server.metadata.annotations[STOPPED] == "the step verify on /dev/sda failed 3 times: read error"


def test_another_step_or_disk_begins_its_own_count() -> None:
    server = build()
    for step, disk in (("head", "/dev/sda"), ("head", "/dev/sdb"), ("tail", "/dev/sdb"), ("tail", "/dev/sdb")):
        server = write(server, fail_step(server, step, disk, "x", NOW))
    assert failure(server).count == 2
    assert STOPPED not in server.metadata.annotations


def test_taking_the_stop_away_gives_three_more_tries() -> None:
    server = build()
    for _ in range(3):
        server = write(server, fail_step(server, "head", "/dev/sda", "x", NOW))
    server = write(server, {STOPPED: None})
    server = write(server, fail_step(server, "head", "/dev/sda", "x", NOW))
    assert failure(server).count == 1
    assert STOPPED not in server.metadata.annotations


def test_a_wipe_past_its_deadline_is_over_and_counts() -> None:
    server = write(build(), begin_run(build(), BOOT, 120, NOW - timedelta(seconds=121)))
    assert is_overdue(server, NOW)
    assert not is_overdue(server, NOW - timedelta(seconds=2))
    server = write(server, overrun(server, NOW))
    assert find_run(server) is None
    assert failure(server).error == "not done within 120 s"


def test_an_agent_never_heard_again_counts() -> None:
    server = write(build(), begin_run(build(), BOOT, 120, NOW))
    server = write(server, lose_run(server, NOW))
    assert (WIPE_RUN in server.metadata.annotations, failure(server).step) == (False, "agent")


def results(**named: DiskResult) -> dict[str, WipedDisk]:
    return {f"/dev/{name}": WipedDisk(f"/dev/{name}", result, verified=True) for name, result in named.items()}


WIPED, KEPT, SKIPPED = DiskResult.WIPED, DiskResult.KEPT, DiskResult.SKIPPED
PLANNED = build(annotations=with_plan(propose_plan(DISKS, keep=["/dev/sdb"])))
BELIEVED = [
    (build(), results(sda=WIPED, sdb=WIPED), "every disk"),
    (PLANNED, results(sda=WIPED, sdb=KEPT), "every disk"),
    (PLANNED, results(sda=WIPED), "every disk"),
]
REFUSED = [
    (build(), results(sda=WIPED), "nothing is said about /dev/sdb"),
    (build(), results(sda=WIPED, sdb=KEPT), "/dev/sdb must be wiped and was kept"),
    (build(), results(sda=SKIPPED, sdb=WIPED), "/dev/sda must be wiped and was skipped"),
    (build(), results(sdb=WIPED) | {"/dev/sda": WipedDisk("/dev/sda", WIPED)}, "/dev/sda was not verified"),
    (build(accepted=False), results(sda=WIPED, sdb=WIPED), "Not accepted"),
    (build(in_use=True), results(sda=WIPED, sdb=WIPED), "Allocated"),
]


@pytest.mark.parametrize(("server", "reported", "words"), BELIEVED)
def test_it_is_clean_once_every_disk_to_be_wiped_is(server: Server, reported: dict[str, WipedDisk], words: str) -> None:
    permit = check_wiped(server, DISKS, reported, NOW, DEFAULT_RULES)
    assert permit.allowed
    assert words in permit.reason


@pytest.mark.parametrize(("server", "reported", "words"), REFUSED)
def test_it_is_not_clean_otherwise(server: Server, reported: dict[str, WipedDisk], words: str) -> None:
    permit = check_wiped(server, DISKS, reported, NOW, DEFAULT_RULES)
    assert not permit.allowed
    assert words in permit.reason


def test_sideros_agent_is_believed_only_when_it_was_told_to_wipe() -> None:
    assert decide_sidero_done(build(), DISKS, NOW, DEFAULT_RULES).reason == "no wipe was ordered to it"
    ordered = write(build(), begin_run(build(), "sidero", 120, NOW))
    assert decide_sidero_done(ordered, DISKS, NOW, DEFAULT_RULES).allowed
    taken_back = write(build(accepted=False), begin_run(build(), "sidero", 120, NOW))
    assert decide_sidero_done(taken_back, DISKS, NOW, DEFAULT_RULES).reason == "it is not accepted"


def test_what_was_on_the_wiped_disks_is_forgotten_and_what_is_on_the_kept_ones_is_not() -> None:
    full = SYSTEM_DISK.model_copy(update={"contents": DATA_DISK.contents})
    server = build(annotations=with_contents(full, DATA_DISK))
    server = write(server, finish_run(server, ["/dev/sda"]))
    contents = DiskContents.model_validate_json(server.metadata.annotations["boot.sidero-tui.dev/disk-contents"])
    assert [len(disk.contents) for disk in contents.disks] == [0, 1]
