from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from boot.apiserver.pki import CA_LIFE, LEAF_LIFE, RENEW_BEFORE, Authority, open_authority

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOSTS = ("127.0.0.1", "::1", "localhost")
DAY = timedelta(days=1)


def _pairs(authority: Authority) -> set[bytes]:
    return {pair.certificate for pair in (authority.server, authority.admin, authority.reader)}


def test_nothing_is_made_anew_while_it_is_good(tmp_path: Path) -> None:
    first = open_authority(tmp_path, NOW, HOSTS)
    assert open_authority(tmp_path, NOW + LEAF_LIFE - RENEW_BEFORE - DAY, HOSTS) == first


def test_certificates_are_renewed_in_time_by_the_same_authority(tmp_path: Path) -> None:
    first = open_authority(tmp_path, NOW, HOSTS)
    later = open_authority(tmp_path, NOW + LEAF_LIFE - RENEW_BEFORE + DAY, HOSTS)
    assert later.ca == first.ca
    assert not _pairs(later) & _pairs(first)


def test_an_authority_that_ends_takes_its_certificates_with_it(tmp_path: Path) -> None:
    first = open_authority(tmp_path, NOW, HOSTS)
    later = open_authority(tmp_path, NOW + CA_LIFE - RENEW_BEFORE + DAY, HOSTS)
    assert later.ca != first.ca
    issuer = x509.load_pem_x509_certificate(later.ca.certificate)
    for certificate in _pairs(later):
        x509.load_pem_x509_certificate(certificate).verify_directly_issued_by(issuer)


def test_the_server_is_known_by_every_host_it_was_asked_for(tmp_path: Path) -> None:
    open_authority(tmp_path, NOW, HOSTS)
    wider = open_authority(tmp_path, NOW, (*HOSTS, "10.0.0.1"))
    certificate = x509.load_pem_x509_certificate(wider.server.certificate)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(name.value) for name in names} == {*HOSTS, "10.0.0.1"}


@pytest.mark.parametrize("damage", ["ca.crt", "ca.key", "server.crt", "server.key", "admin.key"])
def test_what_a_crash_or_a_disk_left_damaged_is_made_anew(tmp_path: Path, damage: str) -> None:
    open_authority(tmp_path, NOW, HOSTS)
    (tmp_path / damage).write_bytes(b"")
    assert open_authority(tmp_path, NOW, HOSTS) == open_authority(tmp_path, NOW, HOSTS)


def test_a_key_without_its_certificate_is_no_pair(tmp_path: Path) -> None:
    first = open_authority(tmp_path, NOW, HOSTS)
    (tmp_path / "server.key").write_bytes(first.admin.key)
    renewed = open_authority(tmp_path, NOW, HOSTS)
    assert renewed.server.certificate != first.server.certificate
    assert renewed.admin == first.admin
