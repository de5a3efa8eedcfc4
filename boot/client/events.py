"""Kubernetes Events: what was done to an object, why, and by whom, for kubectl and for the object's screen."""

import logging

from boot.client.protocol import Client
from boot.clock import Clock, rfc3339
from boot.errors import ApiError
from boot.resources.annotations import EVENT_NAMESPACE, USER_ANNOTATION
from boot.resources.base import Object
from boot.resources.kinds import EVENT

_LOG = logging.getLogger(__name__)

LONGEST_MESSAGE = 1024


class EventRecorder:
    """Whatever is recorded has happened already: an Event that cannot be written is only logged."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def record(self, obj: Object, reason: str, message: str, *, user: str = "", warning: bool = False) -> None:
        """`obj` as the plane gave it; `message` is one sentence."""
        try:
            await self._client.create(EVENT, self._build(obj, reason, message, user, "Warning" if warning else "Normal"))
        except ApiError as error:
            _LOG.warning("no event %s for %s %s: %s", reason, obj["kind"], obj["metadata"]["name"], error)

    def _build(self, obj: Object, reason: str, message: str, user: str, kind: str) -> Object:
        now = rfc3339(self._clock.now())
        metadata = obj["metadata"]
        return {
            "apiVersion": EVENT.api_version,
            "kind": EVENT.kind,
            "metadata": {
                "generateName": f"{metadata['name']}.",
                "namespace": metadata.get("namespace", EVENT_NAMESPACE),
                **({"annotations": {USER_ANNOTATION: user}} if user else {}),
            },
            "involvedObject": {
                "apiVersion": obj["apiVersion"],
                "kind": obj["kind"],
                "name": metadata["name"],
                **({"namespace": metadata["namespace"]} if "namespace" in metadata else {}),
                "uid": metadata.get("uid", ""),
            },
            "type": kind,
            "reason": reason,
            "message": message[:LONGEST_MESSAGE],
            "source": {"component": "sidero-tui"},
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
        }
