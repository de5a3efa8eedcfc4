"""The simulated client's DHCP against what real firmware and a real server sent."""

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from boot.simulator.hardware import Hardware, Kind
from boot.simulator.messages import (
    OFFER,
    Exchange,
    Reply,
    decode_reply,
    encode_boot_server_request,
    encode_discover,
    encode_request,
)

CAPTURES = Path(__file__).parents[2] / "captures" / "dhcp"
RELAY = "127.0.1.1"
_GIADDR, _RELAY_INFO = bytes((127, 0, 1, 1)), bytes((82, 2, 19, 0))


def _read(name: str) -> bytes:
    return bytes.fromhex((CAPTURES / f"{name}.hex").read_text())


def _options(data: bytes) -> dict[int, bytes]:
    found, position = {}, 240
    while data[position] != 255:
        found[data[position]] = data[position + 2 : position + 2 + data[position + 1]]
        position += 2 + data[position + 1]
    return found


def _box(mac: bytes, own: bytes, kind: Kind) -> Hardware:
    return Hardware(mac.hex(":"), str(uuid.UUID(bytes_le=own)), kind, "", "", "", "", "")


def _unrelayed(data: bytes) -> bytes:
    """As it was before our relay agent had it: hops, giaddr and option 82 are the relay's own."""
    assert (data[3], data[24:28]) in {(1, _GIADDR), (0, bytes(4))}
    return data[:3] + b"\0" + data[4:24] + bytes(4) + data[28:].replace(_RELAY_INFO, b"")


def _discover(exchange: Exchange, capture: bytes) -> bytes:
    return encode_discover(exchange, int.from_bytes(capture[8:10], "big"))


def _request(exchange: Exchange, capture: bytes) -> bytes:
    options = _options(capture)
    server, address = (".".join(map(str, options[code])) for code in (54, 50))
    offer = Reply(OFFER, address, server, server, "", "PXEClient", names_file=True)
    return encode_request(exchange, offer, int.from_bytes(capture[8:10], "big"))


def _boot_server_request(exchange: Exchange, capture: bytes) -> bytes:
    address = ".".join(map(str, capture[12:16]))
    return encode_boot_server_request(exchange, Reply(OFFER, address, "", "", "", "PXEClient", names_file=False))


@pytest.mark.parametrize(
    ("name", "kind", "ipxe", "encode"),
    [
        ("ovmf-pxe-discover", Kind.UEFI, False, _discover),
        ("ovmf-pxe-request", Kind.UEFI, False, _request),
        ("ovmf-boot-server-request", Kind.UEFI, False, _boot_server_request),
        ("ovmf-chained-ipxe-discover", Kind.UEFI, True, _discover),
        ("seabios-ipxe-rom-discover", Kind.BIOS, True, _discover),
        ("seabios-ipxe-rom-request", Kind.BIOS, True, _request),
    ],
)
def test_every_byte_is_what_real_firmware_sends(
    name: str, kind: Kind, ipxe: bool, encode: Callable[[Exchange, bytes], bytes]
) -> None:
    capture = _read(name)
    box = _box(capture[28:34], _options(capture)[97][1:], kind)
    exchange = Exchange(box, int.from_bytes(capture[4:8], "big"), RELAY, ipxe)
    assert _unrelayed(encode(exchange, capture)).hex(" ") == capture.hex(" ")


def test_a_real_servers_offer_is_read() -> None:
    data = _read("dnsmasq-offer")
    box = _box(data[28:34], bytes(16), Kind.UEFI)
    reply = decode_reply(data, Exchange(box, int.from_bytes(data[4:8], "big"), RELAY, ipxe=False))
    assert reply is not None
    assert reply.kind == OFFER
    assert reply.address == ".".join(map(str, data[16:20]))
    assert reply.server == ".".join(map(str, _options(data)[54]))


BOX = _box(bytes.fromhex("525400aa0001"), bytes(16), Kind.UEFI)
EXCHANGE = Exchange(BOX, 0x01020304, RELAY, ipxe=False)


def _offer(options: bytes, *, xid: int = 0x01020304, mac: str = "525400aa0001", magic: str = "63825363") -> bytes:
    header = bytes((2, 1, 6, 0)) + xid.to_bytes(4, "big") + bytes(8) + bytes((127, 0, 2, 1)) + bytes((127, 0, 0, 1)) + bytes(4)
    return (
        header + bytes.fromhex(mac).ljust(16, b"\0") + bytes(64) + b"ipxe.efi".ljust(128, b"\0") + bytes.fromhex(magic) + options
    )


def test_an_offer_says_whether_its_file_is_the_one_to_boot() -> None:
    with_file = bytes.fromhex("350102 36047f000001 2b04060108ff ff")
    reply = decode_reply(_offer(with_file), EXCHANGE)
    assert reply == Reply(OFFER, "127.0.2.1", "127.0.0.1", "127.0.0.1", "ipxe.efi", "", names_file=True)
    without = decode_reply(_offer(bytes.fromhex("350102 36047f000001 ff")), EXCHANGE)
    assert without is not None
    assert not without.names_file


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(_offer(bytes.fromhex("350102 36047f000001 ff"), xid=1), id="another transaction"),
        pytest.param(_offer(bytes.fromhex("350102 36047f000001 ff"), mac="525400aa0002"), id="another client"),
        pytest.param(_offer(bytes.fromhex("350102 36047f000001 ff"), magic="00000000"), id="no DHCP"),
        pytest.param(_offer(bytes.fromhex("36047f000001 ff")), id="no message type"),
        pytest.param(_offer(bytes.fromhex("350102 ff")), id="no server"),
        pytest.param(_offer(bytes.fromhex("350102 36047f000001")), id="no end"),
        pytest.param(_offer(bytes.fromhex("350102 36ff7f000001 ff")), id="an option that runs past the end"),
    ],
)
def test_what_is_no_answer_is_not_taken_for_one(data: bytes) -> None:
    assert decode_reply(data, EXCHANGE) is None


def test_an_answer_cut_anywhere_never_stops_the_client() -> None:
    data = _offer(bytes.fromhex("350102 36047f000001 2b04060108ff ff"))
    assert decode_reply(data, EXCHANGE) is not None
    assert [decode_reply(data[:length], EXCHANGE) for length in range(len(data))] == [None] * len(data)
