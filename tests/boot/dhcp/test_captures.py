"""What real firmware sent, read and answered."""

import ipaddress
from contextlib import suppress
from pathlib import Path

import pytest

from boot.config import AddressRange, DhcpMode
from boot.dhcp.answer import Site, build_lease_answer, decide_boot_file
from boot.dhcp.networks import decide_network
from boot.dhcp.packet import MessageType, Option, encode_packet, parse_packet
from boot.dhcp.request import Client, read_request
from boot.errors import PacketError
from boot.wire.neighbours import read_neighbour

CAPTURES = Path(__file__).parents[2] / "captures" / "dhcp"
SITE = Site(DhcpMode.PROXY, "10.0.0.1", "http://10.0.0.1:8081", lambda architecture: architecture.boot_files[0])
SCRIPT, URL = "http://10.0.0.1:8081/boot.ipxe", "http://10.0.0.1:8081/tftp/ipxe.efi"
UEFI_UUID, HTTP_UUID = "11223344-5566-7788-99aa-bbccddeeff02", "11223344-5566-7788-99aa-bbccddeeff03"
FAR = AddressRange(first="10.7.0.20", last="10.7.0.29", prefix=24)
BLANK = "00000000-0000-0000-0000-000000000000"


def _read(name: str) -> bytes:
    return bytes.fromhex((CAPTURES / f"{name}.hex").read_text())


@pytest.mark.parametrize(
    ("name", "kind", "client", "architecture", "uuid", "file"),
    [
        ("ovmf-pxe-discover", MessageType.DISCOVER, Client.PXE, 7, UEFI_UUID, "ipxe.efi"),
        ("ovmf-pxe-request", MessageType.REQUEST, Client.PXE, 7, UEFI_UUID, "ipxe.efi"),
        ("ovmf-boot-server-request", MessageType.REQUEST, Client.PXE, 7, UEFI_UUID, "ipxe.efi"),
        ("ovmf-http-discover", MessageType.DISCOVER, Client.HTTP, 16, HTTP_UUID, URL),
        ("ovmf-http-request", MessageType.REQUEST, Client.HTTP, 16, HTTP_UUID, URL),
        ("seabios-ipxe-rom-discover", MessageType.DISCOVER, Client.IPXE, 0, BLANK, SCRIPT),
        ("seabios-ipxe-rom-request", MessageType.REQUEST, Client.IPXE, 0, BLANK, SCRIPT),
        ("ovmf-chained-ipxe-discover", MessageType.DISCOVER, Client.IPXE, 7, UEFI_UUID, SCRIPT),
    ],
)
def test_real_firmware_is_recognised_and_given_its_file(
    name: str, kind: MessageType, client: Client, architecture: int, uuid: str, file: str
) -> None:
    request = read_request(parse_packet(_read(name)))
    assert (request.type, request.client, request.uuid) == (kind, client, uuid)
    assert request.architecture is not None
    assert request.architecture.code == architecture
    assert decide_boot_file(SITE, request) == (file, "")


def test_another_servers_offer_is_no_request() -> None:
    with pytest.raises(PacketError, match="a reply"):
        read_request(parse_packet(_read("dnsmasq-offer")))


@pytest.mark.parametrize("name", sorted(path.stem for path in CAPTURES.glob("*.hex")))
def test_a_packet_cut_anywhere_is_read_or_refused(name: str) -> None:
    data, read = _read(name), 0
    for length in range(len(data)):
        with suppress(PacketError):
            parse_packet(data[:length])
            read += 1
    assert 0 < read < len(data) - 240


@pytest.mark.parametrize(
    ("name", "kind"),
    [("dhcrelay-of-dhclient-discover", MessageType.DISCOVER), ("dhcrelay-of-dhclient-request", MessageType.REQUEST)],
)
def test_what_a_real_relay_added_goes_back_to_it_last(name: str, kind: MessageType) -> None:
    request = read_request(parse_packet(_read(name)))
    assert (request.type, request.client, request.packet.giaddr, request.packet.hops) == (kind, Client.OTHER, "10.7.0.1", 1)
    network = decide_network(request, ipaddress.IPv4Network("192.168.254.0/24"), "", [FAR])
    assert network is not None
    assert (network.router, network.netmask) == ("10.7.0.1", "255.255.255.0")
    reply = build_lease_answer(SITE, request, MessageType.OFFER, "10.7.0.20", 3600).packet
    assert reply is not None
    again = encode_packet(reply)
    relayed = request.packet.options[Option.RELAY_INFO]
    assert relayed
    assert bytes((Option.RELAY_INFO, len(relayed))) + relayed + b"\xff" in again


@pytest.mark.parametrize("name", ["isc-offer-to-uefi", "kea-offer-to-uefi", "dnsmasq-offer-to-uefi"])
def test_what_real_servers_say_with_our_configuration_is_a_neighbour_that_sends_machines_here(name: str) -> None:
    found = read_neighbour(parse_packet(_read(name)), "192.168.254.3", "52:54:00:00:00:03")
    assert found is not None
    assert (found.server, found.leases, found.pxe, found.network) == ("192.168.254.3", True, False, "192.168.254.0/24")
    assert (found.next_server, found.boot_file, found.router) == ("192.168.254.1", "ipxe.efi", "192.168.254.3")
    assert found.kind == "DHCP server that says what to boot"
