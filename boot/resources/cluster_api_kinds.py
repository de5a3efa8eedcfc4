"""Cluster API's kinds and those of its Talos and Sidero providers: names, columns, labels, as of Cluster API 1.10."""

from collections.abc import Mapping
from dataclasses import replace

from boot.resources.base import Resource
from boot.resources.cluster_api import Cluster, Machine, MachineDeployment, MachineHealthCheck, MachinePool, MachineSet
from boot.resources.clusterctl import Provider
from boot.resources.crds import AGE
from boot.resources.infrastructure import MetalCluster, MetalMachine, MetalMachineTemplate, ServerBinding
from boot.resources.kinds import (
    BOOTSTRAP_GROUP,
    CLUSTER_GROUP,
    CLUSTERCTL_GROUP,
    CONTROL_PLANE_GROUP,
    INFRASTRUCTURE_GROUP,
    Column,
    Scale,
)
from boot.resources.own_kind import TALOS_CONTRACTS, OwnKind, provider_labels
from boot.resources.talos_providers import TalosConfig, TalosConfigTemplate, TalosControlPlane

_CATEGORIES = ("cluster-api",)
_CORE = provider_labels("cluster-api", {"v1beta1": "v1beta1"})
_SIDERO = provider_labels("infrastructure-sidero", TALOS_CONTRACTS)
_BOOTSTRAP = provider_labels("bootstrap-talos", TALOS_CONTRACTS)
_CONTROL_PLANE = provider_labels("control-plane-talos", TALOS_CONTRACTS)
_SCALE = Scale(".spec.replicas", ".status.replicas", ".status.selector")
_POOL_SCALE = Scale(".spec.replicas", ".status.replicas")
_CLUSTER = Column("Cluster", ".spec.clusterName", description="Cluster it belongs to")
_CLUSTER_LABEL = r".metadata.labels.cluster\.x-k8s\.io/cluster-name"
_PHASE = Column("Phase", ".status.phase", description="How far it has come")
_TEMPLATE_VERSION = Column("Version", ".spec.template.spec.version", description="Kubernetes version of the Machines")
_DESIRED = Column("Desired", ".spec.replicas", "integer", priority=10, description="Machines that shall be there")
_REPLICAS = Column("Replicas", ".status.replicas", "integer", description="Machines that are there")
_READY = Column("Ready", ".status.readyReplicas", "integer", description="Machines whose node is ready")

_CLUSTER_COLUMNS = (
    Column("ClusterClass", ".spec.topology.class", description="Class of a managed topology"),
    _PHASE,
    AGE,
    Column("Version", ".spec.topology.version", description="Kubernetes version of a managed topology"),
)
_MACHINE_COLUMNS = (
    _CLUSTER,
    Column("NodeName", ".status.nodeRef.name", description="Node that came of it"),
    Column("ProviderID", ".spec.providerID", description="sidero://<uuid> of its Server"),
    _PHASE,
    AGE,
    Column("Version", ".spec.version", description="Kubernetes version"),
)
_SET_COLUMNS = (
    _CLUSTER,
    _DESIRED,
    _REPLICAS,
    _READY,
    Column("Available", ".status.availableReplicas", "integer", description="Ready for as long as asked"),
    AGE,
    _TEMPLATE_VERSION,
)
_DEPLOYMENT_COLUMNS = (
    _CLUSTER,
    _DESIRED,
    _REPLICAS,
    _READY,
    Column("Updated", ".status.updatedReplicas", "integer", description="Machines of the newest template"),
    Column("Unavailable", ".status.unavailableReplicas", "integer", description="Machines that are not available yet"),
    _PHASE,
    AGE,
    _TEMPLATE_VERSION,
)
_POOL_COLUMNS = (
    _CLUSTER,
    _DESIRED,
    Column("Replicas", ".status.replicas"),
    _PHASE,
    AGE,
    _TEMPLATE_VERSION,
)
_HEALTH_COLUMNS = (
    _CLUSTER,
    Column("ExpectedMachines", ".status.expectedMachines", "integer"),
    Column("MaxUnhealthy", ".spec.maxUnhealthy"),
    Column("CurrentHealthy", ".status.currentHealthy", "integer"),
    AGE,
)
_METAL_CLUSTER_COLUMNS = (
    Column("Cluster", _CLUSTER_LABEL, description="Cluster it belongs to"),
    Column("Ready", ".status.ready", "boolean"),
    Column("Endpoint", ".spec.controlPlaneEndpoint.host", priority=1, description="Host of the Kubernetes API"),
    AGE,
)
_METAL_MACHINE_COLUMNS = (
    Column("Ready", ".status.ready"),
    Column("Cluster", _CLUSTER_LABEL, priority=1),
    Column("Machine", '.metadata.ownerReferences[?(@.kind=="Machine")].name', priority=1),
    Column("Server", ".spec.serverRef.name", priority=1, description="The Server it got"),
    AGE,
)
_BINDING_COLUMNS = (
    Column("Ready", ".status.ready"),
    Column("Server", ".metadata.name", priority=1),
    Column("ServerClass", ".spec.serverClassRef.name", priority=1),
    Column("MetalMachine", ".spec.metalMachineRef.name", priority=1),
    Column("Cluster", _CLUSTER_LABEL, priority=1),
    AGE,
)
_CONTROL_PLANE_COLUMNS = (
    Column("Ready", ".status.ready", "boolean", description="Whether one of its nodes at least is ready"),
    Column("Initialized", ".status.initialized", "boolean", description="Whether its Kubernetes API has answered"),
    Column("Replicas", ".status.replicas", "integer"),
    Column("Ready Replicas", ".status.readyReplicas", "integer"),
    Column("Unavailable Replicas", ".status.unavailableReplicas", "integer"),
)
_PROVIDER_COLUMNS = (
    AGE,
    Column("Type", ".type"),
    Column("Provider", ".providerName"),
    Column("Version", ".version"),
)


