"""What a transfer reads from: bytes in memory or an open file, by offset."""

import os
import stat
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TftpFile:
    """An entry of the virtual file table: the name to show, and where the bytes are."""

    name: str
    content: bytes | Path


class Content(Protocol):
    """`size` in bytes; `read` returns fewer bytes than asked at the end only. Equal `identity` means equal bytes."""

    @property
    def size(self) -> int: ...

    @property
    def identity(self) -> Hashable: ...

    def read(self, offset: int, length: int) -> bytes: ...

    def close(self) -> None: ...


class MemoryContent:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)
        self.identity: Hashable = data

    def read(self, offset: int, length: int) -> bytes:
        return self._data[offset : offset + length]

    def close(self) -> None:
        pass


class FileContent:
    """Positioned reads of a local file: boot files are small and stay in the page cache, so no read waits on a disk."""

    def __init__(self, path: Path) -> None:
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError(f"{path} is not a regular file")  # a named pipe would be waited for by open
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        about = os.fstat(self._descriptor)
        self.size = about.st_size
        self.identity: Hashable = (about.st_dev, about.st_ino, about.st_mtime_ns, about.st_size)

    def read(self, offset: int, length: int) -> bytes:
        return os.pread(self._descriptor, length, offset)

    def close(self) -> None:
        os.close(self._descriptor)


def open_content(file: TftpFile) -> Content:
    """OSError when the path cannot be opened."""
    return MemoryContent(file.content) if isinstance(file.content, bytes) else FileContent(file.content)
