"""The config a machine really gets, and for every line of it who put it there. Pure.

Layers come in the order in which CABPT and Sidero's metadata server apply them: what the cluster generates, the TalosConfig's
patches, then the class's and the server's own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import orjson
import yaml

from boot.errors import ConfigError
from boot.talos.documents import Document, identity, render_documents
from boot.talos.patches import apply_patches, parse_patch

Path = tuple[str | int, ...]
Origins = Mapping[Path, str]
"""Path of a value that is neither mapping nor list, or of an empty one -> name of the layer that put it there."""

REDACTED = "******"
_SECRET_NAMES = frozenset(
    {"token", "key", "secret", "secretboxEncryptionSecret", "aescbcEncryptionSecret", "privateKey", "apiToken"}
)


@dataclass(frozen=True, slots=True)
class Layer:
    """`origin` is what people read: "ServerClass rack-a"; `patches` in the order they apply, as text."""

    origin: str
    patches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EffectiveConfig:
    """`origins` has one entry per document, in their order."""

    documents: Sequence[Document]
    origins: Sequence[Origins]

    def lines(self, *, reveal: bool = False) -> Iterator[tuple[str, str]]:
        """Each line of the YAML and its origin, "" where a line only opens what is below it.

        Secrets are blotted out unless `reveal`.
        """
        for number, (document, origins) in enumerate(zip(self.documents, self.origins, strict=True)):
            if number:
                yield "---", ""
            shown = document if reveal else _redact(document)
            text = render_documents([shown])
            places = dict(_lines_of(yaml.compose(text), ()))
            for index, line in enumerate(text.splitlines()):
                yield line, origins.get(places.get(index, ()), "")


def build_effective(base: Sequence[Document], generated_by: str, layers: Sequence[Layer]) -> EffectiveConfig:
    """ConfigError that names the layer whose patch does not apply."""
    documents = list(base)
    origins = {identity(document): _all(document, generated_by) for document in documents}
    for layer in layers:
        for number, text in enumerate(layer.patches, 1):
            try:
                changed = apply_patches(documents, [parse_patch(text)])
            except ConfigError as error:
                raise ConfigError(f"{layer.origin}, patch {number}: {error}") from error
            old = {identity(document): document for document in documents}
            origins = {
                identity(document): _trace(
                    old.get(identity(document)), document, origins.get(identity(document), {}), layer.origin
                )
                for document in changed
            }
            documents = changed
    return EffectiveConfig(documents, [origins[identity(document)] for document in documents])


def _all(value: Any, origin: str) -> dict[Path, str]:
    return dict.fromkeys(_leaves(value, ()), origin)


def _leaves(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    else:
        yield path


def _trace(old: Any, new: Any, before: Origins, origin: str) -> dict[Path, str]:
    """Who put every leaf of `new` there: as `before` where it stayed, else `origin`."""
    return {path: (before.get(was, origin) if was is not None else origin) for path, was in _kept(old, new, (), ())}


def _kept(old: Any, new: Any, was: Path, now: Path) -> Iterator[tuple[Path, Path | None]]:
    """Each leaf of `new`, and where it was in `old` if it is the same there."""
    if isinstance(new, dict) and new and isinstance(old, dict):
        for key, item in new.items():
            if key in old:
                yield from _kept(old[key], item, (*was, key), (*now, key))
            else:
                yield from ((path, None) for path in _leaves(item, (*now, key)))
    elif isinstance(new, list) and new and isinstance(old, list):
        for index, twin in _pair_items(old, new):
            if twin is None:
                yield from ((path, None) for path in _leaves(new[index], (*now, index)))
            else:
                yield from _kept(old[twin], new[index], (*was, twin), (*now, index))
    elif new == old and type(new) is type(old):
        yield from zip(_leaves(new, now), _leaves(new, was), strict=True)
    else:
        yield from ((path, None) for path in _leaves(new, now))


def _pair_items(old: list[Any], new: list[Any]) -> Iterator[tuple[int, int | None]]:
    """Index of each new item, and of the old one it is or was made of."""
    matcher = SequenceMatcher(None, [_text(item) for item in old], [_text(item) for item in new], autojunk=False)
    for tag, first, last, start, end in matcher.get_opcodes():
        for offset in range(end - start):
            merged = tag == "replace" and first + offset < last
            yield start + offset, first + offset if tag == "equal" or merged else None


def _text(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


def _lines_of(node: yaml.Node | None, path: Path) -> Iterator[tuple[int, Path]]:
    """Line number and path of every leaf."""
    if isinstance(node, yaml.MappingNode) and node.value:
        for key, value in node.value:
            below = (*path, key.value)
            if _is_leaf(value):
                yield key.start_mark.line, below
            else:
                yield from _lines_of(value, below)
    elif isinstance(node, yaml.SequenceNode) and node.value:
        for index, item in enumerate(node.value):
            if _is_leaf(item):
                yield item.start_mark.line, (*path, index)
            else:
                yield from _lines_of(item, (*path, index))


def _is_leaf(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) or not node.value


def _redact(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _redact(item, str(key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_redact(item) for item in value]
    return REDACTED if name in _SECRET_NAMES and isinstance(value, str) and value else value
