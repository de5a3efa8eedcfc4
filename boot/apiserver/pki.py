"""The plane's own CA, its server certificate and its clients' certificates; kept in the state directory, renewed in time."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from boot.state_dir import write_private

CA_LIFE, LEAF_LIFE = timedelta(days=3650), timedelta(days=365)
RENEW_BEFORE = timedelta(days=30)
BACKDATED = timedelta(hours=1)
"""Laptops and servers disagree about the time."""

ADMIN = ("sidero-tui-admin", "system:masters")
READER = ("sidero-tui-reader", "sidero-tui:readers")


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key, PEM."""

    certificate: bytes
    key: bytes


@dataclass(frozen=True, slots=True)
class Authority:
    """Everything the API server and its kubeconfigs need."""

    ca: Pair
    server: Pair
    admin: Pair
    reader: Pair
    directory: Path


def open_authority(directory: Path, now: datetime, hosts: Sequence[str]) -> Authority:
    """Load what is there, make what is missing, expiring or (the server's) made for other hosts."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    ca = _load(directory / "ca", now)
    if ca is None:
        ca = _build_ca(now)
        _save(directory / "ca", ca)
    return Authority(
        ca=ca,
        server=_leaf(directory / "server", ca, now, ("sidero-tui", ""), hosts),
        admin=_leaf(directory / "admin", ca, now, ADMIN),
        reader=_leaf(directory / "reader", ca, now, READER),
        directory=directory,
    )


def _load(stem: Path, now: datetime) -> Pair | None:
    try:
        pair = Pair(stem.with_suffix(".crt").read_bytes(), stem.with_suffix(".key").read_bytes())
        certificate = x509.load_pem_x509_certificate(pair.certificate)
        key = serialization.load_pem_private_key(pair.key, None)
    except (FileNotFoundError, ValueError):
        return None
    # A crash between the two files of a renewal leaves a new key beside the old certificate.
    usable = key.public_key() == certificate.public_key() and certificate.not_valid_after_utc - RENEW_BEFORE > now
    return pair if usable else None


def _save(stem: Path, pair: Pair) -> None:
    write_private(stem.with_suffix(".key"), pair.key)
    write_private(stem.with_suffix(".crt"), pair.certificate)


def _leaf(stem: Path, ca: Pair, now: datetime, subject: tuple[str, str], hosts: Sequence[str] = ()) -> Pair:
    pair = _load(stem, now)
    if pair is not None and _signed_by(pair, ca) and _names(pair) >= set(hosts):
        return pair
    pair = _build_leaf(ca, now, subject, hosts)
    _save(stem, pair)
    return pair


def _signed_by(pair: Pair, ca: Pair) -> bool:
    try:
        leaf = x509.load_pem_x509_certificate(pair.certificate)
        leaf.verify_directly_issued_by(x509.load_pem_x509_certificate(ca.certificate))
    except (InvalidSignature, ValueError, TypeError):  # the ways verify_directly_issued_by has of saying no
        return False
    return True


def _names(pair: Pair) -> set[str]:
    certificate = x509.load_pem_x509_certificate(pair.certificate)
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return set()
    return {str(name.value) for name in names}


def _name(common: str, organization: str = "") -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if organization:
        attributes.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    return x509.Name(attributes)


def _pair(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Pair:
    return Pair(
        certificate.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )


def _build_ca(now: datetime) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("sidero-tui plane CA")
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + CA_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _pair(certificate, key)


def _build_leaf(ca: Pair, now: datetime, subject: tuple[str, str], hosts: Sequence[str]) -> Pair:
    issuer = x509.load_pem_x509_certificate(ca.certificate)
    issuer_key = serialization.load_pem_private_key(ca.key, None)
    if not isinstance(issuer_key, ec.EllipticCurvePrivateKey):
        raise TypeError("the plane's CA key is an EC key")
    key = ec.generate_private_key(ec.SECP256R1())
    usage = ExtendedKeyUsageOID.SERVER_AUTH if hosts else ExtendedKeyUsageOID.CLIENT_AUTH
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(*subject))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + LEAF_LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName(list(map(_general_name, hosts))), critical=False)
    return _pair(builder.sign(issuer_key, hashes.SHA256()), key)


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
