"""Follows what operators set by MAC (boot.resources.overrides), on top of the reservations of the settings."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from boot.client.protocol import ChangeType, Client
from boot.clock import Clock
from boot.config import Reservation
from boot.dhcp.request import DhcpRequest
from boot.errors import ApiError, Expired
from boot.firmware import Architecture
from boot.resources.base import Object
from boot.resources.kinds import CONFIG_MAP
from boot.resources.overrides import ARCHITECTURES, NAMESPACE, RESERVATIONS, parse_architectures, parse_reservations

_LOG = logging.getLogger(__name__)

_RETRY = 2.0
"""Seconds until a plane that does not answer is asked again; what was known last holds meanwhile."""


class Overrides:
    """What holds now. `follow` keeps it current until cancelled.

    `ignores(mac)`: a machine that was rejected, which is never answered.
    """

    def __init__(self, configured: Sequence[Reservation] = (), ignores: Callable[[str], bool] = lambda _mac: False) -> None:
        self.ignores = ignores
        self._configured = {reservation.mac: reservation for reservation in configured}
        self.reservations: dict[str, Reservation] = dict(self._configured)
        self.architectures: dict[str, Architecture] = {}

    def apply(self, request: DhcpRequest) -> DhcpRequest:
        """The request as the operator says it is to be taken."""
        architecture = self.architectures.get(request.mac)
        return request if architecture is None else replace(request, architecture=architecture)

    async def follow(self, client: Client, clock: Clock) -> None:
        while True:
            try:
                listing = await client.list(CONFIG_MAP, NAMESPACE)
                present = {obj["metadata"]["name"]: obj for obj in listing.items}
                for name in (RESERVATIONS, ARCHITECTURES):
                    self.see(name, present.get(name))
                async for change in client.watch(CONFIG_MAP, NAMESPACE, after=listing.revision):
                    gone = change.type is ChangeType.DELETED
                    self.see(change.object["metadata"]["name"], None if gone else change.object)
            except Expired:
                continue
            except ApiError as error:
                _LOG.warning("reservations and architectures cannot be watched: %s", error)
                await clock.sleep(_RETRY)

    def see(self, name: str, obj: Object | None) -> None:
        """The ConfigMap as it is now, None when there is none."""
        data = (obj or {}).get("data") or {}
        complaints: list[str] = []
        if name == RESERVATIONS:
            found, complaints = parse_reservations(data)
            self.reservations = self._configured | found
        elif name == ARCHITECTURES:
            self.architectures, complaints = parse_architectures(data)
        for complaint in complaints:
            _LOG.warning("ConfigMap %s: %s", name, complaint)
