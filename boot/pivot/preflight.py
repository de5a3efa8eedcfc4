"""What must hold before anything is written: read on both planes, all of it, and told at once."""

from collections.abc import Sequence

from boot.client.protocol import Client
from boot.errors import ApiError, NotFound
from boot.pivot.copies import read_mark
from boot.pivot.graph import Item, Plan
from boot.pivot.kinds import find_kind
from boot.resources.base import Object
from boot.resources.kinds import ENVIRONMENT, SERVER_CLASS, Kind

MERGED = frozenset({SERVER_CLASS.kind, ENVIRONMENT.kind})
"""A manager on the target makes some of these itself: they are made like the source's instead of refused."""


async def check_pivot(plan: Plan, target: Client, pivot: str, *, paused_by_us: bool) -> Sequence[str]:
    """What speaks against it, a sentence each."""
    if not plan.items:
        return ["there is nothing to move"]
    half_done = [reason for item in plan.items if (reason := _describe_unready(item, paused_by_us=paused_by_us))]
    return [*half_done, *await _check_target(plan, target, pivot)]


def _describe_unready(item: Item, *, paused_by_us: bool) -> str:
    """Why this object must not be moved now: what is half-way would be lost on the way."""
    status, spec = item.source.get("status") or {}, item.source.get("spec") or {}
    if "deletionTimestamp" in item.source["metadata"]:
        return f"{item} is being deleted"
    if item.kind == "Cluster":
        if spec.get("paused") and not paused_by_us:
            return f"{item} is paused: somebody else has it in hand"
        if not (status.get("infrastructureReady") and status.get("controlPlaneReady")):
            return f"{item} is not provisioned yet"
    if item.kind == "Machine" and not status.get("nodeRef"):
        return f"{item} has not joined its cluster yet"
    return ""


async def _check_target(plan: Plan, target: Client, pivot: str) -> Sequence[str]:
    problems = []
    for kind in dict.fromkeys(find_kind(item.group, item.kind) for item in plan.items):
        try:
            there = (await target.list(kind)).items
        except NotFound:
            problems.append(f"the target does not serve {kind.resource}: its provider is not installed there (sidero-tui init)")
        except ApiError as error:
            problems.append(f"the target cannot list {kind.resource}: {error.message}")
        else:
            problems += _find_collisions(plan, kind, there, pivot)
    return problems


def _find_collisions(plan: Plan, kind: Kind, there: Sequence[Object], pivot: str) -> Sequence[str]:
    if kind.kind in MERGED:
        return ()
    names = {(item.namespace, item.name) for item in plan.items if (item.kind, item.group) == (kind.kind, kind.group)}
    foreign = [obj for obj in there if not read_mark(obj, pivot)]
    return [
        f"the target has a {kind.kind} {obj['metadata']['name']} already"
        for obj in foreign
        if (obj["metadata"].get("namespace", ""), obj["metadata"]["name"]) in names
    ]
