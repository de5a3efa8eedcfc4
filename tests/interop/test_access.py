"""Who gets in, by stock kubectl and curl: certificates, tokens, nobody; on loopback and on an address of this machine."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from boot.apiserver.pki import open_authority
from boot.interfaces import list_interfaces
from tests.support.kubectl import KUBECTL, WANTED, Kubectl
from tests.support.program import PROGRAM, Served, serve

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(KUBECTL is None, reason=WANTED),
    pytest.mark.skipif(shutil.which("curl") is None, reason="wants curl (package curl)"),
]

READER = 'User "sidero-tui-reader"'


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("plane")) as running:
        yield running


@pytest.fixture(scope="module")
def admin(served: Served) -> Kubectl:
    kubectl = Kubectl(served.kubeconfig, served.state_dir.parent)
    kubectl.run("create secret generic bmc --from-literal=pass=geheim")
    kubectl.run("create configmap notes --from-literal=a=b")
    return kubectl


def _as(admin: Kubectl, served: Served, *options: str) -> Kubectl:
    """kubectl with what `sidero-tui kubeconfig` prints with these options."""
    text = subprocess.run(
        [PROGRAM, "--state-dir", served.state_dir, "kubeconfig", *options], capture_output=True, text=True, check=True
    ).stdout
    path = admin.home / "kubeconfig-of-somebody"
    path.write_text(text)
    path.chmod(0o600)
    return Kubectl(path, admin.home)


@pytest.mark.parametrize("options", [("--read-only",), ("--read-only", "--token")])
def test_the_read_only_identity_reads_all_but_secrets_and_is_refused_in_kubernetes_words(
    admin: Kubectl, served: Served, options: tuple[str, ...]
) -> None:
    reader = _as(admin, served, *options)
    assert reader.run("get configmap notes -o jsonpath='{.data.a}'") == "b"
    for line, refusal in (
        (
            "get secret bmc",
            f'secrets "bmc" is forbidden: {READER} cannot get resource "secrets" in API group "" in the namespace "default"',
        ),
        ("get secrets -A", f'secrets is forbidden: {READER} cannot list resource "secrets" in API group "" at the cluster scope'),
        ("delete configmap notes", f'configmaps "notes" is forbidden: {READER} cannot delete resource "configmaps"'),
        ("create namespace x", f'namespaces is forbidden: {READER} cannot create resource "namespaces"'),
        ("get --raw /sidero-tui/v1/backup", f'forbidden: {READER} cannot get path "/sidero-tui/v1/backup"'),
    ):
        complaint = reader.refuse(line)
        assert refusal in complaint
        assert "Error from server (Forbidden): " in complaint


def test_the_admins_token_does_what_the_admins_certificate_does(admin: Kubectl, served: Served) -> None:
    bearer = _as(admin, served, "--token")
    assert bearer.run("get secret bmc -o jsonpath='{.data.pass}'") == "Z2VoZWlt"
    bearer.run("create configmap by-token")
    bearer.run("delete configmap by-token")


def test_nobody_acts_for_another(admin: Kubectl) -> None:
    assert "nobody acts for another" in admin.refuse("get configmaps --as=jane")


def test_curl_gets_in_with_a_token_and_without_one_to_health_alone(admin: Kubectl, served: Served) -> None:
    base = f"https://127.0.0.1:{served.ports['plane']}"
    curl = f"curl -sS -o /dev/null -w '%{{http_code}}' --cacert {served.state_dir}/pki/ca.crt"
    bearer = f"""-H "Authorization: Bearer $(cat {served.state_dir}/token)\""""
    for options, path, code in (
        ("", "/healthz", "200"),
        ("", "/version", "200"),
        ("", "/metrics", "401"),
        ("", "/api/v1/namespaces", "401"),
        (bearer, "/api/v1/namespaces", "200"),
        (bearer, "/metrics", "200"),
        ("-H 'Authorization: Bearer made-up'", "/healthz", "401"),
    ):
        answer = admin.shell(f"{curl} {options} {base}{path}")
        assert (answer.out, answer.err) == (code, "")


def test_a_certificate_of_another_authority_gets_nowhere(admin: Kubectl, served: Served, tmp_path: Path) -> None:
    open_authority(tmp_path, datetime.now(UTC), ["localhost"])
    url = f"https://127.0.0.1:{served.ports['plane']}/healthz"
    pair = f"--cert {tmp_path}/admin.crt --key {tmp_path}/admin.key"
    assert admin.shell(f"curl -sS --cacert {served.state_dir}/pki/ca.crt {pair} {url}").code != 0


def test_with_plane_listen_other_machines_reach_it_by_every_address_of_this_one(tmp_path: Path) -> None:
    address = next((entry.address for entry in list_interfaces() if entry.address and not entry.loopback), "127.0.0.1")
    with serve(tmp_path, "--plane-listen", "0.0.0.0") as served:
        kubectl = Kubectl(served.kubeconfig, tmp_path)
        assert yaml.safe_load(served.kubeconfig.read_text())["clusters"][0]["cluster"]["server"].startswith("https://127.0.0.1:")
        kubectl.run("get namespaces")
        remote = _as(kubectl, served, "--server", f"https://{address}:{served.ports['plane']}", "--token")
        remote.run("get namespaces")


def test_without_it_only_loopback_is_bound(served: Served) -> None:
    port = served.ports["plane"]
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    assert [row[1] for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]
