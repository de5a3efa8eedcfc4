"""Real talosctl on what boot.talos makes: it takes what we say is right, refuses what we refuse, and generates the same."""

import asyncio
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from boot.clock import SystemClock
from boot.simulator.talos.etcd import Etcd
from boot.simulator.talos.machine import TalosMachine, read_config
from boot.simulator.talos.service import serving
from boot.talos.client_configs import build_talosconfig
from boot.talos.documents import Document, parse_documents, render_documents
from boot.talos.machine_config import ClusterInput, MachineType, build_machine_config
from boot.talos.patches import patch_text
from boot.talos.releases import RELEASES, Contract
from boot.talos.secrets import SecretsBundle, generate_bundle, parse_bundle, render_bundle
from boot.talos.validation import validate_config
from tests.support.kubectl import BUILT

TALOSCTL = shutil.which("talosctl", path=str(BUILT))
pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(
        TALOSCTL is None, reason="wants talosctl (bash tests/interop/build.sh, which wants the package golang-go)"
    ),
]

NEWEST = Contract(RELEASES[-1].minor)
BOTH = (MachineType.CONTROL_PLANE, MachineType.WORKER)
CONTRACTS = [Contract(release.minor) for release in RELEASES]


@pytest.fixture(scope="module")
def bundle() -> SecretsBundle:
    return generate_bundle(NEWEST, datetime.now(UTC))


