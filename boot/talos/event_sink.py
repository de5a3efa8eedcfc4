"""The event sink's one message, as Talos sends it: events.EventRequest {data=1 Any, id=2, actor_id=3} (facts of talos 7.6)."""

from dataclasses import dataclass
from typing import Any

from google.protobuf.message import DecodeError

from boot.errors import PacketError
from boot.talos import machine_pb2 as pb
from boot.talos.messages import ANY, TEXT, build_messages

SERVICE, METHOD = "events.EventSinkService", "Publish"


EventRequest: Any = build_messages("events", {"EventRequest": [("data", 1, ANY), ("id", 2, TEXT), ("actor_id", 3, TEXT)]})[
    "EventRequest"
]


@dataclass(frozen=True, slots=True)
class SunkEvent:
    """`message` is one of machine.proto, None for a type that is not known here."""

    id: str
    type: str
    message: Any


def parse_event(data: bytes) -> SunkEvent:
    """PacketError for what is no EventRequest."""
    try:
        request = EventRequest.FromString(data)
        name = request.data.type_url.rpartition("/")[2].rpartition(".")[2]
        kind = getattr(pb, name, None) if name in _KNOWN else None
        message = kind.FromString(request.data.value) if kind else None
    except DecodeError as error:
        raise PacketError("event sink: not an EventRequest") from error
    return SunkEvent(request.id, name, message)


_KNOWN = frozenset(
    {
        "SequenceEvent",
        "PhaseEvent",
        "TaskEvent",
        "AddressEvent",
        "ConfigLoadErrorEvent",
        "ConfigValidationErrorEvent",
        "MachineStatusEvent",
    }
)
