"""GET /configdata?uuid=: an allocated server's machine config, to that server alone. Every answer is told.

Status codes as Sidero's metadata server (facts of cluster-api 2.10): 404 where there is no config yet, so that Talos asks
again, 500 where one cannot be made; and 403 for whoever is not that server.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from boot.client.allocation import find_allocation
from boot.client.events import EventRecorder
from boot.client.protocol import Client
from boot.clock import Clock
from boot.errors import ApiError, ConfigError, PacketError
from boot.lifecycle.guard import Rules
from boot.lifecycle.identity import claim_of, parse_uuid
from boot.lifecycle.serving import decide_caller, decide_config
from boot.metadata.bindings import BindingNotes
from boot.metadata.sources import Config, NotYetError, build_config
from boot.notices import ConfigRefused, ConfigServed, NoticeFeed
from boot.resources.base import Object
from boot.resources.kinds import SERVER
from boot.resources.metal import Server
from boot.runtime.holders import Holders
from boot.talos.documents import render_documents

PATH = "/configdata"
TOLD_AGAIN = 60.0
"""Seconds until the same refusal of the same server becomes an Event again: Talos asks every few seconds."""


@dataclass(frozen=True, slots=True)
class _Refused(Exception):
    status: int
    reason: str


class Servers(Protocol):
    async def find(self, uuid: str, mac: str, /) -> Server | None:
        """The Server that a box with this UUID ("" for none) and NIC is."""
        ...

    async def find_by_uuid(self, uuid: str, /) -> Sequence[Server]:
        """Every Server that reports this SMBIOS UUID: two boxes may."""
        ...


class ConfigService:
    def __init__(self, client: Client, servers: Servers, notices: NoticeFeed, clock: Clock, rules: Rules) -> None:
        self._client = client
        self._servers = servers
        self._notices = notices
        self._clock = clock
        self._rules = rules
        self._holders = Holders(notices)
        self._events = EventRecorder(client, clock)
        self._bindings = BindingNotes(client, clock)
        self._told: dict[str, tuple[str, float]] = {}
        """By server: what was told last, and when."""

    def routes(self) -> list[web.RouteDef]:
        return [web.get(PATH, self._answer, allow_head=False)]

    async def _answer(self, request: web.Request) -> web.Response:
        uuid, address = request.query.get("uuid", ""), request.remote or ""
        server: Server | None = None
        try:
            server = await self._find(uuid, address)
            config = await self._config(server, address)
        except _Refused as refused:
            await self._tell_refusal(server, uuid, address, refused.reason)
            return web.Response(status=refused.status, text=f"{refused.reason}\n")
        await self._tell_served(server, config, address)
        text = render_documents(config.composed.config.documents)
        return web.Response(text=text, content_type="application/yaml", headers={"Cache-Control": "no-store"})

    async def _find(self, uuid: str, address: str) -> Server:
        """By the NIC that was seen at its address, else by its UUID: two boxes may have the same one, or one of zeros."""
        try:
            parsed = parse_uuid(uuid)
            for mac in sorted(self._holders.find(address)):
                if (server := await self._servers.find(parsed, mac)) is not None:
                    return server
            candidates = await self._servers.find_by_uuid(parsed) if parsed else ()
        except PacketError as error:
            raise _Refused(500, str(error)) from error
        except ApiError as error:
            raise _Refused(500, error.message) from error
        if not parsed:
            raise _Refused(500, "no uuid: the kernel argument is talos.config=.../configdata?uuid=")
        if not candidates:
            raise _Refused(404, f"no server {parsed} is known here")
        mine = [server for server in candidates if decide_caller(server, address, frozenset()).allowed]
        return mine[0] if len(mine) == 1 else candidates[0]

    async def _config(self, server: Server, address: str) -> Config:
        caller = decide_caller(server, address, self._holders.find(address))
        if not caller.allowed:
            raise _Refused(403, caller.reason)
        try:
            config = await build_config(self._client, server, await find_allocation(self._client, server))
        except NotYetError as error:
            raise _Refused(404, str(error)) from error
        except ConfigError as error:
            await self._bindings.note_invalid(server.name, str(error))
            raise _Refused(500, str(error)) from error
        except ApiError as error:
            raise _Refused(500, error.message) from error
        install = config.composed.install_disk
        permit = decide_config(
            server,
            install.disk if install else None,
            install.named if install else "",
            self._clock.now(),
            self._rules,
        )
        if not permit.allowed:
            raise _Refused(403, f"it may not be installed: {permit.reason}")
        return config

    async def _tell_served(self, server: Server, config: Config, address: str) -> None:
        await self._bindings.note_served(server.name, address)
        self._told.pop(server.name, None)
        mac = self._mac(server, address)
        self._notices.publish(
            ConfigServed(at=self._clock.now(), mac=mac, address=address, server=server.name, machine=config.machine)
        )
        install = config.composed.install_disk
        where = f", for {install.named}" if install else ""
        told = f"Its config, of Machine {config.machine}{where}, went to {address}."
        await self._events.record(_reference(server), "ConfigServed", told)

    async def _tell_refusal(self, server: Server | None, uuid: str, address: str, reason: str) -> None:
        mac = self._mac(server, address) if server else next(iter(sorted(self._holders.find(address))), "")
        name = server.name if server else ""
        self._notices.publish(
            ConfigRefused(at=self._clock.now(), mac=mac, address=address, reason=reason, uuid=uuid[:64], server=name)
        )
        if server is None:
            return
        before, at = self._told.get(name, ("", 0.0))
        now = self._clock.now().timestamp()
        if before != reason or now - at >= TOLD_AGAIN:
            self._told[name] = (reason, now)
            await self._events.record(_reference(server), "ConfigRefused", f"No config for {address}: {reason}.", warning=True)

    def _mac(self, server: Server, address: str) -> str:
        own = claim_of(server).macs
        seen = self._holders.find(address)
        return next((mac for mac in own if mac in seen), next(iter(own), ""))


def _reference(server: Server) -> Object:
    return {"apiVersion": SERVER.api_version, "kind": SERVER.kind, "metadata": {"name": server.name, "uid": server.metadata.uid}}
