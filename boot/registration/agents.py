"""The agent API: Sidero's calls, and what our own agent asks beside them. Every answer that allows a write asks the guard.

Wire formats are elsewhere: boot.registration.agent_grpc and boot.registration.agent_http hand messages in and out.
"""

from boot.client.changes import change_object
from boot.client.events import EventRecorder
from boot.client.protocol import Client
from boot.clock import Clock
from boot.config import Lifecycle
from boot.errors import ConfigError
from boot.lifecycle.addresses import merge_addresses
from boot.lifecycle.deadlines import deadline_seconds
from boot.lifecycle.disks import choose_method, known_disks, read_plan
from boot.lifecycle.guard import Permit, Rules
from boot.lifecycle.orders import AgentAction, Orders
from boot.lifecycle.wiping import DiskResult, WipedDisk
from boot.notices import AgentHeard, NoticeFeed, ServerWiped, WipeProgressed
from boot.registration.agent_report import parse_agent_report
from boot.registration.agentless import Registrar
from boot.registration.callers import Callers, Fault
from boot.registration.messages import (
    CreateServerRequest,
    CreateServerResponse,
    DiskOrderMessage,
    HeartbeatRequest,
    MarkServerAsWipedRequest,
    OrdersMessage,
    ProgressRequest,
    ProgressResponse,
    ReconcileServerAddressesRequest,
    Who,
)
from boot.registration.runs import Runs
from boot.resources.annotations import DISK_CONTENTS
from boot.resources.base import Object
from boot.resources.kinds import SERVER
from boot.resources.metal import Server
from boot.resources.wiping import Disk, DiskContents, WipeMethod, find_record


