"""What to answer, to whom, or why not: the whole PXE side of DHCP as one decision. Pure.

Which options firmware needs is measured (EDK2, SeaBIOS + iPXE): option 60 in every PXE offer, else a proxy's offer is ignored;
43.6=8 so that nobody asks port 4011 for a boot server list, else UEFI waits and fails with PXE-E16; the file name in the
header, since option 67 makes old ROMs append 0xFF and U-Boot reads the header only.
"""

import ipaddress
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urlsplit

from boot.config import DhcpMode
from boot.dhcp.link import Link
from boot.dhcp.packet import BROADCAST_FLAG, REPLY, MessageType, Option, Packet
from boot.dhcp.request import NO_ADDRESS, Client, DhcpRequest
from boot.errors import AssetError
from boot.firmware import RASPBERRY_PI, Architecture
from boot.notices import Refusal

BootFile = Callable[[Architecture], str]
"""The file for an architecture; AssetError says why there is none."""

_USE_THIS_FILE = bytes((6, 1, 8, 255))
_SAY_OTHERWISE = "; if it boots files of another, say so for its MAC in the ConfigMap architectures"
_RASPBERRY_PI_MENU = bytes((6, 1, 8, 9, 20, 0, 0, 17)) + b"Raspberry Pi Boot" + bytes((10, 4, 0)) + b"PXE" + bytes((255,))
"""The text its ROM looks for in option 43 before it loads anything."""
_NO_PROXY = bytes((176, 1, 1))
"""Option 175 sub-option 0xb0: iPXE does not wait two seconds for a proxy that will not come."""


@dataclass(frozen=True, slots=True)
class Site:
    """What answers are made of: our mode, addresses and URLs."""

    mode: DhcpMode
    address: str
    """Ours on the rack's network: options 54, siaddr."""
    boot_url: str
    boot_file: BootFile
    netmask: str = "255.255.255.0"
    router: str = ""
    dns: str = ""
    follow: bool = False
    """Whether `address` is only what our first interface had at the start, and not what the operator said."""

    def on(self, link: Link, *, first: bool) -> "Site":
        """What is told to machines on that interface: its own address, unless another was said for the first one."""
        if first and not self.follow:
            return self
        port = urlsplit(self.boot_url).port
        return replace(self, address=link.address, netmask=link.netmask, boot_url=f"http://{link.address}:{port}")

    @property
    def network(self) -> ipaddress.IPv4Network:
        return _network(self.address, self.netmask)

    def covers(self, address: str) -> bool:
        """Whether the address is of the network we are on."""
        return ipaddress.IPv4Address(address) in self.network


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, or None with the reason for silence; `remark` is for people, "" when silence is no news; `cause` goes with it."""

    packet: Packet | None
    boot_file: str = ""
    remark: str = ""
    cause: Refusal = Refusal.NO_BOOT_FILE


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a reply goes. `broadcast` leaves by the interface the request came from, to port 68."""

    address: str
    port: int
    broadcast: bool = False


def decide_boot_file(site: Site, request: DhcpRequest) -> tuple[str, str]:
    """The file name or URL for this client, and why there is none: ("", "") for one that does not boot from the network."""
    if request.client is Client.OTHER:
        return "", ""
    if request.client is Client.IPXE and request.speaks_http:
        return f"{site.boot_url}/boot.ipxe", ""
    architecture = request.architecture
    if architecture is None:
        return "", "it asks for a boot file without naming its architecture (option 93)"
    try:
        name = site.boot_file(architecture)
    except AssetError as error:
        return "", f"{error}{'' if architecture.boot_files else _SAY_OTHERWISE}"
    if request.client is Client.HTTP:
        return f"{site.boot_url}/tftp/{name}", ""
    # An iPXE without HTTP gets our own binary by TFTP; a bare name would be looked for on the DHCP server.
    return (f"tftp://{site.address}/{name}" if request.client is Client.IPXE else name), ""


def _why_no_file(request: DhcpRequest) -> Refusal:
    return Refusal.NO_ARCHITECTURE if request.architecture is None else Refusal.NO_BOOT_FILE


def decide_proxy(site: Site, request: DhcpRequest) -> Answer:
    """Beside the site's DHCP server: only DISCOVER is answered, and never with an address."""
    if request.type is not MessageType.DISCOVER:
        return Answer(None)
    file, remark = decide_boot_file(site, request)
    if not file:
        return Answer(None, remark=remark, cause=_why_no_file(request))
    return Answer(_build_reply(site, request, MessageType.OFFER, file), file)


def decide_boot_server(site: Site, request: DhcpRequest) -> Answer:
    """Port 4011: the second PXE round some firmware insists on (PXE 2.1, boot server discovery)."""
    if request.type not in (MessageType.REQUEST, MessageType.INFORM):
        return Answer(None)
    file, remark = decide_boot_file(site, request)
    if not file:
        return Answer(None, remark=remark, cause=_why_no_file(request))
    return Answer(_build_reply(site, request, MessageType.ACK, file), file)


