"""Everything machines are sent to is fetched by ourselves first: a file that is not served is found before a machine finds it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp

from boot.errors import AssetError
from boot.firmware import ARCHITECTURES, Architecture
from boot.ipxe.binaries import Binaries
from boot.simulator.hardware import Kind
from boot.simulator.tftp import fetch

_TIMEOUT = aiohttp.ClientTimeout(total=20)


@dataclass(frozen=True, slots=True)
class Advertised:
    """A URL, http or tftp; `size` of what should come, None where that is made when it is asked for."""

    url: str
    size: int | None = None


def list_advertised(binaries: Binaries, boot_url: str, address: str, tftp_port: int) -> list[Advertised]:
    """What our answers name: each architecture's file where there is one, by TFTP and by HTTP, and iPXE's script."""
    found: dict[str, Advertised] = {}
    for architecture in ARCHITECTURES.values():
        name = _file(binaries, architecture)
        path = binaries.find(name) if name else None
        if path is not None:
            url = f"{boot_url}/tftp/{name}" if architecture.http else f"tftp://{address}:{tftp_port}/{name}"
            found[url] = Advertised(url, path.stat().st_size)
    return [*found.values(), Advertised(f"{boot_url}/boot.ipxe")]


async def fetch_advertised(wanted: Sequence[Advertised], source: str) -> list[str]:
    """A sentence for each that does not come whole; fetched from the local address `source`."""
    async with aiohttp.ClientSession(timeout=_TIMEOUT, auto_decompress=False) as session:
        results = await asyncio.gather(*(_fetch(session, one, source) for one in wanted))
    return [complaint for complaint in results if complaint]


async def _fetch(session: aiohttp.ClientSession, wanted: Advertised, source: str) -> str:
    try:
        size = await (_fetch_tftp(wanted.url, source) if wanted.url.startswith("tftp:") else _fetch_http(session, wanted.url))
    except (AssetError, aiohttp.ClientError, OSError, TimeoutError) as error:
        return f"{wanted.url} cannot be fetched: {str(error) or type(error).__name__}"
    if wanted.size is not None and size != wanted.size:
        return f"{wanted.url} came with {size} of {wanted.size} bytes"
    return ""


async def _fetch_tftp(url: str, source: str) -> int:
    host, _, name = url.removeprefix("tftp://").partition("/")
    address, _, port = host.partition(":")
    return await fetch(name, (address, int(port)), source, Kind.UEFI)


async def _fetch_http(session: aiohttp.ClientSession, url: str) -> int:
    # A redirect is a failure: firmware follows none.
    async with session.get(url, allow_redirects=False) as response:
        if response.status != 200:
            raise AssetError(f"{response.status} {response.reason}")
        return len(await response.read())


def _file(binaries: Binaries, architecture: Architecture) -> str:
    try:
        return binaries.choose(architecture)
    except AssetError:
        return ""
