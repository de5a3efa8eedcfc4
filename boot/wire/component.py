"""The component `wire`: tests our own DHCP on the wire, fetches what we advertise, and keeps watch for other servers."""

import asyncio
import socket
from collections.abc import Callable, Coroutine, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from boot.client.protocol import Client
from boot.clock import Clock
from boot.component import Bound
from boot.config import DhcpMode
from boot.dhcp.link import Link
from boot.dhcp.links import LinkChanges, open_link_changes, read_links
from boot.dhcp.packet import parse_packet
from boot.dhcp.request import PROBE_ID
from boot.errors import NotReady, PacketError
from boot.interfaces import list_interfaces
from boot.notices import DhcpServerSeen, NoticeFeed
from boot.port_holders import find_holder
from boot.resources.neighbours import OK, UNDER_WAY
from boot.wire.advertised import Advertised, fetch_advertised
from boot.wire.neighbours import Neighbour, join_neighbour, judge_neighbours, read_neighbour, render_neighbour
from boot.wire.probe import LISTENS, Trial
from boot.wire.published import publish
from boot.wire.tap import Heard, Tap

AGAIN = 300.0
"""Seconds between two tests while all is well."""
_GATHER = 0.5
"""Seconds in which what is heard is gathered before it is published."""


MOST_NEIGHBOURS = 50
"""Servers kept: whoever makes up identifiers must not fill the plane."""


class WireFault(NotReady):
    """Our own traffic does not get through: tried again, since an operator is about to mend it."""


@dataclass(frozen=True, slots=True)
class WireConfig:
    """`addresses` are server identifiers of ours besides the interfaces' own; `advertised` lists what machines on the interface
    with that address are sent to."""

    interfaces: Sequence[str]
    mode: DhcpMode
    addresses: frozenset[str]
    advertised: Callable[[str], Sequence[Advertised]]
    port: int = 67


class Wire:
    """Implements boot.component.Component; it has no port."""

    name = "wire"

    def __init__(self, config: WireConfig, client: Client, notices: NoticeFeed, clock: Clock) -> None:
        self._config = config
        self._client = client
        self._notices = notices
        self._clock = clock
        self._announced = False
        self._neighbours: dict[str, Neighbour] = {}
        self._seen: dict[str, tuple[datetime, datetime]] = {}
        self._asked = False
        self._self_test = UNDER_WAY
        self._trials: list[Trial] = []
        self._ours: frozenset[str] = frozenset()
        self._news = asyncio.Event()

    async def serve(self, bound: Bound) -> None:
        """WireFault with what is wrong; what was heard goes on being published until then."""
        if not self._announced:
            self._announced = True
            bound("", 0)  # nobody waits for a test to be over before machines are served
        with open_link_changes() as changes:
            while True:
                await self._watch(read_links(self._config.interfaces), changes, bound)

    async def _watch(self, links: Sequence[Link], changes: LinkChanges, bound: Bound) -> None:
        """Test and listen until there is another interface or address than `links`."""
        self._ours = self._list_ours(links)
        with ExitStack() as opened:
            taps = [(link, Tap(link)) for link in links]
            for _, tap in taps:
                opened.callback(tap.close)
            tasks = [asyncio.create_task(self._listen(link, tap)) for link, tap in taps]
            tasks.append(asyncio.create_task(self._publish_changes()))
            try:
                while read_links(self._config.interfaces) == links:
                    unplugged = self._list_unplugged()
                    await self._test(taps, unplugged)
                    bound("", 0)
                    await self._rest(links, changes, unplugged)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _rest(self, links: Sequence[Link], changes: LinkChanges, tested_without: Sequence[str]) -> None:
        """Until it is time to test again, at once when a cable or an address changed; containers come and go unnoticed."""
        until = self._clock.monotonic() + AGAIN
        while self._list_unplugged() == tested_without and read_links(self._config.interfaces) == links:
            left = until - self._clock.monotonic()
            if left <= 0:
                return
            await _either(changes.next(), self._clock.sleep(left))

    def _list_unplugged(self) -> list[str]:
        return [found.name for found in list_interfaces() if found.name in self._config.interfaces and not found.carrier]

    async def _test(self, taps: Sequence[tuple[Link, Tap]], unplugged: Sequence[str]) -> None:
        if len(unplugged) == len(taps):
            raise WireFault(f"{', '.join(unplugged)} has no link: plug the cable in, or switch the other end on")
        self._trials = [Trial(link, self._ours, tap.raw) for link, tap in taps if link.name not in unplugged]
        for trial in self._trials:
            trial.send(self._config.port)
        await self._clock.sleep(LISTENS)
        complaints = [trial.judge() for trial in self._trials] if self._config.mode is not DhcpMode.OFF else []
        for link, _ in taps[:1]:
            complaints += await fetch_advertised(self._config.advertised(link.address), link.address)
        self._asked = True
        self._self_test = "\n".join(filter(None, complaints)) or OK
        self._news.set()
        if self._self_test != OK:
            await self._publish()
            raise WireFault(self._self_test.splitlines()[0])

    def _list_ours(self, links: Sequence[Link]) -> frozenset[str]:
        """Server identifiers that are us; while we serve no DHCP, also who answers from this machine is somebody else."""
        if self._config.mode is DhcpMode.OFF:
            return frozenset()
        return self._config.addresses | {link.address for link in links}

    async def _listen(self, link: Link, tap: Tap) -> None:
        async for heard in tap.listen():
            for trial in self._trials:
                if trial.link == link:
                    trial.see(heard)
            self._see(heard)

    def _see(self, heard: Heard) -> None:
        try:
            packet = parse_packet(heard.data)
        except PacketError:
            return
        fresh = None if packet.options.get(61) == PROBE_ID else read_neighbour(packet, heard.source, heard.mac)
        if fresh is None or fresh.server in self._ours:
            return
        now = self._clock.now()
        known = self._neighbours.get(fresh.server)
        if known is None and len(self._neighbours) >= MOST_NEIGHBOURS:
            return
        joined = join_neighbour(known, fresh)
        if heard.outgoing and not joined.program:
            # It is sent from this machine and not by us: a libvirt or a forgotten dnsmasq.
            name, _ = find_holder(socket.SOCK_DGRAM, self._config.port)
            joined = join_neighbour(Neighbour(joined.server, program=name), joined)
        first, last = self._seen.get(fresh.server, (now, now))
        self._neighbours[fresh.server], self._seen[fresh.server] = joined, (first, now)
        if joined != known or (now - last).total_seconds() > AGAIN:
            self._news.set()
        if known is None or known.kind != joined.kind:
            self._notices.publish(
                DhcpServerSeen(
                    at=now, server=joined.server, kind=joined.kind, boot_file=joined.boot_file, next_server=joined.next_server
                )
            )

    async def _publish_changes(self) -> None:
        while True:
            await self._news.wait()
            await self._clock.sleep(_GATHER)
            self._news.clear()
            await self._publish()

    async def _publish(self) -> None:
        servers = {server: render_neighbour(found, *self._seen[server]) for server, found in self._neighbours.items()}
        verdict = "\n".join(judge_neighbours(self._config.mode, list(self._neighbours.values()), asked=self._asked))
        await publish(self._client, servers, verdict, self._self_test)


async def _either(*waits: Coroutine[None, None, None]) -> None:
    """Return once the first of them does."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
