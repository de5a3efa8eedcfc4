import pytest

from boot.config import DhcpMode
from boot.dhcp.answer import (
    Answer,
    Destination,
    Site,
    build_lease_answer,
    build_nak,
    decide_boot_server,
    decide_destination,
    decide_proxy,
    may_refuse,
)
from boot.dhcp.packet import MessageType, Option, Packet, parse_packet
from boot.dhcp.request import DhcpRequest, read_request
from boot.errors import AssetError
from boot.firmware import Architecture
from tests.boot.dhcp import frames


def _boot_file(architecture: Architecture) -> str:
    if not architecture.boot_files:
        raise AssetError(f"{architecture.title} cannot be booted")
    return architecture.boot_files[0]


SITE = Site(DhcpMode.PROXY, "10.0.0.1", "http://10.0.0.1:8081", _boot_file)


def _request(data: bytes) -> DhcpRequest:
    return read_request(parse_packet(data))


def _packet(answer: Answer) -> Packet:
    assert answer.packet is not None
    return answer.packet


@pytest.mark.parametrize(
    ("data", "file"),
    [
        (frames.ovmf_discover(), "ipxe.efi"),
        (frames.frame(frames.pxe_options(1, 0, "PXEClient:Arch:00000:UNDI:002001")), "undionly.kpxe"),
        (frames.frame(frames.pxe_options(1, 9)), "ipxe.efi"),
        (frames.frame(frames.pxe_options(1, 11)), "ipxe-arm64.efi"),
        (frames.ipxe_discover(), "http://10.0.0.1:8081/boot.ipxe"),
        (frames.ipxe_discover(features=bytes((21, 1, 1))), "tftp://10.0.0.1/undionly.kpxe"),
        (frames.http_discover(), "http://10.0.0.1:8081/tftp/ipxe.efi"),
    ],
    ids=["UEFI", "BIOS", "UEFI as EBC", "arm64", "iPXE", "iPXE without HTTP", "UEFI HTTP boot"],
)
def test_each_kind_of_firmware_is_given_what_it_can_boot(data: bytes, file: str) -> None:
    answer = decide_proxy(SITE, _request(data))
    packet = _packet(answer)
    assert answer.boot_file == file
    assert packet.file == file.encode()
    assert packet.yiaddr == "0.0.0.0"
    assert packet.siaddr == "10.0.0.1"
    assert packet.xid == 0x12345678


def test_a_pxe_offer_has_what_uefi_needs_to_take_it_without_asking_port_4011() -> None:
    packet = _packet(decide_proxy(SITE, _request(frames.ovmf_discover())))
    assert packet.options[Option.VENDOR_CLASS] == b"PXEClient"
    assert packet.options[Option.VENDOR_SPECIFIC] == bytes.fromhex("060108ff")
    assert packet.options[Option.SERVER_ID] == bytes((10, 0, 0, 1))
    assert packet.options[Option.CLIENT_UUID] == _request(frames.ovmf_discover()).packet.options[97]
    assert Option.BOOT_FILE not in packet.options
    assert next(iter(packet.options)) == Option.MESSAGE_TYPE
    assert packet.flags == 0x8000


def test_an_http_boot_offer_has_its_own_class_and_the_url_as_an_option() -> None:
    packet = _packet(decide_proxy(SITE, _request(frames.http_discover())))
    assert packet.options[Option.VENDOR_CLASS] == b"HTTPClient"
    assert packet.options[Option.BOOT_FILE] == b"http://10.0.0.1:8081/tftp/ipxe.efi"
    assert Option.VENDOR_SPECIFIC not in packet.options


@pytest.mark.parametrize(
    ("data", "remark"),
    [
        (frames.plain(1), ""),
        (frames.frame(frames.pxe_options(3)), ""),
        (frames.frame(frames.pxe_options(7)), ""),
        (frames.frame(frames.pxe_options(1, 4711)), "unknown architecture 4711 cannot be booted; if it boots files of another"),
        (frames.frame([option for option in frames.pxe_options(1) if option[0] != 93]), "without naming its architecture"),
    ],
    ids=["plain client", "REQUEST", "RELEASE", "unknown architecture", "no architecture"],
)
def test_a_proxy_is_silent_to_the_rest_and_says_why_where_it_matters(data: bytes, remark: str) -> None:
    answer = decide_proxy(SITE, _request(data))
    assert answer.packet is None
    assert remark in answer.remark
    assert bool(remark) is bool(answer.remark)


def test_port_4011_acknowledges_a_request_with_the_file() -> None:
    packet = _packet(decide_boot_server(SITE, _request(frames.ovmf_boot_server_request())))
    assert packet.options[Option.MESSAGE_TYPE] == bytes((MessageType.ACK,))
    assert (packet.file, packet.ciaddr, packet.yiaddr) == (b"ipxe.efi", "10.0.0.20", "0.0.0.0")
    assert decide_boot_server(SITE, _request(frames.ovmf_discover())).packet is None


def test_a_lease_carries_the_network_and_what_boots() -> None:
    packet = _packet(build_lease_answer(SITE, _request(frames.ovmf_discover()), MessageType.OFFER, "10.0.0.20", 3600))
    assert packet.yiaddr == "10.0.0.20"
    assert packet.options[Option.LEASE_TIME] == (3600).to_bytes(4, "big")
    assert packet.options[Option.RENEWAL_TIME] == (1800).to_bytes(4, "big")
    assert packet.options[Option.REBINDING_TIME] == (3150).to_bytes(4, "big")
    assert packet.options[Option.SUBNET_MASK] == bytes((255, 255, 255, 0))
    assert Option.ROUTER not in packet.options
    assert packet.file == b"ipxe.efi"


