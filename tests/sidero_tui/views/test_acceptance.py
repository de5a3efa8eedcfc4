from boot.lifecycle.acceptance import describe_acceptance
from boot.resources.metal import Server
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.views.acceptance import acceptable, build_acceptance_lines
from sidero_tui.views.spans import plain
from tests.sidero_tui.builders import build_rack, build_server, mac_of, name_of

RACK = build_rack()


def text(names: tuple[str, ...], rack: Snapshot = RACK) -> str:
    return " ".join(" ".join(plain(line).split()) for line in build_acceptance_lines(rack, names, 76))


def test_only_servers_that_exist_and_are_not_accepted_can_be_accepted() -> None:
    assert acceptable(RACK, (name_of(1), name_of(2), "gone")) == (name_of(1),)


def test_what_holds_for_all_is_said_once_and_each_server_is_named_in_full() -> None:
    names = acceptable(RACK, RACK.server_order)
    said = text(names)
    assert len(names) == 3
    for sentence in describe_acceptance(RACK.servers[names[0]]).sentences:
        assert said.count(sentence) == 1
    for number, name in ((1, name_of(1)), (5, names[0]), (6, names[1])):
        for part in (name, mac_of(number), f"serial 7QK000{number}"):
            assert part in said
    assert said.count("another server reports the same SMBIOS UUID") == 2


def test_known_disks_are_listed_with_what_becomes_of_each() -> None:
    wire = build_server(1).wire()
    disk = {"deviceName": "/dev/sda", "size": 2**40, "productName": "HDD", "serialNumber": "WD1"}
    wire["spec"]["hardware"]["storage"] = {"devices": [disk]}
    server = Server.model_validate(wire)
    other = build_server(2)
    rack = Snapshot(servers={server.name: server, other.name: other})
    said = text((server.name, other.name), rack)
    [fate] = describe_acceptance(server).disks
    assert f"/dev/sda · HDD · 1.0 TiB · WD1: {fate.fate}" in said
    [unknown] = set(describe_acceptance(other).sentences) - set(describe_acceptance(server).sentences)
    assert said.index(unknown) > said.index(other.name)
