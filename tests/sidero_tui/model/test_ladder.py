from datetime import timedelta

from boot.lifecycle.ladder import LADDER
from boot.resources.boots import Boot
from sidero_tui.model.ladder import RungState, RungView, awaited_rung, build_ladder, furthest_rung
from tests.sidero_tui.builders import NOW, REGISTERED, TFTP_RUNNING, build_boot


def rung(boot: Boot, name: str, later: float = 0) -> RungView:
    return next(view for view in build_ladder(boot, NOW + timedelta(seconds=later)) if view.name == name)


def test_every_rung_is_there_in_order_whatever_happened() -> None:
    assert [view.name for view in build_ladder(build_boot(1, {}), NOW)] == [entry.name for entry in LADDER]


def test_a_rung_tells_how_long_it_took_after_the_one_before_and_its_bytes() -> None:
    tftp = rung(build_boot(1, REGISTERED), "tftp")
    assert tftp.state is RungState.REACHED
    assert tftp.after is not None
    assert round(tftp.after, 1) == 1.4
    assert tftp.bytes == 1_048_576


def test_a_rung_that_was_passed_without_being_reached_was_skipped_and_one_beyond_is_ahead() -> None:
    boot = build_boot(1, REGISTERED)
    assert rung(boot, "request").state is RungState.SKIPPED
    assert rung(boot, "kernel").state is RungState.AHEAD


def test_the_awaited_rung_counts_the_seconds_and_becomes_late() -> None:
    boot = build_boot(1, {"discover": 9.0, "offer": 8.0}, expected="bootserver", since=8.0, late=10)
    assert rung(boot, "bootserver").state is RungState.AWAITED
    assert rung(boot, "bootserver").waited == 8.0
    late = rung(boot, "bootserver", later=2.0)
    assert late.state is RungState.LATE
    assert late.waited == 10.0


def test_a_transfer_under_way_shows_on_its_rung_and_so_does_a_failed_one() -> None:
    transfer = {"protocol": "tftp", "file": "ipxe.efi", "sent": 1, "total": 2, "state": "running"}
    assert rung(build_boot(1, TFTP_RUNNING, transfer=transfer), "tftp").state is RungState.RUNNING
    assert rung(build_boot(1, TFTP_RUNNING, transfer={**transfer, "state": "failed"}), "tftp").state is RungState.FAILED
    assert rung(build_boot(1, TFTP_RUNNING, transfer={**transfer, "state": "done"}), "tftp").state is RungState.REACHED


def test_where_a_machine_is_and_what_comes_next_are_found_on_its_ladder() -> None:
    ladder = build_ladder(build_boot(1, REGISTERED, expected="accepted"), NOW)
    here, coming = furthest_rung(ladder), awaited_rung(ladder)
    assert here is not None
    assert coming is not None
    assert (here.name, coming.name) == ("registered", "accepted")
    assert furthest_rung(build_ladder(build_boot(1, {}), NOW)) is None
