"""Where the file behind a URL is on this machine, and which files each Environment serves."""

import hashlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

from boot.assets.fetch import Progress, download, verify
from boot.assets.mirrors import file_name, list_sources
from boot.errors import AssetError

KERNEL, INITRD = "vmlinuz", "initramfs.xz"
"""Names under /env/<environment>/, as Sidero serves them."""


class AssetCache:
    """Downloads are kept in `root`; a file of the same name in `offline` is taken instead of any download."""

    def __init__(self, root: Path, offline: Path | None = None) -> None:
        self._root = root
        self._offline = offline

    async def ensure(self, url: str, sha512: str, progress: Progress, mirrors: str = "") -> Path:
        """The file, fetched when it has to be; AssetError says why it cannot be had from any of its sources.

        Its kind is that of the first: the sources after it are what one falls back to.
        """
        offline = self._offline / file_name(url) if self._offline is not None else None
        if offline is not None and offline.is_file():
            await verify(offline, sha512, str(offline))
            return offline
        target = self._root / "files" / hashlib.sha256(f"{url} {sha512}".encode()).hexdigest()[:24]
        if target.is_file():
            return target
        failures: list[AssetError] = []
        for source in list_sources(url, mirrors):
            try:
                return await _obtain(source, target, sha512, progress)
            except AssetError as error:
                failures.append(error)
        raise type(failures[0])("; ".join(map(str, failures)))

    def publish(self, environment: str, file: str, path: Path) -> None:
        """Serve `path` as `file` of the Environment from now on."""
        directory = self._root / "env" / environment
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        link = directory / f".{file}.new"
        link.unlink(missing_ok=True)
        link.symlink_to(path.resolve())
        link.replace(directory / file)

    def withdraw(self, environment: str) -> None:
        """The Environment is gone: serve nothing of it."""
        for file in (KERNEL, INITRD):
            (self._root / "env" / environment / file).unlink(missing_ok=True)

    def find(self, environment: str, file: str) -> Path | None:
        """The published file; None for any other name, so that no path can lead elsewhere."""
        if file not in (KERNEL, INITRD) or "/" in environment or environment.startswith("."):
            return None
        path = self._root / "env" / environment / file
        return path if path.is_file() else None


async def _obtain(source: str, target: Path, sha512: str, progress: Progress) -> Path:
    """A file URL is used where it lies; anything else is fetched to `target`."""
    local = _find_local(source)
    if local is not None:
        await verify(local, sha512, str(local))
        return local
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    await download(source, target, sha512, progress)
    return target


def _find_local(source: str) -> Path | None:
    parts = urlsplit(source)
    if parts.scheme in {"http", "https"}:
        return None
    if parts.scheme not in {"", "file"}:
        raise AssetError(f"{source}: an http, https or file URL is wanted")
    local = Path(unquote(parts.path))
    if not local.is_file():
        raise AssetError(f"{local}: there is no such file")
    return local
