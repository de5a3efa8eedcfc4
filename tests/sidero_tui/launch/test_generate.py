from pathlib import Path

import pytest
import yaml

from sidero_tui.cli import main

GUIDE = {
    "CONTROL_PLANE_ENDPOINT": "192.168.254.2",
    "CONTROL_PLANE_SERVERCLASS": "default",
    "WORKER_SERVERCLASS": "default",
    "KUBERNETES_VERSION": "v1.32.3",
}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in ("PUBLIC_IP", "NAMESPACE", "TALOS_VERSION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in GUIDE.items():
        monkeypatch.setenv(name, value)


def test_the_guides_line_prints_the_manifest_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "cluster", "management-plane", "-i", "sidero"]) == 0
    captured = capsys.readouterr()
    assert [document["kind"] for document in yaml.safe_load_all(captured.out)][:2] == ["Cluster", "MetalCluster"]
    assert captured.err == ""


def test_the_name_it_has_today_says_the_same_and_flags_win_over_the_environment(capsys: pytest.CaptureFixture[str]) -> None:
    counts = ["--control-plane-machine-count", "3", "--worker-machine-count", "2", "-n", "metal"]
    assert (
        main(["generate", "cluster", "a", "--infrastructure", "sidero:v0.6.13", *counts, "--kubernetes-version", "1.30.0"]) == 0
    )
    objects = list(yaml.safe_load_all(capsys.readouterr().out))
    (control_plane,) = [obj for obj in objects if obj["kind"] == "TalosControlPlane"]
    assert control_plane["spec"]["replicas"] == 3
    assert control_plane["spec"]["version"] == "v1.30.0"
    assert {obj["metadata"]["namespace"] for obj in objects} == {"metal"}


def test_missing_wrong_and_misspelt_variables_are_told_in_one_line_and_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WORKER_SERVERCLASS")
    monkeypatch.setenv("WORKER_SERVER_CLASS", "default")
    monkeypatch.setenv("KUBERNETES_VERSION", "v1.20.4")
    assert main(["generate", "cluster", "a"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        "sidero-tui: missing: WORKER_SERVERCLASS; KUBERNETES_VERSION: no Talos known here runs Kubernetes 1.20.4: choose "
        "1.24 to 1.36; WORKER_SERVER_CLASS is set: is WORKER_SERVERCLASS meant?\n"
    )


def test_a_misspelt_variable_that_has_a_default_is_refused_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONTROL_PLANE_MACHINES_COUNT", "3")
    assert main(["generate", "cluster", "a"]) == 2
    assert "is CONTROL_PLANE_MACHINE_COUNT meant?" in capsys.readouterr().err


def test_another_provider_and_a_cluster_without_a_name_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "cluster", "a", "-i", "aws"]) == 2
    assert main(["generate", "cluster"]) == 2
    assert "wants the cluster's name" in capsys.readouterr().err


def test_the_variables_are_listed_without_being_set(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GUIDE:
        monkeypatch.delenv(name)
    assert main(["generate", "cluster", "--list-variables"]) == 0
    required, _, optional = capsys.readouterr().out.partition("Optional Variables:")
    assert all(name in required for name in GUIDE)
    assert "CONTROL_PLANE_PORT" in optional
