"""What the wire says about power: a server that asks for an address as it starts is on, whatever its BMC says."""

import logging

from boot.client.protocol import Client
from boot.clock import Clock
from boot.errors import ApiError
from boot.feed import FeedGone
from boot.notices import DhcpDiscovered, NoticeFeed, Registered
from boot.power.book import SpecPowerBook
from boot.resources.boots import Boot
from boot.resources.kinds import BOOT

_LOG = logging.getLogger(__name__)


class PowerWitness:
    """Runs until cancelled. Which server a MAC is, it knows from the Boots at the start and from registrations since."""

    def __init__(self, client: Client, notices: NoticeFeed, clock: Clock, book: SpecPowerBook) -> None:
        self._client = client
        self._notices = notices
        self._clock = clock
        self._book = book
        self._servers: dict[str, str] = {}

    async def run(self) -> None:
        await self._load()
        seen = self._notices.floor
        while True:
            await self._notices.wait(seen)
            try:
                fresh = self._notices.after(seen)
            except FeedGone:
                seen = self._notices.floor
                continue
            for _, notice in fresh:
                if isinstance(notice, Registered) and notice.mac:
                    self._servers[notice.mac] = notice.server
                elif isinstance(notice, DhcpDiscovered) and notice.mac in self._servers:
                    self._book.heard(self._servers[notice.mac])
            seen = fresh[-1][0]

    async def _load(self) -> None:
        try:
            boots = [Boot.model_validate(obj) for obj in (await self._client.list(BOOT)).items]
        except ApiError as error:
            _LOG.info("which MAC is which server is learned from registrations only: %s", error)
            return
        self._servers = {boot.spec.mac: boot.status.server for boot in boots if boot.status.server}
