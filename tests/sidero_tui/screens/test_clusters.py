"""Clusters as an operator goes about them: each key, and what it has the plane do."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from textual.pilot import Pilot

from boot.resources.kinds import CLUSTER, CONFIG_MAP, MACHINE, SERVER, TALOS_CONTROL_PLANE
from sidero_tui.messages import SnapshotChanged
from sidero_tui.screens.base import ConsoleScreen
from sidero_tui.screens.cluster import ClusterScreen, MemberScreen
from sidero_tui.screens.config import ConfigScreen
from sidero_tui.screens.confirm import ConfirmScreen
from sidero_tui.screens.form import ClusterFormScreen
from sidero_tui.screens.help import HelpScreen
from sidero_tui.screens.main import MainScreen
from sidero_tui.screens.page import PageScreen
from sidero_tui.screens.scale import ScaleScreen
from sidero_tui.screens.server import ServerScreen
from sidero_tui.screens.yaml import YamlScreen
from tests.sidero_tui.builders import name_of, read_only
from tests.sidero_tui.clusters import build_config, build_provisioning
from tests.sidero_tui.consoles import StillPlane, open_console

RACK = build_provisioning()
SIZE = (80, 30)
TO_ENDPOINT = ("c", *["down"] * 8, "enter", *"10.0.0.99", "enter")


async def drive(pilot: Pilot[None], *keys: str) -> None:
    await pilot.pause()
    for key in keys:
        await pilot.press(key)
        await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


@pytest.mark.parametrize(
    ("keys", "screen"),
    [
        (("c",), ClusterFormScreen),
        (("colon", *"new-cluster", "enter"), ClusterFormScreen),
        ((*TO_ENDPOINT, "p"), PageScreen),
        (("6", "enter"), ClusterScreen),
        (("6", "y"), YamlScreen),
        (("6", "s"), ScaleScreen),
        (("6", "X"), ConfirmScreen),
        (("6", "enter", "enter"), MemberScreen),
        (("6", "enter", "e"), ConfigScreen),
        (("6", "enter", "y"), YamlScreen),
        (("6", "enter", "question_mark"), HelpScreen),
        (("6", "enter", "enter", "x"), ConfirmScreen),
        (("6", "enter", "enter", "y"), YamlScreen),
        (("6", "enter", "enter", "e"), ConfigScreen),
        (("6", "enter", "l"), PageScreen),
        (("6", "enter", "enter", "l"), PageScreen),
    ],
)
async def test_every_screen_is_a_key_away_and_esc_leads_back(keys: tuple[str, ...], screen: type[ConsoleScreen]) -> None:
    app, plane = open_console(RACK)
    plane.config = build_config()
    async with app.run_test(size=SIZE) as pilot:
        await drive(pilot, *keys)
        assert isinstance(app.screen, screen)
        await drive(pilot, *["escape"] * (len(app.screen_stack) - 1))
        assert isinstance(app.screen, MainScreen)


async def test_a_server_of_a_cluster_shows_what_it_is_there_and_leads_to_its_config_and_its_log() -> None:
    app, plane = open_console(RACK)
    plane.config = build_config()
    async with app.run_test(size=SIZE) as pilot:
        await drive(pilot, "slash", *"33000c", "enter", "enter")
        assert isinstance(app.screen, ServerScreen)
        await drive(pilot, "e")
        assert isinstance(app.screen, ConfigScreen)
        await drive(pilot, "escape", "l")
        assert type(app.screen) is PageScreen


async def carry_out(*keys: str) -> StillPlane:
    app, plane = open_console(RACK)
    async with app.run_test(size=SIZE) as pilot:
        await drive(pilot, *keys)
    return plane


async def test_a_cluster_is_typed_and_applied() -> None:
    plane = await carry_out(*TO_ENDPOINT, "a", "enter")
    assert [edit.kind.kind for edit in plane.edits] == [
        "Cluster",
        "MetalCluster",
        "MetalMachineTemplate",
        "TalosControlPlane",
        "TalosConfigTemplate",
        "MachineDeployment",
        "MetalMachineTemplate",
    ]
    assert isinstance(plane.edits[1].patch, dict)
    assert plane.edits[1].patch["spec"] == {"controlPlaneEndpoint": {"host": "10.0.0.99", "port": 6443}}


async def test_what_does_not_fit_is_not_applied() -> None:
    assert (await carry_out("c", "a", "enter")).edits == []


async def test_a_vip_is_probed_on_demand() -> None:
    (edit,) = (await carry_out(*TO_ENDPOINT, "v")).edits
    assert (edit.kind, edit.patch) == (CONFIG_MAP, {"data": {"10.0.0.99": "ask"}})


async def test_a_manifest_is_saved_once_and_never_over_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    await carry_out(*TO_ENDPOINT, "s", "enter")
    saved = tmp_path / "management-plane.yaml"
    assert len(list(yaml.safe_load_all(saved.read_text()))) == 7
    saved.write_text("mine")
    await carry_out(*TO_ENDPOINT, "s", "enter")
    assert saved.read_text() == "mine"


async def test_scaling_writes_what_the_numbers_say() -> None:
    (edit,) = (await carry_out("6", "s", "up", "right", "enter")).edits
    assert (edit.kind, edit.name, edit.patch) == (TALOS_CONTROL_PLANE, "rack-one-cp", {"spec": {"replicas": 5}})
    assert (await carry_out("6", "s", "enter")).edits == []


async def test_a_cluster_is_deleted_only_after_its_name_was_typed() -> None:
    assert (await carry_out("6", "X", "enter", *"rack", "enter")).edits == []
    (edit,) = (await carry_out("6", "X", "enter", *"rack-one", "enter")).edits
    assert (edit.kind, edit.name, edit.namespace) == (CLUSTER, "rack-one", "default")


async def test_replacing_writes_to_the_server_and_deletes_the_machine() -> None:
    cordon, gone = (await carry_out("6", "enter", "j", "x", "enter", *"replace", "enter")).edits
    assert (cordon.kind, cordon.name) == (SERVER, name_of(12))
    assert (gone.kind, gone.name) == (MACHINE, "rack-one-cp-bbbbb")


async def test_a_console_that_only_reads_offers_none_of_it() -> None:
    app, plane = open_console(read_only(RACK))
    async with app.run_test(size=SIZE) as pilot:
        await drive(pilot, "c", "6", "s", "X")
        assert isinstance(app.screen, MainScreen)
        await drive(pilot, "enter", "x")
        assert isinstance(app.screen, ClusterScreen)
    assert plane.edits == []


async def test_a_cluster_that_goes_while_it_is_looked_at_says_so() -> None:
    app, _ = open_console(RACK)
    async with app.run_test(size=SIZE) as pilot:
        await drive(pilot, "6", "enter", "enter")
        app.post_message(SnapshotChanged(replace(RACK, clusters={}, machines={})))
        await drive(pilot, "escape")
        assert isinstance(app.screen, ClusterScreen)
        await drive(pilot, "s", "e", "x", "enter")
        assert isinstance(app.screen, ClusterScreen)
