"""Who is calling the agent API: its Server, found and checked, or an error that the caller is told."""

from enum import StrEnum

from boot.client.protocol import Client
from boot.clock import Clock
from boot.errors import NotFound, SideroError
from boot.lifecycle.access import decide_access, known_addresses
from boot.lifecycle.identity import parse_mac, parse_uuid
from boot.notices import AgentRefused, NoticeFeed
from boot.registration.agentless import Registrar
from boot.registration.messages import Who
from boot.resources.annotations import REJECTED
from boot.resources.kinds import SERVER
from boot.resources.metal import Server
from boot.runtime.holders import Holders


class Fault(StrEnum):
    """DENIED: not from the server it is about. UNKNOWN: register first. REFUSED: not allowed now."""

    DENIED = "denied"
    UNKNOWN = "unknown"
    REFUSED = "refused"


class AgentError(SideroError):
    """What a caller of the agent API is told; the message is one sentence."""

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


class Callers:
    def __init__(self, client: Client, registrar: Registrar, notices: NoticeFeed, clock: Clock) -> None:
        self._client = client
        self._registrar = registrar
        self._notices = notices
        self._clock = clock
        self._holders = Holders(notices)

    async def resolve(self, method: str, who: Who, address: str) -> Server:
        """The Server that this caller is; AgentError, PacketError, ApiError."""
        mac = parse_mac(who.mac) if who.mac else ""
        server = await self._find(who, mac, address)
        if server is None:
            raise self.refuse(method, Fault.UNKNOWN, "no such server: register first", address, mac)
        self.admit(method, server, mac, address)
        return server

    def admit(self, method: str, server: Server, mac: str, address: str) -> None:
        """AgentError when the call does not come from that server, or it was rejected."""
        if REJECTED in server.metadata.annotations:
            raise self.refuse(method, Fault.DENIED, f"server {server.name} is rejected", address, mac, server.name)
        permit = decide_access(server, mac, address, self._holders.find(address))
        if not permit.allowed:
            raise self.refuse(method, Fault.DENIED, permit.reason, address, mac, server.name)

    def refuse(self, method: str, fault: Fault, reason: str, address: str, mac: str = "", server: str = "") -> AgentError:
        """The error to raise, told as a notice too."""
        self._notices.publish(
            AgentRefused(at=self._clock.now(), mac=mac, address=address, method=method, reason=reason, server=server)
        )
        return AgentError(fault, reason)

    async def _find(self, who: Who, mac: str, address: str) -> Server | None:
        if who.server:
            try:
                return Server.model_validate(await self._client.get(SERVER, who.server))
            except NotFound:
                return None
        uuid = parse_uuid(who.uuid)
        if mac:
            return await self._registrar.find(uuid, mac)
        # Sidero's agent says its UUID alone: of two boxes with the same one, its address tells which.
        found = await self._registrar.find_by_uuid(uuid)
        at_address = [server for server in found if address in known_addresses(server)]
        candidates = at_address or found
        return candidates[0] if len(candidates) == 1 else None
