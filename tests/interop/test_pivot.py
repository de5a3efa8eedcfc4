"""The pivot to a real kube-apiserver that holds the kinds' definitions, by the command line, killed on the way and run again."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import yaml

from boot.client.remote import install_crds, open_remote_client
from boot.clock import SystemClock
from boot.config import StackConfig
from boot.pivot.kinds import MOVING
from boot.pivot.providers import PROVIDERS
from boot.resources.base import Object
from boot.resources.crds import own_crds
from boot.stack import open_stack
from sidero_tui.launch.demo import build_demo_config
from sidero_tui.settings import Settings
from tests.boot.pivot.provisioned import provision
from tests.support.kube_apiserver import AVAILABLE, WANTED, kube_apiserver
from tests.support.kubectl import KUBECTL, Kubectl
from tests.support.kubectl import WANTED as KUBECTL_WANTED
from tests.support.program import PROGRAM

pytestmark = pytest.mark.interop

_OURS = ("uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "annotations", "ownerReferences")


async def _contents(kubeconfig: Path) -> dict[str, Object]:
    found: dict[str, Object] = {}
    async with open_remote_client(kubeconfig) as client:
        for kind in MOVING:
            for obj in (await client.list(kind, "default" if kind.namespaced else "")).items:
                metadata = {key: value for key, value in obj["metadata"].items() if key not in _OURS}
                found[f"{kind.kind} {obj['metadata']['name']}"] = {**obj, "metadata": metadata}
    return found


@asynccontextmanager
async def _source(directory: Path) -> AsyncIterator[StackConfig]:
    """A plane alone: controllers would not take servers that were made up for running ones."""
    config = build_demo_config(Settings(), directory)
    async with open_stack(config, SystemClock(), frozenset({"plane"})) as stack:
        await stack.bound()
        async with asyncio.timeout(10):
            while not (config.state_dir / "kubeconfig").exists():
                await asyncio.sleep(0.05)
        yield stack.config


async def _command(config: StackConfig, *arguments: str, state: bool = True) -> subprocess.CompletedProcess[str]:
    """`state`: about the plane of that state directory."""
    command: list[str | Path] = [PROGRAM, *arguments, *(("--state-dir", config.state_dir) if state else ())]

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    return await asyncio.to_thread(run)


async def _kill_after(config: StackConfig, seconds: float, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        PROGRAM, *arguments, "--state-dir", str(config.state_dir), stdout=asyncio.subprocess.DEVNULL
    )
    await asyncio.sleep(seconds)
    if process.returncode is None:
        process.kill()
    await process.wait()


async def test_a_pivot_to_a_real_cluster_survives_kill_9_and_leaves_everything_equal(tmp_path: Path) -> None:
    if KUBECTL is None or not AVAILABLE:
        pytest.skip(KUBECTL_WANTED if KUBECTL is None else WANTED)
    real = tmp_path / "real"
    real.mkdir()
    with kube_apiserver(real) as cluster:
        async with _source(tmp_path) as config:
            own = config.state_dir / "kubeconfig"
            async with open_remote_client(own) as source, open_remote_client(cluster.kubeconfig) as target:
                await provision(source)
                await install_crds(target)
            before = await _contents(own)
            to = ("--to-kubeconfig", str(cluster.kubeconfig))
            rehearsed = await _command(config, "pivot", "p1", *to, "--dry-run")
            assert (rehearsed.returncode, "nothing was written" in rehearsed.stdout) == (0, True), rehearsed.stderr
            refused = await _command(config, "teardown")
            assert (refused.returncode, "still managed from here" in refused.stderr) == (2, True)
            for seconds in (1.5, 2.5, 3.5, 4.0):
                await _kill_after(config, seconds, "pivot", "p1", *to)
            finished = await _command(config, "pivot", "p1")
            assert finished.returncode == 0, finished.stderr
            _assert_equal(before, await _contents(cluster.kubeconfig))
            mine = Kubectl(own, tmp_path)
            assert "moved" in await asyncio.to_thread(mine.run, "get pivot p1")
            assert await asyncio.to_thread(mine.run, "get clusters,machines -A -o name") == ""
            assert (await _command(config, "teardown")).returncode == 0
        stock = Kubectl(cluster.kubeconfig, tmp_path)
        listed = json.loads(stock.run("get servers,serverbindings,clusters,machines -o json"))["items"]
        assert len(listed) == 6 + 6 + 1 + 6
        assert not any((obj.get("spec") or {}).get("paused") for obj in listed)


def _assert_equal(before: dict[str, Object], after: dict[str, Object]) -> None:
    for title, obj in before.items():
        for part in ("spec", "data", "type"):
            assert after[title].get(part) == obj.get(part), f"{title}: {part}"
        for field, value in (obj.get("status") or {}).items():
            assert after[title]["status"].get(field) == value, f"{title}: status.{field}"


def _make_repository(directory: Path) -> Path:
    """As clusterctl has it: each provider's definitions, a Namespace, a Deployment with a variable in it."""
    for provider, version in zip(PROVIDERS, ("v1.10.10", "v0.6.12", "v0.5.12", "v0.6.13"), strict=True):
        labels = [provider.label, "infrastructure-sidero"] if provider is PROVIDERS[-1] else [provider.label]
        definitions = [crd for crd in own_crds() if crd["metadata"].get("labels", {}).get("cluster.x-k8s.io/provider") in labels]
        container = {"name": "manager", "image": "example.test/manager:${TAG:=latest}"}
        template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [container]}}
        deployment = {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": f"{provider.name}-manager", "namespace": provider.namespace},
            "spec": {"replicas": 0, "selector": {"matchLabels": {"a": "b"}}, "template": template},
        }
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": provider.namespace}}
        place = directory / provider.label / version
        place.mkdir(parents=True)
        (place / provider.file).write_text(yaml.safe_dump_all([deployment, *definitions, namespace]))
    return directory


