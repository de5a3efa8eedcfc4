"""Owner references: who owns an object, and how it is said. Pure; source: meta/v1 OwnerReference, facts of cluster-api 1.7."""

from collections.abc import Sequence

from boot.resources.base import Object


def owner_reference(owner: Object, *, controller: bool = False, block: bool = False) -> Object:
    """The reference to `owner`, which was read from a plane. Flags that are not set stay out, as Cluster API leaves them."""
    reference: Object = {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
    }
    if controller:
        reference["controller"] = True
    if block:
        reference["blockOwnerDeletion"] = True
    return reference


def with_owner(references: Sequence[Object], wanted: Object) -> list[Object]:
    """`references` with `wanted` among them: in the place of the one to the same object, else at the end."""
    kept = [wanted if _same(reference, wanted) else reference for reference in references]
    return kept if wanted in kept else [*kept, wanted]


def owner_of(obj: Object, kind: str, group: str) -> Object | None:
    """The first reference to an owner of that kind and group, whatever the version."""
    for reference in obj["metadata"].get("ownerReferences") or ():
        if is_of(reference, kind, group):
            return dict(reference)
    return None


def is_of(reference: Object, kind: str, group: str) -> bool:
    """Whether it names an object of that kind and group, whatever the version."""
    return reference["kind"] == kind and _group(reference) == group


def controller_of(obj: Object) -> Object | None:
    """The one reference whose controller flag is set."""
    return next((dict(ref) for ref in obj["metadata"].get("ownerReferences") or () if ref.get("controller")), None)


def _same(left: Object, right: Object) -> bool:
    return (left["kind"], left["name"], _group(left)) == (right["kind"], right["name"], _group(right))


def _group(reference: Object) -> str:
    group, slash, _ = str(reference["apiVersion"]).partition("/")
    return group if slash else ""
