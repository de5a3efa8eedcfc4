"""The names a machine config may use: Talos refuses a config with any other. Pure.

Source: talos pkg/machinery/config/types (v1.13; what older releases know is a part of it, see `Since`).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from boot.talos.documents import Document, is_v1alpha1
from boot.talos.releases import Minor

_FREE = "*"
"""After a name: what is below is not Talos' to name (Kubernetes objects, environment variables, labels)."""

_MAIN = """
: version debug persist machine cluster
machine: type token ca acceptedCAs certSANs controlPlane kubelet pods* network disks install files env* time sysctls*
machine: sysfs* registries systemDiskEncryption features udev logging kernel seccompProfiles baseRuntimeSpecOverrides*
machine: nodeLabels* nodeAnnotations* nodeTaints*
machine.ca: crt key
machine.acceptedCAs: crt
machine.controlPlane: controllerManager scheduler
machine.controlPlane.controllerManager: disabled
machine.controlPlane.scheduler: disabled
machine.kubelet: image clusterDNS extraArgs* extraMounts* extraConfig* credentialProviderConfig* nodeIP skipNodeRegistration
machine.kubelet: defaultRuntimeSeccompProfileEnabled registerWithFQDN disableManifestsDirectory
machine.kubelet.nodeIP: validSubnets
machine.network: hostname interfaces nameservers searchDomains extraHostEntries kubespan disableSearchDomain
machine.network.interfaces: interface deviceSelector addresses cidr routes bond bridge bridgePort vlans mtu dhcp dhcpOptions
machine.network.interfaces: ignore dummy wireguard vip
machine.network.interfaces.deviceSelector: busPath hardwareAddr permanentAddr pciID driver physical
machine.network.interfaces.routes: network gateway source metric mtu
machine.network.interfaces.dhcpOptions: routeMetric ipv4 ipv6 duidv6
machine.network.interfaces.bond: interfaces deviceSelectors arpIPTarget mode xmitHashPolicy lacpRate adActorSystem arpValidate
machine.network.interfaces.bond: arpAllTargets primary primaryReselect failOverMac adSelect miimon updelay downdelay arpInterval
machine.network.interfaces.bond: resendIgmp minLinks lpInterval packetsPerSlave numPeerNotif tlbDynamicLb allSlavesActive
machine.network.interfaces.bond: useCarrier adActorSysPrio adUserPortKey peerNotifyDelay
machine.network.interfaces.bond.deviceSelectors: busPath hardwareAddr permanentAddr pciID driver physical
machine.network.interfaces.bridge: interfaces stp vlan
machine.network.interfaces.bridge.stp: enabled
machine.network.interfaces.bridge.vlan: vlanFiltering
machine.network.interfaces.bridgePort: master
machine.network.interfaces.vlans: addresses cidr routes dhcp vlanId mtu vip dhcpOptions
machine.network.interfaces.vlans.routes: network gateway source metric mtu
machine.network.interfaces.vlans.vip: ip equinixMetal hcloud
machine.network.interfaces.vlans.dhcpOptions: routeMetric ipv4 ipv6 duidv6
machine.network.interfaces.wireguard: privateKey listenPort firewallMark peers
machine.network.interfaces.wireguard.peers: publicKey endpoint persistentKeepaliveInterval allowedIPs
machine.network.interfaces.vip: ip equinixMetal hcloud
machine.network.interfaces.vip.equinixMetal: apiToken
machine.network.interfaces.vip.hcloud: apiToken
machine.network.extraHostEntries: ip aliases
machine.network.kubespan: enabled advertiseKubernetesNetworks allowDownPeerBypass harvestExtraEndpoints mtu filters
machine.network.kubespan.filters: endpoints
machine.disks: device partitions
machine.disks.partitions: size mountpoint
machine.install: disk diskSelector extraKernelArgs image extensions bootloader wipe legacyBIOSSupport grubUseUKICmdline
machine.install.diskSelector: size name model serial modalias uuid wwid type busPath
machine.install.extensions: image
machine.files: content permissions path op
machine.time: disabled servers bootTimeout
machine.registries: mirrors* config*
machine.systemDiskEncryption: state* ephemeral*
machine.features: rbac stableHostname kubernetesTalosAPIAccess apidCheckExtKeyUsage diskQuotaSupport kubePrism hostDNS imageCache
machine.features: nodeAddressSortAlgorithm
machine.features.kubernetesTalosAPIAccess: enabled allowedRoles allowedKubernetesNamespaces
machine.features.kubePrism: enabled port
machine.features.hostDNS: enabled forwardKubeDNSToHost resolveMemberNames
machine.features.imageCache: localEnabled
machine.udev: rules
machine.logging: destinations
machine.logging.destinations: endpoint format extraTags*
machine.kernel: modules
machine.kernel.modules: name parameters
machine.seccompProfiles: name value*
cluster: id secret controlPlane clusterName network token aescbcEncryptionSecret secretboxEncryptionSecret ca acceptedCAs
cluster: aggregatorCA serviceAccount apiServer controllerManager proxy scheduler discovery etcd coreDNS externalCloudProvider
cluster: extraManifests extraManifestHeaders* inlineManifests adminKubeconfig allowSchedulingOnControlPlanes
cluster: allowSchedulingOnMasters
cluster.controlPlane: endpoint localAPIServerPort
cluster.network: cni dnsDomain podSubnets serviceSubnets
cluster.network.cni: name urls flannel
cluster.network.cni.flannel: extraArgs kubeNetworkPoliciesEnabled
cluster.ca: crt key
cluster.acceptedCAs: crt
cluster.aggregatorCA: crt key
cluster.serviceAccount: key
cluster.apiServer: image extraArgs* extraVolumes env* certSANs disablePodSecurityPolicy admissionControl auditPolicy* resources*
cluster.apiServer: authorizationConfig
cluster.apiServer.extraVolumes: hostPath mountPath readonly name
cluster.apiServer.admissionControl: name configuration*
cluster.apiServer.authorizationConfig: type name webhook*
cluster.controllerManager: image extraArgs* extraVolumes env* resources*
cluster.controllerManager.extraVolumes: hostPath mountPath readonly name
cluster.proxy: disabled image mode extraArgs*
cluster.scheduler: image extraArgs* extraVolumes env* resources* config*
cluster.scheduler.extraVolumes: hostPath mountPath readonly name
cluster.discovery: enabled registries
cluster.discovery.registries: kubernetes service
cluster.discovery.registries.kubernetes: disabled
cluster.discovery.registries.service: disabled endpoint
cluster.etcd: image ca extraArgs* subnet advertisedSubnets listenSubnets
cluster.etcd.ca: crt key
cluster.coreDNS: disabled image
cluster.externalCloudProvider: enabled manifests
cluster.inlineManifests: name contents
cluster.adminKubeconfig: certLifetime
"""

