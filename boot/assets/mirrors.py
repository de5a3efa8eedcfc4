"""Where else an asset may be had: the Environment's annotation names mirrors, its shape stays Sidero's. Pure."""

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

MIRRORS = "boot.sidero-tui.dev/mirrors"
"""URLs (http, https, file) apart by blanks, nearest first. One that ends in / is a directory that holds files of the same
names; any other is one file, and stands in for the asset whose name it ends in."""


def list_sources(url: str, mirrors: str) -> tuple[str, ...]:
    """The mirrors of `url` in their order, then `url` itself."""
    name = file_name(url)
    sources = [mirror + name if mirror.endswith("/") else mirror for mirror in mirrors.split()]
    return tuple(dict.fromkeys([*(source for source in sources if name and file_name(source) == name), url]))


def file_name(url: str) -> str:
    """The last part of its path."""
    return PurePosixPath(unquote(urlsplit(url).path)).name
