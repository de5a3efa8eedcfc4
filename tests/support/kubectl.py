"""Stock kubectl, as tests/interop/build.sh leaves it."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

BUILT = Path(platformdirs.user_cache_dir("sidero-tui")) / "interop"
KUBECTL = shutil.which("kubectl", path=str(BUILT)) or shutil.which("kubectl")
WANTED = "wants kubectl (bash tests/interop/build.sh, which wants the package golang-go)"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a line printed, and how it ended."""

    out: str
    err: str
    code: int


@dataclass(frozen=True, slots=True)
class Kubectl:
    """Runs lines as a person would in a shell where KUBECONFIG is set and kubectl is on the PATH."""

    kubeconfig: Path
    home: Path

    def environ(self) -> Mapping[str, str]:
        assert KUBECTL is not None
        return {
            **os.environ,
            "KUBECONFIG": str(self.kubeconfig),
            "HOME": str(self.home),
            "KUBECACHEDIR": str(self.home / "kube-cache"),
            "PATH": f"{Path(KUBECTL).parent}:{os.environ['PATH']}",
            "PUBLIC_IP": "192.168.1.150",
        }

    def shell(self, line: str, within: float = 60) -> Answer:
        done = subprocess.run(
            ["bash", "-c", line], env=self.environ(), capture_output=True, text=True, timeout=within, check=False
        )
        return Answer(done.stdout, done.stderr, done.returncode)

    def run(self, line: str) -> str:
        """What `kubectl <line>` printed; it must succeed without a word on stderr."""
        answer = self.shell(f"kubectl {line}")
        assert (answer.code, answer.err) == (0, ""), f"kubectl {line}: {answer.err}{answer.out}"
        return answer.out

    def refuse(self, line: str) -> str:
        """What `kubectl <line>` complained about; it must fail."""
        answer = self.shell(f"kubectl {line}")
        assert answer.code != 0, f"kubectl {line} succeeded: {answer.out}"
        return answer.err
