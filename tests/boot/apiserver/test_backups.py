"""GET and PUT of the whole plane."""

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest

from boot.apiserver.backups import BACKUP_PATH
from boot.plane.options import WriteOptions
from boot.resources.kinds import SERVER
from boot.store.snapshot import decode_snapshot
from tests.boot.apiserver.served import SERVERS, Served, open_session, served_plane

RACKS = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "racks.example.test"},
    "spec": {
        "group": "example.test",
        "scope": "Cluster",
        "names": {"plural": "racks", "singular": "rack", "kind": "Rack", "listKind": "RackList"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
            }
        ],
    },
}


async def _create(served: Served, name: str) -> None:
    await served.plane.create(SERVER, {"metadata": {"name": name}, "spec": {"accepted": False}}, WriteOptions())


async def _fetch(session: aiohttp.ClientSession) -> bytes:
    async with session.get(BACKUP_PATH) as response:
        assert response.status == 200
        data = await response.read()
        assert response.content_length == len(data)
        return data


@pytest.mark.parametrize(("identity", "status"), [("", 401), ("reader", 403)])
async def test_only_admins_get_at_it_for_it_holds_every_secret(tmp_path: Path, identity: str, status: int) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path, identity) as session:
        for method in ("GET", "PUT"):
            async with session.request(method, BACKUP_PATH) as response:
                assert response.status == status


async def test_it_comes_back_as_it_was_kinds_of_its_own_too(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        async with session.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", json=RACKS) as response:
            assert response.status == 201
        racks = "/apis/example.test/v1/racks"
        rack = {"apiVersion": "example.test/v1", "kind": "Rack", "metadata": {"name": "r1"}, "height": 42}
        async with session.post(racks, json=rack) as response:
            assert response.status == 201
        await _create(served, "a")
        backup = await _fetch(session)
        async with session.delete("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/racks.example.test"):
            pass
        await _create(served, "b")
        highest = served.plane.revision
        async with session.put(BACKUP_PATH, data=backup, params={"replace": "true"}) as response:
            assert response.status == 200
            assert (await response.json())["revision"] > highest
        async with session.get(f"{racks}/r1") as response:
            assert (await response.json())["height"] == 42
        async with session.get(SERVERS) as response:
            assert [item["metadata"]["name"] for item in (await response.json())["items"]] == ["a"]


async def test_every_open_watch_ends_with_expired(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        backup = await _fetch(session)
        await _create(served, "a")
        async with session.get(SERVERS, params={"watch": "true"}) as watch:
            assert json.loads(await watch.content.readline())["type"] == "ADDED"
            async with session.put(BACKUP_PATH, data=backup, params={"replace": "true"}):
                pass
            event = json.loads(await watch.content.readline())
        assert (event["type"], event["object"]["reason"]) == ("ERROR", "Expired")


async def test_what_people_made_goes_only_when_it_is_said(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        backup = await _fetch(session)
        async with session.put(BACKUP_PATH, data=backup) as response:
            assert response.status == 200
        await _create(served, "a")
        async with session.put(BACKUP_PATH, data=backup) as response:
            assert response.status == 409
            assert "1 servers" in (await response.json())["message"]


async def test_a_damaged_one_changes_nothing(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        await _create(served, "a")
        backup, revision = await _fetch(session), served.plane.revision
        for data in (backup[:-5000], b"a letter", b""):
            async with session.put(BACKUP_PATH, data=data, params={"replace": "true"}) as response:
                assert response.status == 400
                assert "cannot be restored" in (await response.json())["message"]
        assert served.plane.revision == revision


async def test_backups_during_a_storm_of_writes_are_each_of_one_moment(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        writing = asyncio.gather(*(_create(served, f"s{number:03}") for number in range(300)))
        for _ in range(5):
            snapshot = decode_snapshot(await _fetch(session))
            servers = [stored.revision for stored in snapshot.objects if stored.key.plural == "servers"]
            others = len(snapshot.objects) - len(servers)
            assert snapshot.revision == others + len(servers) + 1  # each object was written once; it began at 1
        await writing


async def test_another_method_is_not_allowed(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        async with session.post(BACKUP_PATH) as response:
            assert response.status == 405