def test_ipxe_is_told_not_to_wait_for_a_proxy() -> None:
    packet = _packet(build_lease_answer(SITE, _request(frames.ipxe_discover()), MessageType.OFFER, "10.0.0.20", 3600))
    assert packet.options[Option.IPXE] == bytes((176, 1, 1))


def test_a_plain_client_gets_an_address_and_nothing_to_boot() -> None:
    packet = _packet(build_lease_answer(SITE, _request(frames.plain(1)), MessageType.OFFER, "10.0.0.20", 3600))
    assert (packet.yiaddr, packet.file, packet.siaddr) == ("10.0.0.20", b"", "0.0.0.0")
    assert Option.VENDOR_CLASS not in packet.options


def test_a_nak_is_broadcast_and_gives_nothing() -> None:
    packet = build_nak(SITE, _request(frames.plain(3)))
    assert packet.flags == 0x8000
    assert packet.options == {Option.MESSAGE_TYPE: bytes((6,)), Option.SERVER_ID: bytes((10, 0, 0, 1))}


def test_a_nak_to_a_client_that_renews_is_broadcast_too() -> None:
    nak = build_nak(SITE, _request(frames.plain(3, ciaddr="10.0.0.20")))
    assert decide_destination(nak, relay_port=False, source=SOURCE).broadcast


@pytest.mark.parametrize(
    ("chosen", "giaddr", "address", "in_pool", "refused"),
    [
        ([(54, frames.address("10.0.0.1"))], "0.0.0.0", "10.0.0.9", False, True),
        ([], "0.0.0.0", "10.0.0.20", True, True),
        ([], "0.0.0.0", "192.168.99.9", False, True),
        ([], "0.0.0.0", "10.0.0.9", False, False),
        ([], "10.9.9.1", "10.9.9.9", False, False),
    ],
    ids=["it chose us", "of our pool", "kept from another network", "another server's here", "behind a relay"],
)
def test_a_nak_is_sent_only_where_it_is_ours_to_send(
    chosen: frames.Options, giaddr: str, address: str, *, in_pool: bool, refused: bool
) -> None:
    request = _request(frames.plain(3, *chosen, (50, frames.address(address)), giaddr=giaddr))
    assert may_refuse(SITE, request, address, in_pool=in_pool) is refused


SOURCE = ("10.0.1.1", 40000)


@pytest.mark.parametrize(
    ("fields", "relay_port", "boot_server", "wanted"),
    [
        ({}, False, False, Destination("255.255.255.255", 68, broadcast=True)),
        ({"ciaddr": "10.0.0.20"}, False, False, Destination(*SOURCE)),
        ({}, False, True, Destination(*SOURCE)),
        ({"giaddr": "10.0.9.1"}, False, False, Destination("10.0.9.1", 67)),
        ({"giaddr": "10.0.9.1"}, True, False, Destination("10.0.9.1", 40000)),
    ],
    ids=["no address yet", "has an address", "port 4011", "relayed", "relayed, RFC 8357"],
)
def test_replies_go_where_the_client_can_hear_them(
    fields: dict[str, str], wanted: Destination, *, relay_port: bool, boot_server: bool
) -> None:
    packet = parse_packet(frames.plain(1, **fields))
    assert decide_destination(packet, relay_port=relay_port, source=SOURCE, boot_server=boot_server) == wanted


def test_relay_information_comes_back_unchanged() -> None:
    options = [*frames.pxe_options(1), (82, b"\x01\x02ab")]
    packet = _packet(decide_proxy(SITE, _request(frames.frame(options, giaddr="10.0.9.1"))))
    assert (packet.options[Option.RELAY_INFO], packet.giaddr) == (b"\x01\x02ab", "10.0.9.1")


def test_a_raspberry_pi_is_known_by_its_card_and_gets_the_text_its_rom_looks_for() -> None:
    rom = frames.pxe_options(1, 0, "PXEClient:Arch:00000:UNDI:002001")
    packet = _packet(decide_proxy(SITE, _request(frames.frame(rom, mac="dc:a6:32:00:00:01"))))
    assert packet.file == b"start4.elf"
    assert b"Raspberry Pi Boot" in packet.options[Option.VENDOR_SPECIFIC]
    uefi = _packet(decide_proxy(SITE, _request(frames.frame(frames.pxe_options(1, 11), mac="dc:a6:32:00:00:01"))))
    assert (uefi.file, uefi.options[Option.VENDOR_SPECIFIC]) == (b"ipxe-arm64.efi", bytes.fromhex("060108ff"))


@pytest.mark.parametrize(
    ("code", "client", "file"),
    [
        (20, "HTTPClient", "http://10.0.0.1:8081/tftp/undionly.kpxe"),
        (21, "PXEClient", "ipxe-arm32.efi"),
        (22, "PXEClient", "ipxe-arm64.efi"),
        (24, "HTTPClient", "http://10.0.0.1:8081/tftp/ipxe-arm64.efi"),
        (6, "PXEClient", "ipxe-ia32.efi"),
    ],
    ids=["BIOS HTTP", "U-Boot ARM32", "U-Boot ARM64", "U-Boot ARM64 HTTP", "UEFI IA32"],
)
def test_the_rarer_kinds_are_given_theirs(code: int, client: str, file: str) -> None:
    options = frames.pxe_options(1, code, f"{client}:Arch:{code:05}:UNDI:003000")
    assert decide_proxy(SITE, _request(frames.frame(options))).boot_file == file
