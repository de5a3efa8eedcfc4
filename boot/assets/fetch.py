"""One download: resumed where it stopped, checked, and only then given its name."""

import asyncio
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import aiohttp

from boot.errors import AssetError, CertificateTimeError, CorruptAsset
from boot.state_dir import write_private

Progress = Callable[[int, int], None]
"""Bytes so far and in all (0 when the server does not say)."""

_CHUNK = 1024 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=15, sock_read=30)
"""Seconds. No limit on the whole: a big file over a thin line is not a failure while bytes arrive."""
_SPARE = 64 * 1024 * 1024
"""Bytes that must stay free on the disk."""
_NOT_VALID_NOW = (9, 10)
"""X509_V_ERR_CERT_NOT_YET_VALID and _HAS_EXPIRED of OpenSSL."""


async def download(url: str, target: Path, sha512: str, progress: Progress) -> None:
    """Fetch to `target` by way of `<target>.part`; AssetError says what happened and what to do."""
    part = target.with_name(target.name + ".part")
    note = _note_of(part)
    try:
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            await _receive(session, url, part, _resume_headers(url, part, note, sha512), progress)
    except aiohttp.ClientConnectorCertificateError as error:
        if getattr(error.certificate_error, "verify_code", 0) in _NOT_VALID_NOW:
            told = "its certificate is not valid at this hour: set the clock of this machine, or renew the certificate"
            raise CertificateTimeError(f"{url}: {told}") from error
        raise AssetError(f"{url}: {error.certificate_error}") from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        reason = str(error) or type(error).__name__
        raise AssetError(f"{url}: {reason}: check the network, or put the file into --assets-dir; it is tried again") from error
    try:
        await verify(part, sha512, url)
    except AssetError:
        part.unlink()
        note.unlink(missing_ok=True)
        raise
    part.replace(target)
    note.unlink(missing_ok=True)


async def _receive(session: aiohttp.ClientSession, url: str, part: Path, headers: Mapping[str, str], progress: Progress) -> None:
    note = _note_of(part)
    async with session.get(url, headers=headers) as response:
        if response.status == 416:  # what we have is not part of what is there now
            part.unlink()
            note.unlink(missing_ok=True)
            raise aiohttp.ClientError("the file changed while it was fetched")
        if response.status not in {200, 206}:
            raise aiohttp.ClientError(f"the server answers {response.status} {response.reason}")
        resumed = part.stat().st_size if response.status == 206 else 0
        length = response.content_length
        total = resumed + length if length is not None else 0
        _check_space(part, total - resumed)
        validator = response.headers.get("ETag") or response.headers.get("Last-Modified") or ""
        write_private(note, json.dumps({"url": url, "validator": validator}))
        with part.open("ab" if resumed else "wb") as file:
            received = resumed
            async for chunk in response.content.iter_chunked(_CHUNK):
                file.write(chunk)
                received += len(chunk)
                progress(received, total)
            file.flush()
            await asyncio.to_thread(os.fsync, file.fileno())
        if total and received != total:
            raise aiohttp.ClientError(f"the connection ended after {received} of {total} bytes")


def _note_of(part: Path) -> Path:
    """Beside the part: from which URL it is, and which state of the file that was."""
    return part.with_name(part.name + ".json")


def _resume_headers(url: str, part: Path, note: Path, sha512: str) -> dict[str, str]:
    """Range with If-Range (RFC 9110 sections 14.2, 13.1.5): a file that changed meanwhile comes whole.

    Another source goes on where the first one stopped if a sum is there to prove that both have the same file.
    """
    try:
        saved = json.loads(note.read_text())
        size = part.stat().st_size
    except (OSError, ValueError):
        return {}
    validator = saved.get("validator") or ""
    if size and sha512 and saved.get("url") != url:
        return {"Range": f"bytes={size}-"}
    if saved.get("url") != url or not size or not validator or validator.startswith("W/"):
        return {}
    return {"Range": f"bytes={size}-", "If-Range": validator}


def _check_space(part: Path, needed: int) -> None:
    free = shutil.disk_usage(part.parent).free
    if needed + _SPARE > free:
        raise AssetError(f"{part.parent}: {needed} bytes are to be fetched and {free} are free: make room, it is tried again")


async def verify(path: Path, sha512: str, url: str) -> None:
    """AssetError when the file is not the one that was meant; an empty sum is not checked."""
    if not sha512:
        return
    actual = await asyncio.to_thread(_sum, path)
    if actual != sha512.lower():
        raise CorruptAsset(f"{url}: its sha512 is {actual[:16]}…, wanted is {sha512[:16].lower()}…: the file or the sum is wrong")


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha512").hexdigest()
