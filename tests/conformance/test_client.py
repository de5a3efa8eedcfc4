"""Truths about Kubernetes, asked through the Client protocol alone."""

import asyncio
from collections.abc import Sequence

import pytest

from boot.client.protocol import Change, ChangeType, Client, PatchType
from boot.errors import AlreadyExists, BadRequest, Conflict, Invalid, NotFound, UnsupportedMediaType
from boot.resources.base import Object
from boot.resources.kinds import CONFIG_MAP, METAL_GROUP, NAMESPACE, SECRET, SERVER, SERVER_CLASS, Kind

OLD_SERVER = Kind(METAL_GROUP, "v1alpha1", "Server", "servers")


def _server(name: str, **spec: object) -> Object:
    return {"metadata": {"name": name}, "spec": {"accepted": False, **spec}}


def _config(name: str, namespace: str = "default", **metadata: object) -> Object:
    return {"metadata": {"name": name, "namespace": namespace, **metadata}, "data": {"a": "1"}}


async def test_the_server_fills_in_what_is_its_own(client: Client) -> None:
    created = await client.create(SERVER, {**_server("s"), "status": {"power": "on"}})
    metadata = created["metadata"]
    assert (created["apiVersion"], created["kind"]) == ("metal.sidero.dev/v1alpha2", "Server")
    assert metadata["uid"]
    assert metadata["creationTimestamp"].endswith("Z")
    assert (metadata["generation"], int(metadata["resourceVersion"]) > 0) == (1, True)
    assert "status" not in created
    assert await client.get(SERVER, "s") == created


async def test_names_are_unique_checked_and_made_up(client: Client) -> None:
    await client.create(SERVER, _server("s"))
    with pytest.raises(AlreadyExists, match=r'servers\.metal\.sidero\.dev "s" already exists'):
        await client.create(SERVER, _server("s"))
    with pytest.raises(Invalid, match="RFC 1123"):
        await client.create(SERVER, _server("Not_A_Name"))
    made = await client.create(SERVER, {"metadata": {"generateName": "box-"}, "spec": {"accepted": False}})
    assert made["metadata"]["name"].startswith("box-")
    assert len(made["metadata"]["name"]) == 9


async def test_what_is_not_there_is_not_found(client: Client) -> None:
    with pytest.raises(NotFound, match=r'servers\.metal\.sidero\.dev "none" not found'):
        await client.get(SERVER, "none")
    with pytest.raises(NotFound):
        await client.delete(SERVER, "none")
    with pytest.raises(NotFound):
        await client.list(Kind("no.such", "v1", "Thing", "things"))
    with pytest.raises(NotFound, match='namespaces "nowhere" not found'):
        await client.create(CONFIG_MAP, _config("c", "nowhere"))


async def test_an_update_needs_the_current_version(client: Client) -> None:
    first = await client.create(SERVER, _server("s"))
    changed = await client.update(SERVER, {**first, "spec": {**first["spec"], "hostname": "h"}})
    assert changed["metadata"]["generation"] == 2
    with pytest.raises(Conflict, match="the object has been modified"):
        await client.update(SERVER, first)


async def test_a_write_that_changes_nothing_is_none(client: Client) -> None:
    first = await client.create(SERVER, _server("s"))
    assert await client.update(SERVER, first) == first
    assert await client.patch(SERVER, "s", {"spec": {"accepted": False}}) == first


@pytest.mark.parametrize(
    ("patch", "patch_type"),
    [
        ([{"op": "replace", "path": "/spec/accepted", "value": True}], PatchType.JSON),
        ({"spec": {"accepted": True}}, PatchType.MERGE),
    ],
)
async def test_patches_change_what_they_name(client: Client, patch: Object | Sequence[Object], patch_type: PatchType) -> None:
    await client.create(SERVER, _server("s", hostname="h"))
    changed = await client.patch(SERVER, "s", patch, patch_type=patch_type)
    assert changed["spec"] == {"accepted": True, "hostname": "h"}


async def test_strategic_patches_are_for_built_in_kinds(client: Client) -> None:
    await client.create(CONFIG_MAP, _config("c"))
    changed = await client.patch(CONFIG_MAP, "c", {"data": {"b": "2"}}, "default", patch_type=PatchType.STRATEGIC)
    assert changed["data"] == {"a": "1", "b": "2"}
    await client.create(SERVER, _server("s"))
    with pytest.raises(UnsupportedMediaType):
        await client.patch(SERVER, "s", {"spec": {}}, patch_type=PatchType.STRATEGIC)