def _core(kind: str, plural: str, model: type[Resource], columns: tuple[Column, ...], *short: str) -> OwnKind:
    return OwnKind(
        CLUSTER_GROUP,
        kind,
        plural,
        {"v1beta1": model},
        columns,
        namespaced=True,
        short_names=short,
        categories=_CATEGORIES,
        labels=_CORE,
    )


def _provided(
    group: str, kind: str, plural: str, model: type[Resource], columns: tuple[Column, ...], labels: Mapping[str, str]
) -> OwnKind:
    """v1alpha2 is served with the fields of v1alpha3, so that nothing of an object is lost in it."""
    versions = {"v1alpha2": model, "v1alpha3": model}
    return OwnKind(group, kind, plural, versions, columns, namespaced=True, categories=_CATEGORIES, labels=labels)


CLUSTER_API_KINDS = (
    _core("Cluster", "clusters", Cluster, _CLUSTER_COLUMNS, "cl"),
    _core("Machine", "machines", Machine, _MACHINE_COLUMNS, "ma"),
    replace(_core("MachineSet", "machinesets", MachineSet, _SET_COLUMNS, "ms"), scale=_SCALE),
    replace(_core("MachineDeployment", "machinedeployments", MachineDeployment, _DEPLOYMENT_COLUMNS, "md"), scale=_SCALE),
    replace(_core("MachinePool", "machinepools", MachinePool, _POOL_COLUMNS, "mp"), scale=_POOL_SCALE),
    _core("MachineHealthCheck", "machinehealthchecks", MachineHealthCheck, _HEALTH_COLUMNS, "mhc", "mhcs"),
    _provided(INFRASTRUCTURE_GROUP, "MetalCluster", "metalclusters", MetalCluster, _METAL_CLUSTER_COLUMNS, _SIDERO),
    _provided(INFRASTRUCTURE_GROUP, "MetalMachine", "metalmachines", MetalMachine, _METAL_MACHINE_COLUMNS, _SIDERO),
    replace(
        _provided(INFRASTRUCTURE_GROUP, "MetalMachineTemplate", "metalmachinetemplates", MetalMachineTemplate, (AGE,), _SIDERO),
        has_status=False,
    ),
    OwnKind(
        INFRASTRUCTURE_GROUP,
        "ServerBinding",
        "serverbindings",
        {"v1alpha3": ServerBinding},
        _BINDING_COLUMNS,
        labels=_SIDERO,
    ),
    _provided(BOOTSTRAP_GROUP, "TalosConfig", "talosconfigs", TalosConfig, (AGE,), _BOOTSTRAP),
    _provided(BOOTSTRAP_GROUP, "TalosConfigTemplate", "talosconfigtemplates", TalosConfigTemplate, (AGE,), _BOOTSTRAP),
    OwnKind(
        CONTROL_PLANE_GROUP,
        "TalosControlPlane",
        "taloscontrolplanes",
        {"v1alpha3": TalosControlPlane},
        _CONTROL_PLANE_COLUMNS,
        namespaced=True,
        short_names=("tcp",),
        categories=_CATEGORIES,
        scale=_SCALE,
        labels=_CONTROL_PLANE,
    ),
    OwnKind(
        CLUSTERCTL_GROUP,
        "Provider",
        "providers",
        {"v1alpha3": Provider},
        _PROVIDER_COLUMNS,
        has_status=False,
        namespaced=True,
        categories=_CATEGORIES,
        labels={"clusterctl.cluster.x-k8s.io": "", "clusterctl.cluster.x-k8s.io/core": "inventory"},
    ),
)
