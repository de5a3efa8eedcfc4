"""`sidero-tui move` and `sidero-tui pivot NAME`: all of a namespace's clusters, and every server, to another plane."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from boot.client.protocol import Client
from boot.client.remote import open_remote_client
from boot.clock import SystemClock
from boot.errors import AlreadyExists, ConfigError, NotFound
from boot.pivot.mover import Mover
from boot.pivot.preflight import check_pivot
from boot.resources.kinds import CLUSTER, PIVOT
from boot.resources.pivots import MOVED, UNDONE, Pivot
from sidero_tui.launch.exits import Exit
from sidero_tui.settings import Settings

_BAR = 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """`kubeconfig` "" takes what the Pivot of that name has."""

    name: str
    kubeconfig: str
    namespace: str
    dry_run: bool = False
    undo: bool = False


def run_pivot(settings: Settings, wanted: Wanted) -> int:
    """Begin it, go on with it, or take it back; ConfigError, PivotError."""
    if wanted.kubeconfig:  # whoever goes on with it may stand in another directory
        wanted = replace(wanted, kubeconfig=str(Path(wanted.kubeconfig).expanduser().absolute()))
    return asyncio.run(_run(settings, wanted))


async def _run(settings: Settings, wanted: Wanted) -> Exit:
    async with open_remote_client(source_kubeconfig(settings)) as source:
        pivot = await _find(source, wanted)
        path = _check_file(pivot.spec.kubeconfig)
        async with open_remote_client(path) as target:
            mover = Mover(source, target, SystemClock(), wanted.name, pivot.spec.namespace, tell_step)
            if wanted.dry_run:
                return await _rehearse(mover, target, wanted.name)
            if wanted.undo:
                await mover.undo()
                print("taken back: the source acts again, and nothing of it is left on the target")
                return Exit.DONE
            await _create(source, pivot, wanted.name)
            await mover.run()
    print(f"moved to {path}: verified object by object. This plane's servers stay fenced: it never serves them again.")
    print("next: sidero-tui teardown")
    return Exit.DONE


async def _find(source: Client, wanted: Wanted) -> Pivot:
    """The one under way, else what the command line says."""
    try:
        known = Pivot.model_validate(await source.get(PIVOT, wanted.name))
    except NotFound:
        known = None
    if known is not None and (not wanted.kubeconfig or known.status.phase == MOVED or known.status.committed):
        return known
    if not wanted.kubeconfig:
        raise ConfigError("--to-kubeconfig F: which plane shall have it all? (the management plane's own kubeconfig)")
    spec = {"kubeconfig": wanted.kubeconfig, "namespace": wanted.namespace}
    return Pivot.model_validate({"metadata": {"name": wanted.name}, "spec": spec})


def _check_file(name: str) -> Path:
    path = Path(name)
    if not path.is_file():
        raise ConfigError(f"--to-kubeconfig {path}: there is no such file")
    return path


async def _create(source: Client, pivot: Pivot, name: str) -> None:
    spec = pivot.spec.wire()
    try:
        await source.create(PIVOT, {"metadata": {"name": name}, "spec": spec})
    except AlreadyExists:
        await source.patch(PIVOT, name, {"spec": spec})


async def _rehearse(mover: Mover, target: Client, name: str) -> Exit:
    """What would be done, and what speaks against it; nothing is written anywhere."""
    plan = await mover.plan()
    print(plan.render())
    problems = await check_pivot(plan, target, name, paused_by_us=False)
    for problem in problems:
        print(f"refused: {problem}", file=sys.stderr)
    print(f"dry run: {len(plan.items)} objects in {len(plan.groups)} groups; nothing was written")
    return Exit.REFUSED if problems else Exit.DONE


def tell_step(step: str, done: int, total: int) -> None:
    """One line for each step: rewritten on a terminal, said once elsewhere."""
    filled = _BAR * done // max(total, 1)
    line = f"{step:<10} {'━' * filled}{'─' * (_BAR - filled)} {done}/{total}"
    if sys.stdout.isatty():
        print(f"\r{line}", end="\n" if done == total else "", flush=True)
    elif done == total:
        print(line, flush=True)


def source_kubeconfig(settings: Settings) -> Path:
    """Of the plane that runs here; ConfigError where none does."""
    path = settings.kubeconfig or settings.state_dir / "kubeconfig"
    if not path.is_file():
        raise ConfigError(f"{path}: no plane runs here: start `sidero-tui` or `sidero-tui --serve` first, or name --kubeconfig")
    return path


@asynccontextmanager
async def open_source(settings: Settings) -> AsyncIterator[Client]:
    async with open_remote_client(source_kubeconfig(settings)) as client:
        yield client


def run_teardown(settings: Settings) -> int:
    """Whether this plane may go: nothing depends on it any more. It is the operator who stops it and removes its directory."""
    return asyncio.run(_teardown(settings))


async def _teardown(settings: Settings) -> Exit:
    async with open_source(settings) as source:
        clusters = [obj["metadata"]["name"] for obj in (await source.list(CLUSTER)).items]
        pivots = [Pivot.model_validate(obj) for obj in (await source.list(PIVOT)).items]
    under_way = [pivot.name for pivot in pivots if pivot.status.phase not in {"", MOVED, UNDONE}]
    if clusters or under_way:
        reasons = [f"cluster {name} is still managed from here" for name in clusters]
        reasons += [f"pivot {name} is not finished" for name in under_way]
        print(f"sidero-tui: refused: {'; '.join(reasons)}", file=sys.stderr)
        return Exit.REFUSED
    if not pivots:
        print("sidero-tui: refused: nothing was moved from here: there is nobody else to look after the servers", file=sys.stderr)
        return Exit.REFUSED
    print("Nothing depends on this plane any more. Stop it (SIGTERM, or q in the console), take `next-server` for these servers")
    print("from your DHCP server's configuration or point it to the new plane, keep a last `sidero-tui backup FILE`, and remove")
    print(f"{settings.state_dir}. While it still runs, it leaves every server that moved alone.")
    return Exit.DONE
