"""Cluster API v1beta1 conditions: set, find, sum up, mirror. Pure; source: cluster-api util/conditions (v1beta1), facts 1.0.

On the wire: {type, status True|False|Unknown, severity Error|Warning|Info (when False), lastTransitionTime, reason, message}.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from boot.resources.base import Object

READY = "Ready"
ERROR, WARNING, INFO = "Error", "Warning", "Info"
_SEVERITIES = (ERROR, WARNING, INFO)
"""Worst first."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What is so; when it became so is seen to by `with_conditions`. `severity` only goes with a status of False."""

    type: str
    status: bool | None
    reason: str = ""
    message: str = ""
    severity: str = ""

    def wire(self, since: str) -> Object:
        said: Object = {"type": self.type, "status": "Unknown" if self.status is None else str(self.status)}
        if self.status is False and self.severity:
            said["severity"] = self.severity
        said["lastTransitionTime"] = since
        if self.reason:
            said["reason"] = self.reason
        if self.message:
            said["message"] = self.message
        return said


def is_true(type_: str) -> Condition:
    return Condition(type_, True)


def is_false(type_: str, severity: str, reason: str, message: str = "") -> Condition:
    return Condition(type_, False, reason, message, severity)


def with_conditions(old: Sequence[Object], told: Iterable[Condition], now: datetime) -> list[Object]:
    """`old` with what is told, Ready first, then by type; one that did not change keeps its lastTransitionTime."""
    known = {condition["type"]: dict(condition) for condition in old}
    moment = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    for condition in told:
        before = known.get(condition.type)
        fresh = condition.wire(moment)
        if before is not None and _said(before) == _said(fresh):
            continue
        known[condition.type] = fresh
    return sorted(known.values(), key=lambda condition: (condition["type"] != READY, condition["type"]))


def find_condition(obj: Object, type_: str) -> Condition | None:
    """Of an object's status.conditions."""
    for row in (obj.get("status") or {}).get("conditions") or ():
        if row["type"] == type_:
            status = {"True": True, "False": False}.get(row["status"])
            return Condition(type_, status, row.get("reason", ""), row.get("message", ""), row.get("severity", ""))
    return None


def summarize(conditions: Sequence[Condition], of: Sequence[str]) -> Condition | None:
    """Ready: True when each of `of` that is known is True, else what the worst of them says; None when none is known."""
    known = [condition for type_ in of for condition in conditions if condition.type == type_]
    if not known:
        return None
    wrong = [condition for condition in known if condition.status is not True]
    if not wrong:
        return is_true(READY)
    worst = min(wrong, key=_rank)
    return Condition(READY, worst.status, worst.reason, worst.message, worst.severity)


def mirror(type_: str, source: Object, *, ready: bool, reason: str) -> Condition:
    """What `source` says of itself, as a condition of another object; where it says nothing, `ready`, or waiting for `reason`."""
    said = find_condition(source, READY)
    if said is not None:
        return Condition(type_, said.status, said.reason, said.message, said.severity)
    return is_true(type_) if ready else is_false(type_, INFO, reason)


def aggregate(type_: str, sources: Sequence[Object]) -> Condition | None:
    """Ready of many as one: True when each that says something is; else the worst, and whose it is; None when none says."""
    said = [(condition, source) for source in sources if (condition := find_condition(source, READY)) is not None]
    if not said:
        return None
    wrong = [row for row in said if row[0].status is not True]
    if not wrong:
        return is_true(type_)
    worst, whose = min(wrong, key=lambda row: _rank(row[0]))
    reason = worst.reason if "@" in worst.reason else f"{worst.reason} @ {whose['kind']}/{whose['metadata']['name']}"
    message = f"{len(said) - len(wrong)} of {len(sources)} completed"
    return Condition(type_, worst.status, reason, message, worst.severity)


def _rank(condition: Condition) -> int:
    """The worst first."""
    return _SEVERITIES.index(condition.severity) if condition.severity else len(_SEVERITIES)


def _said(row: Object) -> Object:
    return {name: value for name, value in row.items() if name != "lastTransitionTime"}
