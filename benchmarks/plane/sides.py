"""The three sides, and what each operation is on the wire of each: objects of 3 KiB, ConfigMaps where there are kinds.

On etcd an object is a key and its value, over etcd's own JSON gateway; what Kubernetes does in one request there takes a
transaction (create) or a read and a transaction with the revision that was read (merge patch).
"""

import base64
import json
import re
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Protocol

from benchmarks.plane.wire import Operation
from boot.apiserver.pki import open_authority
from tests.support.kube_apiserver import bare_etcd, kube_apiserver, wait_ready
from tests.support.program import serve

STAMP = re.compile(rb'"t":"(\d{16})"')
"""Microseconds (CLOCK_MONOTONIC) at which a write was sent: it comes back in the watchers' events."""
_FILLING = {f"key-{number:02}": f"{number:02}" * 48 for number in range(28)}
"""2.9 KiB with its keys."""
_REVISION = re.compile(rb'"mod_revision":"(\d+)"')
_WITHIN = 60.0


class Dialect(Protocol):
    """Requests of one side. `place` is a namespace or a prefix."""

    def create(self, place: str, name: str) -> Operation: ...

    def get(self, place: str, name: str) -> Operation: ...

    def list(self, place: str) -> Operation: ...

    def patch(self, place: str, name: str, stamp: str) -> Operation: ...

    def watch(self, place: str) -> bytes:
        """The request whose answer is the stream of everything that happens from now on."""
        ...

    def prepare(self, place: str) -> Operation:
        """Makes the place."""
        ...

    event: bytes
    """What is in the stream once per change."""

    def stamp_of(self, events: bytes) -> int:
        """Of the first event in this piece of the stream, or 0."""
        ...


@dataclass(frozen=True, slots=True)
class Side:
    """`pids` are its processes; `startup` is seconds until it answered."""

    name: str
    address: tuple[str, int]
    tls: ssl.SSLContext
    dialect: Dialect
    pids: Sequence[int]
    startup: float


class Kubernetes:
    event = b'"type":"MODIFIED"'

    def create(self, place: str, name: str) -> Operation:
        yield _request("POST", _maps(place), _dump(_object(name, "0" * 16)))

    def get(self, place: str, name: str) -> Operation:
        yield _request("GET", f"{_maps(place)}/{name}")

    def list(self, place: str) -> Operation:
        yield _request("GET", _maps(place))

    def patch(self, place: str, name: str, stamp: str) -> Operation:
        yield _request("PATCH", f"{_maps(place)}/{name}", _dump({"data": {"t": stamp}}), "application/merge-patch+json")

    def watch(self, place: str) -> bytes:
        return _request("GET", f"{_maps(place)}?watch=1&resourceVersion=0&timeoutSeconds=3600")

    def prepare(self, place: str) -> Operation:
        yield _request("POST", "/api/v1/namespaces", _dump({"metadata": {"name": place}}))

    def stamp_of(self, events: bytes) -> int:
        found = STAMP.search(events)
        return int(found[1]) if found else 0


