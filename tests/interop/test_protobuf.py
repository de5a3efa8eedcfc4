"""What kubectl sends as protobuf arrives as what it means: its own --dry-run=client next to what the plane then holds."""

import json
from pathlib import Path
from typing import Any

import pytest

from boot.apiserver.protobuf import MEDIA_TYPE
from tests.support.kubectl import Kubectl

pytestmark = pytest.mark.interop

LINES = (
    "namespace pb-other",
    "secret generic pb-secret --from-literal=user=admin --from-file=raw={raw}",
    "secret docker-registry pb-pull --docker-server=ghcr.io --docker-username=u --docker-password=p",
    "configmap pb-map --from-literal=a=b --from-literal=empty= --from-file=raw={raw}",
    "serviceaccount pb-account",
    "role pb-role --verb=get,list,watch --resource=secrets,leases.coordination.k8s.io --resource-name=one",
    "clusterrole pb-reader --verb=get --resource=namespaces,configmaps/status",
    "clusterrole pb-url --verb=get --non-resource-url=/metrics,/healthz/*",
    "clusterrole pb-sum --aggregation-rule=rbac.example.test/aggregate=yes",
    "rolebinding pb-binding --role=pb-role --user=u --group=g --serviceaccount=default:pb-account",
    "clusterrolebinding pb-all --clusterrole=pb-reader --user=u --serviceaccount=default:pb-account",
    "deployment pb-app --image=ghcr.io/example/app:v1 --replicas=0 --port=8080 -- run --fast",
    "service clusterip pb-none --clusterip=None --tcp=80:http",
    "service nodeport pb-port --tcp=80:8080 --node-port=30080",
    "service externalname pb-name --external-name=example.test",
)
_OF_THE_SERVER = frozenset({"status", "creationTimestamp"})


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that is no text."""
    path: Path = tmp_path_factory.mktemp("files") / "raw"
    path.write_bytes(bytes(range(256)))
    return path


@pytest.mark.parametrize("line", LINES, ids=lambda line: "-".join(line.split()[:2]))
def test_what_create_sends_is_what_it_means(kubectl: Kubectl, raw: Path, line: str) -> None:
    text = line.format(raw=raw)
    meant = json.loads(kubectl.run(_with_flag(f"create {text}", "--dry-run=client -o json")))
    kubectl.run(f"create {text}")
    arrived = json.loads(kubectl.run(f"get {meant['kind']} {meta(meant)['name']} -o json"))
    assert _lost(meant, arrived) == []


def meta(obj: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = obj["metadata"]
    return found


def _with_flag(line: str, flag: str) -> str:
    """Flags go before `--`: what follows is the container's command."""
    before, separator, after = line.partition(" -- ")
    return f"{before} {flag}{separator}{after}"


def test_it_was_protobuf_indeed(kubectl: Kubectl) -> None:
    told = kubectl.shell("kubectl create configmap pb-told --from-literal=a=b -v=9")
    assert told.code == 0
    assert f'-H "Content-Type: {MEDIA_TYPE}"' in told.err


def test_access_can_be_asked_about(kubectl: Kubectl) -> None:
    assert kubectl.run("auth can-i delete configmaps") == "yes\n"
    assert kubectl.run("auth can-i get /metrics") == "yes\n"
    reader = Kubectl(kubectl.kubeconfig.with_name("kubeconfig-read-only"), kubectl.home)
    assert reader.shell("kubectl auth can-i delete configmaps").out == "no\n"
    assert reader.run("auth can-i list configmaps") == "yes\n"
    assert "Username" in kubectl.run("auth whoami")
    assert "*.*" in kubectl.run("auth can-i --list")


def test_a_token_of_a_service_account_is_refused_because_no_pod_runs_here(kubectl: Kubectl) -> None:
    kubectl.run("create serviceaccount pb-tokens")
    assert "does not allow this method" in kubectl.refuse("create token pb-tokens --duration=10m")


def _lost(meant: Any, arrived: Any, path: str = "") -> list[str]:
    """What was meant and is not there; what a server adds or defaults is no matter."""
    if isinstance(meant, dict):
        if not isinstance(arrived, dict):
            return [path]
        named = {key: value for key, value in meant.items() if key not in _OF_THE_SERVER and not _says_nothing(value)}
        return [lost for key, value in named.items() for lost in _lost(value, arrived.get(key), f"{path}.{key}")]
    if isinstance(meant, list):
        if not isinstance(arrived, list) or len(meant) != len(arrived):
            return [path]
        return [lost for index, value in enumerate(meant) for lost in _lost(value, arrived[index], f"{path}[{index}]")]
    return [] if meant == arrived and type(meant) is type(arrived) else [f"{path}: {meant!r} became {arrived!r}"]


def _says_nothing(value: Any) -> bool:
    return value is None or value == {}
