from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boot.plane.fieldsets import (
    FieldSet,
    compose,
    difference,
    intersection,
    key_element,
    overlaps,
    parse_fields,
    paths,
    union,
    value_element,
)

ELEMENTS = ["f:a", "f:b", 'k:{"n":"x"}', 'v:"q"']


def _nodes(below: st.SearchStrategy[FieldSet]) -> st.SearchStrategy[FieldSet]:
    return st.dictionaries(st.sampled_from(ELEMENTS), st.builds(_node, st.booleans(), below), max_size=3)


def _node(itself: bool, below: FieldSet) -> FieldSet:
    return compose(itself, below) or {}


SETS = st.recursive(st.just(dict[str, Any]()), _nodes, max_leaves=12)


def _same(left: FieldSet, right: FieldSet) -> bool:
    return set(paths(left)) == set(paths(right))


@given(SETS, SETS)
def test_sets_of_fields_obey_the_laws_of_sets(left: FieldSet, right: FieldSet) -> None:
    a, b = set(paths(left)), set(paths(right))
    assert set(paths(union(left, right))) == a | b
    assert set(paths(difference(left, right))) == a - b
    assert set(paths(intersection(left, right))) == a & b
    assert overlaps(left, right) == bool(a & b)


@given(SETS, SETS)
def test_what_is_taken_apart_is_whole_again(left: FieldSet, right: FieldSet) -> None:
    assert union(difference(left, right), intersection(left, right)) == left
    assert union(left, left) == left
    assert difference(left, left) == {}


@given(SETS)
def test_a_set_as_we_write_it_reads_as_itself(fields: FieldSet) -> None:
    assert parse_fields(fields) == fields


@pytest.mark.parametrize(
    ("raw", "parsed"),
    [
        ({"f:a": {}}, {"f:a": {}}),
        ({"f:a": {".": {}}}, {"f:a": {}}),
        ({'k:{ "b": 1, "a":"x<y" }': {"f:v": {}}}, {'k:{"a":"x\\u003cy","b":1}': {"f:v": {}}}),
        ({'v: "q"': {}}, {'v:"q"': {}}),
        ({"i:01": {}}, {"i:1": {}}),
        ({"x:new": {}, "f:a": {"x:new": {}}}, {}),
        ({"f:a": {".": {}, "x:new": {}}}, {"f:a": {}}),
    ],
)
def test_elements_of_clients_are_written_our_way_and_unknown_ones_left_out(raw: FieldSet, parsed: FieldSet) -> None:
    assert parse_fields(raw) == parsed


@pytest.mark.parametrize("raw", [[], None, {"f:a": []}, {"k:[1]": {}}, {"k:x": {}}, {"v:": {}}, {"i:x": {}}, {"f:a": 5}])
def test_what_is_no_set_is_refused(raw: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_fields(raw)


def test_paths_read_as_in_conflicts_those_of_one_level_first() -> None:
    fields = {
        "f:spec": {
            "f:ports": {key_element({"port": 80, "name": "web"}): {".": {}, "f:port": {}}},
            "f:tags": {value_element("a"): {}},
            "f:z": {},
        },
        "f:data": {"i:0": {}},
    }
    assert list(paths(fields)) == [
        ".data[0]",
        ".spec.z",
        '.spec.ports[name="web",port=80]',
        '.spec.ports[name="web",port=80].port',
        '.spec.tags[="a"]',
    ]
