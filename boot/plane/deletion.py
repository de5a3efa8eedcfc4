"""What a deletion waits for (meta/v1 DeleteOptions, finalizers). Pure."""

from boot.resources.base import Object
from boot.resources.kinds import CUSTOM_RESOURCE_DEFINITION, NAMESPACE, Kind

FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"
"""Finalizers by which the garbage collector finishes what a propagation policy asked for."""
CRD_CLEANUP = "customresourcecleanup.apiextensions.k8s.io"
PROTECTED_NAMESPACES = frozenset({"default", "kube-system", "kube-public"})
_FINALIZER_OF = {"Foreground": FOREGROUND, "Orphan": ORPHAN}


def is_namespace(kind: Kind) -> bool:
    return (kind.group, kind.plural) == (NAMESPACE.group, NAMESPACE.plural)


def is_crd(kind: Kind) -> bool:
    return (kind.group, kind.plural) == (CUSTOM_RESOURCE_DEFINITION.group, CUSTOM_RESOURCE_DEFINITION.plural)


def begin_deletion(kind: Kind, obj: Object, propagation: str, now: str) -> Object:
    """The object as its deletion leaves it at first; `held` says whether it stays. An earlier deletion's time stands."""
    metadata = dict(obj["metadata"])
    # The policy asked for last is the one that counts; Background takes both finalizers away.
    finalizers = [name for name in metadata.get("finalizers") or () if name not in {FOREGROUND, ORPHAN}]
    if propagation in _FINALIZER_OF:
        finalizers.append(_FINALIZER_OF[propagation])
    if is_crd(kind) and CRD_CLEANUP not in finalizers and not metadata.get("deletionTimestamp"):
        finalizers.append(CRD_CLEANUP)
    metadata["finalizers"] = finalizers
    if not finalizers:
        del metadata["finalizers"]
    if not metadata.get("deletionTimestamp"):
        metadata |= {"deletionTimestamp": now, "deletionGracePeriodSeconds": 0}
        if "generation" in metadata:
            metadata["generation"] += 1
    result = obj | {"metadata": metadata}
    if is_namespace(kind):
        result["status"] = (obj.get("status") or {}) | {"phase": "Terminating"}
    return result


def held(kind: Kind, obj: Object) -> bool:
    """Whether something must still be done before the object may go."""
    if obj["metadata"].get("finalizers"):
        return True
    return is_namespace(kind) and bool((obj.get("spec") or {}).get("finalizers"))


def without_finalizer(obj: Object, finalizer: str) -> Object:
    """For a namespace `finalizer` is one of spec.finalizers too."""
    metadata = dict(obj["metadata"])
    kept = [name for name in metadata.pop("finalizers", None) or () if name != finalizer]
    if kept:
        metadata["finalizers"] = kept
    return obj | {"metadata": metadata}


def without_owner(obj: Object, uid: str) -> Object:
    metadata = dict(obj["metadata"])
    kept = [owner for owner in metadata.pop("ownerReferences", None) or () if owner["uid"] != uid]
    if kept:
        metadata["ownerReferences"] = kept
    return obj | {"metadata": metadata}


def blocks(obj: Object, owner_uid: str) -> bool:
    """Whether `obj` keeps its owner's foreground deletion waiting."""
    return any(
        owner["uid"] == owner_uid and owner.get("blockOwnerDeletion") for owner in obj["metadata"].get("ownerReferences") or ()
    )
