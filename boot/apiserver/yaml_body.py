"""YAML request bodies, read as the JSON they stand for. Pure."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

_JSON_TAGS = tuple(f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "str", "seq", "map"))


class _Loader(yaml.SafeLoader):
    """What JSON can say and nothing else: no dates, no bytes, no sets, and no base-60 numbers: 52:54:00:12:34:56 is a MAC.

    No aliases either: a few nested ones stand for gigabytes. Of several equal keys the last counts, as in Go.
    """

    duplicates: list[str] | None = None

    yaml_constructors = {  # noqa: RUF012  # PyYAML's own way to say it
        tag: yaml.SafeLoader.yaml_constructors[tag] for tag in (*_JSON_TAGS, None)
    }
    yaml_implicit_resolvers = {}  # noqa: RUF012

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "aliases are not read here", None)
        node: yaml.Node | None = super().compose_node(parent, index)
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        names = [key if isinstance(key, str) else json.dumps(key) for key in keys]
        if self.duplicates is not None and len(set(names)) != len(names):
            self.duplicates.extend(_find_duplicates(names, node))
        return {name: self.construct_object(value, deep=deep) for name, (_, value) in zip(names, node.value, strict=True)}


for _name, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF", list("yYnNtTfFoO")),
    ("int", r"[-+]?(?:0|[1-9][0-9]*|0x[0-9a-fA-F]+|0[0-7]+)", list("-+0123456789")),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", list("-+0123456789.")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(f"(?:{_pattern})$"), _first)


def read_yaml(data: bytes, duplicates: list[str] | None = None) -> Any:
    """What JSON of the same meaning would give; keys that are there twice are added to `duplicates`, in Go's words.

    yaml.YAMLError when it is no YAML, or says what JSON cannot; RecursionError when it is nested too deeply.
    """
    loader = _Loader(data)
    loader.duplicates = duplicates
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def _find_duplicates(names: Sequence[str], node: yaml.MappingNode) -> Iterator[str]:
    seen: set[str] = set()
    for name, (key, _) in zip(names, node.value, strict=True):
        if name in seen:
            yield f'line {key.start_mark.line + 1}: key "{name}" already set in map'
        seen.add(name)
