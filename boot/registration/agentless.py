"""Registration without an agent: each report of an iPXE script becomes, or refreshes, a Server through the Client."""

import asyncio
from collections.abc import Mapping

from boot.client.events import EventRecorder
from boot.client.protocol import Client
from boot.clock import Clock
from boot.errors import AlreadyExists, ApiError, NotFound
from boot.lifecycle.identity import (
    DUPLICATE_ANNOTATION,
    Claim,
    Identity,
    Reported,
    claim_of,
    decide_identity,
    find_known,
    parse_mac,
    parse_uuid,
)
from boot.notices import NoticeFeed, Registered
from boot.registration.claims import Claims
from boot.registration.inventory import parse_processor, parse_system, socket_exists
from boot.registration.servers import Report, build_duplicate_mark, build_processors, build_refresh, build_server
from boot.resources.kinds import SERVER
from boot.resources.metal import Server


class Registrar:
    """Fulfils boot.ipxe.registrar.Registrar. `auto_accept` is what new Servers get as spec.accepted.

    Claims of known Servers are read once and kept: the decision who a machine is and its entry here happen without a
    pause in between, so of two boxes with one UUID that report at the same moment only one gets its name.
    """

    def __init__(self, client: Client, notices: NoticeFeed, clock: Clock, *, auto_accept: bool = False) -> None:
        self._client = client
        self._notices = notices
        self._clock = clock
        self._auto_accept = auto_accept
        self._events = EventRecorder(client, clock)
        self._claims = Claims(clock)
        self._loaded = False
        self._loading = asyncio.Lock()

    async def report_system(self, fields: Mapping[str, str], address: str) -> str:
        """Create or refresh the Server; returns its name once it is stored. PacketError, ApiError."""
        return await self.report(parse_system(fields, address), address)

    async def report(self, report: Report, address: str) -> str:
        """Create or refresh the Server that this report is about; returns its name once it is stored. ApiError."""
        await self._load()
        self._claims.hear(report.reported.mac)
        while True:
            known = self._claims.about(report.reported)
            identity = decide_identity(report.reported, known, self._claims.present(known))
            before = self._claims.get(identity.name)
            self._claims.put(_extend(before, identity.name, report.reported))
            try:
                await (self._refresh if before else self._create)(report, identity, address)
            except NotFound:
                self._claims.remove(identity.name)  # deleted behind our back: the next round creates it
                continue
            except AlreadyExists:
                await self._learn(identity.name)  # created behind our back: the next round knows it
                continue
            except ApiError:
                self._claims.remove(identity.name)
                if before:
                    self._claims.put(before)
                raise
            break
        self._tell(report, identity, address, created=before is None)
        await self._mark_duplicates(identity)
        return identity.name

    async def report_processor(self, fields: Mapping[str, str], position: int) -> int | None:
        """Put this socket's CPU at `position`; returns the next position, None past the last socket."""
        server = await self.find(parse_uuid(fields.get("uuid", "")), parse_mac(fields.get("mac", "")))
        if server is None:
            return None
        hardware = server.spec.hardware
        processors = list((hardware.compute.processors if hardware and hardware.compute else None) or ())
        processor = parse_processor(fields)
        if processor is not None:
            processors[position : position + 1] = [processor]
        elif not socket_exists(fields):
            del processors[position:]
        if patch := build_processors(server, processors):
            await self._client.patch(SERVER, server.name, patch)
        if not socket_exists(fields):
            return None
        return position if processor is None else position + 1

    async def find(self, uuid: str, mac: str) -> Server | None:
        """The Server that a machine registered as, None when it did not or the Server was deleted."""
        await self._load()
        self._claims.hear(mac)
        reported = Reported(mac, uuid)
        known = self._claims.about(reported)
        while claim := find_known(reported, known, self._claims.present(known)):
            try:
                return Server.model_validate(await self._client.get(SERVER, claim.server))
            except NotFound:
                self._claims.remove(claim.server)
                known.remove(claim)
        return None

    async def find_by_uuid(self, uuid: str) -> list[Server]:
        """Every Server that claims this SMBIOS UUID: an agent may send nothing else of itself."""
        await self._load()
        found = []
        for claim in self._claims.about(Reported("", uuid)) if uuid else ():
            try:
                found.append(Server.model_validate(await self._client.get(SERVER, claim.server)))
            except NotFound:
                self._claims.remove(claim.server)
        return found

    async def _load(self) -> None:
        async with self._loading:
            if self._loaded:
                return
            servers = await self._client.list(SERVER)
            for item in servers.items:
                self._claims.put(claim_of(Server.model_validate(item)))
            self._loaded = True

    async def _create(self, report: Report, identity: Identity, address: str) -> None:
        server = build_server(report, identity, address, accepted=self._auto_accept)
        created = await self._client.create(SERVER, server)
        self._claims.put(claim_of(Server.model_validate(created)))
        await self._events.record(created, "Server Registration", report.told)

    async def _refresh(self, report: Report, identity: Identity, address: str) -> None:
        current = Server.model_validate(await self._client.get(SERVER, identity.name))
        if patch := build_refresh(current, report, identity, address):
            refreshed = await self._client.patch(SERVER, identity.name, patch)
            self._claims.put(_extend(claim_of(Server.model_validate(refreshed)), identity.name, report.reported))

    async def _learn(self, name: str) -> None:
        try:
            self._claims.put(claim_of(Server.model_validate(await self._client.get(SERVER, name))))
        except NotFound:
            self._claims.remove(name)

    async def _mark_duplicates(self, identity: Identity) -> None:
        for other in identity.duplicates:
            try:
                marked = Server.model_validate(await self._client.get(SERVER, other)).metadata.annotations
                if DUPLICATE_ANNOTATION not in marked:
                    await self._client.patch(SERVER, other, build_duplicate_mark(identity.name))
            except NotFound:
                self._claims.remove(other)

    def _tell(self, report: Report, identity: Identity, address: str, *, created: bool) -> None:
        self._notices.publish(
            Registered(
                at=self._clock.now(),
                mac=report.reported.mac,
                address=address,
                uuid=report.uuid,
                server=identity.name,
                created=created,
                remark=identity.reason,
            )
        )


def _extend(claim: Claim | None, server: str, reported: Reported) -> Claim:
    macs = dict.fromkeys((*(claim.macs if claim else ()), reported.mac))
    return Claim(server, tuple(macs), reported.uuid, reported.serial or (claim.serial if claim else ""))
