"""The config a server is served: its bootstrap data, with what its class and it itself put over that. Pure.

The order is that of Sidero's metadata server (facts of cluster-api 2.10): the class's configPatches, its strategicPatches,
the server's configPatches, its strategicPatches, then the kubelet's node label. The install disk comes first: every patch
may overrule what the inventory says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from boot.cluster_api.names import NODE_UUID_LABEL
from boot.errors import ConfigError
from boot.lifecycle.disks import known_disks
from boot.resources.metal import Server, ServerClass
from boot.talos.documents import Document, main_document, parse_documents
from boot.talos.effective import EffectiveConfig, Layer, build_effective
from boot.talos.install_disk import InstallDisk, choose_install_disk
from boot.talos.releases import Contract
from boot.talos.validation import validate_config


@dataclass(frozen=True, slots=True)
class Composed:
    """What is served, and the disk that Talos will write to."""

    config: EffectiveConfig
    install_disk: InstallDisk | None


def compose_config(
    bootstrap: str, machine: str, server: Server, server_class: ServerClass | None, contract: Contract
) -> Composed:
    """`bootstrap` is the YAML of the Machine `machine`; ConfigError, with what is wrong and where, if the result is no config."""
    base = parse_documents(bootstrap)
    layers = [*_class_layers(server_class), *_server_layers(server)]
    config = build_effective(base, f"Machine {machine}", layers)
    main = main_document(config.documents)
    if main is None:
        raise ConfigError(f"the bootstrap data of Machine {machine} has no v1alpha1 document")
    chosen = choose_install_disk(main, known_disks(server) or ())
    more = [_label_layer(main, server.name)]
    if chosen.patch:
        more.insert(0, Layer(f"inventory of Server {server.name}", (chosen.patch,)))
    config = build_effective(base, f"Machine {machine}", [*layers, *more])
    if complaints := validate_config(config.documents, contract):
        raise ConfigError(f"Talos would refuse its config: {'; '.join(complaints)}")
    return Composed(config, chosen)


def _class_layers(server_class: ServerClass | None) -> list[Layer]:
    if server_class is None:
        return []
    return [Layer(f"ServerClass {server_class.name}", _patches(server_class.spec))]


def _server_layers(server: Server) -> list[Layer]:
    return [Layer(f"Server {server.name}", _patches(server.spec))]


def _patches(spec: Any) -> tuple[str, ...]:
    operations: Sequence[Any] = spec.config_patches or ()
    listed = [yaml.safe_dump([patch.wire() for patch in operations])] if operations else []
    return (*listed, *(spec.strategic_patches or ()))


def _label_layer(main: Document, uuid: str) -> Layer:
    """By which the Node is found again; a value that is there is added to, as Sidero does."""
    kubelet = (main.get("machine") or {}).get("kubelet") or {}
    present = (kubelet.get("extraArgs") or {}).get("node-labels")
    label = f"{NODE_UUID_LABEL}={uuid}"
    wanted = f"{present},{label}" if present else label
    patch = yaml.safe_dump({"machine": {"kubelet": {"extraArgs": {"node-labels": wanted}}}})
    return Layer("Sidero's node label", (patch,))
