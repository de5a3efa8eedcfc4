"""A Machine's config as the Talos bootstrap provider makes it of a TalosConfig. Pure; facts of cluster-api 2.6."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from boot.errors import ConfigError
from boot.talos.documents import Document, is_v1alpha1, main_document, parse_documents, render_documents
from boot.talos.machine_config import ClusterInput, build_machine_config, parse_machine_type
from boot.talos.patches import apply_operations, apply_patches, parse_patch
from boot.talos.releases import NEWEST_CONTRACT, Contract, find_release, parse_contract
from boot.talos.secrets import SecretsBundle

_HOSTNAME_DOCUMENTS = (1, 12)
"""Talos release from which the hostname has a document of its own."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """`spec` is the TalosConfig's, as it is on the wire. `endpoint` is host:port; `kubernetes` with or without v, or "".

    `hostname` is the name that hostname.source means, "" where none is.
    """

    cluster: str
    endpoint: str
    kubernetes: str
    spec: Mapping[str, Any]
    network: Mapping[str, Any]
    hostname: str = ""

    @property
    def contract(self) -> Contract:
        version = self.spec.get("talosVersion")
        return parse_contract(version) if version else NEWEST_CONTRACT


def build_bootstrap_data(wanted: Wanted, bundle: SecretsBundle) -> str:
    """The YAML; ConfigError for a version that is none or a patch that does not apply."""
    contract = wanted.contract
    kubernetes = wanted.kubernetes.removeprefix("v") or find_release(contract.minor).kubernetes
    cluster = ClusterInput(
        name=wanted.cluster,
        endpoint=f"https://{wanted.endpoint}",
        kubernetes=kubernetes,
        contract=contract,
        dns_domain=wanted.network.get("serviceDomain") or "cluster.local",
        pod_subnets=_blocks(wanted.network, "pods"),
        service_subnets=_blocks(wanted.network, "services"),
    )
    documents = build_machine_config(cluster, bundle, parse_machine_type(wanted.spec.get("generateType") or ""))
    return render_documents(_patch(documents, wanted))


def read_given_data(spec: Mapping[str, Any]) -> str:
    """Of generateType none: the config is the user's own, whole."""
    data = spec.get("data") or ""
    if main_document(parse_documents(data)) is None:
        raise ConfigError("generateType none wants a whole machine config in spec.data")
    return str(data)


def find_kubernetes_ca(data: str) -> tuple[str, str] | None:
    """cluster.ca of a config, crt and key as base64 of PEM; None where it has no key."""
    main = main_document(parse_documents(data)) or {}
    ca = (main.get("cluster") or {}).get("ca") or {}
    return (ca["crt"], ca["key"]) if ca.get("crt") and ca.get("key") else None


def _blocks(network: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple((network.get(name) or {}).get("cidrBlocks") or ())


def _patch(documents: list[Document], wanted: Wanted) -> list[Document]:
    if operations := wanted.spec.get("configPatches"):
        documents = apply_operations(documents, [dict(operation) for operation in operations])
    patches = [parse_patch(text) for text in wanted.spec.get("strategicPatches") or ()]
    documents = apply_patches(documents, patches)
    return _name(documents, wanted) if wanted.hostname else documents


def _name(documents: list[Document], wanted: Wanted) -> list[Document]:
    version = wanted.spec.get("talosVersion")
    if version and parse_contract(version).minor >= _HOSTNAME_DOCUMENTS:
        document = {"apiVersion": "v1alpha1", "kind": "HostnameConfig", "auto": "off", "hostname": wanted.hostname}
        return apply_patches(documents, [parse_patch(json.dumps(document))])
    named = {"machine": {"network": {"hostname": wanted.hostname}}}
    kept = [document for document in documents if is_v1alpha1(document) or document.get("kind") != "HostnameConfig"]
    return apply_patches(kept, [parse_patch(json.dumps(named))])
