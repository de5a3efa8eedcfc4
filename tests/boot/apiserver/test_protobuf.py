import random

import pytest

from boot.apiserver.protobuf import decode_body
from boot.errors import BadRequest, UnsupportedMediaType


def _field(number: int, value: bytes | str | int) -> bytes:
    if isinstance(value, int):
        return bytes([number << 3, value])
    data = value.encode() if isinstance(value, str) else value
    assert len(data) < 128, "one byte of length will do here"
    return bytes([number << 3 | 2, len(data)]) + data


def _body(kind: str, raw: bytes, api_version: str = "v1") -> bytes:
    return b"k8s\0" + _field(1, _field(1, api_version) + _field(2, kind)) + bytes([2 << 3 | 2]) + _length(raw) + raw


def _length(raw: bytes) -> bytes:
    return bytes([len(raw)]) if len(raw) < 128 else bytes([len(raw) & 0x7F | 0x80, len(raw) >> 7])


METADATA = (
    _field(1, "bmc")
    + _field(2, "")
    + _field(3, "rack3")
    + _field(11, _field(1, "a") + _field(2, "b"))
    + _field(11, _field(1, "c"))
    + _field(13, _field(1, "Server") + _field(3, "s") + _field(6, 1))
    + _field(14, "one")
    + _field(14, "two")
)
SECRET = _body("Secret", _field(1, METADATA) + _field(2, _field(1, "pass") + _field(2, b"\xff\x00")) + _field(3, "Opaque"))


def test_a_secret_reads_as_its_json_would() -> None:
    assert decode_body(SECRET) == {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": "bmc",
            "namespace": "rack3",
            "labels": {"a": "b", "c": ""},
            "ownerReferences": [{"kind": "Server", "name": "s", "controller": True}],
            "finalizers": ["one", "two"],
        },
        "data": {"pass": "/wA="},
        "type": "Opaque",
    }


def test_a_kind_it_does_not_know_is_asked_for_in_json() -> None:
    with pytest.raises(UnsupportedMediaType, match="send JSON"):
        decode_body(_body("Pod", b""))


def test_whatever_the_bytes_the_answer_is_an_object_or_a_refusal() -> None:
    dice = random.Random(7)
    refused = 0
    for _ in range(5000):
        data = bytearray(SECRET)
        for _ in range(dice.randrange(1, 4)):
            data[dice.randrange(4, len(data))] = dice.randrange(256)
        try:
            decode_body(bytes(data[: dice.randrange(4, len(data) + 1)]))
        except (BadRequest, UnsupportedMediaType):
            refused += 1
    assert refused > 1000
