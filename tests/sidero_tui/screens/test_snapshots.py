"""Each screen as it looked when somebody last looked at it and found it good: pytest --snapshot-update after looking."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from boot.resources.address_probes import NAME as PROBES
from boot.resources.address_probes import NETWORKS, Finding, Probe, encode_probe
from boot.talos.effective import EffectiveConfig
from sidero_tui.model.network import NetworkFacts
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.screens.base import ConsoleScreen
from tests.sidero_tui.builders import build_life, build_rack, read_only, stale, with_failure, with_hints
from tests.sidero_tui.clusters import build_config, build_provisioning
from tests.sidero_tui.consoles import open_console
from tests.sidero_tui.networks import with_network

SMALL, LARGE = (80, 24), (200, 60)
STEADY = 5
"""Pictures in a row that must be alike."""
Compare = Callable[..., bool]


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The console shows local time; pictures need one everywhere."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def looks(
    compare: Compare,
    *keys: str,
    size: tuple[int, int] = SMALL,
    theme: str = "dark",
    rack: Snapshot | None = None,
    config: EffectiveConfig | None = None,
) -> bool:
    app, plane = open_console(rack or build_rack(), theme)
    plane.config = config

    async def drive(pilot: Pilot[None]) -> None:
        await _settle(pilot)
        await pilot.press(*keys)
        await _settle(pilot)

    return compare(app, run_before=drive, terminal_size=size)


async def _settle(pilot: Pilot[None]) -> None:
    """Until drawing again changes nothing: the console draws once a second; a busy machine may not have laid out by the first."""
    for line in pilot.app.screen.query(Input):
        line.cursor_blink = False
    picture, same = "", 0
    while same < STEADY:
        screen = pilot.app.screen
        if isinstance(screen, ConsoleScreen):
            screen.redraw()
        await pilot.pause(0.05)
        before, picture = picture, pilot.app.export_screenshot()
        same = same + 1 if picture == before else 0


def test_the_main_screen_where_it_is_small(snap_compare: Compare) -> None:
    assert looks(snap_compare)


def test_the_main_screen_where_it_is_large(snap_compare: Compare) -> None:
    assert looks(snap_compare, size=LARGE)


def test_the_main_screen_before_anything_happened(snap_compare: Compare) -> None:
    assert looks(snap_compare, rack=Snapshot())


def test_the_main_screen_with_a_failed_component_and_a_plane_that_does_not_answer(snap_compare: Compare) -> None:
    rack = with_failure(build_rack(), "dhcp", "the port is in use by another program (sidero-tui doctor names it)")
    assert looks(snap_compare, rack=stale(rack, 32, "connection refused"))


def test_the_main_screen_of_a_console_that_only_reads(snap_compare: Compare) -> None:
    assert looks(snap_compare, rack=read_only(build_rack()))


def test_classes_and_the_guides_steps(snap_compare: Compare) -> None:
    assert looks(snap_compare, "3", "4")


def test_marked_rows_and_a_filter(snap_compare: Compare) -> None:
    assert looks(snap_compare, "j", "space", "slash", *"4c4c", "enter")


def test_a_server(snap_compare: Compare) -> None:
    assert looks(snap_compare, "enter")


def test_a_server_where_it_is_large(snap_compare: Compare) -> None:
    assert looks(snap_compare, "enter", size=LARGE)


def test_a_server_that_does_not_get_on(snap_compare: Compare) -> None:
    assert looks(snap_compare, "enter", size=(80, 50), rack=with_hints(build_rack(), 1))


def test_two_boxes_with_one_uuid(snap_compare: Compare) -> None:
    assert looks(snap_compare, "G", "enter")


def test_why_a_server_is_in_no_class(snap_compare: Compare) -> None:
    assert looks(snap_compare, "w")


def test_the_dialog_before_accepting(snap_compare: Compare) -> None:
    assert looks(snap_compare, "space", "G", "space", "a")


def test_the_dialog_before_accepting_disks_with_data_of_others(snap_compare: Compare) -> None:
    assert looks(snap_compare, "a", "j", "j", "space", rack=build_life())


def test_servers_on_their_way_from_accepted_to_clean_and_what_a_person_has_to_do(snap_compare: Compare) -> None:
    assert looks(snap_compare, "4", "2", rack=build_life())


def test_a_server_that_is_being_wiped(snap_compare: Compare) -> None:
    assert looks(snap_compare, "j", "enter", size=LARGE, rack=build_life())


def test_the_power_menu(snap_compare: Compare) -> None:
    assert looks(snap_compare, "j", "p", "j", "j", rack=build_life())


def test_the_power_menu_of_several_servers(snap_compare: Compare) -> None:
    assert looks(snap_compare, "space", "space", "p", rack=build_life())


def test_the_dialog_before_rejecting(snap_compare: Compare) -> None:
    assert looks(snap_compare, "R", rack=build_life())


def test_the_dialog_before_decommissioning_asks_for_the_word(snap_compare: Compare) -> None:
    assert looks(snap_compare, "j", "D", "y", rack=build_life())


def test_who_else_answers_dhcp_where_it_is_small(snap_compare: Compare) -> None:
    assert looks(snap_compare, "n", rack=with_network(build_rack()))


def test_who_else_answers_dhcp_with_what_is_set_by_mac_and_what_models_need(snap_compare: Compare) -> None:
    assert looks(snap_compare, "n", size=LARGE, rack=with_network(build_rack()))


def test_the_network_before_the_stack_told_anything(snap_compare: Compare) -> None:
    assert looks(snap_compare, "n")


def test_a_second_proxy_in_the_header(snap_compare: Compare) -> None:
    assert looks(snap_compare, rack=with_network(build_rack()))


def test_the_dialog_that_reserves_the_address_a_machine_has(snap_compare: Compare) -> None:
    assert looks(snap_compare, "j", "i", rack=with_network(build_rack()))


def test_the_dialog_that_reserves_an_address_which_another_has(snap_compare: Compare) -> None:
    assert looks(snap_compare, "j", "i", "ctrl+u", *"192.168.1.22", rack=with_network(build_rack()))


def test_the_dialog_that_takes_a_reservation_away(snap_compare: Compare) -> None:
    assert looks(snap_compare, "i", "ctrl+u", rack=with_network(build_rack()))


def test_the_dialog_that_takes_a_machine_for_another_architecture(snap_compare: Compare) -> None:
    assert looks(snap_compare, "1", "G", "A", "j", "j", rack=with_network(build_rack()))


def test_help(snap_compare: Compare) -> None:
    assert looks(snap_compare, "question_mark")


def test_yaml(snap_compare: Compare) -> None:
    assert looks(snap_compare, "y")


@pytest.mark.parametrize("theme", ["light", "high-contrast", "colour-blind"])
def test_other_themes(snap_compare: Compare, theme: str) -> None:
    assert looks(snap_compare, theme=theme)


def test_clusters_on_the_main_screen(snap_compare: Compare) -> None:
    assert looks(snap_compare, "6", rack=build_provisioning())


def test_a_cluster_on_its_way(snap_compare: Compare) -> None:
    assert looks(snap_compare, "6", "enter", rack=build_provisioning())


def test_a_cluster_on_its_way_where_it_is_large(snap_compare: Compare) -> None:
    assert looks(snap_compare, "6", "enter", rack=build_provisioning(), size=LARGE)


def test_a_member_that_joins_etcd(snap_compare: Compare) -> None:
    assert looks(snap_compare, "6", "enter", "j", "enter", rack=build_provisioning(), size=(80, 40))


def test_the_form_of_a_new_cluster(snap_compare: Compare) -> None:
    assert looks(snap_compare, "c", rack=build_provisioning())


def test_the_form_with_too_few_servers_and_a_vip_that_is_taken(snap_compare: Compare) -> None:
    probe = Probe(finding=Finding.TAKEN, reason="52:54:00:aa:00:99 answers for 10.0.0.99: it is taken", at="2026-01-01T12:04:00Z")
    rack = build_provisioning()
    network = NetworkFacts({**rack.network.maps, PROBES: {NETWORKS: "10.0.0.0/24", "10.0.0.99": encode_probe(probe)}})
    to_endpoint = ["c", "down", "down", "down", "right", "down", "down", "down", "down", "down"]
    typed = ["enter", *"10.0.0.99", "enter"]
    assert looks(snap_compare, *to_endpoint, *typed, rack=replace(rack, network=network), size=(80, 40))


def test_the_manifest_before_it_is_applied(snap_compare: Compare) -> None:
    assert looks(snap_compare, *"cjjjjjjjj", "enter", *"10.0.0.99", "enter", "p", rack=build_provisioning())


def test_the_dialog_before_applying_a_cluster(snap_compare: Compare) -> None:
    assert looks(snap_compare, *"cjjjjjjjj", "enter", *"10.0.0.99", "enter", "a", rack=build_provisioning())


def test_the_dialog_that_scales_a_cluster(snap_compare: Compare) -> None:
    assert looks(snap_compare, "6", "s", "up", "right", "down", "right", "right", rack=build_provisioning())


def test_the_dialog_before_deleting_a_cluster(snap_compare: Compare) -> None:
    assert looks(snap_compare, "6", "X", rack=build_provisioning())


def test_the_dialog_before_replacing_a_control_plane_node(snap_compare: Compare) -> None:
    assert looks(snap_compare, "6", "enter", "j", "x", rack=build_provisioning())


def test_the_help_of_a_cluster(snap_compare: Compare) -> None:
    assert looks(snap_compare, "6", "enter", "question_mark", rack=build_provisioning(), size=(80, 40))


@pytest.mark.parametrize("size", [SMALL, (120, 40)], ids=["small", "wide"])
def test_the_config_a_server_gets_and_who_put_each_line_there(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert looks(snap_compare, "6", "enter", "j", "e", rack=build_provisioning(), size=size, config=build_config())


def test_the_config_with_its_secrets(snap_compare: Compare) -> None:
    assert looks(snap_compare, "6", "enter", "j", "e", "S", rack=build_provisioning(), config=build_config())


def test_what_a_node_says_of_itself(snap_compare: Compare) -> None:
    assert looks(snap_compare, "6", "enter", "l", rack=build_provisioning())


def test_a_server_of_a_cluster(snap_compare: Compare) -> None:
    assert looks(snap_compare, "slash", *"33000c", "enter", "enter", rack=build_provisioning())


def test_a_cluster_whose_plane_does_not_answer(snap_compare: Compare) -> None:
    assert looks(snap_compare, "6", "enter", rack=stale(build_provisioning(), 32, "connection refused"))
