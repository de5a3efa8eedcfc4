"""Clusters as the console would see them, built from plain values."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from boot.clock import rfc3339
from boot.cluster_api.checklist import CHECKLIST_ANNOTATION, Item, ItemState, encode_checklist
from boot.resources.base import Object
from boot.resources.cluster_api import Cluster, Machine, MachineDeployment
from boot.resources.infrastructure import MetalMachine, ServerBinding
from boot.resources.talos_providers import TalosControlPlane
from boot.talos.effective import EffectiveConfig, Layer, build_effective
from sidero_tui.model.snapshot import Snapshot
from tests.sidero_tui.builders import NOW, build_class, build_rack, build_server, name_of

INFRASTRUCTURE = "infrastructure.cluster.x-k8s.io/v1alpha3"


def ago(seconds: float) -> str:
    return rfc3339(NOW - timedelta(seconds=seconds))


def condition(type_: str, status: str, seconds: float, reason: str = "", message: str = "", severity: str = "") -> Object:
    said = {"type": type_, "status": status, "lastTransitionTime": ago(seconds), "reason": reason, "message": message}
    return said | ({"severity": severity} if severity else {})


def build_cluster(name: str = "rack-one", *, phase: str = "Provisioned", **more: Any) -> Cluster:
    """`more`: deleted, paused, conditions, failure."""
    meta: Object = {"name": name, "namespace": "default", "creationTimestamp": ago(900)}
    if more.get("deleted"):
        meta["deletionTimestamp"] = ago(10)
    return Cluster.model_validate(
        {
            "metadata": meta,
            "spec": {
                "paused": more.get("paused", False),
                "controlPlaneEndpoint": {"host": "10.0.0.100", "port": 6443},
                "controlPlaneRef": {"kind": "TalosControlPlane", "name": f"{name}-cp"},
            },
            "status": {"phase": phase, "conditions": more.get("conditions", []), "failureMessage": more.get("failure")},
        }
    )


def build_control_plane(cluster: str = "rack-one", *, replicas: int = 3, ready: int = 1, **more: Any) -> TalosControlPlane:
    """`more`: initialized, conditions."""
    return TalosControlPlane.model_validate(
        {
            "metadata": {"name": f"{cluster}-cp", "namespace": "default"},
            "spec": {
                "replicas": replicas,
                "version": "v1.32.3",
                "infrastructureTemplate": {"kind": "MetalMachineTemplate", "name": f"{cluster}-cp"},
                "controlPlaneConfig": {"controlplane": {"generateType": "controlplane", "talosVersion": "v1.9"}},
            },
            "status": {
                "replicas": replicas,
                "readyReplicas": ready,
                "initialized": more.get("initialized", ready > 0),
                "conditions": more.get("conditions", []),
            },
        }
    )


def build_workers(cluster: str = "rack-one", *, replicas: int = 1, ready: int = 0) -> MachineDeployment:
    return MachineDeployment.model_validate(
        {
            "metadata": {"name": f"{cluster}-workers", "namespace": "default"},
            "spec": {"clusterName": cluster, "replicas": replicas, "selector": {}, "template": {}},
            "status": {"replicas": replicas, "readyReplicas": ready},
        }
    )


def build_member(
    name: str, server: str = "", *, worker: bool = False, conditions: tuple[Object, ...] = (), **more: Any
) -> tuple[Machine, MetalMachine]:
    """A Machine of rack-one and the MetalMachine under it; `more`: node, items, machine_conditions, asked, cluster, deleted."""
    meta: Object = {
        "name": name,
        "namespace": "default",
        "creationTimestamp": ago(more.get("asked", 600)),
        "labels": {} if worker else {"cluster.x-k8s.io/control-plane": ""},
        "annotations": {CHECKLIST_ANNOTATION: encode_checklist(more["items"])} if "items" in more else {},
    }
    if more.get("deleted"):
        meta["deletionTimestamp"] = ago(5)
    machine = Machine.model_validate(
        {
            "metadata": meta,
            "spec": {
                "clusterName": more.get("cluster", "rack-one"),
                "version": "v1.32.3",
                "bootstrap": {"configRef": {"kind": "TalosConfig", "name": name}, "dataSecretName": f"{name}-bootstrap-data"},
                "infrastructureRef": {"apiVersion": INFRASTRUCTURE, "kind": "MetalMachine", "name": name},
                "providerID": f"sidero://{server}" if server else None,
            },
            "status": {
                "phase": "Running" if more.get("node") else "Provisioned" if server else "Pending",
                "addresses": [{"type": "InternalIP", "address": f"10.0.0.{int(server[-2:], 16)}"}] if server else [],
                "nodeRef": {"kind": "Node", "name": more["node"]} if more.get("node") else None,
                "conditions": list(more.get("machine_conditions", ())),
            },
        }
    )
    reference = {"kind": "Server", "name": server} if server else None
    metal = MetalMachine.model_validate(
        {
            "metadata": {"name": name, "namespace": "default"},
            "spec": {
                "serverRef": reference,
                "serverClassRef": {"kind": "ServerClass", "name": "workers" if worker else "masters"},
            },
            "status": {"conditions": list(conditions)},
        }
    )
    return machine, metal


def build_binding(server: str, seconds: float) -> ServerBinding:
    return ServerBinding.model_validate(
        {
            "metadata": {"name": server, "creationTimestamp": ago(seconds)},
            "spec": {"metalMachineRef": {"kind": "MetalMachine", "name": "m", "namespace": "default"}},
        }
    )


def build_members() -> list[tuple[Machine, MetalMachine]]:
    """Three control plane nodes, one through, one that joins etcd, one that installs; a worker that waits for a server."""
    installed = (condition("TalosConfigLoaded", "True", 500), condition("TalosInstalled", "True", 400))
    done, waiting = ItemState.DONE, ItemState.WAITING
    first = [
        Item(name="address known", state=done, detail="10.0.0.11"),
        Item(name="etcd", state=done, detail="1 member", since=ago(350)),
        Item(name="node", state=done, since=ago(300)),
    ]
    second = [
        Item(name="address known", state=done, detail="10.0.0.12", since=ago(100)),
        Item(name="Talos API", state=done, detail="v1.9.6"),
        Item(name="time in sync", state=done),
        Item(name="etcd", state=waiting, detail="Preparing: waits to join 10.0.0.11", since=ago(40)),
    ]
    fetched = (
        condition("TalosConfigLoaded", "True", 60),
        condition("TalosInstalled", "False", 50, "TalosInstallationInProgress", "Talos is being installed", "Info"),
    )
    healthy = (condition("NodeHealthy", "True", 300),)
    no_server = condition(
        "ProviderSet", "False", 20, "ProviderUpdateFailed", "class workers has no server to give: r4 is not wiped yet", "Warning"
    )
    return [
        build_member(
            "rack-one-cp-aaaaa", name_of(11), conditions=installed, items=first, node="talos-11", machine_conditions=healthy
        ),
        build_member(
            "rack-one-cp-bbbbb",
            name_of(12),
            conditions=(condition("TalosConfigLoaded", "True", 200), condition("TalosInstalled", "True", 90)),
            items=second,
            asked=590,
        ),
        build_member("rack-one-cp-ccccc", name_of(13), conditions=fetched, asked=580),
        build_member("rack-one-workers-x-ddddd", worker=True, conditions=(no_server,), asked=300),
    ]


def build_provisioning() -> Snapshot:
    """The rack with a cluster on its way, and two classes with some servers free."""
    rack = build_rack()
    members = build_members()
    servers = [build_server(number, accepted=True, in_use=True, clean=False) for number in (11, 12, 13)]
    free = [build_server(number, accepted=True) for number in (21, 22, 23)]
    dirty = build_server(24, accepted=True, clean=False)
    everyone = [*servers, *free, dirty]
    names = [server.name for server in (*free, dirty)]
    qualify = {"selector": {"matchLabels": {"role": "worker"}}}
    return replace(
        rack,
        servers={**rack.servers, **{server.name: server for server in everyone}},
        server_classes={
            **rack.server_classes,
            "masters": build_class("masters", names, in_use=[server.name for server in servers]),
            "workers": build_class("workers", [], qualify),
        },
        clusters={"default/rack-one": build_cluster()},
        control_planes={"default/rack-one-cp": build_control_plane()},
        deployments={"default/rack-one-workers": build_workers()},
        machines={f"default/{machine.name}": machine for machine, _ in members},
        metal_machines={f"default/{metal.name}": metal for _, metal in members},
        bindings={server.name: build_binding(server.name, 570) for server in servers},
    )


def build_config() -> EffectiveConfig:
    """Of a control plane node, patched by its TalosConfig, its class and its server."""
    base = {
        "version": "v1alpha1",
        "machine": {
            "type": "controlplane",
            "token": "abcdef.0123456789abcdef",
            "ca": {"crt": "TFMw", "key": "TFMwdLS0t"},
            "kubelet": {"image": "ghcr.io/siderolabs/kubelet:v1.32.3"},
            "network": {},
            "install": {"wipe": False},
        },
        "cluster": {"controlPlane": {"endpoint": "https://10.0.0.100:6443"}, "clusterName": "rack-one"},
    }
    vip = "machine:\n  network:\n    interfaces:\n      - interface: eth0\n        dhcp: true\n        vip: {ip: 10.0.0.100}\n"
    disk = "machine:\n  install:\n    diskSelector:\n      type: ssd\n"
    label = '[{"op": "add", "path": "/machine/nodeLabels", "value": {"rack": "r3"}}]'
    layers = [
        Layer("TalosConfig rack-one-cp-bbbbb", (vip,)),
        Layer("ServerClass masters", (disk,)),
        Layer(f"Server {name_of(12)}", (label,)),
    ]
    return build_effective([base], "generated", layers)
