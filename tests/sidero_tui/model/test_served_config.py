import base64
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from boot.errors import ConfigError
from boot.resources.base import Object
from boot.resources.metal import Server, ServerClass
from boot.resources.talos_providers import TalosConfig
from boot.talos.documents import render_documents
from boot.talos.machine_config import ClusterInput, MachineType, build_machine_config
from boot.talos.patches import patch_text
from boot.talos.releases import parse_contract
from boot.talos.secrets import generate_bundle, render_bundle
from sidero_tui.model.members import Member
from sidero_tui.model.served_config import ConfigSources, build_served_config
from tests.sidero_tui.builders import name_of
from tests.sidero_tui.clusters import build_cluster, build_member

CONTRACT = parse_contract("v1.6")
BUNDLE = generate_bundle(CONTRACT, datetime(2026, 1, 1, tzinfo=UTC))
DISK = "machine:\n  install:\n    disk: /dev/sda\n"
LABEL: Object = {"op": "add", "path": "/machine/nodeLabels", "value": {"rack": "r3"}}


def secret(key: str, text: str) -> Object:
    return {"metadata": {"name": "s"}, "data": {key: base64.b64encode(text.encode()).decode()}}


@pytest.fixture(scope="module")
def sources() -> ConfigSources:
    cluster = ClusterInput("rack-one", "https://10.0.0.100:6443", "1.29.3", CONTRACT)
    generated = render_documents(build_machine_config(cluster, BUNDLE, MachineType.CONTROL_PLANE))
    machine, metal = build_member("m", name_of(1))
    machine = machine.model_copy(update={"spec": machine.spec.model_copy(update={"version": "v1.29.3"})})
    config = {"generateType": "controlplane", "talosVersion": "v1.6", "strategicPatches": [DISK]}
    return ConfigSources(
        Member(machine, metal),
        stored=secret("value", patch_text(generated, [DISK])),
        config=TalosConfig.model_validate({"metadata": {"name": "m"}, "spec": config}),
        cluster=build_cluster(),
        bundle=secret("bundle", render_bundle(BUNDLE)),
        server_class=ServerClass.model_validate(
            {"metadata": {"name": "masters"}, "spec": {"strategicPatches": ["machine:\n  sysctls:\n    vm.swappiness: '1'\n"]}}
        ),
        server=Server.model_validate({"metadata": {"name": name_of(1)}, "spec": {"configPatches": [LABEL]}}),
    )


def origins(sources: ConfigSources) -> dict[str, str]:
    return {line.strip(): origin for line, origin in build_served_config(sources).lines(reveal=True)}


def test_each_line_says_whether_generator_template_class_or_server_put_it_there(sources: ConfigSources) -> None:
    found = origins(sources)
    assert found["type: controlplane"] == "generated"
    assert found["disk: /dev/sda"] == "TalosConfig m"
    assert found["vm.swappiness: '1'"] == "ServerClass masters"
    assert found["rack: r3"] == f"Server {name_of(1)}"


def test_without_the_clusters_secrets_what_is_stored_is_the_talosconfigs_as_a_whole(sources: ConfigSources) -> None:
    found = origins(replace(sources, bundle=None))
    assert found["type: controlplane"] == "TalosConfig m"
    assert found["rack: r3"] == f"Server {name_of(1)}"


def test_what_was_made_otherwise_than_we_would_make_it_is_not_called_generated(sources: ConfigSources) -> None:
    other = sources.cluster.model_copy(update={"metadata": sources.cluster.metadata.model_copy(update={"name": "renamed"})})
    assert origins(replace(sources, cluster=other))["type: controlplane"] == "TalosConfig m"


def test_a_patch_that_does_not_apply_names_its_class(sources: ConfigSources) -> None:
    wrong = ServerClass.model_validate({"metadata": {"name": "masters"}, "spec": {"strategicPatches": ["machine: [1]\n"]}})
    with pytest.raises(ConfigError, match="ServerClass masters, patch 1"):
        build_served_config(replace(sources, server_class=wrong))


def test_a_secret_without_its_key_is_said_without_its_content(sources: ConfigSources) -> None:
    with pytest.raises(ConfigError, match="Secret s: value cannot be read"):
        build_served_config(replace(sources, stored={"metadata": {"name": "s"}, "data": {}}))
