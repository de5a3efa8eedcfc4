import shlex
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from boot.cluster_api.endpoint import EndpointKind
from boot.cluster_api.template import build_manifest
from boot.resources.address_probes import ASK, NAME, NETWORKS, Finding, Probe, encode_probe
from boot.resources.kinds import CONFIG_MAP
from sidero_tui.cli import main
from sidero_tui.model.cluster_draft import ClusterDraft, Remark, ask_probe, begin_draft, judge, list_choices, refuse, turn
from sidero_tui.model.cluster_edits import apply_plan
from sidero_tui.model.edits import How
from sidero_tui.model.network import NetworkFacts
from sidero_tui.model.snapshot import Snapshot
from tests.sidero_tui.clusters import build_provisioning

RACK = build_provisioning()
DRAFT = ClusterDraft(
    "plane", control_plane_class="masters", worker_class="masters", endpoint="10.0.0.99", install_disk="/dev/sda"
)


def with_probe(finding: Finding, networks: str = "10.0.0.0/24") -> Snapshot:
    probe = Probe(finding=finding, reason=f"10.0.0.99 is {finding}", at="2026-01-01T12:00:00Z")
    return replace(RACK, network=NetworkFacts({NAME: {NETWORKS: networks, "10.0.0.99": encode_probe(probe)}}))


def test_a_draft_begins_with_the_class_that_has_most_to_give_and_lacks_its_endpoint() -> None:
    draft = begin_draft(RACK)
    assert draft.control_plane_class in {"atom", "masters"}
    assert refuse(draft, RACK) == "the endpoint's address or name must be filled in"
    assert begin_draft(Snapshot()).control_plane_class == ""


def test_a_draft_that_fits_has_nothing_against_it() -> None:
    remarks = judge(DRAFT, with_probe(Finding.FREE))
    assert refuse(DRAFT, with_probe(Finding.FREE)) == ""
    assert remarks == {"endpoint": Remark("10.0.0.99 is free")}


@pytest.mark.parametrize(
    ("change", "field", "words", "blocks"),
    [
        ({"name": "Plane"}, "name", "no name of a cluster", True),
        ({"name": "rack-one"}, "name", "there is a cluster rack-one already", True),
        ({"control_planes": "2"}, "control_planes", "choose an odd number", True),
        ({"control_planes": "many"}, "control_planes", "no number", True),
        ({"kubernetes": "v1.20.0"}, "kubernetes", "no Talos known here", True),
        ({"talos": "v1.6"}, "talos", "Talos 1.6 runs Kubernetes 1.24 to 1.29, not v1.36.3", True),
        ({"workers": "9"}, "worker_class", "masters has 4 of 9 free servers", False),
        ({"workers": "2"}, "worker_class", "masters together have 4 of 5 free servers", False),
        ({"worker_class": "big"}, "worker_class", "there is no ServerClass big", False),
        ({"control_planes": "1"}, "kind", "a VIP of one control plane node", False),
        ({"endpoint": "192.168.7.7"}, "endpoint", "not in the servers' network (10.0.0.0/24)", True),
        ({"kind": EndpointKind.BALANCER, "endpoint": "127.0.0.1"}, "endpoint", "this machine alone", True),
        ({"endpoint": "10.0.0.2"}, "endpoint", "10.0.0.2 is the address of", True),
        ({"endpoint": "10.0.0.98"}, "endpoint", "nobody has asked yet", False),
        ({"kind": EndpointKind.SINGLE, "endpoint": "10.0.0.12"}, "kind", "when that node fails, the API is gone", False),
        ({"kind": EndpointKind.SINGLE, "endpoint": "10.0.0.240"}, "endpoint", "no address of a server", False),
        ({"install_disk": ""}, "install_disk", "left to the patches", False),
        ({"install_disk": "sda"}, "install_disk", "neither a path", True),
        ({"port": "0"}, "port", "no port", True),
    ],
)
def test_each_field_says_what_is_wrong_with_it(change: dict[str, object], field: str, words: str, blocks: bool) -> None:
    draft = DRAFT
    for name, value in change.items():
        draft = draft.put(name, value)
    remark = judge(draft, with_probe(Finding.FREE))[field]
    assert words in remark.text
    assert remark.blocks is blocks


def test_a_vip_that_somebody_answers_for_blocks() -> None:
    assert refuse(DRAFT, with_probe(Finding.TAKEN)) == "10.0.0.99 is taken"
    assert refuse(DRAFT, with_probe(Finding.UNKNOWN)) == ""


def test_having_it_probed_is_one_key_of_a_configmap() -> None:
    edit = ask_probe(RACK, "10.0.0.99")
    assert (edit.kind, edit.name, edit.namespace, edit.creates) == (CONFIG_MAP, NAME, "sidero-tui", True)
    assert edit.patch == {"data": {"10.0.0.99": ASK}}
    assert not ask_probe(with_probe(Finding.FREE), "10.0.0.99").creates


def test_choices_go_round_and_counts_step_so_that_control_planes_stay_odd() -> None:
    assert turn(DRAFT, "control_planes", 1, RACK).control_planes == "5"
    assert turn(turn(DRAFT, "control_planes", -1, RACK), "control_planes", -1, RACK).control_planes == "1"
    assert turn(replace(DRAFT, control_planes="4"), "control_planes", 1, RACK).control_planes == "5"
    assert turn(DRAFT, "workers", -1, RACK).workers == "0"
    assert turn(DRAFT, "kind", 1, RACK).kind is EndpointKind.BALANCER
    assert turn(DRAFT, "kind", -1, RACK).kind is EndpointKind.SINGLE
    assert turn(DRAFT, "name", 1, RACK) == DRAFT
    kubernetes = list_choices(DRAFT, "kubernetes", RACK)
    assert turn(DRAFT, "kubernetes", 1, RACK).kubernetes == kubernetes[1]
    assert list_choices(replace(DRAFT, kubernetes="v1.24.1"), "talos", RACK) == ["", "v1.6"]
    assert list_choices(replace(DRAFT, kind=EndpointKind.SINGLE), "endpoint", RACK)
    assert list_choices(DRAFT, "endpoint", RACK) == ()


@pytest.mark.parametrize(
    "draft",
    [
        DRAFT,
        replace(DRAFT, kind=EndpointKind.BALANCER, kubernetes="v1.35.0", talos="v1.12", workers="2", port="7443"),
        replace(DRAFT, vip_link="eth0"),
    ],
)
def test_the_line_for_a_shell_prints_the_same_manifest(
    draft: ClusterDraft, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    program, *arguments = shlex.split(draft.command)
    assert program == "sidero-tui"
    assert main(arguments) == 0
    assert list(yaml.safe_load_all(capsys.readouterr().out)) == build_manifest(draft.plan)


def test_applying_is_one_write_an_object_and_one_line_for_all() -> None:
    edits = apply_plan(DRAFT.plan, "make it")
    assert [edit.patch for edit in edits] == build_manifest(DRAFT.plan)
    assert {edit.how for edit in edits} == {How.APPLY}
    assert [edit.command for edit in edits if edit.command] == ["make it"]
