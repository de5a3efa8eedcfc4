"""The interpreter against what real iPXE did with the same lines (Debian's build of 2019, under QEMU)."""

from collections.abc import Mapping

import pytest

from boot.simulator.script import End, Interpreter, ScriptError
from boot.simulator.settings import Settings, Value

MAC = Value(bytes.fromhex("525400aa0001"), "hex")
NOT_FOUND, NOT_SET, NOT_EQUAL, NO_COMMAND = "0x2d0c613b", "0x2d02203b", "0x46022001", "0x2e022001"


class Device:
    """A screen, a clock that jumps, and a handful of URLs."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files
        self.shown: list[str] = []
        self.fetched: list[tuple[str, float | None]] = []
        self.slept = 0.0

    async def fetch(self, url: str, seconds: float | None) -> bytes:
        self.fetched.append((url, seconds))
        if url not in self.files:
            raise ScriptError(f"{url}: not found", NOT_FOUND)
        return self.files[url].encode()

    async def configure(self, interface: str) -> None:
        if interface != "net0":
            raise ScriptError("no such interface", "0x2c16203b")

    def show(self, text: str) -> None:
        self.shown.append(text)

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds


async def _run(*lines: str, files: Mapping[str, str] | None = None, lacks: frozenset[str] = frozenset()) -> tuple[End, Device]:
    device = Device(files or {})
    interpreter = Interpreter(device, Settings({"mac": MAC, "net0/mac": MAC, "two": Value(b"a  b")}, {}), lacks)
    return await interpreter.run("\n".join(("#!ipxe", *lines, "")).encode()), device


async def _shown(*lines: str, files: Mapping[str, str] | None = None) -> list[str]:
    return (await _run(*lines, files=files))[1].shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("echo hello", ["hello"]),
        ("echo hello # and a comment", ["hello"]),
        ("echo <${two}>", ["<a  b>"]),
        ("isset ${nothing} || echo none", ["none"]),
        ("isset ${mac} && echo some", ["some"]),
        ("isset ${two} && echo one argument", ["one argument"]),
        ("iseq ${nothing} ${nothing} && echo same", ["same"]),
        ("iseq a b && echo same ||", []),
        ("iseq a a && echo same ||", ["same"]),
        ("iseq a b && echo same || echo other", ["other"]),
        ("iseq a a && echo same || echo other", ["same"]),
        ("iseq a b || iseq b b && echo second", ["second"]),
        ("iseq a b ; echo always", ["always"]),
        ("nonsense || echo unknown", ["unknown"]),
        ("set x 1 && echo ${x}", ["1"]),
        (":label echo behind it", ["behind it"]),
        ("echo one\\\n two", ["one two"]),
        ("echo carriage\r", ["carriage"]),
    ],
)
async def test_commands_depend_on_the_one_before_and_words_are_split_before_they_are_expanded(
    line: str, shown: list[str]
) -> None:
    assert await _shown(line) == shown


@pytest.mark.parametrize(
    ("line", "errno"),
    [
        ("iseq a b", NOT_EQUAL),
        ("isset ${nothing}", NOT_SET),
        ("params", NO_COMMAND),
        ("goto nowhere", "0x2d02803b"),
        ("imgfree nothing", "0x2d0ae03b"),
        ("boot", "0x2d0ae03b"),
        ("dhcp net7", "0x2c16203b"),
        ("iflinkwait --timeout 10 net7", "0x2c16203b"),
        ("sleep 0.5", "0x1c162102"),
        ("sleep", "0x1c162102"),
        ("set", "0x1c162102"),
        ("set x:int32 ab", "0x1c162102"),
        ("iseq a", "0x1c162102"),
        ("isset", "0x1c162102"),
        ("chain --nonsense http://x/a", "0x1c162102"),
        ("chain", "0x1c162102"),
        ("chain http://x/none", NOT_FOUND),
    ],
)
async def test_a_failing_line_ends_the_script_and_leaves_its_number_behind(line: str, errno: str) -> None:
    with pytest.raises(ScriptError) as failure:
        await _run(line, "echo never")
    assert failure.value.errno == errno
    assert await _shown(f"{line} ||", "echo ${errno}") == [errno]


async def test_every_failing_command_leaves_its_own_number_also_the_one_that_looks_at_it() -> None:
    lines = ("chain http://x/none ||", "iseq ${errno} other ||", "echo ${errno}")
    assert await _shown(*lines) == [NOT_EQUAL]


async def test_a_build_may_lack_a_command() -> None:
    with pytest.raises(ScriptError, match="command not found"):
        await _run("iflinkwait net0", lacks=frozenset({"iflinkwait"}))


async def test_counters_count_and_names_nest() -> None:
    lines = ("set idx:int32 0", "echo ${net${idx}/mac}", "inc idx", "isset ${net${idx}/mac} || echo none at ${idx}")
    assert await _shown(*lines) == ["52:54:00:aa:00:01", "none at 1"]
    assert await _shown("inc x", "inc x 3", "echo ${x}", "clear x", "echo <${x}>") == ["4", "<>"]


async def test_goto_leaves_its_line_and_finds_labels_anywhere() -> None:
    lines = (
        "goto there && echo never",
        "echo never",
        ":there",
        "echo here",
        "isset ${once} && exit ||",
        "set once 1",
        "goto there",
    )
    assert await _shown(*lines) == ["here", "here"]


async def test_a_script_that_spins_is_stopped_and_one_that_waits_is_not() -> None:
    with pytest.raises(ScriptError, match="circle"):
        await _run(":again", "goto again")
    end, device = await _run(":again", "sleep 4", "inc n", "iseq ${n} 20000 || goto again")
    assert (end, device.slept) == (End.EXIT, 80_000)


async def test_a_replaced_script_does_not_come_back() -> None:
    end, device = await _run(
        "chain --replace --autofree http://x/next?a=${mac:hexhyp} ||",
        "echo never",
        files={"http://x/next?a=52-54-00-aa-00-01": "#!ipxe\necho next\nexit\n"},
    )
    assert (end, device.shown) == (End.EXIT, ["next"])


@pytest.mark.parametrize(
    ("nested", "shown"),
    [
        ("echo inside\n", ["inside", "went well"]),
        ("echo inside\nexit\necho never\n", ["inside", "went well"]),
        ("echo inside\nexit 1\n", ["inside", "failed with 0x1"]),
        ("echo inside\niseq a b\necho never\n", ["inside", f"failed with {NOT_EQUAL}"]),
        ("goto outer\n:outside\necho never\n", ["failed with 0x2d02803b"]),
        ("chain --replace http://x/last\necho never\n", ["last", "went well"]),
    ],
)
async def test_a_chained_script_comes_back_with_how_it_ended(nested: str, shown: list[str]) -> None:
    files = {"http://x/nested": f"#!ipxe\n{nested}", "http://x/last": "#!ipxe\necho last\n"}
    lines = ("chain http://x/nested && echo went well && exit ||", "echo failed with ${errno}", ":outer")
    assert await _shown(*lines, files=files) == shown


async def test_a_nested_scripts_boot_is_the_end_of_all() -> None:
    files = {"http://x/nested": "#!ipxe\nkernel http://x/k\nboot\n", "http://x/k": "k"}
    end, device = await _run("chain http://x/nested", "echo never", files=files)
    assert (end, device.shown) == (End.BOOT, [])


@pytest.mark.parametrize("content", ["<html>", "", "#!ipxe", "#!/bin/sh\n"])
async def test_what_is_no_script_is_not_run(content: str) -> None:
    with pytest.raises(ScriptError, match="Exec format error"):
        await _run("chain --replace http://x/page", files={"http://x/page": content})
    assert await _shown("chain --replace http://x/page || echo goes on", files={"http://x/page": content}) == ["goes on"]


async def test_a_download_may_have_a_limit_in_milliseconds() -> None:
    _, device = await _run("imgfetch --timeout 2500 http://x/a", "imgfetch -n b http://x/a", files={"http://x/a": "a"})
    assert device.fetched == [("http://x/a", 2.5), ("http://x/a", None)]


async def test_kernel_initrd_and_boot() -> None:
    files = {"http://x/k?a=b": "k", "http://x/i": "i"}
    end, device = await _run("kernel --name vmlinuz http://x/k?a=b x=y", "initrd http://x/i", "boot", files=files)
    assert (end, [url for url, _ in device.fetched]) == (End.BOOT, ["http://x/k?a=b", "http://x/i"])


async def test_images_have_the_names_of_their_files_and_can_be_freed() -> None:
    files = {"http://x/dir/k?a=b": "k"}
    assert (await _run("kernel http://x/dir/k?a=b", "imgfree k", "imgfree k && echo never ||", files=files))[1].shown == []
    with pytest.raises(ScriptError, match="no kernel"):
        await _run("kernel http://x/dir/k?a=b", "imgfree", "boot", files=files)


@pytest.mark.parametrize(
    ("line", "end"), [("exit", End.EXIT), ("reboot", End.REBOOT), ("sanboot --no-describe --drive 0x80 || exit", End.DISK)]
)
async def test_ways_to_leave(line: str, end: End) -> None:
    assert (await _run(line, "echo never"))[0] is end
