"""From power-on to a cluster, on the simulated rack; then the guide's own lines with the stock kubectl and talosctl."""

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from boot.clock import SystemClock
from sidero_tui.launch.demo import PROVISIONED, Demo, build_demo_config, follow_servers, open_demo, provision
from sidero_tui.launch.demo_cluster import CLUSTER_NAME, Running
from sidero_tui.settings import Settings
from tests.support.kubectl import BUILT, KUBECTL
from tests.support.kubectl import WANTED as KUBECTL_WANTED
from tests.support.program import PROGRAM

pytestmark = pytest.mark.interop

TALOSCTL = shutil.which("talosctl", path=str(BUILT))
WITHIN = 240.0
"""Seconds until six servers are nodes: a minute where nothing else runs."""


@dataclass(frozen=True, slots=True)
class Tool:
    program: str
    home: Path
    kubeconfig: Path

    async def run(self, *arguments: str) -> str:
        """What it prints, or says on stderr where it prints nothing; it must succeed."""
        done = await asyncio.to_thread(self._run, arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout or done.stderr

    def _run(self, arguments: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        environ = {**os.environ, "HOME": str(self.home), "KUBECONFIG": str(self.kubeconfig)}
        return subprocess.run(
            [self.program, *arguments], env=environ, text=True, capture_output=True, timeout=WITHIN, check=False
        )


@asynccontextmanager
async def _provisioned(directory: Path) -> AsyncIterator[Running]:
    config = build_demo_config(Settings(grace=0.0), directory)
    demo, clock = Demo(6, PROVISIONED, tui=False), SystemClock()
    async with open_demo(config, demo, clock) as running:
        async with asyncio.timeout(WITHIN):
            await follow_servers(running.stack.client, demo, clock, accept=True)
            await provision(running, demo, clock)
        yield running


async def test_the_guide_from_the_manifest_to_the_kubeconfig_with_stock_tools(tmp_path: Path) -> None:
    if KUBECTL is None or TALOSCTL is None:
        pytest.skip(KUBECTL_WANTED.replace("kubectl", "kubectl and talosctl", 1))
    async with _provisioned(tmp_path) as running:
        state = running.stack.config.state_dir
        kubectl = Tool(str(KUBECTL), tmp_path, state / "kubeconfig")
        assert running.rack.clusters is not None
        assert running.rack.clusters.bootstraps == [1]
        machines = (await kubectl.run("get", "machines", "-o", "name")).split()
        assert len(machines) == 6
        configs = (await kubectl.run("get", "talosconfig", "-o", "name")).split()
        named = next(name.partition("/")[2] for name in configs if f"{CLUSTER_NAME}-cp-" in name)
        text = await kubectl.run("get", "talosconfig", "-o", "yaml", named, "-o", "jsonpath={.status.talosConfig}")
        talosconfig = tmp_path / f"{CLUSTER_NAME}-talosconfig.yaml"
        talosconfig.write_text(text)
        talosctl = Tool(TALOSCTL, tmp_path, state / "kubeconfig")
        ours = Tool(str(PROGRAM), tmp_path, state / "kubeconfig")
        assert await ours.run("talosconfig", "--state-dir", str(state)) == text
        assert "127.0.100.1:6443" in await ours.run("kubeconfig", CLUSTER_NAME, "--state-dir", str(state))
        node = (await _addresses(kubectl, control_plane=True))[0]
        own = ("--talosconfig", str(talosconfig), "--nodes", node)
        fetched = tmp_path / "fetched"
        await talosctl.run(*own, "kubeconfig", str(fetched), "--merge=false")
        members = await talosctl.run(*own, "etcd", "members")
        assert len(members.splitlines()) == 4
        assert "Running" in await talosctl.run(*own, "service", "etcd")
        planes = ",".join(await _addresses(kubectl, control_plane=True))
        workers = ",".join(await _addresses(kubectl, control_plane=False))
        said = await talosctl.run(
            *own, "health", "--control-plane-nodes", planes, "--worker-nodes", workers, "--wait-timeout=60s"
        )
        assert "waiting for all k8s nodes to report ready: OK" in said
        workload = Tool(str(KUBECTL), tmp_path, fetched)
        nodes = json.loads(await workload.run("get", "nodes", "-o", "json"))["items"]
        assert len(nodes) == 6
        assert all(
            node["spec"]["providerID"] == f"sidero://{node['metadata']['labels']['metal.sidero.dev/uuid']}" for node in nodes
        )
        assert sum("node-role.kubernetes.io/control-plane" in node["metadata"]["labels"] for node in nodes) == 3
        await _scale(kubectl, workload)
        await _replace(kubectl)
        await _delete(kubectl)


async def test_the_demo_goes_from_nothing_to_a_management_plane_that_manages_itself(tmp_path: Path) -> None:
    done = await Tool(str(PROGRAM), tmp_path, tmp_path / "none").run(
        "demo", "--until", "pivoted", "--no-tui", "--grace", "0", "--state-dir", str(tmp_path / "state")
    )
    assert "moved: 6 machines, 6 servers in use, 6 bindings" in done
    assert "power commands since: 0; nodes ready: 6 of 6" in done


async def _addresses(kubectl: Tool, *, control_plane: bool) -> list[str]:
    selector = "cluster.x-k8s.io/control-plane" if control_plane else "!cluster.x-k8s.io/control-plane"
    path = '{.items[*].status.addresses[?(@.type=="InternalIP")].address}'
    return (await kubectl.run("get", "machines", "-l", selector, "-o", f"jsonpath={path}")).split()


async def _scale(kubectl: Tool, workload: Tool) -> None:
    """A worker less: its server is given back, wiped and clean, and its node is gone."""
    await kubectl.run("scale", "machinedeployment", f"{CLUSTER_NAME}-workers", "--replicas=2")
    await kubectl.run("wait", "--for=jsonpath={.status.replicas}=2", f"machinedeployment/{CLUSTER_NAME}-workers", "--timeout=60s")
    async with asyncio.timeout(90):
        while True:
            servers = json.loads(await kubectl.run("get", "servers", "-o", "json"))["items"]
            if sum(server["status"].get("isClean", False) for server in servers) == 1:
                break
            await asyncio.sleep(1)
    assert len(json.loads(await workload.run("get", "nodes", "-o", "json"))["items"]) == 5
    assert len((await kubectl.run("get", "serverbindings", "-o", "name")).split()) == 5


async def _replace(kubectl: Tool) -> None:
    """A worker's Machine is deleted, as the console does it for a server that failed: a free server takes its place."""
    names = (await kubectl.run("get", "machines", "-l", "!cluster.x-k8s.io/control-plane", "-o", "name")).split()
    before = (await kubectl.run("get", names[0], "-o", "jsonpath={.spec.providerID}")).removeprefix("sidero://")
    await kubectl.run("patch", "server", before, "--type=merge", "-p", '{"spec":{"cordoned":true}}')
    await kubectl.run("delete", names[0], "--timeout=60s")
    async with asyncio.timeout(120):
        while True:
            machines = json.loads(await kubectl.run("get", "machines", "-l", "!cluster.x-k8s.io/control-plane", "-o", "json"))
            phases = {one["spec"].get("providerID"): (one.get("status") or {}).get("phase") for one in machines["items"]}
            if list(phases.values()) == ["Running"] * 2 and f"sidero://{before}" not in phases:
                return
            await asyncio.sleep(1)


async def _delete(kubectl: Tool) -> None:
    """The cluster goes, and all its servers come back, wiped and off."""
    await kubectl.run("delete", "cluster", CLUSTER_NAME, "--timeout=100s")
    async with asyncio.timeout(100):
        while True:
            servers = json.loads(await kubectl.run("get", "servers", "-o", "json"))["items"]
            if all(server["status"].get("isClean") and server["status"]["power"] == "off" for server in servers):
                break
            await asyncio.sleep(1)
    left = await kubectl.run("get", "machines,metalmachines,talosconfigs,taloscontrolplanes,serverbindings", "-o", "name")
    assert left in {"", "No resources found\n"}
