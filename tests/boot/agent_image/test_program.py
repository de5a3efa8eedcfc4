"""The agent's own scripts, run by the busybox they are made for."""

import json
import shutil
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.boot.agent_image.busybox import MARKS, run_script

pytestmark = MARKS

PARSE = 'awk -f "$AGENT/json.awk"'
PROBE = '. "$AGENT/json.sh"; . "$AGENT/signatures.sh"; find_signatures "$1" "$2" "$3"'
REFUSE = '. "$AGENT/json.sh"; . "$AGENT/wiping.sh"; refuse_disk "$@"'
MIB = 1 << 20


def test_an_answer_becomes_one_line_a_value_whatever_fields_it_has() -> None:
    answer = {"action": "wipe", "new": {"deep": [1, {"x": 'a"\\b'}]}, "disks": [{"serial": "S1", "wwid": None}], "empty": []}
    assert run_script(PARSE, stdin=json.dumps(answer).encode()).splitlines() == [
        "action\twipe",
        "new.deep.0\t1",
        'new.deep.1.x\ta"\\b',
        "disks.0.serial\tS1",
        "disks.0.wwid\t",
    ]


@pytest.mark.parametrize("text", ["", "{", '{"a":1', '{"a":1}}', '{"a" 1}', "[1,]", "<html>", '{"action":"wipe', "{action:wipe}"])
def test_what_is_not_json_is_not_half_read(text: str) -> None:
    with pytest.raises(subprocess.CalledProcessError) as raised:
        run_script(PARSE, stdin=text.encode())
    assert raised.value.stdout == b""


@pytest.mark.parametrize("text", ['say "x" \\ y', "  spaces  ", "tab\tnew\nline", "ümlaut"])
def test_text_is_sent_as_printable_ascii(text: str) -> None:
    sent = json.loads(run_script('. "$AGENT/json.sh"; quoted "$1"', text))
    assert sent == "".join(char if " " <= char <= "~" else " " for char in text.replace("ü", "  ")).strip()


ORDER = {
    "action": "wipe",
    "disks": [
        {"deviceName": "/dev/sda", "serial": "S1", "wwid": "naa.1", "action": "wipe", "method": "full"},
        {"deviceName": "/dev/sdb", "serial": "", "action": "keep"},
    ],
}


def test_an_order_is_read_disk_by_disk() -> None:
    script = f'. "$AGENT/wiping.sh"; {PARSE} | order_disks'
    assert run_script(script, stdin=json.dumps(ORDER).encode()).splitlines() == [
        "/dev/sda\tS1\tnaa.1\twipe\tfull",
        "/dev/sdb\t-\t-\tkeep\t-",
    ]


SEEN = "/dev/sda 1000 {read_only} {removable} 1 sata {serial} {wwid} Model -"
REFUSALS = [
    ("wipe", "fast", 0, SEEN, ""),
    ("wipe", "full", 1, SEEN, ""),
    ("keep", "-", 0, "", ""),
    ("wipe", "fast", 0, "", "is not here"),
    ("wipe", "quick", 0, SEEN, 'order "wipe quick" is not known'),
    ("erase", "fast", 0, SEEN, 'order "erase fast" is not known'),
    ("-", "-", 0, SEEN, 'order "- -" is not known'),
    ("wipe", "fast", 0, SEEN.replace("{serial}", "S9"), "the order means serial S1 wwid naa.1, here is serial S9 wwid naa.1"),
    ("wipe", "fast", 0, SEEN.replace("{wwid}", "-"), "the order means serial S1 wwid naa.1, here is serial S1 wwid -"),
    ("wipe", "fast", 0, SEEN.replace("{read_only}", "1"), "is read-only"),
    ("wipe", "fast", 0, SEEN.replace("{read_only}", "-"), "is read-only"),
    ("wipe", "fast", 0, SEEN.replace("{removable}", "1"), "is removable"),
]


@pytest.mark.parametrize(("action", "method", "nameless", "seen", "refusal"), REFUSALS)
def test_a_disk_is_written_only_where_order_and_disk_agree(
    action: str, method: str, nameless: int, seen: str, refusal: str
) -> None:
    line = seen.format(read_only=0, removable=0, serial="S1", wwid="naa.1").replace(" ", "\t")
    arguments = ("/dev/sda", "S1", "naa.1", action, method, str(nameless), line)
    assert run_script(REFUSE, *arguments).strip() == refusal


