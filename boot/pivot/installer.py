"""Components written into a cluster: what is there is brought up to date, so that it may be done again at any time."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from boot.client.protocol import Client
from boot.clock import Clock
from boot.errors import AlreadyExists, NotFound, SideroError
from boot.pivot.components import build_inventory
from boot.pivot.providers import Chosen
from boot.resources.base import Object
from boot.resources.crds import own_crds
from boot.resources.kinds import CUSTOM_RESOURCE_DEFINITION, DEPLOYMENT, NAMESPACE, PROVIDER, Kind

_ATTEMPTS, _PAUSE = 60, 0.5
Tell = Callable[[str, int, int], None]
"""Name of the provider, objects done, objects in all."""


class Discovery(Client, Protocol):
    async def discover(self, api_version: str, kind: str) -> Kind:
        """The kind as the cluster serves it; NotFound."""
        ...


class InstallError(SideroError):
    """A provider could not be installed; the message says which object, and why."""


class Installer:
    def __init__(self, target: Discovery, clock: Clock, tell: Tell) -> None:
        self._target = target
        self._clock = clock
        self._tell = tell

    async def install(self, chosen: Chosen, components: Sequence[Object]) -> None:
        for done, obj in enumerate(components, 1):
            await self._write(obj)
            self._tell(chosen.provider.label, done, len(components))
        await self._record(chosen)

    async def _record(self, chosen: Chosen) -> None:
        """In clusterctl's inventory, whose own definition it brings along."""
        definition = next(crd for crd in own_crds() if crd["spec"]["names"]["kind"] == PROVIDER.kind)
        definition["metadata"].setdefault("labels", {})["clusterctl.cluster.x-k8s.io/core"] = "inventory"
        await self._write(definition)
        with suppress(AlreadyExists):
            await self._target.create(NAMESPACE, {"metadata": {"name": chosen.provider.namespace}})
        await self._write(build_inventory(chosen))

    async def wait(self, chosen: Chosen) -> Sequence[str]:
        """Deployments of the provider that are not Available yet, once that does not change for a while."""
        waiting: list[str] = []
        for _ in range(_ATTEMPTS):
            listed = (await self._target.list(DEPLOYMENT, chosen.provider.namespace)).items
            waiting = [obj["metadata"]["name"] for obj in listed if not _is_available(obj)]
            if not waiting:
                break
            await self._clock.sleep(_PAUSE)
        return waiting

    async def _write(self, obj: Object) -> None:
        kind = await self._find_kind(obj)
        metadata = obj["metadata"]
        name, place = metadata["name"], metadata.get("namespace", "") if kind.namespaced else ""
        try:
            await self._target.get(kind, name, place)
        except NotFound:
            try:
                await self._target.create(kind, obj)
            except SideroError as error:
                raise InstallError(f"{obj['kind']} {name}: {error}") from error
        else:
            await self._target.patch(kind, name, {key: value for key, value in obj.items() if key != "status"}, place)

    async def _find_kind(self, obj: Object) -> Kind:
        """A kind whose definition was made a moment ago is served a moment later."""
        if obj["kind"] == CUSTOM_RESOURCE_DEFINITION.kind:
            return CUSTOM_RESOURCE_DEFINITION
        for attempt in range(_ATTEMPTS):
            try:
                return await self._target.discover(obj["apiVersion"], obj["kind"])
            except NotFound:
                if attempt == _ATTEMPTS - 1:
                    named = f"{obj['kind']} ({obj['apiVersion']})"
                    raise InstallError(f"{named} {obj['metadata'].get('name')}: the cluster does not serve that kind") from None
                await self._clock.sleep(_PAUSE)
        raise AssertionError("the last attempt returns or raises")


def _is_available(deployment: Object) -> bool:
    conditions = (deployment.get("status") or {}).get("conditions") or ()
    return any(one["type"] == "Available" and one["status"] == "True" for one in conditions)
