"""What the documents are built of here: every built-in kind, ours, and one that uses all a CRD can say."""

from boot.resources.base import Object
from boot.resources.builtin import BUILTIN
from boot.resources.crds import definition_from_crd, own_crds
from boot.resources.kinds import Definition, Version

RACK: Object = {
    "metadata": {"name": "racks.example.test"},
    "spec": {
        "group": "example.test",
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
                        "description": "A rack of servers.",
                        "required": ["spec"],
                        "properties": {
                            "spec": {
                                "type": "object",
                                "properties": {
                                    "units": {"type": "integer", "maximum": 48, "default": 42, "enum": [12, 42]},
                                    "port": {
                                        "x-kubernetes-int-or-string": True,
                                        "anyOf": [{"type": "integer"}, {"type": "string"}],
                                    },
                                    "note": {"type": "string", "nullable": True, "description": "What people say."},
                                    "any": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                                    "names": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^a"}},
                                    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                                    "loose": {"type": "object", "additionalProperties": True},
                                },
                            }
                        },
                    }
                },
            }
        ],
    },
}
QUESTION = Definition(
    group="asked.test",
    kind="Question",
    plural="questions",
    verbs=("create",),
    versions=(Version("v1", {"type": "object", "description": "Answered, not stored."}),),
)
DEFINITIONS = [*BUILTIN, QUESTION, *(definition_from_crd(crd) for crd in (*own_crds(), RACK))]