async def test_a_patch_that_does_not_apply_or_leads_to_nonsense_changes_nothing(client: Client) -> None:
    before = await client.create(SERVER, _server("s"))
    for patch, error in (
        ([{"op": "test", "path": "/spec/accepted", "value": True}], Invalid),
        ([{"op": "remove", "path": "/spec/hostname"}], Invalid),
        ([{"op": "replace", "path": "/spec/accepted", "value": "yes"}], Invalid),
        ([{"op": "nonsense", "path": "/spec"}], BadRequest),
    ):
        with pytest.raises(error):
            await client.patch(SERVER, "s", patch, patch_type=PatchType.JSON)
    assert await client.get(SERVER, "s") == before


async def test_a_resource_version_in_a_patch_is_a_lock(client: Client) -> None:
    await client.create(SERVER, _server("s"))
    with pytest.raises(Conflict):
        await client.patch(SERVER, "s", {"metadata": {"resourceVersion": "1"}, "spec": {"accepted": True}})


async def test_status_is_written_on_its_own_and_leaves_the_generation(client: Client) -> None:
    await client.create(SERVER, _server("s"))
    spec_only = await client.patch(SERVER, "s", {"spec": {"hostname": "h"}, "status": {"power": "on"}})
    assert "status" not in spec_only
    status = await client.patch(SERVER, "s", {"spec": {"hostname": "x"}, "status": {"power": "on"}}, subresource="status")
    assert status["status"] == {"power": "on"}
    assert status["spec"]["hostname"] == "h"
    assert status["metadata"]["generation"] == 2


async def test_validation_names_the_field(client: Client) -> None:
    for spec, words in (
        ({"accepted": "yes"}, "spec.accepted: Invalid value"),
        ({}, "spec.accepted: Required value"),
        ({"accepted": True, "pxeMode": "x"}, "spec.pxeMode: Unsupported value"),
    ):
        with pytest.raises(Invalid, match=words) as caught:
            await client.create(SERVER, {"metadata": {"name": "s"}, "spec": spec})
        assert caught.value.causes[0].field.startswith("spec.")


async def test_unknown_fields_are_pruned(client: Client) -> None:
    created = await client.create(SERVER, _server("s", nonsense=1))
    assert "nonsense" not in created["spec"]


async def test_both_versions_are_the_same_object(client: Client) -> None:
    processor = {"manufacturer": "Intel", "productName": "Atom", "coreCount": 4}
    created = await client.create(SERVER, _server("s", hardware={"compute": {"processors": [processor]}}))
    old = await client.get(OLD_SERVER, "s")
    assert old["spec"]["cpu"] == {"manufacturer": "Intel", "version": "Atom"}
    assert old["metadata"]["uid"] == created["metadata"]["uid"]
    await client.patch(OLD_SERVER, "s", {"spec": {"accepted": True}})
    new = await client.get(SERVER, "s")
    assert new["spec"] == {"accepted": True, "hardware": {"compute": {"processors": [processor]}}}


async def test_lists_select_by_label_and_field_and_come_in_pages(client: Client) -> None:
    for number in range(5):
        labels = {"even": str(number % 2 == 0).lower()}
        await client.create(CONFIG_MAP, _config(f"c{number}", labels=labels))

    async def names(**options: object) -> list[str]:
        listing = await client.list(CONFIG_MAP, "default", **options)  # type: ignore[arg-type]  # options of list itself
        return [item["metadata"]["name"] for item in listing.items]

    assert await names(label_selector="even=true") == ["c0", "c2", "c4"]
    assert await names(label_selector="even in (false),even") == ["c1", "c3"]
    assert await names(label_selector="!even") == []
    assert await names(field_selector="metadata.name=c3") == ["c3"]
    with pytest.raises(BadRequest, match="field label not supported"):
        await names(field_selector="spec.x=y")
    first = await client.list(CONFIG_MAP, "default", limit=2)
    rest = await client.list(CONFIG_MAP, "default", limit=10, continue_token=first.continue_token)
    assert [item["metadata"]["name"] for item in [*first.items, *rest.items]] == ["c0", "c1", "c2", "c3", "c4"]
    assert (bool(first.continue_token), rest.continue_token) == (True, "")


async def test_a_list_names_the_kind_of_each_item_and_sees_every_namespace(client: Client) -> None:
    await client.create(NAMESPACE, {"metadata": {"name": "rack"}})
    await client.create(CONFIG_MAP, _config("c", "rack"))
    items = (await client.list(CONFIG_MAP)).items
    assert {(item["apiVersion"], item["kind"]) for item in items} == {("v1", "ConfigMap")}
    assert any(item["metadata"]["namespace"] == "rack" for item in items)


