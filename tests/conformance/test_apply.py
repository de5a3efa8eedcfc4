"""Server-side apply, and who owns what after other writes."""

import re

import pytest

from boot.client.protocol import Client, PatchType
from boot.errors import ApiError, BadRequest, Conflict, InternalError, Invalid, NotFound
from boot.resources.base import Object
from boot.resources.kinds import CONFIG_MAP, DEPLOYMENT, Kind
from tests.support.objects import RACK, config, rack


async def apply(
    client: Client,
    kind: Kind,
    namespace: str,
    obj: Object,
    by: str = "one",
    *,
    name: str = "r",
    force: bool = False,
    subresource: str = "",
) -> Object:
    return await client.patch(
        kind,
        name,
        {"apiVersion": kind.api_version, "kind": kind.kind, **obj, "metadata": {"name": name, **obj.get("metadata", {})}},
        namespace,
        patch_type=PatchType.APPLY,
        field_manager=by,
        force=force,
        subresource=subresource,
    )


def owners(obj: Object) -> list[tuple[str, str, str, Object]]:
    entries = obj["metadata"].get("managedFields") or []
    return sorted((one["manager"], one["operation"], one.get("subresource", ""), one["fieldsV1"]) for one in entries)


async def test_what_is_applied_is_made_and_then_changed(client: Client, racks: str) -> None:
    made = await apply(client, RACK, racks, {"spec": {"units": 1, "row": "a"}})
    assert (made["spec"]["units"], made["metadata"]["generation"]) == (1, 1)
    assert owners(made) == [("one", "Apply", "", {"f:spec": {"f:row": {}, "f:units": {}}})]
    again = await apply(client, RACK, racks, {"spec": {"units": 1, "row": "a"}})
    assert again == made
    less = await apply(client, RACK, racks, {"spec": {"units": 2}})
    assert ("row" in less["spec"], less["spec"]["units"], less["metadata"]["generation"]) == (False, 2, 2)


async def test_what_another_owns_is_a_conflict_unless_it_is_taken(client: Client, racks: str) -> None:
    await apply(client, RACK, racks, {"spec": {"units": 1}})
    with pytest.raises(Conflict, match=r'Apply failed with 1 conflict: conflict with "one": \.spec\.units') as caught:
        await apply(client, RACK, racks, {"spec": {"units": 2}}, "two")
    assert [(cause.reason, cause.field) for cause in caught.value.causes] == [("FieldManagerConflict", ".spec.units")]
    shared = await apply(client, RACK, racks, {"spec": {"units": 1}}, "two")
    assert [who for who, *_ in owners(shared)] == ["one", "two"]
    taken = await apply(client, RACK, racks, {"spec": {"units": 2}}, "two", force=True)
    assert [who for who, *_ in owners(taken)] == ["two"]


async def test_status_and_scale_are_applied_on_their_own(client: Client, racks: str) -> None:
    await apply(client, RACK, racks, {"spec": {"units": 1}, "status": {"phase": "Ignored"}})
    found = await apply(client, RACK, racks, {"spec": {"units": 9}, "status": {"phase": "Full"}}, "two", subresource="status")
    assert (found["spec"]["units"], found["status"]) == (1, {"phase": "Full"})
    assert ("two", "Apply", "status", {"f:status": {"f:phase": {}}}) in owners(found)
    with pytest.raises(NotFound):
        await apply(client, RACK, racks, {"status": {}}, subresource="status", name="none")


async def test_each_write_is_its_managers(client: Client, racks: str) -> None:
    created = await client.create(RACK, rack(racks, spec={"units": 1}))
    ((_, operation, _, fields),) = owners(created)
    assert operation == "Update"
    assert fields["f:spec"]["f:units"] == {}
    patched = await client.patch(RACK, "r", {"spec": {"units": 2}}, racks, field_manager="hand")
    assert ("hand", "Update", "", {"f:spec": {"f:units": {}}}) in owners(patched)
    with pytest.raises(Conflict, match=r'conflict with "hand" using conformance\.example\.test/v1: \.spec\.units'):
        await apply(client, RACK, racks, {"spec": {"units": 3}})
    same = await client.patch(RACK, "r", {"spec": {"units": 2}}, racks, field_manager="third")
    assert same == patched


async def test_owners_are_forgotten_on_request(client: Client, racks: str) -> None:
    await apply(client, RACK, racks, {"spec": {"units": 1}})
    bare = await client.patch(RACK, "r", {"metadata": {"managedFields": [{}]}}, racks)
    assert owners(bare) == []
    with pytest.raises(Conflict, match='conflict with "before-first-apply"'):
        await apply(client, RACK, racks, {"spec": {"units": 2}})


