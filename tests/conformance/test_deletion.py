"""Deletion: preconditions, finalizers, what owners take with them, and namespaces."""

import asyncio

import pytest

from boot.client.protocol import ChangeType, Client
from boot.errors import Conflict, Forbidden, Invalid, NotFound
from boot.resources.base import Object
from boot.resources.kinds import CONFIG_MAP, NAMESPACE, SERVER, Kind
from tests.conformance.clients import with_controllers
from tests.support.objects import RACK, config, rack, reference, server

FINALIZERS = ["a.test/b"]


async def _gone(client: Client, kind: Kind, name: str, namespace: str = "") -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                await client.get(kind, name, namespace)
            except NotFound:
                return
            await asyncio.sleep(0.02)


async def _release(client: Client, kind: Kind, name: str, namespace: str) -> None:
    await client.patch(kind, name, {"metadata": {"finalizers": None}}, namespace)


async def test_deletion_keeps_its_preconditions(client: Client, name: str) -> None:
    created = await client.create(SERVER, server(name))
    with pytest.raises(Conflict, match=r"the UID in the precondition \(another\) does not match the UID in record"):
        await client.delete(SERVER, name, uid="another")
    await client.delete(SERVER, name, uid=created["metadata"]["uid"])
    with pytest.raises(NotFound):
        await client.get(SERVER, name)


async def test_an_object_with_finalizers_goes_when_the_last_one_is_taken(client: Client, racks: str) -> None:
    created = await client.create(RACK, rack(racks, finalizers=["a.test/b", "c.test/d"]))
    await client.delete(RACK, "r", racks)
    doomed = await client.get(RACK, "r", racks)
    assert doomed["metadata"]["deletionTimestamp"].endswith("Z")
    assert doomed["metadata"]["deletionGracePeriodSeconds"] == 0
    await client.delete(RACK, "r", racks)
    assert await client.get(RACK, "r", racks) == doomed
    with pytest.raises(Invalid, match="no new finalizers can be added if the object is being deleted") as caught:
        await client.patch(RACK, "r", {"metadata": {"finalizers": ["a.test/b", "e.test/f"]}}, racks)
    assert {cause.field for cause in caught.value.causes} == {"metadata.finalizers"}
    changed = await client.patch(RACK, "r", {"metadata": {"finalizers": FINALIZERS}, "spec": {"units": 1}}, racks)
    assert changed["metadata"]["deletionTimestamp"] == doomed["metadata"]["deletionTimestamp"]
    await _release(client, RACK, "r", racks)
    with pytest.raises(NotFound):
        await client.get(RACK, "r", racks)
    again = await client.create(RACK, rack(racks))
    assert again["metadata"]["uid"] != created["metadata"]["uid"]


async def test_a_deletion_cannot_be_taken_back(client: Client, racks: str) -> None:
    await client.create(RACK, rack(racks, finalizers=FINALIZERS))
    await client.delete(RACK, "r", racks)
    doomed = await client.get(RACK, "r", racks)
    assert await client.patch(RACK, "r", {"metadata": {"deletionTimestamp": None}}, racks) == doomed


async def test_watchers_see_the_mark_and_then_the_end(client: Client, racks: str) -> None:
    created = await client.create(RACK, rack(racks, finalizers=FINALIZERS))
    await client.delete(RACK, "r", racks)
    await _release(client, RACK, "r", racks)
    seen = []
    async with asyncio.timeout(20):
        async for change in client.watch(RACK, racks, after=int(created["metadata"]["resourceVersion"])):
            seen.append((change.type, bool(change.object["metadata"].get("deletionTimestamp"))))
            if change.type is ChangeType.DELETED:
                break
    assert seen == [(ChangeType.MODIFIED, True), (ChangeType.DELETED, True)]


async def test_a_finalizer_taken_before_the_deletion_does_not_hold(client: Client, racks: str) -> None:
    await client.create(RACK, rack(racks, finalizers=FINALIZERS))
    await _release(client, RACK, "r", racks)
    assert "deletionTimestamp" not in (await client.get(RACK, "r", racks))["metadata"]
    await client.delete(RACK, "r", racks)
    with pytest.raises(NotFound):
        await client.get(RACK, "r", racks)


@pytest.mark.parametrize(("propagation", "finalizers"), [("Foreground", ["foregroundDeletion"]), ("Orphan", ["orphan"])])
async def test_a_propagation_policy_is_a_finalizer(client: Client, racks: str, propagation: str, finalizers: list[str]) -> None:
    owner = await client.create(RACK, rack(racks, "owner", finalizers=FINALIZERS))
    owned = rack(racks, "owned", finalizers=FINALIZERS, ownerReferences=[reference(owner, blockOwnerDeletion=True)])
    await client.create(RACK, owned)
    listing = await client.list(RACK, racks)
    await client.delete(RACK, "owner", racks, propagation=propagation)
    async with asyncio.timeout(20):
        async for change in client.watch(RACK, racks, after=listing.revision, field_selector="metadata.name=owner"):
            metadata = change.object["metadata"]
            break
    assert metadata["deletionTimestamp"]
    assert sorted(metadata["finalizers"]) == sorted(FINALIZERS + finalizers)


async def _family(client: Client, namespace: str, **more: object) -> Object:
    """An owner, and `owned`, which is its own; returns the owner."""
    owner = await client.create(RACK, rack(namespace, "owner"))
    await client.create(CONFIG_MAP, config(namespace, "owned", ownerReferences=[reference(owner, **more)]))
    return owner


