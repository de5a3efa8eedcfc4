"""The three types of patches, and the ways they fail."""

from collections.abc import Sequence

import pytest

from boot.client.protocol import Client, PatchType
from boot.errors import ApiError, BadRequest, Conflict, Invalid, UnsupportedMediaType
from boot.resources.base import Object
from boot.resources.kinds import CONFIG_MAP
from tests.support.objects import RACK, config, rack

Patch = Object | Sequence[Object]
SPEC: Object = {"units": 10, "row": "a", "tags": ["x", "y"], "power": {"feed": "A"}}


@pytest.mark.parametrize(
    ("patch", "changed"),
    [
        ([{"op": "add", "path": "/spec/side", "value": "left"}], {"side": "left"}),
        ([{"op": "add", "path": "/spec/tags/-", "value": "z"}], {"tags": ["x", "y", "z"]}),
        ([{"op": "add", "path": "/spec/tags/0", "value": "z"}], {"tags": ["z", "x", "y"]}),
        ([{"op": "replace", "path": "/spec/units", "value": 5}], {"units": 5}),
        ([{"op": "replace", "path": "/spec/note", "value": "x"}], {"note": "x"}),  # not RFC 6902, but what Kubernetes does
        ([{"op": "remove", "path": "/spec/tags/1"}], {"tags": ["x"]}),
        ([{"op": "remove", "path": "/spec/units"}], {"units": 42}),
        ([{"op": "copy", "from": "/spec/row", "path": "/spec/note"}], {"note": "a"}),
        ([{"op": "move", "from": "/spec/tags/0", "path": "/spec/note"}], {"note": "x", "tags": ["y"]}),
        ([{"op": "test", "path": "/spec/units", "value": 10}, {"op": "add", "path": "/spec/note", "value": "1"}], {"note": "1"}),
        ([{"op": "test", "path": "/spec/power", "value": {"phase": 3, "feed": "A"}}], {}),
        ([{"op": "add", "path": "/spec/labels", "value": {"a/b~c": "1"}}], {"labels": {"a/b~c": "1"}}),
        ([], {}),
    ],
)
async def test_json_patches_change_what_they_name(client: Client, racks: str, patch: Patch, changed: Object) -> None:
    before = await client.create(RACK, rack(racks, spec=SPEC))
    after = await client.patch(RACK, "r", patch, racks, patch_type=PatchType.JSON)
    assert after["spec"] == {**before["spec"], **changed}


@pytest.mark.parametrize(
    ("patch", "changed"),
    [
        ({"spec": {"side": "left"}}, {"side": "left"}),
        ({"spec": {"units": None}}, {"units": 42}),
        ({"spec": {"tags": ["z"]}}, {"tags": ["z"]}),
        ({"spec": {"power": {"phase": 1}}}, {"power": {"feed": "A", "phase": 1}}),
        ({"spec": {"none": None, "labels": {"a": None, "b": "c"}}}, {"labels": {"b": "c"}}),
        ({}, {}),
    ],
)
async def test_merge_patches_change_what_they_name(client: Client, racks: str, patch: Object, changed: Object) -> None:
    before = await client.create(RACK, rack(racks, spec=SPEC))
    after = await client.patch(RACK, "r", patch, racks)
    assert after["spec"] == {**before["spec"], **changed}


@pytest.mark.parametrize(
    ("patch", "patch_type", "error", "words"),
    [
        ([{"op": "test", "path": "/spec/units", "value": 1}], PatchType.JSON, Invalid, "due to an error in our request"),
        ([{"op": "remove", "path": "/spec/note"}], PatchType.JSON, Invalid, "due to an error in our request"),
        ([{"op": "replace", "path": "/spec/no/such", "value": 1}], PatchType.JSON, Invalid, "due to an error in our request"),
        ([{"op": "add", "path": "/spec/no/such", "value": 1}], PatchType.JSON, Invalid, "due to an error in our request"),
        ([{"op": "add", "path": "/spec/tags/9", "value": "z"}], PatchType.JSON, Invalid, "due to an error in our request"),
        ([{"op": "nonsense", "path": "/spec"}], PatchType.JSON, Invalid, "due to an error in our request"),
        ([{"op": "replace", "path": "/spec/units", "value": "many"}], PatchType.JSON, Invalid, "spec.units: Invalid value"),
        ({"op": "add"}, PatchType.JSON, BadRequest, "."),
        ([1], PatchType.MERGE, BadRequest, "."),
        ({"spec": None}, PatchType.STRATEGIC, UnsupportedMediaType, "."),
        ({"spec": {"units": 99}}, PatchType.MERGE, Invalid, "should be less than or equal to 48"),
        ({"metadata": {"name": "other"}}, PatchType.MERGE, BadRequest, "the name of the object"),
        (
            {"metadata": {"namespace": "other"}},
            PatchType.MERGE,
            BadRequest,
            "the namespace of the provided object does not match",
        ),
        ({"metadata": {"uid": "other"}}, PatchType.MERGE, Invalid, "metadata.uid: Invalid value: .* field is immutable"),
        ({"metadata": {"resourceVersion": "1"}}, PatchType.MERGE, Conflict, "the object has been modified"),
        ({"kind": "Other"}, PatchType.MERGE, Invalid, 'kind: Invalid value: "Other": must be Rack'),
        ({"apiVersion": "other/v1"}, PatchType.MERGE, Invalid, 'apiVersion: Invalid value: "other/v1": must be conformance'),
    ],
)
async def test_a_patch_that_does_not_apply_or_leads_to_nonsense_changes_nothing(
    client: Client, racks: str, patch: Patch, patch_type: PatchType, error: type[ApiError], words: str
) -> None:
    before = await client.create(RACK, rack(racks, spec=SPEC))
    with pytest.raises(error, match=words):
        await client.patch(RACK, "r", patch, racks, patch_type=patch_type)
    assert await client.get(RACK, "r", racks) == before


