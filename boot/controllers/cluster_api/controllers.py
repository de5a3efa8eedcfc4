"""Cluster API's own controllers over one plane and the clusters that come of it."""

import random

from boot.client.protocol import Client
from boot.client.workload import WorkloadClients
from boot.clock import Clock
from boot.controllers.cluster_api.cluster import ClusterWorker
from boot.controllers.cluster_api.drafts import Drafts
from boot.controllers.cluster_api.frame import Frame
from boot.controllers.cluster_api.keys import Members, cluster_key, own_key, owner_keys
from boot.controllers.cluster_api.machine import MachineWorker
from boot.controllers.cluster_api.machine_deployment import MachineDeploymentWorker
from boot.controllers.cluster_api.machine_set import MachineSetWorker
from boot.controllers.cluster_api.nodes import Nodes
from boot.resources.kinds import (
    CLUSTER,
    MACHINE,
    MACHINE_DEPLOYMENT,
    MACHINE_SET,
    METAL_CLUSTER,
    METAL_MACHINE,
    TALOS_CONFIG,
    TALOS_CONTROL_PLANE,
)
from boot.runtime.controller import Controller, Watched

_REST = 0.2
"""Seconds a set is left alone after it was looked at: a hundred Machines that move at once are a few passes over it."""
_MACHINES_AT_ONCE = 16
"""Some of them may wait for a cluster that does not answer."""


def build_controllers(client: Client, clock: Clock, workloads: WorkloadClients, rng: random.Random) -> tuple[Controller, ...]:
    """Of Cluster, MachineDeployment, MachineSet and Machine; `rng` makes the ends of names."""
    drafts, nodes = Drafts(client, clock), Nodes(workloads, clock)
    machines, sets, deployments = Members(), Members(), Members()

    def frame(worker: ClusterWorker | MachineWorker | MachineSetWorker | MachineDeploymentWorker) -> Frame:
        return Frame(client, drafts, worker)

    return (
        Controller(
            "cluster",
            client,
            clock,
            frame(ClusterWorker(client, drafts)),
            [
                Watched(CLUSTER, own_key),
                *(Watched(kind, owner_keys(CLUSTER.kind)) for kind in (METAL_CLUSTER, TALOS_CONTROL_PLANE)),
                *(Watched(kind, cluster_key) for kind in (MACHINE_DEPLOYMENT, MACHINE_SET)),
            ],
            rest=_REST,
        ),
        Controller(
            "machinedeployment",
            client,
            clock,
            frame(MachineDeploymentWorker(client, clock, drafts, rng)),
            [
                Watched(MACHINE_DEPLOYMENT, deployments.note),
                Watched(MACHINE_SET, owner_keys(MACHINE_DEPLOYMENT.kind)),
                Watched(CLUSTER, deployments.of_cluster),
            ],
            rest=_REST,
        ),
        Controller(
            "machineset",
            client,
            clock,
            frame(MachineSetWorker(client, clock, drafts, nodes, rng)),
            [
                Watched(MACHINE_SET, sets.note),
                Watched(MACHINE, owner_keys(MACHINE_SET.kind)),
                Watched(CLUSTER, sets.of_cluster),
                Watched(TALOS_CONTROL_PLANE, sets.of_same_cluster),
            ],
            rest=_REST,
        ),
        Controller(
            "machine",
            client,
            clock,
            frame(MachineWorker(client, clock, drafts, nodes)),
            [
                Watched(MACHINE, machines.note),
                *(Watched(kind, owner_keys(MACHINE.kind)) for kind in (METAL_MACHINE, TALOS_CONFIG)),
                Watched(CLUSTER, machines.of_cluster),
            ],
            workers=_MACHINES_AT_ONCE,
        ),
    )
