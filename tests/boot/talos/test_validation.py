"""What a machine would refuse; that real talosctl refuses the same is in tests/interop."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from boot.talos.documents import Document, parse_documents, render_documents
from boot.talos.machine_config import ClusterInput, MachineType, build_machine_config
from boot.talos.patches import patch_text
from boot.talos.releases import RELEASES, Contract
from boot.talos.secrets import SecretsBundle, generate_bundle
from boot.talos.validation import validate_config


@pytest.fixture(scope="module")
def bundle() -> SecretsBundle:
    return generate_bundle(Contract((1, 6)), datetime(2026, 1, 1, tzinfo=UTC))


def build(bundle: SecretsBundle, contract: Contract, machine_type: MachineType, patch: str = "") -> list[Document]:
    kubernetes = next(release.kubernetes for release in RELEASES if release.minor == contract.minor)
    cluster = ClusterInput("c", "https://10.0.0.1:6443", kubernetes, contract, install_disk="/dev/sda")
    documents = build_machine_config(cluster, bundle, machine_type)
    return parse_documents(patch_text(render_documents(documents), [patch])) if patch else documents


@pytest.mark.parametrize("machine_type", [MachineType.CONTROL_PLANE, MachineType.WORKER])
@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.newest)
def test_what_we_make_has_no_complaint(bundle: SecretsBundle, release: object, machine_type: MachineType) -> None:
    contract = Contract(getattr(release, "minor"))  # noqa: B009
    assert validate_config(build(bundle, contract, machine_type), contract) == []


@pytest.mark.parametrize(
    ("minor", "patch", "words"),
    [
        ((1, 12), "machine: {instal: {}}", "machine.instal: unknown to Talos 1.12"),
        ((1, 8), "machine: {features: {imageCache: {localEnabled: true}}}", "machine.features.imageCache: unknown to Talos 1.8"),
        ((1, 9), "apiVersion: v1alpha1\nkind: HostnameConfig\nauto: stable", "HostnameConfig: known from Talos 1.12"),
        ((1, 9), "apiVersion: v1alpha1\nkind: Nonsense", "Nonsense: Talos has no document of that kind"),
        ((1, 13), "machine: {network: {hostname: a}}", "machine.network.hostname: a HostnameConfig document says it too"),
        ((1, 10), "machine: {kubelet: {image: 'x:v1.40.0'}}", "runs Kubernetes 1.28 to 1.33, not 1.40.0"),
        (
            (1, 10),
            "machine: {network: {interfaces: [{interface: a, vip: {ip: 10.0.0.9}}]}}",
            "vip: a shared address is for control-plane",
        ),
        ((1, 10), "cluster: {etcd: {advertisedSubnets: [10.0.0.0/8]}}", "cluster.etcd: not on a worker"),
    ],
)
def test_what_a_worker_would_refuse_is_said_with_its_path(
    bundle: SecretsBundle, minor: tuple[int, int], patch: str, words: str
) -> None:
    complaints = validate_config(build(bundle, Contract(minor), MachineType.WORKER, patch), Contract(minor))
    assert any(words in complaint for complaint in complaints), complaints


Spoil = Callable[[Document], object]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda main: main["machine"]["install"].pop("disk"), "neither disk nor diskSelector"),
        (lambda main: main["machine"].pop("ca"), "machine.ca: a CA certificate is missing"),
        (lambda main: main["cluster"].pop("secret"), "cluster.secret: discovery needs it"),
        (lambda main: main.pop("cluster"), "cluster: the section is missing"),
        (lambda main: main.clear(), "machine: the section is missing"),
    ],
)
def test_what_is_missing_is_named(bundle: SecretsBundle, spoil: Spoil, words: str) -> None:
    documents = build(bundle, Contract((1, 13)), MachineType.CONTROL_PLANE)
    spoil(documents[0])
    complaints = validate_config(documents, Contract((1, 13)))
    assert any(words in complaint for complaint in complaints), complaints
