"""A provider's components as they go into a cluster: variables filled in, labelled, in order. Pure.

Source: clusterctl's repository and components clients (facts of cluster-api 4.2, 4.3).
"""

import re
from collections.abc import Mapping, Sequence

import yaml

from boot.errors import ConfigError
from boot.pivot.providers import Chosen
from boot.resources.base import Object

_REFERENCE = re.compile(r"\$\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?:(:=|=|:-|-)([^}]*))?\}")


def fill_in(text: str, variables: Mapping[str, str]) -> str:
    """envsubst: `${V}`, `${V:=default}`, `${V=default}`, `${V:-default}`, `${V-default}`; ConfigError lists what is missing.

    A default that is given anywhere counts for every place where the variable stands.
    """
    defaults: dict[str, str] = {}
    for name, operator, default in _REFERENCE.findall(text):
        if operator:
            defaults.setdefault(name, default)
    missing = sorted({name for name, _, _ in _REFERENCE.findall(text)} - variables.keys() - defaults.keys())
    if missing:
        raise ConfigError(f"not set: {', '.join(missing)}")

    def value(match: re.Match[str]) -> str:
        name, operator, default = match[1], match[2] or "", match[3] or ""
        given = variables.get(name)
        if given is None or (not given and operator.startswith(":")):
            return default if operator else defaults.get(name, "")
        return given

    return _REFERENCE.sub(value, text)


def build_components(chosen: Chosen, text: str, variables: Mapping[str, str]) -> Sequence[Object]:
    """The provider's objects; ConfigError that names the file."""
    try:
        documents = [document for document in yaml.safe_load_all(fill_in(text, variables)) if document]
    except yaml.YAMLError as error:
        raise ConfigError(f"{chosen.components}: not YAML: {error}") from error
    except ConfigError as error:
        raise ConfigError(f"{chosen.components}: {error}") from error
    labels = {"clusterctl.cluster.x-k8s.io": "", "cluster.x-k8s.io/provider": chosen.provider.label}
    for document in documents:
        metadata = document.setdefault("metadata", {})
        metadata["labels"] = {**(metadata.get("labels") or {}), **labels}
    return sorted(documents, key=_rank)


def build_inventory(chosen: Chosen) -> Object:
    """clusterctl's own record of what it installed: by it clusterctl manages the result."""
    provider = chosen.provider
    return {
        "apiVersion": "clusterctl.cluster.x-k8s.io/v1alpha3",
        "kind": "Provider",
        "metadata": {
            "name": provider.label,
            "namespace": provider.namespace,
            "labels": {
                "clusterctl.cluster.x-k8s.io": "",
                "clusterctl.cluster.x-k8s.io/core": "inventory",
                "cluster.x-k8s.io/provider": provider.label,
            },
        },
        "providerName": provider.name,
        "type": provider.type,
        "version": chosen.version,
        "watchedNamespace": "",
    }


def _rank(document: Object) -> int:
    """Namespaces first, then definitions, then certificates, then the rest as it stands in the file."""
    kind, group = document.get("kind"), str(document.get("apiVersion", "")).partition("/")[0]
    if kind == "Namespace":
        return 0
    if kind == "CustomResourceDefinition":
        return 1
    return 2 if group == "cert-manager.io" else 3
