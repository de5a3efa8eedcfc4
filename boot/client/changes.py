"""Reading an object, deciding, and writing what was decided: over again when somebody else wrote in between."""

from collections.abc import Callable

from boot.client.protocol import Client
from boot.errors import Conflict
from boot.resources.base import Object
from boot.resources.kinds import Kind

ATTEMPTS = 8


async def change_object(
    client: Client, kind: Kind, name: str, decide: Callable[[Object], Object], subresource: str = "", *, namespace: str = ""
) -> Object:
    """The object after the merge patch that `decide` makes of it; {} writes nothing.

    The patch goes through only if the object is still what `decide` saw: a decision is never applied to another state.
    NotFound, ApiError, and Conflict when others write all the time.
    """
    for attempt in range(ATTEMPTS):
        obj = await client.get(kind, name, namespace)
        patch = decide(obj)
        if not patch:
            return obj
        locked = patch | {"metadata": patch.get("metadata", {}) | {"resourceVersion": obj["metadata"]["resourceVersion"]}}
        try:
            return await client.patch(kind, name, locked, namespace, subresource=subresource)
        except Conflict:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")
