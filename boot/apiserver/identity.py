"""Who is asking: the subject of the client certificate, or whoever the bearer token belongs to."""

import ssl
from asyncio import Transport
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from aiohttp import web

from boot.apiserver.tokens import Tokens
from boot.errors import Unauthorized

_SCHEME = "bearer "


@dataclass(frozen=True, slots=True)
class Identity:
    """authentication/v1 UserInfo, the parts that certificates and our tokens give."""

    name: str
    groups: tuple[str, ...]


class Authenticator:
    """As kube-apiserver, a client certificate counts before a token."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._certified: WeakKeyDictionary[Transport, Identity | None] = WeakKeyDictionary()
        """By connection: a certificate is read once, not with every request."""

    def identify(self, request: web.BaseRequest) -> Identity | None:
        """None for a caller that says nothing about itself; Unauthorized for one with a token that is nobody's.

        One with a foreign certificate never gets this far.
        """
        return self._read_certificate(request.transport) or self._read_token(request.headers.get("Authorization", ""))

    def _read_certificate(self, transport: Transport | None) -> Identity | None:
        if transport is None:
            return None
        try:
            return self._certified[transport]
        except KeyError:
            return self._certified.setdefault(transport, _read_certificate(transport))

    def name(self, request: web.BaseRequest) -> str:
        """For the audit trail; "" for a caller that says nothing about itself."""
        identity = self.identify(request)
        return identity.name if identity else ""

    def _read_token(self, header: str) -> Identity | None:
        if header[: len(_SCHEME)].lower() != _SCHEME:
            return None
        subject = self._tokens.find(header[len(_SCHEME) :].strip())
        if subject is None:
            raise Unauthorized("Unauthorized")
        name, group = subject
        return Identity(name, (group,))


def _read_certificate(transport: Transport) -> Identity | None:
    tls: ssl.SSLObject | None = transport.get_extra_info("ssl_object")
    certificate: Any = tls.getpeercert() if tls else None
    if not certificate:
        return None
    subject = [pair for name in certificate["subject"] for pair in name]
    names = [value for key, value in subject if key == "commonName"]
    groups = tuple(value for key, value in subject if key == "organizationName")
    return Identity(names[0] if names else "", groups)