def talosctl(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    assert TALOSCTL is not None
    return subprocess.run([TALOSCTL, *arguments], capture_output=True, text=True, timeout=60, check=False)


def validate(directory: Path, text: str) -> str:
    """What it complains about, "" when it takes the config."""
    file = directory / "config.yaml"
    file.write_text(text)
    done = talosctl("validate", "--mode", "metal", "--config", file)
    return "" if done.returncode == 0 else done.stderr


def kubernetes_of(contract: Contract) -> str:
    return next(release.kubernetes for release in RELEASES if release.minor == contract.minor)


def cluster_of(contract: Contract) -> ClusterInput:
    return ClusterInput("plane", "https://10.0.0.1:6443", kubernetes_of(contract), contract, install_disk="/dev/sda")


@pytest.mark.parametrize("machine_type", BOTH)
@pytest.mark.parametrize("contract", CONTRACTS, ids=str)
def test_it_takes_every_config_we_make(
    tmp_path: Path, bundle: SecretsBundle, contract: Contract, machine_type: MachineType
) -> None:
    documents = build_machine_config(cluster_of(contract), bundle, machine_type)
    assert validate_config(documents, contract) == []
    assert validate(tmp_path, render_documents(documents)) == ""


PATCHES = [
    "machine: {install: {diskSelector: {size: '>= 100GB', type: nvme}}, kubelet: {extraArgs: {node-labels: a=b}}}",
    "machine: {network: {interfaces: [{interface: eth0, dhcp: true, vlans: [{vlanId: 7, dhcp: true, routes: []}]}]}}",
    "cluster: {apiServer: {extraArgs: {v: '2'}, certSANs: [plane.example.com]}, network: {cni: {name: none}}}",
    "apiVersion: v1alpha1\nkind: KmsgLogConfig\nname: remote-log\nurl: tcp://10.0.0.1:4001\n",
    "apiVersion: v1alpha1\nkind: EventSinkConfig\nendpoint: 10.0.0.1:4002\n",
]


@pytest.mark.parametrize("machine_type", BOTH)
@pytest.mark.parametrize("contract", CONTRACTS, ids=str)
def test_it_patches_as_we_do_and_takes_what_comes_of_it(
    tmp_path: Path, bundle: SecretsBundle, contract: Contract, machine_type: MachineType
) -> None:
    text = render_documents(build_machine_config(cluster_of(contract), bundle, machine_type))
    ours = patch_text(text, PATCHES)
    assert validate(tmp_path, ours) == ""
    (tmp_path / "before.yaml").write_text(text)
    arguments: list[str | Path] = ["machineconfig", "patch", tmp_path / "before.yaml", "-o", tmp_path / "after.yaml"]
    for patch in PATCHES:
        arguments += ["--patch", patch]
    done = talosctl(*arguments)
    assert done.returncode == 0, done.stderr
    theirs = parse_documents((tmp_path / "after.yaml").read_text())
    assert _by_kind(theirs) == _by_kind(parse_documents(ours))


def _by_kind(documents: Sequence[Document]) -> list[Document]:
    return sorted(documents, key=lambda document: str(document.get("kind", "")))


Change = Callable[[list[Document]], object]


def change(patch: str) -> Change:
    def apply(documents: list[Document]) -> None:
        documents[:] = parse_documents(patch_text(render_documents(documents), [patch]))

    return apply


REFUSED: dict[str, tuple[MachineType, Change]] = {
    "no install disk": (MachineType.WORKER, lambda documents: documents[0]["machine"]["install"].pop("disk")),
    "no install section": (MachineType.WORKER, lambda documents: documents[0]["machine"].pop("install")),
    "no machine section": (MachineType.WORKER, lambda documents: documents[0].pop("machine")),
    "no cluster section": (MachineType.WORKER, lambda documents: documents[0].pop("cluster")),
    "an unknown field": (MachineType.WORKER, change("machine: {instal: {disk: /dev/sda}}")),
    "an unknown field far down": (MachineType.CONTROL_PLANE, change("cluster: {apiServer: {auditpolicy: {}}}")),
    "an unknown kind": (MachineType.WORKER, change("apiVersion: v1alpha1\nkind: NoSuchConfig\n")),
    "no persistence": (MachineType.WORKER, change("persist: false")),
    "no endpoint": (MachineType.WORKER, change("cluster: {controlPlane: {endpoint: '10.0.0.1:6443'}}")),
    "a DNS domain that is none": (MachineType.WORKER, change("cluster: {network: {dnsDomain: 'not a domain'}}")),
    "an unknown machine type": (MachineType.WORKER, change("machine: {type: node}")),
    "a CA key on a worker": (MachineType.WORKER, change("machine: {ca: {key: a2V5}}")),
    "no CA": (MachineType.WORKER, lambda documents: documents[0]["machine"].pop("ca")),
    "no CA key on a control plane": (
        MachineType.CONTROL_PLANE,
        lambda documents: documents[0]["machine"]["ca"].pop("key"),
    ),
    "etcd on a worker": (MachineType.WORKER, change("cluster: {etcd: {advertisedSubnets: [10.0.0.0/8]}}")),
    "two ways to say etcd's subnet": (
        MachineType.CONTROL_PLANE,
        change("cluster: {etcd: {subnet: 10.0.0.0/8, advertisedSubnets: [10.0.0.0/8]}}"),
    ),
    "discovery without an id": (MachineType.WORKER, lambda documents: documents[0]["cluster"].pop("id")),
    "a CNI that is none": (MachineType.CONTROL_PLANE, change("cluster: {network: {cni: {name: calico}}}")),
    "manifests for flannel": (
        MachineType.CONTROL_PLANE,
        change("cluster: {network: {cni: {name: flannel, urls: ['https://example.com/a.yaml']}}}"),
    ),
    "DNS forwarded without DNS": (MachineType.WORKER, change("machine: {features: {hostDNS: {enabled: false}}}")),
    "a shared address on a worker": (
        MachineType.WORKER,
        change("machine: {network: {interfaces: [{interface: eth0, dhcp: true, vip: {ip: 10.0.0.9}}]}}"),
    ),
    "an interface without a name": (MachineType.WORKER, change("machine: {network: {interfaces: [{dhcp: true}]}}")),
    "a manifest without a name": (
        MachineType.CONTROL_PLANE,
        change("cluster: {inlineManifests: [{contents: 'a: b'}]}"),
    ),
    "two manifests of one name": (
        MachineType.CONTROL_PLANE,
        change("cluster: {inlineManifests: [{name: a, contents: x}, {name: a, contents: y}]}"),
    ),
    "two ways to say the hostname": (MachineType.WORKER, change("machine: {network: {hostname: w-1}}")),
    "kernel arguments beside a UKI's own": (MachineType.WORKER, change("machine: {install: {extraKernelArgs: [a=b]}}")),
    "the API for pods on a worker": (
        MachineType.WORKER,
        change("machine: {features: {kubernetesTalosAPIAccess: {enabled: true, allowedRoles: ['os:reader']}}}"),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_refuses_what_we_refuse(tmp_path: Path, bundle: SecretsBundle, name: str) -> None:
    machine_type, spoil = REFUSED[name]
    documents = build_machine_config(cluster_of(NEWEST), bundle, machine_type)
    spoil(documents)
    assert validate_config(documents, NEWEST) != []
    assert validate(tmp_path, render_documents(documents)) != ""


@pytest.mark.parametrize("contract", CONTRACTS, ids=str)
def test_it_generates_the_same_from_our_secrets(tmp_path: Path, bundle: SecretsBundle, contract: Contract) -> None:
    (tmp_path / "secrets.yaml").write_text(render_bundle(bundle))
    cluster = cluster_of(contract)
    done = talosctl(
        *("gen", "config", cluster.name, cluster.endpoint, "--with-docs=false", "--with-examples=false"),
        *("--with-secrets", tmp_path / "secrets.yaml", "--talos-version", str(contract)),
        *("--kubernetes-version", cluster.kubernetes, "--install-disk", cluster.install_disk, "-o", tmp_path),
    )
    assert done.returncode == 0, done.stderr
    for machine_type in BOTH:
        theirs = parse_documents((tmp_path / f"{machine_type}.yaml").read_text())
        # talosctl names the installer of its own version; left out, the node takes that of the Talos it runs.
        del theirs[0]["machine"]["install"]["image"]
        assert theirs == build_machine_config(cluster, bundle, machine_type)


@pytest.mark.parametrize("contract", CONTRACTS, ids=str)
def test_we_read_its_secrets_and_ours_have_the_same_shape(tmp_path: Path, contract: Contract) -> None:
    file = tmp_path / "secrets.yaml"
    done = talosctl("gen", "secrets", "--talos-version", str(contract), "-o", file)
    assert done.returncode == 0, done.stderr
    theirs = parse_bundle(file.read_text())
    assert yaml.safe_load(render_bundle(theirs)) == yaml.safe_load(file.read_text())
    ours = yaml.safe_load(render_bundle(generate_bundle(contract, datetime.now(UTC))))
    assert _shape(ours) == _shape(yaml.safe_load(file.read_text()))


def _shape(value: object) -> object:
    """Names, and the lengths of random texts; keys and certificates vary by a few bytes."""
    if isinstance(value, dict):
        return {key: _shape(item) for key, item in value.items()}
    text = str(value)
    return len(text) if len(text) < 100 else "PEM"


HOST, VERSION = "127.0.0.1", "v1.13.2"


@dataclass(frozen=True, slots=True)
class Node:
    machine: TalosMachine
    talosconfig: Path

    def ask(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return talosctl("--talosconfig", self.talosconfig, "--nodes", HOST, *arguments)


@pytest.fixture(scope="module")
def node(bundle: SecretsBundle, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A simulated control-plane machine, served from a thread of its own, and a talosconfig of ours for it."""
    directory = tmp_path_factory.mktemp("node")
    text = render_documents(build_machine_config(cluster_of(NEWEST), bundle, MachineType.CONTROL_PLANE))
    machine = TalosMachine("cp-1", HOST, VERSION, read_config(text, VERSION), Etcd(), SystemClock())
    loop, ready, port = asyncio.new_event_loop(), threading.Event(), [0]

    async def serve() -> None:
        async with serving(machine, bundle.certs.os.pair(), HOST) as given:
            port[0] = given
            ready.set()
            await asyncio.Event().wait()

    task = loop.create_task(serve())
    thread = threading.Thread(target=lambda: loop.run_until_complete(asyncio.gather(task, return_exceptions=True)))
    thread.start()
    assert ready.wait(30)
    config = directory / "talosconfig"
    config.write_text(build_talosconfig("plane", bundle, [f"{HOST}:{port[0]}"], datetime.now(UTC)))
    yield Node(machine, config)
    loop.call_soon_threadsafe(task.cancel)
    thread.join()
    loop.close()


def test_it_talks_to_a_simulated_machine_with_our_talosconfig(node: Node, tmp_path: Path) -> None:
    assert VERSION in node.ask("version").stdout
    services = node.ask("services").stdout
    assert re.search(r"etcd\s+Preparing", services), services
    members = node.ask("etcd", "members")
    assert members.returncode != 0
    assert "not bootstrapped" in members.stderr
    assert node.ask("bootstrap").returncode == 0
    again = node.ask("bootstrap")
    assert again.returncode != 0
    assert "not empty" in again.stderr
    assert re.search(r"etcd\s+Running\s+OK", node.ask("services").stdout)
    assert "cp-1" in node.ask("etcd", "members").stdout
    target = tmp_path / "kubeconfig"
    assert node.ask("kubeconfig", target).returncode == 0
    assert yaml.safe_load(target.read_text())["clusters"][0]["cluster"]["server"] == "https://10.0.0.1:6443"
    assert "Linux version" in node.ask("dmesg").stdout
    assert node.ask("shutdown", "--wait=false").returncode == 0
    assert node.machine.powered_off
