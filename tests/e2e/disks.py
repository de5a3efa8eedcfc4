"""Disk images with what real tools put on them, and what real tools see of it afterwards."""

import json
import subprocess
from pathlib import Path

MIB = 1 << 20
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
EDGE = 16 * MIB
"""What a fast wipe zeroes at both ends."""
_SYSTEM_START, _SWAP_START = 1 * MIB, 65 * MIB


def make_system_disk(image: Path, size: int = 160 * MIB) -> Path:
    """A GPT with an ext4 filesystem and swap in its partitions."""
    _truncate(image, size)
    _run("mkfs.ext4", "-q", "-F", "-L", "root", "-E", f"offset={_SYSTEM_START}", str(image), "64M")
    swap = image.with_suffix(".swap")
    _truncate(swap, 32 * MIB)
    _run("mkswap", str(swap))
    with image.open("r+b") as disk:
        disk.seek(_SWAP_START)
        disk.write(swap.read_bytes())
    table = (
        f"label: gpt\nstart={_SYSTEM_START // 512}, size=64MiB, type=linux\nstart={_SWAP_START // 512}, size=32MiB, type=swap\n"
    )
    _run("sfdisk", "-q", "--no-tell-kernel", "--wipe", "never", "--wipe-partitions", "never", str(image), stdin=table)
    return image


def make_data_disk(image: Path, size: int = 96 * MIB) -> Path:
    """An ext4 filesystem on the whole disk, with files in it."""
    _truncate(image, size)
    _run("mkfs.ext4", "-q", "-F", "-L", "data", "-d", str(Path(__file__).parent), str(image))
    return image


def list_signatures(image: Path) -> set[str]:
    """What wipefs finds on the disk and blkid at the places where make_system_disk has its partitions."""
    found = json.loads(_run("wipefs", "--json", str(image)) or "{}")
    whole = {entry["type"] for entry in found.get("signatures", ())}
    return whole | {name for start in (_SYSTEM_START, _SWAP_START) if (name := _probe(image, start))}


def edges_are_zero(image: Path) -> bool:
    """Whether both ends hold zeros and nothing else."""
    with image.open("rb") as file:
        head = file.read(EDGE)
        file.seek(-EDGE, 2)
        return not any(head) and not any(file.read(EDGE))


def is_zero(image: Path) -> bool:
    """Whether there is nothing on it at all."""
    with image.open("rb") as file:
        return all(not any(chunk) for chunk in iter(lambda: file.read(MIB), b""))


def _probe(image: Path, start: int) -> str:
    command = ["blkid", "-p", "-O", str(start), "-o", "value", "-s", "TYPE", str(image)]
    # blkid says with 2 that it found nothing.
    return subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": PATH}).stdout.strip()


def _truncate(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


def _run(*command: str, stdin: str = "") -> str:
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, env={"PATH": PATH})
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout
