"""The plane's two bearer tokens: one of the admin, one of the read-only identity; kept in the state directory, mode 0600.

They are made once. Who wants others removes the files, or writes a longer secret of his own into them, and starts anew.
"""

import logging
import re
import secrets
from pathlib import Path

from boot.apiserver.pki import ADMIN, READER
from boot.state_dir import write_private

_LOG = logging.getLogger(__name__)

ADMIN_TOKEN, READER_TOKEN = "token", "token-read-only"  # names of files
_BYTES = 32
_USABLE = re.compile(r"[A-Za-z0-9._~+/=-]{32,512}")
"""RFC 6750 section 2.1, and too long to be guessed."""


class Tokens:
    """Whose each token is. Nothing shows or logs a token."""

    def __init__(self, admin: str, reader: str) -> None:
        self._subjects = ((admin.encode(), ADMIN), (reader.encode(), READER))

    def find(self, token: str) -> tuple[str, str] | None:
        """User name and group; None for a token that is nobody's."""
        sent, found = token.encode(errors="replace"), None
        for known, subject in self._subjects:
            if secrets.compare_digest(sent, known):
                found = subject
        return found


def open_tokens(state_dir: Path) -> Tokens:
    """Read them, or make those that are missing or too short."""
    return Tokens(_open(state_dir / ADMIN_TOKEN), _open(state_dir / READER_TOKEN))


def _open(path: Path) -> str:
    try:
        token = path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        token = ""
    if not _USABLE.fullmatch(token):
        token = secrets.token_urlsafe(_BYTES)
    try:
        write_private(path, token + "\n")  # also where only its mode is not what it should be
    except OSError as error:
        _LOG.warning("%s: cannot be written: %s: nobody can use this token until the next start", path, error.strerror)
    return token
