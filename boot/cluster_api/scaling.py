"""Which Machines of a MachineSet go first. Pure; source: cluster-api internal/controllers/machineset, facts 2.3."""

import math
from collections.abc import Sequence
from datetime import datetime

from boot.clock import parse_time
from boot.cluster_api.conditions import find_condition
from boot.cluster_api.machines import HEALTH_CHECK_SUCCEEDED, NODE_HEALTHY
from boot.cluster_api.names import DELETE_MACHINE_ANNOTATION
from boot.resources.base import Object

_MUST, _SHOULD, _BETTER, _COULD, _MUST_NOT = 100.0, 75.0, 50.0, 20.0, 0.0
_TEN_DAYS = 864000.0
"""Seconds."""


def choose_doomed(machines: Sequence[Object], count: int, policy: str, now: datetime) -> list[Object]:
    """The `count` that go first: being deleted already, marked, unhealthy, then as the policy (Random, Newest, Oldest) says."""
    ranked = sorted(machines, key=lambda machine: (-_priority(machine, policy, now), machine["metadata"]["name"]))
    return ranked[: max(count, 0)]


def is_healthy(machine: Object) -> bool:
    """Whether it has a node and nothing is known to be wrong with it."""
    status = machine.get("status") or {}
    if not status.get("nodeRef") or status.get("failureReason") or status.get("failureMessage"):
        return False
    told = (find_condition(machine, type_) for type_ in (NODE_HEALTHY, HEALTH_CHECK_SUCCEEDED))
    return all(condition is None or condition.status is not False for condition in told)


def _priority(machine: Object, policy: str, now: datetime) -> float:
    metadata = machine["metadata"]
    if metadata.get("deletionTimestamp"):
        return _MUST
    if DELETE_MACHINE_ANNOTATION in (metadata.get("annotations") or {}):
        return _SHOULD
    if not is_healthy(machine):
        return _BETTER
    if policy == "Oldest":
        return _by_age(metadata, now)
    return _BETTER - _by_age(metadata, now) if policy == "Newest" else _COULD


def _by_age(metadata: Object, now: datetime) -> float:
    age = (now - parse_time(metadata["creationTimestamp"])).total_seconds()
    return _MUST_NOT if age < 0 else _BETTER * (1 - math.exp(-age / _TEN_DAYS))
