"""Kinds applied at run time: defaults, pruning, validation with its sentences and field paths, versions."""

import asyncio

import pytest

from boot.client.protocol import Client
from boot.errors import Invalid, NotFound
from boot.resources.base import Object
from boot.resources.kinds import CUSTOM_RESOURCE_DEFINITION, SERVER, Kind
from tests.support.objects import RACK, crd, install, rack, server, version

Causes = set[tuple[str, str, str]]


def _causes(error: Invalid) -> Causes:
    return {(cause.field, cause.reason, cause.message) for cause in error.causes}


async def test_defaults_are_filled_in_at_every_depth(client: Client, racks: str) -> None:
    created = await client.create(RACK, {"metadata": {"name": "r", "namespace": racks}})
    assert created["spec"] == {"units": 42, "replicas": 1}
    deep = await client.create(
        RACK, rack(racks, "deep", {"power": {"feed": "A"}, "slots": [{"number": 1}, {"number": 2, "holds": "x"}]})
    )
    assert deep["spec"]["power"] == {"feed": "A", "phase": 3}
    assert deep["spec"]["slots"] == [{"number": 1, "holds": "nothing"}, {"number": 2, "holds": "x"}]


async def test_null_is_a_value_where_it_may_be_and_the_default_elsewhere(client: Client, racks: str) -> None:
    created = await client.create(RACK, rack(racks, spec={"note": None, "units": None}))
    assert created["spec"] == {"note": None, "units": 42, "replicas": 1}


async def test_unknown_fields_are_pruned_but_where_anything_goes(client: Client, racks: str) -> None:
    spec = {
        "nonsense": 1,
        "power": {"feed": "A", "nonsense": 1},
        "slots": [{"number": 1, "nonsense": 1}],
        "anything": {"a": {"b": 1}},
    }
    created = await client.create(RACK, {**rack(racks, spec=spec), "nonsense": 1})
    assert created["spec"] == {
        "units": 42,
        "replicas": 1,
        "power": {"feed": "A", "phase": 3},
        "slots": [{"number": 1, "holds": "nothing"}],
        "anything": {"a": {"b": 1}},
    }
    assert "nonsense" not in created


INVALID, REQUIRED, WRONG_TYPE = "FieldValueInvalid", "FieldValueRequired", "FieldValueTypeInvalid"
UNCHECKED = (
    "<nil>",
    INVALID,
    (
        "Invalid value: null: some validation rules were not checked because the object was invalid; "
        "correct the existing errors to complete validation"
    ),
)
"""The cause that goes with errors which keep a schema's CEL rules from being evaluated."""


@pytest.mark.parametrize(
    ("spec", "field", "reason", "message", "unchecked"),
    [
        ({"units": "many"}, "units", WRONG_TYPE, 'Invalid value: "string": {} in body must be of type integer: "string"', True),
        ({"units": 1.5}, "units", WRONG_TYPE, 'Invalid value: "number": {} in body must be of type integer: "number"', True),
        ({"units": 49}, "units", INVALID, "Invalid value: 49: {} in body should be less than or equal to 48", False),
        ({"units": 0}, "units", INVALID, "Invalid value: 0: {} in body should be greater than or equal to 1", False),
        ({"row": "A"}, "row", INVALID, "Invalid value: \"A\": {} in body should match '^[a-z]+$'", False),
        ({"row": "abcde"}, "row", "FieldValueTooLong", "Too long: may not be more than 4 bytes", True),
        ({"side": "top"}, "side", "FieldValueNotSupported", 'Unsupported value: "top": supported values: "left", "right"', True),
        ({"address": "x"}, "address", WRONG_TYPE, 'Invalid value: "x": {} in body must be of type ipv4: "x"', True),
        ({"power": {}}, "power.feed", REQUIRED, "Required value", True),
        ({"power": {"feed": ""}}, "power.feed", INVALID, 'Invalid value: "": {} in body should be at least 1 chars long', False),
        ({"watts": 0}, "watts", INVALID, "Invalid value: 0: {} in body should be greater than 0", False),
        ({"depth": 0.7}, "depth", INVALID, "Invalid value: 0.7: {} in body should be a multiple of 0.5", False),
        ({"power": []}, "power", WRONG_TYPE, 'Invalid value: "array": {} in body must be of type object: "array"', True),
        (
            {"labels": {"a": 1}},
            "labels.a",
            WRONG_TYPE,
            'Invalid value: "integer": {} in body must be of type string: "integer"',
            True,
        ),
        (
            {"labels": {"a": "1", "b": "2", "c": "3"}},
            "labels",
            "FieldValueTooMany",
            "Too many: 3: must have at most 2 items",
            True,
        ),
        ({"tags": []}, "tags", INVALID, "Invalid value: 0: {} in body should have at least 1 items", False),
        ({"tags": list("abcd")}, "tags", "FieldValueTooMany", "Too many: 4: must have at most 3 items", True),
        ({"tags": ["a", "a"]}, "tags[1]", "FieldValueDuplicate", 'Duplicate value: "a"', False),
        (
            {"tags": ["a", 1]},
            "tags[1]",
            WRONG_TYPE,
            'Invalid value: "integer": {} in body must be of type string: "integer"',
            True,
        ),
        ({"slots": [{"number": 1}] * 2}, "slots[1]", "FieldValueDuplicate", 'Duplicate value: {"number":1}', False),
        ({"slots": [{}]}, "slots[0].number", REQUIRED, "Required value", True),
        (
            {"port": True},
            "port",
            WRONG_TYPE,
            'Invalid value: "boolean": {} in body must be of type integer,string: "boolean"',
            True,
        ),
        ({"least": 2, "most": 1}, "least", INVALID, "Invalid value: least must not be above most", False),
    ],
)
async def test_what_the_schema_forbids_is_named(
    client: Client, racks: str, spec: Object, field: str, reason: str, message: str, unchecked: bool
) -> None:
    with pytest.raises(Invalid) as caught:
        await client.create(RACK, rack(racks, spec=spec))
    wanted = (f"spec.{field}", reason, message.replace("{}", f"spec.{field}", 1))
    assert _causes(caught.value) == {wanted, *((UNCHECKED,) if unchecked else ())}
    assert caught.value.details == {"name": "r", "group": RACK.group, "kind": "Rack"}


