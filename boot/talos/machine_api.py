"""Client of a node's machine API: gRPC on port 50000 with mutual TLS.

grpcio is no use here: its BoringSSL offers no Ed25519, which every Talos certificate is. grpclib runs over Python's own ssl.
Every call goes to the node itself, never through another one, so answers carry no metadata.
"""

import io
import ssl
import tarfile
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from google.protobuf.empty_pb2 import Empty
from grpclib.client import Channel, UnaryStreamMethod, UnaryUnaryMethod
from grpclib.const import Status
from grpclib.exceptions import GRPCError, StreamTerminatedError

from boot.errors import SideroError
from boot.talos import machine_pb2 as pb
from boot.talos.files import ETCD_DATA, FileInfo, ListRequest
from boot.talos.pki import Pair, openssl_key

PORT = 50000
_SERVICE, _CLUSTER_SERVICE = "/machine.MachineService/", "/cluster.ClusterService/"
_MISSING = "no such file or directory"
_MOST_KUBECONFIG = 1024 * 1024


class TalosError(SideroError):
    """A node's machine API did not do what it was asked; `retry` when the same call may succeed later."""

    def __init__(self, message: str, *, retry: bool) -> None:
        super().__init__(message)
        self.retry = retry


class AlreadyBootstrappedError(TalosError):
    """etcd's data directory is not empty: this node bootstrapped or joined before."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a talosconfig holds, PEM."""

    ca: bytes
    client: Pair


@dataclass(frozen=True, slots=True)
class Service:
    """`healthy` is None where the service has no health check or it has not run yet."""

    id: str
    state: str
    healthy: bool | None
    message: str


@dataclass(frozen=True, slots=True)
class EtcdMember:
    id: int
    hostname: str
    peer_urls: tuple[str, ...]
    learner: bool


@dataclass(frozen=True, slots=True)
class NodeEvent:
    """`kind` is the payload's message name, such as SequenceEvent; `payload` that message."""

    id: str
    kind: str
    payload: Any