class EtcdGateway:
    event = b'"mod_revision"'

    def create(self, place: str, name: str) -> Operation:
        key = _encode(f"{place}/{name}")
        yield self._transaction({"key": key, "target": "VERSION", "version": "0"}, key, _object(name, "0" * 16))

    def get(self, place: str, name: str) -> Operation:
        yield _request("POST", "/v3/kv/range", _dump({"key": _encode(f"{place}/{name}")}))

    def list(self, place: str) -> Operation:
        yield _request("POST", "/v3/kv/range", _dump(_all_in(place)))

    def patch(self, place: str, name: str, stamp: str) -> Operation:
        key = _encode(f"{place}/{name}")
        read = yield _request("POST", "/v3/kv/range", _dump({"key": key}))
        found = _REVISION.search(read)
        assert found is not None, read
        condition = {"key": key, "target": "MOD", "mod_revision": found[1].decode()}
        done = yield self._transaction(condition, key, _object(name, stamp))
        assert b'"succeeded":true' in done, done

    def watch(self, place: str) -> bytes:
        return _request("POST", "/v3/watch", _dump({"create_request": _all_in(place)}))

    def prepare(self, place: str) -> Operation:
        yield _request("POST", "/v3/kv/put", _dump({"key": _encode(f"places/{place}"), "value": ""}))

    def stamp_of(self, events: bytes) -> int:
        value = events.find(b'"value":"')
        if value < 0 or len(events) < value + 73:
            return 0
        found = STAMP.search(base64.b64decode(events[value + 9 : value + 73]))
        return int(found[1]) if found else 0

    def _transaction(self, condition: dict[str, str], key: str, obj: object) -> bytes:
        put = {"request_put": {"key": key, "value": base64.b64encode(_dump(obj)).decode()}}
        return _request("POST", "/v3/kv/txn", _dump({"compare": [condition], "success": [put]}))


def _maps(place: str) -> str:
    return f"/api/v1/namespaces/{place}/configmaps"


def _object(name: str, stamp: str) -> dict[str, object]:
    return {"data": {"t": stamp, **_FILLING}, "metadata": {"name": name}, "kind": "ConfigMap", "apiVersion": "v1"}


def _all_in(place: str) -> dict[str, str]:
    return {"key": _encode(f"{place}/"), "range_end": _encode(f"{place}0")}


def _encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _dump(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _request(method: str, path: str, body: bytes = b"", media: str = "application/json") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
    if body:
        head += f"Content-Type: {media}\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


@contextmanager
def open_sides(directory: Path, wanted: str = "") -> Iterator[list[Side]]:
    """All three at once, or those whose name has `wanted` in it; each with its fsync and TLS.

    The plane and kube-apiserver also ask for a client certificate.
    """
    with ExitStack() as stack:
        yield [stack.enter_context(start(directory / name.split()[0])) for name, start in _STARTS.items() if wanted in name]


@contextmanager
def _open_plane(directory: Path) -> Iterator[Side]:
    directory.mkdir()
    with serve(directory) as served:
        pki, port = served.state_dir / "pki", served.ports["plane"]
        yield Side("plane", ("127.0.0.1", port), _tls(pki), Kubernetes(), [served.process.pid], served.seconds)


@contextmanager
def _open_cluster(directory: Path) -> Iterator[Side]:
    directory.mkdir()
    with kube_apiserver(directory, durable=True) as cluster:
        port = int(re.findall(r"server: https://.*:(\d+)", cluster.kubeconfig.read_text())[0])
        pids = [cluster.apiserver_pid, cluster.etcd_pid]
        yield Side("kube-apiserver + etcd", ("127.0.0.1", port), _tls(directory / "pki"), Kubernetes(), pids, cluster.seconds)


@contextmanager
def _open_etcd(directory: Path) -> Iterator[Side]:
    directory.mkdir()
    pki = open_authority(directory / "pki", datetime.now(UTC), ["127.0.0.1", "localhost"]).directory
    began = monotonic()
    with bare_etcd(directory, durable=True, pki=pki) as etcd:
        wait_ready(f"{etcd.url}/health", pki, [etcd.process], began + _WITHIN)
        port = int(etcd.url.rpartition(":")[2])
        yield Side("bare etcd", ("127.0.0.1", port), _tls(pki), EtcdGateway(), [etcd.process.pid], monotonic() - began)


_STARTS: Mapping[str, Callable[[Path], AbstractContextManager[Side]]] = {
    "plane": _open_plane,
    "kube-apiserver + etcd": _open_cluster,
    "bare etcd": _open_etcd,
}


def _tls(pki: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(pki / "ca.crt"))
    context.load_cert_chain(pki / "admin.crt", pki / "admin.key")
    return context
