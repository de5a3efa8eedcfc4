"""Any bytes and any link: codecs refuse what is none, a transfer always ends with the very file, nothing grows without bound."""

import heapq
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boot.errors import PacketError
from boot.tftp.files import TftpFile
from boot.tftp.messages import Answer, Ask, Kind, Told, encode_answer, encode_said, parse_answer, parse_said
from boot.tftp.names import parse_name, show_name
from boot.tftp.negotiation import LARGEST_BLOCK_SIZE, LARGEST_WINDOW, negotiate
from boot.tftp.packets import Ack, Request, parse_reply, parse_request
from boot.tftp.transfer import State
from tests.boot.tftp.wire import OnWire

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
_field = st.binary(max_size=12)
_almost = st.builds(lambda code, fields: bytes([0, code]) + b"\0".join(fields), st.integers(0, 6), st.lists(_field, max_size=8))
LATIN = st.binary(max_size=40).map(lambda raw: raw.decode("latin-1"))


@relaxed
@given(st.binary(max_size=600) | _almost)
def test_a_datagram_is_a_request_or_refused(datagram: bytes) -> None:
    try:
        request = parse_request(datagram)
    except PacketError:
        return
    assert len(request.name) <= 510
    assert all(name == name.lower() for name in request.options)


@relaxed
@given(st.binary(max_size=600) | _almost)
def test_a_datagram_is_a_reply_or_refused(datagram: bytes) -> None:
    try:
        reply = parse_reply(datagram)
    except PacketError:
        return
    assert reply.block <= 0xFFFF if isinstance(reply, Ack) else len(reply.message) <= 80


@relaxed
@given(LATIN)
def test_a_name_never_leaves_the_table_and_never_steers_a_terminal(raw: str) -> None:
    assert show_name(raw).isprintable()
    try:
        name = parse_name(raw).name
    except PacketError:
        return
    assert not name.startswith("/")
    assert ".." not in name.split("/")
    assert "\\" not in name


@relaxed
@given(st.dictionaries(st.sampled_from(["blksize", "windowsize", "timeout", "tsize", "x"]), LATIN | st.integers().map(str)))
def test_what_is_granted_is_asked_for_and_bounded(options: dict[str, str]) -> None:
    agreed = negotiate(options, 1000)
    assert agreed.oack.keys() <= options.keys()
    assert 8 <= agreed.block_size <= LARGEST_BLOCK_SIZE
    assert 1 <= agreed.window <= LARGEST_WINDOW


@relaxed
@given(
    st.builds(Ask, st.integers(0), LATIN, LATIN, LATIN) | st.builds(Told, st.sampled_from(Kind), LATIN, LATIN, LATIN),
    st.builds(Answer, st.integers(0), st.none() | st.builds(TftpFile, LATIN, st.binary(max_size=20))),
)
def test_the_two_processes_understand_each_other(said: Ask | Told, answer: Answer) -> None:
    assert parse_said(encode_said(said).removesuffix(b"\n")) == said
    assert parse_answer(encode_answer(answer).removesuffix(b"\n")) == answer
    assert encode_said(said).count(b"\n") == encode_answer(answer).count(b"\n") == 1


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**32),
    size=st.integers(0, 40_000),
    window=st.integers(1, 40),
    loss=st.sampled_from([0.0, 0.02, 0.2]),
    doubled=st.sampled_from([0.0, 0.1, 1.0]),
    jitter=st.sampled_from([0.0, 0.001, 0.5]),
)
def test_over_any_link_the_client_has_the_very_file_and_no_storm(
    seed: int, size: int, window: int, loss: float, doubled: float, jitter: float
) -> None:
    data = random.Random(seed).randbytes(size)
    link = _Link(random.Random(seed), loss, doubled, jitter)
    transfer = OnWire(Request("f", options={"blksize": "512", "windowsize": str(window)}), data)
    client = _Client(min(window, LARGEST_WINDOW))
    link.send(transfer.start(0.0), up=False)
    while not client.done and transfer.state in (State.OFFERED, State.SENDING):
        link.now = min(link.next_arrival, transfer.deadline, client.deadline)
        for datagram in link.arrived(up=True):
            link.send(transfer.receive(datagram, link.now), up=False)
        for datagram in link.arrived(up=False):
            link.send(client.receive(datagram, link.now), up=True)
        link.send(transfer.tick(link.now), up=False)
        link.send(client.tick(link.now), up=True)
    assert client.done
    assert bytes(client.data) == data
    blocks = size // 512 + 1
    # Each loss and each doubling may cost a window and what its answers bring about, and never more than that.
    assert link.sent_down <= 8 * (blocks + window) * (1 + link.lost + link.doublings)


class _Link:
    """Datagrams under way, each with its time of arrival."""

    def __init__(self, chance: random.Random, loss: float, doubled: float, jitter: float) -> None:
        self.now = 0.0
        self.lost = self.doublings = self.sent_down = 0
        self._chance = chance
        self._rates = (loss, doubled, jitter)
        self._under_way: list[tuple[float, int, bool, bytes]] = []
        self._number = 0

    @property
    def next_arrival(self) -> float:
        return self._under_way[0][0] if self._under_way else float("inf")

    def send(self, datagrams: list[bytes], *, up: bool) -> None:
        loss, doubled, jitter = self._rates
        for datagram in datagrams:
            self.sent_down += not up
            if self._chance.random() < loss:
                self.lost += 1
                continue
            copies = 1 + (self._chance.random() < doubled)
            self.doublings += copies - 1
            for _ in range(copies):
                self._number += 1
                arrival = self.now + 0.0005 + self._chance.random() * jitter
                heapq.heappush(self._under_way, (arrival, self._number, up, datagram))

    def arrived(self, *, up: bool) -> list[bytes]:
        ready = [entry for entry in self._under_way if entry[0] <= self.now and entry[2] is up]
        self._under_way = [entry for entry in self._under_way if entry not in ready]
        heapq.heapify(self._under_way)
        return [datagram for *_, datagram in sorted(ready)]


class _Client:
    """RFC 7440's receiver: acknowledges a full window, the last block, and where a gap begins."""

    def __init__(self, window: int) -> None:
        self.data = bytearray()
        self.done = False
        self.deadline = 1.0
        self._window = window
        self._block = self._unanswered = 0
        self._gap_told = False

    def receive(self, datagram: bytes, now: float) -> list[bytes]:
        self.deadline = now + 1.0
        if datagram[1] == 6:
            return [self._ack()] if not self._block else []
        number = int.from_bytes(datagram[2:4], "big")
        if number != (self._block + 1) & 0xFFFF:
            told, self._gap_told = self._gap_told, True
            return [] if told else [self._ack()]
        self._block += 1
        self._unanswered += 1
        self._gap_told = False
        self.data += datagram[4:]
        self.done = len(datagram) < 516
        return [self._ack()] if self.done or self._unanswered >= self._window else []

    def tick(self, now: float) -> list[bytes]:
        if now < self.deadline or self.done:
            return []
        self.deadline = now + 1.0
        return [self._ack()]

    def _ack(self) -> bytes:
        self._unanswered = 0
        return b"\0\4" + (self._block & 0xFFFF).to_bytes(2, "big")
