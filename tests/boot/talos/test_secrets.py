"""The secrets bundle."""

from datetime import UTC, datetime

import pytest
import yaml

from boot.errors import ConfigError
from boot.talos.pki import load_key
from boot.talos.releases import Contract
from boot.talos.secrets import SecretsBundle, generate_bundle, parse_bundle, render_bundle

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def bundle() -> SecretsBundle:
    return generate_bundle(Contract((1, 6)), NOW)


def test_what_is_rendered_reads_back_as_the_same(bundle: SecretsBundle) -> None:
    assert parse_bundle(render_bundle(bundle)) == bundle


def test_its_yaml_has_the_names_of_talosctl(bundle: SecretsBundle) -> None:
    content = yaml.safe_load(render_bundle(bundle))
    assert list(content) == ["cluster", "secrets", "trustdinfo", "certs"]
    assert list(content["secrets"]) == ["bootstraptoken", "secretboxencryptionsecret"]
    assert list(content["certs"]) == ["etcd", "k8s", "k8saggregator", "k8sserviceaccount", "os"]


def test_no_two_are_alike(bundle: SecretsBundle) -> None:
    other = generate_bundle(Contract((1, 6)), NOW)
    assert other.cluster.id != bundle.cluster.id
    assert other.trustd_info.token != bundle.trustd_info.token
    assert other.certs.os.crt != bundle.certs.os.crt


def test_service_accounts_have_an_rsa_key_from_1_7_on() -> None:
    from base64 import b64decode

    key = load_key(b64decode(generate_bundle(Contract((1, 7)), NOW).certs.k8s_service_account.key))
    assert getattr(key, "key_size", 0) == 4096


def test_it_never_shows_what_it_holds(bundle: SecretsBundle) -> None:
    assert str(bundle) == repr(bundle) == "SecretsBundle(…)"


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("cluster", "id"), "", "cluster.id"),
        (("certs", "os", "crt"), "bm90aGluZw==", "certs.os: not a certificate"),
        (("certs", "k8s", "key"), "!", "certs.k8s"),
        (("secrets", "aescbcencryptionsecret"), "both", "exactly one of"),
        (("surplus",), 1, "surplus"),
    ],
)
def test_a_bad_one_is_refused_by_the_name_of_what_is_wrong_and_no_secret(
    bundle: SecretsBundle, path: tuple[str, ...], value: object, words: str
) -> None:
    content = yaml.safe_load(render_bundle(bundle))
    place = content
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    with pytest.raises(ConfigError, match=words) as caught:
        parse_bundle(yaml.safe_dump(content))
    assert bundle.secrets.bootstrap_token not in str(caught.value)


def test_the_key_of_another_certificate_is_found(bundle: SecretsBundle) -> None:
    content = yaml.safe_load(render_bundle(bundle))
    content["certs"]["k8s"]["key"] = content["certs"]["etcd"]["key"]
    with pytest.raises(ConfigError, match=r"certs\.k8s: the key is not the certificate's"):
        parse_bundle(yaml.safe_dump(content))
