"""The controllers of this package, and which changes concern which of their keys."""

import random
from collections.abc import Iterable

from boot.client.protocol import Client
from boot.client.workload import WorkloadClients
from boot.clock import Clock
from boot.controllers.cluster_api.drafts import Drafts
from boot.controllers.cluster_api.keys import Members, own_key
from boot.controllers.talos.cluster_secrets import ClusterSecrets
from boot.controllers.talos.control_plane_status import ControlPlaneStatus
from boot.controllers.talos.kubeconfigs import Kubeconfigs
from boot.controllers.talos.machines import ControlPlaneMachines
from boot.controllers.talos.survey import Survey
from boot.controllers.talos.talos_config import TalosConfigReconciler
from boot.controllers.talos.talos_control_plane import TalosControlPlaneReconciler
from boot.controllers.talos.vip_guard import VipGuard
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER, MACHINE, TALOS_CONFIG, TALOS_CONTROL_PLANE
from boot.runtime.controller import Controller, Watched

_REST = 0.2
"""Seconds a control plane is left alone after it was looked at."""


def build_controllers(
    client: Client, clock: Clock, workloads: WorkloadClients, rng: random.Random, vips: VipGuard
) -> tuple[Controller, ...]:
    """Of TalosConfig and TalosControlPlane; `rng` makes the ends of names."""
    drafts, secrets, configs = Drafts(client, clock), ClusterSecrets(client), Members()
    control_planes = TalosControlPlaneReconciler(
        client,
        clock,
        drafts,
        ControlPlaneMachines(client, drafts.events, rng),
        Survey(secrets),
        Kubeconfigs(secrets, clock),
        ControlPlaneStatus(drafts, workloads),
        vips,
    )
    return (
        Controller(
            "talosconfig",
            client,
            clock,
            TalosConfigReconciler(client, clock, drafts),
            [
                Watched(TALOS_CONFIG, configs.note),
                Watched(CLUSTER, configs.of_cluster),
                Watched(MACHINE, lambda machine: (*_config_of(machine), *configs.of_same_cluster(machine))),
            ],
            rest=_REST,
        ),
        Controller(
            "taloscontrolplane",
            client,
            clock,
            control_planes,
            [
                Watched(TALOS_CONTROL_PLANE, own_key),
                Watched(CLUSTER, _control_plane_of),
                Watched(MACHINE, _owning_control_plane),
            ],
            rest=_REST,
        ),
    )


def _config_of(machine: Object) -> Iterable[str]:
    reference = (machine["spec"].get("bootstrap") or {}).get("configRef") or {}
    return (f"{machine['metadata']['namespace']}/{reference['name']}",) if reference.get("kind") == TALOS_CONFIG.kind else ()


def _control_plane_of(cluster: Object) -> Iterable[str]:
    reference = (cluster.get("spec") or {}).get("controlPlaneRef") or {}
    place = cluster["metadata"]["namespace"]
    return (f"{place}/{reference['name']}",) if reference.get("kind") == TALOS_CONTROL_PLANE.kind else ()


def _owning_control_plane(machine: Object) -> Iterable[str]:
    return [
        f"{machine['metadata']['namespace']}/{owner['name']}"
        for owner in machine["metadata"].get("ownerReferences") or ()
        if owner["kind"] == TALOS_CONTROL_PLANE.kind
    ]
