"""Who owns what: the scenarios of ownership.yaml, compared step by step with what a real kube-apiserver answered."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from boot.errors import ApiError
from boot.plane.applying import apply_configuration
from boot.plane.fieldsets import SELF
from boot.plane.managed import manager_name, same_owners, track_update
from boot.plane.schema import default
from boot.resources.base import Object
from boot.store.patches import apply_merge_patch
from boot.store.strategic import apply_strategic_patch
from tests.boot.plane.ownership import KINDS

HERE = Path(__file__).parent
SCENARIOS: list[dict[str, Any]] = yaml.safe_load((HERE / "ownership.yaml").read_text())
RECORDED: dict[str, list[Object]] = json.loads((HERE / "ownership.json").read_text())
NOW = "2026-01-01T00:00:{:02}Z"
STATUS_APART = {"Rack": ("status",), "Node": ("status",), "Deployment": ("status",), "ConfigMap": ()}


class _Written:
    """One object under writes, as the plane treats it around the engine."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.api_version, self.schema = KINDS[kind]
        self.obj: Object | None = None
        self.count = 0

    def step(self, step: Object) -> Object:
        """What the recording has of a step: the object and whether it moved, or the error."""
        before = self.obj
        self.count += 1
        try:
            self.obj = self._next(copy.deepcopy(step))
        except ApiError as error:
            causes = [{"reason": one.reason, "message": one.message, "field": one.field} for one in error.causes]
            return {"error": {"code": error.code, "message": error.message, "causes": causes}}
        assert self.obj is not None
        return {"object": self.obj, "moved": self.obj != before}

    def _next(self, step: Object) -> Object:
        now, by, subresource = NOW.format(self.count), step["by"], step.get("subresource", "")
        head = {"apiVersion": self.api_version, "kind": self.kind}
        if "apply" in step:
            applied = head | step["apply"]
            applied["metadata"] = {"name": "NAME"} | (applied.get("metadata") or {})
            new = apply_configuration(
                self.obj,
                applied,
                self.schema,
                manager=by,
                force=step.get("force", False),
                now=now,
                subresource=subresource,
                apart=() if subresource else STATUS_APART[self.kind],
            )
            default(new, self.schema)
            return new
        if "create" in step:
            new = head | step["create"] | {"metadata": {"name": "NAME"} | step["create"].get("metadata", {})}
        else:
            assert self.obj is not None
            patch = apply_merge_patch if "merge" in step else apply_strategic_patch
            new = patch(copy.deepcopy(self.obj), step.get("merge") or step["strategic"])
            if subresource:
                new = self.obj | {"metadata": dict(self.obj["metadata"]), subresource: new[subresource]}
        default(new, self.schema)
        track_update(self.obj, new, self.schema, manager=by, now=now, subresource=subresource)
        return new


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["name"].replace(" ", "-"))
def test_ownership_is_what_kube_apiserver_says(scenario: dict[str, Any]) -> None:
    written = _Written(scenario["kind"])
    for step, recorded in zip(scenario["steps"], RECORDED[scenario["name"]], strict=True):
        ours = written.step(step)
        if "error" in recorded:
            assert "error" in ours, (step, ours)
            assert _error(ours["error"]) == _error(recorded["error"]), step
            continue
        assert "object" in ours, (step, ours)
        assert _entries(ours["object"], scenario["kind"]) == _entries(recorded["object"], scenario["kind"]), step
        assert ours["moved"] == recorded["moved"], step
        _contains(recorded["object"], ours["object"], scenario["kind"])


def _error(recorded: Object) -> Object:
    """kube-apiserver lists causes in the order of a Go map, so in any; ours are sorted by who and what."""
    causes = sorted(recorded["causes"], key=lambda cause: (cause["message"], cause["field"]))
    return {"code": recorded["code"], "message": recorded["message"], "causes": causes}


def _entries(obj: Object, kind: str) -> list[Object]:
    entries = copy.deepcopy(obj["metadata"].get("managedFields", []))
    for entry in entries:
        if "time" in entry:
            entry["time"] = True
        if kind != "Rack":  # the spec and status of Go's types are always there, so nobody brings them by themselves
            parts = {element: _without_self(node) for element, node in entry["fieldsV1"].items()}
            entry["fieldsV1"] = {element: node for element, node in parts.items() if node or element == "f:data"}
    owning = [entry for entry in entries if entry["fieldsV1"]]
    return sorted(owning, key=lambda entry: (entry["operation"], entry["manager"], entry.get("subresource", "")))