def build_lease_answer(
    site: Site, request: DhcpRequest, kind: MessageType, address: str, lease_seconds: int, hostname: str = ""
) -> Answer:
    """OFFER or ACK of an address, with what boots it where it boots from the network."""
    file, remark = decide_boot_file(site, request)
    options = {
        Option.LEASE_TIME: struct.pack("!I", lease_seconds),
        Option.RENEWAL_TIME: struct.pack("!I", lease_seconds // 2),
        Option.REBINDING_TIME: struct.pack("!I", lease_seconds * 7 // 8),
        **_network_options(site),
    }
    if hostname:
        options[Option.HOST_NAME] = hostname.encode()
    if request.client is Client.IPXE:
        options[Option.IPXE] = _NO_PROXY
    return Answer(_build_reply(site, request, kind, file, address, options), file, remark, _why_no_file(request))


def build_inform_answer(site: Site, request: DhcpRequest) -> Answer:
    """ACK of an INFORM: what we know of the network, no address, no lease (RFC 2131 section 4.3.5)."""
    file, remark = decide_boot_file(site, request)
    reply = _build_reply(site, request, MessageType.ACK, file, options=_network_options(site))
    return Answer(reply, file, remark, _why_no_file(request))


def may_refuse(site: Site, request: DhcpRequest, address: str, *, in_pool: bool) -> bool:
    """Whether a NAK is ours to send to who asks for an address that is not its own here (RFC 2131 section 4.3.2).

    One it kept from before may be another server's lease on this network; behind a relay we do not know the network.
    """
    if request.server or in_pool:
        return True
    return request.packet.giaddr == NO_ADDRESS and not site.covers(address)


def build_nak(site: Site, request: DhcpRequest) -> Packet:
    """NAK, always broadcast by the relay or by us (RFC 2131 section 4.3.2)."""
    source = request.packet
    return Packet(
        op=REPLY,
        xid=source.xid,
        mac=source.mac,
        flags=source.flags | BROADCAST_FLAG,
        giaddr=source.giaddr,
        options=_returned(request, {Option.MESSAGE_TYPE: bytes((MessageType.NAK,)), Option.SERVER_ID: _packed(site.address)}),
    )


def decide_destination(packet: Packet, *, relay_port: bool, source: tuple[str, int], boot_server: bool = False) -> Destination:
    """RFC 2131 section 4.1, RFC 8357 for relays that do not listen on 67; broadcast rather than unicast to an address
    nobody answers ARP for yet."""
    if packet.giaddr != NO_ADDRESS:
        return Destination(packet.giaddr, source[1] if relay_port else 67)
    if boot_server or packet.ciaddr != NO_ADDRESS:
        return Destination(*source)
    return Destination("255.255.255.255", 68, broadcast=True)


def _network_options(site: Site) -> dict[Option, bytes]:
    options = {Option.SUBNET_MASK: _packed(site.netmask)}
    if site.router:
        options[Option.ROUTER] = _packed(site.router)
    if site.dns:
        options[Option.DNS] = _packed(site.dns)
    return options


def _build_reply(
    site: Site,
    request: DhcpRequest,
    kind: MessageType,
    file: str,
    address: str = NO_ADDRESS,
    options: dict[Option, bytes] | None = None,
) -> Packet:
    source = request.packet
    reply = {Option.MESSAGE_TYPE: bytes((kind,)), Option.SERVER_ID: _packed(site.address), **(options or {})}
    if file and request.client is Client.HTTP:
        # HTTP boot wants its own class back and takes the URL from option 67 (UEFI 2.5 section 23.7).
        reply |= {Option.VENDOR_CLASS: b"HTTPClient", Option.BOOT_FILE: file.encode()}
    elif file:
        pi = request.architecture is not None and request.architecture.code == RASPBERRY_PI
        menu = _RASPBERRY_PI_MENU if pi else _USE_THIS_FILE
        reply |= {Option.VENDOR_CLASS: b"PXEClient", Option.VENDOR_SPECIFIC: menu}
    return Packet(
        op=REPLY,
        xid=source.xid,
        mac=source.mac,
        flags=source.flags,
        giaddr=source.giaddr,
        ciaddr=source.ciaddr,
        yiaddr=address,
        siaddr=site.address if file else NO_ADDRESS,
        server_name=site.address.encode() if file else b"",
        file=file.encode(),
        options=_returned(request, reply),
    )


def _returned(request: DhcpRequest, options: dict[Option, bytes]) -> dict[int, bytes]:
    """With what the client or relay sent and wants to see again: its UUID and the relay's information."""
    given = request.packet.options
    again = {int(code): given[code] for code in (Option.CLIENT_UUID, Option.RELAY_INFO) if code in given}
    # The message type first: some ROMs read no further to tell what they got.
    return {**{int(code): value for code, value in options.items()}, **again}


@lru_cache(maxsize=64)
def _network(address: str, netmask: str) -> ipaddress.IPv4Network:
    """Asked for with every packet, of the few interfaces there are."""
    return ipaddress.IPv4Network(f"{address}/{netmask}", strict=False)


def _packed(dotted: str) -> bytes:
    return bytes(map(int, dotted.split(".")))
