"""Our CustomResourceDefinitions, generated from the wire models; kept as own_crds.json, which is what is read at a start."""

from boot.resources.base import Object, Resource
from boot.resources.boots import Boot
from boot.resources.cluster_api_kinds import CLUSTER_API_KINDS
from boot.resources.crds import AGE
from boot.resources.infrastructure import MetalCluster
from boot.resources.kinds import BOOT_GROUP, METAL_GROUP, Column
from boot.resources.metal import Environment, Server, ServerClass
from boot.resources.metal_v1alpha1 import EnvironmentV1Alpha1, ServerClassV1Alpha1, ServerV1Alpha1
from boot.resources.own_kind import TALOS_CONTRACTS, OwnKind, provider_labels
from boot.resources.pivots import Pivot
from boot.resources.schema import schema_of
from boot.resources.tasks import Task

SERVER_COLUMNS = (
    # The guide's four, in its order; what Sidero prints today follows.
    Column("Hostname", ".spec.hostname"),
    Column("Accepted", ".spec.accepted", "boolean", description="Indicates if the server is accepted"),
    Column("Allocated", ".status.inUse", "boolean", description="Indicates that the server is allocated to a cluster"),
    Column("Clean", ".status.isClean", "boolean", description="Indicates if the server is wiped"),
    Column("Cordoned", ".spec.cordoned", "boolean", description="Indicates that no class may hand the server out"),
    Column("Power", ".status.power", description="Power state of the server"),
    Column("BMC IP", ".spec.bmc.endpoint", priority=1),
    AGE,
)
SERVER_CLASS_COLUMNS = (
    Column("Available", ".status.serversAvailable", description="Servers that match and are free"),
    Column("In Use", ".status.serversInUse", description="Servers that match and are allocated"),
    AGE,
)
ENVIRONMENT_COLUMNS = (
    Column("Kernel", ".spec.kernel.url", description="The kernel for the environment"),
    Column("Initrd", ".spec.initrd.url", description="The initrd for the environment"),
    Column("Ready", '.status.conditions[?(@.type=="Ready")].status', description="Whether each file is there"),
    AGE,
)
BOOT_COLUMNS = (
    Column("Stage", ".status.stage", description="How far this boot has come"),
    Column("Expected", ".status.expected.step", description="What should come next"),
    Column("Server", ".status.server", description="The Server it registered as"),
    Column("Architecture", ".status.architecture"),
    Column("Address", ".status.addresses[0]"),
    Column("Hint", ".status.hints[0].reason", description="What keeps it from going on, or is worth knowing"),
    Column("Last Seen", ".status.lastSeen", "date"),
    Column("What To Do", ".status.hints[0].message", priority=1),
)
TASK_COLUMNS = (
    Column("Do", ".spec.action", description="What a person has to do"),
    Column("Where", ".spec.where", description="Where the server stands"),
    Column("State", ".status.state", description="open, done or withdrawn"),
    Column("Done By", ".status.doneBy", description="The wire or a person"),
    Column("Reason", ".spec.reason", priority=1),
    Column("Evidence", ".status.evidence", priority=1),
    Column("Opened", ".status.openedAt", "date"),
)


_METAL_LABELS = provider_labels("infrastructure-sidero", TALOS_CONTRACTS) | {
    # These kinds move as a whole, whatever owns them.
    "clusterctl.cluster.x-k8s.io/move": "",
}


def _metal(kind: str, plural: str, old: type[Resource], new: type[Resource], columns: tuple[Column, ...]) -> OwnKind:
    return OwnKind(METAL_GROUP, kind, plural, {"v1alpha1": old, "v1alpha2": new}, columns, labels=_METAL_LABELS)


PIVOT_COLUMNS = (
    Column("Phase", ".status.phase", description="moving, moved, failed or undone"),
    Column("Step", '.status.steps[?(@.state=="running")].name', description="The step under way"),
    Column("Committed", ".status.committed", "boolean", description="Past the point of no return"),
    Column("Target", ".spec.kubeconfig", priority=1),
    AGE,
)

_OWN = (
    _metal("Server", "servers", ServerV1Alpha1, Server, SERVER_COLUMNS),
    _metal("ServerClass", "serverclasses", ServerClassV1Alpha1, ServerClass, SERVER_CLASS_COLUMNS),
    _metal("Environment", "environments", EnvironmentV1Alpha1, Environment, ENVIRONMENT_COLUMNS),
    OwnKind(BOOT_GROUP, "Boot", "boots", {"v1alpha1": Boot}, BOOT_COLUMNS),
    OwnKind(BOOT_GROUP, "Task", "tasks", {"v1alpha1": Task}, TASK_COLUMNS, has_status=False),
    OwnKind(BOOT_GROUP, "Pivot", "pivots", {"v1alpha1": Pivot}, PIVOT_COLUMNS),
    *CLUSTER_API_KINDS,
)


def build_own_crds() -> list[Object]:
    """apiextensions.k8s.io/v1 documents of the kinds this program brings."""
    return [_build_crd(own) for own in _OWN]


def _build_crd(own: OwnKind) -> Object:
    storage = list(own.models)[-1]
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": f"{own.plural}.{own.group}",
            **({"labels": dict(own.labels)} if own.labels else {}),
        },
        "spec": {
            "group": own.group,
            "names": {
                "kind": own.kind,
                "listKind": f"{own.kind}List",
                "plural": own.plural,
                "singular": own.kind.lower(),
                **({"shortNames": list(own.short_names)} if own.short_names else {}),
                **({"categories": list(own.categories)} if own.categories else {}),
            },
            "scope": "Namespaced" if own.namespaced else "Cluster",
            "conversion": {"strategy": "None"},
            "versions": [
                {
                    "name": name,
                    "served": True,
                    "storage": name == storage,
                    "schema": {"openAPIV3Schema": _adapt(model)},
                    **_subresources(own),
                    "additionalPrinterColumns": [_column(column) for column in own.columns],
                }
                for name, model in own.models.items()
            ],
        },
    }


def _subresources(own: OwnKind) -> Object:
    found: Object = {"status": {}} if own.has_status else {}
    if own.scale:
        found["scale"] = {"specReplicasPath": own.scale.spec_replicas, "statusReplicasPath": own.scale.status_replicas}
        if own.scale.selector:
            found["scale"]["labelSelectorPath"] = own.scale.selector
    return {"subresources": found} if found else {}


def _adapt(model: type[Resource]) -> Object:
    """What the models cannot say: required beyond pydantic's own, and what an older version does not have."""
    schema = schema_of(model)
    for path, names in _REQUIRED.get(model, {}).items():
        schema["properties"][path]["required"] = list(names)
    if model is ServerV1Alpha1:
        del schema["properties"]["spec"]["properties"]["hardware"]
    return schema


_REQUIRED: dict[type[Resource], dict[str, tuple[str, ...]]] = {
    Server: {"spec": ("accepted",)},
    ServerV1Alpha1: {"spec": ("accepted",)},
    ServerClass: {"status": ("serversAvailable", "serversInUse")},
    ServerClassV1Alpha1: {"status": ("serversAvailable", "serversInUse")},
    MetalCluster: {"status": ("ready",)},
}
"""Of models that have a value for it all the same."""


def _column(column: Column) -> Object:
    row: Object = {"name": column.name, "type": column.type, "jsonPath": column.json_path}
    if column.description:
        row["description"] = column.description
    if column.priority:
        row["priority"] = column.priority
    return row
