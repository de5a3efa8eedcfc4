import copy
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boot.errors import Conflict
from boot.plane.applying import apply_configuration
from boot.plane.managed import same_owners, track_update
from boot.resources.base import Object
from tests.boot.plane.ownership import RACK

NOW, LATER = "2026-01-01T00:00:00Z", "2026-01-01T00:00:09Z"
_LETTERS = st.sampled_from("abc")
_SMALL = st.integers(1, 3)
_SLOT = {"slot": _SMALL, "side": st.sampled_from(["front", "back"])}
_UNITS = st.lists(
    st.fixed_dictionaries(_SLOT, optional={"what": _LETTERS, "note": _LETTERS}),
    max_size=3,
    unique_by=lambda unit: (unit["slot"], unit["side"]),
)
_FREE = st.one_of(_SMALL, st.lists(_SMALL, max_size=2), st.dictionaries(_LETTERS, _SMALL))
SPECS = st.fixed_dictionaries(
    {},
    optional={
        "name": _LETTERS,
        "tags": st.lists(_LETTERS, unique=True),
        "order": st.lists(_SMALL, max_size=3),
        "whole": st.dictionaries(_LETTERS, _SMALL, max_size=2),
        "parts": st.dictionaries(_LETTERS, _SMALL, max_size=3),
        "units": _UNITS,
        "free": st.dictionaries(_LETTERS, _FREE, max_size=2),
    },
)


def _rack(spec: Object, **metadata: Any) -> Object:
    return {"apiVersion": "example.com/v1", "kind": "Rack", "metadata": {"name": "n", **metadata}, "spec": spec}


def _apply(old: Object | None, spec: Object, by: str, *, force: bool = False, now: str = NOW) -> Object:
    return apply_configuration(old, _rack(spec), RACK, manager=by, force=force, now=now)


@given(SPECS, SPECS)
def test_the_same_again_is_nothing(first: Object, second: Object) -> None:
    live = _apply(_apply(None, first, "one"), second, "two", force=True)
    assert _apply(live, second, "two", now=LATER) == live


@given(SPECS, SPECS)
def test_after_force_there_is_no_conflict_and_all_that_was_applied_is_there(first: Object, second: Object) -> None:
    live = _apply(_apply(None, first, "one"), second, "two", force=True)
    again = _apply(live, second, "two")
    assert _holds(again["spec"], second)
    assert same_owners(again, live)


@given(SPECS, SPECS)
def test_what_one_gives_up_leaves_what_the_other_applied(first: Object, second: Object) -> None:
    """An empty list that is owned item by item has no owner, so it is nothing to keep."""
    live = _apply(_apply(None, first, "one"), second, "two", force=True)
    left = _apply(live, {}, "one", now=LATER)
    kept = {key: value for key, value in second.items() if value != [] or key == "order"}
    assert _holds(left.get("spec", {}), kept)
    assert _names(left.get("spec", {})) <= _names(second)


@given(SPECS)
def test_disjoint_configurations_both_survive_in_either_order(spec: Object) -> None:
    mine = {key: spec[key] for key in list(spec)[::2]}
    theirs = {key: spec[key] for key in list(spec)[1::2]}
    one = _apply(_apply(None, mine, "one"), theirs, "two")
    other = _apply(_apply(None, theirs, "two"), mine, "one")
    assert one["spec"] == other["spec"] == spec


@given(SPECS, SPECS)
def test_without_force_nothing_changes_that_another_applied(first: Object, second: Object) -> None:
    live = _apply(None, first, "one")
    with suppress(Conflict):
        assert _holds(_apply(live, second, "two")["spec"], first)


@given(SPECS, SPECS)
def test_neither_the_old_object_nor_the_configuration_is_touched_or_shared(first: Object, second: Object) -> None:
    live, config = _apply(None, first, "one"), _rack(second)
    before, said = copy.deepcopy(live), copy.deepcopy(config)
    result = apply_configuration(live, config, RACK, manager="two", force=True, now=LATER)
    result["spec"].clear()
    result["metadata"].clear()
    assert live == before
    assert config["metadata"] == said["metadata"]


def _holds(value: Any, wanted: Any) -> bool:
    """Whether `value` says all that `wanted` says."""
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(key in value and _holds(value[key], part) for key, part in wanted.items())
    if isinstance(wanted, list):
        return isinstance(value, list) and all(any(_holds(item, part) for item in value) for part in wanted)
    return bool(value == wanted)


def _names(spec: Object) -> set[str]:
    return {key for key, value in spec.items() if value not in ({}, [])}


def test_an_emptied_map_that_is_still_applied_stays_empty() -> None:
    """kube-apiserver leaves a null behind, which its own validation then refuses (422)."""
    live = _apply(None, {"parts": {"x": 1}, "tags": ["a"]}, "one")
    assert _apply(live, {"parts": {}}, "one")["spec"] == {"parts": {}}


def test_an_object_whose_entries_were_forgotten_belongs_to_nobody_before_the_first_apply() -> None:
    live = _rack({"name": "r"}, labels={"a": "b"})
    with pytest.raises(Conflict, match=r'conflict with "before-first-apply" using example.com/v1: \.spec\.name'):
        _apply(live, {"name": "q"}, "one")
    taken = _apply(live, {"name": "q"}, "one", force=True)
    assert [entry["manager"] for entry in taken["metadata"]["managedFields"]] == ["one", "before-first-apply"]


def test_status_is_left_alone_where_it_is_apart_and_all_else_through_its_subresource() -> None:
    config = _rack({"name": "r"}, labels={"a": "b"}) | {"status": {"phase": "New"}}
    live = apply_configuration(None, config, RACK, manager="one", force=False, now=NOW, apart=("status",))
    assert "status" not in live
    live = apply_configuration(live, config, RACK, manager="one", force=False, now=NOW, subresource="status")
    assert live["status"] == {"phase": "New"}
    owned = {entry.get("subresource", ""): entry["fieldsV1"] for entry in live["metadata"]["managedFields"]}
    assert owned == {
        "": {"f:metadata": {"f:labels": {"f:a": {}}}, "f:spec": {"f:name": {}}},
        "status": {"f:status": {"f:phase": {}}},
    }


def test_an_entry_of_another_version_counts_as_one_of_this() -> None:
    live = _apply(None, {"name": "r"}, "one")
    live["metadata"]["managedFields"][0]["apiVersion"] = "example.com/v0"
    left = _apply(live, {}, "one")
    assert left["spec"] == {}
    assert [entry["apiVersion"] for entry in left["metadata"]["managedFields"]] == ["example.com/v1"]


def test_an_update_after_an_apply_takes_over_what_it_changed() -> None:
    live = _apply(None, {"name": "r", "port": 1}, "one")
    new = copy.deepcopy(live)
    new["spec"]["name"] = "q"
    track_update(live, new, RACK, manager="two", now=LATER)
    assert [(entry["manager"], entry["fieldsV1"]) for entry in new["metadata"]["managedFields"]] == [
        ("one", {"f:spec": {"f:port": {}}}),
        ("two", {"f:spec": {"f:name": {}}}),
    ]
