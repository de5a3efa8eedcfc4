"""Which machines were rejected: asked by every protocol before it answers anybody."""

import logging
from collections.abc import Iterable

from boot.client.protocol import ChangeType, Client
from boot.clock import Clock
from boot.errors import ApiError, Expired
from boot.lifecycle.identity import claim_of
from boot.notices import NoticeFeed
from boot.resources.annotations import FENCED_BY, REJECTED
from boot.resources.base import Object
from boot.resources.kinds import SERVER
from boot.resources.metal import Server
from boot.runtime.holders import Holders

_LOG = logging.getLogger(__name__)

UNREACHABLE_RETRY = 2.0
_SILENCING = frozenset({REJECTED, FENCED_BY})
"""A server in the hands of a pivot, or that has moved to another plane, is as silent to as a rejected one."""


class Rejections:
    """`load` before anything is served, then `run` until cancelled."""

    def __init__(self, client: Client, notices: NoticeFeed, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._holders = Holders(notices)
        self._macs: dict[str, frozenset[str]] = {}
        """Rejected Server -> its NICs."""
        self._owners: dict[str, frozenset[str]] = {}
        """Any other Server -> its NICs: a NIC that moved to another box is that box's."""
        self._refused: frozenset[str] = frozenset()

    def refuses_mac(self, mac: str) -> bool:
        """A NIC of a rejected server, and of no other one."""
        return mac in self._refused

    def refuses_address(self, address: str) -> bool:
        """An address at which nothing but rejected servers' NICs was seen."""
        holders = self._holders.find(address)
        return bool(holders) and holders <= self._refused

    def refuses(self, mac: str, address: str) -> bool:
        """`mac` is "" where a protocol does not say it: then its address counts."""
        return self.refuses_mac(mac) if mac else self.refuses_address(address)

    async def load(self) -> int:
        """The revision that is known now; ApiError."""
        listing = await self._client.list(SERVER)
        self._macs, self._owners = {}, {}
        self._see(listing.items)
        return listing.revision

    async def run(self) -> None:
        while True:
            try:
                async for change in self._client.watch(SERVER, after=await self.load()):
                    if change.type is ChangeType.DELETED:
                        self._forget(change.object["metadata"]["name"])
                        self._sum_up()
                    else:
                        self._see([change.object])
            except Expired:
                continue
            except ApiError as error:
                _LOG.warning("rejections cannot be watched: %s", error)
                await self._clock.sleep(UNREACHABLE_RETRY)

    def _see(self, objects: Iterable[Object]) -> None:
        for obj in objects:
            server = Server.model_validate(obj)
            self._forget(server.name)
            kept = self._macs if server.metadata.annotations.keys() & _SILENCING else self._owners
            kept[server.name] = frozenset(claim_of(server).macs)
        self._sum_up()

    def _forget(self, name: str) -> None:
        self._macs.pop(name, None)
        self._owners.pop(name, None)

    def _sum_up(self) -> None:
        rejected = {mac for macs in self._macs.values() for mac in macs}
        others = {mac for macs in self._owners.values() if not macs.isdisjoint(rejected) for mac in macs} if rejected else set()
        self._refused = frozenset(rejected - others)
