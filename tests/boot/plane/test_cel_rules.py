"""The words of causes are checked against a real kube-apiserver by tests/conformance."""

from typing import Any

import pytest

from boot.plane.cel_rules import check_definitions, check_rules, unavailable
from boot.plane.cel_values import escape

Schema = dict[str, Any]
RULES = "x-kubernetes-validations"
TEXT: Schema = {"type": "string"}


def _object(rule: str, **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, RULES: [{"rule": rule}]}


@pytest.mark.parametrize(
    ("schema", "value", "kept"),
    [
        (_object("self.a < self.b", a={"type": "integer"}, b={"type": "integer"}), {"a": 1, "b": 2}, True),
        (_object("self.a < 1.5", a={"type": "number"}), {"a": 1}, True),
        (_object("self.list.all(x, x.startsWith('a'))", list={"type": "array", "items": TEXT}), {"list": ["a", "b"]}, False),
        (_object("has(self.a) && self.a.matches('^a+$')", a=TEXT), {}, False),
        (_object("self.a__dash__b == 'x'", **{"a-b": TEXT}), {"a-b": "x"}, True),
        (_object("self.__namespace__ == 'x'", namespace=TEXT), {"namespace": "x"}, True),
        (_object("self.a.lowerAscii() == 'a'", a=TEXT), {"a": "A"}, True),
    ],
)
def test_an_object_keeps_its_rules_or_not(schema: Schema, value: Any, kept: bool) -> None:
    assert not list(check_definitions(schema, "s"))
    assert (list(check_rules(value, None, schema, "spec")) == []) is kept


def test_a_rule_that_fails_says_what_it_was_told_to_say_and_where() -> None:
    rule = {"rule": "self.a == 'x'", "messageExpression": "'a is ' + self.a", "reason": "FieldValueForbidden", "fieldPath": ".a"}
    (cause,) = check_rules({"a": "y"}, None, {"type": "object", "properties": {"a": TEXT}, RULES: [rule]}, "spec")
    assert (cause.field, cause.reason, cause.message) == ("spec.a", "FieldValueForbidden", "Forbidden: a is y")


def test_a_rule_without_words_says_itself_and_one_that_cannot_be_evaluated_says_why() -> None:
    (cause,) = check_rules("y", None, TEXT | {RULES: [{"rule": "self == 'x'"}]}, "spec.a")
    assert cause.message == "Invalid value: \"y\": failed rule: self == 'x'"
    (cause,) = check_rules({}, None, _object("self.a == 'x'", a=TEXT), "spec")
    assert cause.message.startswith("Invalid value: rule evaluation error: ")


def test_transition_rules_wait_for_something_to_compare_with() -> None:
    item = {"type": "object", "properties": {"name": TEXT, "a": TEXT | {RULES: [{"rule": "self == oldSelf"}]}}}
    keyed = {"type": "array", "items": item, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]}
    old, new = [{"name": "m", "a": "1"}, {"name": "n", "a": "1"}], [{"name": "n", "a": "2"}, {"name": "o", "a": "2"}]
    assert [cause.field for cause in check_rules(new, old, keyed, "spec")] == ["spec[0].a"]
    assert not list(check_rules(new, None, keyed, "spec"))
    assert not list(check_rules(new, old, keyed | {"x-kubernetes-list-type": "atomic"}, "spec"))


@pytest.mark.parametrize(
    "rule", ["self.none > 1", "self.a +", "size(self.a)", "nothing(self.a)", "", "oldSelf.a.b.c == self.none"]
)
def test_what_is_no_rule_is_found_when_the_kind_is_defined(rule: str) -> None:
    assert [cause.field for cause in check_definitions(_object(rule, a=TEXT), "s")] == [f"s.{RULES}[0].rule"]


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ("quantity(self.a).isGreaterThan(quantity('1'))", "quantity()"),
        ("self.at < timestamp('2020-01-01T00:00:00Z')", "times"),
        ("self.times.all(time, time == self.times[0])", "times"),
    ],
)
def test_rules_that_only_kube_apiserver_can_evaluate_are_taken_and_told_of(rule: str, wanted: str) -> None:
    moment = TEXT | {"format": "date-time"}
    schema = _object(rule, a=TEXT, at=moment, times={"type": "array", "items": moment})
    assert not list(check_definitions(schema, "s"))
    assert unavailable({"versions": [schema]}) == {wanted}
    assert not list(check_rules({"a": "0", "at": "2026-01-01T00:00:00Z", "times": ["x", "y"]}, None, schema, "spec"))


def test_property_names_are_escaped_as_upstream_does() -> None:
    names = ["a-b", "a.b", "a/b", "a__b", "in", "plain"]
    assert list(map(escape, names)) == ["a__dash__b", "a__dot__b", "a__slash__b", "a__underscores__b", "__in__", "plain"]
