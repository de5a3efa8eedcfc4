"""Certificates of a plane that serves: for every address it has, and anew before they end."""

import asyncio
import socket
import ssl
from contextlib import suppress
from pathlib import Path

import yaml
from cryptography import x509

from boot.apiserver.credentials import Credentials, server_names
from boot.apiserver.pki import LEAF_LIFE, RENEW_BEFORE
from tests.support.clock import FakeClock


def _certificate(directory: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate((directory / "pki" / "server.crt").read_bytes())


def test_on_loopback_it_is_known_by_loopbacks_names_alone() -> None:
    assert server_names("127.0.0.1") == ["127.0.0.1", "::1", "localhost"]


def test_on_one_address_it_is_known_by_that_too() -> None:
    assert server_names("192.0.2.7") == ["127.0.0.1", "192.0.2.7", "::1", "localhost"]


def test_on_every_address_it_is_known_by_each_and_by_no_wildcard() -> None:
    names = server_names("0.0.0.0")
    assert "0.0.0.0" not in names
    assert set(names) >= {"127.0.0.1", "localhost"}


def test_its_own_machine_reaches_it_where_it_listens(tmp_path: Path) -> None:
    for listen, reachable in (("0.0.0.0", "127.0.0.1"), ("192.0.2.7", "192.0.2.7")):
        Credentials(tmp_path, listen, FakeClock()).write_kubeconfigs(16443)
        config = yaml.safe_load((tmp_path / "kubeconfig").read_text())
        assert config["clusters"][0]["cluster"]["server"] == f"https://{reachable}:16443"


def test_a_new_address_is_in_the_certificate_at_the_next_start(tmp_path: Path) -> None:
    Credentials(tmp_path, "127.0.0.1", FakeClock())
    before = _certificate(tmp_path)
    Credentials(tmp_path, "192.0.2.7", FakeClock())
    assert _certificate(tmp_path) != before


async def test_a_plane_that_serves_for_a_year_shows_a_new_certificate_before_the_old_one_ends(tmp_path: Path) -> None:
    clock = FakeClock()
    credentials = Credentials(tmp_path, "127.0.0.1", clock)
    credentials.write_kubeconfigs(16443)
    shown = _shown(credentials.tls)
    kubeconfig = (tmp_path / "kubeconfig").read_bytes()
    clock.advance((LEAF_LIFE - RENEW_BEFORE).total_seconds())
    keeping = asyncio.create_task(credentials.keep_current(16443))
    async with asyncio.timeout(10):
        while (tmp_path / "kubeconfig").read_bytes() == kubeconfig:
            await asyncio.sleep(0)
    keeping.cancel()
    with suppress(asyncio.CancelledError):
        await keeping
    assert _shown(credentials.tls) != shown


def _shown(context: ssl.SSLContext) -> bytes:
    """The certificate that a handshake gives."""
    client = ssl.create_default_context()
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    ours, theirs = socket.socketpair()
    with ours, theirs:
        to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
        server = context.wrap_bio(to_server, to_client, server_side=True)
        guest = client.wrap_bio(to_client, to_server)
        for side in (guest, server, guest, server):
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()
        return guest.getpeercert(binary_form=True) or b""
