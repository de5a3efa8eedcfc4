"""A packet -> what it asks for: one small value, so that the decision reads no bytes. Pure."""

import ipaddress
import uuid
from dataclasses import dataclass
from enum import StrEnum

from boot.dhcp.packet import REQUEST, MessageType, Option, Packet
from boot.errors import PacketError
from boot.firmware import RASPBERRY_PI, Architecture, find_architecture

NO_ADDRESS = "0.0.0.0"
_RELAY_SOURCE_PORT = 19
"""Sub-option of option 82 (RFC 8357): the relay does not listen on port 67."""
_LINK_SELECTION = 5
"""Sub-option of option 82 (RFC 3527): the client's network, where it is not that of giaddr."""
PROBE_ID = b"\0sidero-tui-probe"
"""Client identifier (type 0: no hardware address) of our own test DISCOVER, ours or another laptop's."""
_IPXE_HTTP = 19
"""Feature of option 175: this build of iPXE speaks HTTP (0x13)."""


_RASPBERRY_PI_CARDS = ("b8:27:eb:", "dc:a6:32:", "e4:5f:01:", "28:cd:c1:", "d8:3a:dd:", "2c:cf:67:")
"""Its boot ROM says that it is an x86 BIOS."""


class Client(StrEnum):
    """What kind of program asks."""

    PXE = "PXEClient"
    HTTP = "HTTPClient"
    IPXE = "iPXE"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class DhcpRequest:
    """`packet` is kept for what goes back unchanged; `relay_port` is 0 unless the relay asked for its source port."""

    packet: Packet
    type: MessageType
    client: Client
    architecture: Architecture | None
    uuid: str
    user_class: str
    vendor_class: str
    speaks_http: bool
    relay_port: bool
    link_selection: str
    """Address the relay chose the network by, or ""."""
    probe: bool
    """A test of ours or of another sidero-tui: answered like any other, and no machine."""
    ipxe_features: bool
    """Option 175 is there: it is iPXE, whatever its user class says."""

    @property
    def mac(self) -> str:
        return self.packet.mac

    @property
    def requested(self) -> str:
        """Option 50, or ""."""
        return self.packet.address(Option.REQUESTED_ADDRESS)

    @property
    def server(self) -> str:
        """Option 54, or ""."""
        return self.packet.address(Option.SERVER_ID)


def read_request(packet: Packet) -> DhcpRequest:
    """PacketError when it is no request a client makes."""
    if packet.op != REQUEST:
        raise PacketError("a reply, not a request")
    kind = packet.options.get(Option.MESSAGE_TYPE, b"")
    if len(kind) != 1 or kind[0] not in MessageType.__members__.values():
        raise PacketError("no DHCP message type")
    vendor = packet.options.get(Option.VENDOR_CLASS, b"").decode("latin-1").rstrip("\0")
    user = _read_user_class(packet.options.get(Option.USER_CLASS, b""))
    features = _sub_options(packet.options.get(Option.IPXE, b""))
    relay = _sub_options(packet.options.get(Option.RELAY_INFO, b""))
    selected = relay.get(_LINK_SELECTION, b"")
    return DhcpRequest(
        packet=packet,
        type=MessageType(kind[0]),
        client=_classify(vendor, user),
        architecture=_read_architecture(packet, vendor),
        uuid=_read_uuid(packet.options.get(Option.CLIENT_UUID, b"")),
        user_class=user,
        vendor_class=vendor,
        # A client without option 175 hides its features; every iPXE of the last ten years has HTTP.
        speaks_http=not features or _IPXE_HTTP in features,
        ipxe_features=bool(features),
        relay_port=_RELAY_SOURCE_PORT in relay,
        link_selection=str(ipaddress.IPv4Address(selected)) if len(selected) == 4 else "",
        probe=packet.options.get(Option.CLIENT_ID, b"") == PROBE_ID,
    )


def _classify(vendor: str, user: str) -> Client:
    if user == "iPXE":
        return Client.IPXE
    if vendor.startswith("PXEClient"):
        return Client.PXE
    return Client.HTTP if vendor.startswith("HTTPClient") else Client.OTHER


def _read_user_class(data: bytes) -> str:
    """Option 77: raw text (iPXE) or the length-prefixed items of RFC 3004, of which the first counts."""
    if data and data[0] < len(data) and data[0] == len(data) - 1:
        data = data[1:]
    return data.decode("latin-1").rstrip("\0")


def _read_architecture(packet: Packet, vendor: str) -> Architecture | None:
    """Option 93 is a list of 16-bit codes; the first counts (RFC 4578 section 2.1)."""
    data = packet.options.get(Option.ARCHITECTURE, b"")
    if len(data) < 2:
        return None
    code = int.from_bytes(data[:2], "big")
    disguised = code == 0 and vendor.startswith("PXEClient") and packet.mac.startswith(_RASPBERRY_PI_CARDS)
    return find_architecture(RASPBERRY_PI if disguised else code)


def _read_uuid(data: bytes) -> str:
    """Option 97: type 0, then the UUID with its first three fields little-endian, as SMBIOS has it; "" if malformed."""
    return str(uuid.UUID(bytes_le=data[1:])) if len(data) == 17 and data[0] == 0 else ""


def _sub_options(data: bytes) -> dict[int, bytes]:
    """Code, length, value; whatever runs past the end is left out."""
    found: dict[int, bytes] = {}
    position = 0
    while position + 2 <= len(data):
        code, length = data[position], data[position + 1]
        if position + 2 + length > len(data):
            break
        found[code] = data[position + 2 : position + 2 + length]
        position += 2 + length
    return found
