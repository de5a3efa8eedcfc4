"""The component `address-probes`: answers who asks in the ConfigMap of that name whether an address is free."""

import logging

from boot.address_probe.probe import AddressProber
from boot.client.protocol import Client, PatchType
from boot.clock import Clock
from boot.component import Bound
from boot.errors import ApiError, Expired, NotFound
from boot.resources.address_probes import NAME, NETWORKS, encode_probe, list_asked
from boot.resources.base import Object
from boot.resources.kinds import CONFIG_MAP
from boot.resources.overrides import NAMESPACE

_LOG = logging.getLogger(__name__)
_RETRY = 2.0


class AddressProbes:
    """Implements boot.component.Component; it has no port."""

    name = "address-probes"

    def __init__(self, client: Client, prober: AddressProber, clock: Clock) -> None:
        self._client = client
        self._prober = prober
        self._clock = clock

    async def serve(self, bound: Bound) -> None:
        bound("", 0)
        while True:
            try:
                await self._follow()
            except Expired:
                continue
            except ApiError as error:
                _LOG.info("addresses to be probed cannot be read now: %s", error.message)
            await self._clock.sleep(_RETRY)

    async def _follow(self) -> None:
        listed = await self._client.list(CONFIG_MAP, NAMESPACE, field_selector=f"metadata.name={NAME}")
        await self._publish_networks(listed.items[0] if listed.items else None)
        for obj in listed.items:
            await self._answer(obj)
        async for change in self._client.watch(
            CONFIG_MAP, NAMESPACE, after=listed.revision, field_selector=f"metadata.name={NAME}"
        ):
            if change.type.value != "DELETED":
                await self._answer(change.object)

    async def _publish_networks(self, known: Object | None) -> None:
        """Which can be probed, for whoever judges an address before it is asked for."""
        told = "\n".join(self._prober.list_networks())
        if known is None:
            meta = {"name": NAME, "namespace": NAMESPACE}
            await self._client.create(CONFIG_MAP, {"metadata": meta, "data": {NETWORKS: told}})
        elif (known.get("data") or {}).get(NETWORKS) != told:
            await self._write({NETWORKS: told})

    async def _answer(self, obj: Object) -> None:
        for address in list_asked(obj.get("data") or {}):
            probe = await self._prober.probe(address)
            _LOG.info("%s", probe.reason)
            await self._write({address: encode_probe(probe)})

    async def _write(self, data: dict[str, str]) -> None:
        try:
            await self._client.patch(CONFIG_MAP, NAME, {"data": data}, NAMESPACE, patch_type=PatchType.MERGE)
        except NotFound:
            return  # somebody deleted it: there is nobody to tell
