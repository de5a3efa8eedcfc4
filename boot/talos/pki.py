"""Keys and certificates as Talos makes them (siderolabs/crypto x509). Pure, but for random numbers and no clock.

Talos' own CA is Ed25519, and so is every certificate under it: workers before Talos 1.10 ask trustd for nothing else.
Ed25519 keys go in PEM under a label of Talos' own, which neither OpenSSL nor `cryptography` reads: `openssl_key` mends that.
"""

import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from boot.errors import ConfigError

PrivateKey = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

CA_LIFE = timedelta(hours=87600)
CLIENT_LIFE = timedelta(hours=365 * 24)
BACKDATED = timedelta(seconds=10)
"""A little, as Talos does: the node's clock and ours differ."""

_TALOS_LABEL, _STANDARD_LABEL = b"ED25519 PRIVATE KEY", b"PRIVATE KEY"
_CLIENT, _SERVER = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key, PEM as Talos writes it, each with a newline at its end."""

    certificate: bytes
    key: bytes


def openssl_key(key: bytes) -> bytes:
    """The same PEM key under the label that OpenSSL and `cryptography` know (PKCS #8, RFC 5958)."""
    return key.replace(_TALOS_LABEL, _STANDARD_LABEL)


def generate_ed25519() -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.generate()


def generate_p256() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def generate_rsa(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def encode_key(key: PrivateKey) -> bytes:
    """PEM by family: Talos' label for Ed25519, SEC 1 for EC, PKCS #1 for RSA."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        pem = _pem(key, serialization.PrivateFormat.PKCS8)
        return pem.replace(_STANDARD_LABEL, _TALOS_LABEL)
    return _pem(key, serialization.PrivateFormat.TraditionalOpenSSL)


def load_key(pem: bytes) -> PrivateKey:
    """ConfigError when it is no key of a family that Talos knows."""
    try:
        key = serialization.load_pem_private_key(openssl_key(pem), None)
    except ValueError as error:
        raise ConfigError("not a private key in PEM") from error
    if not isinstance(key, PrivateKey):
        raise ConfigError("a key of a kind that Talos does not use: Ed25519, EC or RSA is wanted")
    return key


def load_certificate(pem: bytes) -> x509.Certificate:
    """ConfigError when it is none."""
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise ConfigError("not a certificate in PEM") from error


def build_ca(key: PrivateKey, now: datetime, organization: str = "") -> Pair:
    """Self-signed, ten years, O as the only name; an empty one for the aggregator's, as siderolabs/crypto leaves it."""
    name = _name(organization=organization)
    builder = (
        _builder(key, name, name, now, CA_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_key_usage(sign_certificates=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([_SERVER, _CLIENT]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return _sign(builder, key, key)


def build_talos_client(ca: Pair, now: datetime, roles: Sequence[str] = ("os:admin",), life: timedelta = CLIENT_LIFE) -> Pair:
    """What talosconfig carries: Ed25519, roles as O, no CN, and clientAuth alone, which apid insists on."""
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, role) for role in roles])
    return _leaf(ca, generate_ed25519(), name, now, life, usage=_key_usage(), extended=_CLIENT)


def build_talos_server(ca: Pair, now: datetime, name: str, sans: Sequence[str], life: timedelta = timedelta(hours=24)) -> Pair:
    """What apid on a node shows: CN the node's name, its addresses and names as SANs."""
    return _leaf(ca, generate_ed25519(), _name(common=name), now, life, usage=_key_usage(), extended=_SERVER, sans=sans)


def build_kubernetes_admin(ca: Pair, now: datetime, common_name: str = "admin", *, rsa_key: bool = False) -> Pair:
    """A client of the cluster's API in system:masters; an RSA key where Cluster API's own helper would make one."""
    key = generate_rsa(2048) if rsa_key else generate_p256()
    name = _name(organization="system:masters", common=common_name)
    return _leaf(ca, key, name, now, CLIENT_LIFE, usage=_key_usage(encipher=True), extended=_CLIENT)


def build_kubernetes_server(ca: Pair, now: datetime, sans: Sequence[str]) -> Pair:
    """What a control-plane node's kube-apiserver shows."""
    name = _name(organization="kube-master", common="kube-apiserver")
    return _leaf(ca, generate_p256(), name, now, CLIENT_LIFE, usage=_key_usage(encipher=True), extended=_SERVER, sans=sans)


def _leaf(
    ca: Pair,
    key: PrivateKey,
    name: x509.Name,
    now: datetime,
    life: timedelta,
    *,
    usage: x509.KeyUsage,
    extended: x509.ObjectIdentifier,
    sans: Sequence[str] = (),
) -> Pair:
    issuer, issuer_key = load_certificate(ca.certificate), load_key(ca.key)
    builder = _builder(key, name, issuer.subject, now - BACKDATED, life + BACKDATED)
    builder = builder.add_extension(usage, critical=True).add_extension(x509.ExtendedKeyUsage([extended]), critical=False)
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
    if sans:
        builder = builder.add_extension(x509.SubjectAlternativeName([_san(san) for san in sans]), critical=False)
    return _sign(builder, key, issuer_key)


def _builder(key: PrivateKey, subject: x509.Name, issuer: x509.Name, start: datetime, life: timedelta) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(secrets.randbits(127) + 1)
        .not_valid_before(start)
        .not_valid_after(start + life)
    )


def _sign(builder: x509.CertificateBuilder, key: PrivateKey, issuer_key: PrivateKey) -> Pair:
    algorithm: hashes.SHA256 | hashes.SHA512 | None = hashes.SHA256()
    if isinstance(issuer_key, ed25519.Ed25519PrivateKey):
        algorithm = None
    elif isinstance(issuer_key, rsa.RSAPrivateKey):
        algorithm = hashes.SHA512()
    certificate = builder.sign(issuer_key, algorithm)
    return Pair(certificate.public_bytes(serialization.Encoding.PEM), encode_key(key))


def _pem(key: PrivateKey, form: serialization.PrivateFormat) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def _name(organization: str = "", common: str = "") -> x509.Name:
    parts = ((NameOID.ORGANIZATION_NAME, organization), (NameOID.COMMON_NAME, common))
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts if text])


def _san(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _key_usage(*, sign_certificates: bool = False, encipher: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=sign_certificates,
        key_encipherment=encipher,
        content_commitment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
