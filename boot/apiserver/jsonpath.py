"""The JSONPath that printer columns use (client-go util/jsonpath, the part CRDs are allowed). Pure.

.a.b, ['a.b'], [0], [-1], [*], [?(@.type=="Ready")], with or without a leading $ or braces.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

Step = Callable[[Any], Sequence[Any]]

_TOKEN = re.compile(
    r"""\.(?P<field>(?:[^.\[\]\\]|\\.)+)
      | \[(?P<index>-?\d+)\]
      | \[(?P<star>\*)\]
      | \[['"](?P<quoted>[^'"]*)['"]\]
      | \[\?\(\s*@\.(?P<key>[^=!\s]+)\s*(?P<op>==|!=)\s*(?P<value>"[^"]*"|'[^']*'|[^)\s]+)\s*\)\]
      | (?P<any>\.\*)""",
    re.VERBOSE,
)


@lru_cache(maxsize=1024)
def compile_path(text: str) -> tuple[Step, ...]:
    """ValueError when the text is no JSONPath of this kind."""
    path = text.strip().removeprefix("{").removesuffix("}").removeprefix("$")
    steps: list[Step] = []
    position = 0
    while position < len(path):
        match = _TOKEN.match(path, position)
        if match is None:
            raise ValueError(f"{text!r} is no JSONPath at character {position}")
        steps.append(_step(match))
        position = match.end()
    return tuple(steps)


def find(obj: Any, text: str) -> list[Any]:
    """Every value the path leads to; none where a field is missing."""
    values: list[Any] = [obj]
    for step in compile_path(text):
        values = [found for value in values for found in step(value)]
    return values


def _step(match: re.Match[str]) -> Step:
    if match["star"] or match["any"]:
        return lambda value: list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else ()
    if match["index"]:
        index = int(match["index"])
        return lambda value: [value[index]] if isinstance(value, list) and -len(value) <= index < len(value) else ()
    if match["key"]:
        key, wanted, negated = f".{match['key']}", match["value"].strip("\"'"), match["op"] == "!="
        return lambda value: [
            item
            for item in (value if isinstance(value, list) else ())
            if isinstance(item, dict) and ([_text(found) for found in find(item, key)] == [wanted]) is not negated
        ]
    name = match["quoted"] if match["field"] is None else re.sub(r"\\(.)", r"\1", match["field"])
    return lambda value: [value[name]] if isinstance(value, dict) and name in value else ()


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