SINCE: Mapping[str, Minor] = {
    "machine.acceptedCAs": (1, 7),
    "cluster.acceptedCAs": (1, 7),
    "machine.features.hostDNS": (1, 7),
    "machine.features.hostDNS.resolveMemberNames": (1, 8),
    "machine.nodeAnnotations": (1, 8),
    "machine.features.imageCache": (1, 9),
    "machine.features.nodeAddressSortAlgorithm": (1, 9),
    "machine.baseRuntimeSpecOverrides": (1, 9),
    "cluster.apiServer.authorizationConfig": (1, 9),
    "machine.install.grubUseUKICmdline": (1, 12),
}
"""Path -> the release that knows it first; on an older one the node refuses the whole config."""

KIND_SINCE: Mapping[str, Minor] = {
    **dict.fromkeys(("SideroLinkConfig", "EventSinkConfig", "KmsgLogConfig"), (1, 5)),
    **dict.fromkeys(("NetworkDefaultActionConfig", "NetworkRuleConfig"), (1, 6)),
    **dict.fromkeys(("ExtensionServiceConfig", "WatchdogTimerConfig"), (1, 7)),
    **dict.fromkeys(("KubeSpanEndpointsConfig", "TrustedRootsConfig", "VolumeConfig"), (1, 8)),
    **dict.fromkeys(("EthernetConfig", "PCIDriverRebindConfig", "UserVolumeConfig"), (1, 10)),
    **dict.fromkeys(("ExistingVolumeConfig", "RawVolumeConfig", "SwapVolumeConfig", "ZswapConfig"), (1, 11)),
    **dict.fromkeys(
        (
            "BondConfig",
            "BridgeConfig",
            "DHCPv4Config",
            "DHCPv6Config",
            "DummyLinkConfig",
            "HCloudVIPConfig",
            "HostnameConfig",
            "Layer2VIPConfig",
            "LinkAliasConfig",
            "LinkConfig",
            "OOMConfig",
            "RegistryAuthConfig",
            "RegistryMirrorConfig",
            "RegistryTLSConfig",
            "ResolverConfig",
            "StaticHostConfig",
            "TimeSyncConfig",
            "VLANConfig",
            "WireguardConfig",
        ),
        (1, 12),
    ),
    **dict.fromkeys(
        (
            "BlackholeRouteConfig",
            "EnvironmentConfig",
            "ExternalVolumeConfig",
            "ImageVerificationConfig",
            "KubeSpanConfig",
            "RoutingRuleConfig",
            "TCPProbeConfig",
            "VRFConfig",
        ),
        (1, 13),
    ),
}
"""Kind of a document beside the main one -> the release that knows it first."""


def _read(text: str) -> tuple[Mapping[str, frozenset[str]], frozenset[str]]:
    """Names below each path, and the paths below which names are free."""
    below: dict[str, set[str]] = {}
    free = set()
    for line in text.strip().splitlines():
        path, _, names = line.partition(":")
        for name in names.split():
            bare = name.rstrip(_FREE)
            below.setdefault(path, set()).add(bare)
            if name != bare:
                free.add(f"{path}.{bare}")
    return {path: frozenset(names) for path, names in below.items()}, frozenset(free)


_BELOW, _FREE_PATHS = _read(_MAIN)


def unknown_fields(document: Document, minor: Minor) -> Iterator[str]:
    """Paths in a v1alpha1 document that this release does not know; documents of other kinds are not looked into."""
    if is_v1alpha1(document):
        yield from _unknown(document, "", "", minor)


def _unknown(value: Any, path: str, shown: str, minor: Minor) -> Iterator[str]:
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _unknown(item, path, f"{shown}[{number}]", minor)
    elif isinstance(value, dict) and path in _BELOW and path not in _FREE_PATHS:
        for name, item in value.items():
            deeper, where = f"{path}.{name}".lstrip("."), f"{shown}.{name}".lstrip(".")
            if name not in _BELOW[path] or SINCE.get(deeper, minor) > minor:
                yield where
            else:
                yield from _unknown(item, deeper, where, minor)
