import pytest

from boot.dhcp.packet import Option, Packet, encode_packet, parse_packet
from boot.errors import PacketError
from tests.boot.dhcp.frames import MAC, frame, ovmf_discover, pxe_options


def test_what_ovmf_sends_is_read_as_it_was_captured() -> None:
    data = ovmf_discover()
    assert len(data) == 347
    packet = parse_packet(data)
    assert (packet.op, packet.mac, packet.flags, packet.seconds) == (1, MAC, 0x8000, 0)
    assert packet.options[Option.VENDOR_CLASS] == b"PXEClient:Arch:00007:UNDI:003000"
    assert len(packet.options[55]) == 35


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"", "shorter than a DHCP header"),
        (ovmf_discover()[:239], "shorter than a DHCP header"),
        (ovmf_discover()[:236] + b"\0\0\0\0" + ovmf_discover()[240:], "no DHCP magic cookie"),
        (b"\x07" + ovmf_discover()[1:], "neither a request nor a reply"),
        (b"\x01\x20" + ovmf_discover()[2:], "hardware address is no Ethernet MAC"),
        (ovmf_discover()[:-20], "an option runs past the end"),
        (frame([(53, b"\x01")], end=b"\x3c"), "an option runs past the end"),
    ],
)
def test_what_is_no_packet_is_refused_with_a_short_cause(data: bytes, cause: str) -> None:
    with pytest.raises(PacketError, match=cause):
        parse_packet(data)


def test_a_missing_end_option_and_padding_are_tolerated() -> None:
    assert parse_packet(frame([(53, b"\x01"), (0, b"")], end=b"\0\0\0")).options[53] == b"\x01"
    assert parse_packet(frame([(53, b"\x01")], end=b"")).options == {53: b"\x01"}


def test_repeated_options_are_one_long_one() -> None:
    assert parse_packet(frame([(53, b"\x01"), (43, b"ab"), (43, b"cd")])).options[43] == b"abcd"


def test_options_go_on_in_the_file_and_name_fields_when_overloaded() -> None:
    data = bytearray(frame([(53, b"\x01"), (52, b"\x03")]))
    data[108 : 108 + 4] = bytes((60, 1, 65, 255))
    data[44 : 44 + 4] = bytes((77, 1, 66, 255))
    packet = parse_packet(bytes(data))
    assert (packet.options[60], packet.options[77]) == (b"A", b"B")


def test_a_reply_survives_the_wire_with_relay_information_last_and_300_bytes_at_least() -> None:
    packet = Packet(
        op=2,
        xid=7,
        mac=MAC,
        yiaddr="10.0.0.9",
        siaddr="10.0.0.1",
        giaddr="10.0.1.1",
        file=b"ipxe.efi",
        server_name=b"10.0.0.1",
        options={82: b"\x01\x02ab", 53: b"\x02", 43: bytes(300)},
    )
    data = encode_packet(packet)
    assert parse_packet(data) == packet
    assert data.rstrip(b"\0").endswith(b"\x52\x04\x01\x02ab\xff")
    assert len(encode_packet(Packet(op=2, xid=7, mac=MAC))) == 300


def test_names_without_a_terminator_are_read_whole() -> None:
    data = bytearray(frame(pxe_options(1)))
    data[108:236] = b"x" * 128
    assert parse_packet(bytes(data)).file == b"x" * 128
