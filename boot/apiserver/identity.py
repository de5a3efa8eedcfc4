"""Who is asking: the subject of the client certificate, and what they may do."""

import ssl
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from boot.apiserver.pki import ADMIN, READER
from boot.errors import Forbidden, Unauthorized

OPEN_PATHS = frozenset({"/healthz", "/livez", "/readyz", "/version"})
"""Answered to anybody."""
_READING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Identity:
    """authentication/v1 UserInfo, the parts a certificate gives."""

    name: str
    groups: tuple[str, ...]


def read_identity(request: web.Request) -> Identity | None:
    """None for a caller without a client certificate (one with a foreign certificate never gets this far)."""
    tls: ssl.SSLObject | None = request.transport.get_extra_info("ssl_object") if request.transport else None
    certificate: Any = tls.getpeercert() if tls else None
    if not certificate:
        return None
    subject = [pair for name in certificate["subject"] for pair in name]
    names = [value for key, value in subject if key == "commonName"]
    groups = tuple(value for key, value in subject if key == "organizationName")
    return Identity(names[0] if names else "", groups)


def authorize(identity: Identity | None, method: str, path: str) -> None:
    """Unauthorized or Forbidden when this caller may not."""
    if path in OPEN_PATHS:
        return
    if identity is None:
        raise Unauthorized("Unauthorized")
    if ADMIN[1] in identity.groups:
        return
    if READER[1] in identity.groups and method in _READING:
        return
    raise Forbidden(f'User "{identity.name}" may only read here')
