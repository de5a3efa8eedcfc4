"""What real firmware sent, read and answered."""

from contextlib import suppress
from pathlib import Path

import pytest

from boot.config import DhcpMode
from boot.dhcp.answer import Site, decide_boot_file
from boot.dhcp.packet import MessageType, parse_packet
from boot.dhcp.request import Client, read_request
from boot.errors import PacketError

CAPTURES = Path(__file__).parents[2] / "captures" / "dhcp"
SITE = Site(DhcpMode.PROXY, "10.0.0.1", "http://10.0.0.1:8081", lambda architecture: architecture.boot_files[0])
SCRIPT, URL = "http://10.0.0.1:8081/boot.ipxe", "http://10.0.0.1:8081/tftp/ipxe.efi"
UEFI_UUID, HTTP_UUID = "11223344-5566-7788-99aa-bbccddeeff02", "11223344-5566-7788-99aa-bbccddeeff03"
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
