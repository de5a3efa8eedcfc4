"""A kind that this program brings, as its CustomResourceDefinition is built of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from boot.resources.base import Resource
from boot.resources.kinds import Column, Scale


@dataclass(frozen=True, slots=True)
class OwnKind:
    group: str
    kind: str
    plural: str
    models: Mapping[str, type[Resource]]
    """Version -> model; the last one is stored."""
    columns: tuple[Column, ...] = ()
    has_status: bool = True
    """Whether status is a subresource."""
    namespaced: bool = False
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    scale: Scale | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    """Of the definition itself: clusterctl finds the types it moves by these, and contracts."""


def provider_labels(provider: str, contracts: Mapping[str, str]) -> dict[str, str]:
    """Of every definition that a provider brings; contract -> the versions that fulfil it (facts of cluster-api 0 and 5.2)."""
    return {
        "clusterctl.cluster.x-k8s.io": "",
        "cluster.x-k8s.io/provider": provider,
        **{f"cluster.x-k8s.io/{contract}": versions for contract, versions in contracts.items()},
    }


TALOS_CONTRACTS = dict.fromkeys(("v1alpha3", "v1alpha4", "v1beta1"), "v1alpha3")
"""Sidero and the Talos providers: one version for every contract they know."""