@with_controllers
async def test_what_an_object_owned_goes_after_it(client: Client, racks: str) -> None:
    owned = await _family(client, racks)
    middle = await client.create(CONFIG_MAP, config(racks, "middle", ownerReferences=[reference(owned)]))
    await client.create(CONFIG_MAP, config(racks, "last", ownerReferences=[reference(middle)]))
    await client.delete(RACK, "owner", racks)
    for name in ("owned", "middle", "last"):
        await _gone(client, CONFIG_MAP, name, racks)


@with_controllers
async def test_what_somebody_else_owns_too_stays_and_forgets_the_owner_that_went(client: Client, racks: str) -> None:
    owners = [await client.create(RACK, rack(racks, name)) for name in ("one", "two")]
    await client.create(CONFIG_MAP, config(racks, "shared", ownerReferences=[reference(owner) for owner in owners]))
    await client.create(CONFIG_MAP, config(racks, "mine", ownerReferences=[reference(owners[0])]))
    await client.delete(RACK, "one", racks)
    await _gone(client, CONFIG_MAP, "mine", racks)
    async with asyncio.timeout(10):
        while True:
            shared = await client.get(CONFIG_MAP, "shared", racks)
            if shared["metadata"]["ownerReferences"] == [reference(owners[1])]:
                break
            await asyncio.sleep(0.02)
    await client.delete(RACK, "two", racks)
    await _gone(client, CONFIG_MAP, "shared", racks)


@with_controllers
async def test_orphans_stay_and_forget_their_owner(client: Client, racks: str) -> None:
    await _family(client, racks)
    await client.delete(RACK, "owner", racks, propagation="Orphan")
    await _gone(client, RACK, "owner", racks)
    assert "ownerReferences" not in (await client.get(CONFIG_MAP, "owned", racks))["metadata"]


@with_controllers
async def test_in_the_foreground_an_owner_goes_after_what_it_owned(client: Client, racks: str) -> None:
    await _family(client, racks, blockOwnerDeletion=True)
    await client.patch(CONFIG_MAP, "owned", {"metadata": {"finalizers": FINALIZERS}}, racks)
    await client.delete(RACK, "owner", racks, propagation="Foreground")
    async with asyncio.timeout(10):
        while "deletionTimestamp" not in (await client.get(CONFIG_MAP, "owned", racks))["metadata"]:
            await asyncio.sleep(0.02)
    assert (await client.get(RACK, "owner", racks))["metadata"]["finalizers"] == ["foregroundDeletion"]
    await _release(client, CONFIG_MAP, "owned", racks)
    await _gone(client, CONFIG_MAP, "owned", racks)
    await _gone(client, RACK, "owner", racks)


@with_controllers
async def test_in_the_foreground_only_who_blocks_is_waited_for(client: Client, racks: str) -> None:
    await _family(client, racks, blockOwnerDeletion=False)
    await client.patch(CONFIG_MAP, "owned", {"metadata": {"finalizers": FINALIZERS}}, racks)
    await client.delete(RACK, "owner", racks, propagation="Foreground")
    await _gone(client, RACK, "owner", racks)
    assert (await client.get(CONFIG_MAP, "owned", racks))["metadata"]["deletionTimestamp"]


async def test_a_namespace_is_active_and_held_by_its_own_finalizer(client: Client, namespace: str) -> None:
    found = await client.get(NAMESPACE, namespace)
    assert found["spec"] == {"finalizers": ["kubernetes"]}
    assert found["status"] == {"phase": "Active"}
    assert found["metadata"]["labels"] == {"kubernetes.io/metadata.name": namespace}


async def test_a_namespace_that_ends_takes_nothing_new(client: Client, namespace: str) -> None:
    await client.create(CONFIG_MAP, config(namespace, "held", finalizers=FINALIZERS))
    await client.delete(NAMESPACE, namespace)
    ending = await client.get(NAMESPACE, namespace)
    assert (bool(ending["metadata"]["deletionTimestamp"]), ending["status"]["phase"]) == (True, "Terminating")
    words = f"unable to create new content in namespace {namespace} because it is being terminated"
    with pytest.raises(Forbidden, match=words) as caught:
        await client.create(CONFIG_MAP, config(namespace, "late"))
    (cause,) = caught.value.causes
    assert (cause.reason, cause.field) == ("NamespaceTerminating", "metadata.namespace")
    assert cause.message == f"namespace {namespace} is being terminated"
    await client.patch(CONFIG_MAP, "held", {"data": {"still": "written"}}, namespace)


@with_controllers
async def test_a_namespace_goes_when_everything_in_it_has_gone(client: Client, racks: str) -> None:
    await client.create(CONFIG_MAP, config(racks, "held", finalizers=FINALIZERS))
    await client.create(RACK, rack(racks))
    await client.delete(NAMESPACE, racks)
    await _gone(client, RACK, "r", racks)
    assert (await client.get(NAMESPACE, racks))["status"]["phase"] == "Terminating"
    await _release(client, CONFIG_MAP, "held", racks)
    await _gone(client, NAMESPACE, racks)


@pytest.mark.parametrize("name", ["default", "kube-system"])
async def test_the_first_namespaces_stay(client: Client, name: str) -> None:
    with pytest.raises(Forbidden, match=f'namespaces "{name}" is forbidden: this namespace may not be deleted'):
        await client.delete(NAMESPACE, name)
