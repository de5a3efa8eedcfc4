"""`sidero-tui init`: the providers into a cluster, out of a clusterctl repository on disk."""

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from boot.client.remote import open_remote_client
from boot.clock import SystemClock
from boot.errors import ConfigError
from boot.pivot.components import build_components
from boot.pivot.installer import Installer
from boot.pivot.providers import Chosen, choose, parse_wanted
from boot.resources.base import Object
from sidero_tui.launch.exits import Exit
from sidero_tui.launch.pivot import tell_step


@dataclass(frozen=True, slots=True)
class Wanted:
    """As clusterctl's flags; `repository` is the directory that has LABEL/VERSION/components.yaml."""

    kubeconfig: str
    repository: Path
    bootstrap: str
    control_plane: str
    infrastructure: str
    wait: bool


def run_init(wanted: Wanted) -> int:
    """ConfigError before anything is written, where something is missing or does not go together."""
    kinds = {"bootstrap": wanted.bootstrap, "control-plane": wanted.control_plane, "infrastructure": wanted.infrastructure}
    versions = dict(parse_wanted(label, text) for label, text in kinds.items())
    if not wanted.kubeconfig:
        raise ConfigError("--kubeconfig F: into which cluster?")
    chosen = choose(wanted.repository, versions)
    components = [(one, build_components(one, one.components.read_text(), os.environ)) for one in chosen]
    return asyncio.run(_install(wanted, components))


async def _install(wanted: Wanted, components: Sequence[tuple[Chosen, Sequence[Object]]]) -> Exit:
    waiting: list[str] = []
    async with open_remote_client(Path(wanted.kubeconfig)) as target:
        installer = Installer(target, SystemClock(), tell_step)
        for one, objects in components:
            await installer.install(one, objects)
        if wanted.wait:
            for one, _ in components:
                waiting += [f"{one.provider.namespace}/{name}" for name in await installer.wait(one)]
    for one, _ in components:
        print(f"installed {one.provider.label} {one.version}")
    if waiting:
        print(f"not available yet: {', '.join(waiting)}", file=sys.stderr)
        return Exit.TIMED_OUT
    return Exit.DONE