def build_context(credentials: Credentials) -> ssl.SSLContext:
    """Trusts the cluster's Talos CA alone, and shows the client certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=credentials.ca.decode())
    # ssl reads chains from files only; this one is 0600 and gone at once.
    with tempfile.NamedTemporaryFile(suffix=".pem") as chain:
        chain.write(credentials.client.certificate + openssl_key(credentials.client.key))
        chain.flush()
        context.load_cert_chain(chain.name)
    context.set_alpn_protocols(["h2"])
    return context


@asynccontextmanager
async def open_machine_api(
    address: str, credentials: Credentials, port: int = PORT, within: float = 10.0
) -> AsyncIterator["MachineApi"]:
    """`within` seconds each call must be answered, but for those that follow something."""
    channel = Channel(address, port, ssl=build_context(credentials))
    try:
        yield MachineApi(channel, address, within)
    finally:
        channel.close()


class MachineApi:
    """Methods raise TalosError, whose sentence names the node."""

    def __init__(self, channel: Channel, address: str, within: float) -> None:
        self._channel = channel
        self._address = address
        self._within = within

    async def version(self) -> str:
        """Its Talos tag, such as v1.13.2."""
        answer = await self._call("Version", Empty(), pb.VersionResponse)
        return str(answer.messages[0].version.tag)

    async def hostname(self) -> str:
        answer = await self._call("Hostname", Empty(), pb.HostnameResponse)
        return str(answer.messages[0].hostname)

    async def bootstrap(self) -> None:
        """Make this node the first member of etcd: once in a cluster's life. AlreadyBootstrapped."""
        await self._call("Bootstrap", pb.BootstrapRequest(), pb.BootstrapResponse)

    async def services(self) -> tuple[Service, ...]:
        answer = await self._call("ServiceList", Empty(), pb.ServiceListResponse)
        return tuple(
            Service(entry.id, entry.state, None if entry.health.unknown else entry.health.healthy, entry.health.last_message)
            for entry in answer.messages[0].services
        )

    async def etcd_members(self) -> tuple[EtcdMember, ...]:
        """As this control-plane node sees them."""
        answer = await self._call("EtcdMemberList", pb.EtcdMemberListRequest(), pb.EtcdMemberListResponse)
        return tuple(
            EtcdMember(member.id, member.hostname, tuple(member.peer_urls), member.is_learner)
            for member in answer.messages[0].members
        )

    async def has_etcd_data(self) -> bool:
        """Whether etcd was ever bootstrapped or joined on this control-plane node."""
        try:
            async for entry in self._follow("List", ListRequest(root=ETCD_DATA), FileInfo, self._within):
                if entry.error:
                    return self._exists(entry.error)
        except TalosError as error:
            return self._exists(str(error), error)
        return True

    def _exists(self, told: str, error: TalosError | None = None) -> bool:
        if _MISSING in told:
            return False
        raise error or TalosError(f"{self._address}: List: {told}", retry=True)

    async def leave_etcd(self) -> None:
        """Hand leadership on, then leave: before a control-plane node goes."""
        await self._call("EtcdForfeitLeadership", pb.EtcdForfeitLeadershipRequest(), pb.EtcdForfeitLeadershipResponse)
        await self._call("EtcdLeaveCluster", pb.EtcdLeaveClusterRequest(), pb.EtcdLeaveClusterResponse)

    async def remove_etcd_member(self, member: int) -> None:
        """Of a node that is gone."""
        request = pb.EtcdRemoveMemberByIDRequest(member_id=member)
        await self._call("EtcdRemoveMemberByID", request, pb.EtcdRemoveMemberByIDResponse)

    async def shutdown(self) -> None:
        await self._call("Shutdown", pb.ShutdownRequest(), pb.ShutdownResponse)

    async def reboot(self) -> None:
        """Through the firmware, so that PXE is seen again."""
        await self._call("Reboot", pb.RebootRequest(mode=pb.RebootRequest.POWERCYCLE), pb.RebootResponse)

    async def reset(self, *, graceful: bool, reboot: bool) -> None:
        """Wipe the system disk; gracefully means that etcd and Kubernetes are left first."""
        await self._call("Reset", pb.ResetRequest(graceful=graceful, reboot=reboot), pb.ResetResponse)

    async def kubeconfig(self) -> str:
        """The cluster's admin kubeconfig; from control-plane nodes only."""
        data = b""
        async for chunk in self._follow("Kubeconfig", Empty(), pb.Data, self._within):
            data += chunk.bytes
            if len(data) > _MOST_KUBECONFIG:
                raise TalosError(f"{self._address}: Kubeconfig: more than {_MOST_KUBECONFIG} bytes", retry=False)
        return _read_kubeconfig(data, self._address)

    async def dmesg(self, *, follow: bool = False) -> AsyncIterator[str]:
        """Chunks of the kernel log, from the boot on."""
        async for chunk in self._follow("Dmesg", pb.DmesgRequest(follow=follow), pb.Data, None if follow else self._within):
            yield chunk.bytes.decode(errors="replace")

    async def events(self, tail: int = -1) -> AsyncIterator[NodeEvent]:
        """The last `tail` events (all with -1), then new ones as they come."""
        async for event in self._follow("Events", pb.EventsRequest(tail_events=tail), pb.Event, None):
            kind = event.data.type_url.rpartition(".")[2]
            message = getattr(pb, kind, None) if kind else None
            if message is not None:  # the stream begins with an empty hello, and newer nodes tell more
                yield NodeEvent(event.id, kind, message.FromString(event.data.value))

    async def health(self, control_planes: Sequence[str], workers: Sequence[str], within: float) -> AsyncIterator[str]:
        """What `talosctl health` asks a control-plane node: a line for each check that is waited for or done.

        Addresses of all nodes; it ends when the cluster is healthy. TalosError when it is not within so many seconds.
        """
        info = pb.ClusterInfo(control_plane_nodes=list(control_planes), worker_nodes=list(workers))
        request = pb.HealthCheckRequest(cluster_info=info)
        request.wait_timeout.FromSeconds(int(within))
        async for progress in self._follow("HealthCheck", request, pb.HealthCheckProgress, None, _CLUSTER_SERVICE):
            yield str(progress.message)

    async def _call(self, method: str, request: Any, answer: Any) -> Any:
        with _told(self._address, method):
            call: UnaryUnaryMethod[Any, Any] = UnaryUnaryMethod(self._channel, _SERVICE + method, type(request), answer)
            result = await call(request, timeout=self._within)
        if isinstance(result, pb.BootstrapResponse | pb.ShutdownResponse) or result.messages:
            return result
        raise TalosError(f"{self._address}: {method}: an empty answer", retry=True)

    async def _follow(
        self, method: str, request: Any, answer: Any, within: float | None, service: str = _SERVICE
    ) -> AsyncIterator[Any]:
        call: UnaryStreamMethod[Any, Any] = UnaryStreamMethod(self._channel, service + method, type(request), answer)
        with _told(self._address, method):
            async with call.open(timeout=within) as stream:
                await stream.send_message(request, end=True)
                async for message in stream:
                    yield message


_RETRIED = {Status.UNAVAILABLE, Status.DEADLINE_EXCEEDED, Status.FAILED_PRECONDITION, Status.ABORTED}


class _told:  # noqa: N801 -- reads as a verb: with _told(node, method)
    """Turns what grpclib and the socket raise into TalosError."""

    def __init__(self, address: str, method: str) -> None:
        self._where = f"{address}: {method}"

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, GRPCError):
            text = error.message or error.status.name
            if error.status is Status.ALREADY_EXISTS:
                raise AlreadyBootstrappedError(f"{self._where}: {text}", retry=False) from error
            raise TalosError(f"{self._where}: {text}", retry=error.status in _RETRIED) from error
        if isinstance(error, ssl.SSLCertVerificationError):
            raise TalosError(
                f"{self._where}: its certificate is not of this cluster: {error.verify_message}", retry=False
            ) from error
        if isinstance(error, TimeoutError):
            raise TalosError(f"{self._where}: no answer in time", retry=True) from error
        if isinstance(error, OSError | StreamTerminatedError):
            raise TalosError(f"{self._where}: cannot be reached: {error}", retry=True) from error


def _read_kubeconfig(data: bytes, address: str) -> str:
    """Of a tar.gz that has neither padding nor end marker: its first member is all that can be read."""
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
            member = archive.next()
            file = archive.extractfile(member) if member else None
            if file is None:
                raise TalosError(f"{address}: Kubeconfig: an empty archive", retry=True)
            return file.read().decode()
    except (tarfile.TarError, OSError, EOFError, UnicodeDecodeError) as error:
        raise TalosError(f"{address}: Kubeconfig: an archive that cannot be read: {error}", retry=False) from error
