"""A backup between this process and the plane of a stack that runs: its own path, as the admin of the state directory."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote

import aiohttp
from kubernetes_asyncio.client import ApiException
from kubernetes_asyncio.config import ConfigException, new_client_from_config

from boot.apiserver.backups import BACKUP_PATH, TROUBLE_HEADER
from boot.errors import ConfigError, ServiceUnavailable

Progress = Callable[[int, int], None]
"""Bytes so far, bytes in all (0 where nobody knows)."""
_CHUNK = 256 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=300)
_REFUSED = frozenset({400, 401, 403, 409, 413})
"""What no second try mends."""


async def fetch_backup(kubeconfig: Path, progress: Progress) -> tuple[bytes, str]:
    """The backup, and what trouble the plane has with its disk, or "".

    ConfigError when the plane refuses, ServiceUnavailable when it cannot.
    """
    received = bytearray()
    async with _request(kubeconfig, "GET") as response:
        async for chunk in response.content.iter_chunked(_CHUNK):
            received += chunk
            progress(len(received), response.content_length or 0)
        return bytes(received), unquote(response.headers.get(TROUBLE_HEADER, ""))


async def send_backup(kubeconfig: Path, data: bytes, progress: Progress, *, replace: bool) -> int:
    """The revision from which on the plane is what `data` says; errors as above."""

    async def chunks() -> AsyncIterator[bytes]:
        for begin in range(0, len(data), _CHUNK):
            yield data[begin : begin + _CHUNK]
            progress(min(begin + _CHUNK, len(data)), len(data))

    async with _request(kubeconfig, "PUT", "?replace=true" if replace else "", chunks()) as response:
        return int((await response.json())["revision"])


@asynccontextmanager
async def _request(
    kubeconfig: Path, method: str, query: str = "", data: AsyncIterator[bytes] | None = None
) -> AsyncIterator[aiohttp.ClientResponse]:
    try:
        api = await new_client_from_config(config_file=str(kubeconfig))
    except (ConfigException, OSError, ValueError, TypeError) as error:
        raise ConfigError(f"{kubeconfig}: {error}: the stack that runs there has no plane of its own to back up") from error
    try:
        url = f"{api.configuration.host}{BACKUP_PATH}{query}"
        async with api.rest_client.pool_manager.request(method, url, data=data, timeout=_TIMEOUT) as response:
            if response.status >= 400:
                raise _refusal(response.status, await response.read())
            yield response
    except (aiohttp.ClientError, TimeoutError, ApiException) as error:
        raise ServiceUnavailable(f"{api.configuration.host} does not answer: {error}") from error
    finally:
        await api.close()


def _refusal(status: int, body: bytes) -> ConfigError | ServiceUnavailable:
    try:
        message = str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        message = f"the plane answers {status}"
    return ConfigError(message) if status in _REFUSED else ServiceUnavailable(message)
