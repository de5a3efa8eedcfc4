from datetime import UTC, datetime
from typing import Any

import pytest

from boot.apiserver.tables import build_cell, build_table
from boot.resources.builtin import BUILTIN
from boot.resources.kinds import Column

NOW = datetime(2026, 1, 2, tzinfo=UTC)

OBJECT: dict[str, Any] = {
    "metadata": {"name": "n", "creationTimestamp": "2026-01-01T00:00:00Z", "labels": {"a.b/c": "x"}},
    "spec": {"list": [1, 2, 3], "flag": False, "text": "t", "huge": 1e300},
    "status": {
        "conditions": [{"type": "Ready", "status": "True"}, {"type": "Other", "status": "False"}],
        "names": ["a"],
        "none": [],
    },
}


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        (Column("x", ".spec.flag", "boolean"), False),
        (Column("x", ".status.names"), '["a"]'),
        (Column("x", ".status.none"), "[]"),
        (Column("x", ".spec.list[1]", "integer"), 2),
        (Column("x", ".spec.text", "integer"), None),
        (Column("x", ".nothing"), None),
        (Column("x", ".metadata.creationTimestamp", "date"), "24h"),
        (Column("x", ".spec.list[0]"), "1"),
        (Column("x", ".status.conditions[*].status"), "True False"),
        (Column("x", ".spec.flag"), "false"),
        (Column("x", ".metadata.labels", "count"), 1),
        (Column("x", ".nothing", "count"), 0),
        (Column("x", ".spec.[?("), None),
        (Column("x", ".spec.huge", "integer"), None),
        (Column("x", ".spec.flag", "integer"), None),
        (Column("x", ".spec.text", "date"), "<invalid>"),
    ],
)
def test_cells_are_what_kubectl_prints(column: Column, cell: Any) -> None:
    assert build_cell(column, OBJECT, NOW) == cell


def test_a_table_has_names_first_and_what_goes_along_is_chosen() -> None:
    version = BUILTIN[0].versions[0]
    for include, attached in (("", "PartialObjectMetadata"), ("Metadata", "PartialObjectMetadata"), ("None", None)):
        table = build_table(version, [OBJECT], {}, NOW, include)
        assert table["columnDefinitions"][0]["name"] == "Name"
        (row,) = table["rows"]
        assert row["cells"][0] == "n"
        assert row.get("object", {}).get("kind") == attached
    assert build_table(version, [OBJECT], {}, NOW, "Object")["rows"][0]["object"] == OBJECT
