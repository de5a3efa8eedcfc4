"""The client's side of TFTP, as UEFI and BIOS ROMs do it (RFC 1350, 2347 to 2349, 7440)."""

import asyncio
import struct
from collections.abc import Mapping
from dataclasses import dataclass

from boot.errors import AssetError
from boot.simulator.datagrams import Endpoint
from boot.simulator.hardware import Kind

_RRQ, _DATA, _ACK, _ERROR, _OACK = 1, 3, 4, 5, 6
_MALFORMED, _ABORTED = 4, 8
"""Error codes that firmware sends."""
_WAIT = 3.0
_TRIES = 6

Asked = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Habit:
    """What a firmware asks for: first for the size, which it aborts, then for the file from another port (measured)."""

    probe: Asked
    download: Asked


_EDK2 = _Habit({"tsize": 0, "blksize": 1468, "windowsize": 4}, {"blksize": 1468, "windowsize": 4})
_HABITS = {Kind.BIOS: _Habit({"tsize": 0}, {"blksize": 1456}), Kind.UEFI: _EDK2, Kind.ARM64: _EDK2}


async def fetch(file: str, server: tuple[str, int], source: str, kind: Kind) -> int:
    """Fetch `file` as that firmware would, from the local address `source`; returns the bytes received.

    AssetError with what the firmware's screen would say when the server refuses, is silent or breaks the rules.
    """
    habit = _HABITS[kind]
    async with Endpoint.open(source) as endpoint:
        transfer = _Transfer(endpoint, file, server)
        granted = await transfer.open(habit.probe)
        if "tsize" not in granted:
            raise AssetError("PXE-E53: No boot filename received.")
        transfer.abort(_ABORTED, "User aborted the transfer")
    async with Endpoint.open(source) as endpoint:
        received = await _Transfer(endpoint, file, server).download(habit.download)
    if received != granted["tsize"]:
        raise AssetError(f"PXE-E23: {file} has {received} bytes, {granted['tsize']} were announced.")
    return received


class _Transfer:
    """One read request from one port, and what follows it."""

    def __init__(self, endpoint: Endpoint, file: str, server: tuple[str, int]) -> None:
        self._endpoint = endpoint
        self._file = file
        self._server = server
        self._peer: tuple[str, int] | None = None
        """Who answered: the server's transfer id (RFC 1350 section 4)."""

    async def open(self, asked: Asked) -> Asked:
        """What the server granted, when it answers with OACK; AssetError otherwise."""
        opcode, body = await self._exchange(_encode_request(self._file, asked))
        if opcode != _OACK:
            raise AssetError("PXE-E53: No boot filename received.")
        return self._check(asked, body)

    async def download(self, asked: Asked) -> int:
        """Bytes received; blocks of a window are acknowledged together (RFC 7440)."""
        opcode, body = await self._exchange(_encode_request(self._file, asked))
        granted = self._check(asked, body) if opcode == _OACK else {}
        size, window = granted.get("blksize", 512), granted.get("windowsize", 1)
        if opcode == _OACK:
            opcode, body = await self._exchange(_encode_ack(0))
        block = received = unacknowledged = 0
        while True:
            if opcode == _DATA and _number(body) == (block + 1) & 0xFFFF:
                block = _number(body)
                received += len(body) - 2
                unacknowledged += 1
                if len(body) - 2 < size:
                    self._send(_encode_ack(block))
                    return received
                if unacknowledged < window:
                    opcode, body = await self._receive(_encode_ack(block))
                    continue
            # The window is full, or a block is missing: go on after the last one that came in order.
            unacknowledged = 0
            opcode, body = await self._exchange(_encode_ack(block))

    def abort(self, code: int, text: str) -> None:
        self._send(struct.pack("!HH", _ERROR, code) + text.encode() + b"\0")

    def _check(self, asked: Asked, body: bytes) -> Asked:
        """What EDK2 takes: nothing it did not ask for, and no more than it asked for."""
        granted = _decode_options(body)
        limits = {"blksize", "windowsize"}
        if not granted.keys() <= asked.keys() or any(granted[name] > asked[name] for name in granted.keys() & limits):
            self.abort(_MALFORMED, "Malformatted OACK packet")
            raise AssetError("PXE-E23: Client received TFTP error from server.")
        return granted

    def _send(self, message: bytes) -> None:
        self._endpoint.send(message, self._peer or self._server)

    async def _exchange(self, message: bytes) -> tuple[int, bytes]:
        self._send(message)
        return await self._receive(message)

    async def _receive(self, again: bytes) -> tuple[int, bytes]:
        """Opcode and the rest of the next packet from the peer; `again` is sent when none comes. AssetError for ERROR."""
        for _ in range(_TRIES):
            try:
                async with asyncio.timeout(_WAIT):
                    opcode, body = await self._next_packet()
            except TimeoutError:
                self._send(again)
                continue
            if opcode == _ERROR:
                raise AssetError(f"PXE-E23: {self._file}: {body[2:].split(bytes(1))[0].decode('latin-1')}")
            return opcode, body
        raise AssetError("PXE-E18: Server response timeout." if self._peer else "PXE-E32: TFTP open timeout.")

    async def _next_packet(self) -> tuple[int, bytes]:
        while True:
            data, sender = await self._endpoint.receive()
            if len(data) >= 4 and sender == (self._peer or sender) and sender[0] == self._server[0]:
                self._peer = sender
                return _number(data), data[2:]


def _number(data: bytes) -> int:
    return int.from_bytes(data[:2], "big")


def _encode_request(file: str, asked: Asked) -> bytes:
    words = [file, "octet"]
    for name, value in asked.items():
        words += [name, str(value)]
    return struct.pack("!H", _RRQ) + b"".join(word.encode() + b"\0" for word in words)


def _encode_ack(block: int) -> bytes:
    return struct.pack("!HH", _ACK, block)


def _decode_options(body: bytes) -> Asked:
    """Names in lower case; AssetError when they are no pairs of a name and a number."""
    words = body.split(b"\0")[:-1]
    if len(words) % 2 or not all(value.isdigit() for value in words[1::2]):
        raise AssetError("PXE-E23: Client received TFTP error from server.")
    return {name.decode("latin-1").lower(): int(value) for name, value in zip(words[::2], words[1::2], strict=True)}
