"""Keys and certificates as Talos wants them."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID

from boot.errors import ConfigError
from boot.talos.pki import (
    Pair,
    build_ca,
    build_talos_client,
    build_talos_server,
    encode_key,
    generate_ed25519,
    generate_p256,
    generate_rsa,
    load_certificate,
    load_key,
    openssl_key,
)

NOW = datetime.now(UTC).replace(microsecond=0)


def test_ed25519_keys_have_the_label_that_talos_writes_and_openssl_does_not_read() -> None:
    pem = encode_key(generate_ed25519())
    assert pem.startswith(b"-----BEGIN ED25519 PRIVATE KEY-----\n")
    with pytest.raises(ValueError, match=r"."):
        serialization.load_pem_private_key(pem, None)
    assert isinstance(load_key(pem), ed25519.Ed25519PrivateKey)


@pytest.mark.parametrize(
    ("key", "label"),
    [(encode_key(generate_p256()), b"BEGIN EC PRIVATE KEY"), (encode_key(generate_rsa(2048)), b"BEGIN RSA PRIVATE KEY")],
    ids=["P-256", "RSA"],
)
def test_other_keys_have_the_label_of_their_family(key: bytes, label: bytes) -> None:
    assert label in key
    assert encode_key(load_key(key)) == key


def test_a_ca_has_one_name_ten_years_and_both_extended_usages() -> None:
    certificate = load_certificate(build_ca(generate_ed25519(), NOW, "talos").certificate)
    assert certificate.subject.rfc4514_string() == "O=talos"
    assert certificate.issuer == certificate.subject
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc == timedelta(hours=87600)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert (usage.value.digital_signature, usage.value.key_cert_sign, usage.value.crl_sign) == (True, True, False)
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length is None


def test_the_aggregator_ca_has_no_name_at_all() -> None:
    assert load_certificate(build_ca(generate_p256(), NOW).certificate).subject.rfc4514_string() == ""


def test_a_talos_client_has_its_roles_no_common_name_and_client_auth_alone() -> None:
    ca = build_ca(generate_ed25519(), NOW, "talos")
    certificate = load_certificate(build_talos_client(ca, NOW, ("os:admin", "os:reader")).certificate)
    assert certificate.subject.rfc4514_string() == "O=os:reader,O=os:admin"
    extended = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(extended) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    certificate.verify_directly_issued_by(load_certificate(ca.certificate))


def test_client_and_node_trust_each_other_over_tls_with_nothing_but_the_ca(tmp_path: Path) -> None:
    ca = build_ca(generate_ed25519(), NOW, "talos")
    server = _context(ssl.PROTOCOL_TLS_SERVER, build_talos_server(ca, NOW, "cp-1", ["127.0.0.1", "cp-1"]), ca, tmp_path)
    server.verify_mode = ssl.CERT_REQUIRED
    client = _context(ssl.PROTOCOL_TLS_CLIENT, build_talos_client(ca, NOW), ca, tmp_path)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname="127.0.0.1"),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    peer = ends[1].getpeercert()
    assert peer is not None
    assert peer["subject"] == ((("organizationName", "os:admin"),),)


def _context(protocol: int, pair: Pair, ca: Pair, directory: Path) -> ssl.SSLContext:
    chain = directory / f"{protocol}.pem"
    chain.write_bytes(pair.certificate + openssl_key(pair.key))
    context = ssl.SSLContext(protocol)
    context.load_cert_chain(chain)
    context.load_verify_locations(cadata=ca.certificate.decode())
    return context


@pytest.mark.parametrize("pem", [b"", b"nothing", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_is_refused_in_words(pem: bytes) -> None:
    with pytest.raises(ConfigError, match="not a private key"):
        load_key(pem)
