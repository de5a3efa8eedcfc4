"""Requests and replies as boot ROMs send them, and the datagrams that killed other servers."""

import random

import pytest

from boot.errors import PacketError
from boot.tftp.packets import (
    ILLEGAL_OPERATION,
    NOT_DEFINED,
    Ack,
    Error,
    encode_data,
    encode_error,
    encode_oack,
    parse_reply,
    parse_request,
)

OVMF_PROBE = b"\0\1ipxe.efi\0octet\0tsize\x000\0blksize\x001468\0windowsize\x004\0"


def test_ovmf_asks_for_size_block_size_and_window() -> None:
    request = parse_request(OVMF_PROBE)
    assert (request.name, request.mode, request.write) == ("ipxe.efi", "octet", False)
    assert request.options == {"tsize": "0", "blksize": "1468", "windowsize": "4"}


def test_option_names_and_the_mode_are_read_in_any_case() -> None:
    request = parse_request(b"\0\1x\0OCTET\0BlkSize\x00512\0")
    assert (request.mode, dict(request.options)) == ("octet", {"blksize": "512"})


def test_a_name_with_an_ff_tail_keeps_every_byte() -> None:
    assert parse_request(b"\0\1undionly.kpxe\xff\0octet\0").name == "undionly.kpxe\xff"


@pytest.mark.parametrize(
    ("datagram", "cause"),
    [
        (b"", "shorter than 4 bytes"),
        (b"\0\1x", "shorter than 4 bytes"),
        (b"\0\1" + b"x" * 600 + b"\0octet\0", "request longer than 512 bytes"),
        (b"\0\4\0\0", "not a read or write request"),
        (b"\0\1file\0octet", "request without final NUL"),
        (b"\0\1file\0octet\0blksize\x001468", "request without final NUL"),
        (b"\0\1file\0", "request without mode"),
        (b"\0\1file\0octet\0blksize\0", "option without value"),
    ],
)
def test_what_is_no_request_is_refused_with_one_short_cause(datagram: bytes, cause: str) -> None:
    with pytest.raises(PacketError, match=cause):
        parse_request(datagram)


@pytest.mark.parametrize(
    ("datagram", "reply"),
    [
        (b"\0\4\0\7", Ack(7)),
        (b"\0\4\xff\xffjunk", Ack(65535)),
        (b"\0\5\0\x08User aborted the transfer\0", Error(8, "User aborted the transfer")),
        (b"\0\5\0\0", Error(0, "")),
    ],
)
def test_replies_are_read(datagram: bytes, reply: Ack | Error) -> None:
    assert parse_reply(datagram) == reply


@pytest.mark.parametrize("datagram", [b"\0\4\0", b"\0\3\0\1data", b"\0\6blksize\0"])
def test_what_is_no_reply_is_refused(datagram: bytes) -> None:
    with pytest.raises(PacketError):
        parse_reply(datagram)


def test_what_we_send_is_what_the_rfcs_draw() -> None:
    assert encode_data(65537, b"abc") == b"\0\3\0\1abc"
    assert encode_oack({"blksize": 1468, "tsize": 7}) == b"\0\6blksize\x001468\0tsize\x007\0"
    assert encode_error(NOT_DEFINED, "why") == b"\0\5\0\0why\0"
    assert encode_error(ILLEGAL_OPERATION, "") == b"\0\5\0\4\0"


def test_random_bytes_raise_nothing_but_packet_error() -> None:
    source = random.Random(7)
    refused = 0
    for _ in range(20_000):
        datagram = bytes([0, source.randrange(7)]) + source.randbytes(source.randrange(80))
        for parse in (parse_request, parse_reply):
            try:
                parse(datagram)
            except PacketError:
                refused += 1
    assert refused > 20_000
