"""Finalizers: put there before anything is made that must be unmade, taken away once it is."""

from boot.client.changes import change_object
from boot.client.protocol import Client
from boot.resources.base import Object
from boot.resources.kinds import Kind


async def add_finalizer(client: Client, kind: Kind, obj: Object, finalizer: str) -> Object:
    """The object with it."""
    return await _change(client, kind, obj, finalizer, wanted=True)


async def drop_finalizer(client: Client, kind: Kind, obj: Object, finalizer: str) -> Object:
    """The object without it; one that is being deleted is gone then, unless others hold it."""
    return await _change(client, kind, obj, finalizer, wanted=False)


async def _change(client: Client, kind: Kind, obj: Object, finalizer: str, *, wanted: bool) -> Object:
    def change(current: Object) -> Object:
        present = current["metadata"].get("finalizers") or []
        if (finalizer in present) is wanted:
            return {}
        kept = [name for name in present if name != finalizer]
        return {"metadata": {"finalizers": [*kept, finalizer] if wanted else kept}}

    if (finalizer in (obj["metadata"].get("finalizers") or [])) is wanted:
        return obj
    metadata = obj["metadata"]
    return await change_object(client, kind, metadata["name"], change, namespace=metadata.get("namespace", ""))
