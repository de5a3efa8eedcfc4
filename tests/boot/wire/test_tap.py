from hypothesis import given
from hypothesis import strategies as st

from boot.wire.tap import parse_ip

HEADER = bytes.fromhex("4500002200000000401100000a000002ffffffff")
UDP = bytes.fromhex("00430044000e0000")


def test_the_payload_and_its_source_are_taken_out_of_the_packet() -> None:
    assert parse_ip(HEADER + UDP + b"offers" + b"padding") == ("10.0.0.2", b"offers")
    options = bytes((0x46,)) + HEADER[1:] + bytes(4)
    assert parse_ip(options + UDP + b"offers") == ("10.0.0.2", b"offers")


def test_what_carries_no_datagram_is_passed_over() -> None:
    tcp = HEADER[:9] + b"\x06" + HEADER[10:]
    for data in (b"", HEADER, tcp + UDP, b"\x60" + HEADER[1:] + UDP):
        assert parse_ip(data) is None


@given(st.binary(max_size=100))
def test_no_packet_is_too_odd_to_read(data: bytes) -> None:
    parse_ip(data)
    parse_ip(HEADER[:1] + data)
