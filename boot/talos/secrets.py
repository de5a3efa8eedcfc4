"""A cluster's secrets bundle: all that may never be made twice. Pure, but for random numbers.

Source: talos pkg/machinery/config/generate/secrets; the YAML is what `talosctl gen secrets` writes and CABPT keeps in the
Secret <cluster>-talos under `bundle`.
"""

import base64
import binascii
import secrets as random
from datetime import datetime
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from boot.errors import ConfigError
from boot.talos.pki import Pair, build_ca, encode_key, generate_ed25519, generate_p256, generate_rsa, load_certificate, load_key
from boot.talos.releases import Contract

_BASE_36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_REDACTED = "******"


class _Part(BaseModel):
    """Of the bundle; keys are Go's field names in lower case."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, hide_input_in_errors=True)


class ClusterSecrets(_Part):
    id: str = Field(min_length=1)
    secret: str = Field(min_length=1)


class Tokens(_Part):
    bootstrap_token: str = Field(alias="bootstraptoken", min_length=1)
    secretbox_encryption_secret: str = Field("", alias="secretboxencryptionsecret")
    aescbc_encryption_secret: str = Field("", alias="aescbcencryptionsecret")


class TrustdInfo(_Part):
    token: str = Field(min_length=1)


class KeyPair(_Part):
    """Base64 of PEM, as in machine configs."""

    crt: str
    key: str

    def pair(self) -> Pair:
        return Pair(base64.b64decode(self.crt), base64.b64decode(self.key))


class KeyOnly(_Part):
    key: str


class Certificates(_Part):
    etcd: KeyPair
    k8s: KeyPair
    k8s_aggregator: KeyPair = Field(alias="k8saggregator")
    k8s_service_account: KeyOnly = Field(alias="k8sserviceaccount")
    os: KeyPair


class SecretsBundle(_Part):
    """What a cluster's configs are made of; `repr` shows nothing of it."""

    cluster: ClusterSecrets
    secrets: Tokens
    trustd_info: TrustdInfo = Field(alias="trustdinfo")
    certs: Certificates

    def __repr__(self) -> str:
        return "SecretsBundle(…)"

    __str__ = __repr__


def generate_bundle(contract: Contract, now: datetime) -> SecretsBundle:
    """A new one. The cluster's id has the URL-safe alphabet, as up to Talos 1.13."""
    service_account = generate_rsa(4096) if contract.rsa_service_account_key else generate_p256()
    return SecretsBundle(
        cluster=ClusterSecrets(id=base64.urlsafe_b64encode(random.token_bytes(32)).decode(), secret=_random_secret()),
        secrets=Tokens(bootstrap_token=_random_token(), secretbox_encryption_secret=_random_secret()),
        trustd_info=TrustdInfo(token=_random_token()),
        certs=Certificates(
            etcd=_encode(build_ca(generate_p256(), now, "etcd")),
            k8s=_encode(build_ca(generate_p256(), now, "kubernetes")),
            k8s_aggregator=_encode(build_ca(generate_p256(), now)),
            k8s_service_account=KeyOnly(key=_base64(encode_key(service_account))),
            os=_encode(build_ca(generate_ed25519(), now, "talos")),
        ),
    )


def render_bundle(bundle: SecretsBundle) -> str:
    """The YAML of `talosctl gen secrets`: fields that are not set are left out."""
    content = bundle.model_dump(by_alias=True)
    content["secrets"] = {key: value for key, value in content["secrets"].items() if value}
    return yaml.safe_dump(content, sort_keys=False, indent=4)


def parse_bundle(text: str) -> SecretsBundle:
    """ConfigError, which never repeats a secret, when it is none, or when a key or certificate in it cannot be read."""
    try:
        content: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError("the secrets bundle is no YAML") from error
    try:
        bundle = SecretsBundle.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise ConfigError(f"the secrets bundle: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    _check(bundle)
    return bundle


def _check(bundle: SecretsBundle) -> None:
    tokens, certs = bundle.secrets, bundle.certs
    if bool(tokens.secretbox_encryption_secret) == bool(tokens.aescbc_encryption_secret):
        raise ConfigError("the secrets bundle: exactly one of secretboxencryptionsecret and aescbcencryptionsecret is wanted")
    pairs = {"etcd": certs.etcd, "k8s": certs.k8s, "k8saggregator": certs.k8s_aggregator, "os": certs.os}
    for name, entry in pairs.items():
        try:
            pair = entry.pair()
            certificate, key = load_certificate(pair.certificate), None
            if entry.key != _REDACTED:
                key = load_key(pair.key)
        except (binascii.Error, ConfigError) as error:
            raise ConfigError(f"the secrets bundle: certs.{name}: {error}") from error
        if key is not None and key.public_key() != certificate.public_key():
            raise ConfigError(f"the secrets bundle: certs.{name}: the key is not the certificate's")
    try:
        load_key(base64.b64decode(certs.k8s_service_account.key))
    except (binascii.Error, ConfigError) as error:
        raise ConfigError(f"the secrets bundle: certs.k8sserviceaccount.key: {error}") from error


def _encode(pair: Pair) -> KeyPair:
    return KeyPair(crt=_base64(pair.certificate), key=_base64(pair.key))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _random_secret() -> str:
    return _base64(random.token_bytes(32))


def _random_token() -> str:
    """kubeadm's form, six and sixteen characters."""
    return f"{_random_text(6)}.{_random_text(16)}"


def _random_text(length: int) -> str:
    return "".join(random.choice(_BASE_36) for _ in range(length))
