"""DATA packets made ahead: a rack that powers on asks for one file at one block size, so its packets are made once.

They lie back to back, as the kernel wants them for segmentation offload: a whole window is one slice of a stretch.
"""

from collections import OrderedDict
from collections.abc import Hashable
from typing import NamedTuple

from boot.tftp.files import Content
from boot.tftp.packets import encode_data

STRETCH = 128
"""Blocks made at once: 184 KiB at the largest block size."""
STRETCHES_KEPT = 64
"""Beyond those that transfers hold: at most 12 MiB."""
HEADER = 4


class Burst(NamedTuple):
    """Datagrams back to back: each `segment` bytes long, the last may be shorter."""

    packets: bytes | memoryview
    segment: int


class StretchCache:
    """Shared by all transfers of a server."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, memoryview] = OrderedDict()

    def get(self, key: Hashable) -> memoryview | None:
        return self._kept.get(key)

    def put(self, key: Hashable, stretch: memoryview) -> None:
        self._kept[key] = stretch
        if len(self._kept) > STRETCHES_KEPT:
            self._kept.popitem(last=False)


class Blocks:
    """The packets of one file for one client. Blocks count from 1 to `last` without end; the wire has them modulo 65536."""

    def __init__(self, content: Content, block_size: int, cache: StretchCache) -> None:
        self.last = content.size // block_size + 1
        self._content = content
        self._block_size = block_size
        self._segment = block_size + HEADER
        self._cache = cache
        self._number = -1
        self._stretch = memoryview(b"")

    def bursts(self, first: int, last: int) -> list[Burst]:
        """Blocks `first` to `last`, one burst for each stretch they lie in."""
        bursts = []
        while first <= last:
            number, position = divmod(first - 1, STRETCH)
            if number != self._number:
                self._stretch, self._number = self._load(number), number
            count = min(last - first + 1, STRETCH - position)
            start = position * self._segment
            bursts.append(Burst(self._stretch[start : start + count * self._segment], self._segment))
            first += count
        return bursts

    def _load(self, number: int) -> memoryview:
        key = (self._content.identity, self._block_size, number)
        stretch = self._cache.get(key)
        if stretch is None:
            stretch = memoryview(self._make(number))
            self._cache.put(key, stretch)
        return stretch

    def _make(self, number: int) -> bytes:
        size, first = self._block_size, number * STRETCH + 1
        data = self._content.read((first - 1) * size, STRETCH * size)
        count = min(STRETCH, self.last - first + 1)
        return b"".join(encode_data(first + n, data[n * size : (n + 1) * size]) for n in range(count))
