"""A rack switched on at once asks for its addresses: `python -m benchmarks.dhcp [SERVERS]`.

Each server sends DISCOVER and then REQUEST, all of them together, to our full server on loopback; leases go to a real disk.
Told are the times from a message to its reply, the time until the last has its address, what the server's loop spent, and how
long anything else on that loop had to wait.
"""

import asyncio
import socket
import struct
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from boot.clock import SystemClock
from boot.config import AddressRange, DhcpMode
from boot.dhcp.answer import Site
from boot.dhcp.lease_file import LeaseFile
from boot.dhcp.leases import Leases
from boot.dhcp.lessor import Lessor
from boot.dhcp.listener import Binding
from boot.dhcp.overrides import Overrides
from boot.dhcp.packet import REQUEST, MessageType, Option, Packet, encode_packet, parse_packet
from boot.dhcp.server import DhcpServer
from boot.feed import Feed
from boot.notices import Notice

SERVERS = 200
RELAY = "127.0.0.9"
_TICK = 0.001


def _message(number: int, kind: MessageType, address: str = "") -> bytes:
    options = {
        Option.MESSAGE_TYPE: bytes((kind,)),
        Option.VENDOR_CLASS: b"PXEClient:Arch:00007:UNDI:003000",
        Option.ARCHITECTURE: struct.pack("!H", 7),
        Option.RELAY_INFO: b"\x13\x00",
    }
    if address:
        options |= {Option.REQUESTED_ADDRESS: socket.inet_aton(address), Option.SERVER_ID: socket.inet_aton("127.0.0.1")}
    mac = (0x5254_0000_0000 + number).to_bytes(6, "big").hex(":")
    return encode_packet(Packet(op=REQUEST, xid=number, mac=mac, giaddr=RELAY, options={int(k): v for k, v in options.items()}))


def _ask(port: int, servers: int) -> tuple[list[float], float]:
    """Seconds from each message to its reply, and from the first message to the last address. In a process of its own."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        opened.bind((RELAY, 0))
        opened.settimeout(10)
        sent: dict[int, float] = {}
        times: list[float] = []
        start = time.perf_counter()
        for number in range(servers):
            sent[number] = time.perf_counter()
            opened.sendto(_message(number, MessageType.DISCOVER), ("127.0.0.1", port))
        while len(times) < 2 * servers:
            reply = parse_packet(opened.recv(4096))
            now = time.perf_counter()
            times.append(now - sent[reply.xid])
            if reply.options[Option.MESSAGE_TYPE] == bytes((MessageType.OFFER,)):
                sent[reply.xid] = now
                opened.sendto(_message(reply.xid, MessageType.REQUEST, reply.yiaddr), ("127.0.0.1", port))
        return times, time.perf_counter() - start


async def _measure_stalls(longest: list[float]) -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(_TICK)
        longest.append(time.perf_counter() - before - _TICK)


async def measure(servers: int, directory: Path) -> None:
    ranges = (AddressRange(first="127.0.4.1", last="127.0.7.250"),)
    leases = Leases(ranges, directory / "leases.json", SystemClock())
    lessor = Lessor(leases, LeaseFile(directory / "leases.json", leases.render), ranges, Overrides())
    site = Site(DhcpMode.SERVER, "127.0.0.1", "http://127.0.0.1:8081", lambda _: "ipxe.efi", netmask="255.0.0.0")
    notices: Feed[Notice] = Feed(20_000)
    component = DhcpServer(Binding("127.0.0.1", 0, "lo"), site, notices, SystemClock(), Overrides(), lessor)
    bound: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    stalls: list[float] = []
    tasks: Sequence[asyncio.Task[None]] = [
        asyncio.create_task(component.serve(lambda _address, port: bound.set_result(port))),
        asyncio.create_task(_measure_stalls(stalls)),
    ]
    port = await bound
    used = time.thread_time()
    with ProcessPoolExecutor(1) as clients:
        times, whole = await asyncio.get_running_loop().run_in_executor(clients, _ask, port, servers)
    used = time.thread_time() - used
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    times.sort()
    median, worst = times[len(times) // 2], times[int(len(times) * 0.99)]
    print(f"{servers} servers, {len(times)} replies: median {median * 1e3:.1f} ms, p99 {worst * 1e3:.1f} ms")
    print(f"last address after {whole * 1e3:.0f} ms; {used / len(times) * 1e6:.0f} µs of the loop per reply")
    print(f"longest wait of anything else on the loop: {max(stalls) * 1e3:.1f} ms")


def main() -> None:
    servers = int(sys.argv[1]) if len(sys.argv) > 1 else SERVERS
    with tempfile.TemporaryDirectory(dir=".") as directory:
        asyncio.run(measure(servers, Path(directory)))


if __name__ == "__main__":
    main()
