"""The API server over real TLS: who gets in, and what bad requests get."""

import asyncio
import io
import logging
from pathlib import Path

import pytest

from boot.apiserver.negotiation import MOST_BODY
from boot.store.store import Key
from tests.boot.apiserver.served import SERVERS, client_tls, open_session, served_plane


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
        ("reader", "GET", "/api/v1/secrets", 403),
        ("reader", "GET", "/api/v1/secrets?watch=1", 403),
        ("reader", "GET", "/api/v1/configmaps", 200),
        ("reader", "GET", "/sidero-tui/v1/backup", 403),
        ("admin", "GET", SERVERS, 200),
        ("admin", "PUT", SERVERS, 405),
        ("admin", "GET", "/", 200),
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
        ("admin", "GET", SERVERS + "?limit=\u00b2", 400),
        ("admin", "GET", SERVERS + "?limit=" + "9" * 5000, 400),
        ("admin", "GET", SERVERS + "?watch=1&resourceVersion=\u00b2", 400),
        ("admin", "GET", SERVERS + "/a/log?watch=1", 404),
        ("admin", "GET", SERVERS + "?labelSelector=a in (" + ",".join(f"v{number}" for number in range(3000)) + ")", 200),
        ("admin", "GET", "/apis/metal.sidero.dev/v1alpha2/namespaces/default/servers", 404),
        ("admin", "GET", "/api/v1/secrets/x", 404),
        ("admin", "GET", "/api/v1/secrets", 200),
        ("admin", "PUT", "/api", 405),
        ("admin", "POST", "/healthz", 405),
        ("admin", "HEAD", "/healthz", 200),
        ("admin", "DELETE", SERVERS + "/a?propagationPolicy=Sideways", 400),
        ("admin", "DELETE", SERVERS + "/a", 404),
    ],
)
async def test_each_caller_gets_what_it_may_and_each_refusal_is_a_status(
    tmp_path: Path, identity: str, method: str, path: str, status: int
) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path, identity) as session:
        async with session.request(method, path) as response:
            assert response.status == status
            if status >= 400:
                body = await response.json()
                assert (body["kind"], body["status"], body["code"]) == ("Status", "Failure", status)


@pytest.mark.parametrize(
    ("authorization", "method", "path", "status"),
    [
        ("Bearer {token}", "DELETE", SERVERS + "/a", 404),
        ("bearer  {token}", "GET", "/api/v1/secrets", 200),
        ("Bearer {token-read-only}", "GET", SERVERS, 200),
        ("Bearer {token-read-only}", "DELETE", SERVERS + "/a", 403),
        ("Bearer {token}x", "GET", SERVERS, 401),
        ("Bearer {token}x", "GET", "/healthz", 401),
        ("Bearer ", "GET", SERVERS, 401),
        ("Basic {token}", "GET", SERVERS, 401),
        ("Basic {token}", "GET", "/healthz", 200),
    ],
)
async def test_a_token_is_as_good_as_a_certificate_and_is_in_no_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, authorization: str, method: str, path: str, status: int
) -> None:
    caplog.set_level(logging.DEBUG)
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path, "") as session:
        tokens = {name: (tmp_path / name).read_text().strip() for name in ("token", "token-read-only")}
        headers = {"Authorization": authorization.format_map(tokens)}
        async with session.request(method, path, headers=headers) as response:
            assert response.status == status
    assert not any(token in caplog.text for token in tokens.values())


