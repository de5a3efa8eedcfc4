"""x-kubernetes-validations of a structural schema: whether they are rules, and whether an object keeps them. Pure."""

import json
import re
from collections.abc import Iterator
from typing import Any

from boot.errors import Cause
from boot.plane.cel_programs import NotAvailable, Program, RuleError, compile_rule
from boot.plane.cel_values import escape, to_cel, touches_moments
from boot.plane.shapes import element_of
from boot.resources.base import Object

CEL = "x-kubernetes-validations"
_REASONS = frozenset({"FieldValueInvalid", "FieldValueForbidden", "FieldValueRequired", "FieldValueDuplicate"})
_WORDS = {
    "FieldValueForbidden": "Forbidden",
    "FieldValueRequired": "Required value",
    "FieldValueDuplicate": "Duplicate value",
}
_PATH = re.compile(r"\b(?:self|oldSelf)((?:\.[A-Za-z_]\w*)+)(\s*\()?")
_TEXT = re.compile(r"""[rR]?("([^"\\]|\\.)*"|'([^'\\]|\\.)*')""")


def check_rules(value: Any, old: Any, schema: Object, path: str = "") -> Iterator[Cause]:
    """What the rules of `schema` and of what is in it do not allow of `value`; `old` is what was there, None for nothing."""
    for rule in schema.get(CEL) or ():
        yield from _check_rule(value, old, schema, rule, path)
    if isinstance(value, dict):
        properties, more = schema.get("properties") or {}, schema.get("additionalProperties")
        before = old if isinstance(old, dict) else {}
        for name, child in value.items():
            inner = properties.get(name) or (more if isinstance(more, dict) else None)
            if inner:
                where = f"{path}[{name}]" if name not in properties else f"{path}.{name}" if path else name
                yield from check_rules(child, before.get(name), inner, where)
    elif isinstance(value, list) and schema.get("items"):
        earlier = _index(old, schema)
        for index, item in enumerate(value):
            yield from check_rules(item, earlier.get(_element(item, schema)), schema["items"], f"{path}[{index}]")


def _index(old: Any, schema: Object) -> dict[str, Any]:
    """Items by what tells them apart; only those of a list of type map can be told from others."""
    return {_element(item, schema): item for item in old or () if _element(item, schema)} if isinstance(old, list) else {}


def _element(item: Any, schema: Object) -> str:
    if schema.get("x-kubernetes-list-type") != "map":
        return ""
    try:
        return element_of(schema, item)
    except ValueError:
        return ""


def _check_rule(value: Any, old: Any, schema: Object, rule: Object, path: str) -> Iterator[Cause]:
    if value is None or _unavailable(rule, schema):
        return
    try:
        program = compile_rule(rule["rule"], _kind_of(schema))
    except RuleError:  # let in by an earlier release
        return
    if program.uses_old and old is None:
        return
    try:
        kept, error = _run(program, value, old, schema) is True, ""
    except RuleError as failed:
        kept, error = False, f"rule evaluation error: {failed}"
    if not kept:
        yield _complain(value, error or _message(rule, value, old, schema), rule, path)


def _run(program: Program, value: Any, old: Any, schema: Object) -> Any:
    return program.run(to_cel(value, schema), None if old is None else to_cel(old, schema))


def _message(rule: Object, value: Any, old: Any, schema: Object) -> str:
    """messageExpression's, where it gives one line of text; else message, else the rule itself."""
    if rule.get("messageExpression"):
        try:
            text = _run(compile_rule(rule["messageExpression"], _kind_of(schema)), value, old, schema)
        except (RuleError, NotAvailable):
            text = ""
        if isinstance(text, str) and text.strip() and "\n" not in text:
            return text.strip()
    return str(rule.get("message") or f"failed rule: {' '.join(rule['rule'].split())}")


def _complain(value: Any, words: str, rule: Object, path: str) -> Cause:
    reason = rule.get("reason") or "FieldValueInvalid"
    where = (path + rule["fieldPath"]).removeprefix(".") if rule.get("fieldPath") else path
    if reason in _WORDS:
        return Cause(reason, f"{_WORDS[reason]}: {words}", where)
    shown = "" if isinstance(value, dict | list) else json.dumps(value, ensure_ascii=False) + ": "
    return Cause(reason, f"Invalid value: {shown}{words}", where)


def _kind_of(schema: Object) -> str:
    """The type under which self is checked."""
    return str(schema.get("type") or "")


def unavailable(schema: Any) -> set[str]:
    """What rules of this schema want and is not there: such rules are not evaluated."""
    return {_unavailable(rule, node) for node, rule in _all_rules(schema)} - {""}


def _unavailable(rule: Object, schema: Object) -> str:
    """What a rule wants and is not there, or ""."""
    if rule.get("optionalOldSelf"):
        return "optionalOldSelf"
    if touches_moments(rule["rule"], schema):
        return "times"
    try:
        compile_rule(rule["rule"], _kind_of(schema))
    except NotAvailable as missing:
        return f"{missing}()"
    except RuleError:
        return ""
    return ""


def _all_rules(schema: Any) -> Iterator[tuple[Object, Object]]:
    if isinstance(schema, dict):
        rules = schema.get(CEL)
        if isinstance(rules, list):
            yield from ((schema, rule) for rule in rules if isinstance(rule, dict) and isinstance(rule.get("rule"), str))
        for child in schema.values():
            yield from _all_rules(child)
    elif isinstance(schema, list):
        for child in schema:
            yield from _all_rules(child)


def check_definitions(schema: Object, path: str) -> Iterator[Cause]:
    """What is wrong with the rules of this node of a CustomResourceDefinition's schema."""
    for index, rule in enumerate(schema[CEL]):
        where = f"{path}.{CEL}[{index}]"
        text = rule.get("rule") if isinstance(rule, dict) else None
        if not isinstance(text, str) or not text.strip():
            yield Cause("FieldValueRequired", "Required value: rule is not specified", f"{where}.rule")
            continue
        words = _compile_error(text, schema)
        if words:
            shown = json.dumps(text, ensure_ascii=False)
            yield Cause("FieldValueInvalid", f"Invalid value: {shown}: compilation failed: {words}", f"{where}.rule")
        if rule.get("reason") and rule["reason"] not in _REASONS:
            yield Cause("FieldValueNotSupported", f'Unsupported value: "{rule["reason"]}"', f"{where}.reason")


def _compile_error(text: str, schema: Object) -> str:
    if touches_moments(text, schema):
        return ""
    unknown = next(_unknown_fields(text, schema), "")
    if unknown:
        return f"undefined field '{unknown}'"
    try:
        program = compile_rule(text, _kind_of(schema))
    except NotAvailable:
        return ""
    except RuleError as error:
        return str(error)
    return "" if program.result in {"BOOL", "DYN"} else "cel expression must evaluate to a bool"


def _unknown_fields(text: str, schema: Object) -> Iterator[str]:
    """Fields that are asked of self or oldSelf and that the schema has not: the runtime knows objects as maps only."""
    for match in _PATH.finditer(_TEXT.sub('""', text)):
        steps = match[1].strip(".").split(".")
        node = schema
        for step in steps[:-1] if match[2] else steps:
            if node.get("type") != "object" or isinstance(node.get("additionalProperties"), dict):
                break
            named = {escape(name): child for name, child in (node.get("properties") or {}).items()}
            if step not in named:
                if not node.get("x-kubernetes-preserve-unknown-fields") and step not in {"apiVersion", "kind", "metadata"}:
                    yield step
                break
            node = named[step]
