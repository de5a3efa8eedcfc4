"""The protobuf wire format (protobuf.dev, "Encoding"): fields of a message to and from bytes. Pure."""

from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
"""Wire types. Groups (3 and 4) are in no Kubernetes message."""
_FIXED = {FIXED64: 8, FIXED32: 4}
_LONGEST = 10
"""Bytes of a 64 bit varint."""


def read_fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Field numbers with an int (varint, unsigned 64 bit) or bytes (all else); ValueError when the bytes are no message."""
    position, end = 0, len(data)
    while position < end:
        tag, position = _small_or_varint(data, position)
        wire = tag & 7
        if wire == BYTES:
            length, position = _small_or_varint(data, position)
        elif wire == VARINT:
            value, position = _small_or_varint(data, position)
            yield tag >> 3, value
            continue
        elif wire in _FIXED:
            length = _FIXED[wire]
        else:
            raise ValueError(f"wire type {wire}")
        until = position + length
        if until > end:
            raise ValueError("a field runs past the end")
        yield tag >> 3, data[position:until]
        position = until


def _small_or_varint(data: bytes, position: int) -> tuple[int, int]:
    """Most numbers are below 128, which is one byte."""
    if position < len(data) and data[position] < 0x80:
        return data[position], position + 1
    return read_varint(data, position)


def read_varint(data: bytes, position: int) -> tuple[int, int]:
    """The number there, and where the next byte is."""
    value = 0
    for index, byte in enumerate(data[position : position + _LONGEST]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, position + index + 1
    raise ValueError("a number ends too early or is longer than 64 bits")


def signed(value: int) -> int:
    """int32 and int64 are two's complement of 64 bits."""
    return value - (1 << 64) if value >> 63 else value


def encode_varint(value: int) -> bytes:
    """Of an unsigned number."""
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def encode_field(number: int, value: bytes | str | int) -> bytes:
    """One field: an int as a varint, all else with its length."""
    if isinstance(value, int):
        return encode_varint(number << 3 | VARINT) + encode_varint(value)
    data = value.encode() if isinstance(value, str) else value
    return encode_varint(number << 3 | BYTES) + encode_varint(len(data)) + data
