"""Machine configs by version contract, for Talos 1.6 to 1.13. Pure: secrets and wishes in, documents out.

Source: talos pkg/machinery/config/generate and types/v1alpha1; keys come in the order Talos emits them.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

from boot.errors import ConfigError
from boot.talos.documents import Document
from boot.talos.releases import Contract
from boot.talos.secrets import KeyPair, SecretsBundle

KUBE_PRISM_PORT = 7445
_POD_SUBNET, _SERVICE_SUBNET = "10.244.0.0/16", "10.96.0.0/12"
_POD_SUBNET_V6, _SERVICE_SUBNET_V6 = "fc00:db8:10::/56", "fc00:db8:20::/112"


class MachineType(StrEnum):
    """machine.type; `init` is a control-plane node that bootstraps etcd by itself, of old."""

    CONTROL_PLANE = "controlplane"
    WORKER = "worker"
    INIT = "init"


def parse_machine_type(text: str) -> MachineType:
    """As Talos: `join` and nothing at all mean a worker; ConfigError for the rest."""
    if text in {"", "join"}:
        return MachineType.WORKER
    try:
        return MachineType(text)
    except ValueError:
        raise ConfigError(f"{text!r} is no machine type: controlplane, worker or init is wanted") from None


@dataclass(frozen=True, slots=True)
class ClusterInput:
    """What a cluster's configs share. `endpoint` is https://host:port, `kubernetes` a version without v.

    Empty subnets mean Talos' defaults. `sans` are extra names of both APIs.
    """

    name: str
    endpoint: str
    kubernetes: str
    contract: Contract
    dns_domain: str = "cluster.local"
    pod_subnets: tuple[str, ...] = ()
    service_subnets: tuple[str, ...] = ()
    sans: tuple[str, ...] = ()
    install_disk: str = ""
    install_image: str = ""
    schedulable_control_plane: bool = False
    sysctls: dict[str, str] = field(default_factory=dict)


def build_machine_config(cluster: ClusterInput, bundle: SecretsBundle, machine_type: MachineType) -> list[Document]:
    """The documents of one machine; ConfigError when the endpoint is no https URL."""
    host = _endpoint_host(cluster.endpoint)
    main: Document = {
        "version": "v1alpha1",
        "debug": False,
        "persist": True,
        "machine": _machine(cluster, bundle, machine_type),
        "cluster": _cluster(cluster, bundle, machine_type, host),
    }
    if not cluster.contract.several_documents:
        return [main]
    return [main, {"apiVersion": "v1alpha1", "kind": "HostnameConfig", "auto": "stable"}]


def _endpoint_host(endpoint: str) -> str:
    url = urlsplit(endpoint)
    if url.scheme != "https" or not url.hostname:
        raise ConfigError(f"{endpoint!r} is no control-plane endpoint: https://HOST:PORT is wanted")
    return url.hostname


def _machine(cluster: ClusterInput, bundle: SecretsBundle, machine_type: MachineType) -> Document:
    worker = machine_type is MachineType.WORKER
    contract, os = cluster.contract, bundle.certs.os
    install: Document = {}
    if cluster.install_disk:
        install["disk"] = cluster.install_disk
    if cluster.install_image:
        install["image"] = cluster.install_image
    install["wipe"] = False
    if contract.several_documents:
        install["grubUseUKICmdline"] = True
    machine: Document = {
        "type": str(machine_type),
        "token": bundle.trustd_info.token,
        "ca": _public(os) if worker else _both(os),
        "certSANs": list(cluster.sans),
        "kubelet": {
            "image": f"ghcr.io/siderolabs/kubelet:v{cluster.kubernetes}",
            "defaultRuntimeSeccompProfileEnabled": True,
            "disableManifestsDirectory": True,
        },
    }
    if contract.empty_network:
        machine["network"] = {}
    machine["install"] = install
    if cluster.sysctls:
        machine["sysctls"] = dict(cluster.sysctls)
    machine["features"] = _features(contract)
    if not worker and contract.excludes_control_plane_from_load_balancers:
        machine["nodeLabels"] = {"node.kubernetes.io/exclude-from-external-load-balancers": ""}
    return machine


def _features(contract: Contract) -> Document:
    features: Document = {}
    if contract.legacy_features:
        features |= {"rbac": True, "stableHostname": True, "apidCheckExtKeyUsage": True}
    features |= {"diskQuotaSupport": True, "kubePrism": {"enabled": True, "port": KUBE_PRISM_PORT}}
    if contract.host_dns:
        features["hostDNS"] = {"enabled": True}
        if contract.host_dns_for_pods:
            features["hostDNS"]["forwardKubeDNSToHost"] = True
    return features


def _cluster(cluster: ClusterInput, bundle: SecretsBundle, machine_type: MachineType, host: str) -> Document:
    worker = machine_type is MachineType.WORKER
    shared: Document = {
        "id": bundle.cluster.id,
        "secret": bundle.cluster.secret,
        "controlPlane": {"endpoint": cluster.endpoint},
    }
    if not worker or cluster.contract.cluster_name_for_workers:
        shared["clusterName"] = cluster.name
    shared["network"] = _network(cluster, host)
    shared["token"] = bundle.secrets.bootstrap_token
    discovery = {"enabled": True, "registries": {"kubernetes": {"disabled": True}, "service": {}}}
    if worker:
        return shared | {"ca": _public(bundle.certs.k8s), "discovery": discovery}
    result = shared | _control_plane(cluster, bundle, host)
    result["discovery"] = discovery
    result["etcd"] = {"ca": _both(bundle.certs.etcd)}
    if cluster.schedulable_control_plane:
        result["allowSchedulingOnControlPlanes"] = True
    return result


def _network(cluster: ClusterInput, host: str) -> Document:
    pods, services = _POD_SUBNET, _SERVICE_SUBNET
    if _is_v6(host):
        pods, services = _POD_SUBNET_V6, _SERVICE_SUBNET_V6
    return {
        "dnsDomain": cluster.dns_domain,
        "podSubnets": list(cluster.pod_subnets or (pods,)),
        "serviceSubnets": list(cluster.service_subnets or (services,)),
    }


def _control_plane(cluster: ClusterInput, bundle: SecretsBundle, host: str) -> Document:
    tokens, certs = bundle.secrets, bundle.certs
    key, value = "secretboxEncryptionSecret", tokens.secretbox_encryption_secret
    if not value:
        key, value = "aescbcEncryptionSecret", tokens.aescbc_encryption_secret
    return {
        key: value,
        "ca": _both(certs.k8s),
        "aggregatorCA": _both(certs.k8s_aggregator),
        "serviceAccount": {"key": certs.k8s_service_account.key},
        "apiServer": _api_server(cluster, host),
        "controllerManager": {"image": f"registry.k8s.io/kube-controller-manager:v{cluster.kubernetes}"},
        "proxy": {"image": f"registry.k8s.io/kube-proxy:v{cluster.kubernetes}"},
        "scheduler": {"image": f"registry.k8s.io/kube-scheduler:v{cluster.kubernetes}"},
    }


def _api_server(cluster: ClusterInput, host: str) -> Document:
    result: Document = {"image": f"registry.k8s.io/kube-apiserver:v{cluster.kubernetes}"}
    sans = list(cluster.sans)
    if cluster.contract.legacy_features:
        sans = list(dict.fromkeys((host, *sans)))
    if sans:
        result["certSANs"] = sans
    if cluster.contract.legacy_features:
        result["disablePodSecurityPolicy"] = True
    result["admissionControl"] = [{"name": "PodSecurity", "configuration": _pod_security()}]
    result["auditPolicy"] = {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": "Metadata"}]}
    return result


def _pod_security() -> Document:
    levels = {"enforce": "baseline", "audit": "restricted", "warn": "restricted"}
    defaults: dict[str, Any] = {}
    for mode, level in levels.items():
        defaults |= {mode: level, f"{mode}-version": "latest"}
    return {
        "apiVersion": "pod-security.admission.config.k8s.io/v1alpha1",
        "kind": "PodSecurityConfiguration",
        "defaults": dict(sorted(defaults.items())),
        "exemptions": {"namespaces": ["kube-system"], "runtimeClasses": [], "usernames": []},
    }


def _both(pair: KeyPair) -> Document:
    return {"crt": pair.crt, "key": pair.key}


def _public(pair: KeyPair) -> Document:
    """What a worker gets of a CA: the key is there, and empty."""
    return {"crt": pair.crt, "key": ""}


def _is_v6(host: str) -> bool:
    try:
        return isinstance(ip_address(host), IPv6Address)
    except ValueError:
        return False
