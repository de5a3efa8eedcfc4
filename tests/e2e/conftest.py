"""What several of these tests start from."""

from pathlib import Path

import pytest

from sidero_tui.cli import main


@pytest.fixture(scope="session")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by the command, as an operator builds it."""
    directory = tmp_path_factory.mktemp("agent")
    assert main(["agent", "build", "--output", str(directory)]) == 0
    return directory
