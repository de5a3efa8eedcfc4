"""YAML request bodies, read as the JSON they stand for. Pure."""

import json
import re
from typing import Any

import yaml

_JSON_TAGS = tuple(f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "str", "seq", "map"))


class _Loader(yaml.SafeLoader):
    """What JSON can say and nothing else: no dates, no bytes, no sets, and no base-60 numbers: 52:54:00:12:34:56 is a MAC.

    No aliases either: a few nested ones stand for gigabytes.
    """

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
        if len(set(names)) != len(names):
            raise yaml.constructor.ConstructorError(None, None, "a key is there twice", node.start_mark)
        return {name: self.construct_object(value, deep=deep) for name, (_, value) in zip(names, node.value, strict=True)}


for _name, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF", list("yYnNtTfFoO")),
    ("int", r"[-+]?(?:0|[1-9][0-9]*|0x[0-9a-fA-F]+|0[0-7]+)", list("-+0123456789")),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", list("-+0123456789.")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(f"(?:{_pattern})$"), _first)


def read_yaml(data: bytes) -> Any:
    """yaml.YAMLError when it is no YAML, or says what JSON cannot; RecursionError when it is nested too deeply."""
    return yaml.load(data, _Loader)  # noqa: S506  # a SafeLoader with less in it
