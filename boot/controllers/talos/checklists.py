"""Writes onto each control-plane Machine what its node was seen to do: the annotation of boot.cluster_api.checklist."""

from collections.abc import Sequence

from boot.client.protocol import Client, PatchType
from boot.clock import Clock, rfc3339
from boot.cluster_api.checklist import CHECKLIST_ANNOTATION, encode_checklist, parse_checklist
from boot.errors import NotFound
from boot.lifecycle.control_plane import Node
from boot.lifecycle.node_checklist import Beginning, keep_since, list_items
from boot.resources.kinds import MACHINE


class Checklists:
    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def write(self, nodes: Sequence[Node], beginning: Beginning) -> None:
        """Those that changed."""
        for node in nodes:
            meta = node.machine["metadata"]
            annotations = meta.get("annotations") or {}
            known = parse_checklist(annotations)
            text = encode_checklist(keep_since(known, list_items(node, beginning), rfc3339(self._clock.now())))
            if node.leaving or annotations.get(CHECKLIST_ANNOTATION) == text:
                continue
            patch = {"metadata": {"annotations": {CHECKLIST_ANNOTATION: text}}}
            try:
                await self._client.patch(MACHINE, meta["name"], patch, meta["namespace"], patch_type=PatchType.MERGE)
            except NotFound:
                continue  # it went meanwhile
