"""What a machine would refuse in its config, found before it sees it: as `talosctl validate --mode metal`. Pure.

Source: talos pkg/machinery/config/types/v1alpha1 (validation) and config/container. Each rule is one function from the config
to its complaints; every complaint names the path and what to do.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from boot.errors import ConfigError
from boot.talos.documents import Document, identity, is_v1alpha1
from boot.talos.fields import KIND_SINCE, unknown_fields
from boot.talos.machine_config import MachineType, parse_machine_type
from boot.talos.releases import Contract, Minor, find_release, parse_minor

_DNS_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_KUBERNETES_IMAGES = ("machine.kubelet", "cluster.apiServer", "cluster.controllerManager", "cluster.scheduler")
_TAG = re.compile(r":v(\d+\.\d+[^@]*)")


@dataclass(frozen=True, slots=True)
class _Config:
    main: Document
    documents: Sequence[Document]
    contract: Contract

    @property
    def worker(self) -> bool:
        try:
            return parse_machine_type(self.text("machine.type")) is MachineType.WORKER
        except ConfigError:
            return False

    @property
    def minor(self) -> Minor:
        return self.contract.minor

    def at(self, path: str) -> Any:
        """The value there, None where anything on the way is missing."""
        value: Any = self.main
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def text(self, path: str) -> str:
        value = self.at(path)
        return value if isinstance(value, str) else ""

    def items(self, path: str) -> list[Document]:
        value = self.at(path)
        return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []

    def has_kind(self, kind: str) -> bool:
        return any(document.get("kind") == kind for document in self.documents)


def validate_config(documents: Sequence[Document], contract: Contract) -> list[str]:
    """Everything a metal machine of that release would refuse, one sentence each; empty when it would take the config."""
    mains = [document for document in documents if is_v1alpha1(document)]
    complaints = list(_documents(documents, contract.minor))
    if len(mains) != 1:
        return [*complaints, f"one v1alpha1 document is wanted, there are {len(mains)}"]
    config = _Config(mains[0], documents, contract)
    for name in ("machine", "cluster"):
        if not isinstance(config.at(name), dict):
            return [*complaints, f"{name}: the section is missing"]
    for rule in _RULES:
        complaints += rule(config)
    return complaints


def _documents(documents: Sequence[Document], minor: Minor) -> Iterator[str]:
    counted = Counter(identity(document) for document in documents if not is_v1alpha1(document))
    for (_, kind, name), count in counted.items():
        if count > 1:
            yield f"{' '.join(filter(None, (kind, name)))}: there are {count} such documents"
    for document in documents:
        if is_v1alpha1(document):
            continue
        kind = str(document["kind"])
        since = KIND_SINCE.get(kind)
        if since is None:
            yield f"{kind}: Talos has no document of that kind"
        elif since > minor:
            yield f"{kind}: known from Talos {since[0]}.{since[1]} on, this config is for {minor[0]}.{minor[1]}"


def _unknown(config: _Config) -> Iterator[str]:
    for path in unknown_fields(config.main, config.minor):
        yield f"{path}: unknown to Talos {config.minor[0]}.{config.minor[1]}, which refuses the whole config for it"


def _basics(config: _Config) -> Iterator[str]:
    if config.at("persist") is False:
        yield "persist: must not be false"
    try:
        parse_machine_type(config.text("machine.type"))
    except ConfigError as error:
        yield f"machine.type: {error}"
    endpoint = config.text("cluster.controlPlane.endpoint")
    url = urlsplit(endpoint)
    if not url.scheme or not url.hostname:
        yield f"cluster.controlPlane.endpoint: https://HOST:PORT is wanted, not {endpoint!r}"
    domain = config.text("cluster.network.dnsDomain")
    if domain and not _DNS_NAME.fullmatch(domain):
        yield f"cluster.network.dnsDomain: {domain!r} is no DNS name"


def _install(config: _Config) -> Iterator[str]:
    install = config.at("machine.install")
    if not isinstance(install, dict):
        yield "machine.install: the section is missing: it says which disk Talos is installed on"
        return
    if not install.get("disk") and not install.get("diskSelector"):
        yield (
            "machine.install: neither disk nor diskSelector: say which disk Talos is installed on, "
            "in a patch of the ServerClass or the Server"
        )
    if install.get("extraKernelArgs") and install.get("grubUseUKICmdline") is True:
        yield "machine.install: extraKernelArgs has no effect with grubUseUKICmdline: true; set the latter to false"


def _authorities(config: _Config) -> Iterator[str]:
    worker = config.worker
    if config.minor >= (1, 7) and worker:
        for path in ("machine.ca.key", "cluster.ca.key"):
            if config.text(path):
                yield f"{path}: a worker must not hold a CA's key"
    if config.minor >= (1, 8):
        trusted = bool(config.text("machine.ca.crt") or config.items("machine.acceptedCAs"))
        if not trusted:
            yield "machine.ca: a CA certificate is missing"
        if not worker and not (config.text("machine.ca.crt") and config.text("machine.ca.key")):
            yield "machine.ca: a control-plane machine needs certificate and key"


def _etcd(config: _Config) -> Iterator[str]:
    etcd = config.at("cluster.etcd")
    if not isinstance(etcd, dict):
        return
    if config.worker:
        yield "cluster.etcd: not on a worker"
    elif not config.text("cluster.etcd.ca.crt"):
        yield "cluster.etcd.ca: certificate and key are missing"
    if etcd.get("subnet") and etcd.get("advertisedSubnets"):
        yield "cluster.etcd: subnet and advertisedSubnets exclude each other"


def _discovery(config: _Config) -> Iterator[str]:
    service = config.at("cluster.discovery.registries.service")
    disabled = isinstance(service, dict) and service.get("disabled") is True
    if config.at("cluster.discovery.enabled") is True and not disabled:
        for path in ("cluster.id", "cluster.secret"):
            if not config.text(path):
                yield f"{path}: discovery needs it"
        endpoint = config.text("cluster.discovery.registries.service.endpoint")
        if urlsplit(endpoint).path.strip("/"):
            yield "cluster.discovery.registries.service.endpoint: must have no path"


def _cni(config: _Config) -> Iterator[str]:
    name = config.text("cluster.network.cni.name")
    if name not in {"", "flannel", "none", "custom"}:
        yield f"cluster.network.cni.name: flannel, custom or none is wanted, not {name!r}"
    if name in {"flannel", "none"} and config.at("cluster.network.cni.urls"):
        yield f"cluster.network.cni.urls: not with {name}"


def _host_dns(config: _Config) -> Iterator[str]:
    dns = config.at("machine.features.hostDNS")
    if config.minor >= (1, 13) and isinstance(dns, dict) and dns.get("forwardKubeDNSToHost") and not dns.get("enabled"):
        yield "machine.features.hostDNS: forwardKubeDNSToHost needs enabled"


def _interfaces(config: _Config) -> Iterator[str]:
    for number, interface in enumerate(config.items("machine.network.interfaces")):
        where = f"machine.network.interfaces[{number}]"
        if bool(interface.get("interface")) == bool(interface.get("deviceSelector")):
            yield f"{where}: exactly one of interface and deviceSelector is wanted"
        if interface.get("bond") and interface.get("bridge"):
            yield f"{where}: bond and bridge exclude each other"
        vlans = [vlan for vlan in interface.get("vlans") or () if isinstance(vlan, dict)]
        if config.worker and (interface.get("vip") or any(vlan.get("vip") for vlan in vlans)):
            yield f"{where}.vip: a shared address is for control-plane machines only"


def _manifests(config: _Config) -> Iterator[str]:
    names = Counter(str(item.get("name") or "") for item in config.items("cluster.inlineManifests"))
    for name, count in names.items():
        if not name:
            yield "cluster.inlineManifests: every one needs a name"
        elif count > 1:
            yield f"cluster.inlineManifests: {count} have the name {name!r}"
    if config.worker and config.at("machine.features.kubernetesTalosAPIAccess.enabled"):
        yield "machine.features.kubernetesTalosAPIAccess: not on a worker"


def _conflicts(config: _Config) -> Iterator[str]:
    for kind, path in (
        ("HostnameConfig", "machine.network.hostname"),
        ("HostnameConfig", "machine.features.stableHostname"),
        ("ResolverConfig", "machine.network.nameservers"),
        ("ResolverConfig", "machine.network.searchDomains"),
        ("ResolverConfig", "machine.network.disableSearchDomain"),
        ("TimeSyncConfig", "machine.time"),
        ("KubeSpanConfig", "machine.network.kubespan"),
    ):
        if config.has_kind(kind) and config.at(path):
            yield f"{path}: a {kind} document says it too; leave one of them out"


def _kubernetes(config: _Config) -> Iterator[str]:
    """Found by the node itself from Talos 1.11 on; a config is no good on an older one either."""
    release = find_release(config.minor)
    oldest, newest = release.oldest_kubernetes, release.newest_kubernetes
    for path in _KUBERNETES_IMAGES:
        found = _TAG.search(config.text(f"{path}.image"))
        if found and not oldest <= parse_minor(found[1]) <= newest:
            yield (
                f"{path}.image: Talos {release.minor[0]}.{release.minor[1]} runs Kubernetes {oldest[0]}.{oldest[1]} to "
                f"{newest[0]}.{newest[1]}, not {found[1]}"
            )


_RULES: Sequence[Callable[[_Config], Iterator[str]]] = (
    _unknown,
    _basics,
    _install,
    _authorities,
    _etcd,
    _discovery,
    _cni,
    _host_dns,
    _interfaces,
    _manifests,
    _conflicts,
    _kubernetes,
)
