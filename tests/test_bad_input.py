"""Hostile and broken input against the running program: everything goes on serving, one line per cause."""

import asyncio
import socket
from pathlib import Path
from random import Random

import aiohttp
import pytest
from yarl import URL

from boot.client.protocol import PatchType
from boot.client.remote import open_remote_client
from boot.clock import SystemClock
from boot.errors import BadRequest, Invalid
from boot.firmware import BOOT_FILE_NAMES
from boot.resources.kinds import SERVER
from boot.simulator.dhcp import Wiring
from boot.simulator.hardware import build_rack
from boot.simulator.rack import SimulatedRack
from tests.boot.dhcp.frames import ovmf_discover
from tests.support.program import Served, serve

DATAGRAMS = 10_000
MOST_LINES = 60
SECRET = b"nobody may read this"
TRAVERSALS = (
    "/env/../../../../secret",
    "/env/default/../../../secret",
    "/env/%2e%2e/%2e%2e/secret",
    "/env/..%2f..%2fsecret/vmlinuz",
    "/tftp/../../secret",
    "/tftp/..%2f..%2fsecret",
    "/tftp/%5c..%5csecret",
    "/tftp//{secret}",
    "/tftp/%2f{secret}",
    "/{secret}",
)
TFTP_TRAVERSALS = ("../secret", "..\\secret", "{secret}", "ipxe/../../secret", "tftp://127.0.0.1/../secret")
BROKEN_HTTP = (
    b"GET\r\n\r\n",
    b"\0" * 500,
    b"GET /boot.ipxe HTTP/9.9\r\n\r\n",
    b"POST /boot.ipxe HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    b"GET /boot.ipxe HTTP/1.1\r\nHost: a\r\n" + b"X: " + b"a" * 20_000 + b"\r\n\r\n",
)
WHO = "uuid=11223344-5566-7788-99aa-bbccddeeff00&mac=52-54-00-00-00-01"
BAD_REPORTS = {
    "/register/system": 400,
    "/register/system?uuid=none&mac=none": 400,
    "/register/system?uuid=11223344-5566-7788-99aa-bbccddeeff00&mac=ff-ff-ff-ff-ff-ff": 400,
    f"/register/processor/x/y?{WHO}": 404,
    f"/register/processor/9999999999/9999999999?{WHO}": 200,  # of a server there is none of: it is told to begin anew
    f"/ipxe?{WHO}": 200,
    "/ipxe?uuid=%00&mac=%ff": 400,
}
OPERATIONS = (
    ([{"op": "replace", "path": "/spec/accepted", "value": "yes"}], Invalid),
    ([{"op": "replace", "path": "/spec/nothing/there", "value": True}], Invalid),
    ([{"op": "explode", "path": "/spec"}], Invalid),
    ([{"op": "replace"}], BadRequest),
    ([{"op": "remove", "path": "/metadata/name"}], BadRequest),
)


