"""One tree of errors.

SideroError
├── ConfigError            a setting, file or argument is wrong: says which, and what it should be
├── PacketError            bytes from the wire that are not what the protocol says
├── AssetError             a kernel, initramfs or iPXE file is missing, damaged or out of reach
│   └── CorruptAsset · CertificateTimeError
├── NotReady               a component waits for something of this machine, such as an interface
├── PowerError             in boot.power.protocol: a BMC did not do or say what it was asked
└── ApiError               what the Kubernetes API answers with a Status body
    ├── BadRequest 400 · Unauthorized 401 · Forbidden 403 · NotFound 404 · MethodNotAllowed 405
    ├── NotAcceptable 406 · AlreadyExists 409 · Conflict 409 · Expired 410 · UnsupportedMediaType 415
    └── Invalid 422 · TooManyRequests 429 · InternalError 500 · ServiceUnavailable 503 · TimedOut 504
"""

from dataclasses import dataclass
from typing import Any, ClassVar


class SideroError(Exception):
    """Root: the message says what happened, where, and what to do about it."""


class ConfigError(SideroError):
    """A setting, file or argument is wrong."""


class PacketError(SideroError):
    """Bytes from the wire that are not what their protocol says; the message is one short cause."""


class AssetError(SideroError):
    """A file that machines need is missing, damaged or out of reach."""


class NotReady(SideroError):
    """What a component needs of this machine is not there now, and may be any moment: a link, an address. Tried again soon."""


class CorruptAsset(AssetError):
    """A file is not the one whose checksum was given."""


class CertificateTimeError(AssetError):
    """The certificate of the server that has a file is not valid at this hour, by this machine's clock."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One entry of Status.details.causes (meta/v1 StatusCause)."""

    reason: str
    message: str
    field: str = ""


class ApiError(SideroError):
    """An answer of the Kubernetes API other than success (meta/v1 Status).

    `reason` is what clients test; `code` the HTTP status; `details` the StatusDetails fields name, group, kind
    (the plural resource), uid, retryAfterSeconds, without causes. `continue_token` goes with an Expired page: from there a
    list can go on, in the newest state.
    """

    code: ClassVar[int] = 500
    reason: ClassVar[str] = "InternalError"

    def __init__(self, message: str, *, causes: tuple[Cause, ...] = (), continue_token: str = "", **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.causes = causes
        self.continue_token = continue_token
        self.details = details

    def status(self) -> dict[str, Any]:
        """The Status object (apiVersion v1) that goes over the wire."""
        details: dict[str, Any] = {key: value for key, value in self.details.items() if value}
        if self.causes:
            details["causes"] = [
                {"reason": cause.reason, "message": cause.message, **({"field": cause.field} if cause.field else {})}
                for cause in self.causes
            ]
        return {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {"continue": self.continue_token} if self.continue_token else {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
            **({"details": details} if details else {}),
            "code": self.code,
        }


class BadRequest(ApiError):
    code, reason = 400, "BadRequest"


class Unauthorized(ApiError):
    code, reason = 401, "Unauthorized"


class Forbidden(ApiError):
    code, reason = 403, "Forbidden"


class NotFound(ApiError):
    code, reason = 404, "NotFound"


class MethodNotAllowed(ApiError):
    code, reason = 405, "MethodNotAllowed"


class NotAcceptable(ApiError):
    code, reason = 406, "NotAcceptable"


class AlreadyExists(ApiError):
    code, reason = 409, "AlreadyExists"


class Conflict(ApiError):
    code, reason = 409, "Conflict"


class Expired(ApiError):
    """A resourceVersion or continue token older than what is kept: list again."""

    code, reason = 410, "Expired"


class UnsupportedMediaType(ApiError):
    code, reason = 415, "UnsupportedMediaType"


class Invalid(ApiError):
    code, reason = 422, "Invalid"


class TooManyRequests(ApiError):
    code, reason = 429, "TooManyRequests"


class InternalError(ApiError):
    code, reason = 500, "InternalError"


class ServiceUnavailable(ApiError):
    """The store refuses writes (full or damaged disk) or is shutting down."""

    code, reason = 503, "ServiceUnavailable"


class TimedOut(ApiError):
    code, reason = 504, "Timeout"


API_ERRORS: dict[str, type[ApiError]] = {
    error.reason: error
    for error in (
        BadRequest,
        Unauthorized,
        Forbidden,
        NotFound,
        MethodNotAllowed,
        NotAcceptable,
        AlreadyExists,
        Conflict,
        Expired,
        UnsupportedMediaType,
        Invalid,
        TooManyRequests,
        InternalError,
        ServiceUnavailable,
        TimedOut,
    )
}
"""Status.reason -> class, for clients that read a Status off the wire ("Gone" is spelled Expired here)."""
