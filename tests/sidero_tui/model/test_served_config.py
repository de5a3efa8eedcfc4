from dataclasses import replace
from datetime import UTC, datetime

import pytest

from boot.metadata.compose import compose_config
from boot.resources.base import Object
from boot.resources.metal import Server, ServerClass
from boot.resources.talos_providers import TalosConfig
from boot.talos.documents import parse_documents, render_documents
from boot.talos.machine_config import ClusterInput, MachineType, build_machine_config
from boot.talos.patches import patch_text
from boot.talos.releases import parse_contract
from boot.talos.secrets import generate_bundle, render_bundle
from sidero_tui.model.served_config import BootstrapSources, explain_bootstrap, refine_origins
from tests.sidero_tui.builders import name_of
from tests.sidero_tui.clusters import build_cluster

CONTRACT = parse_contract("v1.6")
BUNDLE = generate_bundle(CONTRACT, datetime(2026, 1, 1, tzinfo=UTC))
DISK = "machine:\n  install:\n    disk: /dev/sda\n"
LABEL: Object = {"op": "add", "path": "/machine/nodeLabels", "value": {"rack": "r3"}}
SPEC = {"generateType": "controlplane", "talosVersion": "v1.6", "strategicPatches": [DISK]}
SOURCES = BootstrapSources(
    config=TalosConfig.model_validate({"metadata": {"name": "m"}, "spec": SPEC}),
    cluster=build_cluster(),
    bundle=render_bundle(BUNDLE),
    version="v1.29.3",
)


@pytest.fixture(scope="module")
def stored() -> str:
    cluster = ClusterInput("rack-one", "https://10.0.0.100:6443", "1.29.3", CONTRACT)
    return patch_text(render_documents(build_machine_config(cluster, BUNDLE, MachineType.CONTROL_PLANE)), [DISK])


def origins(stored: str, sources: BootstrapSources) -> dict[str, str]:
    patch = "machine:\n  sysctls:\n    vm.swappiness: '1'\n"
    server_class = ServerClass.model_validate({"metadata": {"name": "masters"}, "spec": {"strategicPatches": [patch]}})
    server = Server.model_validate({"metadata": {"name": name_of(1)}, "spec": {"configPatches": [LABEL]}})
    composed = compose_config(stored, "m", server, server_class, CONTRACT).config
    told = explain_bootstrap(sources, parse_documents(stored))
    return {line.strip(): origin for line, origin in refine_origins(composed, "m", told, "m").lines(reveal=True)}


def test_each_line_says_whether_generator_template_class_server_or_sidero_put_it_there(stored: str) -> None:
    found = origins(stored, SOURCES)
    assert found["type: controlplane"] == "generated"
    assert found["disk: /dev/sda"] == "TalosConfig m"
    assert found["vm.swappiness: '1'"] == "ServerClass masters"
    assert found["rack: r3"] == f"Server {name_of(1)}"
    assert found[f"node-labels: metal.sidero.dev/uuid={name_of(1)}"] == "Sidero's node label"


def test_without_the_clusters_secrets_what_is_stored_is_the_talosconfigs_as_a_whole(stored: str) -> None:
    found = origins(stored, replace(SOURCES, bundle=""))
    assert found["type: controlplane"] == "TalosConfig m"
    assert found["rack: r3"] == f"Server {name_of(1)}"


def test_what_was_made_otherwise_than_we_would_make_it_is_not_called_generated(stored: str) -> None:
    assert explain_bootstrap(replace(SOURCES, version="v1.28.0"), parse_documents(stored)) is None
    assert origins(stored, replace(SOURCES, version="v1.28.0"))["type: controlplane"] == "TalosConfig m"
