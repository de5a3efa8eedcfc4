"""An object as it is in the plane, as YAML."""

import yaml

from boot.resources.base import Object
from sidero_tui.screens.page import PageScreen, plain_heading
from sidero_tui.theme import Role
from sidero_tui.views.spans import Line, Span, clean, span


class YamlScreen(PageScreen):
    """The whole object, as read when it was asked for."""

    def __init__(self, heading: str, obj: Object) -> None:
        lines = build_yaml_lines(obj)
        super().__init__(plain_heading(heading), lambda _snapshot, _now, _width: lines)


def build_yaml_lines(obj: Object) -> list[Line]:
    """Keys apart from values; managedFields are left out, as kubectl does."""
    meta = {key: value for key, value in obj.get("metadata", {}).items() if key != "managedFields"}
    text = yaml.safe_dump({**obj, "metadata": meta}, sort_keys=False, allow_unicode=True, width=10_000)
    return colour_yaml(text)


def colour_yaml(text: str) -> list[Line]:
    return [_colour(line) for line in text.splitlines()]


def _colour(line: str) -> Line:
    key, colon, value = line.partition(":")
    if not colon or (value and not value.startswith(" ")):
        return (span(line),)
    return (Span(clean(key), Role.ACCENT), Span(":", Role.DIM), span(value))
