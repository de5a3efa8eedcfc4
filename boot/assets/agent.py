"""The agent's kernel and initramfs, where they have been put: our own image or the official Sidero agent's."""

from collections.abc import Sequence
from pathlib import Path

from boot.assets.cache import INITRD, KERNEL

AGENT_ENVIRONMENT = "agent-amd64"
"""The name under /env/, as Sidero has it."""


class AgentFiles:
    """Looked up each time: an image built while the stack runs is served to the next server that asks."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def find(self, environment: str, file: str) -> Path | None:
        """None for every other name, and for a file that is not there."""
        if environment != AGENT_ENVIRONMENT or file not in (KERNEL, INITRD):
            return None
        path = self._directory / file
        return path if path.is_file() else None

    def serves(self, cpu: str) -> bool:
        """Whether a server with that processor can boot it; `cpu` as boot.lifecycle.architecture names it."""
        found: Sequence[Path | None] = [self.find(AGENT_ENVIRONMENT, file) for file in (KERNEL, INITRD)]
        return cpu == "amd64" and None not in found
