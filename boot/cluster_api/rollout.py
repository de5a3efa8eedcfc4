"""How large each MachineSet of a MachineDeployment shall be: the newest grows, the others shrink. Pure.

Source: cluster-api internal/controllers/machinedeployment (rolling, on delete), facts 2.4.
"""

from collections.abc import Mapping, Sequence
from math import ceil, floor

from boot.resources.base import Object

Sizes = dict[str, int]
"""Name of a MachineSet -> replicas."""


def desired_replicas(deployment: Object) -> int:
    return int(deployment["spec"].get("replicas", 1))


def max_surge(deployment: Object) -> int:
    """How many more than desired there may be while it rolls."""
    rolling = _rolling(deployment)
    return 0 if rolling is None else _scaled(rolling.get("maxSurge", 1), desired_replicas(deployment), up=True)


def max_unavailable(deployment: Object) -> int:
    """How many fewer than desired may be available while it rolls; 1 where neither more nor fewer are allowed."""
    rolling, desired = _rolling(deployment), desired_replicas(deployment)
    if rolling is None or desired == 0:
        return 0
    fewer = _scaled(rolling.get("maxUnavailable", 0), desired, up=False)
    return min(fewer or (1 if max_surge(deployment) == 0 else 0), desired)


def _rolling(deployment: Object) -> Object | None:
    strategy = deployment["spec"].get("strategy") or {}
    return (strategy.get("rollingUpdate") or {}) if strategy.get("type", "RollingUpdate") == "RollingUpdate" else None


def _scaled(value: int | str, total: int, *, up: bool) -> int:
    if isinstance(value, int):
        return value
    share = int(value.rstrip("%")) * total / 100
    return ceil(share) if up else floor(share)


def first_size(deployment: Object, old: Sequence[Object]) -> int:
    """Of a set that is to be made."""
    return _grown(deployment, 0, old)


def plan_sizes(deployment: Object, new: Object, old: Sequence[Object], alive: Mapping[str, int]) -> Sizes:
    """Of all sets, the oldest of `old` first; `alive`: set -> its Machines that nobody deletes."""
    sizes = {name_of(one): size_of(one) for one in (*old, new)}
    desired, name = desired_replicas(deployment), name_of(new)
    sizes[name] = desired if sizes[name] > desired else _grown(deployment, sizes[name], [*old, new])
    if _rolling(deployment) is None:
        _shrink_deleted(sizes, old, desired, alive)
    else:
        _shrink_rolling(sizes, deployment, new, old)
    return sizes


def plan_paused(deployment: Object, new: Object | None, old: Sequence[Object]) -> Sizes:
    """While paused nothing rolls: where one set alone has Machines, it follows the deployment's size."""
    everything = [*old, *([new] if new else [])]
    active = [one for one in everything if size_of(one) > 0]
    alone = active or everything[-1:]
    return {name_of(alone[0]): desired_replicas(deployment)} if len(alone) == 1 else {}


def is_complete(deployment: Object, status: Object) -> bool:
    """Whether all Machines there are of the newest template, and available."""
    counts = (status.get(field, 0) for field in ("updatedReplicas", "replicas", "availableReplicas"))
    return all(count == desired_replicas(deployment) for count in counts)


def name_of(machine_set: Object) -> str:
    return str(machine_set["metadata"]["name"])


def size_of(machine_set: Object) -> int:
    return int(machine_set["spec"].get("replicas", 1))


def told(machine_set: Object, field: str) -> int:
    """A counter of its status."""
    return int((machine_set.get("status") or {}).get(field, 0))


def _grown(deployment: Object, size: int, everything: Sequence[Object]) -> int:
    """How large the newest may be, at most as desired, so that all together are not too many."""
    desired = desired_replicas(deployment)
    total = sum(max(size_of(one), told(one, "replicas")) for one in everything)
    room = max(desired + max_surge(deployment) - total, 0)
    return size + max(min(room, desired - size), 0)


def _shrink_rolling(sizes: Sizes, deployment: Object, new: Object, old: Sequence[Object]) -> None:
    """First what is not available anyway, then the oldest; never below what must be available."""
    least = desired_replicas(deployment) - max_unavailable(deployment)
    pending = sizes[name_of(new)] - told(new, "availableReplicas")
    allowed = sum(sizes.values()) - least - pending
    if allowed <= 0:
        return
    for one in old:
        unhealthy = sizes[name_of(one)] - told(one, "availableReplicas")
        gone = min(allowed, max(unhealthy, 0), sizes[name_of(one)])
        sizes[name_of(one)] -= gone
        allowed -= gone
    surplus = sum(told(one, "availableReplicas") for one in (*old, new)) - least
    for one in old:
        gone = min(max(surplus, 0), sizes[name_of(one)])
        sizes[name_of(one)] -= gone
        surplus -= gone


def _shrink_deleted(sizes: Sizes, old: Sequence[Object], desired: int, alive: Mapping[str, int]) -> None:
    """OnDelete: an old Machine goes when somebody deletes it, or when there are too many of all."""
    for one in old:
        sizes[name_of(one)] = min(sizes[name_of(one)], alive.get(name_of(one), 0))
    surplus = sum(sizes.values()) - desired
    for one in old:
        gone = min(max(surplus, 0), sizes[name_of(one)])
        sizes[name_of(one)] -= gone
        surplus -= gone
