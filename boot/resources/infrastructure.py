"""infrastructure.cluster.x-k8s.io/v1alpha3, as Sidero 0.6.13 has it: MetalCluster, MetalMachine, its template, ServerBinding."""

from typing import Annotated

from pydantic import Field

from boot.resources.base import Int32, Resource, Wire
from boot.resources.conditions import Condition, MachineAddress, Reference


class MetalEndpoint(Wire):
    """Where machines and people reach the Kubernetes API of the cluster."""

    host: Annotated[str, Field(json_schema_extra={"maxLength": 512})]
    port: Int32


class MetalClusterSpec(Wire):
    control_plane_endpoint: MetalEndpoint | None = None


class MetalClusterStatus(Wire):
    ready: bool = False


class MetalCluster(Resource):
    """The infrastructure of a cluster of Servers: nothing but its endpoint."""

    spec: MetalClusterSpec = MetalClusterSpec()
    status: MetalClusterStatus = MetalClusterStatus()


class MetalMachineSpec(Wire):
    provider_id: str | None = Field(None, alias="providerID", description="sidero://<uuid> of the Server")
    server_ref: Reference | None = Field(None, description="The Server it got")
    server_class_ref: Reference | None = Field(None, description="The ServerClass it takes its Server from")


class MetalMachineStatus(Wire):
    ready: bool | None = None
    addresses: list[MachineAddress] | None = None
    failure_reason: str | None = None
    failure_message: str | None = None
    conditions: list[Condition] | None = None


class MetalMachine(Resource):
    """A Machine's claim on one Server."""

    spec: MetalMachineSpec = MetalMachineSpec()
    status: MetalMachineStatus = MetalMachineStatus()


class MetalMachineTemplateResource(Wire):
    spec: MetalMachineSpec


class MetalMachineTemplateSpec(Wire):
    template: MetalMachineTemplateResource


class MetalMachineTemplateStatus(Wire):
    """It has nothing to tell."""


class MetalMachineTemplate(Resource):
    """What MetalMachines are cloned from; it never changes: another template takes its place."""

    spec: MetalMachineTemplateSpec
    status: MetalMachineTemplateStatus | None = None


class SideroLinkSpec(Wire):
    """The server's end of the WireGuard tunnel; the address is IPv6 with its prefix length."""

    address: str
    public_key: str


class ServerBindingSpec(Wire):
    server_class_ref: Reference | None = None
    metal_machine_ref: Reference
    siderolink: SideroLinkSpec | None = None
    hostname: str | None = None
    addresses: list[str] | None = None


class ServerBindingStatus(Wire):
    ready: bool | None = None
    conditions: list[Condition] | None = None


class ServerBinding(Resource):
    """A Server that is allocated; it has the Server's name, so that none can be given twice."""

    spec: ServerBindingSpec
    status: ServerBindingStatus = ServerBindingStatus()
