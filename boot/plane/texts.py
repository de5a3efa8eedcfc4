"""Stored bytes -> the JSON text of the object, mostly without decoding it: lists and watches cost a copy per object.

What is stored lacks its resourceVersion only, where a version is shown as it is stored. It begins with apiVersion, kind and
metadata, as `codec.encode` writes it, so the place for the resourceVersion is known; anything else is decoded and encoded.
"""

import orjson

from boot.plane.codec import decode_at
from boot.resources.kinds import Definition
from boot.store.store import Stored


class Texts:
    """Of one kind in one version."""

    def __init__(self, definition: Definition, version: str) -> None:
        self._definition = definition
        self._version = version
        kind = definition.kind_for(version)
        shown = definition.version(version)
        as_stored = shown is not None and shown.storage and not (definition.custom and shown.has_defaults)
        self._begin = f'{{"apiVersion":"{kind.api_version}","kind":"{kind.kind}","metadata":{{'.encode() if as_stored else None

    def render(self, stored: Stored, revision: int | None = None) -> bytes:
        """At its own revision, or at that of its deletion."""
        number, begin, data = stored.revision if revision is None else revision, self._begin, stored.data
        if begin is None or not data.startswith(begin):
            return orjson.dumps(decode_at(stored, number, self._definition, self._version))
        return b'%b"resourceVersion":"%d",%b' % (begin, number, data[len(begin) :])
