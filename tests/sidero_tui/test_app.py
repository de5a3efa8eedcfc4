import asyncio
from collections.abc import Callable

import pytest
from textual.command import CommandList
from textual.pilot import Pilot

from boot.resources.annotations import WIPE_PLAN
from boot.resources.wiping import WipePlan
from sidero_tui.app import ConsoleApp
from sidero_tui.commands import commands_for
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.screens.accept import AcceptScreen
from sidero_tui.screens.architecture import ArchitectureScreen
from sidero_tui.screens.base import ConsoleScreen
from sidero_tui.screens.help import HelpScreen
from sidero_tui.screens.main import MainScreen
from sidero_tui.screens.network import NetworkScreen
from sidero_tui.screens.reserve import ReserveScreen
from sidero_tui.screens.server import ServerScreen, WhyScreen
from sidero_tui.screens.yaml import YamlScreen
from sidero_tui.views.spans import plain
from sidero_tui.widgets.lines import LineView
from sidero_tui.widgets.rows import Rows
from tests.sidero_tui.builders import build_life, build_rack, build_server, name_of, read_only, stale
from tests.sidero_tui.consoles import open_console
from tests.sidero_tui.networks import with_network

RACK = build_rack()


def shown(app: ConsoleApp) -> str:
    """Everything on the screen in front, as text."""
    views = app.screen.query(LineView)
    return "\n".join(plain(view.build_line(number, view.line_width)[0]) for view in views for number in range(view.count_lines()))


async def settle(pilot: Pilot[None], wanted: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not wanted():
            await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


async def test_marked_servers_are_accepted_after_the_dialog_was_confirmed_and_not_before() -> None:
    app, plane = open_console(RACK)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "space", "j", "j", "j", "space", "a")
        assert isinstance(app.screen, AcceptScreen)
        assert "Accept 2 servers?" in shown(app)
        assert plane.accepted == []
        await press(pilot, "y")
        await app.workers.wait_for_complete()
        assert plane.accepted == [name_of(1), "00000000-0000-0000-0000-525400aa0005"]
        assert isinstance(app.screen, MainScreen)
        assert app.screen.query_one("#servers", Rows).marks == frozenset()


async def test_the_dialog_names_each_server_by_name_model_serial_and_mac_and_says_what_happens_to_disks() -> None:
    app, _ = open_console(RACK)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "a")
        text = shown(app)
        for part in (name_of(1), "PowerEdge R630", "7QK0001", "52:54:00:aa:00:01", "disk"):
            assert part in text


@pytest.mark.parametrize("key", ["escape", "n", "q"])
async def test_leaving_the_dialog_accepts_nothing(key: str) -> None:
    app, plane = open_console(RACK)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "a", key)
        assert isinstance(app.screen, MainScreen)
        assert plane.accepted == []


@pytest.mark.parametrize("before", [(), ("enter",)])
async def test_a_console_that_only_reads_opens_no_dialog_and_says_why(before: tuple[str, ...]) -> None:
    app, plane = open_console(read_only(RACK))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, *before, "a")
        assert not isinstance(app.screen, AcceptScreen)
        assert [notification.message for notification in app._notifications] == ["accept: attached with --read-only"]
        await press(pilot, "question_mark")
        assert "not now: attached with --read-only" in " ".join(shown(app).split())
    assert plane.accepted == []


async def test_an_accepted_server_and_a_stale_plane_offer_no_acceptance() -> None:
    app, _ = open_console(stale(RACK, 5, "connection refused"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "a")
        assert isinstance(app.screen, MainScreen)
    app, _ = open_console(RACK)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "j", "a")
        assert isinstance(app.screen, MainScreen)


@pytest.mark.parametrize(
    ("keys", "screen"),
    [
        (("enter",), ServerScreen),
        (("w",), WhyScreen),
        (("y",), YamlScreen),
        (("n",), NetworkScreen),
        (("i",), ReserveScreen),
        (("1", "A"), ArchitectureScreen),
        (("enter", "n"), NetworkScreen),
        (("question_mark",), HelpScreen),
        (("colon", *"why", "enter"), WhyScreen),
        (("1", "enter"), ServerScreen),
        (("enter", "w"), WhyScreen),
        (("enter", "question_mark"), HelpScreen),
    ],
)
async def test_every_screen_is_a_key_away_and_esc_leads_back(keys: tuple[str, ...], screen: type[ConsoleScreen]) -> None:
    app, _ = open_console(RACK)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, *keys)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert isinstance(app.screen, screen)
        await press(pilot, *["escape"] * (len(app.screen_stack) - 1))
        assert isinstance(app.screen, MainScreen)


