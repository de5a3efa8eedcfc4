"""A real Kubernetes API: kube-apiserver, as tests/interop/build.sh leaves it, on an etcd of its own.

Nothing else of Kubernetes runs: objects are stored and never acted upon, nothing collects garbage or finishes namespaces.
"""

import shutil
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from boot.apiserver.pki import open_authority
from boot.client.kubeconfig import build_kubeconfig
from tests.support.kubectl import BUILT

ETCD = shutil.which("etcd")
KUBE_APISERVER = shutil.which("kube-apiserver", path=str(BUILT))
WANTED = (
    "wants etcd (package etcd-server)"
    if ETCD is None
    else "wants kube-apiserver (bash tests/interop/build.sh, which wants the package golang-go)"
)
AVAILABLE = ETCD is not None and KUBE_APISERVER is not None
_HOST = "127.0.0.1"
_POLL = 0.1


@dataclass(frozen=True, slots=True)
class RealCluster:
    """A running kube-apiserver: its admin's kubeconfig, where etcd listens (http), and the ids of both processes."""

    kubeconfig: Path
    etcd: str
    etcd_pid: int
    apiserver_pid: int
    seconds: float
    """From the start of etcd until /readyz answered."""


@dataclass(frozen=True, slots=True)
class Etcd:
    """A running etcd and where it listens."""

    url: str
    process: subprocess.Popen[bytes]


@contextmanager
def kube_apiserver(directory: Path, *, durable: bool = False, within: float = 90) -> Iterator[RealCluster]:
    """Both programs on free loopback ports until the end of the block; their logs and data lie in `directory`.

    Without `durable` etcd leaves out its fsync, which tests do not need.
    """
    assert ETCD is not None, WANTED
    assert KUBE_APISERVER is not None, WANTED
    began = time.monotonic()
    [port] = _free_ports(1)
    authority = open_authority(directory / "pki", datetime.now(UTC), [_HOST, "localhost"])
    kubeconfig = directory / "kubeconfig"
    kubeconfig.write_text(
        build_kubeconfig(
            server=f"https://{_HOST}:{port}",
            ca=authority.ca.certificate,
            certificate=authority.admin.certificate,
            key=authority.admin.key,
            user="admin",
            cluster="real",
        )
    )
    kubeconfig.chmod(0o600)
    with bare_etcd(directory, durable=durable) as etcd:
        options = _apiserver_options(authority.directory, etcd.url, port)
        with _running("kube-apiserver", directory, [KUBE_APISERVER, *options]) as apiserver:
            wait_ready(f"https://{_HOST}:{port}/readyz", authority.directory, (etcd.process, apiserver), began + within)
            yield RealCluster(kubeconfig, etcd.url, etcd.process.pid, apiserver.pid, time.monotonic() - began)


@contextmanager
def bare_etcd(directory: Path, *, durable: bool = False, pki: Path | None = None) -> Iterator[Etcd]:
    """etcd by itself until the end of the block; with TLS where `pki` holds server.crt and server.key."""
    assert ETCD is not None, WANTED
    client_port, peer_port = _free_ports(2)
    url = f"{'https' if pki else 'http'}://{_HOST}:{client_port}"
    tls = (f"--cert-file={pki / 'server.crt'}", f"--key-file={pki / 'server.key'}") if pki else ()
    options = _etcd_options(directory, url, f"http://{_HOST}:{peer_port}", durable=durable)
    with _running("etcd", directory, [ETCD, *options, *tls]) as process:
        yield Etcd(url, process)


def _etcd_options(directory: Path, url: str, peer: str, *, durable: bool) -> list[str]:
    return [
        f"--data-dir={directory / 'etcd'}",
        f"--listen-client-urls={url}",
        f"--advertise-client-urls={url}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        *(() if durable else ("--unsafe-no-fsync",)),
    ]


def _apiserver_options(pki: Path, etcd: str, port: int) -> list[str]:
    return [
        f"--etcd-servers={etcd}",
        f"--bind-address={_HOST}",
        f"--secure-port={port}",
        f"--tls-cert-file={pki / 'server.crt'}",
        f"--tls-private-key-file={pki / 'server.key'}",
        f"--client-ca-file={pki / 'ca.crt'}",
        f"--service-account-key-file={pki / 'server.crt'}",
        f"--service-account-signing-key-file={pki / 'server.key'}",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-cluster-ip-range=10.0.0.0/24",
        "--authorization-mode=RBAC",
        "--disable-admission-plugins=ServiceAccount",
        "--enable-priority-and-fairness=false",
        "--endpoint-reconciler-type=none",
        "--allow-privileged=true",
    ]


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server((_HOST, 0)) for _ in range(count)]
    try:
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


@contextmanager
def _running(name: str, directory: Path, command: Sequence[str | Path]) -> Iterator[subprocess.Popen[bytes]]:
    with (directory / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=directory)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:  # kube-apiserver lets watches finish first, for a minute
                process.kill()
                process.wait()


def wait_ready(url: str, pki: Path, processes: Sequence[subprocess.Popen[bytes]], deadline: float) -> None:
    """Until a GET of `url` succeeds; AssertionError when a process ends before, or at `deadline` (monotonic)."""
    context = ssl.create_default_context(cafile=str(pki / "ca.crt"))
    context.load_cert_chain(pki / "admin.crt", pki / "admin.key")
    while not _answers(url, context):
        for process in processes:
            assert process.poll() is None, f"{process.args!r} ended before it was ready"
        assert time.monotonic() < deadline, f"{url} was not ready in time"
        time.sleep(_POLL)


def _answers(url: str, context: ssl.SSLContext) -> bool:
    try:
        with urllib.request.urlopen(url, context=context, timeout=5):  # noqa: S310  # loopback
            return True
    except (urllib.error.URLError, OSError):
        return False
