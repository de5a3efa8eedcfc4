"""The Talos providers' kinds, all v1alpha3: bootstrap.cluster.x-k8s.io TalosConfig and its template (provider 0.6.12),
controlplane.cluster.x-k8s.io TalosControlPlane (provider 0.5.12).
"""

from typing import Annotated

from pydantic import Field

from boot.resources.base import Int32, Int64, Preserved, Resource, Wire
from boot.resources.conditions import Condition, Count, IntOrString, Reference

VERSION = r"^v(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)([-0-9a-zA-Z_\.+]*)?$"
"""Kubernetes versions."""


class TalosConfigPatch(Wire):
    """RFC 6902 operation; `value` is any JSON."""

    op: str
    path: str
    value: Preserved = None


class HostnameSpec(Wire):
    source: str | None = Field(None, description="MachineName or InfrastructureName: whose name the node takes")


class TalosConfigSpec(Wire):
    talos_version: str | None = Field(None, description="The version contract of the machine config, such as v1.11")
    generate_type: str = Field(description="init, controlplane, worker, join, or none: take `data` as it is")
    data: str | None = None
    config_patches: list[TalosConfigPatch] | None = None
    strategic_patches: list[str] | None = None
    hostname: HostnameSpec | None = None


class TalosConfigStatus(Wire):
    ready: bool | None = None
    data_secret_name: str | None = None
    talos_config: str | None = None
    failure_reason: str | None = None
    failure_message: str | None = None
    observed_generation: Int64 | None = None
    conditions: list[Condition] | None = None


class TalosConfig(Resource):
    """What makes a Machine's bootstrap data; it never changes."""

    spec: TalosConfigSpec
    status: TalosConfigStatus = TalosConfigStatus()


class TalosConfigTemplateResource(Wire):
    spec: TalosConfigSpec | None = None


class TalosConfigTemplateSpec(Wire):
    template: TalosConfigTemplateResource


class TalosConfigTemplate(Resource):
    """What TalosConfigs are cloned from; it never changes."""

    spec: TalosConfigTemplateSpec


class ControlPlaneConfig(Wire):
    init: TalosConfigSpec | None = Field(None, description="Deprecated: every control plane node is a controlplane")
    controlplane: TalosConfigSpec


class TalosRollingUpdate(Wire):
    max_surge: IntOrString = None


class TalosRolloutStrategy(Wire):
    type: str | None = Field(None, description="RollingUpdate or OnDelete")
    rolling_update: TalosRollingUpdate | None = None


class TalosControlPlaneSpec(Wire):
    replicas: Int32 | None = None
    version: Annotated[str, Field(json_schema_extra={"minLength": 2, "pattern": VERSION})]
    infrastructure_template: Reference
    control_plane_config: ControlPlaneConfig
    rollout_strategy: TalosRolloutStrategy | None = None


class TalosControlPlaneStatus(Wire):
    selector: str | None = None
    replicas: Count | None = None
    ready_replicas: Count | None = None
    unavailable_replicas: Count | None = None
    initialized: bool | None = None
    ready: bool | None = None
    bootstrapped: bool | None = None
    version: str | None = Field(None, description="The lowest of its Machines")
    failure_reason: str | None = None
    failure_message: str | None = None
    observed_generation: Int64 | None = None
    conditions: list[Condition] | None = None


class TalosControlPlane(Resource):
    """The control plane nodes of a cluster: how many, of what version, of what template."""

    spec: TalosControlPlaneSpec
    status: TalosControlPlaneStatus = TalosControlPlaneStatus()