async def test_panes_are_reached_by_tab_by_number_and_by_name() -> None:
    app, _ = open_console(RACK)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        reached = []
        for keys in (("tab",), ("tab",), ("tab",), ("tab",), ("tab",), ("3",), ("colon", *"boots", "enter"), ("shift+tab",)):
            await press(pilot, *keys)
            reached.append(app.focused.id if app.focused else "")
        assert reached == ["classes", "tasks", "pivot", "clusters", "boots", "classes", "boots", "clusters"]


async def test_a_filter_keeps_what_matches_while_it_is_typed_and_esc_brings_all_back() -> None:
    app, _ = open_console(RACK)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        rows = app.screen.query_one("#servers", Rows)
        await press(pilot, "slash", *"525400")
        assert rows.shown == 2
        await press(pilot, "enter")
        assert rows.shown == 2
        assert "/525400" in shown(app)
        await press(pilot, "escape")
        assert rows.shown == 6


async def test_the_cursor_stays_on_its_server_when_others_come_and_go() -> None:
    app, _ = open_console(RACK)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        rows = app.screen.query_one("#servers", Rows)
        await press(pilot, "j", "j")
        assert rows.current == name_of(3)
        fewer = {name: server for name, server in RACK.servers.items() if name != name_of(1)}
        rows.show(RACK.change({"servers": fewer}), app.now())
        assert rows.current == name_of(3)


async def test_a_stale_plane_is_said_on_screen() -> None:
    app, _ = open_console(stale(RACK, 32, "connection refused"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "▲ stale for 32s" in shown(app)


async def test_an_unknown_word_and_a_missing_object_are_told_and_change_nothing() -> None:
    app, _ = open_console(RACK)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "colon", *"nodes", "enter")
        await press(pilot, "3", "y")
        await app.workers.wait_for_complete()
        assert isinstance(app.screen, MainScreen)


async def test_ten_thousand_servers_cost_no_more_lines_than_the_screen_has() -> None:
    servers = {name_of(number): build_server(number) for number in range(10_000)}
    app, _ = open_console(Snapshot(servers=servers))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        rows = app.screen.query_one("#servers", Rows)
        await press(pilot, "G")
        assert rows.current == rows.view.keys(app.snapshot)[-1]
        assert len(rows._painted) <= 24
        await press(pilot, "g")
        assert rows.current == rows.view.keys(app.snapshot)[0]


async def test_every_command_of_a_screen_is_carried_out_by_it() -> None:
    app, _ = open_console(RACK)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for keys in ((), ("enter",), ("w",)):
            await press(pilot, *keys)
            screen = app.screen
            assert isinstance(screen, ConsoleScreen)
            assert {command.id for command in commands_for(screen.kind)} <= set(screen.handlers())


async def test_t_goes_through_all_themes_and_an_unknown_one_is_told() -> None:
    app, _ = open_console(RACK, theme="mauve")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        seen = [app.theme]
        for _ in range(4):
            await press(pilot, "t")
            seen.append(app.theme)
        assert seen == ["colour-blind", "dark", "high-contrast", "light", "colour-blind"]


async def test_q_leaves_from_every_screen() -> None:
    for keys in (("q",), ("enter", "q"), ("question_mark", "q")):
        app, _ = open_console(RACK)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await press(pilot, *keys)
        assert not app.is_running


async def test_the_mouse_moves_the_cursor_and_a_double_click_opens_the_server() -> None:
    app, _ = open_console(RACK)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        rows = app.screen.query_one("#servers", Rows)
        third_row = (10, rows.pinned + 2)
        await pilot.click(rows, offset=third_row)
        assert rows.current == rows.view.keys(RACK)[2]
        await pilot.click(rows, offset=third_row, times=2)
        await pilot.pause()
        assert isinstance(app.screen, ServerScreen)


async def test_the_palette_offers_what_can_be_done_now() -> None:
    app, _ = open_console(RACK)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "ctrl+p", *"why")
        palette = app.screen.query_one(CommandList)
        await settle(pilot, lambda: palette.option_count == 1)
        await press(pilot, "enter")
        await settle(pilot, lambda: isinstance(app.screen, WhyScreen))


