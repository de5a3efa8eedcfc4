"""Cells of `kubectl get` that take more than a path: what upstream's printers make of built-in kinds. Pure.

Each takes what the column's path finds, the object itself for ".".
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from boot.apiserver.ages import render_age
from boot.resources.base import Object

NONE, UNKNOWN = "<none>", "<unknown>"
Cell = Callable[[Any, datetime], Any]


def _text(value: Any, _now: datetime) -> str:
    return "" if value is None else str(value)


def _text_or(missing: str) -> Cell:
    return lambda value, _now: str(value) if value else missing


def _number(value: Any, _now: datetime) -> int:
    return value if isinstance(value, int) else 0


def _count(value: Any, _now: datetime) -> int:
    return len(value) if value else 0


def _joined(missing: str) -> Cell:
    def cell(value: Any, _now: datetime) -> str:
        values = value if isinstance(value, list) else [value] if value else []
        return ", ".join(map(str, values)) or missing

    return cell


def _reference(value: Any, _now: datetime) -> str | None:
    return f"{str(value.get('kind', '')).lower()}/{value.get('name', '')}" if value else None


def _role(value: Any, _now: datetime) -> str:
    return f"{(value or {}).get('kind', '')}/{(value or {}).get('name', '')}"


def _service_accounts(value: Any, _now: datetime) -> str:
    accounts = [one for one in value or () if one.get("kind") == "ServiceAccount"]
    return ", ".join(f"{one.get('namespace', '')}/{one.get('name', '')}" for one in accounts)


def _labels(value: Any, _now: datetime) -> str:
    return ",".join(f"{key}={text}" for key, text in sorted((value or {}).items())) or NONE


def _selector(value: Any, now: datetime) -> str:
    return _labels((value or {}).get("matchLabels"), now)


def _field_of(items: Any, field: str) -> str:
    return ",".join(str(item.get(field, "")) for item in items or ())


def _ready_of_replicas(obj: Any, _now: datetime) -> str:
    status = obj.get("status") or {}
    return f"{status.get('readyReplicas', 0)}/{(obj.get('spec') or {}).get('replicas', 0)}"


def _node_status(node: Any, _now: datetime) -> str:
    conditions = {row.get("type"): row.get("status") for row in (node.get("status") or {}).get("conditions") or ()}
    ready = {"True": "Ready", None: "Unknown"}.get(conditions.get("Ready"), "NotReady")
    return ready + (",SchedulingDisabled" if (node.get("spec") or {}).get("unschedulable") else "")


_ROLE = "node-role.kubernetes.io/"


def _node_roles(node: Any, _now: datetime) -> str:
    labels = node["metadata"].get("labels") or {}
    roles = {key.removeprefix(_ROLE) for key in labels if key.startswith(_ROLE)} | {labels.get("kubernetes.io/role", "")}
    return ",".join(sorted(roles - {""})) or NONE


def _service_ports(service: Any, _now: datetime) -> str:
    shown = []
    for port in (service.get("spec") or {}).get("ports") or ():
        node = f":{port['nodePort']}" if port.get("nodePort") else ""
        shown.append(f"{port.get('port')}{node}/{port.get('protocol', 'TCP')}")
    return ",".join(shown) or NONE


def _statuses(pod: Object) -> Sequence[Object]:
    return (pod.get("status") or {}).get("containerStatuses") or ()


def _pod_ready(pod: Any, _now: datetime) -> str:
    ready = sum(bool(one.get("ready")) for one in _statuses(pod))
    return f"{ready}/{len((pod.get('spec') or {}).get('containers') or ())}"


def _pod_restarts(pod: Any, _now: datetime) -> str:
    return str(sum(one.get("restartCount", 0) for one in _statuses(pod)))


def _job_status(job: Any, _now: datetime) -> str:
    conditions = {row.get("type") for row in (job.get("status") or {}).get("conditions") or () if row.get("status") == "True"}
    found = (name for name in ("Complete", "Failed", "Suspended", "FailureTarget") if name in conditions)
    return next(found, "Running")


def _job_completions(job: Any, _now: datetime) -> str:
    return f"{(job.get('status') or {}).get('succeeded', 0)}/{(job.get('spec') or {}).get('completions', 1)}"


def _event_time(event: Object, *fields: str) -> str:
    times = (event.get(field) for field in fields)
    return next((time for time in times if time), "")


def _event_last_seen(event: Any, now: datetime) -> str:
    series = (event.get("series") or {}).get("lastObservedTime")
    time = series or _event_time(event, "lastTimestamp", "deprecatedLastTimestamp", "eventTime")
    return render_age(time, now) if time else UNKNOWN


def _event_first_seen(event: Any, now: datetime) -> str:
    time = _event_time(event, "firstTimestamp", "deprecatedFirstTimestamp", "eventTime")
    return render_age(time, now) if time else UNKNOWN


def _event_count(event: Any, _now: datetime) -> int:
    series = (event.get("series") or {}).get("count")
    return int(series or event.get("count") or 1)


def _event_source(event: Any, _now: datetime) -> str:
    source = event.get("source") or {}
    parts = [source.get("component") or event.get("reportingComponent") or "", source.get("host") or ""]
    return ", ".join(part for part in parts if part)


CELLS: dict[str, Cell] = {
    "count": _count,
    "event-count": _event_count,
    "event-first-seen": _event_first_seen,
    "event-last-seen": _event_last_seen,
    "event-source": _event_source,
    "images": lambda value, _now: _field_of(value, "image"),
    "job-completions": _job_completions,
    "job-status": _job_status,
    "joined": _joined(""),
    "joined-or-none": _joined(NONE),
    "labels": _labels,
    "names": lambda value, _now: _field_of(value, "name"),
    "node-roles": _node_roles,
    "node-status": _node_status,
    "number-or-zero": _number,
    "pod-ready": _pod_ready,
    "pod-restarts": _pod_restarts,
    "ready-of-replicas": _ready_of_replicas,
    "reference": _reference,
    "role": _role,
    "selector": _selector,
    "service-accounts": _service_accounts,
    "service-ports": _service_ports,
    "text": _text,
    "text-or-none": _text_or(NONE),
    "text-or-unknown": _text_or(UNKNOWN),
}
"""By the names that built-in columns give as their type."""
INTEGERS = frozenset({"count", "event-count", "number-or-zero"})
