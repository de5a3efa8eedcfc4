"""The documents over HTTP: who asks for what, and who has it already."""

import asyncio
from pathlib import Path

from boot.apiserver.protobuf.swagger import MEDIA_TYPE
from boot.apiserver.protobuf.wire import read_fields
from tests.boot.apiserver.served import open_session, served_plane


async def test_a_client_that_has_a_document_is_not_sent_it_again(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        async with session.get("/openapi/v3") as response:
            where = (await response.json())["paths"]["api/v1"]["serverRelativeURL"]
        for path in ("/openapi/v2", "/openapi/v3", where):
            async with session.get(path) as response:
                assert response.status == 200
                tag = response.headers["ETag"]
            async with session.get(path, headers={"If-None-Match": tag}) as response:
                assert (response.status, await response.read()) == (304, b"")
            async with session.get(path, headers={"If-None-Match": '"other"'}) as response:
                assert response.status == 200


async def test_an_address_with_an_old_hash_leads_to_the_new_one(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        async with session.get("/openapi/v3/api/v1?hash=OLD", allow_redirects=False) as response:
            assert response.status == 301
            where = response.headers["Location"]
        async with session.get(where) as response:
            assert (response.status, "immutable" in response.headers["Cache-Control"]) == (200, True)
        async with session.get("/openapi/v3/api/v1") as response:
            assert "Cache-Control" not in response.headers


async def test_version_two_is_protobuf_for_those_who_insist_and_version_three_never(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        async with session.get("/openapi/v2", headers={"Accept": MEDIA_TYPE}) as response:
            assert "proto-openapi.spec.v2" in response.headers["Content-Type"]
            assert dict(read_fields(await response.read()))[1] == b"2.0"
        async with session.get("/openapi/v2?pretty=true", headers={"Accept": MEDIA_TYPE}) as response:
            assert response.status == 200
        v3 = "application/com.github.proto-openapi.spec.v3@v1.0+protobuf"
        async with session.get("/openapi/v3/api/v1", headers={"Accept": v3}) as response:
            assert (await response.json())["openapi"] == "3.0.0"
        async with session.get("/openapi/v2", headers={"Accept": "application/json"}) as response:
            assert (await response.json())["swagger"] == "2.0"


async def test_what_there_is_not_is_not_found(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        for path in (
            "/openapi",
            "/openapi/v1",
            "/openapi/v3/apis/none/v1",
            "/openapi/v3/api/v2",
            "/openapi/v3/x",
            "/openapi/v2/x",
        ):
            async with session.get(path) as response:
                assert response.status == 404, path


async def test_many_who_ask_at_once_get_the_same(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:

        async def fetch() -> bytes:
            async with session.get("/openapi/v2") as response:
                return await response.read()

        assert len(set(await asyncio.gather(*(fetch() for _ in range(20))))) == 1