@pytest.mark.parametrize(("nameless", "refused"), [(0, False), (1, True)])
def test_disks_that_only_their_names_tell_apart_are_not_wiped_beside_one_to_be_kept(nameless: int, *, refused: bool) -> None:
    line = SEEN.format(read_only=0, removable=0, serial="-", wwid="-").replace(" ", "\t")
    told = run_script(REFUSE, "/dev/sda", "-", "-", "wipe", "fast", str(nameless), line)
    assert ("they cannot be told apart" in told) is refused


USERS = """ID  Name\t     Callin  Link Auth\tIPMI Msg   Channel Priv Limit
1                    false   false      true       ADMINISTRATOR
2   admin            true    false      true       ADMINISTRATOR
3                    true    false      false      NO ACCESS
4   {fourth}           true    false      true       ADMINISTRATOR
"""


@pytest.mark.parametrize(("fourth", "slot"), [("sidero", "4"), ("backup", "3")])
def test_a_bmc_user_takes_its_own_slot_again_or_the_first_free_one(fourth: str, slot: str) -> None:
    assert run_script('. "$AGENT/bmc.sh"; find_slot', stdin=USERS.format(fourth=fourth).encode()).strip() == slot


def _structure(kind: int, body: bytes, *strings: str) -> bytes:
    tail = b"".join(text.encode() + b"\0" for text in strings) + b"\0" if strings else b"\0\0"
    return bytes((kind, len(body) + 4, 0, 0)) + body + tail


def _module(size: int, extended: int = 0) -> bytes:
    body = bytearray(0x24)
    struct.pack_into("<H", body, 12 - 4, size)
    body[18 - 4] = 0x1A
    struct.pack_into("<HBB", body, 21 - 4, 2400, 1, 2)
    body[26 - 4] = 3
    struct.pack_into("<I", body, 28 - 4, extended)
    return _structure(17, bytes(body), "Kingston", "M1", "KVR ")


def _processor(status: int, cores: int, wide: int = 0) -> bytes:
    body = bytearray(0x2C)
    body[7 - 4], body[16 - 4], body[24 - 4], body[35 - 4], body[37 - 4] = 1, 2, status, cores, 8
    struct.pack_into("<H", body, 22 - 4, 2200)
    struct.pack_into("<H", body, 42 - 4, wide)
    return _structure(4, bytes(body), "Intel", "Xeon")


def _board(*structures: bytes) -> dict[str, dict[str, object]]:
    script = 'od -An -v -tu1 | awk -v uuid=u -f "$AGENT/smbios.awk"'
    table = b"".join(structures) + _structure(127, b"")
    read: dict[str, dict[str, object]] = json.loads("{" + run_script(script, stdin=table) + "}")
    return read


def test_system_processors_and_memory_are_read_from_smbios() -> None:
    system = _structure(1, bytes((1, 2, 0, 3)) + bytes(17) + bytes((4, 5)), "ACME", "Box", "S1", "SKU", "Fam")
    board = _board(system, _processor(0x41, 4), _processor(0, 4), _module(8192), _module(0))
    assert board["system"] == {
        "manufacturer": "ACME",
        "productName": "Box",
        "version": "",
        "serialNumber": "S1",
        "skuNumber": "SKU",
        "family": "Fam",
        "uuid": "u",
    }
    processor = {
        "manufacturer": "Intel",
        "productName": "Xeon",
        "serialNumber": "",
        "speed": 2200,
        "coreCount": 4,
        "threadCount": 8,
    }
    assert board["compute"] == {"totalCoreCount": 4, "totalThreadCount": 8, "processorCount": 1, "processors": [processor]}
    module = {"manufacturer": "Kingston", "productName": "KVR", "serialNumber": "M1", "type": "DDR4", "size": 8192, "speed": 2400}
    assert board["memory"] == {"totalSize": 8192, "moduleCount": 1, "modules": [module]}


def test_large_counts_and_sizes_are_in_the_wide_fields() -> None:
    board = _board(_processor(0x41, 255, 300), _module(0x7FFF, 65536), _module(0xFFFF))
    assert (board["compute"]["totalCoreCount"], board["memory"]["totalSize"]) == (300, 65536)


def test_a_table_that_ends_early_ends_the_reading() -> None:
    assert _board(_processor(0x41, 4), b"\x11\x28\x00")["memory"]["moduleCount"] == 0


