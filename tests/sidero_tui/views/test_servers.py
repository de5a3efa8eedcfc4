import pytest

from sidero_tui.model.snapshot import Snapshot
from sidero_tui.views.servers import SERVERS
from sidero_tui.views.spans import plain, span, width_of
from sidero_tui.views.table import Column, fit_columns, matches_filter
from tests.sidero_tui.builders import NOW, build_class, build_rack, build_server, mac_of, name_of

RACK = build_rack()


def row(name: str, width: int) -> str:
    return plain(SERVERS.row(RACK, name, width, NOW)[0])


def test_a_wide_row_says_which_box_it_is_and_where_it_stands() -> None:
    text = row(name_of(2), 180)
    for part in (name_of(2), "● available", mac_of(2), "any", "PowerEdge R630", "7QK0002", "10.0.0.3"):
        assert part in text


@pytest.mark.parametrize("width", [56, 78, 100, 118, 150, 198, 300])
@pytest.mark.parametrize("name", RACK.server_order)
def test_every_width_keeps_name_and_state_and_fits(name: str, width: int) -> None:
    [line] = SERVERS.row(RACK, name, width, NOW)
    assert width_of(line) <= width
    text = plain(line)
    assert text[:8] == name[:8]
    assert name[-12:] in text
    assert any(word in text for word in ("waiting for acceptance", "available", "in use", "cordoned"))


def test_the_uuid_is_whole_where_there_is_room_for_it() -> None:
    assert name_of(1) in row(name_of(1), 170)
    assert name_of(1) not in row(name_of(1), 78)
    assert f"{name_of(1)[:8]}…{name_of(1)[-12:]}" in row(name_of(1), 47)


def test_boxes_with_one_uuid_are_marked_by_glyph_and_word() -> None:
    twins = [name for name in RACK.server_order if name.startswith("00000000")]
    assert len(twins) == 2
    assert all("≡ duplicate uuid" in row(name, 78) for name in twins)


def test_head_and_row_have_their_columns_at_the_same_place() -> None:
    head = plain(SERVERS.head(180))
    text = row(name_of(2), 180)
    assert text.index("● available") == head.index("STATE")
    assert text.index(mac_of(2)) == head.index("MAC")
    assert text.index("7QK0002") == head.index("SERIAL")


def test_the_summary_counts_servers_by_state_with_what_waits_first() -> None:
    assert plain(SERVERS.summary(RACK, NOW)) == (
        "3 waiting for acceptance · 2 duplicate uuid · 1 available · 1 in use · 1 cordoned"
    )


@pytest.mark.parametrize(
    ("needle", "found"),
    [("7qk0003", 1), ("ProLiant", 1), ("!ProLiant", 5), ("duplicate", 2), ("", 6), ("nothing like it", 0)],
)
def test_a_filter_looks_at_all_columns_and_turns_round_with_an_exclamation_mark(needle: str, found: int) -> None:
    assert sum(matches_filter(SERVERS, RACK, key, needle) for key in SERVERS.keys(RACK)) == found


def test_no_rows_say_what_to_do() -> None:
    assert "network boot" in SERVERS.empty(Snapshot())
    assert "on the wire" in SERVERS.empty(Snapshot(boots=RACK.boots))


def test_a_serial_number_from_a_hostile_board_cannot_reach_the_terminal() -> None:
    server = build_server(1)
    wire = server.wire()
    wire["spec"]["hardware"]["system"]["serialNumber"] = "\x1b[2Jgone"
    hostile = Snapshot(servers={server.name: server.model_validate(wire)}, server_classes={"any": build_class("any", [])})
    assert "\x1b" not in plain(SERVERS.row(hostile, server.name, 198, NOW)[0])


def test_columns_shrink_before_they_go_and_the_first_never_goes() -> None:
    columns: list[Column[str]] = [
        Column("A", span, 10, 4),
        Column("B", span, 10, 6, rank=1),
        Column("C", span, 10, 8, rank=2, grow=True),
    ]
    widths = {total: [(column.title, size) for column, size in fit_columns(columns, total)] for total in (40, 34, 28, 20, 5)}
    assert widths == {
        40: [("A", 10), ("B", 10), ("C", 16)],
        34: [("A", 10), ("B", 10), ("C", 10)],
        28: [("A", 10), ("B", 6), ("C", 8)],
        20: [("A", 10), ("B", 8)],
        5: [("A", 5)],
    }
