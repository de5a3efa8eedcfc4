"""The codec; that ARP finds an owner on a real wire is shown in tests/e2e/test_dhcp_wire.py."""

from hypothesis import given
from hypothesis import strategies as st

from boot.dhcp.conflicts import encode_probe, parse_answer

MAC, ADDRESS = bytes.fromhex("525400aa0001"), bytes((10, 0, 0, 20))
ANSWER = bytes.fromhex("ffffffffffff 525400aa0009 0806 0001 0800 06 04 0002 525400aa0009 0a000014 000000000000 00000000")


def test_who_claims_an_address_is_read_from_an_answer() -> None:
    assert parse_answer(ANSWER) == (ADDRESS, "52:54:00:aa:00:09")


def test_a_question_without_an_address_claims_none() -> None:
    assert parse_answer(encode_probe(MAC, ADDRESS)) is None


@given(st.binary(max_size=80))
def test_no_frame_is_too_odd_to_read(frame: bytes) -> None:
    parse_answer(frame)
    parse_answer(ANSWER[:20] + frame)
