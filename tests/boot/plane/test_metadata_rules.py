"""What metadata may hold, by the sentences that Kubernetes says when it does not."""

import pytest

from boot.plane.metadata_rules import check_metadata
from boot.resources.base import Object
from boot.resources.kinds import CONFIG_MAP, EVENT, NAMESPACE, SERVER, Kind

ROLE = Kind("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles")
OWNER: Object = {"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "1"}


@pytest.mark.parametrize(
    ("kind", "metadata"),
    [
        (SERVER, {"name": "a.b-c"}),
        (SERVER, {"name": "a", "labels": {"a.b/C_d": "", "e": "F.g-H"}, "annotations": {"A.B/c": "any thing"}}),
        (SERVER, {"name": "a", "finalizers": ["unqualified"]}),
        (SERVER, {"name": "a", "ownerReferences": [OWNER, {**OWNER, "controller": True}]}),
        (SERVER, {"name": "a", "labels": None, "ownerReferences": None}),
        (ROLE, {"name": "system:node"}),
        (EVENT, {"name": "A_b", "generateName": "x."}),
        (CONFIG_MAP, {"name": "a", "generateName": "a-", "finalizers": ["kubernetes", "a/b"]}),
    ],
)
def test_what_is_allowed(kind: Kind, metadata: Object) -> None:
    assert check_metadata(kind, metadata) == []


@pytest.mark.parametrize(
    ("kind", "metadata", "field", "words"),
    [
        (SERVER, {}, "metadata.name", "Required value: name or generateName is required"),
        (NAMESPACE, {"name": "a.b"}, "metadata.name", 'Invalid value: "a.b": must not contain dots'),
        (NAMESPACE, {"name": "a" * 64}, "metadata.name", "must be no more than 63 characters"),
        (ROLE, {"name": "a/b"}, "metadata.name", "may not contain '/'"),
        (ROLE, {"name": ".."}, "metadata.name", "may not be '..'"),
        (SERVER, {"name": "a", "generateName": "A_"}, "metadata.generateName", "RFC 1123 subdomain"),
        (SERVER, {"name": "a", "labels": {"a/b/c": ""}}, "metadata.labels", "a valid label key must consist of"),
        (SERVER, {"name": "a", "labels": {"a_b/c": ""}}, "metadata.labels", "prefix part a lowercase RFC 1123 subdomain"),
        (SERVER, {"name": "a", "labels": {"": ""}}, "metadata.labels", "name part must be non-empty"),
        (SERVER, {"name": "a", "labels": {"a": 1}}, "metadata.labels", "must be a map of strings to strings"),
        (SERVER, {"name": "a", "finalizers": "a/b"}, "metadata.finalizers", "must be a list of strings"),
        (CONFIG_MAP, {"name": "a", "finalizers": ["x"]}, "metadata.finalizers[0]", "nor is it fully qualified"),
        (SERVER, {"name": "a", "finalizers": ["orphan", "foregroundDeletion"]}, "metadata.finalizers", "cannot be both set"),
        (SERVER, {"name": "a", "ownerReferences": [1]}, "metadata.ownerReferences", "must be a list of references"),
        (
            SERVER,
            {"name": "a", "ownerReferences": [{**OWNER, "kind": "Event"}]},
            "metadata.ownerReferences",
            "/v1, Kind=Event is disallowed from being an owner",
        ),
    ],
)
def test_what_is_not(kind: Kind, metadata: Object, field: str, words: str) -> None:
    causes = check_metadata(kind, metadata)
    assert any(cause.field == field and words in cause.message for cause in causes), causes
