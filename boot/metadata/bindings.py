"""What is written in a server's binding when it asks for its config, and when Talos reports from it: as Sidero's manager does."""

from collections.abc import Callable, Sequence

from boot.client.changes import change_object
from boot.client.protocol import Client
from boot.clock import Clock
from boot.cluster_api.conditions import ERROR, Condition, is_false, is_true, with_conditions
from boot.errors import NotFound
from boot.resources.base import Object
from boot.resources.kinds import SERVER_BINDING

VALIDATED = "TalosConfigValidated"
VALIDATION_FAILED = "TalosConfigValidationFailed"
LONGEST = 1024


class BindingNotes:
    """A binding that is gone meanwhile is no error: nothing is left to write in."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def note_served(self, server: str, address: str) -> None:
        """Its config is valid; the address it called from is the first that is known of it."""

        def spec(obj: Object) -> Object:
            return {} if obj["spec"].get("addresses") else {"spec": {"addresses": [address]}}

        await self._change(server, spec)
        await self.set_conditions(server, [is_true(VALIDATED)])

    async def note_invalid(self, server: str, reason: str) -> None:
        await self.set_conditions(server, [is_false(VALIDATED, ERROR, VALIDATION_FAILED, reason[:LONGEST])])

    async def note_addresses(self, server: str, hostname: str, addresses: Sequence[str]) -> None:
        """What Talos itself says: it takes the place of what was thought."""
        wanted: Object = {"addresses": sorted(addresses)} if addresses else {}
        if hostname:
            wanted["hostname"] = hostname

        def spec(obj: Object) -> Object:
            same = all(obj["spec"].get(name) == value for name, value in wanted.items())
            return {} if same else {"spec": wanted}

        await self._change(server, spec)

    async def set_conditions(self, server: str, told: Sequence[Condition]) -> None:
        def status(obj: Object) -> Object:
            old = (obj.get("status") or {}).get("conditions") or []
            wanted = with_conditions(old, told, self._clock.now())
            return {} if wanted == old else {"status": {"conditions": wanted}}

        try:
            await change_object(self._client, SERVER_BINDING, server, status, "status")
        except NotFound:
            return

    async def _change(self, server: str, decide: Callable[[Object], Object]) -> None:
        try:
            await change_object(self._client, SERVER_BINDING, server, decide)
        except NotFound:
            return
