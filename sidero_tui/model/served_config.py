"""The machine config a member's server gets, and who put each line there: from the objects it is made of. Pure."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from boot.errors import ConfigError
from boot.resources.base import Object, Wire
from boot.resources.cluster_api import Cluster
from boot.resources.metal import Server, ServerClass
from boot.resources.talos_providers import TalosConfig
from boot.talos.documents import Document, parse_documents
from boot.talos.effective import EffectiveConfig, Layer, build_effective
from boot.talos.machine_config import ClusterInput, build_machine_config, parse_machine_type
from boot.talos.releases import parse_contract
from boot.talos.secrets import parse_bundle
from sidero_tui.model.members import Member


@dataclass(frozen=True, slots=True)
class ConfigSources:
    """What was read: `stored` is the Secret with the bootstrap data, `bundle` that with the cluster's secrets, None where it
    cannot be read. Class and server are None where the member has none yet."""

    member: Member
    stored: Object
    config: TalosConfig
    cluster: Cluster
    bundle: Object | None
    server_class: ServerClass | None
    server: Server | None


def build_served_config(sources: ConfigSources) -> EffectiveConfig:
    """ConfigError that names what does not apply or cannot be read.

    Lines of the generator and of the TalosConfig's patches are told apart where generating anew gives what is stored; else both
    are the TalosConfig's.
    """
    stored = parse_documents(decode_secret(sources.stored, "value"))
    name = f"TalosConfig {sources.config.name}"
    layers = _server_layers(sources)
    generated = _generate(sources)
    own = Layer(name, tuple(_patches(sources.config.spec.config_patches, sources.config.spec.strategic_patches)))
    if generated is not None:
        try:
            told = build_effective(generated, "generated", [own])
        except ConfigError:
            told = None
        if told is not None and list(told.documents) == stored:
            return build_effective(generated, "generated", [own, *layers])
    return build_effective(stored, name, layers)


def decode_secret(secret: Object, key: str) -> str:
    try:
        return base64.b64decode(secret["data"][key], validate=True).decode()
    except (KeyError, TypeError, binascii.Error, UnicodeDecodeError) as error:
        raise ConfigError(f"Secret {secret['metadata']['name']}: {key} cannot be read") from error


def _generate(sources: ConfigSources) -> list[Document] | None:
    """What the cluster's secrets and the TalosConfig's type make without a patch; None where that cannot be told."""
    if sources.bundle is None:
        return None
    spec, cluster = sources.config.spec, sources.cluster.spec
    network, endpoint = cluster.cluster_network, cluster.control_plane_endpoint
    pods, services = (network and network.pods), (network and network.services)
    try:
        wanted = ClusterInput(
            name=sources.cluster.name,
            endpoint=f"https://{endpoint.host}:{endpoint.port}" if endpoint else "",
            kubernetes=(sources.member.machine.spec.version or "").removeprefix("v"),
            contract=parse_contract(spec.talos_version or ""),
            dns_domain=(network and network.service_domain) or "cluster.local",
            pod_subnets=tuple(pods.cidr_blocks if pods else ()),
            service_subnets=tuple(services.cidr_blocks if services else ()),
        )
        bundle = parse_bundle(decode_secret(sources.bundle, "bundle"))
        return build_machine_config(wanted, bundle, parse_machine_type(spec.generate_type))
    except ConfigError:
        return None


def _server_layers(sources: ConfigSources) -> list[Layer]:
    """As the metadata service applies them: the class's, then the server's own."""
    layers: list[Layer] = []
    for kind, found in (("ServerClass", sources.server_class), ("Server", sources.server)):
        if found is not None and (patches := _patches(found.spec.config_patches, found.spec.strategic_patches)):
            layers.append(Layer(f"{kind} {found.name}", tuple(patches)))
    return layers


def _patches(operations: Sequence[object] | None, strategic: Sequence[str] | None) -> list[str]:
    """JSON patches first, all in one; then the strategic ones."""
    texts = [orjson.dumps([_wire(operation) for operation in operations]).decode()] if operations else []
    return [*texts, *(strategic or ())]


def _wire(operation: object) -> object:
    return operation.wire() if isinstance(operation, Wire) else operation
