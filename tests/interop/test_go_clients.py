"""Stock Go clients (client-go, controller-runtime) do and see the same on `sidero-tui --serve` and on a real kube-apiserver.

The scenarios are in go-clients/, one function each; what one prints is compared line by line.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.kube_apiserver import AVAILABLE, WANTED, kube_apiserver
from tests.support.kubectl import BUILT
from tests.support.program import serve

pytestmark = pytest.mark.interop

GO_CLIENTS = shutil.which("go-clients", path=str(BUILT))
COMPARED = (
    "conflicts",
    "controller",
    "delete-collection",
    "discovery",
    "dynamic-informer",
    "election",
    "informer",
    "mapper",
    "metadata",
    "paging",
    "patches",
    "protobuf",
    "reviews",
)
READS = "reads"
"""The line on how a collection was read. kube-apiserver on an etcd as old as 3.4.23 refuses streaming lists."""


def run_scenario(kubeconfig: Path, scenario: str) -> list[dict[str, Any]]:
    """What it printed; it must succeed."""
    assert GO_CLIENTS is not None
    done = subprocess.run([GO_CLIENTS, kubeconfig, scenario], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{scenario} on {kubeconfig}: {done.stderr}{done.stdout}"
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    if GO_CLIENTS is None:
        pytest.skip("wants go-clients (bash tests/interop/build.sh, which wants the package golang-go)")
    with serve(tmp_path_factory.mktemp("ours")) as served:
        yield served.kubeconfig


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    if not AVAILABLE:
        pytest.skip(WANTED)
    with kube_apiserver(tmp_path_factory.mktemp("real")) as cluster:
        yield cluster.kubeconfig


@pytest.mark.parametrize("scenario", COMPARED)
def test_go_clients_do_and_see_the_same_on_the_plane_as_on_a_real_kube_apiserver(ours: Path, real: Path, scenario: str) -> None:
    here, there = (run_scenario(kubeconfig, scenario) for kubeconfig in (ours, real))
    streamed = [line["value"] for line in here if line["what"] == READS]
    assert all(value == {"streaming lists": 1, "plain lists": 0} for value in streamed)
    assert _without_reads(here) == _without_reads(there)


def test_a_streaming_list_ends_its_first_events_with_a_bookmark_and_then_when_its_time_is_over(ours: Path) -> None:
    (line,) = run_scenario(ours, "bookmarks")
    assert line["value"] == {"added": ["map-00", "map-01"], "initial events end": True}


def test_every_scenario_of_the_program_is_run(ours: Path) -> None:
    assert ours.exists()
    assert GO_CLIENTS is not None
    listed = subprocess.run([GO_CLIENTS, "list"], capture_output=True, text=True, timeout=30, check=True)
    assert set(listed.stdout.split()) == {*COMPARED, "bookmarks"}


def _without_reads(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["what"] != READS]
