"""What each server allows."""

import pytest

from boot.resources.annotations import OUT_OF_SERVICE, REJECTED, STOPPED
from sidero_tui.model.able import able, find_machine_obstacles, find_obstacles
from sidero_tui.model.snapshot import Snapshot
from tests.sidero_tui.builders import build_server, name_of

PLAIN = {"accept", "reject", "power"}


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        ({}, PLAIN),
        ({"accepted": True}, {"take_back", "reject", "retire", "power"}),
        ({"accepted": True, "in_use": True}, {"retire", "power"}),
        ({"annotations": {REJECTED: "{}"}}, {"readmit", "power"}),
        ({"accepted": True, "annotations": {STOPPED: "why"}}, {"take_back", "reject", "retire", "resume", "power"}),
        ({"accepted": True, "annotations": {OUT_OF_SERVICE: "{}"}}, {"take_back", "reject", "return", "power"}),
    ],
    ids=["new", "accepted", "in use", "rejected", "stopped", "out of service"],
)
def test_what_can_be_done_follows_from_where_the_server_stands(state: dict[str, object], allowed: set[str]) -> None:
    server = build_server(1, **state)  # type: ignore[arg-type]
    snapshot = Snapshot(servers={server.name: server})
    obstacles = find_obstacles(snapshot, (server.name,))
    everything = {"accept", "take_back", "reject", "readmit", "resume", "retire", "return", "power"}
    assert everything - obstacles.keys() == allowed
    assert all(obstacles.values())


@pytest.mark.parametrize(
    ("macs", "reason"),
    [((), "no machine here"), (("",), "its MAC is not known"), (("a", "b"), "one machine at a time"), (("a",), None)],
)
def test_what_is_set_by_mac_is_set_for_one_machine_whose_mac_is_known(macs: tuple[str, ...], reason: str | None) -> None:
    told = find_machine_obstacles(macs)
    assert (told.get("reserve"), told.get("architecture")) == (reason, reason)


def test_of_several_those_that_allow_it_are_meant() -> None:
    servers = [build_server(1), build_server(2, accepted=True)]
    snapshot = Snapshot(servers={server.name: server for server in servers})
    names = (name_of(1), name_of(2), "gone")
    assert able("accept", snapshot, names) == (name_of(1),)
    assert "accept" not in find_obstacles(snapshot, names)
    assert set(find_obstacles(snapshot, ("gone",)).values()) == {"no server here"}
