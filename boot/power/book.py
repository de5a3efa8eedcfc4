"""Which Power a server has: its BMC, its management API, or a person. One conversation partner per server, kept between calls."""

from collections.abc import Sequence
from dataclasses import dataclass

from boot.client.protocol import Client
from boot.clock import Clock
from boot.config import PowerConfig
from boot.power.bmc import Bmc, Turns
from boot.power.credentials import Credentials, read_credentials
from boot.power.driver import Driver
from boot.power.management_api import ManagementApiPower
from boot.power.manual import ManualPower
from boot.power.protocol import Power
from boot.power.targets import REDFISH, Target, list_targets
from boot.resources.metal import BMC, Server


@dataclass(frozen=True, slots=True)
class _Entry:
    """A BMC and what it was built from: another spec or password makes another."""

    targets: tuple[Target, ...]
    credentials: Credentials
    bmc: Bmc


class SpecPowerBook:
    """Implements boot.power.protocol.PowerBook, in Sidero's order: spec.bmc, managementApi, neither."""

    def __init__(self, client: Client, clock: Clock, config: PowerConfig) -> None:
        self._client = client
        self._clock = clock
        self._config = config
        self._entries: dict[str, _Entry] = {}
        self._turns: dict[str, Turns] = {}
        self._apis: dict[str, ManagementApiPower] = {}
        self._network_next: set[str] = set()

    async def for_server(self, server: Server) -> Power:
        """PowerError when the credentials cannot be read, or nothing at the BMC's address lets us in."""
        spec = server.spec
        if spec.bmc is not None:
            credentials = await read_credentials(self._client, server.name, spec.bmc)
            if not credentials:  # Sidero's fake, which acts on nothing: here a person does
                return self._manual(server)
            bmc = await self._bmc(server, spec.bmc, credentials)
            await bmc.find()
            return bmc
        if spec.management_api is not None:
            endpoint = spec.management_api.endpoint
            return self._apis.setdefault(endpoint, ManagementApiPower(endpoint))
        return self._manual(server)

    async def bmc_of(self, server: Server) -> Bmc | None:
        """Its BMC before anything was sent there; None where it has none. PowerError as for its credentials."""
        if server.spec.bmc is None:
            return None
        credentials = await read_credentials(self._client, server.name, server.spec.bmc)
        return await self._bmc(server, server.spec.bmc, credentials) if credentials else None

    def heard(self, server: str) -> None:
        """The server of that name was heard on the wire as it started: it is on, whatever its BMC says."""
        if server in self._entries:
            self._entries[server].bmc.heard()

    async def forget(self, server: str) -> None:
        """The server is gone: log out of its BMC."""
        self._network_next.discard(server)
        entry = self._entries.pop(server, None)
        if entry is not None:
            await entry.bmc.close()

    def _manual(self, server: Server) -> ManualPower:
        return ManualPower(self._client, self._clock, server, self._network_next)

    async def _bmc(self, server: Server, spec: BMC, credentials: Credentials) -> Bmc:
        targets = list_targets(spec)
        entry = self._entries.get(server.name)
        if entry is not None and (entry.targets, entry.credentials) == (targets, credentials):
            return entry.bmc
        turns = self._turns.setdefault(targets[0].host, Turns(self._clock, self._config.spacing))
        uuids = _uuids(server)

        def build(target: Target) -> Driver:
            return _build_driver(target, credentials, uuids, self._config)

        bmc = Bmc(targets, build, turns, self._clock, self._config)
        self._entries[server.name] = _Entry(targets, credentials, bmc)
        if entry is not None:
            await entry.bmc.close()
        return bmc


def _uuids(server: Server) -> Sequence[str]:
    system = server.spec.hardware.system if server.spec.hardware else None
    return [uuid for uuid in (server.name, system.uuid if system else "") if uuid]


def _build_driver(target: Target, credentials: Credentials, uuids: Sequence[str], config: PowerConfig) -> Driver:
    # The libraries cost up to a quarter of a second and 10 MiB each: only racks with such BMCs pay, and not at the start.
    if target.protocol == REDFISH:
        from boot.power.redfish import RedfishDriver

        return RedfishDriver(target, credentials, uuids, config.request_timeout, config.verify_tls)
    from boot.power.ipmi import IpmiDriver

    return IpmiDriver(target, credentials)
