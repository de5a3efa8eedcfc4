"""The controllers of this package, and which changes concern which of their keys."""

from collections.abc import Iterable

from boot.client.events import EventRecorder
from boot.client.protocol import Client
from boot.client.workload import WorkloadClients
from boot.clock import Clock
from boot.cluster_api.keys import key_of
from boot.controllers.sidero.allotment import Allotment
from boot.controllers.sidero.metal_cluster import MetalClusterReconciler
from boot.controllers.sidero.metal_machine import MetalMachineReconciler
from boot.controllers.sidero.nodes import ClusterNodes
from boot.controllers.sidero.server_binding import ServerBindingReconciler
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER, MACHINE, METAL_CLUSTER, METAL_MACHINE, SERVER, SERVER_BINDING
from boot.runtime.controller import Controller, Watched


def build_controllers(client: Client, clock: Clock, workloads: WorkloadClients) -> tuple[Controller, ...]:
    events = EventRecorder(client, clock)
    machines = MetalMachineReconciler(client, clock, Allotment(client, events), ClusterNodes(client, clock, workloads))
    return (
        Controller(
            "metalcluster",
            client,
            clock,
            MetalClusterReconciler(client),
            [
                Watched(METAL_CLUSTER, lambda obj: (key_of(obj),)),
                Watched(CLUSTER, lambda obj: _referred(obj, METAL_CLUSTER.kind)),
            ],
        ),
        Controller(
            "metalmachine",
            client,
            clock,
            machines,
            [
                Watched(METAL_MACHINE, lambda obj: (key_of(obj),)),
                Watched(MACHINE, lambda obj: _referred(obj, METAL_MACHINE.kind)),
                Watched(SERVER_BINDING, _machine_of),
            ],
            workers=8,
        ),
        Controller(
            "serverbinding",
            client,
            clock,
            ServerBindingReconciler(client),
            [Watched(SERVER_BINDING, _name), Watched(SERVER, _name)],
        ),
    )


def _name(obj: Object) -> Iterable[str]:
    return (obj["metadata"]["name"],)


def _referred(obj: Object, kind: str) -> Iterable[str]:
    """The object of that kind which spec.infrastructureRef names."""
    reference = (obj.get("spec") or {}).get("infrastructureRef") or {}
    return (f"{obj['metadata']['namespace']}/{reference['name']}",) if reference.get("kind") == kind else ()


def _machine_of(binding: Object) -> Iterable[str]:
    reference = binding["spec"]["metalMachineRef"]
    return (f"{reference.get('namespace', '')}/{reference.get('name', '')}",)
