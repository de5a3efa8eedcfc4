"""Whatever comes: refused with a short cause or answered, never a crash, and never much work or a large reply."""

from collections.abc import Sequence

from hypothesis import example, given
from hypothesis import strategies as st

from boot.config import DhcpMode
from boot.dhcp.answer import Site, decide_boot_server, decide_destination, decide_proxy
from boot.dhcp.packet import Option, Packet, encode_packet, parse_packet
from boot.dhcp.request import DhcpRequest, read_request
from boot.errors import AssetError, PacketError
from boot.firmware import Architecture
from boot.wire.neighbours import read_neighbour
from tests.boot.dhcp import frames

LARGEST_REPLY = 1500
OPTIONS = st.lists(
    st.tuples(
        st.sampled_from([0, 43, 50, 51, 52, 53, 54, 55, 57, 60, 61, 66, 67, 77, 82, 93, 94, 97, 175, 255]),
        st.binary(max_size=255),
    ),
    max_size=12,
)


def _choose(architecture: Architecture) -> str:
    if not architecture.boot_files:
        raise AssetError("none")
    return architecture.boot_files[0]


SITE = Site(DhcpMode.PROXY, "10.0.0.1", "http://10.0.0.1:8081", _choose)


def _answer(request: DhcpRequest) -> None:
    for decide in (decide_proxy, decide_boot_server):
        answer = decide(SITE, request)
        if answer.packet is None:
            continue
        data = encode_packet(answer.packet)
        assert len(data) <= LARGEST_REPLY
        again = parse_packet(data)
        assert (again.xid, again.mac, again.giaddr) == (request.packet.xid, request.mac, request.packet.giaddr)
        if request.packet.options.get(Option.RELAY_INFO):
            assert again.options[Option.RELAY_INFO] == request.packet.options[Option.RELAY_INFO]
        decide_destination(again, relay_port=request.relay_port, source=("10.0.0.9", 68))


def _see(data: bytes) -> None:
    assert len(_take(data)) < 60


def _take(data: bytes) -> str:
    """Why it was refused, or ""."""
    try:
        packet = parse_packet(data)
        read_neighbour(packet, "10.0.0.9", frames.MAC)
        _answer(read_request(packet))
    except PacketError as error:
        return str(error)
    return ""


@given(st.binary(max_size=600))
@example(b"\x01" * 4096)
def test_noise(data: bytes) -> None:
    _see(data)


@given(st.binary(max_size=400))
def test_noise_behind_a_good_header(tail: bytes) -> None:
    _see(frames.ovmf_discover()[:240] + tail)


@given(OPTIONS, st.integers(0, 255))
def test_odd_values_of_the_options_that_are_read(options: Sequence[tuple[int, bytes]], kind: int) -> None:
    _see(frames.frame([*frames.pxe_options(1), *options]))
    _see(frames.frame([(53, bytes((kind,))), *options]))


@given(st.binary(min_size=64, max_size=64), st.binary(min_size=128, max_size=128), st.integers(0, 4))
def test_options_continued_in_the_names(sname: bytes, file: bytes, overload: int) -> None:
    data = bytearray(frames.frame([(52, bytes((overload,))), *frames.pxe_options(1)]))
    data[44:108], data[108:236] = sname, file
    _see(bytes(data))


@given(
    st.dictionaries(st.integers(1, 254), st.binary(max_size=600), max_size=6),
    st.binary(max_size=63).filter(lambda name: b"\0" not in name),
    st.integers(0, 2**32 - 1),
)
def test_what_is_written_is_read_again(options: dict[int, bytes], name: bytes, xid: int) -> None:
    options.pop(Option.OVERLOAD, None)
    packet = Packet(op=1, xid=xid, mac=frames.MAC, server_name=name, options=options)
    again = parse_packet(encode_packet(packet))
    assert (again.options, again.server_name, again.xid) == (options, name, xid)