async def test_everything_that_is_wrong_is_named_at_once(client: Client, racks: str) -> None:
    with pytest.raises(Invalid) as caught:
        await client.create(RACK, rack(racks, spec={"units": "many", "power": {}, "row": "A"}))
    assert {cause.field for cause in caught.value.causes} == {"spec.units", "spec.power.feed", "spec.row", "<nil>"}
    assert caught.value.message.startswith(f'Rack.{RACK.group} "r" is invalid: [')


@pytest.mark.parametrize(
    "spec", [{"port": 1}, {"port": "http"}, {"note": None}, {"least": 1, "most": 1}, {"address": "10.1.2.3"}]
)
async def test_what_the_schema_allows_is_taken(client: Client, racks: str, spec: Object) -> None:
    created = await client.create(RACK, rack(racks, spec=spec))
    assert {key: created["spec"][key] for key in spec} == spec


async def test_rules_may_compare_with_what_was_before(client: Client, racks: str) -> None:
    await client.create(RACK, rack(racks, spec={"serial": "1"}))
    with pytest.raises(Invalid) as caught:
        await client.patch(RACK, "r", {"spec": {"serial": "2"}}, racks)
    assert _causes(caught.value) == {("spec.serial", "FieldValueInvalid", 'Invalid value: "2": a serial stays')}


async def test_status_is_checked_by_its_schema_too(client: Client, name: str) -> None:
    await client.create(SERVER, server(name))
    with pytest.raises(Invalid) as caught:
        await client.patch(SERVER, name, {"status": {"ready": "yes"}}, subresource="status")
    assert {cause.field for cause in caught.value.causes} == {"status.ready"}


async def test_our_own_kinds_name_what_is_wrong(client: Client, name: str) -> None:
    for spec, words in (
        ({"accepted": "yes"}, "spec.accepted: Invalid value"),
        ({}, "spec.accepted: Required value"),
        ({"accepted": True, "pxeMode": "x"}, "spec.pxeMode: Unsupported value"),
    ):
        with pytest.raises(Invalid, match=words):
            await client.create(SERVER, {"metadata": {"name": name}, "spec": spec})


async def test_a_kind_is_established_served_and_gone_with_all_its_objects(client: Client, namespace: str) -> None:
    kind = Kind(f"{namespace}.example.test", "v1", "Fan", "fans", namespaced=True)
    await install(client, crd(kind, version("v1", {"type": "object"})), kind)
    found = await client.get(CUSTOM_RESOURCE_DEFINITION, kind.resource)
    conditions = {row["type"]: (row["status"], row["reason"]) for row in found["status"]["conditions"]}
    assert conditions == {"NamesAccepted": ("True", "NoConflicts"), "Established": ("True", "InitialNamesAccepted")}
    assert found["status"]["storedVersions"] == ["v1"]
    assert found["status"]["acceptedNames"] == {"kind": "Fan", "listKind": "FanList", "plural": "fans", "singular": "fan"}
    await client.create(kind, {"metadata": {"name": "f", "namespace": namespace}})
    await client.delete(CUSTOM_RESOURCE_DEFINITION, kind.resource)
    async with asyncio.timeout(30):
        while True:
            try:
                await client.list(kind)
            except NotFound:
                break
            await asyncio.sleep(0.1)


