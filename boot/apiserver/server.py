"""The component `plane`: HTTPS, one entry for every request, one place where errors become Status bodies."""

import asyncio
import logging
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage

from boot.apiserver.access import check_access, read_access
from boot.apiserver.backups import BACKUP_PATH, serve_backup
from boot.apiserver.credentials import Credentials
from boot.apiserver.documents import Documents
from boot.apiserver.identity import Authenticator
from boot.apiserver.metrics import METRICS_PATH, Metrics, process_families
from boot.apiserver.negotiation import MOST_BODY, answer, compress, make_pretty, receive_body
from boot.apiserver.requests import is_true, parse_path
from boot.apiserver.reviews import Reviews
from boot.apiserver.tokens import Tokens
from boot.apiserver.verbs import Verbs
from boot.apiserver.watches import Watches
from boot.clock import Clock
from boot.component import Bound
from boot.connections import Guard, Limits
from boot.errors import ApiError, InternalError, MethodNotAllowed
from boot.plane.plane import Plane
from boot.web_listener import listening

_LOG = logging.getLogger(__name__)

_MOST_LINE = 64 * 1024
"""Bytes of a request line or a header: selectors that list a thousand names are long."""


@dataclass(frozen=True, slots=True)
class ApiServerConfig:
    """Where it listens, and the state directory its certificates and kubeconfigs go to."""

    listen: str
    port: int
    state_dir: Path
    slowest_watcher: float = 10.0
    """Seconds a watch's client may take to read what it was sent before it is dropped: others are not slowed."""
    slowest_body: float = 60.0
    """Seconds a request's body may take to arrive."""
    limits: Limits = field(default_factory=Limits)


class ApiServer:
    """Implements boot.component.Component."""

    name = "plane"

    def __init__(self, plane: Plane, clock: Clock, config: ApiServerConfig) -> None:
        self._plane = plane
        self._clock = clock
        self._config = config
        self._address = ""

    async def serve(self, bound: Bound) -> None:
        """Listen and write the kubeconfigs; OSError when the port is taken."""
        config = self._config
        credentials = Credentials(config.state_dir, config.listen, self._clock)
        guard = Guard(config.limits)
        runner = web.AppRunner(
            self._build_application(credentials.tokens, guard),
            keepalive_timeout=config.limits.idle,
            access_log=None,
            logger=_parser_log(),
            shutdown_timeout=1.0,
            max_line_size=_MOST_LINE,
            max_field_size=_MOST_LINE,
            auto_decompress=False,  # as kube-apiserver: a few compressed bytes may stand for gigabytes
        )
        async with listening(runner, config.listen, config.port, credentials.tls, guard) as port:
            self._address = f"{credentials.reachable}:{port}"
            credentials.write_kubeconfigs(port)
            bound(config.listen, port)
            async with asyncio.TaskGroup() as group:
                group.create_task(credentials.keep_current(port))
                group.create_task(self._plane.keep_expiring())

    def _build_application(self, tokens: Tokens, guard: Guard) -> web.Application:
        authenticator = Authenticator(tokens)
        verbs = Verbs(self._plane, self._clock, authenticator.name)
        watches = Watches(self._plane, verbs, self._config.slowest_watcher)
        documents = Documents(self._plane.catalog, lambda: self._address, {"store": lambda: self._plane.trouble})
        metrics = Metrics(self._clock, self._plane.catalog, process_families)
        reviews = Reviews(verbs, tokens)
        entry = _Entry(authenticator, guard, self._config.slowest_body, self._plane, documents, metrics, verbs, watches, reviews)
        application = web.Application(client_max_size=MOST_BODY)
        application.on_shutdown.append(watches.close)
        application.router.add_route("*", "/{path:.*}", entry.handle)
        return application


def _parser_log() -> logging.Logger:
    """For aiohttp's server: it gives a stack trace for every request that is no HTTP. The client has its 400: that will do."""
    logger = logging.getLogger("boot.apiserver.http")
    logger.addFilter(_is_ours)
    return logger


def _is_ours(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], BadHttpMessage | web.RequestPayloadError))


class _Entry:
    """Every request comes through `handle`."""

    def __init__(
        self,
        authenticator: Authenticator,
        guard: Guard,
        slowest_body: float,
        plane: Plane,
        documents: Documents,
        metrics: Metrics,
        verbs: Verbs,
        watches: Watches,
        reviews: Reviews,
    ) -> None:
        self._authenticator = authenticator
        self._guard = guard
        self._slowest_body = slowest_body
        self._plane = plane
        self._documents = documents
        self._metrics = metrics
        self._watches = watches
        self._reviews = reviews
        self._object_verbs = {"GET": verbs.get, "PUT": verbs.update, "PATCH": verbs.patch, "DELETE": verbs.delete}
        self._collection_verbs = {"GET": verbs.list, "POST": verbs.create, "DELETE": verbs.delete_collection}

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self._guard.heard(request.transport)
        with self._metrics.measure(request) as measured:
            response = await self._answer(request)
            measured.code = response.status
        if isinstance(response, web.Response):
            if is_true(request.query, "pretty"):
                make_pretty(response)
            await compress(request, response)
        return response

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            return await self._dispatch(request)
        except ApiError as error:
            return answer(error.status(), error.code)
        except Exception:  # noqa: BLE001
            # The API's error middleware: whatever is unknown is a 500 here and nowhere else.
            _LOG.exception("%s %s", request.method, request.path)
            if request.writer.output_size > 0 and request.transport is not None:
                # A watch has begun: its end is all that can still be said.
                request.transport.abort()
            unknown = InternalError("an internal error has happened; the log of sidero-tui has it")
            return answer(unknown.status(), unknown.code)

    async def _dispatch(self, request: web.Request) -> web.StreamResponse:
        access = read_access(request.method, request.path, request.query)
        identity = self._authenticator.identify(request)
        check_access(identity, access, request.headers)
        document = await self._documents.answer(request)
        if document is not None:
            if request.method not in {"GET", "HEAD"}:
                raise _not_allowed()
            return document
        if request.path == METRICS_PATH:
            return self._metrics.answer()
        if request.path == BACKUP_PATH:
            return await serve_backup(request, self._plane)
        resource = parse_path(request.path)
        if request.can_read_body:
            await receive_body(request, self._slowest_body)
        if request.method == "GET" and is_true(request.query, "watch"):
            return await self._watches.serve(request, resource)
        if review := await self._reviews.answer(request, resource, identity):
            return review
        handler = (self._object_verbs if resource.name else self._collection_verbs).get(request.method)
        if handler is None:
            raise _not_allowed()
        return await handler(request, resource)


def _not_allowed() -> MethodNotAllowed:
    return MethodNotAllowed("the server does not allow this method on the requested resource")
