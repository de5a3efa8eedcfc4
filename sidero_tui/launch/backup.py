"""`sidero-tui backup FILE` and `restore FILE`: everything the embedded plane holds, also while a stack runs on it.

The plane's certificates (the state directory's `pki`) are not part of it: kubeconfigs stay what they are.
"""

import asyncio
import hashlib
import sys
from dataclasses import replace
from pathlib import Path

from boot.clock import SystemClock
from boot.errors import ConfigError, Conflict
from boot.plane.plane import Plane
from boot.state_dir import StateDirInUse, hold_state_dir, write_private
from boot.store.disk import Disk, before_restore
from boot.store.opening import Damaged, open_disk
from boot.store.snapshot import Snapshot, decode_snapshot, encode_snapshot
from boot.store.store import open_store
from sidero_tui.launch.exits import Exit
from sidero_tui.settings import Settings
from sidero_tui.views.amounts import render_bar, render_bytes

_BAR_WIDTH = 30
_FURTHER = 1_000_000
"""Revisions a plane that cannot be read any more may have made since the backup: more than any makes between two of them."""


def run_backup(settings: Settings, file: Path, *, force: bool) -> int:
    _check_embedded(settings)
    if file.exists() and not force:
        raise ConfigError(f"{file} exists: choose another name, or overwrite it with --force")
    if not file.parent.is_dir():
        raise ConfigError(f"{file.parent} is no directory")
    data, trouble = _read_plane(settings.state_dir)
    if trouble:
        print(f"sidero-tui: {trouble}", file=sys.stderr)
    snapshot = decode_snapshot(data)
    try:
        write_private(file, data)
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written: {error.strerror}") from error
    print(f"{file}: {describe(snapshot, data)}")
    return Exit.DONE


def run_restore(settings: Settings, file: Path, *, yes: bool) -> int:
    _check_embedded(settings)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    try:
        snapshot = decode_snapshot(data)
    except ConfigError as error:
        raise ConfigError(f"{file}: {error}") from error
    revision = _write_plane(settings.state_dir, data, snapshot, yes=yes)
    kept = before_restore(settings.state_dir / "state.db")
    print(f"{file}: restored: {describe(snapshot, data)}; the plane goes on from revision {revision}; before: {kept}")
    return Exit.DONE


def describe(snapshot: Snapshot, data: bytes) -> str:
    """One line of what a backup holds."""
    kinds = ", ".join(f"{count} {kind}" for kind, count in snapshot.count_kinds().items()) or "nothing"
    return f"{kinds}; revision {snapshot.revision}; {render_bytes(len(data))}; sha256 {hashlib.sha256(data).hexdigest()}"


def _check_embedded(settings: Settings) -> None:
    if settings.kubeconfig is not None:
        raise ConfigError(f"{settings.kubeconfig} is a cluster's plane, which its own tools back up (etcdctl snapshot save)")


def _read_plane(state_dir: Path) -> tuple[bytes, str]:
    """A backup, and what trouble the plane has with its disk, or ""."""
    path = state_dir / "state.db"
    if not path.exists():
        raise ConfigError(f"{path}: there is no plane yet: the stack makes it when it first runs")
    try:
        with hold_state_dir(state_dir):
            disk, loaded = open_disk(path)
            disk.close()
            return encode_snapshot(loaded.objects, loaded.revision), disk.damage
    except StateDirInUse:
        from sidero_tui.launch.transfer import fetch_backup  # kubernetes-asyncio: only who talks to a plane pays for it

        return asyncio.run(fetch_backup(state_dir / "kubeconfig", show_progress))


def _write_plane(state_dir: Path, data: bytes, snapshot: Snapshot, *, yes: bool) -> int:
    try:
        with hold_state_dir(state_dir):
            return asyncio.run(_restore_at_rest(state_dir / "state.db", data, snapshot, yes=yes))
    except StateDirInUse:
        from sidero_tui.launch.transfer import send_backup

        return asyncio.run(send_backup(state_dir / "kubeconfig", data, show_progress, replace=yes))


async def _restore_at_rest(path: Path, data: bytes, snapshot: Snapshot, *, yes: bool) -> int:
    try:
        store = open_store(path)
    except Damaged as damaged:
        if not yes:
            raise ConfigError(f"{path} is damaged, nobody can tell what it held: say with --yes that it may go") from damaged
        return _put_in_place_of_damaged(path, snapshot)
    try:
        return await Plane(store, SystemClock()).restore(data, replace=yes)
    except Conflict as conflict:
        raise ConfigError(conflict.message) from conflict
    finally:
        await store.close()


def _put_in_place_of_damaged(path: Path, snapshot: Snapshot) -> int:
    disk = Disk(path, None, snapshot.revision, damage="damaged")
    revision = snapshot.revision + _FURTHER
    disk.replace([replace(stored, revision=revision) for stored in snapshot.objects], revision)
    disk.close()
    return revision


def show_progress(done: int, total: int) -> None:
    """On a terminal only."""
    if sys.stderr.isatty():
        end = "\n" if total and done >= total else ""
        print(f"\r{render_bar(done, total, _BAR_WIDTH)} {render_bytes(done)}", end=end, file=sys.stderr, flush=True)
