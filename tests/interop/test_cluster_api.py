"""What Cluster API's own definitions and controllers, of the plane's generation, say of its kinds and of the objects in it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from boot.client.remote import open_remote_client
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER, MACHINE, MACHINE_DEPLOYMENT
from tests.support.cluster_api import NAMESPACE, provisioned, stepwise
from tests.support.generation import MANAGER, OWN, REAL, SHARED, install_own, install_real
from tests.support.generation import WANTED as GENERATION_WANTED
from tests.support.kube_apiserver import AVAILABLE, RealCluster, kube_apiserver
from tests.support.kube_apiserver import WANTED as REAL_WANTED
from tests.support.kubectl import KUBECTL, WANTED, Kubectl
from tests.support.manager import running_manager
from tests.support.moving import Objects, everything, lasting, move, report, told

pytestmark = pytest.mark.interop

UNREAD = {"machinepools.cluster.x-k8s.io", "machinehealthchecks.cluster.x-k8s.io"}
"""Kinds that the plane takes in any shape."""


def _fields(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Path -> what is allowed there, without words and defaults."""
    kept = {key: value for key, value in schema.items() if key not in _SILENT}
    kept["required"] = sorted(schema.get("required", ()))
    kept["enum"] = sorted(schema.get("enum", ()))
    yield path, kept
    for name, child in (schema.get("properties") or {}).items():
        yield from _fields(child, f"{path}.{name}")
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from _fields(schema[key], f"{path}[{key}]")


_SILENT = {"description", "default", "properties", "items", "additionalProperties", "anyOf"}
_EXPECTED = {
    # An atomic list inside an atomic object says nothing more.
    ".selector.matchExpressions": {"x-kubernetes-list-type"},
    ".selector.matchExpressions[items].values": {"x-kubernetes-list-type"},
    # The same condition type, with a length that upstream leaves out in one place.
    ".v1beta2.conditions[items].type": {"minLength"},
}


@pytest.mark.skipif(not REAL, reason=GENERATION_WANTED)
@pytest.mark.parametrize("name", SHARED)
def test_a_kind_has_the_names_columns_and_fields_of_the_real_definition(name: str) -> None:
    own, real = OWN[name]["spec"], REAL[name]["spec"]
    assert (own["names"], own["scope"]) == (real["names"], real["scope"])
    (stored,) = [version for version in own["versions"] if version["storage"]]
    (wanted,) = [version for version in real["versions"] if version["name"] == stored["name"]]
    assert wanted["storage"]
    assert (stored.get("subresources") or {}) == (wanted.get("subresources") or {})
    if "additionalPrinterColumns" in wanted:
        assert [_column(row) for row in stored["additionalPrinterColumns"]] == [
            _column(row) for row in wanted["additionalPrinterColumns"]
        ]
    if name not in UNREAD:
        _compare(stored["schema"]["openAPIV3Schema"], wanted["schema"]["openAPIV3Schema"])


def _column(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["name"], row["type"], row["jsonPath"], row.get("priority", 0)


def _compare(own: dict[str, Any], real: dict[str, Any]) -> None:
    ours, theirs = dict(_fields(own)), dict(_fields(real))
    managed = ".spec.topology"
    assert {path for path in theirs if not path.startswith(managed)} == {path for path in ours if not path.startswith(managed)}
    for path, rules in theirs.items():
        if path.startswith(managed):
            continue
        leeway = next((keys for end, keys in _EXPECTED.items() if path.endswith(end)), set())
        assert _without(ours[path], leeway) == _without(rules, leeway), path


def _without(rules: dict[str, Any], keys: set[str]) -> dict[str, Any]:
    return {key: value for key, value in rules.items() if key not in keys}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RealCluster, Kubectl]]:
    """A real kube-apiserver."""
    if KUBECTL is None:
        pytest.skip(WANTED)
    if not AVAILABLE or not REAL:
        pytest.skip(REAL_WANTED)
    directory = tmp_path_factory.mktemp("real")
    with kube_apiserver(directory) as real:
        yield real, Kubectl(real.kubeconfig, directory)


