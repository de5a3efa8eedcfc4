"""Hostile and broken input against the running program: everything goes on serving, one line per cause."""

import asyncio
import random
import socket
from pathlib import Path

import aiohttp

from boot.client.protocol import PatchType
from boot.client.remote import open_remote_client
from boot.errors import BadRequest, Invalid
from boot.resources.kinds import SERVER
from tests.boot.dhcp.frames import ovmf_discover
from tests.support.program import Served, serve
from tests.support.registration import register

DATAGRAMS = 10_000
MOST_LINES = 60
TRAVERSALS = ("/env/../../../etc/passwd", "/env/%2e%2e/%2e%2e/etc/passwd", "/tftp/..%2f..%2fetc%2fpasswd", "/tftp//etc/passwd")
BROKEN_HTTP = (
    b"GET\r\n\r\n",
    b"\0" * 500,
    b"GET /boot.ipxe HTTP/9.9\r\n\r\n",
    b"POST /boot.ipxe HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
)


async def test_nothing_that_comes_over_the_wire_stops_the_program(tmp_path: Path) -> None:
    with serve(tmp_path) as served:
        _send_noise(served)
        await _send_broken_http(served)
        await _send_bad_patches(served)
        base = f"http://127.0.0.1:{served.ports['http']}"
        async with aiohttp.ClientSession() as session:
            for path in TRAVERSALS:
                async with session.get(base + path) as response:
                    assert response.status == 404
                    assert b"root:" not in await response.read()
            name = await register(session, base, 1)
        async with open_remote_client(served.kubeconfig) as client:
            assert (await client.get(SERVER, name))["spec"]["accepted"] is False
        assert await _fetch_by_tftp(served) > 0
    refused = [line for line in served.log() if line.get("notice") == "PacketRefused"]
    assert {line["protocol"] for line in refused} == {"dhcp", "tftp", "http"}
    assert len(refused) <= MOST_LINES
    first_lines = [(line["protocol"], line["cause"]) for line in refused if line["count"] == 1]
    assert len(first_lines) == len(set(first_lines))


def _send_noise(served: Served) -> None:
    dice = random.Random(11)
    good = ovmf_discover()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for number in range(DATAGRAMS):
            name = ("dhcp", "pxe", "tftp")[number % 3]
            noise = dice.randbytes(dice.randrange(1, 400))
            truncated = good[: dice.randrange(1, len(good))]
            sender.sendto(truncated if number % 2 and name != "tftp" else noise, ("127.0.0.1", served.ports[name]))


async def _send_broken_http(served: Served) -> None:
    for data in BROKEN_HTTP:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.ports["http"])
        writer.write(data)
        async with asyncio.timeout(10):
            assert b" 400 " in await reader.readline()
        writer.close()
        await writer.wait_closed()


async def _send_bad_patches(served: Served) -> None:
    async with open_remote_client(served.kubeconfig) as client:
        await client.create(SERVER, {"metadata": {"name": "victim"}, "spec": {"accepted": False}})
        before = await client.get(SERVER, "victim")
        for operations, error in (
            ([{"op": "replace", "path": "/spec/accepted", "value": "yes"}], Invalid),
            ([{"op": "replace", "path": "/spec/nothing/there", "value": True}], Invalid),
            ([{"op": "explode", "path": "/spec"}], BadRequest),
            ([{"op": "replace"}], BadRequest),
            ([{"op": "remove", "path": "/metadata/name"}], BadRequest),
        ):
            try:
                await client.patch(SERVER, "victim", operations, patch_type=PatchType.JSON)
            except error:
                continue
            raise AssertionError(f"{operations} was taken")
        after = await client.get(SERVER, "victim")
        assert after["spec"] == before["spec"]


async def _fetch_by_tftp(served: Served) -> int:
    """Bytes of the answer to a read request for a file there is none of: an ERROR packet will do."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.setblocking(False)
        client.bind(("127.0.0.1", 0))
        client.sendto(b"\0\x01nothing\0octet\0", ("127.0.0.1", served.ports["tftp"]))
        async with asyncio.timeout(10):
            return len(await asyncio.get_running_loop().sock_recv(client, 1024))
