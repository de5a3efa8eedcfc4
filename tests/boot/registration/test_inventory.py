"""SMBIOS reports as iPXE sends them: sound ones, short structures, placeholders and garbage."""

import pytest

from boot.errors import PacketError
from boot.registration.inventory import parse_number, parse_processor, parse_system, parse_text, socket_exists
from boot.resources.metal import Processor, SystemInformation

UUID = "11223344-5566-7788-99aa-bbccddeeff00"
SYSTEM = {
    "uuid": UUID, "mac": "52-54-00-aa-00-01", "hostname": "", "1.1": "1b", "1.4": "ACME Inc", "1.5": "Box 9",
    "1.6": "v1", "1.7": "SER42", "1.25": "SKU9", "1.26": "FAM",
}  # fmt: skip
# As QEMU 7.2 and Debian 12's iPXE reported it; the structure is 2a bytes long, so 4.42 and 4.46 are what lies behind it.
PROCESSOR = {
    "4.1": "2a", "4.7": "Intel", "4.16": "Atom C3558 @ 2.20GHz", "4.20": "9808", "4.24": "41", "4.32": "CPUSER",
    "4.35": "02", "4.37": "02", "4.42": "0000", "4.46": "0a00",
}  # fmt: skip


def test_a_captured_system_report_becomes_the_system() -> None:
    report = parse_system(SYSTEM, "192.168.1.5")
    assert report.system == SystemInformation(
        uuid=UUID, manufacturer="ACME Inc", product_name="Box 9", version="v1", serial_number="SER42",
        sku_number="SKU9", family="FAM",
    )  # fmt: skip
    assert (report.reported.mac, report.reported.uuid, report.reported.serial) == ("52:54:00:aa:00:01", UUID, "SER42")


def test_the_hostname_is_ipxes_or_else_the_address() -> None:
    assert parse_system(SYSTEM | {"hostname": "pxe-01"}, "192.168.1.5").hostname == "pxe-01"
    assert parse_system(SYSTEM, "192.168.1.5").hostname == "192.168.1.5"


def test_fields_behind_the_structures_end_are_garbage() -> None:
    system = parse_system(SYSTEM | {"1.1": "19"}, "").system
    assert (system.serial_number, system.sku_number, system.family) == ("SER42", "", "")


def test_a_report_without_structure_is_an_empty_system() -> None:
    assert parse_system({"mac": SYSTEM["mac"]}, "").system == SystemInformation(
        uuid="", manufacturer="", product_name="", version="", serial_number="", sku_number="", family=""
    )


def test_the_uuid_is_kept_as_reported_even_where_it_is_none() -> None:
    report = parse_system(SYSTEM | {"uuid": "Not Settable"}, "")
    assert (report.system.uuid, report.reported.uuid) == ("not settable", "")


def test_a_report_without_mac_is_refused() -> None:
    with pytest.raises(PacketError, match="no valid MAC address"):
        parse_system({"uuid": UUID}, "")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Supermicro", "Supermicro"),
        ("  PowerEdge   R640 ", "PowerEdge R640"),
        ("To be filled by O.E.M.", ""),
        ("Default string", ""),
        ("DEFAULT STRING ", ""),
        ("Not Specified", ""),
        ("System Serial Number", ""),
        ("0123456789", ""),
        ("None", ""),
        ("abc\0\x01\x02", "abc"),
        ("a\x1b[31mb", "a [31mb"),
        ("a\udcffb", "a b"),
        ("x" * 5000, "x" * 128),
    ],
)
def test_texts_are_cleaned_and_placeholders_are_empty(text: str, clean: str) -> None:
    assert parse_text(text) == clean


@pytest.mark.parametrize(("text", "number"), [("9808", 2200), ("d007", 2000), ("", None), ("9", None), ("zz", None)])
def test_numbers_are_little_endian(text: str, number: int | None) -> None:
    assert parse_number(text) == number


def test_a_captured_processor_report_becomes_the_processor() -> None:
    assert parse_processor(PROCESSOR) == Processor(
        manufacturer="Intel", product_name="Atom C3558 @ 2.20GHz", serial_number="CPUSER", speed=2200, core_count=2,
        thread_count=2,
    )  # fmt: skip


def test_more_than_255_threads_are_read_from_the_word() -> None:
    report = PROCESSOR | {"4.1": "30", "4.35": "80", "4.37": "ff", "4.42": "8000", "4.46": "0001"}
    processor = parse_processor(report)
    assert processor is not None
    assert (processor.core_count, processor.thread_count) == (128, 256)


def test_an_unknown_word_leaves_the_byte() -> None:
    processor = parse_processor(PROCESSOR | {"4.1": "30", "4.35": "ff", "4.42": "ffff"})
    assert processor is not None
    assert processor.core_count == 255


def test_a_structure_too_short_for_counts_has_none() -> None:
    processor = parse_processor(PROCESSOR | {"4.1": "20"})
    assert processor is not None
    assert (processor.core_count, processor.thread_count, processor.serial_number) == (0, 0, "")


def test_an_empty_socket_exists_and_holds_no_processor() -> None:
    empty = PROCESSOR | {"4.24": "00"}
    assert socket_exists(empty)
    assert parse_processor(empty) is None


def test_a_socket_past_the_last_does_not_exist() -> None:
    absent = dict.fromkeys(PROCESSOR, "")
    assert not socket_exists(absent)
    assert parse_processor(absent) is None
