"""UpdateBMCInfo: the BMC that an agent found in the box, into spec.bmc and a Secret of Sidero's name and shape."""

from base64 import b64encode

from boot.client.changes import change_object
from boot.client.events import EventRecorder
from boot.client.protocol import Client
from boot.clock import Clock
from boot.errors import AlreadyExists
from boot.registration.callers import Callers, Fault
from boot.registration.messages import BMCInfo, UpdateBMCInfoRequest
from boot.resources.base import Object
from boot.resources.kinds import SECRET, SERVER
from boot.resources.metal import Server

CREDENTIALS_NAMESPACE = "default"
DEFAULT_PORT = 623
_MOVE_LABEL = "clusterctl.cluster.x-k8s.io/move"


class BMCSetup:
    def __init__(self, client: Client, clock: Clock, callers: Callers) -> None:
        self._client = client
        self._callers = callers
        self._events = EventRecorder(client, clock)

    async def update(self, request: UpdateBMCInfoRequest, address: str) -> None:
        """AgentError where the server is not accepted, or its BMC was named by somebody else."""
        method = "UpdateBMCInfo"
        server = await self._callers.resolve(method, request, address)
        if reason := _refusal(server):
            raise self._callers.refuse(method, Fault.REFUSED, reason, address, request.mac, server.name)
        info = request.bmc_info
        if info.user and info.password:
            await self._keep_secret(server, info)
        patched = await change_object(self._client, SERVER, server.name, lambda obj: _build_patch(obj, info))
        await self._events.record(patched, "BMC Update", "BMC info updated via API.")

    async def _keep_secret(self, server: Server, info: BMCInfo) -> None:
        name = f"{server.name}-bmc"
        data = {"user": _encode(info.user), "pass": _encode(info.password)}
        owner = {
            "apiVersion": SERVER.api_version,
            "kind": SERVER.kind,
            "name": server.name,
            "uid": server.metadata.uid,
            "controller": True,
            "blockOwnerDeletion": True,
        }
        metadata = {"name": name, "namespace": CREDENTIALS_NAMESPACE, "labels": {_MOVE_LABEL: ""}, "ownerReferences": [owner]}
        try:
            await self._client.create(SECRET, {"metadata": metadata, "type": "Opaque", "data": data})
        except AlreadyExists:
            await self._client.patch(SECRET, name, {"data": data}, CREDENTIALS_NAMESPACE)


def _refusal(server: Server) -> str:
    if not server.spec.accepted:
        return "it is not accepted"
    bmc = server.spec.bmc
    source = bmc.user_from.secret_key_ref if bmc and bmc.user_from else None
    ours = source is None or source.name == f"{server.name}-bmc"
    if bmc is not None and (bmc.user or not ours):
        return "its BMC is set already"
    return ""


def _build_patch(obj: Object, info: BMCInfo) -> Object:
    name = obj["metadata"]["name"]
    bmc: Object = {"port": info.port or DEFAULT_PORT}
    bmc["endpoint"] = info.ip or (obj["spec"].get("bmc") or {}).get("endpoint", "")
    if info.user and info.password:
        for field, key in (("userFrom", "user"), ("passFrom", "pass")):
            bmc[field] = {"secretKeyRef": {"namespace": CREDENTIALS_NAMESPACE, "name": f"{name}-bmc", "key": key}}
    return {"spec": {"bmc": bmc}}


def _encode(text: str) -> str:
    return b64encode(text.encode()).decode()
