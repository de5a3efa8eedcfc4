from dataclasses import replace

import pytest

from sidero_tui.model.snapshot import Snapshot
from sidero_tui.views.header import build_header
from sidero_tui.views.spans import plain, width_of
from tests.sidero_tui.builders import NOW, build_rack, read_only, stale, with_failure
from tests.sidero_tui.networks import with_network

RACK = build_rack()
FAILED = with_failure(RACK, "dhcp", "the port is in use by another program (sidero-tui doctor names it)")


def text(snapshot: Snapshot, width: int = 78) -> str:
    return "\n".join(plain(line) for line in build_header(snapshot, NOW, width))


def test_it_names_the_address_machines_are_told_and_every_component_with_state_and_address() -> None:
    wide = text(RACK, 198)
    assert "machines are told 192.168.1.150 on eth0" in wide
    assert "● serving" in wide
    for part in ("plane 127.0.0.1:16443", "dhcp 0.0.0.0:67", "pxe 0.0.0.0:4011", "tftp", "http", "controllers"):
        assert part in wide
    narrow = text(RACK)
    for part in ("192.168.1.150", "plane:16443", "dhcp:67", "http:8081", "controllers"):
        assert part in narrow


def test_a_failed_component_has_its_reason_and_is_not_among_those_that_serve() -> None:
    lines = text(FAILED).split("\n")
    [failed] = [number for number, line in enumerate(lines) if "✗ failed" in line]
    assert "the port is in use" in lines[failed]
    assert "doctor" in " ".join(lines[failed:])
    [serving] = [line for line in lines if "● serving" in line]
    assert "dhcp" not in serving


def test_stale_data_says_so_with_its_age_and_reason_even_where_it_is_narrow() -> None:
    for width in (60, 78, 198):
        said = text(stale(RACK, 32, "connection refused"), width)
        assert "▲ stale for 32s" in said
        assert "connection refused" in said


def test_a_console_that_only_reads_says_so_however_narrow_it_is() -> None:
    looking = read_only(RACK)
    for width in (60, 78, 198):
        assert "read-only  ● live" in text(looking, width).split("\n")[0]
        assert "read-only" not in text(RACK, width)


def test_what_cannot_be_shown_is_counted_and_the_first_is_named() -> None:
    odd = replace(RACK, unreadable={"Server/a": "spec.accepted: not a boolean", "Server/b": "?"})
    assert "Server/a cannot be shown: spec.accepted: not a boolean (and 1 more)" in text(odd, 198)


def test_a_conflict_with_others_is_one_line_that_names_the_key_of_its_page() -> None:
    for width in (78, 198):
        lines = [line for line in text(with_network(RACK), width).split("\n") if "second PXE proxy" in line]
        assert [line.endswith("  n says more") for line in lines] == [True]
    assert "PXE proxy" not in text(with_network(RACK, dhcp_neighbours={"self-test": "ok", "verdict": ""}))


def test_a_failed_self_test_is_told_once_by_the_component_where_there_is_one() -> None:
    complaint = "eth0: our OFFER was not seen"
    broken = with_network(RACK, dhcp_neighbours={"self-test": complaint, "verdict": ""})
    assert f"▲ self-test: {complaint}  n says more" in text(broken)
    assert text(with_failure(broken, "wire", complaint)).count(complaint) == 1


@pytest.mark.parametrize("width", [78, 118, 198])
def test_every_line_fits(width: int) -> None:
    assert all(width_of(line) <= width for line in build_header(stale(with_network(FAILED), 5, "gone"), NOW, width))
