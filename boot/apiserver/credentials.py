"""What callers know the plane by and get in with, kept current while it serves: certificates, tokens, kubeconfigs."""

import logging
import ssl
from pathlib import Path

from boot.apiserver.pki import ADMIN, READER, Authority, Pair, open_authority
from boot.apiserver.tokens import Tokens, open_tokens
from boot.client.kubeconfig import ADMIN_KUBECONFIG, READER_KUBECONFIG, build_kubeconfig
from boot.clock import Clock
from boot.interfaces import list_interfaces
from boot.state_dir import write_private

_LOG = logging.getLogger(__name__)

_EVERYWHERE, _LOOPBACK = "0.0.0.0", "127.0.0.1"
_LOOK_EVERY = 60.0
"""Seconds until the addresses of this machine and the ends of certificates are looked at again."""


class Credentials:
    """Belongs to one state directory and the address the plane listens on."""

    def __init__(self, state_dir: Path, listen: str, clock: Clock) -> None:
        self._state_dir = state_dir
        self._listen = listen
        self._clock = clock
        self._authority = self._open_authority()
        self.tokens: Tokens = open_tokens(state_dir)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.verify_mode = ssl.CERT_OPTIONAL
        self._load()

    @property
    def reachable(self) -> str:
        """The address under which this machine's own programs reach the plane."""
        return _LOOPBACK if self._listen == _EVERYWHERE else self._listen

    def write_kubeconfigs(self, port: int) -> None:
        identities: tuple[tuple[str, tuple[str, str], Pair], ...] = (
            (ADMIN_KUBECONFIG, ADMIN, self._authority.admin),
            (READER_KUBECONFIG, READER, self._authority.reader),
        )
        for file, (user, _), pair in identities:
            text = build_kubeconfig(
                server=f"https://{self.reachable}:{port}",
                ca=self._authority.ca.certificate,
                certificate=pair.certificate,
                key=pair.key,
                user=user,
            )
            write_private(self._state_dir / file, text)

    async def keep_current(self, port: int) -> None:
        """Until cancelled: new certificates for new addresses, and before the old ones end. Open connections stay."""
        while True:
            await self._clock.sleep(_LOOK_EVERY)
            try:
                authority = self._open_authority()
                if authority != self._authority:
                    self._authority = authority
                    self._load()
                    self.write_kubeconfigs(port)
            except OSError as error:  # a full disk: what there is serves until then
                _LOG.warning("%s: certificates cannot be renewed: %s", self._state_dir, error.strerror)

    def _open_authority(self) -> Authority:
        return open_authority(self._state_dir / "pki", self._clock.now(), server_names(self._listen))

    def _load(self) -> None:
        directory = self._authority.directory
        self.tls.load_cert_chain(directory / "server.crt", directory / "server.key")
        self.tls.load_verify_locations(cadata=self._authority.ca.certificate.decode())


def server_names(listen: str) -> list[str]:
    """Every name and address the plane can be reached by: what its certificate is for."""
    names = {listen, _LOOPBACK, "::1", "localhost"}
    if listen == _EVERYWHERE:
        names.remove(_EVERYWHERE)
        names |= {interface.address for interface in list_interfaces() if interface.address}
    return sorted(names)
