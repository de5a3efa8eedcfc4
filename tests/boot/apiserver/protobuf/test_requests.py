"""What typed Go clients do with a core kind: bodies in protobuf, answers in JSON."""

from pathlib import Path

import aiohttp

from boot.apiserver.protobuf import MEDIA_TYPE
from boot.apiserver.protobuf.wire import encode_field
from tests.boot.apiserver.served import open_session, served_plane

SECRETS = "/api/v1/namespaces/default/secrets"
HEADERS = {"Content-Type": MEDIA_TYPE, "Accept": f"{MEDIA_TYPE}, */*"}


def _body(kind: str, raw: bytes) -> bytes:
    return b"k8s\0" + encode_field(1, encode_field(1, "v1") + encode_field(2, kind)) + encode_field(2, raw)


def _secret(name: str, value: bytes) -> bytes:
    entry = encode_field(1, "k") + encode_field(2, value)
    return _body("Secret", encode_field(1, encode_field(1, name)) + encode_field(2, entry))


async def _delete(session: aiohttp.ClientSession, name: str, uid: str) -> int:
    body = _body("DeleteOptions", encode_field(2, encode_field(1, uid)) + encode_field(4, "Background"))
    async with session.delete(f"{SECRETS}/{name}", data=body, headers=HEADERS) as response:
        return response.status


async def test_a_secret_is_made_and_deleted_if_it_is_still_that_one(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        async with session.post(SECRETS, data=_secret("a", b"\xff"), headers=HEADERS) as response:
            assert (response.status, response.content_type) == (201, "application/json")
            made = await response.json()
        assert made["data"] == {"k": "/w=="}
        assert await _delete(session, "a", "another") == 409
        assert await _delete(session, "a", made["metadata"]["uid"]) == 200


async def test_a_large_body_is_read_as_a_small_one(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        async with session.post(SECRETS, data=_secret("large", bytes(500_000)), headers=HEADERS) as response:
            assert response.status == 201
            assert len((await response.json())["data"]["k"]) > 600_000