async def test_who_asks_to_act_for_another_is_refused_with_the_reason(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        async with session.get(SERVERS, headers={"Impersonate-User": "jane"}) as response:
            assert response.status == 403
            assert "nobody acts for another" in (await response.json())["message"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b'"x"', "application/json", 400),
        (b"a: [", "application/yaml", 400),
        (b"a: &a [1]\nmetadata: {name: x}\nb: *a\n", "application/yaml", 400),
        (b"[" * 100_000, "application/yaml", 400),
        (b"metadata: {name: x}\nspec: {accepted: false, 1: odd}\n", "application/yaml", 201),
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
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        async with session.post(SERVERS, data=io.BytesIO(body), headers={"Content-Type": content_type}) as response:
            assert response.status == status, await response.text()


async def test_unknown_fields_are_warned_about_unless_ignored_or_refused(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        for validation, status, warned in (("Warn", 201, True), ("Ignore", 201, False), ("Strict", 400, False)):
            body = {"metadata": {"generateName": "x-"}, "spec": {"accepted": False, "typo": 1}}
            async with session.post(SERVERS, params={"fieldValidation": validation}, json=body) as response:
                assert response.status == status
                assert ('299 - "unknown field' in response.headers.get("Warning", "")) is warned


async def test_warnings_are_headers_whatever_the_client_called_its_fields(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        for typos in ({"a\r\nSet-Cookie: x": 1, "\u00fc": 2}, {f"k{number}": 1 for number in range(20_000)}, {"k" * 5000: 1}):
            body = {"metadata": {"generateName": "x-"}, "spec": {"accepted": False, **typos}}
            async with session.post(SERVERS, json=body) as response:
                assert response.status == 201
                warnings = response.headers.getall("Warning")
                assert "Set-Cookie" not in response.headers
                assert 0 < sum(map(len, warnings)) < 5000


async def test_pretty_answers_are_indented(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        for path, status in (("/version", 200), (SERVERS, 200), (SERVERS + "/none", 404)):
            async with session.get(path, params={"pretty": "true"}) as response:
                assert response.status == status
                assert (await response.text()).startswith('{\n  "')


async def test_what_is_no_http_and_who_leaves_early_is_no_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with served_plane(tmp_path) as served:
        for data in (b"POST /api HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port, ssl=client_tls(tmp_path))
            writer.write(data)
            assert b" 400 " in await reader.readline()
            writer.close()
            await writer.wait_closed()
        for body in (
            b"Content-Length: 9\r\n\r\n{",
            b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
            b"Content-Encoding: gzip\r\n\r\n{",
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port, ssl=client_tls(tmp_path))
            writer.write(f"POST {SERVERS} HTTP/1.1\r\nHost: plane\r\n".encode() + body)
            await writer.drain()
            writer.transport.abort()
        async with open_session(served.base, tmp_path) as session, session.get(SERVERS) as response:
            assert response.status == 200
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_what_nobody_foresaw_is_a_500_with_its_cause_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        await served.store.put(Key("metal.sidero.dev", "servers", "", "broken"), b"no JSON")
        async with session.get(SERVERS + "/broken") as response:
            assert (response.status, (await response.json())["reason"]) == (500, "InternalError")
    assert "JSONDecodeError" in caplog.text


async def test_certificates_and_kubeconfigs_are_the_owners_alone_and_outlive_a_restart(tmp_path: Path) -> None:
    async with served_plane(tmp_path):
        before = {path: path.read_bytes() for path in (tmp_path / "pki").iterdir()}
        private = [*before, *(tmp_path / name for name in ("kubeconfig", "kubeconfig-read-only", "token", "token-read-only"))]
        assert all(path.stat().st_mode & 0o777 == 0o600 for path in private)
    async with served_plane(tmp_path):
        assert {path: path.read_bytes() for path in (tmp_path / "pki").iterdir()} == before


async def test_large_answers_are_compressed_for_who_can_read_that(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        for path, accepted, encoding in (
            ("/openapi/v2", "gzip, deflate", "gzip"),
            ("/openapi/v2", "identity", None),
            ("/openapi/v3", "gzip", None),
        ):
            async with session.get(path, headers={"Accept-Encoding": accepted}) as response:
                assert response.headers.get("Content-Encoding") == encoding
                assert ("Accept-Encoding" in response.headers.getall("Vary")) is bool(encoding)
                assert (await response.json()).keys()


async def test_yaml_of_any_size_and_json_called_yaml_are_read(tmp_path: Path) -> None:
    labels = "".join(f"    l{number}: v\n" for number in range(2000))
    texts = {
        "a": "metadata:\n  name: a\n  labels:\n" + labels + "spec: {accepted: false}\n",
        "b": '{"metadata": {"name": "b"}, "spec": {"accepted": false}}',
        "c": "{metadata: {name: c}, spec: {accepted: no}}",
    }
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        for name, text in texts.items():
            async with session.post(SERVERS, data=text, headers={"Content-Type": "application/yaml"}) as response:
                assert (response.status, (await response.json())["metadata"]["name"]) == (201, name)


async def test_what_a_deletion_wants_may_be_in_its_body(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        async with session.post(SERVERS, json={"metadata": {"name": "a"}, "spec": {"accepted": False}}) as response:
            assert response.status == 201
        async with session.delete(SERVERS + "/a", json={"preconditions": {"uid": "another"}}) as response:
            assert response.status == 409
        async with session.get(SERVERS + "/a") as response:
            assert response.status == 200
