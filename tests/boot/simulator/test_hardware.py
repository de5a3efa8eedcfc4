from collections import Counter

from boot.simulator.hardware import Kind, build_rack
from boot.simulator.smbios import build_smbios


def test_the_rack_is_mixed_and_every_mac_is_its_own() -> None:
    rack = build_rack(600)
    assert len({box.mac for box in rack}) == 600
    assert {box.kind for box in rack[:6]} == set(Kind)
    assert [box.mac for box in rack if box.mac == "d0:50:99:d3:33:60"] == [rack[3].mac]


def test_one_box_of_six_has_a_blank_uuid_and_two_share_theirs_with_nobody_else() -> None:
    times = Counter(box.uuid for box in build_rack(60))
    assert times.pop("00000000-0000-0000-0000-000000000000") == 10
    assert Counter(times.values()) == {1: 30, 2: 10}
    one, other = build_rack(6)[4:]
    assert (one.uuid, one.serial, other.serial) == (other.uuid, "", "")


def test_a_socket_without_a_processor_is_in_the_tables_and_empty() -> None:
    both, one = build_rack(8)[1], build_rack(8)[7]
    assert (both.processors, one.processors) == (2, 1)
    for box in (both, one):
        populated = [structure.read(24, 1) for structure in build_smbios(box)[4]]
        assert populated == [b"\x41", b"\x41" if box is both else b"\0"]


def test_more_cores_than_a_byte_holds_are_in_the_wide_field() -> None:
    (processor,) = build_smbios(build_rack(3)[2])[4]
    assert (processor.read(35, 1), processor.read(42, 2)) == (b"\x40", b"\x40\0")