async def test_init_installs_the_providers_twice_over_and_a_pivot_follows(tmp_path: Path) -> None:
    if KUBECTL is None or not AVAILABLE:
        pytest.skip(KUBECTL_WANTED if KUBECTL is None else WANTED)
    repository, real = _make_repository(tmp_path / "repository"), tmp_path / "real"
    real.mkdir()
    with kube_apiserver(real) as cluster:
        stock = Kubectl(cluster.kubeconfig, tmp_path)
        async with _source(tmp_path) as config:
            into = ("init", "--kubeconfig", str(cluster.kubeconfig), "--repository", str(repository))
            for _ in range(2):
                done = await _command(config, *into, state=False)
                assert done.returncode == 0, done.stderr
            async with open_remote_client(config.state_dir / "kubeconfig") as source:
                await provision(source, 1)
            moved = await _command(config, "move", "--to-kubeconfig", str(cluster.kubeconfig))
            assert moved.returncode == 0, moved.stderr
        listed = json.loads(stock.run("get providers -A -o json"))["items"]
        assert {(obj["metadata"]["name"], obj["version"]) for obj in listed} == {
            ("cluster-api", "v1.10.10"),
            ("bootstrap-talos", "v0.6.12"),
            ("control-plane-talos", "v0.5.12"),
            ("infrastructure-sidero", "v0.6.13"),
        }
        image = stock.run(
            "get deployment -n sidero-system sidero-manager -o jsonpath='{.spec.template.spec.containers[0].image}'"
        )
        assert image == "example.test/manager:latest"
        assert len(stock.run("get servers -o name").split()) == 2


async def test_a_target_without_the_kinds_is_refused_by_name_and_nothing_is_touched(tmp_path: Path) -> None:
    if not AVAILABLE:
        pytest.skip(WANTED)
    real = tmp_path / "real"
    real.mkdir()
    with kube_apiserver(real) as cluster:
        async with _source(tmp_path) as config:
            own = config.state_dir / "kubeconfig"
            async with open_remote_client(own) as source:
                await provision(source, 1)
            before = await _contents(own)
            refused = await _command(config, "move", "--to-kubeconfig", str(cluster.kubeconfig))
            assert refused.returncode == 1
            assert "the target does not serve servers.metal.sidero.dev: its provider is not installed there" in refused.stderr
            assert await _contents(own) == before
