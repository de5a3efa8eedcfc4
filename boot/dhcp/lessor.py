"""The full server: what each message does to the leases, and the answer (RFC 2131 section 4.3)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from boot.config import AddressRange
from boot.dhcp.answer import Answer, Site, build_inform_answer, build_lease_answer, build_nak, may_refuse
from boot.dhcp.conflicts import ConflictProbe
from boot.dhcp.lease_file import LeaseFile
from boot.dhcp.leases import LEASED, Lease, Leases
from boot.dhcp.networks import Network, decide_network
from boot.dhcp.overrides import Overrides
from boot.dhcp.packet import MessageType
from boot.dhcp.request import DhcpRequest
from boot.notices import Refusal

_CANDIDATES = 4
"""Addresses in a row that somebody else may answer for: after that the operator has to look."""
SILENCE = Answer(None)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, on the network it is from; `probe` is None where nobody's ARP would be heard."""

    site: Site
    request: DhcpRequest
    network: Network
    probe: ConflictProbe | None

    @property
    def told(self) -> Site:
        """The site as machines of that network are told of it."""
        return replace(self.site, netmask=self.network.netmask, router=self.network.router)


class Lessor:
    """`ranges` are what may be leased; answers come once they are on disk where they promise anything."""

    def __init__(self, leases: Leases, file: LeaseFile, ranges: tuple[AddressRange, ...], overrides: Overrides) -> None:
        self._leases = leases
        self._file = file
        self._ranges = ranges
        self._overrides = overrides
        self._probing: set[str] = set()
        self._checked: dict[str, str] = {}
        """Address -> the MAC it was offered to when nobody answered for it: a repeated DISCOVER asks nobody again."""
        self._rows: Mapping[MessageType, Callable[[Asked], Awaitable[Answer]]] = {
            MessageType.DISCOVER: self._discover,
            MessageType.REQUEST: self._request,
            MessageType.DECLINE: self._decline,
            MessageType.RELEASE: self._release,
            MessageType.INFORM: self._inform,
        }

    def keep_out(self, address: str) -> None:
        self._leases.keep_out(address)

    async def answer(self, site: Site, request: DhcpRequest, probe: ConflictProbe | None) -> Answer:
        row = self._rows.get(request.type)
        if row is None:
            return SILENCE
        self._leases.reserve({found.mac: found.address for found in self._overrides.reservations.values()})
        network = decide_network(request, site.network, site.router, self._ranges)
        if network is None:
            relay = request.link_selection or request.packet.giaddr
            told = f"no --dhcp-range is of the network behind relay {relay}: add one with its prefix, A-B/24"
            return Answer(None, remark=told, cause=Refusal.NO_RANGE)
        try:
            return await row(Asked(site, request, network, None if network.relayed else probe))
        except OSError as error:
            told = f"the lease cannot be written: {error.strerror}: make room on the disk of the state directory"
            return Answer(None, remark=told, cause=Refusal.UNSAVED)

    async def _discover(self, asked: Asked) -> Answer:
        mac = asked.request.mac
        if asked.request.probe and asked.network.ranges:
            return self._build(asked, MessageType.OFFER, asked.network.ranges[0].first)  # our own test takes no address
        if mac in self._probing:
            return SILENCE  # it asked again while its address is being looked at: the first answer will do
        self._probing.add(mac)
        try:
            lease, remark = await self._find_address(asked)
        finally:
            self._probing.discard(mac)
        if lease is None and not asked.network.ranges:
            told = f"no --dhcp-range is of the interface's network {asked.network.network}: add one"
            return Answer(None, remark=told, cause=Refusal.NO_RANGE)
        if lease is None:
            cause = Refusal.ADDRESS_IN_USE if remark else Refusal.POOL_EXHAUSTED
            return Answer(None, remark=remark or "every address of the pool is taken: widen --dhcp-range", cause=cause)
        answer = self._build(asked, MessageType.OFFER, lease.address)
        return replace(answer, remark=remark, cause=Refusal.ADDRESS_IN_USE) if remark else answer

    async def _find_address(self, asked: Asked) -> tuple[Lease | None, str]:
        """A hold on an address that nobody else has, and who had others that were tried; None when there is none."""
        request, remark = asked.request, ""
        own = self._reserved(asked)
        for _ in range(_CANDIDATES):
            lease = self._leases.offer(request.mac, request.requested, ranges=asked.network.ranges, own=own)
            if lease is None or not self._should_check(asked, lease, own):
                return lease, remark
            owner = await asked.probe.find_owner(lease.address, request.mac) if asked.probe else ""
            if not owner:
                self._checked[lease.address] = request.mac
                return lease, remark
            self._leases.decline(request.mac, lease.address)
            remark = f"{lease.address} is in use by {owner}: not handed out for a while"
        return None, remark

    def _should_check(self, asked: Asked, lease: Lease, own: str) -> bool:
        known = lease.bound or lease.address == own or self._checked.get(lease.address) == asked.request.mac
        return asked.probe is not None and not known

    async def _request(self, asked: Asked) -> Answer:
        request, leases = asked.request, self._leases
        if request.server and request.server != asked.site.address:
            leases.drop_hold(request.mac)
            return SILENCE  # it took another server's offer
        address = request.requested or request.packet.ciaddr
        own = self._reserved(asked)
        if own == address:
            leases.offer(request.mac, ranges=asked.network.ranges, own=own)
        misplaced = bool(own) and own != address
        # A machine that was moved to another network still has its lease in mind: it is of no use there.
        lease = None if misplaced or not asked.network.covers(address) else leases.commit(request.mac, address)
        if lease is not None:
            self._checked.pop(address, None)
            await self._file.save()
            return self._build(asked, MessageType.ACK, lease.address)
        if not misplaced and not may_refuse(asked.site, request, address, in_pool=leases.contains(address)):
            return SILENCE
        whose = f"{own} is reserved for it" if misplaced else f"{address} is not its address"
        told = f"{whose}: {address} refused, it will ask anew" if misplaced else f"{whose}: refused, it will ask anew"
        return Answer(build_nak(asked.site, request), remark=told, cause=Refusal.NOT_ITS_ADDRESS)

    async def _decline(self, asked: Asked) -> Answer:
        request = asked.request
        if not self._leases.decline(request.mac, request.requested):
            return SILENCE
        await self._file.save()
        told = f"it says that somebody else has {request.requested}: not handed out for a while"
        return Answer(None, remark=told, cause=Refusal.DECLINED)

    async def _release(self, asked: Asked) -> Answer:
        self._leases.release(asked.request.mac)
        await self._file.save()
        return SILENCE

    async def _inform(self, asked: Asked) -> Answer:
        return build_inform_answer(asked.told, asked.request)

    def _build(self, asked: Asked, kind: MessageType, address: str) -> Answer:
        reservation = self._overrides.reservations.get(asked.request.mac)
        hostname = reservation.hostname if reservation else ""
        return build_lease_answer(asked.told, asked.request, kind, address, int(LEASED.total_seconds()), hostname)

    def _reserved(self, asked: Asked) -> str:
        """The address kept for it, where that is of the network it asks from."""
        reservation = self._overrides.reservations.get(asked.request.mac)
        return reservation.address if reservation and asked.network.covers(reservation.address) else ""
