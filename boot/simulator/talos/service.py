"""The machine API of one simulated machine: gRPC over mutual TLS, with the certificates of its own config."""

import asyncio
import socket
import ssl
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from google.protobuf.empty_pb2 import Empty
from grpclib.const import Cardinality, Handler, Status
from grpclib.exceptions import GRPCError
from grpclib.server import Server, Stream

from boot.simulator.talos.etcd import BootstrappedError
from boot.simulator.talos.machine import TalosMachine, members_of
from boot.talos import machine_pb2 as pb
from boot.talos.files import ETCD_DATA, FileInfo, ListRequest
from boot.talos.pki import Pair, build_talos_server, openssl_key

if TYPE_CHECKING:
    from grpclib._typing import IServable

_SERVICE = "/machine.MachineService/"
_ADMIN, _READER = "os:admin", "os:reader"
_READS = frozenset({"Version", "Hostname", "ServiceList", "EtcdMemberList", "Events", "Dmesg", "List"})
"""Methods that os:reader may call."""


@asynccontextmanager
async def serving(
    machine: TalosMachine, signer: Pair, listen: str, port: int = 0, more: "Sequence[IServable]" = ()
) -> AsyncIterator[int]:
    """Listen for the length of the block; yields the port. `signer` is the Talos CA with its key, which a worker's own lacks.

    `more` are services beside the machine's own.
    """
    server = Server([MachineService(machine), *more])
    sock = socket.create_server((listen, port))
    await server.start(sock=sock, ssl=_context(machine, signer, listen))
    try:
        yield sock.getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def _context(machine: TalosMachine, signer: Pair, listen: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pair = build_talos_server(signer, machine.clock.now(), machine.hostname, [machine.address, listen, machine.hostname])
    with tempfile.NamedTemporaryFile(suffix=".pem") as chain:
        chain.write(pair.certificate + openssl_key(pair.key))
        chain.flush()
        context.load_cert_chain(chain.name)
    context.load_verify_locations(cadata=machine.talos_ca.certificate.decode())
    context.verify_mode = ssl.CERT_REQUIRED
    context.set_alpn_protocols(["h2"])
    return context


class MachineService:
    """Implements grpclib's IServable: method names to handlers."""

    def __init__(self, machine: TalosMachine) -> None:
        self._machine = machine

    def __mapping__(self) -> dict[str, Handler]:
        unary: dict[str, tuple[Callable[[Any], Awaitable[Any]], Any, Any]] = {
            "Version": (self._version, Empty, pb.VersionResponse),
            "Hostname": (self._hostname, Empty, pb.HostnameResponse),
            "ServiceList": (self._services, Empty, pb.ServiceListResponse),
            "Bootstrap": (self._bootstrap, pb.BootstrapRequest, pb.BootstrapResponse),
            "EtcdMemberList": (self._members, pb.EtcdMemberListRequest, pb.EtcdMemberListResponse),
            "EtcdForfeitLeadership": (self._forfeit, pb.EtcdForfeitLeadershipRequest, pb.EtcdForfeitLeadershipResponse),
            "EtcdLeaveCluster": (self._leave, pb.EtcdLeaveClusterRequest, pb.EtcdLeaveClusterResponse),
            "EtcdRemoveMemberByID": (self._remove, pb.EtcdRemoveMemberByIDRequest, pb.EtcdRemoveMemberByIDResponse),
            "Reboot": (self._reboot, pb.RebootRequest, pb.RebootResponse),
            "Shutdown": (self._shutdown, pb.ShutdownRequest, pb.ShutdownResponse),
            "Reset": (self._reset, pb.ResetRequest, pb.ResetResponse),
        }
        streams: dict[str, tuple[Callable[[Any, Stream[Any, Any]], Awaitable[None]], Any, Any]] = {
            "Kubeconfig": (self._kubeconfig, Empty, pb.Data),
            "Events": (self._events, pb.EventsRequest, pb.Event),
            "List": (self._list, ListRequest, FileInfo),
            "Dmesg": (self._dmesg, pb.DmesgRequest, pb.Data),
        }
        return {
            **{
                _SERVICE + name: Handler(_answering(name, method), Cardinality.UNARY_UNARY, request, answer)
                for name, (method, request, answer) in unary.items()
            },
            **{
                _SERVICE + name: Handler(_streaming(name, method), Cardinality.UNARY_STREAM, request, answer)
                for name, (method, request, answer) in streams.items()
            },
        }

    async def _version(self, _: Any) -> pb.VersionResponse:
        info = pb.VersionInfo(tag=self._machine.version, os="linux", arch="amd64")
        platform, features = pb.PlatformInfo(name="metal", mode="metal"), pb.FeaturesInfo(rbac=True)
        return pb.VersionResponse(messages=[pb.Version(version=info, platform=platform, features=features)])

    async def _hostname(self, _: Any) -> pb.HostnameResponse:
        return pb.HostnameResponse(messages=[pb.Hostname(hostname=self._machine.hostname)])

    async def _services(self, _: Any) -> pb.ServiceListResponse:
        return pb.ServiceListResponse(messages=[pb.ServiceList(services=self._machine.services())])

    async def _bootstrap(self, _: Any) -> pb.BootstrapResponse:
        machine = self._machine
        if not machine.control_plane:
            raise GRPCError(Status.UNIMPLEMENTED, "bootstrap can only be performed on a control plane node")
        try:
            machine.etcd.bootstrap(machine.hostname, machine.address)
        except BootstrappedError:
            raise GRPCError(Status.ALREADY_EXISTS, "etcd data directory is not empty") from None
        return pb.BootstrapResponse(messages=[pb.Bootstrap()])

    async def _members(self, _: Any) -> pb.EtcdMemberListResponse:
        self._need_etcd()
        return pb.EtcdMemberListResponse(messages=[pb.EtcdMembers(members=members_of(self._machine.etcd))])

    async def _forfeit(self, _: Any) -> pb.EtcdForfeitLeadershipResponse:
        self._need_etcd()
        return pb.EtcdForfeitLeadershipResponse(messages=[pb.EtcdForfeitLeadership(member=self._machine.hostname)])

    async def _leave(self, _: Any) -> pb.EtcdLeaveClusterResponse:
        self._need_etcd()
        self._machine.etcd.leave(self._machine.hostname)
        return pb.EtcdLeaveClusterResponse(messages=[pb.EtcdLeaveCluster()])

    async def _remove(self, request: pb.EtcdRemoveMemberByIDRequest) -> pb.EtcdRemoveMemberByIDResponse:
        self._need_etcd()
        if not self._machine.etcd.remove(request.member_id):
            raise GRPCError(Status.NOT_FOUND, "etcdserver: member not found")
        return pb.EtcdRemoveMemberByIDResponse(messages=[pb.EtcdRemoveMemberByID()])

    async def _reboot(self, _: Any) -> pb.RebootResponse:
        self._machine.reboots += 1
        return pb.RebootResponse(messages=[pb.Reboot()])

    async def _shutdown(self, _: Any) -> pb.ShutdownResponse:
        self._machine.powered_off = True
        return pb.ShutdownResponse(messages=[pb.Shutdown()])

    async def _reset(self, request: pb.ResetRequest) -> pb.ResetResponse:
        machine = self._machine
        if request.graceful and machine.control_plane:
            machine.etcd.leave(machine.hostname)
        machine.wiped = True
        machine.powered_off = not request.reboot
        return pb.ResetResponse(messages=[pb.Reset()])

    async def _kubeconfig(self, _: Any, stream: Stream[Any, Any]) -> None:
        if not self._machine.control_plane:
            raise GRPCError(Status.UNIMPLEMENTED, "kubeconfig can only be requested on a control plane node")
        await stream.send_message(pb.Data(bytes=self._machine.kubeconfig()))

    async def _events(self, request: pb.EventsRequest, stream: Stream[Any, Any]) -> None:
        await stream.send_message(pb.Event())
        events = list(self._machine.events)
        tail = events if request.tail_events < 0 else events[len(events) - request.tail_events :]
        for event in tail:
            await stream.send_message(event)
        await asyncio.Event().wait()

    async def _list(self, request: Any, stream: Stream[Any, Any]) -> None:
        """Of all its files, the one that matters: etcd's data."""
        if request.root == ETCD_DATA and self._machine.etcd.holds(self._machine.hostname):
            await stream.send_message(FileInfo(name=request.root, relative_name=".", is_dir=True))
            return
        await stream.send_message(FileInfo(name=request.root, error=f"lstat {request.root}: no such file or directory"))

    async def _dmesg(self, request: pb.DmesgRequest, stream: Stream[Any, Any]) -> None:
        line = f"kern: info: [{self._machine.clock.now().isoformat()}]: Linux version 6.18 (simulated)\n"
        await stream.send_message(pb.Data(bytes=line.encode()))
        if request.follow:
            await asyncio.Event().wait()

    def _need_etcd(self) -> None:
        if not self._machine.control_plane:
            raise GRPCError(Status.UNIMPLEMENTED, "etcd runs on control plane nodes only")
        if not self._machine.running:
            raise GRPCError(Status.UNAVAILABLE, "etcd is not up: the cluster is not bootstrapped")


def _answering(name: str, method: Callable[[Any], Awaitable[Any]]) -> Callable[[Stream[Any, Any]], Awaitable[None]]:
    async def handle(stream: Stream[Any, Any]) -> None:
        _check_role(stream, name)
        await stream.send_message(await method(await stream.recv_message()))

    return handle


def _streaming(
    name: str, method: Callable[[Any, Stream[Any, Any]], Awaitable[None]]
) -> Callable[[Stream[Any, Any]], Awaitable[None]]:
    async def handle(stream: Stream[Any, Any]) -> None:
        _check_role(stream, name)
        await method(await stream.recv_message(), stream)

    return handle


def _check_role(stream: Stream[Any, Any], method: str) -> None:
    """The client's roles are the organizations in its certificate."""
    certificate = stream.peer.cert()
    names = [value for part in (certificate or {}).get("subject", ()) for key, value in part if key == "organizationName"]
    if _ADMIN in names or (_READER in names and method in _READS):
        return
    raise GRPCError(Status.PERMISSION_DENIED, "not authorized")