@pytest.fixture(scope="module")
def own_kinds(cluster: tuple[RealCluster, Kubectl]) -> Kubectl:
    """With the plane's own definitions, all of them."""
    _, kubectl = cluster
    install_own(kubectl)
    return kubectl


def test_a_real_kube_apiserver_serves_every_kind_of_the_plane(own_kinds: Kubectl) -> None:
    served = own_kinds.run("api-resources -o name").split()
    assert OWN.keys() <= set(served)
    for name in OWN:
        conditions = json.loads(own_kinds.run(f"get crd {name} -o json"))["status"]["conditions"]
        wrong = [row for row in conditions if row["type"] == "NonStructuralSchema" or row["status"] != "True"]
        assert not wrong, name


@pytest.fixture(scope="module")
def real_kinds(own_kinds: Kubectl) -> Kubectl:
    """With the real definitions in their place."""
    install_real(own_kinds)
    return own_kinds


async def _provisioned(directory: Path) -> Objects:
    async with stepwise(directory) as here:
        return await provisioned(here)


async def test_what_the_controllers_write_is_valid_and_whole_to_the_real_definitions(real_kinds: Kubectl, tmp_path: Path) -> None:
    for (kind, name), obj in (await _provisioned(tmp_path)).items():
        plain = {key: value for key, value in obj["metadata"].items() if key in {"labels", "annotations", "finalizers"}}
        sent = {**obj, "metadata": {"name": name, "namespace": "valid", **plain}}
        sent = json.loads(json.dumps(sent).replace('"namespace": "default"', '"namespace": "valid"'))
        file = tmp_path / "object.json"
        file.write_text(json.dumps(sent))
        if not real_kinds.shell("kubectl get namespace valid").out:
            real_kinds.run("create namespace valid")
        created = real_kinds.shell(f"kubectl create --validate=strict -f {file} -o json")
        assert created.code == 0, created.err  # with a warning of the finalizers, which upstream's are too
        kept = json.loads(created.out)
        assert kept["spec"] == sent["spec"], (kind, name)
        if "status" in sent:
            file.write_text(json.dumps({"status": sent["status"]}))
            which = f"{kind}.{obj['apiVersion'].partition('/')[2]}.{obj['apiVersion'].partition('/')[0]}"
            patched = f"-n valid patch {which} {name} --subresource=status --type=merge --patch-file={file} -o json"
            assert json.loads(real_kinds.shell(f"kubectl {patched}").out)["status"] == sent["status"], (kind, name)


@pytest.mark.skipif(MANAGER is None, reason=GENERATION_WANTED)
async def test_the_real_controllers_take_a_moved_cluster_over_change_nothing_and_say_the_same_of_it(
    cluster: tuple[RealCluster, Kubectl], real_kinds: Kubectl, tmp_path: Path
) -> None:
    assert MANAGER is not None
    async with stepwise(tmp_path / "there") as there, open_remote_client(cluster[0].kubeconfig) as target:
        before = await provisioned(there)
        there.client = target  # from here on the same world on the other plane
        await move(before, target)
        await there.open_cluster_secret()
        await report(before, target, NAMESPACE)
        with running_manager(MANAGER, cluster[0].kubeconfig, tmp_path):
            await target.patch(CLUSTER, "mgmt", {"spec": {"paused": None}}, NAMESPACE)
            for (kind, name), obj in before.items():
                for watched in (CLUSTER, MACHINE, MACHINE_DEPLOYMENT):
                    if watched.kind == kind:
                        await there.until(watched, name, _in_phase(obj["status"]["phase"]))
            await there.until(MACHINE_DEPLOYMENT, "mgmt-workers", lambda obj: obj["status"].get("availableReplicas") == 2)
            after = await everything(target, NAMESPACE)
    assert after.keys() == before.keys()
    for key, obj in before.items():
        assert lasting(after[key]) == lasting(obj), key
        assert told(after[key]) == told(obj), key


def _in_phase(phase: str) -> Callable[[Object], bool]:
    return lambda obj: bool(obj.get("status", {}).get("phase") == phase)
