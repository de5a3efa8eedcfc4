from typing import Any

import pytest

from boot.plane.comparing import applied_fields
from boot.plane.merging import complain, drop_abandoned, merge, take_out
from boot.plane.shapes import of_object
from tests.boot.plane.ownership import RACK

SPEC = RACK["properties"]["spec"]


@pytest.mark.parametrize(
    ("live", "applied", "merged"),
    [
        ({"name": "a", "parts": {"x": 1}}, {"parts": {"y": 2}}, {"name": "a", "parts": {"x": 1, "y": 2}}),
        ({"whole": {"x": 1}}, {"whole": {"y": 2}}, {"whole": {"y": 2}}),
        ({"order": [1, 2]}, {"order": [3]}, {"order": [3]}),
        ({"free": {"a": {"b": 1, "c": [1]}}}, {"free": {"a": {"c": [2]}}}, {"free": {"a": {"b": 1, "c": [2]}}}),
        ({"parts": {"x": 1}}, {"parts": {}}, {"parts": {"x": 1}}),
        ({"parts": {"x": 1}}, {"parts": None}, {"parts": {"x": 1}}),
        ({"tags": ["a"]}, {"tags": []}, {"tags": ["a"]}),
        ({"tags": []}, {"tags": ["a"]}, {"tags": ["a"]}),
        ({"port": 80}, {"port": "http"}, {"port": "http"}),
        ({"free": {"a": [1]}}, {"free": {"a": {"b": 1}}}, {"free": {"a": {"b": 1}}}),
        (
            {"units": [{"slot": 1, "side": "front", "what": "a"}]},
            {"units": [{"slot": 1, "note": "n"}, {"slot": 1, "side": "back"}]},
            {"units": [{"slot": 1, "side": "front", "what": "a", "note": "n"}, {"slot": 1, "side": "back"}]},
        ),
    ],
)
def test_parts_are_merged_and_wholes_replaced(live: Any, applied: Any, merged: Any) -> None:
    assert merge(live, applied, SPEC) == merged


@pytest.mark.parametrize(
    ("live", "applied", "merged"),
    [
        ("abc", "ca", "bca"),
        ("abc", "xa", "xabc"),
        ("abc", "cba", "cba"),
        ("axb", "ab", "axb"),
        ("axb", "bca", "xbca"),
        ("bax", "abc", "axbc"),
        ("xy", "ab", "xyab"),
        ("axby", "bq", "axbyq"),
    ],
)
def test_applied_items_come_in_their_order_and_the_others_keep_their_place(live: str, applied: str, merged: str) -> None:
    """The orders that kube-apiserver 1.35.0 answered."""
    assert "".join(merge({"tags": list(live)}, {"tags": list(applied)}, SPEC)["tags"]) == merged


def test_items_that_nobody_can_name_stay_where_they_are() -> None:
    live = {"tags": ["a", {"old": 1}, "b"]}
    assert merge(live, {"tags": ["b", "c"]}, SPEC) == {"tags": ["a", {"old": 1}, "b", "c"]}


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"nothing": 1}, ".nothing: field not declared in schema"),
        ({"units": [{"slot": 1, "odd": 1}]}, ".units[].odd: field not declared in schema"),
        ({"parts": [1]}, ".parts: expected map, got &{[1]}"),
        ({"tags": {"a": 1}}, '.tags: expected list, got &{{"a":1}}'),
        ({"name": ["a"]}, '.name: expected string, got &{["a"]}'),
        ({"tags": ["a", "a"]}, '.tags: duplicate entries for key [="a"]'),
        ({"tags": [["a"]]}, ".tags: element 0: not supported: associative list with lists as elements"),
        ({"tags": [{}]}, ".tags: element 0: associative list without keys has an element that's a map type"),
        ({"units": [None]}, ".units: element 0: associative list with keys may not have a null element"),
        ({"units": [1]}, ".units: element 0: associative list with keys may not have non-map elements"),
        ({"units": [{"slot": 1}, {"slot": 1, "side": "front"}]}, '.units: duplicate entries for key [side="front",slot=1]'),
        ({"free": {"any": [{"thing": 1}]}, "parts": {"x": 1}, "port": 1, "order": [1, 1]}, ""),
    ],
)
def test_what_does_not_fit_is_said_in_upstreams_words(spec: Any, words: str) -> None:
    assert next(complain(spec, SPEC), "") == words


def test_an_item_without_any_of_its_keys_has_no_name() -> None:
    conditions = RACK["properties"]["status"]
    assert next(complain({"conditions": [{"status": "True"}]}, conditions)) == (
        '.conditions: element 0: associative list with keys has an element that omits all key fields ["type"]'
        " (and doesn't have default values for any key fields)"
    )


@pytest.mark.parametrize(
    ("value", "fields", "left"),
    [
        ({"name": "a", "port": 1}, {"f:name": {}}, {"port": 1}),
        ({"parts": {"x": 1}}, {"f:parts": {"f:x": {}}}, {"parts": {}}),
        ({"tags": ["a", "b"]}, {"f:tags": {'v:"a"': {}}}, {"tags": ["b"]}),
        (
            {"units": [{"slot": 1, "what": "x"}]},
            {"f:units": {'k:{"side":"front","slot":1}': {"f:what": {}}}},
            {"units": [{"slot": 1}]},
        ),
        ({"order": [1]}, {"f:order": {"i:0": {}}}, {"order": [1]}),
    ],
)
def test_paths_are_taken_out_with_what_is_below_them(value: Any, fields: Any, left: Any) -> None:
    assert take_out(value, fields, SPEC) == left


def test_what_is_given_up_goes_unless_somebody_owns_something_in_it() -> None:
    shape = of_object(RACK)
    merged = {"metadata": {"name": "n"}, "spec": {"name": "r", "units": [{"slot": 1, "what": "w", "note": "n"}, {"slot": 2}]}}
    last = applied_fields({"spec": {"name": "r", "units": [{"slot": 1, "what": "w"}, {"slot": 2}]}}, shape)
    others = {"f:metadata": {"f:name": {}}, "f:spec": {"f:units": {'k:{"side":"front","slot":1}': {".": {}, "f:slot": {}}}}}
    left = drop_abandoned(merged, last, others, shape)
    assert left == {"metadata": {"name": "n"}, "spec": {"units": [{"slot": 1, "note": "n"}]}}