class Agents:
    """`address` is where the call came from. Every method raises AgentError, PacketError or ApiError."""

    def __init__(
        self, client: Client, registrar: Registrar, notices: NoticeFeed, clock: Clock, settings: Lifecycle, rules: Rules
    ) -> None:
        self._client = client
        self._registrar = registrar
        self._notices = notices
        self._clock = clock
        self._settings = settings
        self._callers = Callers(client, registrar, notices, clock)
        self._runs = Runs(client, clock, rules, EventRecorder(client, clock))

    @property
    def callers(self) -> Callers:
        return self._callers

    async def create_server(self, request: CreateServerRequest, address: str) -> CreateServerResponse:
        """Register it, or complete what is known of it, and say what it is to do."""
        report = parse_agent_report(request, address, self._clock.now())
        mac = report.reported.mac
        known = await self._registrar.find(report.reported.uuid, mac)
        if known is not None:
            self._callers.admit("CreateServer", known, mac, address)
        name = await self._registrar.report(report, address)
        if request.agent is not None:
            return await self._answer_ours(name, request, mac, address)
        return await self._answer_sidero(name)

    async def _answer_ours(self, name: str, request: CreateServerRequest, mac: str, address: str) -> CreateServerResponse:
        boot = request.agent.boot if request.agent else ""
        server, orders = await self._runs.order(name, boot, self._seen_disks(await self._get(name), boot))
        self._hear(server, boot, orders, mac, address)
        wipe = orders.action is AgentAction.WIPE
        return CreateServerResponse(
            wipe=wipe,
            insecure_wipe=wipe and all(row.method is WipeMethod.FAST for row in orders.disks),
            setup_bmc=self._sets_up_bmc(server),
            reboot_timeout=self._settings.reboot_timeout if wipe else 0.0,
            server=server.name,
            orders=self._orders_message(server, orders),
        )

    async def _answer_sidero(self, name: str) -> CreateServerResponse:
        server = await self._get(name)
        disks = known_disks(server)
        try:
            method = choose_method(read_plan(server))
        except ConfigError:
            method = WipeMethod.FAST  # the guard refuses a server whose plan cannot be read
        server, permit = await self._runs.order_sidero(name, disks, deadline_seconds(disks or (), method))
        return CreateServerResponse(
            wipe=permit.allowed,
            insecure_wipe=permit.allowed and method is WipeMethod.FAST,
            setup_bmc=self._sets_up_bmc(server),
            reboot_timeout=self._settings.reboot_timeout if permit.allowed else 0.0,
        )

    async def orders(self, request: Who, address: str) -> OrdersMessage:
        """What our agent is to do now; the question is its heartbeat, too."""
        server = await self._callers.resolve("orders", request, address)
        disks = self._seen_disks(server, request.boot)
        if disks is None:
            raise self._callers.refuse("orders", Fault.UNKNOWN, "its disks are not known in this boot: register first", address)
        server, orders = await self._runs.order(server.name, request.boot, disks)
        self._hear(server, request.boot, orders, request.mac, address)
        return self._orders_message(server, orders)

    async def progress(self, request: ProgressRequest, address: str) -> ProgressResponse:
        """Whether to go on with this disk."""
        server = await self._callers.resolve("progress", request, address)
        seen = self._seen_disks(server, request.boot) or ()
        disk = next((disk for disk in seen if disk.device_name == request.disk), None)
        permit = await self._runs.progress(server.name, request.boot, disk)
        if permit.allowed and request.error:
            permit = await self._runs.fail(server.name, request.step, request.disk, request.error)
        self._notices.publish(
            WipeProgressed(
                at=self._clock.now(),
                mac=request.mac,
                address=address,
                server=server.name,
                disk=request.disk,
                step=request.step,
                done=request.done,
                total=request.total,
                error=request.error,
                go_on=permit.allowed,
            )
        )
        return ProgressResponse(go_on=permit.allowed, reason="" if permit.allowed else permit.reason)

    async def mark_wiped(self, request: MarkServerAsWipedRequest, address: str) -> None:
        """It is clean, if every disk that must be wiped is; AgentError with the reason otherwise."""
        method = "MarkServerAsWiped"
        server = await self._callers.resolve(method, request, address)
        permit = await self._finish(server, request)
        if not permit.allowed:
            raise self._callers.refuse(method, Fault.REFUSED, f"not clean: {permit.reason}", address, request.mac, server.name)
        disks = tuple(row.device_name for row in request.disks or () if row.result == DiskResult.WIPED)
        told = ServerWiped(at=self._clock.now(), mac=request.mac, address=address, server=server.name, disks=disks)
        self._notices.publish(told)

    async def _finish(self, server: Server, request: MarkServerAsWipedRequest) -> Permit:
        if request.disks is None:
            return await self._runs.finish(server.name, known_disks(server), None)
        results = {row.device_name: WipedDisk(row.device_name, DiskResult(row.result), row.verified) for row in request.disks}
        return await self._runs.finish(server.name, self._seen_disks(server, request.boot), results)

    async def heartbeat(self, request: HeartbeatRequest, address: str) -> None:
        """A wipe is still under way."""
        server = await self._callers.resolve("Heartbeat", request, address)
        await self._runs.beat(server.name)

    async def reconcile_addresses(self, request: ReconcileServerAddressesRequest, address: str) -> None:
        server = await self._callers.resolve("ReconcileServerAddresses", request, address)

        def merge(obj: Object) -> Object:
            known = Server.model_validate(obj).status.addresses or ()
            merged = merge_addresses(known, request.address)
            return {} if merged == list(known) else {"status": {"addresses": [entry.wire() for entry in merged]}}

        await change_object(self._client, SERVER, server.name, merge, "status")

    async def _get(self, name: str) -> Server:
        return Server.model_validate(await self._client.get(SERVER, name))

    def _seen_disks(self, server: Server, boot: str) -> list[Disk] | None:
        """The disks that the agent reported in this very boot: device names mean nothing in another one."""
        contents = find_record(server, DISK_CONTENTS, DiskContents)
        return contents.disks if contents is not None and contents.boot == boot else None

    def _sets_up_bmc(self, server: Server) -> bool:
        return self._settings.setup_bmc and server.spec.accepted and server.spec.bmc is None

    def _orders_message(self, server: Server, orders: Orders) -> OrdersMessage:
        return OrdersMessage(
            action=orders.action,
            reason=orders.reason,
            disks=[
                DiskOrderMessage(
                    device_name=row.disk.device_name,
                    serial=row.disk.serial,
                    wwid=row.disk.wwid,
                    action=row.action,
                    method=row.method,
                )
                for row in orders.disks
            ],
            deadline_seconds=orders.deadline_seconds,
            setup_bmc=self._sets_up_bmc(server),
            poll_seconds=orders.poll_seconds,
        )

    def _hear(self, server: Server, boot: str, orders: Orders, mac: str, address: str) -> None:
        self._notices.publish(
            AgentHeard(
                at=self._clock.now(),
                mac=mac,
                address=address,
                server=server.name,
                boot=boot,
                action=orders.action,
                reason=orders.reason,
            )
        )
