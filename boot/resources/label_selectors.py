"""meta/v1 LabelSelector as it stands in an object: whether it selects, and the text that selects the same. Pure."""

from collections.abc import Callable, Mapping

from boot.resources.base import Object

_TESTS: dict[str, Callable[[str | None, list[str]], bool]] = {
    "In": lambda value, values: value in values,
    "NotIn": lambda value, values: value not in values,
    "Exists": lambda value, _values: value is not None,
    "DoesNotExist": lambda value, _values: value is None,
}
_TEXTS = {"In": "{key} in ({values})", "NotIn": "{key} notin ({values})", "Exists": "{key}", "DoesNotExist": "!{key}"}


def selects(selector: Object, labels: Mapping[str, str]) -> bool:
    """All of it must hold; an empty selector selects everything. ValueError for an operator that there is not."""
    if any(labels.get(key) != value for key, value in (selector.get("matchLabels") or {}).items()):
        return False
    return all(
        _TESTS[_operator(term)](labels.get(term["key"]), term.get("values") or [])
        for term in selector.get("matchExpressions") or ()
    )


def render_selector(selector: Object) -> str:
    """As a query has it, by key, such as `a=1,b in (x,y)`; ValueError as for `selects`."""
    terms = [(key, f"{key}={value}") for key, value in (selector.get("matchLabels") or {}).items()]
    for term in selector.get("matchExpressions") or ():
        values = ",".join(sorted(term.get("values") or ()))
        terms.append((term["key"], _TEXTS[_operator(term)].format(key=term["key"], values=values)))
    return ",".join(text for _, text in sorted(terms, key=lambda term: term[0]))


def _operator(term: Object) -> str:
    operator = str(term.get("operator"))
    if operator not in _TESTS:
        raise ValueError(f'"{operator}" is not a valid label selector operator')
    return operator
