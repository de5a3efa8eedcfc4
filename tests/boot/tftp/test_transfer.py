"""The transfer as clients see it: options, windows, losses, duplicates, wrap-around, probes and giving up."""

import pytest

from boot.errors import PacketError
from boot.faults import TransferFault
from boot.tftp.packets import Request
from boot.tftp.transfer import GIVE_UP, State
from tests.boot.tftp.wire import OnWire

OVMF = {"tsize": "0", "blksize": "1468", "windowsize": "4"}


def ack(block: int) -> bytes:
    return b"\0\4" + (block & 0xFFFF).to_bytes(2, "big")


def error(code: int, message: str = "") -> bytes:
    return b"\0\5" + code.to_bytes(2, "big") + message.encode() + b"\0"


def blocks(datagrams: list[bytes]) -> list[int]:
    return [int.from_bytes(datagram[2:4], "big") for datagram in datagrams if datagram[:2] == b"\0\3"]


def begin(size: int, options: dict[str, str] | None = None) -> tuple[OnWire, list[bytes]]:
    transfer = OnWire(Request("file", options=options or {}), bytes(size))
    return transfer, transfer.start(0.0)


def test_without_options_data_follows_at_once_block_by_block() -> None:
    transfer, first = begin(1000)
    assert first == [b"\0\3\0\1" + bytes(512)]
    assert transfer.receive(ack(1), 0.1) == [b"\0\3\0\2" + bytes(488)]
    assert transfer.receive(ack(2), 0.2) == []
    assert (transfer.state, transfer.sent) == (State.DONE, 1000)


def test_an_exact_multiple_ends_with_an_empty_block() -> None:
    transfer, _ = begin(512)
    assert transfer.receive(ack(1), 0.1) == [b"\0\3\0\2"]
    transfer.receive(ack(2), 0.2)
    assert transfer.state is State.DONE


def test_an_empty_file_is_one_empty_block() -> None:
    transfer, first = begin(0)
    assert first == [b"\0\3\0\1"]
    transfer.receive(ack(1), 0.1)
    assert (transfer.state, transfer.sent) == (State.DONE, 0)


def test_options_are_acknowledged_before_data() -> None:
    transfer, first = begin(1000, {"blksize": "1432", "tsize": "0"})
    assert first == [b"\0\6blksize\x001432\0tsize\x001000\0"]
    assert len(transfer.receive(ack(0), 0.1)[0]) == 4 + 1000


@pytest.mark.parametrize("code", [0, 8])
def test_an_abort_right_after_the_oack_is_a_size_probe(code: int) -> None:
    transfer, _ = begin(1000, OVMF)
    transfer.receive(error(code, "User aborted the transfer"), 0.1)
    assert transfer.state is State.PROBED


def test_an_abort_of_someone_who_did_not_ask_for_the_size_is_a_failure() -> None:
    transfer, _ = begin(1000, {"blksize": "1468"})
    transfer.receive(error(8), 0.1)
    assert (transfer.state, transfer.reason) == (State.FAILED, "the client refused our options: error 8")
    assert transfer.fault is TransferFault.OPTIONS_REFUSED


def test_a_malformed_oack_complaint_is_a_failure_that_says_so() -> None:
    transfer, _ = begin(1000, OVMF)
    transfer.receive(error(4, "Malformatted OACK packet"), 0.1)
    assert transfer.reason == "the client refused our options: error 4 Malformatted OACK packet"


def test_an_abort_in_the_middle_says_how_far_it_came() -> None:
    transfer, _ = begin(2000)
    transfer.receive(ack(1), 0.1)
    transfer.receive(error(0, "TFTP Aborted"), 0.2)
    assert (transfer.state, transfer.sent) == (State.FAILED, 512)
    assert transfer.reason == "the client stopped it: error 0 TFTP Aborted"


def test_a_window_is_sent_at_once_and_acknowledged_once() -> None:
    transfer, _ = begin(1468 * 10, OVMF)
    assert blocks(transfer.receive(ack(0), 0.1)) == [1, 2, 3, 4]
    assert blocks(transfer.receive(ack(4), 0.2)) == [5, 6, 7, 8]
    assert blocks(transfer.receive(ack(8), 0.3)) == [9, 10, 11]
    transfer.receive(ack(11), 0.4)
    assert transfer.state is State.DONE


def test_an_ack_inside_the_window_goes_on_right_after_it() -> None:
    transfer, _ = begin(1468 * 10, OVMF)
    transfer.receive(ack(0), 0.1)
    assert blocks(transfer.receive(ack(2), 0.2)) == [3, 4, 5, 6]


