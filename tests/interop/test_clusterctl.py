"""Stock clusterctl reads the plane as it reads a real kube-apiserver: a Cluster, by the CRDs that Cluster API ships."""

import base64
import json
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.kube_apiserver import AVAILABLE, WANTED, kube_apiserver
from tests.support.kubectl import BUILT, KUBECTL, Answer, Kubectl
from tests.support.kubectl import WANTED as KUBECTL_WANTED
from tests.support.plane_alone import plane_alone

pytestmark = pytest.mark.interop

CLUSTERCTL = shutil.which("clusterctl", path=str(BUILT))
CRDS = BUILT / "crds"
TOO_LARGE = "controlplane.cluster.x-k8s.io_kubeadmcontrolplanes.yaml"
"""More than 256 KiB: client-side apply has no room for it in an annotation, on any server."""
OBJECTS = Path(__file__).parent / "manifests" / "cluster.yaml"
CONTRACT = "cluster.x-k8s.io/v1beta2=v1beta2"
"""The label by which Cluster API finds the version of a provider's kinds; its kustomizations put it there."""
COMMANDS = (
    "describe cluster rack-one",
    "describe cluster rack-one --show-conditions all",
    "describe cluster rack-one --show-conditions all --grouping=false --echo",
    "describe cluster rack-one --show-machinesets --show-resourcesets --show-templates",
    "describe cluster missing",
    "get kubeconfig rack-one",
    "get kubeconfig missing",
)
_AGE = re.compile(r"\b\d+[smhdy](\d+[smhd])?\b")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A server with the CRDs and the objects, and what applying the CRDs said."""

    kubectl: Kubectl
    applied: Answer


@pytest.fixture(scope="module")
def planes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Prepared, Prepared]]:
    """Ours and the real one."""
    if KUBECTL is None or CLUSTERCTL is None or not CRDS.is_dir():
        pytest.skip(KUBECTL_WANTED.replace("kubectl", "clusterctl, kubectl and Cluster API's CRDs", 1))
    if not AVAILABLE:
        pytest.skip(WANTED)
    ours, real = (tmp_path_factory.mktemp(name) for name in ("ours", "real"))
    with plane_alone(ours) as kubeconfig, kube_apiserver(real) as cluster, ThreadPoolExecutor(2) as both:
        first, second = both.map(_prepare, (Kubectl(kubeconfig, ours), Kubectl(cluster.kubeconfig, real)))
        yield first, second


def _prepare(kubectl: Kubectl) -> Prepared:
    # A plane brings Cluster API's kinds as 1.10 has them; those of the release under test take their place, and nothing acts
    # on them: the controllers that go with a plane are of 1.10, too.
    kubectl.run("delete crd -l cluster.x-k8s.io/provider=cluster-api")
    small = " ".join(f"-f {file}" for file in sorted(CRDS.iterdir()) if file.name != TOO_LARGE)
    applied = kubectl.shell(f"kubectl apply {small}")
    kubectl.run(f"create -f {CRDS / TOO_LARGE}")
    ours = "$(kubectl get crd -o name | grep cluster.x-k8s.io)"
    kubectl.run(f"wait --for=condition=Established {ours}")
    kubectl.run(f"label {ours} {CONTRACT}")
    uids: dict[str, str] = {}
    for number, document in enumerate(yaml.safe_load_all(OBJECTS.read_text())):
        _write(kubectl, kubectl.home / f"object-{number}.json", document, uids)
    return Prepared(kubectl, applied)


def _write(kubectl: Kubectl, file: Path, document: dict[str, Any], uids: dict[str, str]) -> None:
    """As a controller does it: the object below its owners, then its status."""
    for owner in document["metadata"].get("ownerReferences", ()):
        owner["uid"] = uids[owner["uid"]]
    status = document.pop("status", None)
    file.write_text(json.dumps(document))
    made = json.loads(kubectl.run(f"apply -f {file} -o json"))
    uids[f"{made['kind']}/{made['metadata']['name']}"] = made["metadata"]["uid"]
    if status is not None:
        file.write_text(json.dumps({"status": status}))
        group = document["apiVersion"].partition("/")[0]
        which = f"{made['kind']}.v1beta2.{group} {made['metadata']['name']}"
        kubectl.run(f"patch {which} --subresource=status --type=merge --patch-file={file}")


def _clusterctl(kubectl: Kubectl, command: str) -> Answer:
    answer = kubectl.shell(f"{CLUSTERCTL} {command}")
    return Answer(_AGE.sub("AGE", answer.out), re.sub(r"127\.0\.0\.1:\d+", "ADDRESS", answer.err), answer.code)


def test_cluster_apis_own_crds_apply_without_a_word_of_complaint(planes: tuple[Prepared, Prepared]) -> None:
    ours, real = planes
    assert (ours.applied.code, ours.applied.err) == (0, "")
    assert ours.applied == real.applied


def test_a_crd_too_large_for_client_side_apply_is_refused_in_the_same_words(planes: tuple[Prepared, Prepared]) -> None:
    line = f"sed s/kubeadmcontrolplane/other/ {CRDS / TOO_LARGE} | sed s/KubeadmControlPlane/Other/ | kubectl apply -f -"
    ours, real = (plane.kubectl.shell(line) for plane in planes)
    assert "metadata.annotations: Too long: may not be more than 262144 bytes" in ours.err
    assert ours == real


def test_cluster_apis_own_crds_apply_on_the_server_too(planes: tuple[Prepared, Prepared]) -> None:
    line = f"kubectl apply --server-side --force-conflicts -f {CRDS}"
    ours, real = (plane.kubectl.shell(line) for plane in planes)
    assert (ours.code, ours.err) == (0, "")
    assert ours == real


@pytest.mark.parametrize("command", COMMANDS)
def test_clusterctl_prints_the_same_of_the_plane_as_of_a_real_kube_apiserver(
    planes: tuple[Prepared, Prepared], command: str
) -> None:
    ours, real = (_clusterctl(plane.kubectl, command) for plane in planes)
    assert ours == real
    assert (ours.code == 0) == ("missing" not in command)


def test_clusterctl_shows_machines_below_their_owners_and_why_they_wait(planes: tuple[Prepared, Prepared]) -> None:
    printed = _clusterctl(planes[0].kubectl, "describe cluster rack-one").out
    for expected in ("Cluster/rack-one", "KubeadmControlPlane/rack-one-cp", "MachineDeployment/rack-one-md", "server is off"):
        assert expected in printed


def test_clusterctl_writes_out_the_kubeconfig_that_the_secret_holds(planes: tuple[Prepared, Prepared]) -> None:
    kubectl = planes[0].kubectl
    kept = base64.b64decode(kubectl.run("get secret rack-one-kubeconfig -o jsonpath={.data.value}")).decode()
    assert _clusterctl(kubectl, "get kubeconfig rack-one").out.strip() == kept.strip()


def test_clusterctl_knows_its_own_version(planes: tuple[Prepared, Prepared]) -> None:
    assert _clusterctl(planes[0].kubectl, "version -o short").out.startswith("v1.")
