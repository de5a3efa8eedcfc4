"""What Server.status says, as far as this release decides it. Pure."""

from boot.resources.base import Object
from boot.resources.metal import Server


def decide_status(server: Server) -> Object:
    """The fields this controller owns, all present, as Sidero's controller writes them.

    Not accepted means not clean and not ready; accepted, free and clean means ready. Nothing makes a server clean before
    an agent has wiped it, and no agent comes with this release. inUse follows the allocation, which is not ours to write.
    """
    accepted, status = server.spec.accepted, server.status
    clean = accepted and status.is_clean and not status.in_use
    return {
        "ready": accepted and (clean or status.in_use),
        "inUse": status.in_use,
        "isClean": clean,
        "power": status.power or "unknown",
    }
