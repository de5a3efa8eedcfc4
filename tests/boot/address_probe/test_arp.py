from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from boot.address_probe.arp import NO_ADDRESS, REPLY, REQUEST, Arp, encode_arp, encode_probe, find_holder, parse_arp

OURS, THEIRS = "02:00:00:00:00:01", "02:00:00:00:00:02"
ANSWER = Arp(REPLY, THEIRS, "10.0.0.9", OURS, NO_ADDRESS)


def test_a_probe_is_what_arping_sends_for_it() -> None:
    probe = encode_probe("52:54:00:aa:00:01", "192.168.254.10")
    assert len(probe) == 28
    assert parse_arp(probe) == Arp(REQUEST, "52:54:00:aa:00:01", NO_ADDRESS, "00:00:00:00:00:00", "192.168.254.10")


def test_what_is_captured_reads_as_it_was_meant_padding_and_all() -> None:
    # As `arping -D` sends it, padded to the least length of a frame.
    captured = bytes.fromhex("0001080006040001525400aa000100000000000000000000c0a8fe0a").ljust(46, b"\0")
    assert parse_arp(captured) == Arp(REQUEST, "52:54:00:aa:00:01", NO_ADDRESS, "00:00:00:00:00:00", "192.168.254.10")


def test_a_packet_reads_back_as_it_was_written() -> None:
    assert parse_arp(encode_arp(ANSWER)) == ANSWER


def test_who_answers_announces_or_probes_for_the_address_holds_it() -> None:
    assert find_holder(ANSWER, "10.0.0.9", OURS) == THEIRS
    announced = Arp(REQUEST, THEIRS, "10.0.0.9", "00:00:00:00:00:00", "10.0.0.9")
    assert find_holder(announced, "10.0.0.9", OURS) == THEIRS
    probing = Arp(REQUEST, THEIRS, NO_ADDRESS, "00:00:00:00:00:00", "10.0.0.9")
    assert find_holder(probing, "10.0.0.9", OURS) == THEIRS


def test_our_own_probe_and_talk_of_other_addresses_say_nothing() -> None:
    assert find_holder(Arp(REQUEST, OURS, NO_ADDRESS, "00:00:00:00:00:00", "10.0.0.9"), "10.0.0.9", OURS) == ""
    assert find_holder(replace(ANSWER, sender="10.0.0.8"), "10.0.0.9", OURS) == ""
    asking = Arp(REQUEST, THEIRS, "10.0.0.8", "00:00:00:00:00:00", "10.0.0.9")
    assert find_holder(asking, "10.0.0.9", OURS) == ""


@given(st.binary(max_size=80))
def test_no_packet_is_too_odd_to_read(data: bytes) -> None:
    parse_arp(data)
    parse_arp(encode_arp(ANSWER)[:8] + data)
