"""The load: closed-loop clients speaking HTTP/1.1 over TLS by prepared bytes, all in one thread, the same for every side.

A client sends, waits for the whole answer, sends its next. Nothing is parsed but where an answer ends and its status, so that
the servers are measured and not this.
"""

import select
import socket
import ssl
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field

Operation = Generator[bytes, bytes, None]
"""Requests out, answers in; several of them where one operation takes several."""
_READ = 256 * 1024
_HEAD_END, _LAST_CHUNK = b"\r\n\r\n", b"\r\n0\r\n\r\n"


@dataclass(slots=True)
class Result:
    """Seconds that each finished operation took, and how long all of them took together."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0


class Connection:
    """One keep-alive connection; `answer` is what has come of the answer so far."""

    def __init__(self, address: tuple[str, int], tls: ssl.SSLContext) -> None:
        raw = socket.create_connection(address)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = tls.wrap_socket(raw, server_hostname="localhost")
        self.socket.settimeout(0)
        self.answer = bytearray()
        self._buffer = memoryview(bytearray(_READ))
        self._needed = 0

    def send(self, request: bytes) -> None:
        """Requests are small: a socket that takes no 8 KiB has a server that reads nothing."""
        self.answer = bytearray()
        self._needed = 0
        assert self.socket.send(request) == len(request)

    def read(self) -> bool:
        """Take what is there; whether the answer is whole."""
        self.read_some()
        if not self._needed and (end := self.answer.find(_HEAD_END)) > 0:
            head = bytes(self.answer[:end]).lower()
            length = head.find(b"content-length:")
            self._needed = end + 4 + int(head[length + 15 :].split(b"\r\n", 1)[0]) if length >= 0 else -1
        if self._needed < 0:
            return self.answer.endswith(_LAST_CHUNK)
        return 0 < self._needed <= len(self.answer)

    def read_some(self) -> None:
        """Add what is there to `answer`; ConnectionError when the server has hung up."""
        try:
            while True:
                count = self.socket.recv_into(self._buffer)
                if count == 0:
                    raise ConnectionResetError("the server has hung up")
                self.answer += self._buffer[:count]
                if not self.socket.pending() and count < _READ // 16:
                    return
        except ssl.SSLWantReadError:
            return

    def close(self) -> None:
        self.socket.close()


class _Client:
    def __init__(self, connection: Connection, operations: Iterator[Operation]) -> None:
        self.connection = connection
        self._operations = operations
        self._operation: Operation | None = None
        self._began = 0.0

    def begin(self) -> None:
        self._operation = next(self._operations)
        self._began = time.perf_counter()
        self.connection.send(next(self._operation))

    def go_on(self) -> float | None:
        """After an answer: seconds the operation took, when that was its last."""
        answer = self.connection.answer
        assert answer[9:10] == b"2", bytes(answer[:2000])
        assert self._operation is not None
        try:
            self.connection.send(self._operation.send(bytes(answer)))
        except StopIteration:
            return time.perf_counter() - self._began
        return None


def run_clients(
    connections: Sequence[Connection],
    operations: Callable[[int], Iterator[Operation]],
    seconds: float,
    watchers: Sequence[Connection] = (),
    seen: Callable[[int], None] = lambda _index: None,
) -> Result:
    """Every client works for `seconds` and finishes what it began. `seen(i)` is told when watcher i has something to read."""
    poll, result = select.epoll(), Result()
    clients = {connection.socket.fileno(): _Client(connection, operations(index)) for index, connection in enumerate(connections)}
    watching = {connection.socket.fileno(): index for index, connection in enumerate(watchers)}
    for descriptor in (*clients, *watching):
        poll.register(descriptor, select.EPOLLIN)
    began = time.perf_counter()
    for client in clients.values():
        client.begin()
    busy = len(clients)
    while busy:
        for descriptor, _ in poll.poll():
            if descriptor in watching:
                seen(watching[descriptor])
                continue
            client = clients[descriptor]
            if not client.connection.read():
                continue
            took = client.go_on()
            if took is None:
                continue
            result.latencies.append(took)
            if time.perf_counter() - began < seconds:
                client.begin()
            else:
                busy -= 1
    result.seconds = time.perf_counter() - began
    poll.close()
    return result
