"""Who put each line of a machine config there, also below what the metadata service calls the Machine's own. Pure.

The service composes what a server gets of the bootstrap data and of the patches of class, inventory and server. The bootstrap
data itself is what the generator makes, with the TalosConfig's patches: told apart by generating it anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import orjson

from boot.errors import ConfigError
from boot.resources.base import Object
from boot.resources.cluster_api import Cluster
from boot.resources.talos_providers import TalosConfig
from boot.talos.documents import Document
from boot.talos.effective import EffectiveConfig, Layer, build_effective
from boot.talos.machine_config import ClusterInput, build_machine_config, parse_machine_type
from boot.talos.releases import parse_contract
from boot.talos.secrets import parse_bundle


@dataclass(frozen=True, slots=True)
class BootstrapSources:
    """What a Machine's bootstrap data is made of. `bundle` is the YAML with the cluster's secrets, `version` Kubernetes'."""

    config: TalosConfig
    cluster: Cluster
    bundle: str
    version: str


GENERATED = "generated"


def explain_bootstrap(sources: BootstrapSources, stored: Sequence[Document]) -> EffectiveConfig | None:
    """Generated lines and those of the TalosConfig told apart; None where generating anew gives something else than is stored."""
    try:
        base = _generate(sources)
        told = build_effective(base, GENERATED, [_layer(sources.config)])
    except ConfigError:
        return None
    return told if list(told.documents) == list(stored) else None


def refine_origins(composed: EffectiveConfig, machine: str, told: EffectiveConfig | None, config: str) -> EffectiveConfig:
    """`composed` with more exact origins where it says only "Machine <machine>": those of `told`, else TalosConfig `config`.

    A patch of class or server only appends to lists, so that what was there before keeps its path.
    """
    own, otherwise = f"Machine {machine}", f"TalosConfig {config}"
    refined = []
    for number, origins in enumerate(composed.origins):
        known = told.origins[number] if told is not None and number < len(told.origins) else {}
        refined.append({path: known.get(path, otherwise) if origin == own else origin for path, origin in origins.items()})
    return replace(composed, origins=refined)


def _generate(sources: BootstrapSources) -> list[Document]:
    """As the bootstrap provider does, without a patch."""
    spec, cluster = sources.config.spec, sources.cluster.spec
    network, endpoint = cluster.cluster_network, cluster.control_plane_endpoint
    pods, services = (network and network.pods), (network and network.services)
    wanted = ClusterInput(
        name=sources.cluster.name,
        endpoint=f"https://{endpoint.host}:{endpoint.port}" if endpoint else "",
        kubernetes=sources.version.removeprefix("v"),
        contract=parse_contract(spec.talos_version or ""),
        dns_domain=(network and network.service_domain) or "cluster.local",
        pod_subnets=tuple(pods.cidr_blocks if pods else ()),
        service_subnets=tuple(services.cidr_blocks if services else ()),
    )
    return build_machine_config(wanted, parse_bundle(sources.bundle), parse_machine_type(spec.generate_type))


def _layer(config: TalosConfig) -> Layer:
    """JSON patches first, all in one; then the strategic ones."""
    operations: list[Object] = [operation.wire() for operation in config.spec.config_patches or ()]
    texts = [orjson.dumps(operations).decode()] if operations else []
    return Layer(f"TalosConfig {config.name}", (*texts, *(config.spec.strategic_patches or ())))
