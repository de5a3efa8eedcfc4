"""Environment: its files fetched, verified and served, one condition per URL; and `default`, which is always there."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass

from boot.assets.cache import INITRD, KERNEL, AssetCache
from boot.assets.mirrors import MIRRORS
from boot.client.protocol import Client
from boot.errors import AlreadyExists, AssetError, CertificateTimeError, CorruptAsset, NotFound
from boot.resources.base import Object
from boot.resources.kinds import ENVIRONMENT
from boot.resources.metal import Asset, AssetCondition, AssetFault, Environment

DEFAULT = "default"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
PROGRESS_EVERY = 1.0
"""Seconds between two updates of a download's message."""

TALOS_RELEASE = "https://github.com/siderolabs/talos/releases/download/v1.13.0"
DEFAULT_ENVIRONMENT: Object = {
    "metadata": {"name": DEFAULT},
    "spec": {
        "kernel": {
            "url": f"{TALOS_RELEASE}/vmlinuz-amd64",
            "sha512": "",
            # Talos' own metal arguments and the consoles Sidero adds, sorted as Sidero does.
            "args": sorted(
                [
                    "console=tty0",
                    "console=ttyS0",
                    "consoleblank=0",
                    "earlyprintk=ttyS0",
                    "ima_appraise=fix",
                    "ima_hash=sha512",
                    "ima_template=ima-ng",
                    "init_on_alloc=1",
                    "initrd=initramfs.xz",
                    "nvme_core.io_timeout=4294967295",
                    "printk.devkmsg=on",
                    "pti=on",
                    "random.trust_cpu=on",
                    "slab_nomerge=",
                    "talos.platform=metal",
                ]
            ),
        },
        "initrd": {"url": f"{TALOS_RELEASE}/initramfs-amd64.xz", "sha512": ""},
    },
}


def build_default() -> Object:
    """With the annotation `kubectl apply` leaves, so that the guide's apply merges into it without a warning."""
    applied = json.dumps({"apiVersion": ENVIRONMENT.api_version, "kind": ENVIRONMENT.kind, **DEFAULT_ENVIRONMENT})
    return DEFAULT_ENVIRONMENT | {"metadata": {"name": DEFAULT, "annotations": {LAST_APPLIED: applied}}}


class EnvironmentReconciler:
    def __init__(self, client: Client, assets: AssetCache) -> None:
        self._client = client
        self._assets = assets

    async def reconcile(self, key: str) -> float | None:
        """AssetError, once every file was tried: the conditions say which is missing and why."""
        try:
            obj = await self._client.get(ENVIRONMENT, key)
        except NotFound:
            self._assets.withdraw(key)
            if key == DEFAULT:
                await self._create_default()
            return None
        environment = Environment.model_validate(obj)
        conditions = _Conditions(self._client, environment)
        mirrors = environment.metadata.annotations.get(MIRRORS, "")
        failure: AssetError | None = None
        for file, asset in ((KERNEL, environment.spec.kernel), (INITRD, environment.spec.initrd)):
            try:
                await self._provide(environment.name, file, asset, mirrors, conditions)
            except AssetError as error:
                failure = error
                await conditions.set(asset, _fault_of(error), str(error))
        if failure is not None:
            raise failure
        return None

    async def _provide(self, name: str, file: str, asset: Asset, mirrors: str, conditions: "_Conditions") -> None:
        if not asset.url:
            raise AssetError("no URL is given")
        seen = _Seen()
        fetching = asyncio.create_task(self._assets.ensure(asset.url, asset.sha512, seen, mirrors))
        try:
            while not (await asyncio.wait({fetching}, timeout=PROGRESS_EVERY))[0]:
                await conditions.set(asset, AssetFault.FETCHING, seen.render())
            path = await fetching
        finally:
            fetching.cancel()
        self._assets.publish(name, file, path)
        await conditions.set(asset, None, f"{path.stat().st_size} bytes")

    async def _create_default(self) -> None:
        try:
            await self._client.create(ENVIRONMENT, build_default())
        except AlreadyExists:
            return


def _fault_of(error: AssetError) -> AssetFault:
    if isinstance(error, CorruptAsset):
        return AssetFault.CORRUPT
    return AssetFault.CERTIFICATE_TIME if isinstance(error, CertificateTimeError) else AssetFault.UNAVAILABLE


@dataclass(slots=True)
class _Seen:
    """Progress of a download, called by it."""

    received: int = 0
    total: int = 0

    def __call__(self, received: int, total: int) -> None:
        self.received, self.total = received, total

    def render(self) -> str:
        if not self.received:
            return "connecting"
        share = f", {self.received * 100 // self.total} %" if self.total else ""
        return f"fetching: {self.received // 2**20} MiB{share}"


class _Conditions:
    """status.conditions of one Environment: one per URL it has now, in the order kernel, initrd; written when it changes."""

    def __init__(self, client: Client, environment: Environment) -> None:
        self._client = client
        self._name = environment.name
        urls = [asset.url for asset in (environment.spec.kernel, environment.spec.initrd)]
        old = {condition.url: condition for condition in environment.status.conditions or ()}
        self._rows = {url: old[url] for url in urls if url in old}

    async def set(self, asset: Asset, fault: AssetFault | None, message: str) -> None:
        """`fault` None: it is ready."""
        row = AssetCondition(
            url=asset.url,
            sha512=asset.sha512,
            status="False" if fault else "True",
            type="Ready",
            reason=fault or "",
            message=message,
        )
        if self._rows.get(asset.url) == row:
            return
        self._rows[asset.url] = row
        conditions = [condition.wire() for condition in self._rows.values()]
        with suppress(NotFound):  # deleted meanwhile: its own change brings the reconciler back
            await self._client.patch(ENVIRONMENT, self._name, {"status": {"conditions": conditions}}, subresource="status")
