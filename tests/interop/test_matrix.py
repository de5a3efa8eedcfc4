"""The same kubectl lines, in the same order, on `sidero-tui --serve` and on a real kube-apiserver: what they print is the same.

Lines are in matrix/lines.txt, what they read beside it. Where the answers differ, DIFFERENCES says why that is right.
"""

import asyncio
import re
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from boot.client.remote import install_crds, open_remote_client
from tests.support.kube_apiserver import AVAILABLE, WANTED, kube_apiserver
from tests.support.kubectl import KUBECTL, Answer, Kubectl
from tests.support.kubectl import WANTED as KUBECTL_WANTED
from tests.support.program import serve

pytestmark = pytest.mark.interop

MATRIX = Path(__file__).with_name("matrix")
LINES = tuple(line for line in (MATRIX / "lines.txt").read_text().splitlines() if line and not line.startswith("#"))
_OWN_WORDS = "The sentences that document built-in fields are our own."
_SAYS_MORE = "kube-apiserver says no more than that it refuses; we say which operation does not apply."
_NOBODY_ELSE = "Impersonation is refused: this plane has an admin and a read-only identity, and nobody acts for another."
_NO_EXTRA = "An identity here is a name and groups; kube-apiserver adds the fingerprint of the certificate."
DIFFERENCES: dict[str, str] = {
    "kubectl get racks -l 'a b'": "The parser's complaint is in our own words.",
    """kubectl patch rack r1 --type=json -p '[{"op":"test","path":"/spec/units","value":1}]'""": _SAYS_MORE,
    """kubectl patch rack r1 --type=json -p '[{"op":"remove","path":"/spec/none"}]'""": _SAYS_MORE,
    """kubectl patch rack r1 --type=json -p '{"spec":1}'""": "kube-apiserver names a type of its own source.",
    """kubectl patch configmap notes --type=merge -p '{"data":{"n":4}}'""": (
        "kube-apiserver prints the whole object and a type of its own source; we name the field."
    ),
    "kubectl describe namespace matrix": "Quotas and limits are for pods, which nothing here runs.",
    "kubectl explain rack": _OWN_WORDS,
    "kubectl explain rack.metadata.generation": _OWN_WORDS,
    "kubectl explain configmap.data": _OWN_WORDS,
    "kubectl create -f rack-typo.yaml --validate=warn --dry-run=server": (
        "We look whether the name is taken first, and do not go through the fields of what cannot be made."
    ),
    "kubectl auth can-i create racks --as=nobody": _NOBODY_ELSE,
    "kubectl get racks --as=nobody": _NOBODY_ELSE,
    "kubectl auth can-i --list": "kube-apiserver's default roles name each path of discovery; here are two identities.",
    "kubectl auth whoami": _NO_EXTRA,
    "kubectl auth whoami -o yaml": _NO_EXTRA,
    "kubectl delete racks --all --wait=false": (
        "What is orphaned or goes after its dependents waits for a garbage collector, and only we run one."
    ),
}
"""Line -> why it rightly prints something else on the two."""

_CHANGING: Sequence[tuple[re.Pattern[str], str]] = [
    (re.compile(pattern), word)
    for pattern, word in (
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UID"),
        (r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
        (r'(resourceVersion"?:\s*)"\d+"', r'\1"REVISION"'),
        (r"(Resource Version:\s*)\d+", r"\1REVISION"),
        (r'(resourceVersion\\":\\")\d+', r"\1REVISION"),
        (r"\t20\d\d-.*", ""),
        (r"made-[a-z0-9]{5}\b", "made-XXXXX"),
        (r"X509SHA256=[0-9a-f]+", "CREDENTIAL"),
        (r"https?://127\.0\.0\.1:\d+", "ADDRESS"),
        (r"\b(\d+[smhd]){1,2}\b( ago)?", "AGE"),
        (r"/tmp/[\w./-]+", "FILE"),
        (r" {2,}", "  "),
        (r" +$", ""),
    )
]
"""What is another at each run, and what takes its place; columns are as wide as what is in them."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What a line printed on each server, without what changes from run to run."""

    real: Answer
    ours: Answer


def _steady(text: str) -> str:
    for pattern, word in _CHANGING:
        text = pattern.sub(word, text)
    return "\n".join(line.rstrip() for line in text.splitlines())


def _run(kubeconfig: Path, home: Path) -> list[Answer]:
    """All lines, in a copy of the files that is this server's own."""
    shutil.copytree(MATRIX, home / "matrix")
    own = shutil.copy(kubeconfig, home / "matrix" / "kubeconfig")
    kubectl = Kubectl(Path(own), home)
    answers = (kubectl.shell(f"cd {home / 'matrix'}\n{line}") for line in LINES)
    return [Answer(_steady(answer.out), _steady(answer.err), answer.code) for answer in answers]


async def _install(kubeconfig: Path) -> None:
    async with open_remote_client(kubeconfig) as client:
        await install_crds(client)


def _run_real(directory: Path) -> list[Answer]:
    with kube_apiserver(directory) as cluster:
        asyncio.run(_install(cluster.kubeconfig))
        return _run(cluster.kubeconfig, directory)


def _run_ours(directory: Path) -> list[Answer]:
    with serve(directory) as served:
        return _run(served.kubeconfig, directory)


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> list[Pair]:
    """As LINES."""
    if KUBECTL is None:
        pytest.skip(KUBECTL_WANTED)
    if not AVAILABLE:
        pytest.skip(WANTED)
    with ThreadPoolExecutor(2) as both:
        real = both.submit(_run_real, tmp_path_factory.mktemp("real"))
        ours = both.submit(_run_ours, tmp_path_factory.mktemp("ours"))
        return list(map(Pair, real.result(), ours.result()))


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("number", "line"), enumerate(LINES), ids=LINES)
def test_a_line_prints_the_same_on_both(pairs: list[Pair], number: int, line: str) -> None:
    pair = pairs[number]
    if line in DIFFERENCES:
        assert pair.ours != pair.real, "no difference any more: take it out of DIFFERENCES"
    else:
        assert pair.ours == pair.real


def test_every_difference_is_of_a_line() -> None:
    assert DIFFERENCES.keys() <= set(LINES)
