"""Conditions of a Server: found, set and taken away, as Sidero writes them (Cluster API v1beta1). Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from boot.clock import parse_time, rfc3339
from boot.resources.metal import Server, ServerCondition

POWER_CYCLE = "PowerCycle"
PXE_BOOTED = "PXEBooted"
STOPPED_CONDITION = "Stopped"
"""Ours: the loop breaker has stopped it; the message says why."""
IN_PROGRESS = "InProgress"


def find_condition(server: Server, kind: str) -> ServerCondition | None:
    return next((condition for condition in server.status.conditions or () if condition.type == kind), None)


def set_condition(conditions: Sequence[ServerCondition], new: ServerCondition) -> list[ServerCondition]:
    """`new` in the place of the one of its type, which stays where it says the same; sorted by type."""
    others = [condition for condition in conditions if condition.type != new.type]
    old = next((condition for condition in conditions if condition.type == new.type), None)
    same = old is not None and (old.status, old.severity, old.reason, old.message) == (
        new.status,
        new.severity,
        new.reason,
        new.message,
    )
    return sorted([*others, old if same and old else new], key=lambda condition: condition.type)


def renew_condition(conditions: Sequence[ServerCondition], new: ServerCondition) -> list[ServerCondition]:
    """As set_condition, and its time is always the new one: what a heartbeat does."""
    return set_condition([condition for condition in conditions if condition.type != new.type], new)


def drop_condition(conditions: Sequence[ServerCondition], kind: str) -> list[ServerCondition]:
    return [condition for condition in conditions if condition.type != kind]


def build_true(kind: str, now: datetime) -> ServerCondition:
    return ServerCondition(type=kind, status="True", last_transition_time=rfc3339(now))


def build_false(kind: str, now: datetime, reason: str, message: str, severity: str = "Info") -> ServerCondition:
    return ServerCondition(
        type=kind, status="False", severity=severity, last_transition_time=rfc3339(now), reason=reason, message=message
    )


def age(condition: ServerCondition, now: datetime) -> timedelta:
    """How long it has been so; without a time, forever."""
    try:
        since = parse_time(condition.last_transition_time or "")
    except ValueError:
        return timedelta.max
    return now - since
