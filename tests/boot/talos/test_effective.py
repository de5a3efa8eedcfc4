"""Every line of a machine's config says who put it there."""

from datetime import UTC, datetime

import pytest

from boot.errors import ConfigError
from boot.talos.documents import parse_documents
from boot.talos.effective import Layer, build_effective
from boot.talos.machine_config import ClusterInput, MachineType, build_machine_config
from boot.talos.releases import Contract
from boot.talos.secrets import generate_bundle

BASE = """\
machine:
  type: worker
  certSANs: [a, b]
  kubelet: {extraArgs: {v: '2'}}
  network:
    interfaces: [{interface: eth0, dhcp: true}, {interface: eth1, dhcp: true}]
"""


def origins_of(base: str, *layers: Layer) -> dict[str, str]:
    config = build_effective(parse_documents(base), "cluster", layers)
    return {line.strip(): origin for line, origin in config.lines() if origin}


def test_what_no_patch_touches_is_the_clusters() -> None:
    assert set(origins_of(BASE).values()) == {"cluster"}


def test_the_last_one_to_change_a_line_owns_it_and_saying_the_same_takes_nothing_over() -> None:
    found = origins_of(
        BASE,
        Layer("ServerClass rack", ("machine: {kubelet: {extraArgs: {v: '4'}}, certSANs: [c]}",)),
        Layer("Server 1", ("machine: {kubelet: {extraArgs: {w: '1'}}, type: worker}", "machine: {install: {disk: /dev/sda}}")),
    )
    assert found["v: '4'"] == "ServerClass rack"
    assert found["w: '1'"] == found["disk: /dev/sda"] == "Server 1"
    assert found["- a"] == found["- b"] == found["type: worker"] == "cluster"
    assert found["- c"] == "ServerClass rack"


def test_items_keep_their_owner_when_one_before_them_goes() -> None:
    found = origins_of(BASE, Layer("Server 1", ("machine: {network: {interfaces: [{interface: eth0, $patch: delete}]}}",)))
    assert found["- interface: eth1"] == "cluster"


def test_a_new_document_is_its_layers() -> None:
    found = origins_of(BASE, Layer("Server 1", ("apiVersion: v1alpha1\nkind: HostnameConfig\nauto: stable\n",)))
    assert found["auto: stable"] == "Server 1"


def test_a_patch_that_does_not_apply_is_named_with_its_layer() -> None:
    with pytest.raises(ConfigError, match=r"ServerClass rack, patch 2: .*machine\.time"):
        origins_of(BASE, Layer("ServerClass rack", ("machine: {type: worker}", "machine: {time: {$patch: delete}}")))


def test_secrets_are_shown_only_when_asked_for() -> None:
    bundle = generate_bundle(Contract((1, 6)), datetime(2026, 1, 1, tzinfo=UTC))
    cluster = ClusterInput("c", "https://c:6443", "1.29.0", Contract((1, 6)))
    config = build_effective(build_machine_config(cluster, bundle, MachineType.CONTROL_PLANE), "cluster", ())
    secrets = [bundle.trustd_info.token, bundle.secrets.bootstrap_token, bundle.certs.os.key, bundle.cluster.secret]
    hidden = "\n".join(line for line, _ in config.lines())
    shown = "\n".join(line for line, _ in config.lines(reveal=True))
    assert not any(secret in hidden for secret in secrets)
    assert all(secret in shown for secret in secrets)
