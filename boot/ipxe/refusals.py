"""Bad requests become short answers and notices: no stack trace, one short cause each."""

import logging

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage, LineTooLong
from aiohttp.typedefs import Handler, Middleware

from boot.clock import Clock
from boot.errors import ApiError, PacketError
from boot.notices import NoticeFeed, PacketRefused

_LOG = logging.getLogger(__name__)

RETRY_AFTER = "5"
"""Seconds, as the header has it."""


class Refusals:
    """Tells about refused requests, whether aiohttp's parser or a handler refused them."""

    def __init__(self, notices: NoticeFeed, clock: Clock) -> None:
        self._notices = notices
        self._clock = clock

    def tell(self, address: str, cause: str) -> None:
        self._notices.publish(PacketRefused(at=self._clock.now(), address=address, protocol="http", cause=cause))

    def parser_logger(self) -> logging.Logger:
        """For aiohttp's server: what its parser would log with a stack trace is told as a notice instead."""
        # Not from getLogger: it belongs to this server alone, and a second server has its own.
        logger = logging.Logger("boot.ipxe.http", logging.DEBUG)  # noqa: LOG001
        logger.addHandler(_ParserHandler(self))
        return logger

    def middleware(self) -> Middleware:
        """Errors of handlers as short text; a plane that is down asks for a later try."""

        @web.middleware
        async def refuse(request: web.Request, handler: Handler) -> web.StreamResponse:
            try:
                return await handler(request)
            except PacketError as error:
                self.tell(request.remote or "", str(error))
                return web.Response(status=400, text=f"{error}\n")
            except ApiError as error:
                text = f"the plane did not take it: {error.message}\n"
                return web.Response(status=503, text=text, headers={"Retry-After": RETRY_AFTER})
            except web.HTTPMethodNotAllowed:
                self.tell(request.remote or "", "method not allowed")
                raise
            except web.HTTPNotFound:
                self.tell(request.remote or "", "no such path")
                raise

        return refuse


class _ParserHandler(logging.Handler):
    def __init__(self, refusals: Refusals) -> None:
        super().__init__()
        self._refusals = refusals

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        address = str(record.args[0]) if isinstance(record.args, tuple) and record.args else ""
        if isinstance(error, LineTooLong):
            self._refusals.tell(address, "request line or header too long")
        elif isinstance(error, BadHttpMessage):
            self._refusals.tell(address, "not an HTTP request")
        elif record.levelno >= logging.WARNING:
            _LOG.handle(record)
