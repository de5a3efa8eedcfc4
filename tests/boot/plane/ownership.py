"""The kinds that the scenarios of ownership.yaml are played on."""

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}


def _map(**fields: Schema) -> Schema:
    return {"type": "object", "properties": fields}


def _texts() -> Schema:
    return {"type": "object", "additionalProperties": TEXT}


def _list(items: Schema, *keys: str, kind: str = "") -> Schema:
    if keys:
        kind = "map"
    return {
        "type": "array",
        "items": items,
        **({"x-kubernetes-list-type": kind} if kind else {}),
        **({"x-kubernetes-list-map-keys": list(keys)} if keys else {}),
    }


RACK: Schema = {
    "type": "object",
    "properties": {
        "apiVersion": TEXT,
        "kind": TEXT,
        "metadata": {"type": "object"},
        "spec": _map(
            name=TEXT,
            tags=_list(TEXT, kind="set"),
            order=_list(NUMBER),
            whole={"type": "object", "additionalProperties": NUMBER, "x-kubernetes-map-type": "atomic"},
            parts={"type": "object", "additionalProperties": NUMBER},
            units=_list(
                {**_map(slot=NUMBER, side=TEXT | {"default": "front"}, what=TEXT, note=TEXT), "required": ["slot"]},
                "slot",
                "side",
            ),
            free={"type": "object", "x-kubernetes-preserve-unknown-fields": True},
            port={"x-kubernetes-int-or-string": True, "nullable": True},
        ),
        "status": _map(phase=TEXT, conditions=_list({**_map(type=TEXT, status=TEXT), "required": ["type"]}, "type")),
    },
}
RACK_CRD: Schema = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "racks.example.com"},
    "spec": {
        "group": "example.com",
        "scope": "Cluster",
        "names": {"kind": "Rack", "plural": "racks"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": RACK},
                "subresources": {"status": {}},
            }
        ],
    },
}
_CONTAINER = _map(
    name=TEXT,
    image=TEXT,
    args=_list(TEXT, kind="atomic"),
    env=_list(_map(name=TEXT, value=TEXT), "name"),
    ports=_list(_map(containerPort=NUMBER, protocol=TEXT | {"default": "TCP"}), "containerPort", "protocol"),
    resources=_map(),
    **dict.fromkeys(("imagePullPolicy", "terminationMessagePath", "terminationMessagePolicy"), TEXT),
)
_POD = _map(
    containers=_list(_CONTAINER, "name"),
    securityContext=_map(),
    terminationGracePeriodSeconds=NUMBER,
    **dict.fromkeys(("dnsPolicy", "restartPolicy", "schedulerName"), TEXT),
)
_CONFIG_MAP = _map(data=_texts(), binaryData=_texts())
_DEPLOYMENT = _map(
    spec=_map(
        replicas=NUMBER,
        selector={**_map(matchLabels=_texts()), "x-kubernetes-map-type": "atomic"},
        template=_map(metadata=_map(labels=_texts()), spec=_POD),
        strategy=_map(type=TEXT, rollingUpdate=_map(maxSurge={}, maxUnavailable={})),
        progressDeadlineSeconds=NUMBER,
        revisionHistoryLimit=NUMBER,
    ),
    status=_map(),
)
_CONDITION = _map(type=TEXT, status=TEXT, lastHeartbeatTime=TEXT, lastTransitionTime=TEXT)
_NODE = _map(
    spec=_map(taints=_list(_map(key=TEXT, value=TEXT, effect=TEXT), kind="atomic"), unschedulable={"type": "boolean"}),
    status=_map(
        conditions=_list(_CONDITION, "type"),
        addresses=_list(_map(type=TEXT, address=TEXT), "type"),
        daemonEndpoints=_map(kubeletEndpoint=_map(Port=NUMBER)),
        nodeInfo=_map(),
    ),
)
KINDS: dict[str, tuple[str, Schema]] = {
    "ConfigMap": ("v1", _CONFIG_MAP),
    "Deployment": ("apps/v1", _DEPLOYMENT),
    "Node": ("v1", _NODE),
    "Rack": ("example.com/v1", RACK),
}
"""apiVersion and schema; those of built-in kinds hold the fields that the scenarios touch, typed as upstream types them."""
