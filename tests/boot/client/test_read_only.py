from pathlib import Path

import pytest

from boot.client.read_only import ReadOnlyClient
from boot.errors import Forbidden
from boot.resources.kinds import SERVER
from tests.support.plane import local_client

BOX = {"metadata": {"name": "box"}, "spec": {"accepted": False}}


async def test_it_reads_what_is_there_and_writes_nothing(tmp_path: Path) -> None:
    async with local_client(tmp_path) as admin:
        created = await admin.create(SERVER, BOX)
        guest = ReadOnlyClient(admin)
        assert await guest.get(SERVER, "box") == created
        listed = await guest.list(SERVER)
        assert [item["metadata"]["name"] for item in listed.items] == ["box"]
        for write in (
            guest.create(SERVER, BOX),
            guest.update(SERVER, created),
            guest.patch(SERVER, "box", {"spec": {"accepted": True}}),
            guest.delete(SERVER, "box"),
        ):
            with pytest.raises(Forbidden, match="attached with --read-only"):
                await write
        assert await admin.get(SERVER, "box") == created


async def test_it_watches(tmp_path: Path) -> None:
    async with local_client(tmp_path) as admin:
        before = (await admin.list(SERVER)).revision
        await admin.create(SERVER, BOX)
        async for change in ReadOnlyClient(admin).watch(SERVER, after=before):
            assert change.object["metadata"]["name"] == "box"
            break
