"""Providers chosen from a repository, their variables filled in, their objects labelled and in order."""

from pathlib import Path

import pytest
import yaml

from boot.errors import ConfigError
from boot.pivot.components import build_components, build_inventory, fill_in
from boot.pivot.providers import PROVIDERS, choose, parse_wanted

VERSIONS = {"cluster-api": "v1.10.10", "bootstrap-talos": "v0.6.12", "control-plane-talos": "v0.5.12"}
ALL = {**VERSIONS, "infrastructure-sidero": "v0.6.13"}


def make_repository(directory: Path, versions: dict[str, str]) -> Path:
    for provider in PROVIDERS:
        if version := versions.get(provider.label):
            place = directory / provider.label / version
            place.mkdir(parents=True)
            (place / provider.file).write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n")
    return directory


def test_the_newest_of_each_is_chosen_in_the_order_of_installation(tmp_path: Path) -> None:
    make_repository(tmp_path, ALL)
    make_repository(tmp_path, {"bootstrap-talos": "v0.6.9"})
    assert [(one.provider.label, one.version) for one in choose(tmp_path, {})] == list(ALL.items())
    assert choose(tmp_path, {"bootstrap-talos": "v0.6.9"})[1].version == "v0.6.9"


def test_what_is_missing_and_what_does_not_go_together_is_told_at_once(tmp_path: Path) -> None:
    make_repository(tmp_path, {**VERSIONS, "cluster-api": "v1.12.1"})
    with pytest.raises(ConfigError) as told:
        choose(tmp_path, {})
    assert "cluster-api v1.12.1: only 1.10 is known to go with the other providers" in str(told.value)
    assert "infrastructure-sidero: a version is wanted, and it has none" in str(told.value)
    with pytest.raises(ConfigError, match="no such provider"):
        parse_wanted("bootstrap", "kubeadm")
    assert parse_wanted("bootstrap", "talos:v0.6.12") == ("bootstrap-talos", "v0.6.12")


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("a: ${A}", "a: 1"),
        ("b: ${B:=2}, ${B}", "b: 2, 2"),
        ("e: ${E:-x} ${E-x}", "e: x "),
        ("s: ${ A }", "s: 1"),
    ],
)
def test_variables_are_filled_in_as_clusterctl_does_it(text: str, filled: str) -> None:
    assert fill_in(text, {"A": "1", "E": ""}) == filled


def test_variables_without_a_value_are_listed() -> None:
    with pytest.raises(ConfigError, match="not set: A, B"):
        fill_in("${B} ${A}", {})


def test_objects_are_labelled_and_namespaces_and_definitions_come_first(tmp_path: Path) -> None:
    (chosen, *_) = choose(make_repository(tmp_path, ALL), {})
    kinds = ("Deployment", "Issuer", "CustomResourceDefinition", "Namespace")
    versions = {"Issuer": "cert-manager.io/v1"}
    text = yaml.safe_dump_all(
        [{"apiVersion": versions.get(kind, "v1"), "kind": kind, "metadata": {"name": "x"}} for kind in kinds]
    )
    built = build_components(chosen, text, {})
    assert [obj["kind"] for obj in built] == ["Namespace", "CustomResourceDefinition", "Issuer", "Deployment"]
    assert built[0]["metadata"]["labels"] == {
        "clusterctl.cluster.x-k8s.io": "",
        "cluster.x-k8s.io/provider": "cluster-api",
    }
    assert build_inventory(chosen)["metadata"]["name"] == "cluster-api"
