"""Whole objects given back to the plane: replace, diff, and what another writer did meanwhile."""

import json
from pathlib import Path

import pytest

from tests.support.kubectl import Kubectl

pytestmark = pytest.mark.interop


@pytest.fixture
def manifest(kubectl: Kubectl, tmp_path: Path) -> Path:
    """A file with a Server as the plane shows it, edited: it is to be accepted."""
    path = tmp_path / "server.json"
    server = {
        "apiVersion": "metal.sidero.dev/v1alpha2",
        "kind": "Server",
        "metadata": {"generateName": "replaced-"},
        "spec": {"accepted": False},
    }
    path.write_text(json.dumps(server))
    name = kubectl.run(f"create -f {path} -o name").strip()
    kubectl.run(f"wait --for=jsonpath='{{.status.power}}'=unknown {name} --timeout=20s")
    shown = json.loads(kubectl.run(f"get {name} -o json"))
    shown["spec"]["accepted"] = True
    path.write_text(json.dumps(shown))
    return path


def test_diff_shows_what_a_write_would_change_and_writes_nothing(kubectl: Kubectl, manifest: Path) -> None:
    answer = kubectl.shell(f"kubectl diff -f {manifest}")
    assert (answer.code, answer.err) == (1, "")  # 1: there are differences
    assert "-  accepted: false\n+  accepted: true\n" in answer.out
    assert kubectl.run(f"get -f {manifest} -o jsonpath='{{.spec.accepted}}'") == "false"


def test_replace_takes_what_is_current_and_refuses_what_is_not(kubectl: Kubectl, manifest: Path) -> None:
    assert kubectl.run(f"replace -f {manifest}").endswith(" replaced\n")
    assert kubectl.run(f"get -f {manifest} -o jsonpath='{{.spec.accepted}}'") == "true"
    assert "the object has been modified" in kubectl.refuse(f"replace -f {manifest}")


def test_what_kubectl_prints_can_be_applied(kubectl: Kubectl) -> None:
    printed = "kubectl create secret generic bmc --from-literal=user=admin -o yaml --dry-run=client"
    for wanted in ("secret/bmc created\n", "secret/bmc unchanged\n"):
        answer = kubectl.shell(f"{printed} | kubectl apply -f -")
        assert (answer.out, answer.err) == (wanted, "")


def test_the_version_asked_and_the_health_of_the_plane(kubectl: Kubectl) -> None:
    assert "Server Version: v1.35.0+sidero-tui" in kubectl.run("version")
    for path in ("/healthz", "/livez", "/readyz"):
        assert kubectl.run(f"get --raw {path}") == "ok"
