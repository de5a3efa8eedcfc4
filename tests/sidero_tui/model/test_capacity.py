from dataclasses import replace

from sidero_tui.model.capacity import Demand, describe_contention, describe_shortfall
from tests.sidero_tui.builders import build_class, build_rack, build_server, name_of
from tests.sidero_tui.clusters import build_binding

SERVERS = [
    build_server(1, accepted=True, labels={"role": "cp"}),
    build_server(2, accepted=True, clean=False, labels={"role": "cp"}),
    build_server(3, accepted=True, in_use=True, labels={"role": "cp"}),
    build_server(4, accepted=True),
    build_server(5),
]
CONTROL = {"selector": {"matchLabels": {"role": "cp"}}}
RACK = replace(
    build_rack(),
    servers={server.name: server for server in SERVERS},
    server_classes={"cp": build_class("cp", [], CONTROL), "any": build_class("any", [])},
)


def test_enough_is_nothing_to_say() -> None:
    assert describe_shortfall(RACK, Demand("control plane nodes", "cp", 1)) == ""
    assert describe_shortfall(RACK, Demand("workers", "cp", 0)) == ""


def test_a_shortfall_names_who_is_kept_and_by_what_and_then_the_nearest_of_the_others() -> None:
    said = describe_shortfall(RACK, Demand("control plane nodes", "cp", 3))
    assert said.startswith("cp has 1 of 3 free servers: ")
    assert f"{name_of(2)} is not wiped yet; {name_of(3)} is in use; {name_of(4)} does not match: " in said
    assert said.endswith(", and 1 more")


def test_a_server_that_a_binding_holds_is_not_free_whatever_its_status_says() -> None:
    bound = replace(RACK, bindings={name_of(1): build_binding(name_of(1), 5)})
    assert f"{name_of(1)} is in use" in describe_shortfall(bound, Demand("control plane nodes", "cp", 1))


def test_one_that_is_not_accepted_says_so() -> None:
    only = replace(RACK, servers={name_of(5): SERVERS[4]}, server_classes={"any": build_class("any", [])})
    assert describe_shortfall(only, Demand("workers", "any", 1)).endswith(f"{name_of(5)} is not accepted")


def test_a_class_that_is_not_there_and_a_plane_without_servers_are_said() -> None:
    assert describe_shortfall(RACK, Demand("workers", "big", 1)) == "there is no ServerClass big"
    assert describe_shortfall(replace(RACK, servers={}), Demand("workers", "any", 2)).endswith("no server has registered")


def test_two_classes_that_share_servers_must_have_enough_together() -> None:
    control, workers = Demand("control plane nodes", "cp", 1), Demand("workers", "any", 2)
    assert describe_contention(RACK, [control, workers]) == (
        "cp and any together have 2 of 3 free servers, for 1 control plane nodes and 2 workers"
    )
    assert describe_contention(RACK, [control, replace(workers, count=1)]) == ""
