"""Why a transfer ended early: apart from the notices, for the transfer process, which imports no event loop."""

from enum import StrEnum


class TransferFault(StrEnum):
    """What ended a transfer, or kept it from beginning."""

    NO_SUCH_FILE = "no-such-file"
    UNREADABLE = "unreadable"
    OPTIONS_REFUSED = "options-refused"
    STOPPED = "stopped"
    SILENT = "silent"
    OVERTAKEN = "overtaken"
    CLOSED = "closed"
