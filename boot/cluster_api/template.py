"""The manifest of a cluster on Sidero's servers, from its variables. Pure.

The objects are those of Sidero's own cluster template (v0.6, templates/cluster-template.yaml; facts of cluster-api 4.4) in its
order, but for two things: workers are generated as `worker`, which is what `join` means and what newer bootstrap providers insist
on, and the selector is empty where the template has `matchLabels: null`, so that applying it again takes nothing away.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import yaml

from boot.resources.base import Object
from boot.resources.kinds import (
    CLUSTER,
    MACHINE_DEPLOYMENT,
    METAL_CLUSTER,
    METAL_MACHINE_TEMPLATE,
    SERVER_CLASS,
    TALOS_CONFIG_TEMPLATE,
    TALOS_CONTROL_PLANE,
    Kind,
)

PODS, SERVICES = "10.244.0.0/16", "10.96.0.0/12"
"""As the template has them, and Talos by default."""


@dataclass(frozen=True, slots=True)
class ClusterPlan:
    """What a cluster shall be. `kubernetes` with its v; `talos` a version contract such as v1.13. Patches are strategic ones."""

    name: str
    endpoint: str
    control_plane_class: str
    worker_class: str
    kubernetes: str
    talos: str
    port: int = 6443
    control_planes: int = 1
    workers: int = 0
    namespace: str = "default"
    control_plane_patches: tuple[str, ...] = ()
    worker_patches: tuple[str, ...] = ()


def control_plane_name(cluster: str) -> str:
    return f"{cluster}-cp"


def workers_name(cluster: str) -> str:
    return f"{cluster}-workers"


def build_manifest(plan: ClusterPlan) -> list[Object]:
    """The seven objects, in the order in which they are applied."""
    return [
        _cluster(plan),
        _object(METAL_CLUSTER, plan, plan.name, {"controlPlaneEndpoint": {"host": plan.endpoint, "port": plan.port}}),
        _servers(plan, control_plane_name(plan.name), plan.control_plane_class),
        _control_plane(plan),
        _object(
            TALOS_CONFIG_TEMPLATE,
            plan,
            workers_name(plan.name),
            {"template": {"spec": _talos_config("worker", plan.talos, plan.worker_patches)}},
        ),
        _workers(plan),
        _servers(plan, workers_name(plan.name), plan.worker_class),
    ]


def render_manifest(objects: Sequence[Object]) -> str:
    """YAML documents, as kubectl apply takes them."""
    return yaml.dump_all(objects, Dumper=_Dumper, sort_keys=False, width=10_000)


def _cluster(plan: ClusterPlan) -> Object:
    return _object(
        CLUSTER,
        plan,
        plan.name,
        {
            "clusterNetwork": {"pods": {"cidrBlocks": [PODS]}, "services": {"cidrBlocks": [SERVICES]}},
            "infrastructureRef": _reference(METAL_CLUSTER, plan.name),
            "controlPlaneRef": _reference(TALOS_CONTROL_PLANE, control_plane_name(plan.name)),
        },
    )


def _control_plane(plan: ClusterPlan) -> Object:
    name = control_plane_name(plan.name)
    config = _talos_config("controlplane", plan.talos, plan.control_plane_patches)
    return _object(
        TALOS_CONTROL_PLANE,
        plan,
        name,
        {
            "version": plan.kubernetes,
            "replicas": plan.control_planes,
            "infrastructureTemplate": _reference(METAL_MACHINE_TEMPLATE, name),
            "controlPlaneConfig": {"controlplane": config},
        },
    )


def _workers(plan: ClusterPlan) -> Object:
    name = workers_name(plan.name)
    machine = {
        "version": plan.kubernetes,
        "clusterName": plan.name,
        "bootstrap": {"configRef": _reference(TALOS_CONFIG_TEMPLATE, name)},
        "infrastructureRef": _reference(METAL_MACHINE_TEMPLATE, name),
    }
    spec = {"clusterName": plan.name, "replicas": plan.workers, "selector": {}, "template": {"spec": machine}}
    return _object(MACHINE_DEPLOYMENT, plan, name, spec)


def _servers(plan: ClusterPlan, name: str, server_class: str) -> Object:
    reference = _reference(SERVER_CLASS, server_class)
    return _object(METAL_MACHINE_TEMPLATE, plan, name, {"template": {"spec": {"serverClassRef": reference}}})


def _talos_config(generate_type: str, talos: str, patches: Sequence[str]) -> Object:
    config: Object = {"generateType": generate_type, "talosVersion": talos}
    return config | {"strategicPatches": list(patches)} if patches else config


def _object(kind: Kind, plan: ClusterPlan, name: str, spec: Object) -> Object:
    metadata = {"name": name, "namespace": plan.namespace}
    return {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata, "spec": spec}


def _reference(kind: Kind, name: str) -> Object:
    return {"apiVersion": kind.api_version, "kind": kind.kind, "name": name}


class _Dumper(yaml.SafeDumper):
    """Patches as blocks, so that people can read them; nothing as an alias, which kubectl's reader need not know."""

    def ignore_aliases(self, data: object) -> bool:
        del data
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)
