"""The event sink's one message, as Talos sends it: events.EventRequest {data=1 Any, id=2, actor_id=3} (facts of talos 7.6)."""

from dataclasses import dataclass
from typing import Any

from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

from boot.errors import PacketError
from boot.talos import machine_pb2 as pb

SERVICE, METHOD = "events.EventSinkService", "Publish"


def _build_request() -> Any:
    file = descriptor_pb2.FileDescriptorProto(name="sidero_tui/events.proto", package="events", syntax="proto3")
    file.dependency.append(any_pb2.DESCRIPTOR.name)
    message = file.message_type.add(name="EventRequest")
    label = descriptor_pb2.FieldDescriptorProto.LABEL_OPTIONAL
    text, nested = descriptor_pb2.FieldDescriptorProto.TYPE_STRING, descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE
    message.field.add(name="data", number=1, label=label, type=nested, type_name=".google.protobuf.Any")
    message.field.add(name="id", number=2, label=label, type=text)
    message.field.add(name="actor_id", number=3, label=label, type=text)
    pool = descriptor_pool.Default()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("events.EventRequest"))


EventRequest: Any = _build_request()


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
