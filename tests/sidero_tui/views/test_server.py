import pytest

from boot.resources.metal import Server
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.views.server import build_server_page, build_server_title
from sidero_tui.views.spans import plain, width_of
from tests.sidero_tui.builders import ATOM, NOW, TWIN_UUID, build_rack, build_server, mac_of, name_of

RACK = build_rack()
TWINS = [name for name in RACK.server_order if name.startswith("00000000")]


def page(name: str, width: int = 76, rack: Snapshot = RACK) -> str:
    return "\n".join(plain(line) for line in build_server_page(rack, name, NOW, width))


def detailed() -> Server:
    wire = build_server(1).wire()
    disk = {"deviceName": "/dev/nvme0n1", "type": "NVMe", "size": 512 * 10**9, "productName": "SSD 970"}
    wire["spec"]["hardware"]["storage"] = {"devices": [disk]}
    wire["spec"]["hardware"]["memory"] = {"totalSize": "32 GB"}
    wire["spec"]["hardware"]["network"] = {"interfaces": [{"name": "eno1", "mac": mac_of(1), "addresses": ["10.0.0.2/24"]}]}
    wire["status"]["conditions"] = [{"type": "PXEBooted", "status": "True", "reason": "Agent", "message": "it ran"}]
    return Server.model_validate(wire)


@pytest.mark.parametrize("width", [76, 110, 156, 196])
@pytest.mark.parametrize("name", RACK.server_order)
def test_every_line_of_the_page_fits_unless_it_is_one_long_word(name: str, width: int) -> None:
    assert all(width_of(line) <= width for line in build_server_page(RACK, name, NOW, width))


def test_the_page_has_ladder_hardware_conditions_and_classes() -> None:
    text = page(name_of(2))
    for part in ("IDENTITY", "LADDER", "HARDWARE", "CONDITIONS", "CLASSES", "TIMELINE"):
        assert part in text
    for part in (ATOM, "4 cores", "PowerEdge R630", "7QK0002", "● TFTP", "1.0 MiB", "accepted      yes"):
        assert part in text


def test_disks_memory_interfaces_and_conditions_are_listed_when_somebody_has_looked() -> None:
    server = detailed()
    text = page(server.name, rack=Snapshot(servers={server.name: server}))
    for part in ("/dev/nvme0n1 · NVME", "SSD 970", "32 GB", "eno1", "● PXEBooted · True · Agent · it ran"):
        assert part in text
    assert "no agent has looked" not in text
    assert "no agent has looked" in page(name_of(1))


def test_a_server_made_by_hand_has_no_ladder_and_says_so() -> None:
    bare = Server.model_validate({"metadata": {"name": "by-hand"}})
    text = page("by-hand", rack=Snapshot(servers={"by-hand": bare}))
    assert "not been heard on the wire" in text
    assert "Nobody has looked yet." in text


def test_both_boxes_of_one_uuid_are_on_the_page_side_by_side() -> None:
    lines = page(TWINS[0], 110).split("\n")
    assert TWIN_UUID in lines[0]
    [serials] = [line for line in lines if "7QK0005" in line and "7QK0006" in line]
    [macs] = [line for line in lines if mac_of(5) in line and mac_of(6) in line]
    assert serials.index("7QK0005") == macs.index(mac_of(5))
    assert "another server reports the same SMBIOS UUID" in "\n".join(lines)


def test_the_title_keeps_state_and_remark_whole_and_shortens_the_name() -> None:
    title = plain(build_server_title(RACK, TWINS[0], 70))
    assert title.endswith("◌ waiting for acceptance  ≡ duplicate uuid")
    assert title.startswith("00000000-0…00-525400aa0005  ")
    assert plain(build_server_title(RACK, "gone-box", 70)) == "gone-box  gone"


def test_a_server_that_is_gone_says_so() -> None:
    assert page("gone-box") == "gone-box is no longer in the plane."
