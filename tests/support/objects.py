"""Objects for tests that any Kubernetes API must treat alike."""

import asyncio

from boot.client.protocol import Client
from boot.errors import NotFound
from boot.resources.base import Object
from boot.resources.kinds import CUSTOM_RESOURCE_DEFINITION, Kind

GROUP = "conformance.example.test"
RACK = Kind(GROUP, "v1", "Rack", "racks", namespaced=True)


def server(name: str, **spec: object) -> Object:
    return {"metadata": {"name": name}, "spec": {"accepted": False, **spec}}


def config(namespace: str, name: str = "c", **metadata: object) -> Object:
    return {"metadata": {"name": name, "namespace": namespace, **metadata}, "data": {"a": "1"}}


def rack(namespace: str, name: str = "r", spec: Object | None = None, **metadata: object) -> Object:
    return {"metadata": {"name": name, "namespace": namespace, **metadata}, "spec": {} if spec is None else spec}


def reference(owner: Object, **more: object) -> Object:
    """An ownerReference to an object as the plane gave it."""
    metadata = owner["metadata"]
    return {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": metadata["name"], "uid": metadata["uid"], **more}


def crd(kind: Kind, *versions: Object) -> Object:
    """A CustomResourceDefinition; `versions` are entries of spec.versions, the last one is stored."""
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": kind.resource},
        "spec": {
            "group": kind.group,
            "names": {"kind": kind.kind, "listKind": f"{kind.kind}List", "plural": kind.plural, "singular": kind.kind.lower()},
            "scope": "Namespaced" if kind.namespaced else "Cluster",
            "versions": [
                {"served": True, "storage": number == len(versions), **version} for number, version in enumerate(versions, 1)
            ],
        },
    }


def version(name: str, spec: Object, *, status: Object | None = None) -> Object:
    """An entry of spec.versions with this schema of `spec`; with `status`, the status subresource and that schema."""
    properties = {"spec": spec} if status is None else {"spec": spec, "status": status}
    return {
        "name": name,
        "schema": {"openAPIV3Schema": {"type": "object", "properties": properties}},
        **({} if status is None else {"subresources": {"status": {}}}),
    }


async def install(client: Client, definition: Object, *kinds: Kind) -> None:
    """Create it and wait until each kind is served; kube-apiserver takes a moment."""
    await client.create(CUSTOM_RESOURCE_DEFINITION, definition)
    async with asyncio.timeout(30):
        for kind in kinds:
            await _served(client, kind)


async def _served(client: Client, kind: Kind) -> None:
    while True:
        try:
            await client.list(kind)
        except NotFound:
            await asyncio.sleep(0.1)
        else:
            return


RACK_SCHEMA: Object = {
    "type": "object",
    "default": {},
    "properties": {
        "units": {"type": "integer", "minimum": 1, "maximum": 48, "default": 42},
        "replicas": {"type": "integer", "default": 1},
        "row": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 4},
        "side": {"type": "string", "enum": ["left", "right"]},
        "address": {"type": "string", "format": "ipv4"},
        "power": {
            "type": "object",
            "required": ["feed"],
            "properties": {
                "feed": {"type": "string", "minLength": 1},
                "phase": {"type": "integer", "default": 3},
            },
        },
        "watts": {"type": "number", "exclusiveMinimum": True, "minimum": 0},
        "depth": {"type": "number", "multipleOf": 0.5},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": 2},
        "tags": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "string"}, "x-kubernetes-list-type": "set"},
        "slots": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["number"],
                "properties": {"number": {"type": "integer"}, "holds": {"type": "string", "default": "nothing"}},
            },
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["number"],
        },
        "port": {"x-kubernetes-int-or-string": True},
        "note": {"type": "string", "nullable": True},
        "anything": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        "least": {"type": "integer"},
        "most": {"type": "integer"},
        "serial": {"type": "string", "x-kubernetes-validations": [{"rule": "self == oldSelf", "message": "a serial stays"}]},
    },
    "x-kubernetes-validations": [
        {
            "rule": "!has(self.least) || !has(self.most) || self.least <= self.most",
            "message": "least must not be above most",
            "fieldPath": ".least",
        }
    ],
}


def rack_crd() -> Object:
    """A kind with something of everything that a schema can say."""
    definition = crd(RACK, version("v1", RACK_SCHEMA, status={"type": "object", "x-kubernetes-preserve-unknown-fields": True}))
    definition["spec"]["versions"][0]["subresources"]["scale"] = {
        "specReplicasPath": ".spec.replicas",
        "statusReplicasPath": ".status.replicas",
    }
    return definition
