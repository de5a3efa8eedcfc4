"""The HTTP server on real sockets, with real registration on the real plane."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from boot.assets.agent import AgentFiles
from boot.client.local import LocalClient
from boot.clock import SystemClock
from boot.ipxe.binaries import Binaries
from boot.ipxe.server import AgentBoot, HttpServer
from boot.notices import NoticeFeed, PacketRefused, ScriptServed, TransferFailed, TransferProgressed
from boot.registration.agentless import Registrar
from boot.resources.kinds import ENVIRONMENT, SERVER, SERVER_CLASS
from tests.support.bindings import bind
from tests.support.plane import local_client
from tests.support.quirks import NoQuirks
from tests.support.serving import serving, wait_for

BASE = "http://192.0.2.1:8081"
UUID = "11223344-5566-7788-99aa-bbccddeeff00"
MAC = "52:54:00:aa:00:01"
WHO = f"uuid={UUID}&mac=52%3A54%3A00%3Aaa%3A00%3A01"  # as builds of 2019 write a colon
KERNEL = bytes(range(256)) * 4096


@dataclass
class Stack:
    client: LocalClient
    feed: NoticeFeed
    port: int
    session: aiohttp.ClientSession
    directory: Path

    async def get(self, path: str, **arguments: Any) -> tuple[int, str]:
        async with self.session.get(path, allow_redirects=False, **arguments) as response:
            return response.status, await response.text()

    async def register(self) -> None:
        assert (await self.get(f"/register/system?{WHO}&1.1=1b&1.4=ACME&1.7=SER42"))[0] == 200

    async def patch(self, spec: dict[str, Any], status: dict[str, Any] | None = None) -> None:
        await self.client.patch(SERVER, UUID, {"spec": spec})
        if status:
            await self.client.patch(SERVER, UUID, {"status": status}, subresource="status")

    async def raw(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(request)
            async with asyncio.timeout(10):
                return await reader.read(4096)
        finally:
            writer.close()
            await writer.wait_closed()


@asynccontextmanager
async def running(directory: Path) -> AsyncIterator[Stack]:
    feed, clock = NoticeFeed(10_000), SystemClock()
    (directory / "ipxe").mkdir()
    (directory / "ipxe" / "ipxe.efi").write_bytes(b"efi")
    assets = directory / "assets"
    (assets / "default").mkdir(parents=True)
    (assets / "default" / "vmlinuz").write_bytes(KERNEL)

    def asset_path(environment: str, file: str) -> Path | None:
        path = assets / environment / file
        return path if path.is_file() else None

    async with local_client(directory) as client:
        registrar = Registrar(client, feed, clock)
        binaries = Binaries([directory / "ipxe"])
        agent = AgentBoot(AgentFiles(directory / "agent"), 50100)
        server = HttpServer(
            "127.0.0.1", 0, BASE, client, registrar, binaries, asset_path, feed, clock, quirks=NoQuirks(), agent=agent
        )
        async with serving(server) as port, aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            yield Stack(client, feed, port, session, directory)


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    async with running(tmp_path) as running_stack:
        yield running_stack


async def add_environment(stack: Stack, name: str = "default", *, ready: bool) -> None:
    spec = {"kernel": {"url": "http://k", "args": ["console=ttyS0"]}, "initrd": {"url": "http://i"}}
    metadata = {"name": name}
    await stack.client.create(
        ENVIRONMENT, {"apiVersion": ENVIRONMENT.api_version, "kind": "Environment", "metadata": metadata, "spec": spec}
    )
    conditions = [{"url": url, "status": "True" if ready else "False", "type": "Ready"} for url in ("http://k", "http://i")]
    await stack.client.patch(ENVIRONMENT, name, {"status": {"conditions": conditions}}, subresource="status")


async def test_boot_ipxe_names_the_advertised_address_whatever_the_host_header_says(stack: Stack) -> None:
    async with stack.session.get("/boot.ipxe", headers={"Host": "evil.example"}) as response:
        text = await response.text()
        assert response.headers["Content-Type"].startswith("text/plain")
        assert int(response.headers["Content-Length"]) == len(text)
    assert f"chain --replace --autofree {BASE}/register/system?" in text
    assert "evil" not in text


async def test_a_server_exists_once_its_first_report_is_answered(stack: Stack) -> None:
    status, text = await stack.get(f"/register/system?{WHO}&hostname=pxe-01&1.1=1b&1.4=ACME%20Inc&1.5=Box&1.7=SER42")
    assert status == 200
    server = await stack.client.get(SERVER, UUID)
    assert server["spec"]["hostname"] == "pxe-01"
    assert server["spec"]["hardware"]["system"]["manufacturer"] == "ACME Inc"
    assert f"{BASE}/register/processor/0/0?uuid={UUID}&mac=52-54-00-aa-00-01&" in text


async def test_processors_are_asked_for_until_there_is_none(stack: Stack) -> None:
    await stack.register()
    cpu = "4.1=2a&4.7=Intel&4.16=Atom%20C3558%20%40%202.20GHz&4.20=9808&4.24=41&4.35=02&4.37=02"
    _, second = await stack.get(f"/register/processor/0/0?{WHO}&{cpu}")
    assert "/register/processor/1/1?" in second
    _, last = await stack.get(f"/register/processor/1/1?{WHO}&4.1=&4.7=")
    assert f"{BASE}/ipxe?uuid={UUID}&mac=52-54-00-aa-00-01&" in last
    compute = (await stack.client.get(SERVER, UUID))["spec"]["hardware"]["compute"]
    assert compute["processors"][0]["productName"] == "Atom C3558 @ 2.20GHz"


async def test_an_unknown_machine_is_told_to_register(stack: Stack) -> None:
    _, text = await stack.get(f"/ipxe?{WHO}&domain=&hostname=&serial=&arch=i386")
    assert "/register/system?" in text
    served = await wait_for(stack.feed, ScriptServed)
    assert (served.script, served.reason, served.mac) == ("boot.ipxe", "not registered yet", MAC)


async def test_an_unaccepted_server_waits_and_is_seen(stack: Stack) -> None:
    await add_environment(stack, ready=True)
    await stack.register()
    _, text = await stack.get(f"/ipxe?{WHO}", headers={"User-Agent": "iPXE/1.21.1"})
    assert "kernel" not in text
    assert "echo State: not accepted: nothing will be written to its disks." in text
    served = await wait_for(stack.feed, ScriptServed, lambda notice: notice.script == "wait")
    assert (served.server, served.mac, served.agent) == (UUID, MAC, "iPXE/1.21.1")


async def test_a_server_boots_the_agent_as_soon_as_there_is_one_for_its_processor(stack: Stack) -> None:
    await stack.register()
    assert "echo State: not accepted" in (await stack.get(f"/ipxe?{WHO}&arch=x86_64"))[1]
    (stack.directory / "agent").mkdir()
    for file in ("vmlinuz", "initramfs.xz"):
        (stack.directory / "agent" / file).write_bytes(file.encode())
    assert f"{BASE}/env/agent-amd64/vmlinuz?" in (await stack.get(f"/ipxe?{WHO}&arch=x86_64"))[1]
    assert "echo State: not accepted" in (await stack.get(f"/ipxe?{WHO}&arch=arm64"))[1]
    served = await wait_for(stack.feed, ScriptServed, lambda notice: notice.script == "agent")
    assert served.reason == "not accepted: the agent looks at its disks and writes nothing"
    assert await stack.get("/env/agent-amd64/vmlinuz?mac=52-54-00-aa-00-01") == (200, "vmlinuz")
    sent = await wait_for(stack.feed, TransferProgressed, lambda notice: notice.done)
    assert (sent.file, sent.mac) == ("agent-amd64/vmlinuz", MAC)


async def test_an_accepted_server_goes_on_waiting_until_it_is_allocated(stack: Stack) -> None:
    await stack.register()
    await stack.patch({"accepted": True})
    assert "accepted, and not allocated to a cluster yet" in (await stack.get(f"/ipxe?{WHO}"))[1]


async def test_an_allocated_server_boots_its_environment_once_that_is_ready(stack: Stack) -> None:
    await stack.register()
    await stack.patch({"accepted": True}, {"inUse": True})
    assert "environment default does not exist" in (await stack.get(f"/ipxe?{WHO}"))[1]
    await add_environment(stack, ready=False)
    assert "environment default is not ready" in (await stack.get(f"/ipxe?{WHO}"))[1]
    ready = [{"url": url, "status": "True", "type": "Ready"} for url in ("http://k", "http://i")]
    await stack.client.patch(ENVIRONMENT, "default", {"status": {"conditions": ready}}, subresource="status")
    assert f"kernel --name vmlinuz {BASE}/env/default/vmlinuz?mac=" in (await stack.get(f"/ipxe?{WHO}"))[1]


async def test_an_arm64_server_boots_the_arm64_environment_beside_an_amd64_one(stack: Stack) -> None:
    await stack.register()
    await stack.patch({"accepted": True}, {"inUse": True})
    await add_environment(stack, ready=True)
    await add_environment(stack, "default-arm64", ready=True)
    assert f"{BASE}/env/default/vmlinuz" in (await stack.get(f"/ipxe?{WHO}&arch=x86_64"))[1]
    assert f"{BASE}/env/default-arm64/vmlinuz" in (await stack.get(f"/ipxe?{WHO}&arch=arm64"))[1]


@pytest.mark.parametrize(
    ("method", "status", "command"),
    [("ipxe-exit", 200, "exit"), ("ipxe-sanboot", 200, "sanboot"), ("http-404", 404, "boot from disk"), ("", 200, "exit")],
)
async def test_an_installed_server_is_sent_to_its_disk(stack: Stack, method: str, status: int, command: str) -> None:
    await stack.register()
    booted = [{"type": "PXEBooted", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}]
    spec = {"accepted": True, **({"bootFromDiskMethod": method} if method else {})}
    await stack.patch(spec, {"inUse": True, "conditions": booted})
    answer = await stack.get(f"/ipxe?{WHO}")
    assert answer[0] == status
    assert command in answer[1]


async def test_the_class_it_was_given_from_says_what_it_boots_where_the_server_itself_does_not(stack: Stack) -> None:
    await stack.register()
    await add_environment(stack, ready=True)
    await add_environment(stack, "special", ready=True)
    wanted = {"environmentRef": {"name": "special"}, "bootFromDiskMethod": "ipxe-sanboot"}
    await stack.client.create(SERVER_CLASS, {"metadata": {"name": "rack"}, "spec": wanted})
    await stack.patch({"accepted": True}, {"inUse": True})
    await bind(stack.client, UUID, server_class="rack")
    assert f"{BASE}/env/special/vmlinuz" in (await stack.get(f"/ipxe?{WHO}"))[1]
    booted = [{"type": "PXEBooted", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}]
    await stack.patch({}, {"conditions": booted})
    assert "sanboot" in (await stack.get(f"/ipxe?{WHO}"))[1]
    await stack.patch({"environmentRef": {"name": "default"}, "bootFromDiskMethod": "http-404"}, {"conditions": []})
    assert f"{BASE}/env/default/vmlinuz" in (await stack.get(f"/ipxe?{WHO}"))[1]


async def test_a_kernel_is_sent_with_length_ranges_and_progress(stack: Stack) -> None:
    async with stack.session.get("/env/default/vmlinuz?mac=52-54-00-aa-00-01") as response:
        assert response.headers["Content-Length"] == str(len(KERNEL))
        assert await response.read() == KERNEL
    first = await wait_for(stack.feed, TransferProgressed)
    last = await wait_for(stack.feed, TransferProgressed, lambda notice: notice.done)
    assert (first.protocol, first.file, first.mac, first.sent, first.size) == ("http", "vmlinuz", MAC, 0, len(KERNEL))
    assert last.sent == len(KERNEL)
    async with stack.session.get("/env/default/vmlinuz", headers={"Range": "bytes=256-511"}) as response:
        assert (response.status, await response.read()) == (206, bytes(range(256)))
    async with stack.session.head("/env/default/vmlinuz") as response:
        assert (response.status, response.headers["Content-Length"]) == (200, str(len(KERNEL)))


async def test_a_client_that_hangs_up_is_a_failed_transfer(stack: Stack) -> None:
    (stack.directory / "assets" / "default" / "initramfs.xz").write_bytes(bytes(64 << 20))
    reader, writer = await asyncio.open_connection("127.0.0.1", stack.port)
    writer.write(b"GET /env/default/initramfs.xz HTTP/1.1\r\nHost: x\r\n\r\n")
    await reader.read(1000)
    await wait_for(stack.feed, TransferProgressed, lambda notice: notice.sent > 0)
    writer.transport.abort()
    failed = await wait_for(stack.feed, TransferFailed)
    assert failed.reason == "the client closed the connection"
    assert 0 < failed.sent < failed.size == 64 << 20


async def test_an_ipxe_binary_is_sent_as_efi_in_any_case(stack: Stack) -> None:
    async with stack.session.get("/tftp/IPXE.EFI") as response:
        assert (await response.read(), response.headers["Content-Type"]) == (b"efi", "application/efi")


async def test_a_boot_file_we_do_not_have_is_a_failed_transfer(stack: Stack) -> None:
    assert await stack.get("/tftp/undionly.kpxe") == (404, "undionly.kpxe: no such file\n")
    assert (await wait_for(stack.feed, TransferFailed)).file == "undionly.kpxe"


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/ipxe", 400),
        ("/ipxe?mac=zz", 400),
        ("/ipxe?uuid=%00%ff&mac=%00%ff%fe", 400),
        ("/register/system?uuid=x", 400),
        ("/register/system?&&&===%%%", 400),
        (f"/register/processor/99999999999999999999/0?{WHO}&4.1=zz", 200),
        ("/register/processor/-1/0", 404),
        ("/tftp/..%2f..%2f..%2fetc%2fpasswd", 404),
        ("/tftp/../../etc/passwd", 404),
        ("/env/..%2f..%2fetc/passwd", 404),
        ("/env/default/..%2fvmlinuz", 404),
        ("/env/%2e%2e/vmlinuz", 404),
        ("/env/default/initramfs.xz?mac=zz", 400),
        ("//etc/passwd", 404),
        ("/" + "a" * 5000, 404),
    ],
)
async def test_a_bad_request_gets_a_short_answer_and_the_next_one_is_served(stack: Stack, target: str, status: int) -> None:
    answer = await stack.raw(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert len(answer) < 1500
    assert (await stack.get("/boot.ipxe"))[0] == 200


@pytest.mark.parametrize(
    ("request_bytes", "cause"),
    [
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 65536 + b"\r\n\r\n", "request line or header too long"),
        (b"GET /" + b"x" * 65536 + b" HTTP/1.1\r\n\r\n", "request line or header too long"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64 + b"\r\n\r\n", "not an HTTP request"),
        (b"nonsense\r\n\r\n", "not an HTTP request"),
    ],
)
async def test_what_is_no_http_is_one_notice_and_no_log_line(
    stack: Stack, request_bytes: bytes, cause: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await stack.raw(request_bytes)
    assert answer.startswith((b"HTTP/1.0 400 ", b"HTTP/1.1 400 "))
    assert (await wait_for(stack.feed, PacketRefused)).cause == cause
    assert caplog.records == []
    assert (await stack.get("/boot.ipxe"))[0] == 200


async def test_methods_that_change_nothing_are_the_only_ones(stack: Stack) -> None:
    async with stack.session.post("/ipxe") as response:
        assert response.status == 405
    async with stack.session.head(f"/register/system?{WHO}") as response:
        assert response.status == 405
    assert (await stack.client.list(SERVER)).items == []
    assert (await wait_for(stack.feed, PacketRefused)).cause == "method not allowed"
