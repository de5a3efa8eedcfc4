"""The guide's own lines, verbatim."""

import json

import pytest

from tests.support.guide import ACCEPT, SERVER_CLASS
from tests.support.kubectl import Kubectl

pytestmark = pytest.mark.interop

SERVER = "00000000-0000-0000-0000-d05099d33360"
ENVIRONMENT = """
cat <<EOF | kubectl apply -f -
apiVersion: metal.sidero.dev/v1alpha1
kind: Environment
metadata:
  name: default
spec:
  kernel:
    url: "https://github.com/talos-systems/talos/releases/latest/download/vmlinuz-amd64"
    sha512: ""
    args:
      - initrd=initramfs.xz
      - page_poison=1
      - slab_nomerge
      - slub_debug=P
      - pti=on
      - random.trust_cpu=on
      - ima_template=ima-ng
      - ima_appraise=fix
      - ima_hash=sha512
      - console=tty0
      - console=ttyS1,115200n8
      - earlyprintk=ttyS1,115200n8
      - panic=0
      - printk.devkmsg=on
      - talos.platform=metal
      - talos.config=http://$PUBLIC_IP:9091/configdata?uuid=
  initrd:
    url: "https://github.com/talos-systems/talos/releases/latest/download/initramfs-amd64.xz"
    sha512: ""
EOF
"""
REGISTERED = {
    "apiVersion": "metal.sidero.dev/v1alpha2",
    "kind": "Server",
    "metadata": {"name": SERVER},
    "spec": {
        "accepted": False,
        "hostname": "192.168.254.2",
        "hardware": {
            "compute": {
                "processors": [{"manufacturer": "Intel(R) Corporation", "productName": "Intel(R) Atom(TM) CPU C3558 @ 2.20GHz"}]
            }
        },
    },
}


def _succeeds(kubectl: Kubectl, line: str) -> str:
    answer = kubectl.shell(line)
    assert (answer.code, answer.err) == (0, ""), answer.err
    return answer.out


def test_the_guide_goes_through_line_by_line(kubectl: Kubectl) -> None:
    _succeeds(kubectl, f"kubectl create -f - <<'EOF'\n{json.dumps(REGISTERED)}\nEOF\n")
    kubectl.run(f"wait --for=jsonpath='{{.status.power}}'=unknown server/{SERVER} --timeout=20s")
    header, row = (line.split() for line in kubectl.run("get servers -o wide").splitlines())
    assert header[:5] == ["NAME", "HOSTNAME", "ACCEPTED", "ALLOCATED", "CLEAN"]
    assert row[:5] == [SERVER, "192.168.254.2", "false", "false", "false"]

    # The guide's Environment takes the place of the one that is always there.
    kubectl.run("wait --for=jsonpath='{.status.conditions[0].type}'=Ready environment/default --timeout=20s")
    assert _succeeds(kubectl, ENVIRONMENT) == "environment.metal.sidero.dev/default configured\n"
    args = kubectl.run("get environment default -o jsonpath='{.spec.kernel.args[*]}'").split()
    assert args[-1] == "talos.config=http://192.168.1.150:9091/configdata?uuid="

    assert _succeeds(kubectl, SERVER_CLASS) == "serverclass.metal.sidero.dev/default created\n"
    assert _succeeds(kubectl, SERVER_CLASS) == "serverclass.metal.sidero.dev/default unchanged\n"
    kubectl.shell("until kubectl get serverclass default | grep -q '\\[\\]'; do sleep 0.1; done", within=20)
    assert kubectl.run("get serverclass default").splitlines()[1].split()[:3] == ["default", "[]", "[]"]

    assert _succeeds(kubectl, ACCEPT.format(name=SERVER)) == f"server.metal.sidero.dev/{SERVER} patched\n"
    kubectl.run(f"wait --for=jsonpath='{{.status.serversAvailable[0]}}'={SERVER} serverclass/default --timeout=20s")
    header_line, row_line = kubectl.run("get serverclass default").splitlines()
    assert header_line.split()[:4] == ["NAME", "AVAILABLE", "IN", "USE"]
    assert row_line.split()[:3] == ["default", f'["{SERVER}"]', "[]"]
    assert kubectl.run("get servers -o wide").splitlines()[1].split()[:5] == [SERVER, "192.168.254.2", "true", "false", "false"]


def test_what_the_guide_wrote_is_what_todays_version_reads_and_back(kubectl: Kubectl) -> None:
    entry = json.loads(kubectl.run("get serverclass default -o jsonpath='{.spec.qualifiers.hardware[0]}'"))
    assert entry["compute"]["processors"][0]["productName"] == "Intel(R) Atom(TM) CPU C3558 @ 2.20GHz"
    old = json.loads(kubectl.run("get serverclasses.v1alpha1.metal.sidero.dev default -o jsonpath='{.spec.qualifiers.cpu[0]}'"))
    assert old == {"manufacturer": "Intel(R) Corporation", "version": "Intel(R) Atom(TM) CPU C3558 @ 2.20GHz"}