async def test_nothing_that_comes_over_the_wire_stops_the_program(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(SECRET)
    with serve(tmp_path, "--ipxe-dir", str(_boot_files(tmp_path))) as served:
        _send_noise(served)
        await _send_broken_http(served)
        await _send_noise_to_the_plane(served)
        await _send_bad_reports(served)
        await _send_bad_patches(served)
        await _look_for_the_secret(served, str(tmp_path / "secret"))
        await _boot_a_rack(served)
        lines = served.log()
    refused = [line for line in lines if line.get("notice") == "PacketRefused"]
    assert {line["protocol"] for line in refused} == {"dhcp", "tftp", "http"}
    assert len(refused) <= MOST_LINES
    first_lines = [(line["protocol"], line["cause"]) for line in refused if line["count"] == 1]
    assert len(first_lines) == len(set(first_lines))
    assert all("notice" in line for line in lines), "nothing but facts: no complaint of a library, no stack trace"


def _boot_files(directory: Path) -> Path:
    ipxe = directory / "ipxe"
    ipxe.mkdir()
    for name in BOOT_FILE_NAMES:
        (ipxe / name).write_bytes(bytes(100_000))
    return ipxe


def _send_noise(served: Served) -> None:
    dice = Random(11)
    good = ovmf_discover()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for number in range(DATAGRAMS):
            name = ("dhcp", "pxe", "tftp")[number % 3]
            noise = dice.randbytes(dice.randrange(1, 400))
            truncated = good[: dice.randrange(1, len(good))]
            sender.sendto(truncated if number % 2 and name != "tftp" else noise, ("127.0.0.1", served.ports[name]))


async def _send_broken_http(served: Served) -> None:
    for data in BROKEN_HTTP:
        assert b" 400 " in (await _converse(served.ports["http"], data)).split(b"\r\n")[0], data


async def _send_noise_to_the_plane(served: Served) -> None:
    """What speaks no TLS there is hung up on."""
    for data in (b"GET / HTTP/1.1\r\n\r\n", Random(5).randbytes(2000), b"\x16\x03\x01\xff\xff" + bytes(100)):
        assert b"HTTP" not in await _converse(served.ports["plane"], data, ended=True)


async def _converse(port: int, data: bytes, *, ended: bool = False) -> bytes:
    """All that is answered until the other side hangs up; `ended`: ours has nothing more to say."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    if ended:
        writer.write_eof()
    answer = b""
    try:
        async with asyncio.timeout(10):
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
    except ConnectionError:  # reset: it closed with some of our noise unread
        writer.close()
    return answer


async def _send_bad_reports(served: Served) -> None:
    async with aiohttp.ClientSession() as session:
        for path, status in BAD_REPORTS.items():
            async with session.get(URL(f"http://127.0.0.1:{served.ports['http']}{path}", encoded=True)) as response:
                assert (path, response.status) == (path, status)
    async with open_remote_client(served.kubeconfig) as client:
        assert (await client.list(SERVER)).items == []


async def _send_bad_patches(served: Served) -> None:
    async with open_remote_client(served.kubeconfig) as client:
        before = await client.create(SERVER, {"metadata": {"name": "victim"}, "spec": {"accepted": False}})
        for operations, error in OPERATIONS:
            with pytest.raises(error):
                await client.patch(SERVER, "victim", operations, patch_type=PatchType.JSON)
        assert (await client.get(SERVER, "victim"))["spec"] == before["spec"]
        await client.delete(SERVER, "victim")


async def _look_for_the_secret(served: Served, path: str) -> None:
    """Paths as they are: an HTTP library would put them in order first."""
    for each in TRAVERSALS:
        request = f"GET {each.format(secret=path.lstrip('/'))} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        answer = await _converse(served.ports["http"], request.encode())
        assert answer.split(b" ")[1] in {b"400", b"404"}, each
        assert SECRET not in answer
    for each in TFTP_TRAVERSALS:
        answer = await _read_by_tftp(served, each.format(secret=path))
        assert answer[:2] == b"\0\5", each


async def _read_by_tftp(served: Served, name: str) -> bytes:
    """The first packet of the answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.setblocking(False)
        client.bind(("127.0.0.1", 0))
        client.sendto(b"\0\1" + name.encode() + b"\0octet\0", ("127.0.0.1", served.ports["tftp"]))
        async with asyncio.timeout(10):
            return await asyncio.get_running_loop().sock_recv(client, 1024)


async def _boot_a_rack(served: Served) -> None:
    """Every protocol still serves: a BIOS and a UEFI server go all the way from DISCOVER to waiting for acceptance."""
    ports = served.ports
    wiring = Wiring(("127.0.0.1", ports["dhcp"]), "127.0.1.1", ports["pxe"], ports["tftp"])
    rack = SimulatedRack(build_rack(2), wiring, SystemClock(), Random(1))
    running = asyncio.create_task(rack.serve())
    async with asyncio.timeout(60):
        while not all("nothing will be written" in " ".join(screen) for screen in rack.screens.values()):
            await asyncio.sleep(0.05)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    async with open_remote_client(served.kubeconfig) as client:
        servers = (await client.list(SERVER)).items
    assert [server["spec"]["accepted"] for server in servers] == [False, False]
