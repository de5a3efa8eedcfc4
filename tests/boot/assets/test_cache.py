"""Downloads from a real HTTP server that misbehaves as real ones do."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from boot.assets.cache import KERNEL, AssetCache
from boot.errors import AssetError

CONTENT = bytes(range(256)) * 12_000


class Site:
    """Serves CONTENT with ranges; breaks off after `cut` bytes as long as there are cuts left."""

    def __init__(self, *cuts: int, etag: str = '"one"') -> None:
        self.cuts = list(cuts)
        self.etag = etag
        self.content = CONTENT
        self.requests: list[str] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        wanted = request.headers.get("Range", "")
        self.requests.append(wanted)
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        if request.headers.get("If-Range", self.etag) != self.etag:
            start = 0
        body = self.content[start:]
        headers = {"ETag": self.etag, "Content-Length": str(len(body))}
        response = web.StreamResponse(status=206 if start else 200, headers=headers)
        await response.prepare(request)
        if self.cuts:
            await response.write(body[: self.cuts.pop(0)])
            assert request.transport is not None
            request.transport.close()
            return response
        await response.write(body)
        return response


@asynccontextmanager
async def _serve(site: Site) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/{name}", site.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/vmlinuz-amd64"
    finally:
        await runner.cleanup()


def _ignore(_received: int, _total: int) -> None:
    return


async def test_a_file_is_fetched_once_and_its_progress_told(tmp_path: Path) -> None:
    site, seen = Site(), []
    async with _serve(site) as url:
        cache = AssetCache(tmp_path)
        path = await cache.ensure(url, hashlib.sha512(CONTENT).hexdigest(), lambda *progress: seen.append(progress))
        assert path.read_bytes() == CONTENT
        assert await cache.ensure(url, hashlib.sha512(CONTENT).hexdigest(), _ignore) == path
    assert len(site.requests) == 1
    assert seen[-1] == (len(CONTENT), len(CONTENT))


async def test_a_broken_download_goes_on_where_it_stopped(tmp_path: Path) -> None:
    site = Site(1_000_000, 500_000)
    async with _serve(site) as url:
        cache = AssetCache(tmp_path)
        for _ in range(2):
            with pytest.raises(AssetError, match="tried again"):
                await cache.ensure(url, "", _ignore)
        assert (await cache.ensure(url, "", _ignore)).read_bytes() == CONTENT
    assert site.requests == ["", "bytes=1000000-", "bytes=1500000-"]


async def test_a_file_that_changed_meanwhile_comes_whole(tmp_path: Path) -> None:
    site = Site(1_000_000)
    async with _serve(site) as url:
        cache = AssetCache(tmp_path)
        with pytest.raises(AssetError):
            await cache.ensure(url, "", _ignore)
        site.etag, site.content = '"two"', CONTENT[::-1]
        assert (await cache.ensure(url, "", _ignore)).read_bytes() == CONTENT[::-1]


async def test_a_file_that_is_not_the_one_meant_is_thrown_away(tmp_path: Path) -> None:
    async with _serve(Site()) as url:
        cache = AssetCache(tmp_path)
        with pytest.raises(AssetError, match="the file or the sum is wrong"):
            await cache.ensure(url, "ab" * 64, _ignore)
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


async def test_refusals_name_the_url_and_what_to_do(tmp_path: Path) -> None:
    cache = AssetCache(tmp_path)
    with pytest.raises(AssetError, match=r"127\.0\.0\.1:1/x: .*--assets-dir"):
        await cache.ensure("http://127.0.0.1:1/x", "", _ignore)
    with pytest.raises(AssetError, match="http, https or file"):
        await cache.ensure("ftp://example/x", "", _ignore)


async def test_a_file_of_that_name_in_the_offline_directory_needs_no_network(tmp_path: Path) -> None:
    (tmp_path / "offline").mkdir()
    local = tmp_path / "offline" / "vmlinuz-amd64"
    local.write_bytes(b"kernel")
    cache = AssetCache(tmp_path / "cache", tmp_path / "offline")
    assert await cache.ensure("https://example.invalid/v1/vmlinuz-amd64", "", _ignore) == local
    with pytest.raises(AssetError, match="sha512"):
        await cache.ensure("https://example.invalid/v1/vmlinuz-amd64", "00", _ignore)


async def test_a_file_url_is_served_from_where_it_is(tmp_path: Path) -> None:
    local = tmp_path / "my kernel"
    local.write_bytes(b"kernel")
    assert await AssetCache(tmp_path / "cache").ensure(f"file://{tmp_path}/my%20kernel", "", _ignore) == local


def test_only_published_names_are_found(tmp_path: Path) -> None:
    file = tmp_path / "k"
    file.write_bytes(b"k")
    cache = AssetCache(tmp_path / "cache")
    cache.publish("default", KERNEL, file)
    found = cache.find("default", KERNEL)
    assert found is not None
    assert found.read_bytes() == b"k"
    for environment, name in (
        ("default", "initramfs.xz"),
        ("default", "../k"),
        ("../default", KERNEL),
        (".", KERNEL),
        ("x", KERNEL),
    ):
        assert cache.find(environment, name) is None
    cache.withdraw("default")
    assert cache.find("default", KERNEL) is None


async def test_the_nearest_mirror_that_has_the_file_is_taken(tmp_path: Path) -> None:
    (tmp_path / "mirror").mkdir()
    site = Site()
    async with _serve(site) as url:
        cache = AssetCache(tmp_path / "cache")
        mirrors = f"http://127.0.0.1:1/ file://{tmp_path}/mirror/"
        path = await cache.ensure("https://example.invalid/vmlinuz-amd64", "", _ignore, f"{mirrors} {url}")
        assert path.read_bytes() == CONTENT
        (tmp_path / "mirror" / "initramfs").write_bytes(b"near")
        near = await cache.ensure("https://example.invalid/initramfs", "", _ignore, mirrors)
        assert near == tmp_path / "mirror" / "initramfs"


async def test_with_a_sum_the_next_mirror_goes_on_where_the_first_one_broke_off(tmp_path: Path) -> None:
    broken, whole = Site(1_000_000), Site(etag='"other"')
    async with _serve(broken) as first, _serve(whole) as second:
        cache = AssetCache(tmp_path)
        path = await cache.ensure(second, hashlib.sha512(CONTENT).hexdigest(), _ignore, first)
        assert path.read_bytes() == CONTENT
    assert whole.requests == ["bytes=1000000-"]


async def test_a_mirror_with_another_file_is_passed_over_by_its_sum(tmp_path: Path) -> None:
    wrong, right = Site(), Site()
    wrong.content = CONTENT[::-1]
    async with _serve(wrong) as first, _serve(right) as second:
        path = await AssetCache(tmp_path).ensure(second, hashlib.sha512(CONTENT).hexdigest(), _ignore, first)
        assert path.read_bytes() == CONTENT


async def test_when_no_source_has_it_every_reason_is_told(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match=r"mirror/x: there is no such file; http://127\.0\.0\.1:1/x: .*"):
        await AssetCache(tmp_path).ensure("http://127.0.0.1:1/x", "", _ignore, f"file://{tmp_path}/mirror/")
