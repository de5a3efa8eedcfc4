"""cluster.x-k8s.io/v1beta1, as Cluster API 1.10 stores it: Cluster, Machine, MachineSet, MachineDeployment.

MachinePool and MachineHealthCheck are served for the programs that list them; nothing here acts on one. Field names,
bounds and enumerations are Cluster API's (facts of cluster-api 1.1); a test holds them against its own definitions.
"""

from typing import Annotated

from pydantic import Field

from boot.resources.base import Int32, Int64, LabelSelector, Preserved, Resource, Time, Wire
from boot.resources.conditions import (
    ClusterName,
    Condition,
    Count,
    IntOrString,
    MachineAddress,
    Message,
    ReadinessGates,
    Reference,
    V1Beta2Conditions,
    V1Beta2Status,
    one_of,
    text,
)

CidrBlocks = Annotated[list[Annotated[str, text(43)]], Field(json_schema_extra={"maxItems": 100})]
Selector = Annotated[LabelSelector, Field(json_schema_extra={"x-kubernetes-map-type": "atomic"})]
DeletePolicy = Annotated[str, one_of("Random", "Newest", "Oldest")]


class NetworkRanges(Wire):
    cidr_blocks: CidrBlocks


class ClusterNetwork(Wire):
    api_server_port: Int32 | None = None
    services: NetworkRanges | None = None
    pods: NetworkRanges | None = None
    service_domain: Annotated[str, text(253)] | None = None


class APIEndpoint(Wire):
    """Where the Kubernetes API of a cluster is reached; host "" and port 0 are not known yet."""

    host: Annotated[str, Field(json_schema_extra={"maxLength": 512})]
    port: Int32


class ClusterSpec(Wire):
    paused: bool | None = Field(None, description="No controller touches the cluster or what belongs to it")
    cluster_network: ClusterNetwork | None = None
    control_plane_endpoint: APIEndpoint | None = None
    control_plane_ref: Reference | None = None
    infrastructure_ref: Reference | None = None
    topology: Preserved | None = Field(None, description="Managed topology; nothing here acts on it")
    availability_gates: ReadinessGates | None = None


class FailureDomain(Wire):
    control_plane: bool | None = None
    attributes: dict[str, str] | None = None


class ReplicaCounts(Wire):
    desired_replicas: Count | None = None
    replicas: Count | None = None
    up_to_date_replicas: Count | None = None
    ready_replicas: Count | None = None
    available_replicas: Count | None = None


class ClusterV1Beta2Status(Wire):
    conditions: V1Beta2Conditions | None = None
    control_plane: ReplicaCounts | None = None
    workers: ReplicaCounts | None = None


class ClusterStatus(Wire):
    phase: Annotated[str, one_of("Pending", "Provisioning", "Provisioned", "Deleting", "Failed", "Unknown")] | None = None
    infrastructure_ready: bool | None = None
    control_plane_ready: bool | None = None
    failure_domains: dict[str, FailureDomain] | None = None
    failure_reason: str | None = None
    failure_message: Message | None = None
    conditions: list[Condition] | None = None
    observed_generation: Int64 | None = None
    v1beta2: ClusterV1Beta2Status | None = Field(None, alias="v1beta2")


class Cluster(Resource):
    """A Kubernetes cluster: its network, its endpoint, and who brings its control plane and its infrastructure."""

    spec: ClusterSpec = ClusterSpec()
    status: ClusterStatus = ClusterStatus()


class Bootstrap(Wire):
    """Where the data that a server boots with comes from: an object that makes it, or a secret that has it."""

    config_ref: Reference | None = None
    data_secret_name: Annotated[str, Field(json_schema_extra={"minLength": 0, "maxLength": 253})] | None = None


class MachineSpec(Wire):
    cluster_name: ClusterName
    bootstrap: Bootstrap
    infrastructure_ref: Reference
    version: Annotated[str, text(256)] | None = Field(None, description="Kubernetes, such as v1.32.3")
    provider_id: Annotated[str, text(512)] | None = Field(None, alias="providerID")
    failure_domain: Annotated[str, text(256)] | None = None
    readiness_gates: ReadinessGates | None = None
    node_drain_timeout: str | None = Field(None, description="A duration such as 10s")
    node_volume_detach_timeout: str | None = None
    node_deletion_timeout: str | None = None


class NodeInfo(Wire):
    """core/v1 NodeSystemInfo."""

    architecture: str
    boot_id: str = Field(alias="bootID")
    container_runtime_version: str
    kernel_version: str
    kube_proxy_version: str
    kubelet_version: str
    machine_id: str = Field(alias="machineID")
    operating_system: str
    os_image: str
    system_uuid: str = Field(alias="systemUUID")


