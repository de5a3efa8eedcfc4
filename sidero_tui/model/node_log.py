"""What a node says of itself: its kernel log and Talos' events, as sentences. Pure."""

from dataclasses import dataclass

from boot.talos.machine_api import NodeEvent


@dataclass(frozen=True, slots=True)
class NodeLog:
    """Both oldest first; `trouble` says why there are no events."""

    address: str
    lines: tuple[str, ...]
    events: tuple[str, ...]
    trouble: str = ""


def describe_event(event: NodeEvent) -> str:
    """`ServiceState: service etcd, action RUNNING, message ...`: the fields that are set, whatever kind it is."""
    said = []
    for field, value in event.payload.ListFields():
        if field.enum_type is not None:
            known = field.enum_type.values_by_number.get(value)
            value = known.name if known else value
        said.append(f"{field.name} {' '.join(str(value).split())}")
    return f"{event.kind.removesuffix('Event')}: {', '.join(said)}"
