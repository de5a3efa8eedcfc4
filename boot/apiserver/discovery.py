"""What is served: /api, /apis and below, plain and aggregated. Pure."""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from boot.plane.scaling import SCALE
from boot.resources.base import Object
from boot.resources.kinds import Definition, Version

_STATUS_VERBS = ["get", "patch", "update"]


def group_names(definitions: Sequence[Definition]) -> list[str]:
    """Named groups (not the core one), sorted."""
    return sorted({definition.group for definition in definitions if definition.group})


def versions_of(definitions: Iterable[Definition], group: str) -> list[str]:
    """In order of preference: the stored version of the newest kind first (v1 before v1alpha2 before v1alpha1)."""
    names = {
        version.name
        for definition in definitions
        if definition.group == group
        for version in definition.versions
        if version.served
    }
    return sorted(names, key=_priority, reverse=True)


def _priority(version: str) -> tuple[int, int, int]:
    """Kubernetes version priority: GA over beta over alpha, then the number."""
    head, _, level = version.removeprefix("v").partition("alpha")
    if level:
        return 0, _number(head), _number(level)
    head, _, level = head.partition("beta")
    return (1, _number(head), _number(level)) if level else (2, _number(head), 0)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def build_api_versions(address: str) -> Object:
    clients = [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}]
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": clients}


def build_group(definitions: Sequence[Definition], group: str) -> Object:
    versions = [{"groupVersion": f"{group}/{name}", "version": name} for name in versions_of(definitions, group)]
    return {"kind": "APIGroup", "apiVersion": "v1", "name": group, "versions": versions, "preferredVersion": versions[0]}


def build_group_list(definitions: Sequence[Definition]) -> Object:
    groups = [build_group(definitions, name) for name in group_names(definitions)]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}


def build_resource_list(definitions: Sequence[Definition], group: str, version: str) -> Object:
    """meta/v1 APIResourceList of one group and version; no resources when it is not served."""
    resources: list[Object] = []
    for definition, found in _serving(definitions, group, version):
        resources.append(
            {
                "name": definition.plural,
                "singularName": definition.singular,
                "namespaced": definition.namespaced,
                "kind": definition.kind,
                "verbs": list(definition.verbs),
                **_names(definition),
                "storageVersionHash": _storage_hash(definition),
            }
        )
        for name, kind, verbs in _subresources(definition, found):
            foreign = kind["group"] != definition.group
            resources.append(
                {
                    "name": f"{definition.plural}/{name}",
                    "singularName": "",
                    "namespaced": definition.namespaced,
                    **({"group": kind["group"], "version": kind["version"]} if foreign else {}),
                    "kind": kind["kind"],
                    "verbs": verbs,
                }
            )
    name = f"{group}/{version}" if group else version
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": name, "resources": resources}


def _serving(definitions: Iterable[Definition], group: str, version: str) -> Iterable[tuple[Definition, Version]]:
    for definition in definitions:
        if definition.group == group and (found := definition.version(version)):
            yield definition, found


def _names(definition: Definition) -> Object:
    """Further names, where there are any: clients tell none from an empty list."""
    names = {"shortNames": definition.short_names, "categories": definition.categories}
    return {field: list(values) for field, values in names.items() if values}


def _subresources(definition: Definition, version: Version) -> Iterator[tuple[str, Object, list[str]]]:
    """Name, kind and verbs of each, in upstream's order."""
    kind = {"group": definition.group, "version": version.name, "kind": definition.kind}
    if definition.plural == "namespaces" and not definition.group:
        yield "finalize", kind, ["update"]
    scaled: Object = {"group": SCALE.group, "version": SCALE.version, "kind": SCALE.kind}
    there = {"status": (version.has_status, kind), "scale": (version.scale is not None, scaled)}
    for name in there if definition.custom else sorted(there):
        has, shown = there[name]
        if has:
            yield name, shown, _STATUS_VERBS


def _storage_hash(definition: Definition) -> str:
    """As upstream's discovery.StorageVersionHash."""
    name = f"{definition.group}/{definition.storage_version.name}/{definition.kind}"
    return base64.b64encode(hashlib.sha256(name.encode()).digest()[:8]).decode()


def build_aggregated(definitions: Sequence[Definition], version: str, *, core: bool) -> Object:
    """apidiscovery.k8s.io APIGroupDiscoveryList; `version` is v2 or v2beta1, which differ in nothing else here."""
    chosen = [definition for definition in definitions if (definition.group == "") is core]
    groups = groupby(sorted(chosen, key=lambda definition: definition.group), key=lambda definition: definition.group)
    return {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": f"apidiscovery.k8s.io/{version}",
        "metadata": {},
        "items": [_build_group_discovery(name, list(members)) for name, members in groups],
    }


def _build_group_discovery(group: str, definitions: Sequence[Definition]) -> Object:
    return {
        "metadata": {"name": group, "creationTimestamp": None},
        "versions": [
            {
                "version": name,
                "freshness": "Current",
                "resources": [_build_resource(definition, found) for definition, found in _serving(definitions, group, name)],
            }
            for name in versions_of(definitions, group)
        ],
    }


def _build_resource(definition: Definition, version: Version) -> Object:
    kind = {"group": definition.group, "version": version.name, "kind": definition.kind}
    subresources = [
        {"subresource": name, "responseKind": shown, "verbs": verbs} for name, shown, verbs in _subresources(definition, version)
    ]
    return {
        "resource": definition.plural,
        "responseKind": kind,
        "singularResource": definition.singular,
        "scope": "Namespaced" if definition.namespaced else "Cluster",
        **_names(definition),
        "verbs": list(definition.verbs),
        "subresources": subresources,
    }


def build_paths(definitions: Sequence[Definition]) -> Object:
    """RootPaths of `/`: Cluster API's controllers ask for it to see whether a cluster answers."""
    groups = [name for name in group_names(definitions) if name]
    served = [f"/apis/{group}/{version}" for group in groups for version in versions_of(definitions, group)]
    own = ["/api", "/api/v1", "/apis", "/healthz", "/livez", "/metrics", "/openapi/v2", "/openapi/v3", "/readyz", "/version"]
    return {"paths": sorted([*own, *(f"/apis/{group}" for group in groups), *served])}