async def test_deletion_keeps_its_preconditions(client: Client) -> None:
    created = await client.create(SERVER, _server("s"))
    with pytest.raises(Conflict, match="Precondition failed"):
        await client.delete(SERVER, "s", uid="another")
    await client.delete(SERVER, "s", uid=created["metadata"]["uid"])
    with pytest.raises(NotFound):
        await client.get(SERVER, "s")


async def test_an_object_with_finalizers_goes_when_the_last_one_is_taken(client: Client) -> None:
    await client.create(SERVER, {"metadata": {"name": "s", "finalizers": ["a/b"]}, "spec": {"accepted": False}})
    await client.delete(SERVER, "s")
    doomed = await client.get(SERVER, "s")
    assert doomed["metadata"]["deletionTimestamp"]
    with pytest.raises(Invalid, match="no new finalizers"):
        await client.patch(SERVER, "s", {"metadata": {"finalizers": ["a/b", "c/d"]}})
    await client.patch(SERVER, "s", {"metadata": {"finalizers": None}})
    with pytest.raises(NotFound):
        await client.get(SERVER, "s")


async def test_what_an_object_owned_goes_with_it_unless_somebody_else_owns_it_too(client: Client) -> None:
    owners = []
    for name in ("one", "two"):
        server = await client.create(SERVER, _server(name))
        owners.append({"apiVersion": server["apiVersion"], "kind": "Server", "name": name, "uid": server["metadata"]["uid"]})
    await client.create(CONFIG_MAP, _config("mine", ownerReferences=owners[:1]))
    await client.create(CONFIG_MAP, _config("shared", ownerReferences=owners))
    await client.delete(SERVER, "one")
    async with asyncio.timeout(10):
        while any(item["metadata"]["name"] == "mine" for item in (await client.list(CONFIG_MAP, "default")).items):
            await asyncio.sleep(0.05)
    assert (await client.get(CONFIG_MAP, "shared", "default"))["data"] == {"a": "1"}


async def test_secrets_take_plain_text_and_give_base64(client: Client) -> None:
    secret = {"metadata": {"name": "s", "namespace": "default"}, "stringData": {"user": "admin"}}
    created = await client.create(SECRET, secret)
    assert (created["data"], created["type"]) == ({"user": "YWRtaW4="}, "Opaque")
    assert "stringData" not in created


async def _changes(client: Client, after: int, count: int, **options: str) -> list[Change]:
    found: list[Change] = []
    async with asyncio.timeout(20):
        async for change in client.watch(SERVER, after=after, **options):
            found.append(change)
            if len(found) == count:
                break
    return found


async def test_a_watch_misses_nothing_and_repeats_nothing(client: Client) -> None:
    listing = await client.list(SERVER)
    watching = [asyncio.create_task(_changes(client, listing.revision, 60)) for _ in range(3)]
    for number in range(20):
        await client.create(SERVER, _server(f"s{number:02}"))
        await client.patch(SERVER, f"s{number:02}", {"spec": {"accepted": True}})
        await client.delete(SERVER, f"s{number:02}")
    for changes in await asyncio.gather(*watching):
        assert [change.type for change in changes] == [ChangeType.ADDED, ChangeType.MODIFIED, ChangeType.DELETED] * 20
        revisions = [change.revision for change in changes]
        assert revisions == sorted(set(revisions))
        assert changes[-1].object["spec"]["accepted"] is True


async def test_leaving_a_selector_is_a_deletion_and_entering_an_addition(client: Client) -> None:
    listing = await client.list(SERVER)
    await client.create(SERVER, _server("s"))
    await client.patch(SERVER, "s", {"metadata": {"labels": {"rack": "r3"}}})
    await client.patch(SERVER, "s", {"spec": {"accepted": True}})
    await client.patch(SERVER, "s", {"metadata": {"labels": {"rack": "r4"}}})
    changes = await _changes(client, listing.revision, 3, label_selector="rack=r3")
    assert [change.type for change in changes] == [ChangeType.ADDED, ChangeType.MODIFIED, ChangeType.DELETED]


async def test_class_lists_are_lists_even_when_empty(client: Client) -> None:
    await client.create(SERVER_CLASS, {"metadata": {"name": "c"}, "spec": {}})
    status: Object = {"status": {"serversAvailable": [], "serversInUse": []}}
    assert (await client.patch(SERVER_CLASS, "c", status, subresource="status"))["status"] == status["status"]
