"""`sidero-tui kubeconfig`: prints the admin kubeconfig of the embedded plane."""

import sys

from boot.errors import ConfigError
from sidero_tui.launch.exits import Exit
from sidero_tui.settings import Settings


def run_kubeconfig(settings: Settings) -> int:
    path = settings.state_dir / "kubeconfig"
    try:
        sys.stdout.write(path.read_text())
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}: the embedded plane writes it when it first runs") from error
    return Exit.DONE
