"""The archive is what a foreign cpio and gunzip make of it, and the same bytes each time."""

import gzip
import io
import shutil
import subprocess

import pytest

from boot.agent_image.archive import (
    build_character_device,
    build_directory,
    build_file,
    build_link,
    compress,
    encode_archive,
)

ENTRIES = [
    build_file("init", b"#!/bin/sh\n", executable=True),
    build_file("lib/modules/6.1/a.ko", b"\x7fELF" + bytes(5)),
    build_link("bin/sh", "/bin/busybox"),
    build_character_device("dev/console", 5, 1),
    build_directory("run"),
]


@pytest.mark.interop
@pytest.mark.skipif(not shutil.which("cpio"), reason="wants cpio (apt install cpio)")
def test_cpio_lists_every_kind_of_file_and_the_directories_between() -> None:
    listed = subprocess.run(["cpio", "-tvn"], input=encode_archive(ENTRIES), capture_output=True, check=True)
    rows = [line.split() for line in listed.stdout.decode().splitlines()]
    assert {(row[0], " ".join(row[8:] if row[0][0] != "c" else row[9:])) for row in rows} == {
        ("drwxr-xr-x", "bin"),
        ("lrwxrwxrwx", "bin/sh -> /bin/busybox"),
        ("drwxr-xr-x", "dev"),
        ("crw-------", "dev/console"),
        ("-rwxr-xr-x", "init"),
        ("drwxr-xr-x", "lib"),
        ("drwxr-xr-x", "lib/modules"),
        ("drwxr-xr-x", "lib/modules/6.1"),
        ("-rw-r--r--", "lib/modules/6.1/a.ko"),
        ("drwxr-xr-x", "run"),
    }


def test_a_directory_comes_before_what_is_in_it() -> None:
    archive = encode_archive(ENTRIES)
    assert archive.index(b"lib/modules/6.1\0") < archive.index(b"lib/modules/6.1/a.ko\0")


def test_the_order_of_the_entries_does_not_matter() -> None:
    assert encode_archive(ENTRIES) == encode_archive(ENTRIES[::-1])


def test_of_two_entries_for_one_path_the_later_counts() -> None:
    archive = encode_archive([*ENTRIES, build_file("init", b"second")])
    assert b"second" in archive
    assert b"#!/bin/sh" not in archive


def test_compressed_it_is_gzip_without_a_time() -> None:
    packed = compress(b"x" * 100_000)
    with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
        assert file.read() == b"x" * 100_000
        assert file.mtime == 0