class MachineDeletion(Wire):
    node_drain_start_time: Time | None = None
    wait_for_node_volume_detach_start_time: Time | None = None


class MachineStatus(Wire):
    phase: (
        Annotated[
            str,
            one_of("Pending", "Provisioning", "Provisioned", "Running", "Deleting", "Deleted", "Failed", "Unknown"),
        ]
        | None
    ) = None
    bootstrap_ready: bool | None = None
    infrastructure_ready: bool | None = None
    addresses: list[MachineAddress] | None = None
    node_ref: Reference | None = None
    node_info: NodeInfo | None = None
    last_updated: Time | None = None
    certificates_expiry_date: Time | None = None
    deletion: MachineDeletion | None = None
    failure_reason: str | None = None
    failure_message: Message | None = None
    conditions: list[Condition] | None = None
    observed_generation: Int64 | None = None
    v1beta2: V1Beta2Status | None = Field(None, alias="v1beta2")


class Machine(Resource):
    """One member of a cluster: what it boots with, the infrastructure under it, and the node that came of it."""

    spec: MachineSpec
    status: MachineStatus = MachineStatus()


class TemplateMeta(Wire):
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None


class MachineTemplateSpec(Wire):
    metadata: TemplateMeta | None = None
    spec: MachineSpec | None = None


class MachineNamingStrategy(Wire):
    template: Annotated[str, text(256)] | None = None


class MachineSetSpec(Wire):
    cluster_name: ClusterName
    replicas: Int32 | None = None
    min_ready_seconds: Int32 | None = None
    delete_policy: DeletePolicy | None = None
    selector: Selector
    template: MachineTemplateSpec | None = None
    machine_naming_strategy: MachineNamingStrategy | None = None


class NewCounts(Wire):
    """Counters by the conditions Ready, Available and UpToDate of the Machines."""

    conditions: V1Beta2Conditions | None = None
    ready_replicas: Count | None = None
    available_replicas: Count | None = None
    up_to_date_replicas: Count | None = None


class MachineSetStatus(Wire):
    selector: Annotated[str, text(4096)] | None = None
    replicas: Count | None = None
    fully_labeled_replicas: Count | None = None
    ready_replicas: Count | None = None
    available_replicas: Count | None = None
    failure_reason: str | None = None
    failure_message: Message | None = None
    conditions: list[Condition] | None = None
    observed_generation: Int64 | None = None
    v1beta2: NewCounts | None = Field(None, alias="v1beta2")


class MachineSet(Resource):
    """So many Machines of one template."""

    spec: MachineSetSpec
    status: MachineSetStatus = MachineSetStatus()


class RollingUpdate(Wire):
    max_unavailable: IntOrString = None
    max_surge: IntOrString = None
    delete_policy: DeletePolicy | None = None


class Remediation(Wire):
    max_in_flight: IntOrString = None


class RolloutStrategy(Wire):
    type: Annotated[str, one_of("RollingUpdate", "OnDelete")] | None = None
    rolling_update: RollingUpdate | None = None
    remediation: Remediation | None = None


class MachineDeploymentSpec(Wire):
    cluster_name: ClusterName
    replicas: Int32 | None = None
    rollout_after: Time | None = None
    selector: Selector
    template: MachineTemplateSpec
    strategy: RolloutStrategy | None = None
    machine_naming_strategy: MachineNamingStrategy | None = None
    min_ready_seconds: Int32 | None = None
    revision_history_limit: Int32 | None = None
    paused: bool | None = None
    progress_deadline_seconds: Int32 | None = None


class MachineDeploymentStatus(Wire):
    selector: Annotated[str, text(4096)] | None = None
    replicas: Count | None = None
    updated_replicas: Count | None = None
    ready_replicas: Count | None = None
    available_replicas: Count | None = None
    unavailable_replicas: Count | None = None
    phase: Annotated[str, one_of("ScalingUp", "ScalingDown", "Running", "Failed", "Unknown")] | None = None
    conditions: list[Condition] | None = None
    observed_generation: Int64 | None = None
    v1beta2: NewCounts | None = Field(None, alias="v1beta2")


class MachineDeployment(Resource):
    """MachineSets of one template after another: the newest grows while the others shrink."""

    spec: MachineDeploymentSpec
    status: MachineDeploymentStatus = MachineDeploymentStatus()


class MachinePool(Resource):
    """Served because clusterctl lists it; nothing here acts on one."""

    spec: Preserved = None
    status: Preserved = None


class MachineHealthCheck(Resource):
    """Served so that manifests that hold one apply; nothing here acts on one."""

    spec: Preserved = None
    status: Preserved = None
