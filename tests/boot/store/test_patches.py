from typing import Any

import pytest

from boot.errors import BadRequest, Invalid
from boot.store.patches import apply_json_patch, apply_merge_patch
from boot.store.selectors import parse_field_selector, parse_label_selector
from boot.store.strategic import apply_strategic_patch


@pytest.mark.parametrize(
    ("target", "patch", "wanted"),
    [  # RFC 7396, appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_merge_patch_does_what_the_rfc_says(target: Any, patch: Any, wanted: Any) -> None:
    assert apply_merge_patch(target, patch) == wanted


@pytest.mark.parametrize(
    ("target", "operations", "wanted"),
    [  # RFC 6902, appendix A
        ({"foo": "bar"}, [{"op": "add", "path": "/baz", "value": "qux"}], {"foo": "bar", "baz": "qux"}),
        ({"foo": ["bar", "baz"]}, [{"op": "add", "path": "/foo/1", "value": "qux"}], {"foo": ["bar", "qux", "baz"]}),
        ({"baz": 1, "foo": 2}, [{"op": "remove", "path": "/baz"}], {"foo": 2}),
        ({"foo": ["a", "b"]}, [{"op": "remove", "path": "/foo/0"}], {"foo": ["b"]}),
        ({"baz": 1}, [{"op": "replace", "path": "/baz", "value": 2}], {"baz": 2}),
        ({"foo": {"a": 1}, "q": {}}, [{"op": "move", "from": "/foo/a", "path": "/q/b"}], {"foo": {}, "q": {"b": 1}}),
        ({"foo": [1, 2, 3]}, [{"op": "move", "from": "/foo/0", "path": "/foo/2"}], {"foo": [2, 3, 1]}),
        ({"a": {"b": 1}}, [{"op": "copy", "from": "/a", "path": "/c"}], {"a": {"b": 1}, "c": {"b": 1}}),
        ({"a": [1]}, [{"op": "add", "path": "/a/-", "value": 2}], {"a": [1, 2]}),
        ({"a/b": 1, "m~n": 2}, [{"op": "test", "path": "/a~1b", "value": 1}, {"op": "remove", "path": "/m~0n"}], {"a/b": 1}),
        ({"a": 1}, [{"op": "replace", "path": "", "value": {"b": 2}}], {"b": 2}),
    ],
)
def test_a_json_patch_does_what_the_rfc_says(target: Any, operations: Any, wanted: Any) -> None:
    assert apply_json_patch(target, operations) == wanted


@pytest.mark.parametrize(
    ("operations", "error"),
    [
        ([{"op": "remove", "path": "/none"}], Invalid),
        ([{"op": "replace", "path": "/none/deeper", "value": 1}], Invalid),
        ([{"op": "add", "path": "/list/7", "value": 1}], Invalid),
        ([{"op": "test", "path": "/flag", "value": 1}], Invalid),
        ([{"op": "test", "path": "/flag", "value": False}], Invalid),
        ([{"op": "move", "from": "/list", "path": "/list/0"}], Invalid),
        ([{"op": "remove", "path": ""}], Invalid),
        ([{"op": "replace", "path": "", "value": 7}], Invalid),
        ([{"op": "add", "path": "/x"}], BadRequest),
        ([{"op": "add", "path": "x", "value": 1}], BadRequest),
        ([{"op": "copy", "path": "/x"}], BadRequest),
        ([{"path": "/x"}], Invalid),
        ([{"op": "nonsense", "path": "/x"}], Invalid),
        (["add"], BadRequest),
        ([{"op": "test", "path": "/flag", "value": True}] * 10_001, BadRequest),
    ],
)
def test_what_does_not_apply_is_invalid_and_what_is_no_patch_is_a_bad_request(operations: Any, error: type[Exception]) -> None:
    document = {"list": [1], "flag": True}
    with pytest.raises(error):
        apply_json_patch(document, operations)
    assert document == {"list": [1], "flag": True}


@pytest.mark.parametrize(
    ("target", "patch", "wanted"),
    [
        ({"data": {"a": "1"}}, {"data": {"b": "2", "a": None}}, {"data": {"b": "2"}}),
        ({"finalizers": ["a"]}, {"finalizers": ["b", "a"]}, {"finalizers": ["b", "a"]}),
        ({"finalizers": ["a", "b"]}, {"$deleteFromPrimitiveList/finalizers": ["a"]}, {"finalizers": ["b"]}),
        (
            {"conditions": [{"type": "A", "status": "1"}, {"type": "B", "status": "2"}]},
            {"conditions": [{"type": "B", "status": "3"}, {"type": "C"}]},
            {"conditions": [{"type": "A", "status": "1"}, {"type": "B", "status": "3"}, {"type": "C"}]},
        ),
        (
            {"conditions": [{"type": "A"}, {"type": "B"}]},
            {"conditions": [{"type": "A", "$patch": "delete"}]},
            {"conditions": [{"type": "B"}]},
        ),
        (
            {"conditions": [{"type": "A"}]},
            {"conditions": [{"type": "B"}, {"$patch": "replace"}]},
            {"conditions": [{"type": "B"}]},
        ),
        (
            {"containers": [{"name": "a"}, {"name": "c"}]},
            {"containers": [{"name": "b"}, {"name": "c", "image": "x"}]},
            {"containers": [{"name": "b"}, {"name": "a"}, {"name": "c", "image": "x"}]},
        ),
        (
            {"containers": [{"name": "a"}, {"name": "b"}]},
            {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}], "containers": [{"name": "a", "image": "x"}]},
            {"containers": [{"name": "b"}, {"name": "a", "image": "x"}]},
        ),
        ({}, {"$setElementOrder/containers": []}, {}),
        ({"m": {"a": 1, "b": 2}}, {"m": {"$retainKeys": ["b", "c"], "c": 3}}, {"m": {"b": 2, "c": 3}}),
        ({"args": ["a"]}, {"args": ["b"]}, {"args": ["b"]}),
        ({"m": {"a": 1, "b": 2}}, {"m": {"$patch": "replace", "c": 3}}, {"m": {"c": 3}}),
        ({"m": {"a": 1}}, {"m": {"$patch": "delete"}}, {}),
    ],
)
def test_a_strategic_patch_merges_by_key(target: Any, patch: Any, wanted: Any) -> None:
    assert apply_strategic_patch(target, patch) == wanted


