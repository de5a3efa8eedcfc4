"""Config patches, by Talos' own rules."""

import pytest
import yaml

from boot.errors import ConfigError
from boot.talos.documents import Document
from boot.talos.patches import apply_patches, parse_patch, patch_text

CONFIG = """\
version: v1alpha1
machine:
  type: controlplane
  install: {wipe: false, disk: /dev/sda}
  network:
    interfaces:
    - interface: eth0
      addresses: [10.0.0.1/24]
      vlans:
      - {vlanId: 5, mtu: 1500}
    - deviceSelector: {driver: virtio}
      dhcp: true
  kubelet: {extraArgs: {v: "2"}}
cluster:
  network: {podSubnets: [10.244.0.0/16]}
  apiServer:
    certSANs: [a]
    admissionControl: [{name: PodSecurity, configuration: {defaults: {enforce: baseline}}}]
    auditPolicy: {rules: [{level: Metadata}]}
"""
HOSTNAME = "---\napiVersion: v1alpha1\nkind: HostnameConfig\nauto: stable\n"


def patched(patch: str, config: str = CONFIG) -> list[Document]:
    return list(yaml.safe_load_all(patch_text(config, [patch])))


@pytest.mark.parametrize(
    ("patch", "path", "wanted"),
    [
        ("machine: {install: {disk: /dev/vda}}", "machine.install", {"wipe": False, "disk": "/dev/vda"}),
        ("machine: {install: {wipe: true}}", "machine.install.wipe", True),
        ("machine: {install: {disk: ''}}", "machine.install.disk", "/dev/sda"),
        ("cluster: {apiServer: {certSANs: [b]}}", "cluster.apiServer.certSANs", ["a", "b"]),
        ("cluster: {apiServer: {certSANs: []}}", "cluster.apiServer.certSANs", ["a"]),
        ("cluster: {network: {podSubnets: [10.1.0.0/16]}}", "cluster.network.podSubnets", ["10.1.0.0/16"]),
        (
            "cluster: {apiServer: {auditPolicy: {rules: [{level: None}]}}}",
            "cluster.apiServer.auditPolicy",
            {"rules": [{"level": "None"}]},
        ),
        ("machine: {kubelet: {extraArgs: {v: '4', a: b}}}", "machine.kubelet.extraArgs", {"v": "4", "a": "b"}),
        (
            "cluster: {apiServer: {admissionControl: [{name: PodSecurity, configuration: {defaults: {warn: x}}}]}}",
            "cluster.apiServer.admissionControl",
            [{"name": "PodSecurity", "configuration": {"defaults": {"enforce": "baseline", "warn": "x"}}}],
        ),
        ("machine: {sysctls: {net.core.somaxconn: '1'}}", "machine.sysctls", {"net.core.somaxconn": "1"}),
    ],
)
def test_a_strategic_patch_merges_as_the_field_wants_it(patch: str, path: str, wanted: object) -> None:
    value: object = patched(patch)[0]
    for name in path.split("."):
        assert isinstance(value, dict)
        value = value[name]
    assert value == wanted


def test_interfaces_meet_by_name_or_selector_and_their_vlans_by_id() -> None:
    patch = """\
machine:
  network:
    interfaces:
    - interface: eth0
      addresses: [10.0.0.2/24]
      vlans: [{vlanId: 5, mtu: 9000}, {vlanId: 6}]
    - deviceSelector: {driver: virtio}
      mtu: 9000
    - interface: eth1
"""
    interfaces = patched(patch)[0]["machine"]["network"]["interfaces"]
    assert interfaces[0]["addresses"] == ["10.0.0.1/24", "10.0.0.2/24"]
    assert interfaces[0]["vlans"] == [{"vlanId": 5, "mtu": 9000}, {"vlanId": 6}]
    assert interfaces[1] == {"deviceSelector": {"driver": "virtio"}, "dhcp": True, "mtu": 9000}
    assert interfaces[2] == {"interface": "eth1"}


def test_documents_meet_by_kind_and_name_and_new_ones_are_added() -> None:
    patch = (
        "apiVersion: v1alpha1\nkind: HostnameConfig\nauto: 'off'\nhostname: cp-1\n"
        "---\napiVersion: v1alpha1\nkind: KmsgLogConfig\nname: a\nurl: tcp://h:1\n"
    )
    _, hostname, kmsg = patched(patch, CONFIG + HOSTNAME)
    assert hostname == {"apiVersion": "v1alpha1", "kind": "HostnameConfig", "auto": "off", "hostname": "cp-1"}
    assert kmsg["name"] == "a"


def test_json_patches_apply_to_one_document_only() -> None:
    patch = '[{"op": "replace", "path": "/machine/install/disk", "value": "/dev/nvme0n1"}]'
    assert patched(patch)[0]["machine"]["install"]["disk"] == "/dev/nvme0n1"
    with pytest.raises(ConfigError, match="2 documents"):
        patched(patch, CONFIG + HOSTNAME)


def test_a_yaml_list_of_operations_is_a_json_patch_too() -> None:
    assert patched("- op: remove\n  path: /machine/install/disk\n")[0]["machine"]["install"] == {"wipe": False}


def test_a_json_patch_to_nowhere_says_where() -> None:
    with pytest.raises(ConfigError, match="/machine/nothing/x"):
        patched('[{"op": "replace", "path": "/machine/nothing/x", "value": 1}]')


def test_deletions_come_before_merges_and_name_what_is_not_there() -> None:
    patch = "machine: {network: {interfaces: [{interface: eth0, $patch: delete}, {interface: eth2}]}}"
    names = [entry.get("interface") for entry in patched(patch)[0]["machine"]["network"]["interfaces"]]
    assert names == [None, "eth2"]
    assert "disk" not in patched("machine: {install: {disk: {$patch: delete}}}")[0]["machine"]["install"]
    with pytest.raises(ConfigError, match=r"machine\.sysctls is not in the config"):
        patched("machine: {sysctls: {$patch: delete}}")


def test_a_document_is_dropped_by_its_kind_but_never_the_main_one() -> None:
    drop = "apiVersion: v1alpha1\nkind: HostnameConfig\n$patch: delete\n"
    assert len(patched(drop, CONFIG + HOSTNAME)) == 1
    with pytest.raises(ConfigError, match="no HostnameConfig"):
        patched(drop)
    with pytest.raises(ConfigError, match="cannot drop"):
        patched("$patch: delete\n")


def test_what_was_given_stays_as_it_was() -> None:
    documents = list(yaml.safe_load_all(CONFIG))
    before = yaml.safe_dump(documents)
    patch = parse_patch("machine: {install: {disk: /dev/vda}, network: {interfaces: [{interface: eth0, $patch: delete}]}}")
    first = apply_patches(documents, [patch])
    assert yaml.safe_dump(documents) == before
    assert apply_patches(documents, [patch]) == first


@pytest.mark.parametrize("patch", ["", "just words", "a: [1", "machine: []", "machine: {install: [1]}"])
def test_what_is_no_patch_or_does_not_fit_is_refused(patch: str) -> None:
    with pytest.raises(ConfigError):
        patched(patch)
