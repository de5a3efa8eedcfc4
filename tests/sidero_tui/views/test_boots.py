from datetime import timedelta

import pytest

from boot.lifecycle.ladder import LADDER
from sidero_tui.model.snapshot import Snapshot, StackFacts
from sidero_tui.views.boots import BOOTS, WIDE
from sidero_tui.views.spans import plain, width_of
from tests.sidero_tui.builders import NOW, build_boot, build_rack, mac_of

RACK = build_rack()
REGISTERED, IN_TFTP, LATE, TWIN = (f"52-54-00-aa-00-0{number}" for number in (1, 7, 8, 5))


def row(name: str, width: int = 78, later: float = 0) -> str:
    return "\n".join(plain(line) for line in BOOTS.row(RACK, name, width, NOW + timedelta(seconds=later)))


@pytest.mark.parametrize("width", [78, 100, WIDE - 1, WIDE, 198, 300])
@pytest.mark.parametrize("name", RACK.boot_order)
def test_a_row_has_as_many_lines_as_it_says_and_fits(name: str, width: int) -> None:
    lines = BOOTS.row(RACK, name, width, NOW)
    assert len(lines) == BOOTS.height(width)
    assert max(width_of(line) for line in lines) <= width


def test_one_line_says_where_a_machine_is_what_comes_next_and_how_long_that_is_awaited() -> None:
    text = row(REGISTERED)
    assert text.startswith(mac_of(1))
    assert "registered" in text
    assert "acceptance awaited 2m50s" in text
    assert "awaited 2m55s" in row(REGISTERED, later=5)


def test_a_running_transfer_has_a_bar_and_a_share() -> None:
    assert "━━━━──────" in row(IN_TFTP)
    assert "42%" in row(IN_TFTP)
    assert "42%" in row(IN_TFTP, 198)


def test_what_is_late_says_so_by_glyph_and_word() -> None:
    for width in (78, 198):
        assert "▲" in row(LATE, width)
        assert "late" in row(LATE, width)
        assert "1m34s" in row(LATE, width)


def test_what_keeps_a_machine_from_getting_on_is_named() -> None:
    assert "▲ ProxyIgnored" in row(LATE, 100)
    assert "▲ ProxyIgnored" in row(LATE, 198)
    assert "Proxy" not in row(REGISTERED, 198)


def test_a_wide_row_has_a_column_per_rung_with_time_and_bytes() -> None:
    head = plain(BOOTS.head(198))
    upper, lower = row(REGISTERED, 198).split("\n")
    for rung in LADDER:
        assert rung.title in head
    assert upper[head.index("TFTP") :].startswith("● +1.4s")
    assert lower[head.index("TFTP") :].startswith("  1.0 MiB")
    assert upper[head.index("request") :].startswith("–")
    assert "UEFI x86-64" in lower
    assert "10.0.0.2" in lower


def test_both_boxes_of_one_uuid_are_marked_and_stand_side_by_side() -> None:
    assert "≡ duplicate uuid" in row(TWIN, 198)
    assert "≡" in row(TWIN, 78)
    order = RACK.boot_order
    assert order.index("52-54-00-aa-00-06") == order.index(TWIN) + 1


def test_the_summary_counts_what_moves_and_what_is_stuck() -> None:
    assert plain(BOOTS.summary(RACK, NOW)) == "8 machines · 1 transferring · 1 late"
    one = build_boot(1, {}, transfer={"protocol": "tftp", "state": "failed"})
    assert plain(BOOTS.summary(Snapshot(boots={one.name: one}), NOW)) == "1 machine · 1 failed"


def test_a_machine_is_found_by_mac_address_server_and_architecture() -> None:
    for needle in ("aa:00:07", "10.0.0.8", "arm64"):
        assert needle in BOOTS.haystack(RACK, IN_TFTP)


def test_no_rows_say_where_we_listen_and_what_to_do() -> None:
    assert "on eth0" in BOOTS.empty(Snapshot(stack=StackFacts("10.0.0.1", "eth0", "proxy")))
    assert "DHCP is off" in BOOTS.empty(Snapshot(stack=StackFacts("10.0.0.1", "eth0", "off")))
