"""The events that Talos sends while it installs itself, over plaintext gRPC (facts of talos 7.6)."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from google.protobuf import any_pb2
from google.protobuf.empty_pb2 import Empty
from grpclib.client import Channel, UnaryUnaryMethod
from grpclib.exceptions import GRPCError, StreamTerminatedError
from grpclib.protocol import H2Protocol

from boot.talos import machine_pb2 as pb
from boot.talos.event_sink import METHOD, SERVICE, EventRequest

_WITHIN = 5.0


class _BoundChannel(Channel):
    """Calls from one address: the peer's address is all by which the console knows who is telling."""

    def __init__(self, host: str, port: int, local: str) -> None:
        super().__init__(host, port)
        self._local = local

    async def _create_connection(self) -> H2Protocol:
        _, protocol = await self._loop.create_connection(
            self._protocol_factory, self._host, self._port, local_addr=(self._local, 0)
        )
        return protocol


class Sink:
    """Without a channel nothing is sent: there was no talos.events.sink."""

    def __init__(self, channel: Channel | None, show: Callable[[str], None]) -> None:
        self._channel = channel
        self._show = show
        self._sent = 0

    @classmethod
    @asynccontextmanager
    async def open(cls, endpoint: str, local: str, show: Callable[[str], None]) -> AsyncIterator["Sink"]:
        """`endpoint` is host:port, "" for none; `local` the address to call from."""
        host, _, port = endpoint.rpartition(":")
        channel = _BoundChannel(host, int(port), local) if host else None
        try:
            yield cls(channel, show)
        finally:
            if channel is not None:
                channel.close()

    async def tell_load_error(self, error: str) -> None:
        await self._send(pb.ConfigLoadErrorEvent(error=error))

    async def tell_phase(self, phase: str) -> None:
        await self._send(pb.PhaseEvent(phase=phase, action=pb.PhaseEvent.START))

    async def tell_installed(self) -> None:
        """The reboot into what was installed ends the sequence with an error that is none."""
        error = pb.Error(code=0, message="reboot: unix.Reboot(0x1234567)")
        await self._send(pb.SequenceEvent(sequence="install", action=pb.SequenceEvent.NOOP, error=error))

    async def _send(self, message: Any) -> None:
        if self._channel is None:
            return
        data = any_pb2.Any()
        data.Pack(message)
        self._sent += 1
        request = EventRequest(data=data, id=f"{self._sent:020x}")
        call: UnaryUnaryMethod[Any, Any] = UnaryUnaryMethod(self._channel, f"/{SERVICE}/{METHOD}", EventRequest, Empty)
        try:
            await call(request, timeout=_WITHIN)
        except (GRPCError, StreamTerminatedError, OSError, TimeoutError) as error:
            self._show(f"event sink: {error}")