def test_a_duplicate_ack_is_never_answered() -> None:
    transfer, _ = begin(5000)
    transfer.receive(ack(1), 0.1)
    assert transfer.receive(ack(1), 0.1) == []
    assert transfer.receive(ack(0), 0.1) == []


def test_the_ack_before_a_window_repeats_it_once_for_its_first_block_is_lost() -> None:
    transfer, _ = begin(1468 * 10, OVMF)
    transfer.receive(ack(0), 0.1)
    transfer.receive(ack(4), 0.2)
    assert blocks(transfer.receive(ack(4), 0.3)) == [5, 6, 7, 8]
    assert transfer.receive(ack(4), 0.4) == []
    assert blocks(transfer.receive(ack(8), 0.5)) == [9, 10, 11]


def test_an_ack_that_the_network_doubles_repeats_no_window() -> None:
    transfer, _ = begin(1468 * 10, OVMF)
    transfer.receive(ack(0), 0.1)
    transfer.receive(ack(4), 0.2)
    assert transfer.receive(ack(4), 0.201) == []


def test_after_a_timeout_the_whole_window_is_repeated_for_the_client_counts_its_blocks() -> None:
    transfer, _ = begin(1468 * 10, OVMF)
    transfer.receive(ack(0), 0.1)
    assert blocks(transfer.tick(2.0)) == [1, 2, 3, 4]


def test_an_ack_of_what_was_never_sent_is_ignored() -> None:
    transfer, _ = begin(5000)
    assert transfer.receive(ack(9), 0.1) == []
    assert transfer.sent == 0


def test_what_is_not_acknowledged_is_repeated_on_timeout_only() -> None:
    transfer, first = begin(5000)
    assert transfer.tick(0.9) == []
    assert transfer.tick(1.0) == first
    assert transfer.tick(2.9) == []
    assert transfer.tick(3.0) == first
    assert transfer.repeats == 2


def test_a_lost_oack_is_repeated_on_timeout_and_on_a_repeated_request() -> None:
    transfer, first = begin(5000, OVMF)
    assert transfer.tick(1.0) == first
    assert transfer.start(1.5) == first


def test_the_timeout_adapts_to_the_round_trip() -> None:
    transfer, _ = begin(512 * 40)
    for block in range(1, 20):
        transfer.receive(ack(block), block / 100)
    assert transfer.deadline == pytest.approx(0.19 + 0.1)
    assert blocks(transfer.tick(0.4)) == [20]


def test_a_timeout_the_client_asked_for_is_the_longest() -> None:
    transfer, first = begin(5000, {"timeout": "2"})
    assert [now for now in range(8) if transfer.tick(float(now)) == first] == [1, 3, 5, 7]


def test_block_numbers_wrap_to_zero() -> None:
    transfer, _ = begin(8 * 65_540, {"blksize": "8", "windowsize": "16"})
    sent, seen = transfer.receive(ack(0), 0.0), list[int]()
    while transfer.state is State.SENDING:
        seen += blocks(sent)
        sent = transfer.receive(ack(seen[-1]), 0.0)
    assert (transfer.state, transfer.sent) == (State.DONE, 8 * 65_540)
    assert seen == [block & 0xFFFF for block in range(1, 65_542)]


def drive(transfer: OnWire, until: float) -> None:
    now = 0.0
    while transfer.state in (State.OFFERED, State.SENDING) and now < until:
        now = transfer.deadline
        transfer.tick(now)


def test_silence_from_the_start_is_a_failure_in_the_end() -> None:
    transfer, _ = begin(5000)
    drive(transfer, 100)
    assert (transfer.state, transfer.reason) == (State.FAILED, f"no answer for {GIVE_UP:.0f} s")


def test_silence_after_the_size_was_told_is_a_probe() -> None:
    transfer, _ = begin(5000, OVMF)
    drive(transfer, 100)
    assert transfer.state is State.PROBED


def test_only_the_last_ack_missing_is_not_a_failure() -> None:
    transfer, _ = begin(1000)
    transfer.receive(ack(1), 0.1)
    drive(transfer, 100)
    assert transfer.state is State.DONE


def test_what_tftp_does_not_know_is_refused_and_the_transfer_goes_on() -> None:
    transfer, _ = begin(1000)
    with pytest.raises(PacketError):
        transfer.receive(b"\0\4\0", 0.1)
    assert blocks(transfer.receive(ack(1), 0.2)) == [2]
