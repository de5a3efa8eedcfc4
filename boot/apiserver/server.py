"""The component `plane`: HTTPS on loopback, one entry for every request, one place where errors become Status bodies."""

import asyncio
import logging
import ssl
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from boot.apiserver.documents import Documents
from boot.apiserver.identity import authorize, read_identity
from boot.apiserver.negotiation import MOST_BODY, answer
from boot.apiserver.pki import ADMIN, READER, Authority, Pair, open_authority
from boot.apiserver.requests import Resource, is_true, parse_path
from boot.apiserver.verbs import Verbs
from boot.apiserver.watches import Watches
from boot.client.kubeconfig import build_kubeconfig
from boot.clock import Clock
from boot.component import Bound
from boot.errors import ApiError, InternalError, MethodNotAllowed, NotFound
from boot.plane.plane import Plane
from boot.state_dir import write_private
from boot.web_listener import listening

_LOG = logging.getLogger(__name__)

ADMIN_KUBECONFIG, READER_KUBECONFIG = "kubeconfig", "kubeconfig-read-only"


@dataclass(frozen=True, slots=True)
class ApiServerConfig:
    """Where it listens, and the state directory its certificates and kubeconfigs go to."""

    listen: str
    port: int
    state_dir: Path


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
        authority = open_authority(config.state_dir / "pki", self._clock.now(), sorted({config.listen, "127.0.0.1", "localhost"}))
        closing = asyncio.Event()
        application = self._build_application(closing)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        async with listening(runner, config.listen, config.port, _tls(authority)) as port:
            self._address = f"{config.listen}:{port}"
            self._write_kubeconfigs(authority)
            bound(config.listen, port)
            try:
                await asyncio.Event().wait()
            finally:
                closing.set()

    def _build_application(self, closing: asyncio.Event) -> web.Application:
        verbs = Verbs(self._plane, self._clock)
        entry = _Entry(Documents(self._plane.catalog, lambda: self._address), verbs, Watches(self._plane, verbs, closing))
        application = web.Application(client_max_size=MOST_BODY)
        application.router.add_route("*", "/{path:.*}", entry.handle)
        return application

    def _write_kubeconfigs(self, authority: Authority) -> None:
        identities: tuple[tuple[str, tuple[str, str], Pair], ...] = (
            (ADMIN_KUBECONFIG, ADMIN, authority.admin),
            (READER_KUBECONFIG, READER, authority.reader),
        )
        for file, (user, _), pair in identities:
            text = build_kubeconfig(
                server=f"https://{self._address}",
                ca=authority.ca.certificate,
                certificate=pair.certificate,
                key=pair.key,
                user=user,
            )
            write_private(self._config.state_dir / file, text)


def _tls(authority: Authority) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.directory / "server.crt", authority.directory / "server.key")
    context.load_verify_locations(cadata=authority.ca.certificate.decode())
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


class _Entry:
    """Every request comes through `handle`."""

    def __init__(self, documents: Documents, verbs: Verbs, watches: Watches) -> None:
        self._documents = documents
        self._watches = watches
        self._object_verbs = {"GET": verbs.get, "PUT": verbs.update, "PATCH": verbs.patch, "DELETE": verbs.delete}
        self._collection_verbs = {"GET": verbs.list, "POST": verbs.create, "DELETE": verbs.delete_collection}

    async def handle(self, request: web.Request) -> web.StreamResponse:
        try:
            return await self._dispatch(request)
        except ApiError as error:
            return answer(error.status(), error.code)
        except Exception:  # noqa: BLE001
            # The API's error middleware: whatever is unknown is a 500 here and nowhere else.
            _LOG.exception("%s %s", request.method, request.path)
            unknown = InternalError("an internal error has happened; the log of sidero-tui has it")
            return answer(unknown.status(), unknown.code)

    async def _dispatch(self, request: web.Request) -> web.StreamResponse:
        authorize(read_identity(request), request.method, request.path)
        document = self._documents.answer_path(request.path, request.headers.get("Accept", ""))
        if document is not None:
            return document
        resource = parse_path(request.path)
        if request.method == "GET" and is_true(request.query, "watch"):
            return await self._watches.serve(request, resource)
        self._check_subresource(resource)
        handler = (self._object_verbs if resource.name else self._collection_verbs).get(request.method)
        if handler is None:
            raise MethodNotAllowed("the server does not allow this method on the requested resource")
        return await handler(request, resource)

    def _check_subresource(self, resource: Resource) -> None:
        if resource.subresource not in {"", "status"}:
            raise NotFound("the server could not find the requested resource")
