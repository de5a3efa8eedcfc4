"""cluster.ClusterService/HealthCheck, which `talosctl health` asks: Talos' checks that have a counterpart here, in its order.

Each is said as Talos says it, "waiting for X: ..." until it holds, then "waiting for X: OK" (facts of talos 8).
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from grpclib.const import Cardinality, Handler, Status
from grpclib.exceptions import GRPCError
from grpclib.server import Stream

from boot.resources.base import Object
from boot.simulator.talos.kubelet import CONTROL_PLANE_LABEL
from boot.simulator.talos.machine import TalosMachine
from boot.talos import machine_pb2 as pb

_EVERY = 1.0
_LONGEST = 20 * 60.0

Nodes = Callable[[], Awaitable[Sequence[Object] | None]]
"""What the cluster's Kubernetes API has, None while it does not answer."""
Check = Callable[[], Awaitable[str]]
"""Why it does not hold, or ""."""


class ClusterService:
    """Implements grpclib's IServable for one machine of a cluster."""

    def __init__(self, machine: TalosMachine, nodes: Nodes) -> None:
        self._machine = machine
        self._nodes = nodes

    def __mapping__(self) -> dict[str, Handler]:
        path = "/cluster.ClusterService/HealthCheck"
        return {path: Handler(self._check, Cardinality.UNARY_STREAM, pb.HealthCheckRequest, pb.HealthCheckProgress)}

    async def _check(self, stream: Stream[Any, Any]) -> None:
        request = await stream.recv_message()
        within = request.wait_timeout.ToTimedelta().total_seconds() if request else 0
        try:
            async with asyncio.timeout(within or _LONGEST):
                for title, check in self._checks(request.cluster_info if request else pb.ClusterInfo()):
                    await self._wait_for(stream, title, check)
        except TimeoutError:
            raise GRPCError(Status.DEADLINE_EXCEEDED, "healthcheck error: context deadline exceeded") from None

    async def _wait_for(self, stream: Stream[Any, Any], title: str, check: Check) -> None:
        said = ""
        while reason := await check():
            if reason != said:
                said = reason
                await stream.send_message(pb.HealthCheckProgress(message=f"waiting for {title}: {reason}"))
            await asyncio.sleep(_EVERY)
        await stream.send_message(pb.HealthCheckProgress(message=f"waiting for {title}: OK"))

    def _checks(self, wanted: pb.ClusterInfo) -> Sequence[tuple[str, Check]]:
        planes = list(wanted.control_plane_nodes)
        everybody = [*planes, *wanted.worker_nodes]
        return (
            ("etcd to be healthy", self._etcd),
            ("etcd members to be control plane nodes", lambda: self._members(planes)),
            ("kubelet to be healthy", self._kubelet),
            ("all k8s nodes to report", lambda: self._report(everybody)),
            ("all control plane nodes to be labelled", lambda: self._labelled(planes)),
            ("all k8s nodes to report ready", self._ready),
        )

    async def _etcd(self) -> str:
        return "" if self._machine.running else 'service "etcd" not in expected state "Running"'

    async def _members(self, planes: Sequence[str]) -> str:
        addresses = {url.removeprefix("https://").partition(":")[0] for _, url in self._machine.etcd.members.values()}
        missing = set(planes) - addresses
        return f"missing members {', '.join(sorted(missing))}" if missing else ""

    async def _kubelet(self) -> str:
        services = {service.id: service for service in self._machine.services()}
        return "" if services["kubelet"].health.healthy else 'service "kubelet" is not healthy'

    async def _report(self, expected: Sequence[str]) -> str:
        nodes = await self._nodes()
        if nodes is None:
            return "the Kubernetes API does not answer"
        there = {address["address"] for node in nodes for address in node["status"]["addresses"]}
        missing = [address for address in expected if address not in there]
        return f"can't find expected node with IPs {', '.join(missing)}" if missing else ""

    async def _labelled(self, planes: Sequence[str]) -> str:
        labelled = [node for node in await self._nodes() or () if CONTROL_PLANE_LABEL in node["metadata"]["labels"]]
        return "" if not planes or len(labelled) == len(planes) else f"{len(labelled)} nodes are labelled"

    async def _ready(self) -> str:
        unready = [node["metadata"]["name"] for node in await self._nodes() or () if not _is_ready(node)]
        return f"some nodes are not ready: {', '.join(unready)}" if unready else ""


def _is_ready(node: Object) -> bool:
    return any(one["type"] == "Ready" and one["status"] == "True" for one in node["status"].get("conditions") or ())
