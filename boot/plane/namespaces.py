"""What a namespace's own life means for the objects in it. Pure."""

import orjson

from boot.errors import Cause, Forbidden, NotFound
from boot.plane.deletion import PROTECTED_NAMESPACES, is_namespace
from boot.resources.kinds import Kind
from boot.store.store import Key, Stored


def check_content_allowed(kind: Kind, key: Key, namespace: Stored | None) -> None:
    """NotFound without a namespace; Forbidden while it is going away (upstream's NamespaceLifecycle admission)."""
    if namespace is None:
        raise NotFound(f'namespaces "{key.namespace}" not found', name=key.namespace, kind="namespaces")
    if "deletionTimestamp" in orjson.loads(namespace.data)["metadata"]:
        words = f"unable to create new content in namespace {key.namespace} because it is being terminated"
        raise Forbidden(
            f'{kind.resource} "{key.name}" is forbidden: {words}',
            causes=(Cause("NamespaceTerminating", f"namespace {key.namespace} is being terminated", "metadata.namespace"),),
            name=key.name,
            group=kind.group,
            kind=kind.plural,
        )


def check_deletable(kind: Kind, name: str) -> None:
    """Forbidden for the namespaces every cluster has."""
    if is_namespace(kind) and name in PROTECTED_NAMESPACES:
        raise Forbidden(f'{kind.resource} "{name}" is forbidden: this namespace may not be deleted', name=name, kind=kind.plural)
