"""Giving a Server to a MetalMachine by a ServerBinding, and taking it back."""

from boot.client.events import EventRecorder
from boot.client.protocol import Client
from boot.errors import AlreadyExists, NotFound, SideroError
from boot.lifecycle.allocation import choose_servers
from boot.lifecycle.metal_machine import build_binding, is_bound_to
from boot.resources.annotations import OUT_OF_SERVICE
from boot.resources.base import Object
from boot.resources.kinds import SERVER, SERVER_BINDING, SERVER_CLASS
from boot.resources.metal import Server, ServerClass


class NoServerError(SideroError):
    """A MetalMachine cannot have a server now: the message says which class lacks what."""


class Allotment:
    def __init__(self, client: Client, events: EventRecorder) -> None:
        self._client = client
        self._events = events

    async def bind(self, machine: Object) -> Object:
        """The ServerBinding of this MetalMachine, made if there is none; NoServerError."""
        metadata, spec = machine["metadata"], machine.get("spec") or {}
        binding = await self._find(metadata["namespace"], metadata["name"])
        if binding is not None:
            return binding
        named = (spec.get("serverRef") or {}).get("name")
        if named:
            return await self._bind_named(named, machine)
        reference = (spec.get("serverClassRef") or {}).get("name")
        if not reference:
            raise NoServerError("it names neither a server (serverRef) nor a class to take one from (serverClassRef)")
        return await self._bind_any(reference, machine)

    async def release(self, machine: Object) -> bool:
        """Whether no binding holds a server for it any more."""
        metadata = machine["metadata"]
        binding = await self._find(metadata["namespace"], metadata["name"])
        if binding is None:
            return True
        name, uid = binding["metadata"]["name"], binding["metadata"]["uid"]
        try:
            await self._client.delete(SERVER_BINDING, name, uid=uid)
        except NotFound:
            return True
        await self._record(name, "ServerReleased", f"It is free of {metadata['namespace']}/{metadata['name']}: it is wiped.")
        return False

    async def _find(self, namespace: str, name: str) -> Object | None:
        bindings = (await self._client.list(SERVER_BINDING)).items
        return next((binding for binding in bindings if is_bound_to(binding, namespace, name)), None)

    async def _bind_named(self, name: str, machine: Object) -> Object:
        """The server it had, or that a person chose for it."""
        try:
            server = Server.model_validate(await self._client.get(SERVER, name))
        except NotFound:
            raise NoServerError(f"its server {name} does not exist") from None
        if OUT_OF_SERVICE in server.metadata.annotations or not server.spec.accepted:
            raise NoServerError(f"its server {name} is out of service or not accepted: delete the machine, and it gets another")
        binding = await self._create(name, machine)
        if binding is None:
            raise NoServerError(f"its server {name} is bound to another machine")
        return binding

    async def _bind_any(self, class_name: str, machine: Object) -> Object:
        try:
            server_class = ServerClass.model_validate(await self._client.get(SERVER_CLASS, class_name))
        except NotFound:
            raise NoServerError(f"there is no server class {class_name}") from None
        servers = [Server.model_validate(obj) for obj in (await self._client.list(SERVER)).items]
        bound = {binding["metadata"]["name"] for binding in (await self._client.list(SERVER_BINDING)).items}
        choice = choose_servers(server_class, servers, bound)
        for name in choice.usable:
            binding = await self._create(name, machine)
            if binding is not None:
                return binding
        raise NoServerError(choice.shortfall(class_name))

    async def _create(self, server: str, machine: Object) -> Object | None:
        """None when another machine was faster."""
        try:
            binding = await self._client.create(SERVER_BINDING, build_binding(server, machine))
        except AlreadyExists:
            return None
        metadata = machine["metadata"]
        await self._record(server, "ServerAllocated", f"It goes to MetalMachine {metadata['namespace']}/{metadata['name']}.")
        return binding

    async def _record(self, server: str, reason: str, message: str) -> None:
        try:
            obj = await self._client.get(SERVER, server)
        except NotFound:
            return
        await self._events.record(obj, reason, message)