def _without_self(fields: Object) -> Object:
    return {element: node for element, node in fields.items() if element != SELF}


def _contains(recorded: Object, ours: Object, kind: str) -> None:
    """Custom kinds are the same to the last field; Go's types lose what is empty and gain defaults that our schemas lack."""
    body = {key: value for key, value in ours.items() if key != "metadata"}
    theirs = {key: value for key, value in recorded.items() if key != "metadata"}
    if kind == "Rack":
        assert body == theirs
    else:
        _within(body, theirs)
    for field in ("labels", "annotations", "finalizers", "ownerReferences"):
        assert (ours["metadata"].get(field) or None) == (recorded["metadata"].get(field) or None)


def _within(ours: Any, theirs: Any) -> None:
    if isinstance(ours, dict):
        for key, value in ours.items():
            if value not in ({}, []):
                assert key in theirs
                _within(value, theirs[key])
    elif isinstance(ours, list):
        assert len(ours) == len(theirs)
        for mine, other in zip(ours, theirs, strict=True):
            _within(mine, other)
    else:
        assert ours == theirs


@pytest.mark.parametrize(
    ("field_manager", "user_agent", "name"),
    [
        ("mine", "kubectl/v1.35.0 (linux/amd64)", "mine"),
        ("", "kubectl/v1.35.0 (linux/amd64)", "kubectl"),
        ("", "curl", "curl"),
        ("", "od\x00d\x7f name/1", "odd name"),
        ("", "/1", "unknown"),
        ("", "", "unknown"),
        ("", "x" * 200, "x" * 128),
        ("", "é" * 100, "é" * 64),
    ],
)
def test_who_does_not_say_its_name_is_called_as_its_program(field_manager: str, user_agent: str, name: str) -> None:
    assert manager_name(field_manager, user_agent) == name


_ENTRY: Object = {
    "manager": "m",
    "operation": "Apply",
    "apiVersion": "v1",
    "time": NOW.format(0),
    "fieldsType": "FieldsV1",
    "fieldsV1": {},
}


def _config_map() -> Object:
    obj: Object = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "n"}, "data": {"a": "1"}}
    track_update(None, obj, KINDS["ConfigMap"][1], manager="one", now=NOW.format(1))
    return obj


@pytest.mark.parametrize(
    "sent",
    [
        "text",
        [5],
        [_ENTRY | {"operation": "Steal"}],
        [_ENTRY | {"apiVersion": ""}],
        [_ENTRY | {"fieldsType": "FieldsV2"}],
        [_ENTRY | {"fieldsV1": []}],
        [_ENTRY | {"manager": 5}],
        [_ENTRY | {"manager": "m" * 129}],
        [_ENTRY | {"time": "yesterday"}],
    ],
)
def test_entries_that_no_client_could_read_again_are_not_taken(sent: Any) -> None:
    old = _config_map()
    new = copy.deepcopy(old)
    new["metadata"]["managedFields"] = sent
    track_update(old, new, KINDS["ConfigMap"][1], manager="two", now=NOW.format(2))
    assert new == old


def test_through_a_subresource_nobody_sends_entries() -> None:
    old = _config_map()
    new = copy.deepcopy(old)
    new["metadata"]["managedFields"] = []
    track_update(old, new, KINDS["ConfigMap"][1], manager="two", now=NOW.format(2), subresource="status")
    assert new == old


def test_the_old_object_is_not_touched_where_the_new_one_shares_its_metadata() -> None:
    old = _config_map()
    before = copy.deepcopy(old)
    new = old | {"data": {"a": "2"}}
    track_update(old, new, KINDS["ConfigMap"][1], manager="two", now=NOW.format(2))
    assert old == before
    assert new["metadata"] != old["metadata"]


def test_the_same_owners_at_another_time_are_the_same() -> None:
    one: Object = {"metadata": {"managedFields": [_ENTRY]}}
    later: Object = {"metadata": {"managedFields": [_ENTRY | {"time": NOW.format(9)}]}}
    other: Object = {"metadata": {"managedFields": [_ENTRY | {"fieldsV1": {"f:data": {}}}]}}
    assert same_owners(one, later)
    assert not same_owners(one, other)
    assert not same_owners(one, {"metadata": {}})
