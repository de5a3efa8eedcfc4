"""One file to one client, without a socket: fed datagrams and ticks, it returns bursts of datagrams to send.

In lock-step DATA is repeated on timeout only, never on a duplicate ACK (the Sorcerer's Apprentice, RFC 1123 4.2.3.1). An
ACK inside the window (RFC 7440) makes it go on right after that block; one of the block before the window says that the
window's first block is lost, and the window is repeated once. Block numbers wrap from 65535 to 0.
"""

from enum import StrEnum

from boot.faults import TransferFault
from boot.tftp.blocks import Blocks, Burst, StretchCache
from boot.tftp.files import Content
from boot.tftp.negotiation import negotiate
from boot.tftp.packets import (
    ILLEGAL_OPERATION,
    NOT_DEFINED,
    REFUSED_OPTIONS,
    Error,
    Request,
    encode_oack,
    parse_reply,
)
from boot.tftp.retransmission import RetransmissionTimer

GIVE_UP = 30.0
"""Seconds without progress after which the client is gone."""


class State(StrEnum):
    OFFERED = "offered"
    """OACK sent: the client may go on, or have wanted the size only."""
    SENDING = "sending"
    DONE = "done"
    PROBED = "probed"
    FAILED = "failed"


FINAL = frozenset({State.DONE, State.PROBED, State.FAILED})


class Transfer:
    """`content` stays the caller's to close. Times are seconds of one monotonic clock."""

    def __init__(self, request: Request, content: Content, cache: StretchCache, now: float) -> None:
        self.size = content.size
        self.state = State.SENDING
        self.reason = ""
        """Why it failed, one sentence."""
        self.fault = TransferFault.SILENT
        """What kind of failure that was."""
        self.repeats = 0
        """How often the answer or a window went out again, because nothing or too little came back."""
        self.aborted = False
        """The client ended a probe by its ERROR; without it, by silence."""
        self._agreed = negotiate(request.options, content.size)
        self._blocks = Blocks(content, self._agreed.block_size, cache)
        self._timer = RetransmissionTimer(self._agreed.timeout)
        self._acked = self._highest = 0
        self._sent_at = self._heard_at = now
        self._repeated = False

    @property
    def sent(self) -> int:
        """Bytes the client has acknowledged."""
        return min(self._acked * self._agreed.block_size, self.size)

    @property
    def deadline(self) -> float:
        """When `tick` has something to do next."""
        return self._sent_at + self._timer.timeout

    @property
    def may_be_probe(self) -> bool:
        """The size was asked for and nothing is acknowledged: a client that goes silent now got what it wanted."""
        return self.state is State.OFFERED and self._agreed.probe_possible

    def start(self, now: float) -> list[Burst]:
        """The answer to the request; the same again when the request is repeated."""
        self._sent_at = now
        if self._acked or self.state in FINAL:
            return []
        if self._agreed.oack:
            self.state = State.OFFERED
            oack = encode_oack(self._agreed.oack)
            return [Burst(oack, len(oack))]
        return self._send_window(now)

    def receive(self, datagram: bytes, now: float) -> list[Burst]:
        """A datagram of the client. PacketError for one that TFTP does not know; the transfer goes on."""
        reply = parse_reply(datagram)
        if self.state in FINAL:
            return []
        if isinstance(reply, Error):
            self._end_by(reply)
            return []
        return self._advance(reply.block, now)

    def tick(self, now: float) -> list[Burst]:
        """Repeats what was not answered in time, and gives up in the end."""
        if now < self.deadline or self.state in FINAL:
            return []
        if now - self._heard_at >= max(GIVE_UP, 3 * self._timer.longest):
            self._give_up()
            return []
        self._timer.back_off()
        self._repeated = True
        self.repeats += 1
        return self.start(now) if self.state is State.OFFERED else self._send_window(now)

    def abandon(self, fault: TransferFault, reason: str) -> None:
        """The client is gone or asks anew: a probe if it wanted no more than the size, else a failure."""
        if self.state in FINAL:
            return
        if self.may_be_probe:
            self.state = State.PROBED
        else:
            self._fail(fault, reason)

    def _advance(self, block: int, now: float) -> list[Burst]:
        if self.state is State.OFFERED:
            if block != 0:
                return []
            self.state = State.SENDING
        else:
            forward = (block - self._acked) & 0xFFFF
            if not 0 < forward <= self._highest - self._acked:
                return self._repeat_for_lost_first(now) if forward == 0 else []
            self._acked += forward
        if not self._repeated:
            self._timer.measure(now - self._sent_at)
        self._heard_at, self._repeated = now, False
        if self._acked == self._blocks.last:
            self.state = State.DONE
            return []
        return self._send_window(now)

    def _repeat_for_lost_first(self, now: float) -> list[Burst]:
        """Once until there is progress; sooner than a round trip takes it is the network that sent the ACK twice."""
        if self._agreed.window == 1 or self._repeated or now - self._sent_at < self._timer.round_trip / 2:
            return []
        self._repeated = True
        self.repeats += 1
        return self._send_window(now)

    def _send_window(self, now: float) -> list[Burst]:
        # Never a smaller window than agreed, whatever was lost: a client answers when it has counted that many blocks.
        self._sent_at = now
        end = min(self._acked + self._agreed.window, self._blocks.last)
        self._highest = max(self._highest, end)
        return self._blocks.bursts(self._acked + 1, end)

    def _end_by(self, error: Error) -> None:
        if self.may_be_probe and error.code in (NOT_DEFINED, REFUSED_OPTIONS):
            self.state, self.aborted = State.PROBED, True
            return
        said = f"error {error.code} {error.message}".rstrip()
        if self.state is State.OFFERED and error.code in (ILLEGAL_OPERATION, REFUSED_OPTIONS):
            self._fail(TransferFault.OPTIONS_REFUSED, f"the client refused our options: {said}")
        else:
            self._fail(TransferFault.STOPPED, f"the client stopped it: {said}")

    def _give_up(self) -> None:
        if self._acked and self._highest == self._blocks.last:
            self.state = State.DONE  # only the last acknowledgement is missing: boot ROMs jump into the file without it
        else:
            self.abandon(TransferFault.SILENT, f"no answer for {GIVE_UP:.0f} s")

    def _fail(self, fault: TransferFault, reason: str) -> None:
        self.state, self.fault, self.reason = State.FAILED, fault, reason
