"""One `--serve` for all lines of a file, and stock kubectl on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.kubectl import KUBECTL, WANTED, Kubectl
from tests.support.program import serve


@pytest.fixture(scope="module")
def kubectl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubectl]:
    if KUBECTL is None:
        pytest.skip(WANTED)
    directory: Path = tmp_path_factory.mktemp("plane")
    with serve(directory) as served:
        yield Kubectl(served.kubeconfig, directory)
