import json
import re

from boot.apiserver.openapi.v2 import build_json
from tests.boot.apiserver.openapi.kinds import DEFINITIONS


def test_everything_is_in_one_document() -> None:
    document = json.loads(build_json(DEFINITIONS))
    assert document["swagger"] == "2.0"
    assert {"dev.sidero.metal.v1alpha1.Server", "dev.sidero.metal.v1alpha2.Server", "test.example.v1.Rack"} <= set(
        document["definitions"]
    )
    patch = document["paths"]["/apis/example.test/v1/namespaces/{namespace}/racks/{name}"]["patch"]
    assert patch["x-kubernetes-group-version-kind"] == {"group": "example.test", "version": "v1", "kind": "Rack"}
    assert "application/merge-patch+json" in patch["consumes"]
    assert {"dryRun", "fieldValidation"} <= {parameter["name"] for parameter in patch["parameters"]}


def test_every_reference_leads_to_a_definition() -> None:
    text = build_json(DEFINITIONS).decode()
    references = set(re.findall(r'"\$ref":"#/definitions/([^"]+)"', text))
    assert references <= set(json.loads(text)["definitions"])
    assert "components" not in text
