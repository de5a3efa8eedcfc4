"""Settings as real iPXE shows and stores them (measured)."""

import pytest

from boot.simulator.hardware import Hardware, Kind
from boot.simulator.settings import Settings, Value, parse_value
from boot.simulator.smbios import build_smbios

BOX = Hardware(
    "52:54:00:aa:00:01",
    "11223344-5566-7788-99aa-bbccddeeff00",
    Kind.UEFI,
    "Maker & Co",
    "Model 1",
    "S1",
    "Intel(R) Corporation",
    "Intel(R) Atom(TM) CPU C3558 @ 2.20GHz",
    speed=2200,
    cores=4,
    threads=4,
    sockets=2,
    processors=1,
)
SETTINGS = Settings({"mac": Value(bytes.fromhex("525400aa0001"), "hex"), "empty": Value(b"")}, build_smbios(BOX))


@pytest.mark.parametrize(
    ("reference", "shown"),
    [
        ("${mac}", "52:54:00:aa:00:01"),
        ("${mac:hexhyp}", "52-54-00-aa-00-01"),
        ("${mac:hexraw}", "525400aa0001"),
        ("${mac:ipv4}", "82.84.0.170"),
        ("${mac:uint8}", ""),
        ("${mac:nosuch}", ""),
        ("${mac:uuid}", ""),
        ("${empty}", ""),
        ("${unknown}", ""),
        ("${smbios/4.16.0}", "Intel(R) Atom(TM) CPU C3558 @ 2.20GHz"),
        ("${smbios/0.4.7.0:uristring}", "Intel%28R%29%20Corporation"),
        ("${smbios/1.4.0:uristring}", "Maker%20%26%20Co"),
        ("${smbios/1.0.2}", "Model 1"),
        ("${smbios/1.0.9}", ""),
        ("${smbios/4.20.2:hexraw}", "9808"),
        ("${smbios/4.20.2:uint16}", "0x9808"),
        ("${smbios/4.1.1:hexraw}", "30"),
        ("${smbios/4.24.1:hexraw}", "41"),
        ("${smbios/4.35.1:hexraw}${smbios/4.37.1:hexraw}", "0404"),
        ("${smbios/4.42.2:hexraw}${smbios/4.46.2:hexraw}", "04000400"),
        ("${smbios/4.99.1:hexraw}", ""),
        ("${smbios/4.99.0}", ""),
        ("${smbios/1.8.16:hexraw}", "443322116655887799aabbccddeeff00"),
        ("${smbios/1.4.24.1:hexraw}", "00"),
        ("${smbios/1.4.16.0}", ""),
        ("${smbios/2.4.16.0}", ""),
        ("${smbios/17.16.0}", ""),
    ],
)
def test_values_are_shown_as_ipxe_shows_them(reference: str, shown: str) -> None:
    assert SETTINGS.expand(reference) == shown


@pytest.mark.parametrize(
    ("kind", "text", "reference", "shown"),
    [
        ("uint16", "300", "${x}", "0x12c"),
        ("uint16", "300", "${x:int32}", "300"),
        ("uint16", "300", "${x:hex}", "01:2c"),
        ("uint16", "300", "${x:uristring}", "%01%2C"),
        ("int32", "-5", "${x}", "-5"),
        ("int32", "-5", "${x:uint32}", "0xfffffffb"),
        ("uint8", "255", "${x}", "0xff"),
        ("uint8", "255", "${x:int8}", "-1"),
        ("uint32", "0x2d0c613b", "${x}", "0x2d0c613b"),
        ("hex", "1b", "${x:string}", "\x1b"),
        ("hexhyp", "01-02", "${x}", "01-02"),
        ("uristring", "%41 b", "${x:string}", "A b"),
        ("ipv4", "10.0.2.15", "${x}", "10.0.2.15"),
        ("uuid", "11223344-5566-7788-99aa-bbccddeeff00", "${x}", "11223344-5566-7788-99aa-bbccddeeff00"),
        ("", "plain", "${x}", "plain"),
    ],
)
def test_values_are_stored_by_their_type(kind: str, text: str, reference: str, shown: str) -> None:
    assert Settings({"x": parse_value(text, kind)}, {}).expand(reference) == shown


@pytest.mark.parametrize(("kind", "text"), [("int32", "ab"), ("ipv4", "10.0.2"), ("hex", "0g"), ("nosuch", "1"), ("uuid", "1")])
def test_text_that_is_none_of_its_type_is_refused(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_value(text, kind)


def test_names_nest_innermost_first() -> None:
    settings = Settings({"idx": parse_value("0", "int32"), "net0/mac": Value(b"\x52", "hex")}, {})
    assert settings.expand("<${net${idx}/mac}>") == "<52>"
