from datetime import UTC, datetime

import pytest

from boot.cluster_api.variables import VARIABLES, Extras, find_misspelt, fitting_talos, read_plan
from boot.errors import ConfigError
from boot.talos.machine_config import ClusterInput, MachineType, build_machine_config
from boot.talos.patches import apply_patches, parse_patch
from boot.talos.releases import parse_contract
from boot.talos.secrets import SecretsBundle, generate_bundle
from boot.talos.validation import validate_config

GUIDE = {
    "CONTROL_PLANE_ENDPOINT": "192.168.254.2",
    "CONTROL_PLANE_SERVERCLASS": "masters",
    "WORKER_SERVERCLASS": "workers",
    "KUBERNETES_VERSION": "v1.32.3",
}


EXTRAS = Extras("type=ssd,size=>= 100GB", vip=True)


@pytest.fixture(scope="module")
def bundle() -> SecretsBundle:
    return generate_bundle(parse_contract("v1.6"), datetime(2026, 1, 1, tzinfo=UTC))


def problems(name: str = "rack", extras: Extras | None = None, values: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        read_plan(name, GUIDE | (values or {}), extras or Extras())
    return str(caught.value)


def test_the_guides_four_variables_are_enough() -> None:
    plan = read_plan("management-plane", GUIDE)
    assert (plan.port, plan.control_planes, plan.workers, plan.namespace) == (6443, 1, 0, "default")
    assert (plan.kubernetes, plan.talos) == ("v1.32.3", "v1.13")


def test_all_that_is_missing_is_listed_at_once_by_name() -> None:
    with pytest.raises(ConfigError) as caught:
        read_plan("rack", {"KUBERNETES_VERSION": "", "PATH": "/bin"})
    assert str(caught.value) == (
        "missing: CONTROL_PLANE_ENDPOINT, CONTROL_PLANE_SERVERCLASS, WORKER_SERVERCLASS, KUBERNETES_VERSION"
    )


def test_a_kubernetes_version_gets_its_v() -> None:
    assert read_plan("rack", GUIDE | {"KUBERNETES_VERSION": "1.30.1"}).kubernetes == "v1.30.1"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"KUBERNETES_VERSION": "1.32"}, "KUBERNETES_VERSION: '1.32' is no version"),
        ({"KUBERNETES_VERSION": "v1.20.4"}, "KUBERNETES_VERSION: no Talos known here runs Kubernetes 1.20.4: choose 1.24"),
        ({"TALOS_VERSION": "v1.6"}, "TALOS_VERSION: Talos 1.6 runs Kubernetes 1.24 to 1.29, not v1.32.3"),
        ({"TALOS_VERSION": "v0.9"}, "TALOS_VERSION: configs for Talos 0.9 are not made here: choose 1.6 to 1.13"),
        ({"CONTROL_PLANE_ENDPOINT": "https://10.0.0.1:6443"}, "CONTROL_PLANE_ENDPOINT: https://10.0.0.1:6443: the endpoint"),
        ({"CONTROL_PLANE_PORT": "70000"}, "CONTROL_PLANE_PORT: '70000' is no port"),
        ({"CONTROL_PLANE_MACHINE_COUNT": "2"}, "CONTROL_PLANE_MACHINE_COUNT: etcd of 2 members survives no more"),
        ({"CONTROL_PLANE_MACHINE_COUNT": "0"}, "CONTROL_PLANE_MACHINE_COUNT: '0' is no number of control plane nodes"),
        ({"WORKER_MACHINE_COUNT": "-1"}, "WORKER_MACHINE_COUNT: '-1' is no number of workers"),
        ({"WORKER_SERVERCLASS": "Not A Class"}, "WORKER_SERVERCLASS: 'Not A Class' is no name of a ServerClass"),
        ({"NAMESPACE": "a.b"}, "NAMESPACE: 'a.b' is no name of a namespace"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_name_and_why(values: dict[str, str], said: str) -> None:
    assert problems(values=values).startswith(said)


def test_several_things_that_are_wrong_are_told_together() -> None:
    said = problems("Rack One", values={"CONTROL_PLANE_PORT": "x", "WORKER_MACHINE_COUNT": "y"})
    assert said.count(";") == 2
    assert said.startswith("CLUSTER_NAME: 'Rack One'")


def test_a_name_leaves_room_for_those_made_of_it() -> None:
    assert read_plan("a" * 55, GUIDE).name == "a" * 55
    assert "longer than 55" in problems("a" * 56)


@pytest.mark.parametrize(("kubernetes", "talos"), [("1.24.0", "v1.6"), ("v1.29.1", "v1.11"), ("1.36.0", "v1.13")])
def test_talos_is_the_newest_that_runs_the_kubernetes(kubernetes: str, talos: str) -> None:
    assert fitting_talos(kubernetes) == talos


def test_a_misspelt_variable_is_found_and_what_programs_set_by_themselves_is_not() -> None:
    ours = [variable.name for variable in VARIABLES]
    others = ["KUBERNETES_SERVICE_HOST", "KUBERNETES_PORT", "TALOSCONFIG", "TALOS_HOME", "NAME", "PATH", "KUBECONFIG"]
    assert find_misspelt([*ours, *others]) == {}
    assert find_misspelt(["CONTROL_PLANE_ENDPONT", "WORKER_SERVER_CLASS", *others]) == {
        "CONTROL_PLANE_ENDPONT": "CONTROL_PLANE_ENDPOINT",
        "WORKER_SERVER_CLASS": "WORKER_SERVERCLASS",
    }


@pytest.mark.parametrize("talos", ["v1.6", "v1.11", "v1.12", "v1.13"])
def test_disk_and_vip_become_patches_with_which_a_real_config_is_valid(talos: str, bundle: SecretsBundle) -> None:
    plan = read_plan(
        "rack", GUIDE | {"KUBERNETES_VERSION": "1.29.0" if talos == "v1.6" else "1.31.0", "TALOS_VERSION": talos}, EXTRAS
    )
    contract = parse_contract(talos)
    for kind, patches in ((MachineType.CONTROL_PLANE, plan.control_plane_patches), (MachineType.WORKER, plan.worker_patches)):
        cluster = ClusterInput("rack", "https://192.168.254.2:6443", plan.kubernetes.removeprefix("v"), contract)
        config = apply_patches(build_machine_config(cluster, bundle, kind), [parse_patch(text) for text in patches])
        assert validate_config(config, contract) == []
        assert config[0]["machine"]["install"]["diskSelector"] == {"type": "ssd", "size": ">= 100GB"}
    assert plan.worker_patches == plan.control_plane_patches[:1]


def test_a_disk_that_is_neither_path_nor_selector_is_refused() -> None:
    assert "neither a path" in problems(extras=Extras(install_disk="sda"))
    assert "neither a path" in problems(extras=Extras(install_disk="colour=red"))


def test_a_dns_name_is_no_vip() -> None:
    assert "cannot be a VIP" in problems(extras=Extras(vip=True), values={"CONTROL_PLANE_ENDPOINT": "api.example.org"})