async def test_a_resource_version_in_a_patch_is_a_lock(client: Client, racks: str) -> None:
    created = await client.create(RACK, rack(racks))
    lock = {"resourceVersion": created["metadata"]["resourceVersion"]}
    await client.patch(RACK, "r", {"metadata": lock, "spec": {"units": 1}}, racks)
    with pytest.raises(Conflict, match="the object has been modified"):
        await client.patch(RACK, "r", {"metadata": lock, "spec": {"units": 2}}, racks)


OWNER: Object = {"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "1"}
OTHER: Object = {**OWNER, "name": "b", "uid": "2"}
KEPT: Object = {"labels": {"a": "1"}, "finalizers": ["a.test/a"], "ownerReferences": [OWNER]}


@pytest.mark.parametrize(
    ("patch", "data", "metadata"),
    [
        ({"data": {"b": "2"}}, {"a": "1", "b": "2"}, KEPT),
        ({"data": {"a": None}}, None, KEPT),
        ({"data": {"$patch": "replace", "b": "2"}}, {"b": "2"}, KEPT),
        ({"metadata": {"labels": {"$retainKeys": ["b"], "b": "2"}}}, {"a": "1"}, {**KEPT, "labels": {"b": "2"}}),
        ({"metadata": {"finalizers": ["b.test/b"]}}, {"a": "1"}, {**KEPT, "finalizers": ["b.test/b", "a.test/a"]}),
        (
            {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a.test/a"], "finalizers": ["b.test/b"]}},
            {"a": "1"},
            {**KEPT, "finalizers": ["b.test/b"]},
        ),
        ({"metadata": {"ownerReferences": [OTHER]}}, {"a": "1"}, {**KEPT, "ownerReferences": [OTHER, OWNER]}),
        (
            {"metadata": {"ownerReferences": [{"uid": "1", "name": "c"}]}},
            {"a": "1"},
            {**KEPT, "ownerReferences": [{**OWNER, "name": "c"}]},
        ),
        (
            {"metadata": {"ownerReferences": [{"$patch": "delete", "uid": "1"}]}},
            {"a": "1"},
            {key: value for key, value in KEPT.items() if key != "ownerReferences"},
        ),
        ({"metadata": {"ownerReferences": [OTHER, {"$patch": "replace"}]}}, {"a": "1"}, {**KEPT, "ownerReferences": [OTHER]}),
    ],
)
async def test_strategic_patches_merge_lists_by_their_keys(
    client: Client, namespace: str, patch: Object, data: Object | None, metadata: Object
) -> None:
    await client.create(CONFIG_MAP, config(namespace, **KEPT))
    after = await client.patch(CONFIG_MAP, "c", patch, namespace, patch_type=PatchType.STRATEGIC)
    assert after.get("data") == data
    assert {key: after["metadata"][key] for key in KEPT if key in after["metadata"]} == metadata


async def test_a_strategic_patch_with_a_directive_nobody_knows_is_refused(client: Client, namespace: str) -> None:
    before = await client.create(CONFIG_MAP, config(namespace))
    for patch in ({"data": {"$patch": "nonsense"}}, {"metadata": {"ownerReferences": [{"name": "without-uid"}]}}):
        with pytest.raises(ApiError):
            await client.patch(CONFIG_MAP, "c", patch, namespace, patch_type=PatchType.STRATEGIC)
    assert await client.get(CONFIG_MAP, "c", namespace) == before
