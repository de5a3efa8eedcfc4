import random

import pytest

from boot.apiserver.protobuf.wire import encode_field, encode_varint, read_fields, read_varint, signed


@pytest.mark.parametrize("number", [0, 1, 127, 128, 300, 2**32, 2**63, 2**64 - 1])
def test_numbers_come_back(number: int) -> None:
    assert read_varint(b"\xff" + encode_varint(number) + b"\xff", 1) == (number, 1 + len(encode_varint(number)))


def test_negative_numbers_are_twos_complement() -> None:
    assert [signed(value) for value in (0, 5, 2**63 - 1, 2**63, 2**64 - 1)] == [0, 5, 2**63 - 1, -(2**63), -1]


def test_fields_come_back_in_their_order() -> None:
    data = encode_field(1, "a") + encode_field(200, 300) + encode_field(1, b"") + b"\x1d1234" + b"\x2112345678"
    assert list(read_fields(data)) == [(1, b"a"), (200, 300), (1, b""), (3, b"1234"), (4, b"12345678")]


@pytest.mark.parametrize(
    "data",
    [
        b"\x08",
        b"\x0a\x05abc",
        b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        b"\x08" + b"\xff" * 11,
        b"\x0b",
        b"\x0c",
        b"\x0f",
        b"\x0d123",
    ],
)
def test_what_is_no_message_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"ends too early|past the end|wire type"):
        list(read_fields(data))


def test_noise_is_fields_or_a_value_error() -> None:
    dice = random.Random(3)
    refused = 0
    for _ in range(3000):
        try:
            list(read_fields(dice.randbytes(dice.randrange(1, 60))))
        except ValueError:
            refused += 1
    assert 0 < refused < 3000
