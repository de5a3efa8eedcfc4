import pytest

from boot.lifecycle.ladder import LADDER
from sidero_tui.views.ladder import build_ladder_lines, build_timeline_lines
from sidero_tui.views.spans import plain
from tests.sidero_tui.builders import NOW, TFTP_RUNNING, build_boot, build_rack

TRANSFER = {"protocol": "tftp", "file": "ipxe.efi", "sent": 524_288, "total": 1_048_576}


def lines(transfer: dict[str, object] | None = None) -> dict[str, str]:
    boot = build_boot(1, TFTP_RUNNING, expected="ipxe", since=6, transfer=transfer)
    return dict(zip((rung.name for rung in LADDER), map(plain, build_ladder_lines(boot, NOW, 76)), strict=True))


def test_each_rung_has_a_line_with_its_time_and_bytes() -> None:
    found = lines()
    assert found["discover"].startswith("● discover")
    assert "+0.1s" in found["offer"]
    assert "1.0 MiB" in found["tftp"]
    assert "skipped" in found["request"]
    assert found["ipxe"].split() == ["◌", "iPXE", "awaited", "6s"]
    assert found["kernel"].split() == ["·", "kernel"]


@pytest.mark.parametrize(
    ("state", "said"), [("running", "━━━━━━━━──────── 512.0 KiB of 1.0 MiB"), ("failed", "failed"), ("done", "1.0 MiB")]
)
def test_the_transfer_shows_on_its_rung(state: str, said: str) -> None:
    assert said in lines({**TRANSFER, "state": state})["tftp"]


def test_a_transfer_of_unknown_size_claims_no_share() -> None:
    found = lines({**TRANSFER, "total": 0, "state": "running"})["tftp"]
    assert "512.0 KiB" in found
    assert " of " not in found


def test_the_leading_hint_stands_under_the_rung_that_is_waited_for_with_what_mends_it() -> None:
    boot = build_rack().boots["52-54-00-aa-00-08"]
    found = [plain(line) for line in build_ladder_lines(boot, NOW, 76)]
    late = next(number for number, line in enumerate(found) if "late" in line)
    assert found[late + 1].startswith("  ▲ It took its address from 10.0.0.254")
    assert "    $ sidero-tui dhcp-config --format isc" in found[late + 2 : late + 5]
    assert max(map(len, found)) <= 76


def test_further_hints_stand_below_the_ladder() -> None:
    note = {"reason": "NamedByMac", "message": "It is named by its MAC.", "severity": "note"}
    boot = build_boot(1, TFTP_RUNNING, expected="ipxe", hints=[{**note, "message": "first"}, note])
    found = [plain(line) for line in build_ladder_lines(boot, NOW, 76)]
    assert found[-2:] == ["", "▲ It is named by its MAC."]


def test_the_timeline_shows_its_newest_entries_in_order() -> None:
    boot = build_boot(1, {"discover": 9.0, "offer": 8.0, "tftp": 7.0})
    assert [plain(line)[10:] for line in build_timeline_lines(boot, 76, most=2)] == ["reached offer", "reached tftp"]