async def test_each_served_version_shows_the_same_objects_with_its_own_schema(client: Client, namespace: str) -> None:
    group = f"{namespace}.example.test"
    old, new, past = (Kind(group, name, "Fan", "fans", namespaced=True) for name in ("v1", "v2", "v0"))
    definition = crd(
        new,
        {**version("v0", {"type": "object"}), "served": False},
        version("v1", {"type": "object", "properties": {"speed": {"type": "integer", "default": 1}}}),
        version(
            "v2", {"type": "object", "properties": {"speed": {"type": "integer"}, "loud": {"type": "boolean", "default": False}}}
        ),
    )
    await install(client, definition, old, new)
    first = await client.create(old, {"metadata": {"name": "f", "namespace": namespace}, "spec": {"loud": True}})
    assert (first["apiVersion"], first["spec"]) == (old.api_version, {"speed": 1})
    second = await client.get(new, "f", namespace)
    assert (second["apiVersion"], second["spec"]) == (new.api_version, {"speed": 1, "loud": False})
    for field in ("uid", "resourceVersion", "generation"):
        assert first["metadata"][field] == second["metadata"][field]
    changed = await client.patch(new, "f", {"spec": {"speed": 3}}, namespace)
    async with asyncio.timeout(20):
        async for change in client.watch(old, namespace, after=int(first["metadata"]["resourceVersion"])):
            assert (change.object["apiVersion"], change.object["spec"]) == (old.api_version, {"speed": 3})
            assert change.object["metadata"]["resourceVersion"] == changed["metadata"]["resourceVersion"]
            break
    with pytest.raises(NotFound):
        await client.list(past)


async def test_a_definition_that_changes_changes_what_is_checked(client: Client, namespace: str) -> None:
    kind = Kind(f"{namespace}.example.test", "v1", "Fan", "fans", namespaced=True)
    await install(client, crd(kind, version("v1", {"type": "object"})), kind)
    schema = version("v1", {"type": "object", "properties": {"speed": {"type": "integer", "default": 7}}})["schema"]
    await client.patch(
        CUSTOM_RESOURCE_DEFINITION,
        kind.resource,
        {"spec": {"versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}]}},
    )
    async with asyncio.timeout(30):
        for number in range(100):
            fan = {"metadata": {"name": f"f{number}", "namespace": namespace}, "spec": {}}
            if (await client.create(kind, fan))["spec"] == {"speed": 7}:
                break
            await asyncio.sleep(0.1)
    assert (await client.get(kind, "f0", namespace))["spec"] == {"speed": 7}


FAN = Kind("broken.example.test", "v1", "Fan", "fans", namespaced=True)
WHOLE = crd(FAN, version("v1", {"type": "object"}))


SCHEMA = "spec.validation.openAPIV3Schema"
"""Where a schema is that all versions share."""


def _broken(**spec: object) -> Object:
    return {**WHOLE, "spec": {**WHOLE["spec"], **spec}}


def _schema(schema: Object) -> Object:
    return crd(FAN, version("v1", schema))


@pytest.mark.parametrize(
    ("definition", "fields"),
    [
        ({**WHOLE, "metadata": {"name": "other.broken.example.test"}}, {"metadata.name"}),
        (_broken(scope="Galaxy"), {"spec.scope"}),
        (_broken(versions=[]), {"spec.versions"}),
        (_broken(versions=[{**WHOLE["spec"]["versions"][0], "storage": False}]), {"spec.versions"}),
        (_broken(versions=[WHOLE["spec"]["versions"][0], {**WHOLE["spec"]["versions"][0], "name": "v2"}]), {"spec.versions"}),
        (_broken(versions=[{"name": "v1", "served": True, "storage": True}]), {"spec.versions[0].schema.openAPIV3Schema"}),
        (crd(FAN, version("V_1", {"type": "object"})), {"spec.versions[0].name"}),
        (_schema({"type": "thing"}), {f"{SCHEMA}.properties[spec].type"}),
        (_schema({}), {f"{SCHEMA}.properties[spec].type"}),
        (
            _schema({"type": "object", "properties": {"a": {"type": "string", "pattern": "("}}}),
            {f"{SCHEMA}.properties[spec].properties[a].pattern"},
        ),
        (
            _schema({"type": "object", "properties": {"a": {"type": "string", "default": 1}}}),
            {f"{SCHEMA}.properties[spec].properties[a].default"},
        ),
        (
            _schema({"type": "object", "x-kubernetes-validations": [{"rule": "self.none > 1"}]}),
            {f"{SCHEMA}.properties[spec].x-kubernetes-validations[0].rule"},
        ),
    ],
)
async def test_a_definition_that_is_none_is_refused(client: Client, definition: Object, fields: set[str]) -> None:
    with pytest.raises(Invalid) as caught:
        await client.create(CUSTOM_RESOURCE_DEFINITION, definition)
    assert fields <= {cause.field for cause in caught.value.causes}
    with pytest.raises(NotFound):
        await client.list(FAN)
