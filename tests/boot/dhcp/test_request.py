import pytest

from boot.dhcp.packet import MessageType, parse_packet
from boot.dhcp.request import Client, DhcpRequest, read_request
from boot.errors import PacketError
from tests.boot.dhcp import frames


def _read(data: bytes) -> DhcpRequest:
    return read_request(parse_packet(data))


def test_ovmf_is_a_pxe_client_of_its_architecture_with_the_uuid_smbios_has() -> None:
    request = _read(frames.ovmf_discover())
    assert (request.type, request.client, request.uuid) == (MessageType.DISCOVER, Client.PXE, frames.UUID)
    assert request.architecture is not None
    assert request.architecture.title == "UEFI x86-64"


@pytest.mark.parametrize("user_class", [b"iPXE", b"\x04iPXE", b"iPXE\0"])
def test_ipxe_is_known_by_its_user_class_raw_or_with_length(user_class: bytes) -> None:
    assert _read(frames.ipxe_discover(user_class=user_class)).client is Client.IPXE


@pytest.mark.parametrize(
    ("features", "speaks"), [(frames.IPXE_FEATURES, True), (b"", True), (bytes((21, 1, 1)), False), (b"\x13\x01\x01", True)]
)
def test_ipxe_says_whether_it_speaks_http(features: bytes, *, speaks: bool) -> None:
    assert _read(frames.ipxe_discover(features=features)).speaks_http is speaks


def test_ipxe_shows_by_its_features_where_its_user_class_is_missing() -> None:
    assert _read(frames.ipxe_discover(user_class=b"")).ipxe_features
    assert not _read(frames.ovmf_discover()).ipxe_features


def test_http_boot_and_plain_clients_are_told_apart() -> None:
    assert _read(frames.http_discover()).client is Client.HTTP
    assert _read(frames.plain(1, (60, b"udhcp 1.35.0"))).client is Client.OTHER


@pytest.mark.parametrize("uuid", [b"", b"\x00short", b"\x01" + bytes(16)])
def test_a_malformed_uuid_is_none_at_all(uuid: bytes) -> None:
    assert _read(frames.plain(1, (97, uuid))).uuid == ""


@pytest.mark.parametrize("data", [frames.frame([]), frames.frame([(53, b"\x63")]), frames.frame([(53, b"\x01\x01")])])
def test_a_message_without_a_known_type_is_refused(data: bytes) -> None:
    with pytest.raises(PacketError, match="no DHCP message type"):
        _read(data)


def test_a_reply_is_not_a_request() -> None:
    with pytest.raises(PacketError, match="a reply"):
        _read(frames.frame([(53, b"\x02")], op=2))


def test_a_relay_that_wants_its_source_port_is_heard() -> None:
    assert _read(frames.plain(1, (82, b"\x01\x02ab\x13\x00"))).relay_port
    assert not _read(frames.plain(1, (82, b"\x01\x02ab"))).relay_port
