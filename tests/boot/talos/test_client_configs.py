"""talosconfig and kubeconfig."""

import base64
from datetime import UTC, datetime

import pytest
import yaml

from boot.errors import ConfigError
from boot.talos.client_configs import build_admin_kubeconfig, build_talosconfig, read_talosconfig
from boot.talos.pki import load_certificate
from boot.talos.releases import Contract
from boot.talos.secrets import SecretsBundle, generate_bundle

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def bundle() -> SecretsBundle:
    return generate_bundle(Contract((1, 6)), NOW)


def test_a_talosconfig_reads_back_and_its_client_is_an_admin_of_this_cluster(bundle: SecretsBundle) -> None:
    endpoints, ca, client = read_talosconfig(build_talosconfig("plane", bundle, ["10.0.0.2", "10.0.0.3"], NOW))
    assert list(endpoints) == ["10.0.0.2", "10.0.0.3"]
    certificate = load_certificate(client.certificate)
    assert certificate.subject.rfc4514_string() == "O=os:admin"
    certificate.verify_directly_issued_by(load_certificate(ca))


@pytest.mark.parametrize("text", ["", "[]", "context: a\ncontexts: {}", "context: a\ncontexts: {a: {ca: '!'}}"])
def test_what_is_no_talosconfig_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        read_talosconfig(text)


def test_an_admin_kubeconfig_has_the_names_cluster_api_gives_it(bundle: SecretsBundle) -> None:
    config = yaml.safe_load(build_admin_kubeconfig("plane", "https://10.0.0.1:6443", bundle.certs.k8s.pair(), NOW))
    assert config["current-context"] == config["contexts"][0]["name"] == "plane-admin@plane"
    [user] = config["users"]
    assert user["name"] == "plane-admin"
    certificate = load_certificate(base64.b64decode(user["user"]["client-certificate-data"]))
    assert certificate.subject.rfc4514_string() == "CN=kubernetes-admin,O=system:masters"