FORMATS = [
    (["mkfs.ext4", "-q", "-L", "data"], "e2fsprogs", ["filesystem", "ext4", "data"]),
    (["mkfs.ext3", "-q"], "e2fsprogs", ["filesystem", "ext3", ""]),
    (["mkfs.ext2", "-q"], "e2fsprogs", ["filesystem", "ext2", ""]),
    (["mkfs.xfs", "-q", "-L", "data"], "xfsprogs", ["filesystem", "xfs", "data"]),
    (["mkfs.btrfs", "-q", "-L", "data"], "btrfs-progs", ["filesystem", "btrfs", "data"]),
    (["mkfs.vfat", "-n", "DATA"], "dosfstools", ["filesystem", "vfat", "DATA"]),
    (["mkswap", "-q"], "util-linux", ["swap", "swap", ""]),
]


@pytest.mark.parametrize(("command", "package", "expected"), FORMATS, ids=[row[0][0] for row in FORMATS])
def test_what_a_real_tool_made_is_found_wherever_its_partition_begins(
    command: Sequence[str], package: str, expected: Sequence[str], tmp_path: Path
) -> None:
    program = shutil.which(command[0], path="/usr/sbin:/usr/bin:/sbin:/bin")
    if program is None:
        pytest.skip(f"wants {command[0]} (apt install {package})")
    image, disk = tmp_path / "image", tmp_path / "disk"
    with image.open("wb") as file:
        file.truncate(320 * MIB)
    subprocess.run([program, *command[1:], image], check=True, capture_output=True)
    subprocess.run(["dd", f"if={image}", f"of={disk}", "bs=1M", "seek=3", "conv=sparse"], check=True, capture_output=True)
    whole, shifted = (_probe(*area) for area in ((image, 0, 320 * MIB), (disk, 3 * MIB, 320 * MIB)))
    assert whole[0][1:] == shifted[0][1:] == list(expected)
    assert [int(row[0]) + 3 * MIB for row in whole] == [int(row[0]) for row in shifted]


MAGICS = [
    (512, b"EFI PART", "partition-table", "gpt"),
    (-512, b"EFI PART", "partition-table", "gpt"),
    (0, b"LUKS\xba\xbe", "encryption", "luks"),
    (512, b"LABELONE", "lvm", "lvm2"),
    (4096, bytes.fromhex("fc4e2ba9"), "raid", "mdraid-1.2"),
    (-8192, bytes.fromhex("fc4e2ba9"), "raid", "mdraid-1.0"),
    (-65536, bytes.fromhex("fc4e2ba9"), "raid", "mdraid-0.90"),
    (16408, b"version", "zfs", "zfs_member"),
    (-512 * 1024 + 16408, b"version", "zfs", "zfs_member"),
    (3, b"NTFS    ", "filesystem", "ntfs"),
    (32769, b"CD001", "filesystem", "iso9660"),
    (0, b"bluestore block device\n", "ceph", "bluestore"),
]


@pytest.mark.parametrize(("offset", "magic", "kind", "name"), MAGICS, ids=[f"{row[3]} at {row[0]}" for row in MAGICS])
def test_the_mark_of_a_format_is_found_at_its_place(offset: int, magic: bytes, kind: str, name: str, tmp_path: Path) -> None:
    """Also past 4 GiB: the disk is 3 TiB of nothing but this."""
    size = 3 << 40
    with (tmp_path / "disk").open("wb") as file:
        file.truncate(size)
        file.seek(offset % size)
        file.write(magic)
    (found,) = _probe(tmp_path / "disk", 0, size)
    assert (int(found[0]), *found[1:3]) == (offset % size, kind, name)


def test_a_dos_partition_table_is_told_from_a_boot_sector(tmp_path: Path) -> None:
    entry = bytes((0x80, 0, 0, 0, 0x83)) + bytes(11)
    sector = bytes(446) + entry + bytes(48) + b"\x55\xaa"
    for name, content, expected in (("table", sector, 1), ("code", b"\xeb" * 510 + b"\x55\xaa", 0), ("nothing", bytes(512), 0)):
        (tmp_path / name).write_bytes(content + bytes(MIB))
        assert len(_probe(tmp_path / name, 0, MIB)) == expected


def _probe(disk: Path, start: int, size: int) -> list[list[str]]:
    return [line.split("\t") for line in run_script(PROBE, str(disk), str(start), str(size)).splitlines()]
