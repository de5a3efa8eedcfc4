"""Keys of the controllers' queues for objects of a namespace: NAMESPACE/NAME. Pure."""

from boot.resources.base import Object


def key_of(obj: Object) -> str:
    metadata = obj["metadata"]
    return f"{metadata['namespace']}/{metadata['name']}"


def parse_key(key: str) -> tuple[str, str]:
    """Namespace and name."""
    namespace, _, name = key.partition("/")
    return namespace, name
