"""The API server over real TLS: who gets in, and what bad requests get."""

import io
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from boot.apiserver.negotiation import MOST_BODY
from boot.apiserver.server import ApiServer, ApiServerConfig
from boot.clock import SystemClock
from boot.plane.options import WriteOptions
from boot.plane.plane import Plane
from boot.resources.kinds import SERVER
from boot.store.store import open_store
from tests.support.serving import serving

SERVERS = "/apis/metal.sidero.dev/v1alpha2/servers"


@asynccontextmanager
async def _plane(directory: Path) -> AsyncIterator[tuple[str, Plane]]:
    store = open_store(directory / "state.db")
    try:
        plane = Plane(store, SystemClock())
        await plane.start()
        async with serving(ApiServer(plane, SystemClock(), ApiServerConfig("127.0.0.1", 0, directory))) as port:
            yield f"https://127.0.0.1:{port}", plane
    finally:
        await store.close()


def _session(base: str, directory: Path, identity: str = "admin") -> aiohttp.ClientSession:
    context = ssl.create_default_context(cafile=str(directory / "pki" / "ca.crt"))
    if identity:
        context.load_cert_chain(directory / "pki" / f"{identity}.crt", directory / "pki" / f"{identity}.key")
    return aiohttp.ClientSession(base, connector=aiohttp.TCPConnector(ssl=context))


@pytest.mark.parametrize(
    ("identity", "method", "path", "status"),
    [
        ("", "GET", SERVERS, 401),
        ("", "GET", "/api", 401),
        ("", "GET", "/healthz", 200),
        ("", "GET", "/version", 200),
        ("reader", "GET", SERVERS, 200),
        ("reader", "POST", SERVERS, 403),
        ("reader", "DELETE", SERVERS, 403),
        ("admin", "GET", SERVERS, 200),
        ("admin", "PUT", SERVERS, 405),
        ("admin", "GET", "/nowhere", 404),
        ("admin", "GET", "/apis/metal.sidero.dev/v9/servers", 404),
        ("admin", "GET", SERVERS + "/a/b/c", 404),
        ("admin", "GET", SERVERS + "/a/log", 404),
        ("admin", "GET", "/openapi/v3/apis/nope/v1", 404),
        ("admin", "GET", SERVERS + "?limit=many", 400),
        ("admin", "GET", SERVERS + "?watch=true&resourceVersion=x", 400),
        ("admin", "GET", SERVERS + "?labelSelector=(", 400),
        ("admin", "GET", SERVERS + "?resourceVersion=999999", 504),
        ("admin", "GET", SERVERS + "?continue=junk", 400),
        ("admin", "GET", SERVERS + "?watch=1&resourceVersionMatch=Exact", 422),
    ],
)
async def test_each_caller_gets_what_it_may_and_each_refusal_is_a_status(
    tmp_path: Path, identity: str, method: str, path: str, status: int
) -> None:
    async with _plane(tmp_path) as (base, _), _session(base, tmp_path, identity) as session:
        async with session.request(method, path) as response:
            assert response.status == status
            if status >= 400:
                body = await response.json()
                assert (body["kind"], body["status"], body["code"]) == ("Status", "Failure", status)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b'"x"', "application/json", 400),
        (b"a: [", "application/yaml", 400),
        (b"<x/>", "text/xml", 415),
        (b"k8s\0\xff\xff", "application/vnd.kubernetes.protobuf", 400),
        (b"no", "application/vnd.kubernetes.protobuf", 400),
        (b'{"metadata": {"name": "x"}, "kind": "Other"}', "application/json", 400),
        (b" " * (MOST_BODY + 1), "application/json", 413),
        (b"{" * 100_000, "application/json", 400),
        (b'{"metadata":' + b'{"a":' * 300 + b"1" + b"}" * 301, "application/json", 400),
        (b'{"metadata":{"name":"x"},"spec":{"accepted":false}}', "application/json", 201),
        (b"metadata: {name: x}\nspec: {accepted: false}\n", "application/yaml", 201),
    ],
)
async def test_bodies_of_every_kind_get_an_answer(tmp_path: Path, body: bytes, content_type: str, status: int) -> None:
    async with _plane(tmp_path) as (base, _), _session(base, tmp_path) as session:
        async with session.post(SERVERS, data=io.BytesIO(body), headers={"Content-Type": content_type}) as response:
            assert response.status == status, await response.text()


async def test_unknown_fields_are_warned_about_unless_ignored_or_refused(tmp_path: Path) -> None:
    async with _plane(tmp_path) as (base, _), _session(base, tmp_path) as session:
        for validation, status, warned in (("Warn", 201, True), ("Ignore", 201, False), ("Strict", 400, False)):
            body = {"metadata": {"generateName": "x-"}, "spec": {"accepted": False, "typo": 1}}
            async with session.post(SERVERS, params={"fieldValidation": validation}, json=body) as response:
                assert response.status == status
                assert ('299 - "unknown field' in response.headers.get("Warning", "")) is warned


async def test_a_watch_of_what_is_no_longer_kept_says_so_and_lists_go_on(tmp_path: Path) -> None:
    async with _plane(tmp_path):
        pass
    async with _plane(tmp_path) as (base, _), _session(base, tmp_path) as session:
        async with session.get(SERVERS, params={"watch": "true", "resourceVersion": "1"}) as response:
            event = await response.content.readline()
            assert b'"type":"ERROR"' in event
            assert b'"code":410' in event


async def test_a_streaming_list_ends_its_beginning_with_a_bookmark(tmp_path: Path) -> None:
    async with _plane(tmp_path) as (base, plane), _session(base, tmp_path) as session:
        await plane.create(SERVER, {"metadata": {"name": "s"}, "spec": {"accepted": False}}, WriteOptions())
        query = {
            "watch": "true",
            "sendInitialEvents": "true",
            "resourceVersionMatch": "NotOlderThan",
            "allowWatchBookmarks": "true",
        }
        async with session.get(SERVERS, params=query) as response:
            assert b'"type":"ADDED"' in await response.content.readline()
            assert b"k8s.io/initial-events-end" in await response.content.readline()


async def test_a_watch_ends_when_its_time_is_up(tmp_path: Path) -> None:
    async with _plane(tmp_path) as (base, _), _session(base, tmp_path) as session:
        async with session.get(SERVERS, params={"watch": "True", "timeoutSeconds": "1"}) as response:
            assert await response.read() == b""


async def test_certificates_and_kubeconfigs_are_the_owners_alone_and_outlive_a_restart(tmp_path: Path) -> None:
    async with _plane(tmp_path):
        before = {path: path.read_bytes() for path in (tmp_path / "pki").iterdir()}
        private = [*before, tmp_path / "kubeconfig", tmp_path / "kubeconfig-read-only"]
        assert all(path.stat().st_mode & 0o777 == 0o600 for path in private)
    async with _plane(tmp_path):
        assert {path: path.read_bytes() for path in (tmp_path / "pki").iterdir()} == before
