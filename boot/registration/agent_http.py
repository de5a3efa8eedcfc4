"""The agent API as JSON over HTTP: `POST /api.Agent/<Method>`, and our own agent's `/agent/orders` and `/agent/progress`."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import orjson
from aiohttp import web
from pydantic import ValidationError

from boot.errors import PacketError
from boot.registration.agents import Agents
from boot.registration.bmc_setup import BMCSetup
from boot.registration.callers import AgentError, Fault
from boot.registration.messages import (
    CreateServerRequest,
    HeartbeatRequest,
    MarkServerAsWipedRequest,
    ProgressRequest,
    ReconcileServerAddressesRequest,
    UpdateBMCInfoRequest,
    Who,
)
from boot.resources.base import Wire

M = TypeVar("M", bound=Wire)
_STATUS = {Fault.DENIED: 403, Fault.UNKNOWN: 404, Fault.REFUSED: 409}


def agent_routes(agents: Agents, bmc: BMCSetup) -> list[web.RouteDef]:
    """For the HTTP server that firmware and agents talk to."""
    return [
        web.post("/api.Agent/CreateServer", _handler(CreateServerRequest, agents.create_server)),
        web.post("/api.Agent/MarkServerAsWiped", _handler(MarkServerAsWipedRequest, agents.mark_wiped)),
        web.post("/api.Agent/ReconcileServerAddresses", _handler(ReconcileServerAddressesRequest, agents.reconcile_addresses)),
        web.post("/api.Agent/Heartbeat", _handler(HeartbeatRequest, agents.heartbeat)),
        web.post("/api.Agent/UpdateBMCInfo", _handler(UpdateBMCInfoRequest, bmc.update)),
        web.post("/agent/orders", _handler(Who, agents.orders)),
        web.post("/agent/progress", _handler(ProgressRequest, agents.progress)),
    ]


def _handler(
    model: type[M], call: Callable[[M, str], Awaitable[Wire | None]]
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        message = _parse(model, await request.read())
        try:
            answer = await call(message, request.remote or "")
        except AgentError as error:
            return _json({"reason": str(error)}, _STATUS[error.fault])
        return _json(answer.model_dump(mode="json", by_alias=True, exclude_none=True) if answer else {})

    return handle


def _parse(model: type[M], body: bytes) -> M:
    """PacketError, with one short cause, where the body is none of its kind."""
    try:
        return model.model_validate(orjson.loads(body))
    except orjson.JSONDecodeError as error:
        raise PacketError("the body is no JSON") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the body"
        raise PacketError(f"agent message: {where[:80]}: {first['msg'][:80]}") from error


def _json(body: Any, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")
