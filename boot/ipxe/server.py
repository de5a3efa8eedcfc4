"""Component `http`: what firmware and iPXE fetch. Nothing here redirects, and no URL is built from the Host header."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from aiohttp import web

from boot.assets.agent import AGENT_ENVIRONMENT, AgentFiles
from boot.client.allocation import find_allocation, find_server_class
from boot.client.protocol import Client
from boot.clock import Clock
from boot.component import Bound
from boot.errors import NotFound, PacketError
from boot.firmware import BOOT_FILE_NAMES
from boot.ipxe.binaries import Binaries
from boot.ipxe.downloads import Downloads
from boot.ipxe.refusals import Refusals
from boot.ipxe.registrar import Registrar
from boot.ipxe.screen import describe_wait
from boot.ipxe.scripts import (
    render_agent,
    render_boot,
    render_decide,
    render_disk,
    render_environment,
    render_processor_report,
    render_wait,
)
from boot.ipxe.sender import Sender
from boot.ipxe.silence import silence
from boot.lifecycle.architecture import check_cpu, list_environments, parse_cpu
from boot.lifecycle.boot import BootAction, BootDecision, choose_disk_method, choose_environment, decide_boot
from boot.lifecycle.identity import parse_mac, parse_uuid
from boot.notices import NoticeFeed, ScriptServed, TransferFault
from boot.resources.kinds import ENVIRONMENT
from boot.resources.metal import Environment, Server, ServerClass
from boot.web_listener import listening


class Quirks(Protocol):
    """What machines of a model need; the stack hands in what knows it."""

    def stand_in(self, asked: str, address: str) -> str:
        """The iPXE build to give to the machine at `address`, which asks for `asked`."""
        ...

    def exit_of(self, mac: str) -> str:
        """bootFromDiskMethod where neither the server nor its class says one; "" for the default."""
        ...


IDLE_CLOSE = 60.0
"""Seconds a kept-alive connection may be silent."""
ENVIRONMENT_FILES = frozenset({"vmlinuz", "initramfs.xz"})
_ENVIRONMENT_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_MOST_SOCKETS = 64


@dataclass(frozen=True, slots=True)
class AgentBoot:
    """The agent's files, and the port of the API that Sidero's agent is told to talk to."""

    files: AgentFiles
    api_port: int


class HttpServer:
    """`base_url` (http://ADVERTISE:PORT) is what machines are told.

    `asset_path(environment, file)` says where a file of an Environment lies, None when it is not there. `agent` is what
    servers are inventoried and wiped with, None for nothing; `routes` are what other parts answer on the same port.
    `base_url_at(address)` stands in for `base_url` where we have several addresses: it is asked by the one a machine
    reached us at. `ignores(mac, address)`: a machine that was rejected, which is never answered.
    """

    name = "http"

    def __init__(
        self,
        listen: str,
        port: int,
        base_url: str,
        client: Client,
        registrar: Registrar,
        binaries: Binaries,
        asset_path: Callable[[str, str], Path | None],
        notices: NoticeFeed,
        clock: Clock,
        *,
        quirks: Quirks,
        agent: AgentBoot | None = None,
        routes: Sequence[web.RouteDef] = (),
        base_url_at: Callable[[str], str] | None = None,
        ignores: Callable[[str, str], bool] = lambda _mac, _address: False,
    ) -> None:
        self._quirks = quirks
        self._ignores = ignores
        self._agent = agent
        self._routes = routes
        self._listen = listen
        self._port = port
        self._base_url_at = base_url_at or (lambda _address: base_url)
        self._client = client
        self._registrar = registrar
        self._binaries = binaries
        self._asset_path = asset_path
        self._notices = notices
        self._clock = clock
        self._refusals = Refusals(notices, clock)
        self._sender = Sender()
        self._downloads = Downloads(notices, clock, self._sender)

    async def serve(self, bound: Bound) -> None:
        """Serve until cancelled; OSError when the port cannot be had."""
        app = web.Application(middlewares=[silence(self._ignores), self._refusals.middleware()])
        app.router.add_get("/boot.ipxe", self._boot)
        app.router.add_get("/register/system", self._register_system, allow_head=False)
        app.router.add_get(r"/register/processor/{instance:\d+}/{position:\d+}", self._register_processor, allow_head=False)
        app.router.add_get("/ipxe", self._decide, allow_head=False)
        app.router.add_get("/tftp/{file}", self._binary)
        app.router.add_get("/env/{environment}/{file}", self._environment_file)
        app.router.add_routes(self._routes)
        runner = web.AppRunner(
            app,
            access_log=None,
            logger=self._refusals.parser_logger(),
            keepalive_timeout=IDLE_CLOSE,
            handle_signals=False,
        )
        async with AsyncExitStack() as stack:
            stack.enter_context(self._sender)
            port = await stack.enter_async_context(listening(runner, self._listen, self._port))
            bound(self._listen, port)
            await asyncio.Event().wait()

    def _told(self, request: web.Request) -> str:
        """The root of our URLs for this machine."""
        local = request.transport.get_extra_info("sockname") if request.transport else None
        return self._base_url_at(local[0] if local else "")

    async def _boot(self, request: web.Request) -> web.Response:
        return self._script(request, "boot.ipxe", render_boot(self._told(request)))

    async def _register_system(self, request: web.Request) -> web.Response:
        uuid, mac = _who(request.query)
        server = await self._registrar.report_system(request.query, request.remote or "")
        text = render_processor_report(self._told(request), uuid, mac, 0, 0)
        return self._script(request, "register", text, mac=mac, uuid=uuid, server=server, reason="system reported")

    async def _register_processor(self, request: web.Request) -> web.Response:
        uuid, mac = _who(request.query)
        instance, position = (int(request.match_info[part][:4]) for part in ("instance", "position"))
        following = await self._registrar.report_processor(request.query, position)
        if following is None or instance >= _MOST_SOCKETS:
            text = render_decide(self._told(request), uuid, mac)
        else:
            text = render_processor_report(self._told(request), uuid, mac, instance + 1, following)
        return self._script(request, "register", text, mac=mac, uuid=uuid, reason=f"processor {instance} reported")

    async def _decide(self, request: web.Request) -> web.Response:
        uuid, mac = _who(request.query)
        server = await self._registrar.find(uuid, mac)
        cpu = parse_cpu(request.query.get("arch", ""))
        server_class = await self._class_of(server) if server else None
        environment = await self._environment_of(server, server_class, cpu) if server else None
        agent = self._agent is not None and self._agent.files.serves(cpu)
        decision = check_cpu(decide_boot(server, server_class, environment, agent=agent), environment, cpu)
        if server and decision.action is BootAction.DISK and not choose_disk_method(server, server_class):
            decision = replace(decision, method=self._quirks.exit_of(mac) or decision.method)
        name = server.name if server else ""
        served, text = self._answer(decision, server, environment, uuid, mac, self._told(request))
        if decision.method == "http-404":
            self._tell(request, served, mac, uuid, name, decision.reason, decision.environment)
            return web.Response(status=404, text="boot from disk\n")
        told = {"reason": decision.reason, "environment": decision.environment}
        return self._script(request, served, text, mac=mac, uuid=uuid, server=name, **told)

    def _answer(
        self,
        decision: BootDecision,
        server: Server | None,
        environment: Environment | None,
        uuid: str,
        mac: str,
        base_url: str,
    ) -> tuple[str, str]:
        """The name of the script, as in ScriptServed, and its text."""
        if server is None:
            return "boot.ipxe", render_boot(base_url)
        if decision.action is BootAction.DISK:
            return "exit", render_disk(decision.method)
        if decision.action is BootAction.AGENT and self._agent is not None:
            return "agent", render_agent(base_url, uuid, mac, AGENT_ENVIRONMENT, self._agent.api_port)
        if decision.action is BootAction.ENVIRONMENT and environment is not None:
            arguments = environment.spec.kernel.args or ()
            port = self._agent.api_port if self._agent else 0
            return "environment", render_environment(base_url, uuid, mac, decision.environment, arguments, port)
        lines = describe_wait(server, mac, decision.reason, base_url)
        return "wait", render_wait(base_url, uuid, mac, lines)

    async def _class_of(self, server: Server) -> ServerClass | None:
        """Whose settings count: those of the class it was given from, and only while it is allocated."""
        if not server.status.in_use:
            return None
        return await find_server_class(self._client, await find_allocation(self._client, server))

    async def _environment_of(self, server: Server, server_class: ServerClass | None, cpu: str) -> Environment | None:
        for name in list_environments(choose_environment(server, server_class), cpu):
            with suppress(NotFound):
                return Environment.model_validate(await self._client.get(ENVIRONMENT, name))
        return None

    async def _binary(self, request: web.Request) -> web.StreamResponse:
        file = request.match_info["file"]
        if file.casefold() not in BOOT_FILE_NAMES:
            raise web.HTTPNotFound(text="no such file\n")
        return await self._file(request, self._binaries.find(self._quirks.stand_in(file, request.remote or "")), file)

    async def _environment_file(self, request: web.Request) -> web.StreamResponse:
        environment, file = request.match_info["environment"], request.match_info["file"]
        if file not in ENVIRONMENT_FILES or not _ENVIRONMENT_NAME.fullmatch(environment):
            raise web.HTTPNotFound(text="no such file\n")
        path = self._agent.files.find(environment, file) if self._agent else None
        if path is not None:
            return await self._file(request, path, f"{environment}/{file}")
        return await self._file(request, self._asset_path(environment, file), file)

    async def _file(self, request: web.Request, path: Path | None, file: str) -> web.StreamResponse:
        mac = parse_mac(request.query["mac"]) if "mac" in request.query else ""
        if path is None:
            return self._downloads.refuse(request, file, mac, TransferFault.NO_SUCH_FILE, "no such file")
        try:
            return await self._downloads.answer(request, path, file, mac, _content_type(file))
        except OSError as error:
            return self._downloads.refuse(request, file, mac, TransferFault.UNREADABLE, f"cannot be read: {error.strerror}")

    def _script(
        self,
        request: web.Request,
        script: str,
        text: str,
        *,
        mac: str = "",
        uuid: str = "",
        server: str = "",
        reason: str = "",
        environment: str = "",
    ) -> web.Response:
        self._tell(request, script, mac, uuid, server, reason, environment)
        return web.Response(text=text, content_type="text/plain", headers={"Cache-Control": "no-store"})

    def _tell(self, request: web.Request, script: str, mac: str, uuid: str, server: str, reason: str, environment: str) -> None:
        self._notices.publish(
            ScriptServed(
                at=self._clock.now(),
                mac=mac,
                address=request.remote or "",
                script=script,
                uuid=uuid,
                server=server,
                reason=reason,
                environment=environment,
                agent=request.headers.get("User-Agent", "")[:80],
            )
        )


def _who(query: Mapping[str, str]) -> tuple[str, str]:
    """UUID ("" when it is none) and MAC; PacketError without a MAC, which is what a machine is known by."""
    if "mac" not in query:
        raise PacketError("request without mac")
    return parse_uuid(query.get("uuid", "")), parse_mac(query["mac"])


def _content_type(file: str) -> str:
    # EDK2's HTTP boot tells a boot file by this type or by the extension.
    return "application/efi" if file.lower().endswith(".efi") else "application/octet-stream"
