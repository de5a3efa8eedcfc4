"""Component `api`: Sidero's `api.Agent` over gRPC. What the messages mean is in boot.registration.agents."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from pydantic import ValidationError

from boot.component import Bound
from boot.errors import ApiError, PacketError, SideroError
from boot.registration.agents import Agents
from boot.registration.bmc_setup import BMCSetup
from boot.registration.callers import AgentError, Fault
from boot.registration.messages import (
    CreateServerRequest,
    HeartbeatRequest,
    MarkServerAsWipedRequest,
    ReconcileServerAddressesRequest,
    UpdateBMCInfoRequest,
)
from boot.resources.base import Object, Wire

SERVICE = "api.Agent"
CLOSE_SECONDS = 1.0
"""What calls under way get when the component stops."""
MOST_BYTES = 1 << 20

Call = Callable[[Any, str], Awaitable[Wire | None]]
RawCall = Callable[[bytes, str], Awaitable[None]]
"""The message and the caller's address; PacketError, ApiError."""


class AgentServer:
    def __init__(
        self,
        listen: str,
        port: int,
        agents: Agents,
        bmc: BMCSetup,
        ignores: Callable[[str], bool] = lambda _address: False,
        *,
        others: Mapping[str, Mapping[str, RawCall]] = MappingProxyType({}),
    ) -> None:
        """`ignores(address)`: a rejected server's calls are not answered with anything it could use.

        `others` are services that share the port: service -> method -> what takes its message as bytes and answers nothing.
        """
        self._others = others
        self._listen = listen
        self._port = port
        self._ignores = ignores
        self._calls: dict[str, tuple[type[Wire], Call]] = {
            "CreateServer": (CreateServerRequest, agents.create_server),
            "MarkServerAsWiped": (MarkServerAsWipedRequest, agents.mark_wiped),
            "ReconcileServerAddresses": (ReconcileServerAddressesRequest, agents.reconcile_addresses),
            "Heartbeat": (HeartbeatRequest, agents.heartbeat),
            "UpdateBMCInfo": (UpdateBMCInfoRequest, bmc.update),
        }

    @property
    def name(self) -> str:
        return "api"

    async def serve(self, bound: Bound) -> None:
        """Serve until cancelled; OSError when the port cannot be had."""
        # grpc costs 0.15 s to import: the ports that firmware waits for are bound by then.
        import grpc.aio

        server = grpc.aio.server(
            options=[("grpc.so_reuseport", 0), ("grpc.max_receive_message_length", MOST_BYTES)],
        )
        others = (self._build_other(grpc, service, calls) for service, calls in self._others.items())
        server.add_generic_rpc_handlers((self._build_handler(grpc), *others))
        try:
            port = server.add_insecure_port(f"{self._listen}:{self._port}")
        except RuntimeError as error:
            raise OSError(f"port {self._port} of {self._listen} cannot be had: another program may use it") from error
        try:
            await server.start()
            bound(self._listen, port)
            await asyncio.Event().wait()
        finally:
            await server.stop(CLOSE_SECONDS)

    def _build_handler(self, grpc: Any) -> Any:
        messages = import_module("boot.registration.agent_pb2")
        methods = {}
        for name, (model, call) in self._calls.items():
            methods[name] = grpc.unary_unary_rpc_method_handler(
                self._build_method(grpc, model, call, getattr(messages, f"{name}Response")),
                request_deserializer=getattr(messages, f"{name}Request").FromString,
                response_serializer=lambda message: message.SerializeToString(),
            )
        return grpc.method_handlers_generic_handler(SERVICE, methods)

    def _build_other(self, grpc: Any, service: str, calls: Mapping[str, RawCall]) -> Any:
        methods = {name: grpc.unary_unary_rpc_method_handler(self._build_raw(grpc, call)) for name, call in calls.items()}
        return grpc.method_handlers_generic_handler(service, methods)

    def _build_raw(self, grpc: Any, call: RawCall) -> Callable[[bytes, Any], Awaitable[bytes]]:
        async def method(data: bytes, context: Any) -> bytes:
            address = parse_peer(context.peer())
            try:
                if not self._ignores(address):
                    await call(data, address)
            except PacketError as error:
                await context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
            except ApiError as error:
                await context.abort(grpc.StatusCode.UNAVAILABLE, f"the plane did not take it: {error.message}")
            return b""

        return method

    def _build_method(self, grpc: Any, model: type[Wire], call: Call, response: Any) -> Callable[[Any, Any], Awaitable[Any]]:
        codes = {
            Fault.DENIED: grpc.StatusCode.PERMISSION_DENIED,
            Fault.UNKNOWN: grpc.StatusCode.NOT_FOUND,
            Fault.REFUSED: grpc.StatusCode.FAILED_PRECONDITION,
        }

        async def method(request: Any, context: Any) -> Any:
            address = parse_peer(context.peer())
            if self._ignores(address):
                await context.abort(grpc.StatusCode.UNAVAILABLE, "")
            try:
                answer = await call(model.model_validate(read_message(request)), address)
            except AgentError as error:
                await context.abort(codes[error.fault], str(error))
            except (PacketError, ValidationError) as error:
                await context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
            except ApiError as error:
                await context.abort(grpc.StatusCode.UNAVAILABLE, f"the plane did not take it: {error.message}")
            except SideroError as error:
                await context.abort(grpc.StatusCode.INTERNAL, str(error))
            else:
                return _fill(response(), answer)
            raise AssertionError("abort raises")

        return method


def parse_peer(peer: str) -> str:
    """grpc's "ipv4:10.0.0.1:4711" or "ipv6:%5B::1%5D:4711" -> the address."""
    address = unquote(peer).partition(":")[2].rpartition(":")[0]
    return address.strip("[]")


def read_message(message: Any) -> Object:
    """A protobuf message as plain values under its fields' own names; what was not set is absent."""
    return {field.name: _read(value) for field, value in message.ListFields()}


def _read(value: Any) -> Any:
    if hasattr(value, "ListFields"):
        return read_message(value)
    if isinstance(value, (str, int, float, bool)):
        return value
    return [_read(item) for item in value]


def _fill(message: Any, answer: Wire | None) -> Any:
    for field in message.DESCRIPTOR.fields if answer else ():
        setattr(message, field.name, getattr(answer, field.name))
    return message
