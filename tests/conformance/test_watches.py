"""Watches: every change once and in order, from a revision on."""

import asyncio

import pytest

from boot.client.protocol import Change, ChangeType, Client
from boot.errors import Expired
from boot.resources.kinds import CONFIG_MAP, SERVER, Kind
from tests.support.objects import RACK, config, rack, server

ADDED, MODIFIED, DELETED = ChangeType.ADDED, ChangeType.MODIFIED, ChangeType.DELETED


async def _changes(client: Client, kind: Kind, namespace: str, after: int, count: int, **options: str) -> list[Change]:
    found: list[Change] = []
    async with asyncio.timeout(20):
        async for change in client.watch(kind, namespace, after=after, **options):
            found.append(change)
            if len(found) == count:
                break
    return found


def _story(changes: list[Change]) -> list[tuple[ChangeType, str]]:
    return [(change.type, change.object["metadata"]["name"]) for change in changes]


async def test_a_watch_misses_nothing_and_repeats_nothing(client: Client, name: str) -> None:
    listing = await client.list(SERVER)
    watching = [asyncio.create_task(_changes(client, SERVER, "", listing.revision, 60)) for _ in range(3)]
    for number in range(20):
        await client.create(SERVER, server(f"{name}-{number}"))
        await client.patch(SERVER, f"{name}-{number}", {"spec": {"accepted": True}})
        await client.delete(SERVER, f"{name}-{number}")
    for changes in await asyncio.gather(*watching):
        assert [change.type for change in changes] == [ADDED, MODIFIED, DELETED] * 20
        revisions = [change.revision for change in changes]
        assert revisions == sorted(set(revisions))
        assert changes[-1].object["spec"]["accepted"] is True


async def test_a_watch_begins_after_any_revision_that_was_seen(client: Client, namespace: str) -> None:
    revisions = []
    for letter in "abc":
        created = await client.create(CONFIG_MAP, config(namespace, letter))
        revisions.append(int(created["metadata"]["resourceVersion"]))
    changes = await _changes(client, CONFIG_MAP, namespace, revisions[0], 2)
    assert _story(changes) == [(ADDED, "b"), (ADDED, "c")]
    assert [change.revision for change in changes] == revisions[1:]


async def test_a_change_carries_the_object_as_it_was_then(client: Client, racks: str) -> None:
    listing = await client.list(RACK, racks)
    await client.create(RACK, rack(racks, spec={"units": 1}))
    await client.patch(RACK, "r", {"spec": {"units": 2}}, racks)
    await client.delete(RACK, "r", racks)
    changes = await _changes(client, RACK, racks, listing.revision, 3)
    assert [change.object["spec"]["units"] for change in changes] == [1, 2, 2]
    assert [change.object["metadata"]["resourceVersion"] for change in changes] == [str(change.revision) for change in changes]
    assert {(change.object["apiVersion"], change.object["kind"]) for change in changes} == {(RACK.api_version, "Rack")}


async def test_a_write_that_changes_nothing_is_no_change(client: Client, racks: str) -> None:
    created = await client.create(RACK, rack(racks))
    after = int(created["metadata"]["resourceVersion"])
    await client.update(RACK, created)
    await client.patch(RACK, "r", {"spec": {"units": 42}}, racks)
    await client.patch(RACK, "r", {"spec": {"units": 41}}, racks)
    (change,) = await _changes(client, RACK, racks, after, 1)
    assert change.object["spec"]["units"] == 41


async def test_leaving_a_selector_is_a_deletion_and_entering_an_addition(client: Client, racks: str) -> None:
    listing = await client.list(RACK, racks)
    await client.create(RACK, rack(racks))
    for patch in ({"metadata": {"labels": {"row": "3"}}}, {"spec": {"units": 1}}, {"metadata": {"labels": {"row": "4"}}}):
        last = await client.patch(RACK, "r", patch, racks)
    changes = await _changes(client, RACK, racks, listing.revision, 3, label_selector="row=3")
    assert [change.type for change in changes] == [ADDED, MODIFIED, DELETED]
    # What leaves is shown as it was while it was selected, at the revision that took it out.
    assert changes[-1].object["metadata"]["labels"] == {"row": "3"}
    assert changes[-1].revision == int(last["metadata"]["resourceVersion"])


async def test_a_watch_sees_its_namespace_and_its_names_only(client: Client, namespace: str) -> None:
    listing = await client.list(CONFIG_MAP, namespace)
    other = await client.create(CONFIG_MAP, config("default", namespace))
    for letter in "ab":
        await client.create(CONFIG_MAP, config(namespace, letter))
    await client.delete(CONFIG_MAP, other["metadata"]["name"], "default")
    assert _story(await _changes(client, CONFIG_MAP, namespace, listing.revision, 2)) == [(ADDED, "a"), (ADDED, "b")]
    by_name = await _changes(client, CONFIG_MAP, namespace, listing.revision, 1, field_selector="metadata.name=b")
    assert _story(by_name) == [(ADDED, "b")]
    everywhere = await _changes(client, CONFIG_MAP, "", listing.revision, 4)
    assert _story(everywhere) == [(ADDED, namespace), (ADDED, "a"), (ADDED, "b"), (DELETED, namespace)]


async def test_a_revision_that_is_no_longer_kept_is_expired(client: Client, racks: str) -> None:
    with pytest.raises(Expired, match="too old resource version"):
        await _changes(client, RACK, racks, 1, 1)
