"""CEL expressions made ready to run, by Google's own runtime (cel-expr-python). Pure.

Imported when the first rule is met: it takes a third of a second and 14 MiB that nobody else need pay. Not everything that
kube-apiserver adds to the language is there (UNAVAILABLE): rules that use such functions are known and not evaluated.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

MOST_KEPT = 4096
"""Compiled expressions."""
_LISTS = ("isSorted", "sum", "min", "max", "indexOf", "lastIndexOf")
_TEXTS = ("find", "findAll", "format", "named", "validate")
_VALUES = ("quantity", "isQuantity", "url", "isURL", "ip", "isIP", "cidr", "isCIDR", "semver", "isSemver")
_OTHERS = ("sets", "transformList", "transformMap", "transformMapEntry", "authorizer", "jsonpatch")
UNAVAILABLE = frozenset((*_LISTS, *_TEXTS, *_VALUES, *_OTHERS))
"""Functions of Kubernetes' CEL library that this runtime has not."""
_UNDECLARED = re.compile(r"undeclared reference to '(\w+)'")


class RuleError(Exception):
    """An expression that is none, or whose types do not fit; str() says where."""


class NotAvailable(Exception):  # no error: upstream takes it
    """An expression that wants more than this runtime has."""


@dataclass(frozen=True, slots=True)
class Program:
    """`uses_old` says whether oldSelf is in it."""

    expression: Any
    result: str
    uses_old: bool

    def run(self, self_value: Any, old_value: Any = None) -> Any:
        """RuleError when it cannot be evaluated."""
        outcome = self.expression.eval(data={"self": self_value, "oldSelf": old_value})
        if outcome.type().name() == "ERROR":
            raise RuleError(str(outcome.value()))
        return outcome.plain_value()


@lru_cache(maxsize=MOST_KEPT)
def compile_rule(text: str, kind: str) -> Program:
    """`kind` is the JSON type of self, "" for any; RuleError or NotAvailable."""
    try:
        expression = _environment(kind).compile(text)
    except RuntimeError as error:
        words = str(error).removeprefix("INVALID_ARGUMENT: ").removesuffix("[INVALID_ARGUMENT]").strip()
        unknown = _UNDECLARED.search(words)
        if unknown and unknown[1] in UNAVAILABLE:
            raise NotAvailable(unknown[1]) from error
        raise RuleError(words) from error
    return Program(expression, expression.return_type().name(), uses_old=re.search(r"\boldSelf\b", text) is not None)


@cache
def _environment(kind: str) -> Any:
    from cel_expr_python import cel
    from cel_expr_python.ext import ext_math, ext_optional, ext_strings

    types = {"string": cel.Type.STRING, "integer": cel.Type.INT, "number": cel.Type.DOUBLE, "boolean": cel.Type.BOOL}
    own = types.get(kind, cel.Type.DYN)
    extensions = [ext_strings.ExtStrings(), ext_math.ExtMath(), ext_optional.ExtOptional()]
    return cel.NewEnv(variables={"self": own, "oldSelf": own}, extensions=extensions)