async def test_items_of_a_keyed_list_have_owners_of_their_own(client: Client, racks: str) -> None:
    await apply(client, RACK, racks, {"spec": {"slots": [{"number": 1, "holds": "switch"}]}})
    both = await apply(client, RACK, racks, {"spec": {"slots": [{"number": 2, "holds": "server"}]}}, "two")
    assert [slot["number"] for slot in both["spec"]["slots"]] == [1, 2]
    left = await apply(client, RACK, racks, {"spec": {}})
    assert [slot["number"] for slot in left["spec"]["slots"]] == [2]


async def test_core_kinds_are_applied_too(client: Client, namespace: str) -> None:
    await apply(client, CONFIG_MAP, namespace, {"data": {"a": "1"}}, name="c")
    both = await apply(client, CONFIG_MAP, namespace, {"data": {"b": "2"}}, "two", name="c")
    assert both["data"] == {"a": "1", "b": "2"}
    left = await apply(client, CONFIG_MAP, namespace, {}, name="c")
    assert left["data"] == {"b": "2"}


async def test_containers_are_told_apart_by_name_and_ports_by_number_and_protocol(client: Client, namespace: str) -> None:
    def deployment(*containers: Object) -> Object:
        labels = {"app": "a"}
        template = {"metadata": {"labels": labels}, "spec": {"containers": list(containers)}}
        return {"spec": {"selector": {"matchLabels": labels}, "template": template}}

    ports = [{"containerPort": 80}, {"containerPort": 80, "protocol": "UDP"}]
    await apply(client, DEPLOYMENT, namespace, deployment({"name": "m", "image": "e/m:1", "ports": ports}))
    both = await apply(client, DEPLOYMENT, namespace, deployment({"name": "s", "image": "e/s:1"}), "two")
    containers = {one["name"]: one for one in both["spec"]["template"]["spec"]["containers"]}
    assert containers.keys() == {"m", "s"}
    assert [port["protocol"] for port in containers["m"]["ports"]] == ["TCP", "UDP"]


@pytest.mark.parametrize(
    ("obj", "by", "error", "words"),
    [
        ({"spec": {}}, "", Invalid, "fieldManager: Required value: is required for apply patch"),
        ({"spec": {}}, "x" * 129, Invalid, "fieldManager: Too long"),
        ({"spec": {"heigth": 1}}, "one", InternalError, re.escape(".spec.heigth: field not declared in schema")),
        ({"spec": {"row": "A1"}}, "one", Invalid, "spec.row: Invalid value"),
        ({"metadata": {"managedFields": []}}, "one", BadRequest, "metadata.managedFields must be nil"),
        (
            {"apiVersion": "conformance.example.test/v9"},
            "one",
            BadRequest,
            "invalid object type: conformance.example.test/v9, Kind=Rack",
        ),
    ],
)
async def test_what_cannot_be_applied_is_refused(
    client: Client, racks: str, obj: Object, by: str, error: type[ApiError], words: str
) -> None:
    await client.create(RACK, rack(racks))
    with pytest.raises(error, match=words):
        await apply(client, RACK, racks, obj, by)


async def test_what_is_made_has_its_name_in_the_configuration(client: Client, namespace: str) -> None:
    with pytest.raises(BadRequest, match="name must be provided"):
        await apply(client, CONFIG_MAP, namespace, {"metadata": {"name": ""}}, name="c")
    await apply(client, CONFIG_MAP, namespace, {"data": {"a": "1"}}, name="c")
    with pytest.raises(BadRequest, match="name must be provided"):
        await apply(client, CONFIG_MAP, namespace, {"metadata": {"name": ""}, "data": {"a": "2"}}, name="c")


async def test_force_is_of_apply_alone(client: Client, namespace: str) -> None:
    await client.create(CONFIG_MAP, config(namespace))
    with pytest.raises(Invalid, match="force: Forbidden: may not be specified for non-apply patch"):
        await client.patch(CONFIG_MAP, "c", {"data": {"a": "2"}}, namespace, force=True)


async def test_a_revision_in_a_configuration_is_a_lock(client: Client, racks: str) -> None:
    made = await apply(client, RACK, racks, {"spec": {"units": 1}})
    lock = {"metadata": {"resourceVersion": made["metadata"]["resourceVersion"]}}
    await apply(client, RACK, racks, {**lock, "spec": {"units": 2}})
    with pytest.raises(Conflict, match="the object has been modified"):
        await apply(client, RACK, racks, {**lock, "spec": {"units": 3}})
