"""The interpreter against iPXE's own rules (measured on builds of 2019 and 2025)."""

from collections.abc import Mapping

import pytest

from boot.errors import SideroError
from boot.simulator.hardware import Hardware, Kind, build_rack, build_smbios
from boot.simulator.script import End, FetchError, Interpreter, ScriptError
from boot.simulator.settings import Settings, Value

BOX = Hardware(
    "52:54:00:aa:00:01",
    "11223344-5566-7788-99aa-bbccddeeff00",
    Kind.UEFI,
    "Maker & Co",
    "Model 1",
    "S1",
    "Intel(R) Corporation",
    "Intel(R) Atom(TM) CPU C3558 @ 2.20GHz",
    2200,
    4,
    4,
)


class Device:
    """A screen, a clock that jumps, and a handful of URLs."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files
        self.shown: list[str] = []
        self.fetched: list[str] = []
        self.slept = 0.0

    async def fetch(self, url: str) -> bytes:
        self.fetched.append(url)
        if url not in self.files:
            raise FetchError(f"{url}: not found", "0x2d0c613b")
        return self.files[url].encode()

    async def configure(self, interface: str) -> None:
        if interface != "net0":
            raise FetchError("no such interface", "0x1")

    def show(self, text: str) -> None:
        self.shown.append(text)

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds


async def _run(*lines: str, files: Mapping[str, str] | None = None) -> tuple[End, Device]:
    device = Device(files or {})
    values = {"mac": Value(bytes.fromhex("525400aa0001"), "hex"), "net0/mac": Value(bytes.fromhex("525400aa0001"), "hex")}
    interpreter = Interpreter(device, Settings(values, build_smbios(BOX)))
    return await interpreter.run("\n".join(("#!ipxe", *lines, "")).encode()), device


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("echo hello", ["hello"]),
        ("isset ${nothing} || echo none", ["none"]),
        ("isset ${mac} && echo some", ["some"]),
        ("iseq a b && echo same ||", []),
        ("iseq a a && echo same ||", ["same"]),
        ("iseq a b || iseq b b && echo second", ["second"]),
        ("nonsense || echo unknown", ["unknown"]),
    ],
)
async def test_commands_depend_on_the_one_before(line: str, shown: list[str]) -> None:
    _, device = await _run(line)
    assert device.shown == shown


async def test_a_failing_line_ends_the_script_unless_something_follows() -> None:
    with pytest.raises(ScriptError):
        await _run("iseq a b", "echo never")
    with pytest.raises(ScriptError, match="command not found"):
        await _run("params")


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ("${mac}", "52:54:00:aa:00:01"),
        ("${mac:hexhyp}", "52-54-00-aa-00-01"),
        ("${mac:hexraw}", "525400aa0001"),
        ("${smbios/4.16.0}", "Intel(R) Atom(TM) CPU C3558 @ 2.20GHz"),
        ("${smbios/0.4.7.0:uristring}", "Intel%28R%29%20Corporation"),
        ("${smbios/1.4.7.0}", ""),
        ("${smbios/1.4.0:uristring}", "Maker%20%26%20Co"),
        ("${smbios/4.20.2:hexraw}", "9808"),
        ("${smbios/4.20.2:uint16}", "0x9808"),
        ("${smbios/4.1.1:hexraw}", "30"),
        ("${smbios/4.99.1:hexraw}", ""),
        ("${smbios/1.8.16:hexraw}", "443322116655887799aabbccddeeff00"),
        ("${unknown}", ""),
    ],
)
async def test_settings_expand_as_ipxe_expands_them(reference: str, value: str) -> None:
    _, device = await _run(f"echo <{reference}>")
    assert device.shown == [f"<{value}>"]


async def test_expansion_nests_and_counters_count() -> None:
    _, device = await _run("set idx:int32 0", "echo ${net${idx}/mac}", "inc idx", "isset ${net${idx}/mac} || echo none at ${idx}")
    assert device.shown == ["52:54:00:aa:00:01", "none at 1"]


async def test_goto_and_labels() -> None:
    _, device = await _run("goto there", "echo skipped", ":there", "echo here")
    assert device.shown == ["here"]
    with pytest.raises(ScriptError, match="no such label"):
        await _run("goto nowhere")


async def test_a_replaced_script_does_not_come_back() -> None:
    end, device = await _run(
        "chain --replace --autofree http://x/next?a=${mac:hexhyp} ||",
        "echo never",
        files={"http://x/next?a=52-54-00-aa-00-01": "#!ipxe\necho next\nexit\n"},
    )
    assert (end, device.shown) == (End.EXIT, ["next"])


async def test_a_failed_fetch_leaves_its_number_behind() -> None:
    _, device = await _run("chain --replace http://x/none || echo ${errno}", "iseq ${errno} 0x2d0c613b && exit ||", "echo never")
    assert device.shown == ["0x2d0c613b"]


async def test_what_is_no_script_is_not_run() -> None:
    with pytest.raises(ScriptError, match="Exec format error"):
        await _run("chain --replace http://x/page", files={"http://x/page": "<html>"})


async def test_kernel_initrd_and_boot() -> None:
    end, device = await _run(
        "kernel --name vmlinuz http://x/k a=b", "initrd --name i http://x/i", "boot", files={"http://x/k": "k", "http://x/i": "i"}
    )
    assert (end, device.fetched) == (End.BOOT, ["http://x/k", "http://x/i"])
    with pytest.raises(SideroError):
        await _run("boot")


@pytest.mark.parametrize(
    ("line", "end"), [("exit", End.EXIT), ("reboot", End.REBOOT), ("sanboot --no-describe --drive 0x80 || exit", End.DISK)]
)
async def test_ways_to_leave(line: str, end: End) -> None:
    assert (await _run(line))[0] is end


def test_the_rack_is_mixed_and_every_mac_is_its_own() -> None:
    rack = build_rack(600)
    assert len({box.mac for box in rack}) == 600
    assert {box.kind for box in rack[:6]} == set(Kind)
    assert rack[3].uuid == "00000000-0000-0000-0000-000000000000"
    assert rack[4].uuid == rack[5].uuid
