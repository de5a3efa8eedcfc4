"""The client's side of TFTP, as UEFI and BIOS ROMs do it (RFC 1350, 2347 to 2349, 7440)."""

import asyncio
import struct

from boot.errors import AssetError
from boot.simulator.datagrams import Endpoint
from boot.simulator.hardware import Kind

_RRQ, _DATA, _ACK, _ERROR, _OACK = 1, 3, 4, 5, 6
_WAIT = 3.0
_TRIES = 6


async def fetch(file: str, server: tuple[str, int], source: str, kind: Kind) -> int:
    """Fetch as that firmware would, size probe first where it does; returns the bytes received. AssetError when refused."""
    if kind is Kind.BIOS:
        return await _transfer(file, server, source, {"tsize": "0", "blksize": "1456"})
    # EDK2 asks for the size, aborts, and asks again from another port with four blocks at a time.
    await _probe(file, server, source)
    return await _transfer(file, server, source, {"blksize": "1468", "windowsize": "4"})


async def _probe(file: str, server: tuple[str, int], source: str) -> None:
    async with Endpoint.open(source) as endpoint:
        answer = await _request(endpoint, file, server, {"tsize": "0", "blksize": "1468", "windowsize": "4"})
        _check(answer, file)
        endpoint.send(struct.pack("!HH", _ERROR, 8) + b"User aborted the transfer\0", endpoint.peer)


async def _request(endpoint: Endpoint, file: str, server: tuple[str, int], options: dict[str, str]) -> bytes:
    words = (file, "octet", *(word for pair in options.items() for word in pair))
    message = struct.pack("!H", _RRQ) + b"".join(word.encode() + b"\0" for word in words)
    for _ in range(_TRIES):
        endpoint.send(message, server)
        try:
            async with asyncio.timeout(_WAIT):
                return await endpoint.receive()
        except TimeoutError:
            continue
    raise AssetError(f"{file}: TFTP open timeout (PXE-E32)")


async def _transfer(file: str, server: tuple[str, int], source: str, options: dict[str, str]) -> int:
    async with Endpoint.open(source) as endpoint:
        packet = await _request(endpoint, file, server, options)
        peer = endpoint.peer
        window, size, received, block = 1, 512, 0, 0
        if _check(packet, file) == _OACK:
            granted = _options(packet)
            size, window = int(granted.get("blksize", "512")), int(granted.get("windowsize", "1"))
            packet = await _exchange(endpoint, struct.pack("!HH", _ACK, 0), peer)
        unacknowledged = 0
        while True:
            _check(packet, file)
            (number,) = struct.unpack_from("!H", packet, 2)
            if number == (block + 1) & 0xFFFF:
                block, received, unacknowledged = number, received + len(packet) - 4, unacknowledged + 1
                if len(packet) - 4 < size:
                    endpoint.send(struct.pack("!HH", _ACK, block), peer)
                    return received
            if unacknowledged >= window or number != block:
                unacknowledged = 0
                packet = await _exchange(endpoint, struct.pack("!HH", _ACK, block), peer)
            else:
                packet = await _receive(endpoint, struct.pack("!HH", _ACK, block), peer)


async def _exchange(endpoint: Endpoint, message: bytes, peer: tuple[str, int]) -> bytes:
    endpoint.send(message, peer)
    return await _receive(endpoint, message, peer)


async def _receive(endpoint: Endpoint, message: bytes, peer: tuple[str, int]) -> bytes:
    for _ in range(_TRIES):
        try:
            async with asyncio.timeout(_WAIT):
                return await endpoint.receive()
        except TimeoutError:
            endpoint.send(message, peer)
    raise AssetError("TFTP read timeout (PXE-E35)")


def _check(packet: bytes, file: str) -> int:
    """The opcode; AssetError when it is ERROR."""
    opcode: int = struct.unpack_from("!H", packet)[0]
    if opcode == _ERROR:
        raise AssetError(f"{file}: {packet[4:].split(bytes(1))[0].decode(errors='replace')} (PXE-E23)")
    return opcode


def _options(packet: bytes) -> dict[str, str]:
    words = [word.decode().lower() for word in packet[2:].split(b"\0")[:-1]]
    return dict(zip(words[::2], words[1::2], strict=True))
