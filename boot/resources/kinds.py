"""Which kinds there are: the name by which code asks for one, and the definition by which the plane serves it."""

from dataclasses import dataclass, field

from boot.resources.base import Object


@dataclass(frozen=True, slots=True)
class Kind:
    """Group, version and names of one kind: what a Client needs to find it."""

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool = False

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def resource(self) -> str:
        """plural.group, as error texts and CRD names have it."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


@dataclass(frozen=True, slots=True)
class Column:
    """additionalPrinterColumns entry; priority above 0 shows with -o wide only."""

    name: str
    json_path: str
    type: str = "string"
    priority: int = 0
    description: str = ""
    format: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """JSON paths of the scale subresource."""

    spec_replicas: str
    status_replicas: str
    selector: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One served version of a kind. `schema` is a structural OpenAPI v3 schema of the whole object."""

    name: str
    schema: Object
    columns: tuple[Column, ...] = ()
    served: bool = True
    storage: bool = True
    has_status: bool = False
    scale: Scale | None = None
    has_defaults: bool = False
    """Whether the schema says what absent fields are."""
    has_rules: bool = False
    """Whether it has x-kubernetes-validations."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A kind as the plane serves it, whether built in or from a CustomResourceDefinition."""

    group: str
    kind: str
    plural: str
    versions: tuple[Version, ...]
    namespaced: bool = False
    singular: str = ""
    list_kind: str = ""
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")
    custom: bool = False
    """From a CRD: no strategic merge patch, pruning by schema, optimistic lock required on update."""
    labels: dict[str, str] = field(default_factory=dict)
    """Labels of the CRD object itself."""
    stored_group: str | None = None
    """The group of the same plural whose objects these are in other words; None for a kind with objects of its own."""

    def version(self, name: str) -> Version | None:
        return next((version for version in self.versions if version.name == name and version.served), None)

    @property
    def storage_version(self) -> Version:
        return next(version for version in self.versions if version.storage)

    @property
    def home(self) -> tuple[str, str]:
        """Group and plural under which its objects are stored."""
        return self.group if self.stored_group is None else self.stored_group, self.plural

    def kind_for(self, version: str) -> Kind:
        return Kind(self.group, version, self.kind, self.plural, self.namespaced)


METAL_GROUP = "metal.sidero.dev"
BOOT_GROUP = "boot.sidero-tui.dev"
CLUSTER_GROUP = "cluster.x-k8s.io"
INFRASTRUCTURE_GROUP = "infrastructure.cluster.x-k8s.io"
BOOTSTRAP_GROUP = "bootstrap.cluster.x-k8s.io"
CONTROL_PLANE_GROUP = "controlplane.cluster.x-k8s.io"
CLUSTERCTL_GROUP = "clusterctl.cluster.x-k8s.io"

SERVER = Kind(METAL_GROUP, "v1alpha2", "Server", "servers")
SERVER_CLASS = Kind(METAL_GROUP, "v1alpha2", "ServerClass", "serverclasses")
ENVIRONMENT = Kind(METAL_GROUP, "v1alpha2", "Environment", "environments")
BOOT = Kind(BOOT_GROUP, "v1alpha1", "Boot", "boots")
TASK = Kind(BOOT_GROUP, "v1alpha1", "Task", "tasks")
PIVOT = Kind(BOOT_GROUP, "v1alpha1", "Pivot", "pivots")
CLUSTER = Kind(CLUSTER_GROUP, "v1beta1", "Cluster", "clusters", namespaced=True)
MACHINE = Kind(CLUSTER_GROUP, "v1beta1", "Machine", "machines", namespaced=True)
MACHINE_SET = Kind(CLUSTER_GROUP, "v1beta1", "MachineSet", "machinesets", namespaced=True)
MACHINE_DEPLOYMENT = Kind(CLUSTER_GROUP, "v1beta1", "MachineDeployment", "machinedeployments", namespaced=True)
METAL_CLUSTER = Kind(INFRASTRUCTURE_GROUP, "v1alpha3", "MetalCluster", "metalclusters", namespaced=True)
METAL_MACHINE = Kind(INFRASTRUCTURE_GROUP, "v1alpha3", "MetalMachine", "metalmachines", namespaced=True)
METAL_MACHINE_TEMPLATE = Kind(INFRASTRUCTURE_GROUP, "v1alpha3", "MetalMachineTemplate", "metalmachinetemplates", namespaced=True)
SERVER_BINDING = Kind(INFRASTRUCTURE_GROUP, "v1alpha3", "ServerBinding", "serverbindings")
TALOS_CONFIG = Kind(BOOTSTRAP_GROUP, "v1alpha3", "TalosConfig", "talosconfigs", namespaced=True)
TALOS_CONFIG_TEMPLATE = Kind(BOOTSTRAP_GROUP, "v1alpha3", "TalosConfigTemplate", "talosconfigtemplates", namespaced=True)
TALOS_CONTROL_PLANE = Kind(CONTROL_PLANE_GROUP, "v1alpha3", "TalosControlPlane", "taloscontrolplanes", namespaced=True)
PROVIDER = Kind(CLUSTERCTL_GROUP, "v1alpha3", "Provider", "providers", namespaced=True)
NAMESPACE = Kind("", "v1", "Namespace", "namespaces")
SECRET = Kind("", "v1", "Secret", "secrets", namespaced=True)
CONFIG_MAP = Kind("", "v1", "ConfigMap", "configmaps", namespaced=True)
EVENT = Kind("", "v1", "Event", "events", namespaced=True)
SERVICE_ACCOUNT = Kind("", "v1", "ServiceAccount", "serviceaccounts", namespaced=True)
NODE = Kind("", "v1", "Node", "nodes")
SERVICE = Kind("", "v1", "Service", "services", namespaced=True)
POD = Kind("", "v1", "Pod", "pods", namespaced=True)
DEPLOYMENT = Kind("apps", "v1", "Deployment", "deployments", namespaced=True)
LEASE = Kind("coordination.k8s.io", "v1", "Lease", "leases", namespaced=True)
NEW_EVENT = Kind("events.k8s.io", "v1", "Event", "events", namespaced=True)
ROLE = Kind("rbac.authorization.k8s.io", "v1", "Role", "roles", namespaced=True)
ACCESS_REVIEW = Kind("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews")
RULES_REVIEW = Kind("authorization.k8s.io", "v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews")
SUBJECT_ACCESS_REVIEW = Kind("authorization.k8s.io", "v1", "SubjectAccessReview", "subjectaccessreviews")
SELF_REVIEW = Kind("authentication.k8s.io", "v1", "SelfSubjectReview", "selfsubjectreviews")
TOKEN_REVIEW = Kind("authentication.k8s.io", "v1", "TokenReview", "tokenreviews")
CUSTOM_RESOURCE_DEFINITION = Kind("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions")
