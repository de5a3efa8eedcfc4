from typing import Any

import pytest

from boot.plane.comparing import applied_fields, compare_objects
from tests.boot.plane.ownership import RACK

SPEC = RACK["properties"]["spec"]


@pytest.mark.parametrize(
    ("old", "new", "changed", "removed"),
    [
        ({"name": "a"}, {"name": "a"}, {}, {}),
        ({"name": "a"}, {"name": "b"}, {"f:name": {}}, {}),
        ({"name": "a"}, {}, {}, {"f:name": {}}),
        ({}, {"parts": {"x": 1}}, {"f:parts": {".": {}, "f:x": {}}}, {}),
        ({"parts": {}}, {"parts": {"x": 1}}, {"f:parts": {"f:x": {}}}, {}),
        ({"parts": {"x": 1}}, {"parts": {}}, {}, {"f:parts": {"f:x": {}}}),
        ({"parts": None}, {"parts": {}}, {"f:parts": {}}, {}),
        ({"parts": {"x": 1}}, {"parts": None}, {}, {"f:parts": {"f:x": {}}}),
        ({"whole": {"x": 1}}, {"whole": {"x": 2}}, {"f:whole": {}}, {}),
        ({"order": [1]}, {"order": [2]}, {"f:order": {}}, {}),
        ({"tags": ["a", "b"]}, {"tags": ["b", "c"]}, {"f:tags": {'v:"c"': {}}}, {"f:tags": {'v:"a"': {}}}),
        ({"tags": ["a", "b"]}, {"tags": ["b", "a"]}, {}, {}),
        ({"port": 1}, {"port": "a"}, {"f:port": {}}, {}),
        ({"free": {"a": {"b": 1}}}, {"free": {"a": [1]}}, {"f:free": {"f:a": {}}}, {"f:free": {"f:a": {"f:b": {}}}}),
        (
            {"units": [{"slot": 1, "what": "a"}]},
            {"units": [{"slot": 1, "what": "b"}]},
            {"f:units": {'k:{"side":"front","slot":1}': {"f:what": {}}}},
            {},
        ),
    ],
)
def test_changes_are_told_part_by_part(old: Any, new: Any, changed: Any, removed: Any) -> None:
    result = compare_objects({"metadata": {}, "spec": old}, {"metadata": {}, "spec": new}, RACK)
    assert result == ({"f:spec": changed} if changed else {}, {"f:spec": removed} if removed else {})


def test_a_list_with_an_item_twice_is_owned_as_a_whole() -> None:
    changed, _ = compare_objects({"spec": {"tags": ["a"]}}, {"spec": {"tags": ["a", "a"]}}, RACK)
    assert changed == {"f:spec": {"f:tags": {}}}


def test_what_says_which_object_it_is_belongs_to_nobody() -> None:
    metadata = {
        "name": "n",
        "namespace": "s",
        "uid": "u",
        "resourceVersion": "1",
        "generation": 1,
        "creationTimestamp": "t",
        "deletionTimestamp": "t",
        "deletionGracePeriodSeconds": 0,
        "selfLink": "l",
        "managedFields": [],
        "labels": {},
        "generateName": "n-",
    }
    changed, _ = compare_objects({}, {"apiVersion": "v1", "kind": "Rack", "metadata": metadata}, RACK)
    assert changed == {"f:metadata": {"f:generateName": {}}}


@pytest.mark.parametrize(
    ("spec", "fields"),
    [
        ({"name": "a"}, {"f:name": {}}),
        ({"parts": {"x": 1}}, {"f:parts": {"f:x": {}}}),
        ({"parts": {}, "tags": [], "order": [], "whole": {}}, {"f:parts": {}, "f:order": {}, "f:whole": {}}),
        ({"free": {"a": {"b": 1}}}, {"f:free": {"f:a": {".": {}, "f:b": {}}}}),
        ({"name": None}, {"f:name": {}}),
        ({"units": [{"slot": 1}]}, {"f:units": {'k:{"side":"front","slot":1}': {".": {}, "f:slot": {}}}}),
    ],
)
def test_a_configuration_owns_what_it_says_and_no_named_field_by_itself(spec: Any, fields: Any) -> None:
    assert applied_fields(spec, SPEC) == fields
