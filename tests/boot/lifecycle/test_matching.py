from typing import Any

import pytest

from boot.lifecycle.matching import Match, match_server
from boot.resources.metal import Server, ServerClass

ATOM = {"manufacturer": "Intel(R) Corporation", "productName": "Intel(R) Atom(TM) CPU C3558 @ 2.20GHz"}
EPYC = {"manufacturer": "Advanced Micro Devices, Inc.", "productName": "AMD EPYC 7313P 16-Core Processor"}


def _server(*processors: dict[str, Any], accepted: bool = True, labels: dict[str, str] | None = None, **spec: Any) -> Server:
    hardware = {"compute": {"processors": [*processors]}, "memory": {"totalSize": "32 GB"}}
    return Server.model_validate(
        {
            "metadata": {"name": "s", "labels": labels or {}},
            "spec": {"accepted": accepted, "hardware": hardware, **spec},
        }
    )


def _class(**spec: Any) -> ServerClass:
    return ServerClass.model_validate({"metadata": {"name": "c"}, "spec": spec})


def _by_processors(*entries: dict[str, Any]) -> ServerClass:
    return _class(qualifiers={"hardware": [{"compute": {"processors": [entry]}} for entry in entries]})


def _match(server_class: ServerClass, server: Server) -> Match:
    return match_server(server_class, server)


@pytest.mark.parametrize(
    ("server_class", "server", "matches"),
    [
        (_class(), _server(ATOM), True),
        (_class(), _server(ATOM, accepted=False), False),
        (_class(), _server(ATOM, cordoned=True), False),
        (_by_processors(ATOM), _server(ATOM), True),
        (_by_processors(ATOM), _server(EPYC), False),
        (_by_processors(ATOM, EPYC), _server(EPYC), True),
        (_by_processors({"manufacturer": "Intel(R) Corporation"}), _server(ATOM), True),
        (_by_processors({"manufacturer": "", "productName": "", "speed": 0}), _server(ATOM), True),
        (_by_processors({"manufacturer": "Intel"}), _server(ATOM), False),
        (_by_processors({}), _server(ATOM), True),
        (_by_processors({}), _server(), False),
        (_class(qualifiers={"hardware": [{"compute": {"processors": [ATOM, ATOM]}}]}), _server(ATOM), False),
        (_class(qualifiers={"hardware": [{"compute": {"processors": [ATOM]}}]}), _server(ATOM, EPYC), True),
        (_class(qualifiers={"hardware": [{"memory": {"totalSize": "32 GB"}}]}), _server(ATOM), True),
        (_class(qualifiers={"hardware": [{"memory": {"totalSize": "8 GB"}}]}), _server(ATOM), False),
        (_class(qualifiers={"labelSelectors": [{"rack": "r3", "row": "7"}]}), _server(ATOM, labels={"row": "7"}), True),
        (_class(qualifiers={"labelSelectors": [{"rack": "r3"}, {"row": "7"}]}), _server(ATOM, labels={"row": "8"}), False),
        (_class(selector={"matchLabels": {"a": "1", "b": "2"}}), _server(ATOM, labels={"a": "1"}), False),
        (_class(selector={"matchLabels": {"a": "1"}}), _server(ATOM, labels={"a": "1"}), True),
        (
            _class(selector={"matchExpressions": [{"key": "a", "operator": "In", "values": ["1", "2"]}]}),
            _server(ATOM, labels={"a": "2"}),
            True,
        ),
        (_class(selector={"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["1"]}]}), _server(ATOM), True),
        (_class(selector={"matchExpressions": [{"key": "a", "operator": "Exists"}]}), _server(ATOM), False),
        (_class(selector={"matchExpressions": [{"key": "a", "operator": "DoesNotExist"}]}), _server(ATOM), True),
    ],
)
def test_a_class_lists_what_sidero_would_list(server_class: ServerClass, server: Server, *, matches: bool) -> None:
    assert _match(server_class, server).matches is matches


def test_a_miss_says_what_was_wanted_and_what_is_there_nearest_miss_first() -> None:
    wanted = {"manufacturer": "Intel(R) Corporation", "productName": "Intel(R) Atom(TM) CPU C3758 @ 2.20GHz", "speed": 9999}
    match = _match(_by_processors(wanted), _server({**ATOM, "speed": 2200}))
    assert not match.matches
    near, far, good = match.clauses
    assert (near.path, near.actual) == ("hardware.compute.processors[0].productName", ATOM["productName"])
    assert (far.path, far.wanted, far.actual, far.holds) == ("hardware.compute.processors[0].speed", "9999", "2200", False)
    assert good.holds


def test_of_alternatives_the_nearest_is_explained() -> None:
    almost = {**ATOM, "speed": 3000}
    match = _match(_by_processors(EPYC, almost), _server({**ATOM, "speed": 2200}))
    assert [clause.path for clause in match.clauses if not clause.holds] == ["hardware.compute.processors[0].speed"]


def test_the_other_causes_are_named_even_when_the_hardware_fits() -> None:
    match = _match(_by_processors(ATOM), _server(ATOM, accepted=False, cordoned=True))
    assert match.causes == ("not accepted", "cordoned")
    assert all(clause.holds for clause in match.clauses)


def test_a_server_nobody_has_looked_into_has_nothing_where_something_is_wanted() -> None:
    match = _match(_by_processors(ATOM), Server.model_validate({"metadata": {"name": "s"}, "spec": {"accepted": True}}))
    assert {clause.actual for clause in match.clauses} == {"(none)"}


def test_an_allocated_server_matches_and_is_in_use() -> None:
    server = Server.model_validate({"metadata": {"name": "s"}, "spec": {"accepted": True}, "status": {"inUse": True}})
    match = _match(_class(), server)
    assert (match.matches, match.in_use) == (True, True)
