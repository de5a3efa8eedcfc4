"""Stock kubectl is told at once what no machine would take: the field, the release, the reason."""

from collections.abc import Iterator

import pytest

from tests.support.kubectl import KUBECTL, WANTED, Kubectl
from tests.support.program import serve

pytestmark = [pytest.mark.interop, pytest.mark.skipif(KUBECTL is None, reason=WANTED)]
CLASS = """kubectl create -f - <<'E'
{"apiVersion": "metal.sidero.dev/v1alpha2", "kind": "ServerClass", "metadata": {"name": "rack"}, "spec": {}}
E"""


@pytest.fixture(scope="module")
def kubectl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubectl]:
    home = tmp_path_factory.mktemp("patches")
    with serve(home) as served:
        yield Kubectl(served.kubeconfig, home)


def test_a_patch_that_no_machine_would_take_is_refused_when_it_is_edited(kubectl: Kubectl) -> None:
    assert kubectl.shell(CLASS).code == 0
    line = 'patch serverclass rack --type=merge -p \'{{"spec":{{"strategicPatches":["{patch}"]}}}}\''
    told = kubectl.refuse(line.format(patch="machine: {nonsense: 1}"))
    assert "spec.strategicPatches: Invalid value: Talos v1.13 would refuse it" in told
    assert "nonsense" in told
    assert "strategicPatches[0]" in kubectl.refuse(line.format(patch="machine: ["))
    kubectl.run(line.format(patch="machine: {install: {disk: /dev/sda}}"))
    assert "/dev/sda" in kubectl.run("get serverclass rack -o jsonpath='{.spec.strategicPatches[0]}'")
