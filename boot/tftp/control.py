"""The transfer process' end of the line to its component: whole lines out and in, never waiting."""

import socket
from collections.abc import Iterator

from boot.tftp.messages import Answer, Ask, Kind, Told, encode_said, parse_answer

DISPENSABLE = frozenset({Kind.PROGRESSED, Kind.REFUSED})
MOST_WAITING = 1 << 20
"""Bytes not yet taken by the component, beyond which only what matters is said."""
_CHUNK = 1 << 16


class ControlLine:
    """`ended` once the component is gone: then there is nothing left to serve for."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self.socket = sock
        self.ended = False
        self._out = bytearray()
        self._in = bytearray()

    @property
    def waiting(self) -> bool:
        """Whether `flush` is to be called once the socket takes more."""
        return bool(self._out)

    def say(self, said: Ask | Told) -> None:
        if isinstance(said, Told) and said.kind in DISPENSABLE and len(self._out) > MOST_WAITING:
            return
        self._out += encode_said(said)
        self.flush()

    def flush(self) -> None:
        try:
            while self._out:
                del self._out[: self.socket.send(memoryview(self._out)[:_CHUNK].tobytes())]
        except BlockingIOError:
            return
        except OSError:
            self.ended = True

    def answers(self) -> Iterator[Answer]:
        """What has arrived."""
        try:
            received = self.socket.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            received = b""
        if not received:
            self.ended = True
            return
        self._in += received
        *lines, rest = self._in.split(b"\n")
        self._in = rest
        yield from map(parse_answer, map(bytes, lines))
