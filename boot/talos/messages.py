"""Small protobuf messages described in code: those of Talos that machine_pb2 does not hold."""

from collections.abc import Mapping, Sequence
from typing import Any

from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory

_Field = descriptor_pb2.FieldDescriptorProto
TEXT, INT64, UINT32, INT32, BOOL, ANY = "text", "int64", "uint32", "int32", "bool", "any"
_TYPES = {
    TEXT: _Field.TYPE_STRING,
    INT64: _Field.TYPE_INT64,
    UINT32: _Field.TYPE_UINT32,
    INT32: _Field.TYPE_INT32,
    BOOL: _Field.TYPE_BOOL,
    ANY: _Field.TYPE_MESSAGE,
}
Fields = Sequence[tuple[str, int, str]]
"""Name, number and one of the types above."""


def build_messages(package: str, messages: Mapping[str, Fields]) -> dict[str, Any]:
    """Message classes by name, proto3; every field is optional and single."""
    name = f"sidero_tui/{package}/{'-'.join(messages)}.proto"
    file = descriptor_pb2.FileDescriptorProto(name=name, package=package, syntax="proto3")
    file.dependency.append(any_pb2.DESCRIPTOR.name)
    for title, fields in messages.items():
        message = file.message_type.add(name=title)
        for field, number, kind in fields:
            added = message.field.add(name=field, number=number, label=_Field.LABEL_OPTIONAL, type=_TYPES[kind])
            if kind == ANY:
                added.type_name = ".google.protobuf.Any"
    pool = descriptor_pool.Default()
    pool.Add(file)
    return {title: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{package}.{title}")) for title in messages}