async def test_a_disk_is_kept_and_data_of_others_is_lost_only_after_the_word_was_typed() -> None:
    app, plane = open_console(build_life())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "a", "j", "j", "space", "y")
        assert plane.edits == []
        await press(pilot, *"wip", "enter")
        assert plane.edits == []
        await press(pilot, "y", *"wipe", "enter")
        await app.workers.wait_for_complete()
    [edit] = plane.edits
    assert isinstance(edit.patch, dict)
    plan = WipePlan.model_validate_json(edit.patch["metadata"]["annotations"][WIPE_PLAN])
    assert {disk.device_name: str(disk.action) for disk in plan.disks} == {"/dev/sda": "wipe", "/dev/sdb": "keep"}


async def test_once_every_disk_with_data_of_others_is_kept_no_word_is_asked_for() -> None:
    app, plane = open_console(build_life())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "a", "j", "space", "j", "space", "y")
        await app.workers.wait_for_complete()
    assert plane.accepted == [name_of(1)]


@pytest.mark.parametrize(
    ("keys", "written"),
    [
        (("j", "u", "y"), "acceptance taken back"),
        (("R", "y", *"mine", "enter"), "rejected: it is left alone"),
        (("j", "j", "j", "M", "y"), "readmitted"),
        (("j", "j", "r", "y"), "tried again"),
        (("j", "D", "y", *"decommission", "enter"), "going out of service"),
        (("j", "j", "j", "j", "B", "y"), "back in service"),
        (("j", "p", "enter", "y"), "asked for power on"),
        (("j", "p", "j", "j", "j", "j", "enter"), "asked for power identify-on"),
        (("4", "x"), "done"),
    ],
    ids=["take back", "reject", "readmit", "resume", "decommission", "return", "power on", "identify", "task"],
)
async def test_what_is_done_to_a_server_is_one_write_after_it_was_confirmed(keys: tuple[str, ...], written: str) -> None:
    app, plane = open_console(build_life())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, *keys)
        await app.workers.wait_for_complete()
    assert [edit.done for edit in plane.edits] == [written]


async def test_esc_at_a_question_does_nothing() -> None:
    app, plane = open_console(build_life())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "R", "y", "escape", "escape")
        await app.workers.wait_for_complete()
        assert isinstance(app.screen, MainScreen)
    assert plane.edits == []


@pytest.mark.parametrize(
    ("keys", "data"),
    [
        (("j", "i", "enter"), {"reservations": {"52-54-00-aa-00-02": "10.0.0.3"}}),
        (("i", "ctrl+u", "enter"), {"reservations": {"52-54-00-aa-00-01": None}}),
        (
            ("enter", "i", *"/", "enter", "backspace", *"y", "enter"),
            {"reservations": {"52-54-00-aa-00-01": "192.168.1.21,talos-mgmt-0y"}},
        ),
        (("1", "G", "A", "j", "enter"), {"architectures": {"52-54-00-aa-00-08": "9"}}),
        (("1", "G", "A", "k", "k", "k", "enter"), {"architectures": {"52-54-00-aa-00-08": None}}),
    ],
    ids=["reserve", "take away", "on a server's page", "architecture", "as it says"],
)
async def test_what_is_set_for_a_machine_by_its_mac_is_one_key_of_a_config_map(
    keys: tuple[str, ...], data: dict[str, dict[str, str | None]]
) -> None:
    app, plane = open_console(with_network(RACK))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, *keys)
        await app.workers.wait_for_complete()
    assert {edit.name: edit.patch for edit in plane.edits} == {name: {"data": entry} for name, entry in data.items()}


async def test_an_address_that_another_machine_has_is_refused_as_it_is_typed_and_nothing_is_written() -> None:
    app, plane = open_console(with_network(RACK))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "j", "i", "ctrl+u", *"192.168.1.22")
        assert "192.168.1.22 is reserved for 02:00:00:00:00:99 already" in " ".join(shown(app).split())
        await press(pilot, "enter")
        assert isinstance(app.screen, ReserveScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, MainScreen)
    assert plane.edits == []


async def test_with_two_machines_marked_no_address_is_reserved() -> None:
    app, _ = open_console(RACK)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "space", "space", "i")
        assert isinstance(app.screen, MainScreen)
        assert [notification.message for notification in app._notifications] == ["reserve: one machine at a time"]
