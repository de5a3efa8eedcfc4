"""Objects made of templates: what a MachineSet and a control plane make for each Machine. Pure.

Source: cluster-api controllers/external GenerateTemplate; facts of cluster-api 2.3 and 2.5.
"""

import copy
from collections.abc import Mapping

from boot.cluster_api.names import CLONED_FROM_GROUP_KIND_ANNOTATION, CLONED_FROM_NAME_ANNOTATION, CLUSTER_NAME_LABEL
from boot.errors import NotFound
from boot.resources.base import Object

TEMPLATE_SUFFIX = "Template"


def clone_template(
    template: Object,
    *,
    name: str,
    cluster: str,
    owner: Object,
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
) -> Object:
    """What to create of `template`, an object of a plane: its spec.template under its own kind less `Template`.

    `owner` is an ownerReference. The template's name and kind go along as annotations: a control plane tells by them which
    of its machines are outdated. NotFound when there is nothing in the template to be made.
    """
    inner = (template.get("spec") or {}).get("template")
    if not isinstance(inner, dict):
        raise NotFound(f"{template['kind']} {template['metadata']['name']} has no spec.template")
    meta = inner.get("metadata") or {}
    group = template["apiVersion"].rpartition("/")[0]
    return {
        "apiVersion": template["apiVersion"],
        "kind": template["kind"].removesuffix(TEMPLATE_SUFFIX),
        "metadata": {
            "name": name,
            "namespace": template["metadata"]["namespace"],
            "labels": {**(meta.get("labels") or {}), **(labels or {}), CLUSTER_NAME_LABEL: cluster},
            "annotations": {
                **(meta.get("annotations") or {}),
                **(annotations or {}),
                CLONED_FROM_NAME_ANNOTATION: template["metadata"]["name"],
                CLONED_FROM_GROUP_KIND_ANNOTATION: f"{template['kind']}.{group}",
            },
            "ownerReferences": [dict(owner)],
        },
        "spec": copy.deepcopy(inner.get("spec") or {}),
    }
