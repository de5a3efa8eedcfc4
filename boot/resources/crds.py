"""CustomResourceDefinitions: ours, and any, read into a Definition."""

from importlib.resources import files
from typing import Any

import orjson

from boot.resources.base import Object
from boot.resources.kinds import Column, Definition, Scale, Version

AGE = Column("Age", ".metadata.creationTimestamp", "date")


def own_crds() -> list[Object]:
    """apiextensions.k8s.io/v1 documents of the kinds this program brings, the caller's own.

    Read from own_crds.json, which a test keeps true to the models: to build them costs a third of a second at every start.
    """
    documents: list[Object] = orjson.loads(files("boot.resources").joinpath("own_crds.json").read_bytes())
    return documents


def definition_from_crd(crd: Object) -> Definition:
    """Any apiextensions.k8s.io/v1 CustomResourceDefinition as a Definition; its required fields must be there."""
    spec, names = crd["spec"], crd["spec"]["names"]
    return Definition(
        group=spec["group"],
        kind=names["kind"],
        plural=names["plural"],
        singular=names.get("singular") or names["kind"].lower(),
        list_kind=names.get("listKind") or f"{names['kind']}List",
        short_names=tuple(names.get("shortNames") or ()),
        categories=tuple(names.get("categories") or ()),
        namespaced=spec["scope"] == "Namespaced",
        versions=tuple(_read_version(version) for version in spec["versions"]),
        custom=True,
        labels=dict(crd["metadata"].get("labels") or {}),
    )


def _read_version(version: Object) -> Version:
    subresources = version.get("subresources") or {}
    scale = subresources.get("scale")
    columns = tuple(
        Column(
            column["name"],
            column["jsonPath"],
            column["type"],
            column.get("priority", 0),
            column.get("description", ""),
            column.get("format", ""),
        )
        for column in version.get("additionalPrinterColumns") or ()
    )
    schema = (version.get("schema") or {}).get("openAPIV3Schema") or {"type": "object"}
    return Version(
        name=version["name"],
        schema=schema,
        has_defaults=_has_keyword(schema, "default"),
        has_rules=_has_keyword(schema, "x-kubernetes-validations"),
        columns=columns or (AGE,),
        served=version["served"],
        storage=version["storage"],
        has_status="status" in subresources,
        scale=Scale(scale["specReplicasPath"], scale["statusReplicasPath"], scale.get("labelSelectorPath", ""))
        if scale
        else None,
    )


def _has_keyword(schema: Any, keyword: str) -> bool:
    if isinstance(schema, dict):
        return keyword in schema or any(_has_keyword(child, keyword) for child in schema.values())
    return isinstance(schema, list) and any(_has_keyword(child, keyword) for child in schema)