@pytest.mark.parametrize("patch", [{"m": {"$patch": "nonsense"}}, {"containers": [{"image": "x"}]}])
def test_a_strategic_patch_that_says_nothing_clear_is_a_bad_request(patch: Any) -> None:
    with pytest.raises(BadRequest):
        apply_strategic_patch({"m": {"a": 1}, "containers": [{"name": "a"}]}, patch)


LABELS = {"rack": "r3", "row": "7", "sidero.dev/kind": "x"}


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        ("", True),
        ("rack=r3", True),
        ("rack==r3", True),
        ("rack=r4", False),
        ("rack!=r4", True),
        ("none!=x", True),
        ("rack", True),
        ("none", False),
        ("!none", True),
        ("!rack", False),
        ("rack in (r1, r3)", True),
        ("rack in (r1)", False),
        ("rack notin (r1)", True),
        ("none notin (r1)", True),
        ("rack notin (r3,r1)", False),
        ("rack=r3,row=7", True),
        ("rack=r3,row=8", False),
        ("sidero.dev/kind=x", True),
        (" rack = r3 , row ", True),
        ("rack=", False),
        ("row>6", True),
        ("row>7", False),
        ("row<30", True),
        ("rack>1", False),
        ("none<1", False),
    ],
)
def test_label_selectors(selector: str, *, matches: bool) -> None:
    assert parse_label_selector(selector)({"metadata": {"labels": LABELS}}) is matches


@pytest.mark.parametrize("selector", ["rack=r3=x", "rack in r3", "a b", "=x", "rack in (a", "(", "!"])
def test_what_is_no_label_selector_is_a_bad_request(selector: str) -> None:
    with pytest.raises(BadRequest):
        parse_label_selector(selector)


def test_field_selectors() -> None:
    event = {"metadata": {"name": "e", "namespace": "n"}, "involvedObject": {"uid": "u"}, "type": "Normal"}
    for text, matches in (
        ("involvedObject.uid=u,metadata.namespace=n", True),
        ("type!=Normal", False),
        ("reason=", True),
        ("metadata.name=x", False),
    ):
        assert parse_field_selector(text, "", "events")(event) is matches
    with pytest.raises(BadRequest, match=r"field label not supported: spec\.x"):
        parse_field_selector("spec.x=1", "", "events")
    with pytest.raises(BadRequest):
        parse_field_selector("nonsense", "", "events")
