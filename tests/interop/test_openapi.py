"""What stock kubectl reads out of the OpenAPI documents."""

import json

import pytest

from tests.support.kubectl import Kubectl

pytestmark = pytest.mark.interop

RACKS = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "racks.explained.test"},
    "spec": {
        "group": "explained.test",
        "scope": "Namespaced",
        "names": {"kind": "Rack", "plural": "racks"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "subresources": {"status": {}, "scale": {"specReplicasPath": ".spec.n", "statusReplicasPath": ".status.n"}},
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            "spec": {"type": "object", "properties": {"n": {"type": "integer", "description": "Boxes."}}}
                        },
                    }
                },
            }
        ],
    },
}


def test_every_kind_there_is_can_be_explained(kubectl: Kubectl) -> None:
    names = kubectl.run("api-resources --verbs=get -o name").split()
    assert "servers.metal.sidero.dev" in names
    for name in names:
        # kubectl takes events.events.k8s.io for the field events.k8s.io of core Events.
        asked = "events --api-version=events.k8s.io/v1" if name == "events.events.k8s.io" else name
        told = kubectl.run(f"explain {asked} --recursive")
        assert "FIELDS:" in told, name
        assert "ownerReferences" in told, name


def test_metadata_is_explained_to_its_last_field(kubectl: Kubectl) -> None:
    assert "ownerReferences" in kubectl.run("explain server.metadata")
    assert "blockOwnerDeletion" in kubectl.run("explain server.metadata.ownerReferences")
    assert "-required-" in kubectl.run("explain secret.metadata.ownerReferences")
    assert "Counts changes" in kubectl.run("explain server.metadata.generation")


def test_a_kind_that_came_a_moment_ago_is_explained(kubectl: Kubectl) -> None:
    assert kubectl.shell(f"kubectl apply -f - <<'EOF'\n{json.dumps(RACKS)}\nEOF\n").err == ""
    kubectl.run("wait --for=condition=Established crd/racks.explained.test")
    assert "Boxes." in kubectl.run("explain racks.spec.n")
    rack = {
        "apiVersion": "explained.test/v1",
        "kind": "Rack",
        "metadata": {"name": "a", "namespace": "default"},
        "spec": {"n": 1},
    }
    for boxes in (1, 2):
        rack["spec"] = {"n": boxes}
        # The second time kubectl looks for the kind's patch types, in version 2 as protobuf.
        answer = kubectl.shell(f"kubectl apply -f - <<'EOF'\n{json.dumps(rack)}\nEOF\n")
        assert (answer.code, answer.err) == (0, "")
    assert kubectl.run("get rack a -o jsonpath='{.spec.n}'") == "2"
    kubectl.run("delete crd racks.explained.test")


def test_documents_can_be_read_raw(kubectl: Kubectl) -> None:
    swagger = json.loads(kubectl.run("get --raw /openapi/v2"))
    assert "dev.sidero.metal.v1alpha2.Server" in swagger["definitions"]
    index = json.loads(kubectl.run("get --raw /openapi/v3"))
    for place in index["paths"].values():
        assert json.loads(kubectl.run(f"get --raw '{place['serverRelativeURL']}'"))["openapi"] == "3.0.0"


def test_health_and_metrics_can_be_read_raw(kubectl: Kubectl) -> None:
    assert kubectl.run("get --raw /readyz") == "ok"
    assert "[+]store ok\n" in kubectl.run("get --raw '/readyz?verbose'")
    assert 'apiserver_request_total{verb="GET"' in kubectl.run("get --raw /metrics")
