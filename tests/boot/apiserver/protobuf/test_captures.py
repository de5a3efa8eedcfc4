"""Bodies as Go's own encoder writes them, with every field filled at random, next to what Go's JSON says of the same object."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from boot.apiserver.protobuf import decode_body

CAPTURED = Path(__file__).parents[3] / "captures" / "protobuf" / "bodies.jsonl"
BODIES = [json.loads(line) for line in CAPTURED.read_text().splitlines()]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body["json"]["kind"])
def test_what_go_encodes_reads_as_gos_json(body: dict[str, Any]) -> None:
    assert decode_body(base64.b64decode(body["protobuf"])) == _without_nothing(body["json"])


def _without_nothing(value: Any) -> Any:
    """Go prints null for a list or time that is not there; a message has no way to say so."""
    if isinstance(value, dict):
        return {key: _without_nothing(child) for key, child in value.items() if child is not None and child != []}
    return [_without_nothing(item) for item in value] if isinstance(value, list) else value
