from typing import Any

import pytest

from boot.apiserver.jsonpath import find

OBJECT: dict[str, Any] = {
    "metadata": {"name": "n", "creationTimestamp": "2026-01-01T00:00:00Z", "labels": {"a.b/c": "x"}},
    "spec": {"list": [1, 2, 3], "flag": False, "text": "t"},
    "status": {
        "conditions": [{"type": "Ready", "status": "True"}, {"type": "Other", "status": "False"}],
        "refs": [{"to": {"kind": "Server", "name": "s"}}, {"to": {"kind": "Other", "name": "o"}}],
        "names": ["a"],
        "none": [],
    },
}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        (".spec.text", ["t"]),
        ("{.spec.text}", ["t"]),
        ("$.spec.flag", [False]),
        (".spec.list[0]", [1]),
        (".spec.list[-1]", [3]),
        (".spec.list[9]", []),
        (".spec.list[*]", [1, 2, 3]),
        ('.status.conditions[?(@.type=="Ready")].status', ["True"]),
        (".status.conditions[?(@.type=='Other')].status", ["False"]),
        ('.status.conditions[?(@.type!="Ready")].type', ["Other"]),
        ('.status.refs[?(@.to.kind=="Server")].to.name', ["s"]),
        (".metadata.labels['a.b/c']", ["x"]),
        (r".metadata.labels.a\.b/c", ["x"]),
        (".none.at.all", []),
        (".spec.text.deeper", []),
    ],
)
def test_json_paths_lead_where_kubectl_goes(path: str, values: list[Any]) -> None:
    assert find(OBJECT, path) == values


def test_what_is_no_json_path_is_said_so() -> None:
    with pytest.raises(ValueError, match="no JSONPath"):
        find(OBJECT, ".a[?(")
