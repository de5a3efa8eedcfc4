"""`generate cluster` beside stock clusterctl on the same template, and kubectl on what it prints.

The template is our own manifest with the variables in the place of their values: Sidero's is in no module that could be fetched.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from boot.cluster_api.template import ClusterPlan, build_manifest, render_manifest
from boot.cluster_api.variables import VARIABLES
from tests.support.kubectl import BUILT, Kubectl
from tests.support.program import PROGRAM

pytestmark = pytest.mark.interop

CLUSTERCTL = shutil.which("clusterctl", path=str(BUILT))
VALUES = {
    "CONTROL_PLANE_ENDPOINT": "192.168.254.2",
    "CONTROL_PLANE_SERVERCLASS": "masters",
    "WORKER_SERVERCLASS": "workers",
    "KUBERNETES_VERSION": "v1.32.3",
    "CONTROL_PLANE_PORT": "6443",
    "TALOS_VERSION": "v1.9",
}


def _template() -> str:
    plan = ClusterPlan(
        name="${CLUSTER_NAME}",
        endpoint="${CONTROL_PLANE_ENDPOINT}",
        control_plane_class="${CONTROL_PLANE_SERVERCLASS}",
        worker_class="${WORKER_SERVERCLASS}",
        kubernetes="${KUBERNETES_VERSION}",
        talos="${TALOS_VERSION}",
        port=11111,
        control_planes=22222,
        workers=33333,
    )
    text = render_manifest(build_manifest(plan))
    numbers = {"11111": "CONTROL_PLANE_PORT", "22222": "CONTROL_PLANE_MACHINE_COUNT", "33333": "WORKER_MACHINE_COUNT"}
    for number, variable in numbers.items():
        text = text.replace(number, f"${{{variable}}}")
    return text


def _run(home: Path, *command: str, environ: dict[str, str]) -> tuple[str, str]:
    settings = {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "CLUSTERCTL_DISABLE_VERSIONCHECK": "true"}
    inherited = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    done = subprocess.run(command, env=inherited | settings | environ, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout, done.stderr


def _clusterctl(home: Path, environ: dict[str, str], *more: str) -> tuple[str, str]:
    if CLUSTERCTL is None:
        pytest.skip("wants clusterctl (bash tests/interop/build.sh, which wants the package golang-go)")
    template = home / "template.yaml"
    template.write_text(_template())
    command = ("generate", "cluster", "rack", "--from", str(template), "--kubeconfig", str(home / "none"), "-n", "metal")
    return _run(home, CLUSTERCTL, *command, *more, environ=environ)


def _objects(text: str) -> list[dict[str, Any]]:
    return sorted(yaml.safe_load_all(text), key=lambda obj: (obj["kind"], obj["metadata"]["name"]))


def test_the_same_variables_make_the_same_objects(tmp_path: Path) -> None:
    ours, complaint = _run(tmp_path, str(PROGRAM), "generate", "cluster", "rack", "-n", "metal", environ=VALUES)
    assert complaint == ""
    theirs, _ = _clusterctl(tmp_path, VALUES)
    assert _objects(ours) == _objects(theirs)


def test_counts_are_what_clusterctl_takes_them_for_and_flags_are_spelt_as_its_own(tmp_path: Path) -> None:
    flags = ("--control-plane-machine-count", "3", "--worker-machine-count", "97", "--kubernetes-version", "v1.31.1")
    ours, _ = _run(tmp_path, str(PROGRAM), "generate", "cluster", "rack", "--target-namespace", "metal", *flags, environ=VALUES)
    theirs, _ = _clusterctl(tmp_path, VALUES, *flags)
    assert _objects(ours) == _objects(theirs)


def test_what_must_be_given_to_us_must_be_given_to_clusterctl(tmp_path: Path) -> None:
    required = {variable.name for variable in VARIABLES if variable.default is None}
    listed, _ = _clusterctl(tmp_path, {}, "--list-variables")
    theirs, _, _ = listed.partition("Optional Variables:")
    assert required <= {line.removeprefix("  - ") for line in theirs.splitlines()}


def test_kubectl_applies_it_twice_to_our_plane_and_the_second_time_nothing_changes(kubectl: Kubectl, tmp_path: Path) -> None:
    text, _ = _run(tmp_path, str(PROGRAM), "generate", "cluster", "rack", environ=VALUES)
    manifest = tmp_path / "management-plane.yaml"
    manifest.write_text(text)
    assert kubectl.run(f"apply -f {manifest}").count(" created\n") == 7
    assert kubectl.run(f"apply -f {manifest}").count(" unchanged\n") == 7
    assert "rack" in kubectl.run("get clusters,taloscontrolplanes,machinedeployments")
