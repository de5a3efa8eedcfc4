"""User and password of a BMC: inline in the spec or from Secrets, as Sidero reads them. Never shown, logged or in an error."""

import base64
import binascii
from dataclasses import dataclass, field

from boot.client.protocol import Client
from boot.errors import ApiError, NotFound
from boot.power.protocol import PowerError
from boot.resources.kinds import SECRET
from boot.resources.metal import BMC, CredentialSource

DEFAULT_NAMESPACE = "default"
"""Where Sidero looks when secretKeyRef names no namespace."""


@dataclass(frozen=True, slots=True)
class Credentials:
    user: str
    password: str = field(repr=False)

    def __bool__(self) -> bool:
        return bool(self.user or self.password)


async def read_credentials(client: Client, server: str, bmc: BMC) -> Credentials:
    """Empty where the spec has neither; PowerError, one sentence, when a Secret cannot be read."""
    user = bmc.user or await _read(client, server, "userFrom", bmc.user_from)
    password = bmc.password or await _read(client, server, "passFrom", bmc.pass_from)
    return Credentials(user, password)


async def _read(client: Client, server: str, field_name: str, source: CredentialSource | None) -> str:
    reference = source.secret_key_ref if source else None
    if reference is None:
        return ""
    namespace = reference.namespace or DEFAULT_NAMESPACE
    where = f"server {server}: spec.bmc.{field_name} names Secret {namespace}/{reference.name}"
    try:
        secret = await client.get(SECRET, reference.name, namespace)
    except NotFound as error:
        raise PowerError(f"{where}, which does not exist; create it or correct the reference") from error
    except ApiError as error:
        raise PowerError(f"{where}, which cannot be read: {error}") from error
    encoded = (secret.get("data") or {}).get(reference.key)
    if encoded is None:
        raise PowerError(f"{where}, which has no key {reference.key!r}; add it or correct the reference")
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        # The value itself stays out of the error and its chain.
        raise PowerError(f"{where}, whose key {reference.key!r} is not base64 of text; write it again") from None
