"""Machine configs as text: one v1alpha1 document and those of other kinds beside it. Pure.

A document is plain data; YAML is read as Talos reads it and written with strings that stay strings.
"""

from collections.abc import Sequence
from typing import Any

import yaml

from boot.errors import ConfigError

Document = dict[str, Any]

NAMED_KINDS = frozenset(
    {
        "BlackholeRouteConfig",
        "BondConfig",
        "BridgeConfig",
        "DHCPv4Config",
        "DHCPv6Config",
        "DummyLinkConfig",
        "EthernetConfig",
        "ExistingVolumeConfig",
        "ExtensionServiceConfig",
        "ExternalVolumeConfig",
        "HCloudVIPConfig",
        "KmsgLogConfig",
        "Layer2VIPConfig",
        "LinkAliasConfig",
        "LinkConfig",
        "NetworkRuleConfig",
        "PCIDriverRebindConfig",
        "RawVolumeConfig",
        "RegistryAuthConfig",
        "RegistryMirrorConfig",
        "RegistryTLSConfig",
        "RoutingRuleConfig",
        "StaticHostConfig",
        "SwapVolumeConfig",
        "TCPProbeConfig",
        "TrustedRootsConfig",
        "UserVolumeConfig",
        "VLANConfig",
        "VRFConfig",
        "VolumeConfig",
        "WireguardConfig",
        "ZswapConfig",
    }
)
"""Kinds of which there may be several, told apart by `name`."""


class _Loader(yaml.SafeLoader):
    """YAML 1.2's idea of a boolean and no dates, as Go's yaml.v3 reads untyped values."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def parse_documents(text: str) -> list[Document]:
    """The documents of a YAML stream, empty ones left out; ConfigError with the line when it is none."""
    try:
        documents = [document for document in yaml.load_all(text, _Loader) if document is not None]
    except yaml.MarkedYAMLError as error:
        where = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise ConfigError(f"not YAML: {where}{error.problem}") from error
    except yaml.YAMLError as error:
        raise ConfigError("not YAML") from error
    for number, document in enumerate(documents, 1):
        if not isinstance(document, dict) or not all(isinstance(key, str) for key in document):
            raise ConfigError(f"document {number} is no mapping of names to values")
    return documents


def render_documents(documents: Sequence[Document]) -> str:
    """As one YAML stream, keys in the order they have."""
    return "---\n".join(yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=10_000) for document in documents)


def is_v1alpha1(document: Document) -> bool:
    """Whether it is the main document: that one has no kind."""
    return "kind" not in document


def identity(document: Document) -> tuple[str, str, str]:
    """apiVersion, kind, and the name where the kind has one: what two documents of one config may not share."""
    if is_v1alpha1(document):
        return "v1alpha1", "", ""
    kind = str(document["kind"])
    return str(document.get("apiVersion", "")), kind, str(document.get("name", "")) if kind in NAMED_KINDS else ""


def main_document(documents: Sequence[Document]) -> Document | None:
    return next((document for document in documents if is_v1alpha1(document)), None)
