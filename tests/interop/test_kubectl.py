"""Stock kubectl, verb by verb, on the running plane: no --validate=false, nothing on stderr."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.kubectl import Kubectl

pytestmark = pytest.mark.interop

SERVER = """
cat <<EOF | kubectl {verb} -f -
apiVersion: metal.sidero.dev/v1alpha2
kind: Server
metadata:
  name: {name}
  labels: {{rack: r3}}
spec:
  accepted: false
  hostname: {hostname}
  hardware:
    compute: {{processors: [{{manufacturer: Intel, productName: Atom, coreCount: 4}}]}}
    memory: {{totalSize: 32 GB}}
EOF
"""


def _write(kubectl: Kubectl, verb: str, name: str, hostname: str = "h1") -> str:
    answer = kubectl.shell(SERVER.format(verb=verb, name=name, hostname=hostname))
    assert (answer.code, answer.err) == (0, ""), answer.err
    return answer.out


@pytest.fixture(scope="module")
def box(kubectl: Kubectl) -> str:
    """A Server that tests read."""
    _write(kubectl, "create", "box")
    kubectl.run("wait --for=jsonpath='{.status.power}'=unknown server/box --timeout=20s")
    return "box"


def test_apply_creates_changes_and_leaves_alone(kubectl: Kubectl) -> None:
    assert _write(kubectl, "apply", "applied") == "server.metal.sidero.dev/applied created\n"
    assert _write(kubectl, "apply", "applied", "h2") == "server.metal.sidero.dev/applied configured\n"
    assert _write(kubectl, "apply", "applied", "h2") == "server.metal.sidero.dev/applied unchanged\n"
    assert kubectl.run("get server applied -o jsonpath='{.spec.hostname}'") == "h2"


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("get server {} -o name", "server.metal.sidero.dev/box\n"),
        ("get server {} -o jsonpath='{{.spec.hardware.compute.processors[0].coreCount}}'", "4"),
        ("get servers -l rack=r3 --field-selector metadata.name={} -o name", "server.metal.sidero.dev/box\n"),
        ("get servers -l 'rack notin (r3)' -o name", ""),
        ("get server {} -o custom-columns=N:.metadata.name,H:.spec.hostname --no-headers", "box   h1\n"),
        ("get server {} -o go-template='{{{{.spec.accepted}}}}'", "false"),
    ],
)
def test_get_prints_what_was_asked_for(kubectl: Kubectl, box: str, line: str, wanted: str) -> None:
    assert kubectl.run(line.format(box)) == wanted


def test_get_as_yaml_and_json_agree_and_tables_sort(kubectl: Kubectl, box: str) -> None:
    obj = json.loads(kubectl.run(f"get server {box} -o json"))
    assert obj["apiVersion"] == "metal.sidero.dev/v1alpha2"
    assert obj["spec"]["hardware"]["memory"]["totalSize"] == "32 GB"
    assert "totalSize: 32 GB" in kubectl.run(f"get server {box} -o yaml")
    _write(kubectl, "apply", "aaa", "z")
    names = [line.split()[0] for line in kubectl.run("get servers --sort-by=.spec.hostname --no-headers").splitlines()]
    assert names.index("box") < names.index("aaa")


def test_a_watch_prints_each_change_as_it_happens(kubectl: Kubectl, box: str) -> None:
    watching = subprocess.Popen(
        ["kubectl", "get", "server", box, "-w", "--no-headers"], env=kubectl.environ(), stdout=subprocess.PIPE, text=True
    )
    try:
        assert watching.stdout is not None
        assert watching.stdout.readline().split()[:3] == ["box", "h1", "false"]
        kubectl.run(f"""patch server {box} --type=merge -p '{{"spec":{{"cordoned":true}}}}'""")
        assert watching.stdout.readline().split()[5] == "true"
        kubectl.run(f"""patch server {box} --type=merge -p '{{"spec":{{"cordoned":null}}}}'""")
    finally:
        watching.terminate()
        watching.communicate()


def test_describe_tells_the_object_and_its_events(kubectl: Kubectl, box: str) -> None:
    uid = kubectl.run(f"get server {box} -o jsonpath='{{.metadata.uid}}'")
    event = {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": "box.1", "namespace": "default"},
        "type": "Normal",
        "involvedObject": {"kind": "Server", "name": "box", "uid": uid, "apiVersion": "metal.sidero.dev/v1alpha2"},
        "reason": "Tested",
        "message": "seen by describe",
        "lastTimestamp": "2026-01-01T00:00:00Z",
        "count": 1,
    }
    answer = kubectl.shell(f"kubectl create -f - <<'EOF'\n{json.dumps(event)}\nEOF\n")
    assert answer.err == ""
    text = kubectl.run(f"describe server {box}")
    assert "Product Name:  Atom" in text
    assert "seen by describe" in text
    assert "Tested" in kubectl.run("get events")


def test_patches_of_each_type(kubectl: Kubectl) -> None:
    _write(kubectl, "apply", "patched")
    test, add = {"op": "test", "path": "/spec/hostname", "value": "h1"}, {"op": "add", "path": "/spec/pxeMode", "value": "uefi"}
    kubectl.run(f"patch server patched --type=json -p '{json.dumps([test, add])}'")
    kubectl.run("""patch server patched --type=merge -p '{"spec":{"hostname":"merged"}}'""")
    assert kubectl.run("get server patched -o jsonpath='{.spec.pxeMode} {.spec.hostname}'") == "uefi merged"
    assert "is not supported by metal.sidero.dev" in kubectl.refuse("""patch server patched -p '{"spec":{"hostname":"x"}}'""")
    address = '{"status":{"addresses":[{"type":"InternalIP","address":"192.0.2.7"}]}}'
    kubectl.run(f"patch server patched --subresource=status --type=merge -p '{address}'")
    assert kubectl.run("get server patched -o jsonpath='{.status.addresses[0].address}'") == "192.0.2.7"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("get server none", 'Error from server (NotFound): servers.metal.sidero.dev "none" not found\n'),
        (
            """patch server box --type=json -p '[{"op":"replace","path":"/spec/accepted","value":"yes"}]'""",
            'spec.accepted: Invalid value: "string": spec.accepted in body must be of type boolean: "string"',
        ),
        ("""patch server box --type=json -p '[{"op":"replace","path":"/spec/x/y","value":1}]'""", "is missing path"),
        (
            """patch server box --type=merge -p '{"spec":{"pxeMode":"x"}}'""",
            'Unsupported value: "x": supported values: "", "uefi", "bios"',
        ),
        ("create configmap a/b", "Invalid value"),
        ("get nonsense", 'the server doesn\'t have a resource type "nonsense"'),
    ],
)
def test_a_mistake_gets_kubernetes_own_words(kubectl: Kubectl, box: str, line: str, complaint: str) -> None:
    assert complaint in kubectl.refuse(line)


def test_an_unknown_field_is_refused_before_anything_is_written(kubectl: Kubectl) -> None:
    answer = kubectl.shell(SERVER.format(verb="create", name="typo", hostname="h").replace("hostname:", "hostnam:"))
    assert 'unknown field "spec.hostnam"' in answer.err
    kubectl.refuse("get server typo")


def test_label_and_annotate(kubectl: Kubectl, box: str) -> None:
    kubectl.run(f"label server {box} row=7")
    assert kubectl.run("get servers -l row=7 -o name") == "server.metal.sidero.dev/box\n"
    kubectl.run(f"label server {box} row-")
    kubectl.run(f"annotate server {box} note=hello")
    assert kubectl.run(f"get server {box} -o jsonpath='{{.metadata.annotations.note}}'") == "hello"


def test_edit_saves_what_the_editor_changed(kubectl: Kubectl, tmp_path: Path) -> None:
    _write(kubectl, "apply", "edited")
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nsed -i "s/hostname: h1/hostname: by-editor/" "$1"\n')
    editor.chmod(0o755)
    answer = kubectl.shell(f"KUBE_EDITOR={editor} kubectl edit server edited")
    assert (answer.out, answer.err) == ("server.metal.sidero.dev/edited edited\n", "")
    assert kubectl.run("get server edited -o jsonpath='{.spec.hostname}'") == "by-editor"


def test_the_old_version_can_be_edited_and_no_hardware_is_lost(kubectl: Kubectl, tmp_path: Path) -> None:
    _write(kubectl, "apply", "old")
    kubectl.run("""patch servers.v1alpha1.metal.sidero.dev old --type=merge -p '{"spec":{"cordoned":true}}'""")
    spec = json.loads(kubectl.run("get server old -o jsonpath='{.spec}'"))
    assert spec["cordoned"] is True
    assert spec["hardware"]["memory"]["totalSize"] == "32 GB"
    assert spec["hardware"]["compute"]["processors"][0]["coreCount"] == 4


def test_wait_sees_what_happens(kubectl: Kubectl) -> None:
    _write(kubectl, "apply", "waited")
    waiting = subprocess.Popen(
        ["kubectl", "wait", "--for=jsonpath={.spec.accepted}=true", "server/waited", "--timeout=30s"],
        env=kubectl.environ(),
        stdout=subprocess.PIPE,
        text=True,
    )
    kubectl.run("""patch server waited --type=merge -p '{"spec":{"accepted":true}}'""")
    assert waiting.communicate(timeout=30)[0] == "server.metal.sidero.dev/waited condition met\n"
    assert kubectl.run("wait --for=condition=Established crd/servers.metal.sidero.dev").endswith("condition met\n")
    kubectl.run("delete server waited --wait=false")
    kubectl.run("wait --for=delete server/waited --timeout=20s")


def test_delete_waits_for_finalizers(kubectl: Kubectl) -> None:
    _write(kubectl, "apply", "held")
    kubectl.run("""patch server held --type=merge -p '{"metadata":{"finalizers":["test/held"]}}'""")
    kubectl.run("delete server held --wait=false")
    assert kubectl.run("get server held -o jsonpath='{.metadata.deletionTimestamp}'")
    kubectl.run("""patch server held --type=merge -p '{"metadata":{"finalizers":null}}'""")
    assert "NotFound" in kubectl.refuse("get server held")


def test_api_resources_and_explain(kubectl: Kubectl) -> None:
    resources = {line.split()[0] for line in kubectl.run("api-resources --no-headers").splitlines()}
    assert resources >= {"servers", "serverclasses", "environments", "boots", "secrets", "configmaps", "namespaces", "events"}
    assert "metal.sidero.dev/v1alpha1" in kubectl.run("api-versions").splitlines()
    assert "Address of the BMC" in kubectl.run("explain server.spec.bmc.endpoint")
    assert "serversAvailable" in kubectl.run("explain serverclass.status")
    assert "cpu" in kubectl.run("explain serverclass.spec.qualifiers --api-version=metal.sidero.dev/v1alpha1")
    assert "FIELDS" in kubectl.run("explain secret --recursive")


def test_core_kinds_come_and_go_in_whatever_encoding_kubectl_sends(kubectl: Kubectl) -> None:
    kubectl.run("create namespace rack3")
    kubectl.run("create secret generic bmc -n rack3 --from-literal=user=admin --from-literal=pass=geheim")
    kubectl.run("create configmap notes -n rack3 --from-literal=a=b")
    assert kubectl.run("get secret bmc -n rack3 -o jsonpath='{.data.user}'") == "YWRtaW4="
    assert kubectl.run("get secret bmc -n rack3 --no-headers").split()[:3] == ["bmc", "Opaque", "2"]
    assert kubectl.run("get configmap notes -n rack3 -o jsonpath='{.data.a}'") == "b"
    kubectl.run('patch configmap notes -n rack3 -p \'{"data":{"c":"d"}}\'')
    assert kubectl.run("get cm -A --no-headers --field-selector metadata.namespace=rack3").split()[:3] == ["rack3", "notes", "2"]
    kubectl.run("delete namespace rack3")
    assert "NotFound" in kubectl.refuse("get secret bmc -n rack3")


def test_dry_run_on_the_server_writes_nothing(kubectl: Kubectl, box: str) -> None:
    assert "patched" in kubectl.run(f"""patch server {box} --dry-run=server --type=merge -p '{{"spec":{{"hostname":"x"}}}}'""")
    assert kubectl.run(f"get server {box} -o jsonpath='{{.spec.hostname}}'") == "h1"
    _write(kubectl, "create --dry-run=server", "never")
    kubectl.refuse("get server never")


def test_a_custom_kind_applied_at_run_time_is_served_at_once(kubectl: Kubectl) -> None:
    crd = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "racks.example.test"},
        "spec": {
            "group": "example.test",
            "scope": "Namespaced",
            "names": {"kind": "Rack", "plural": "racks", "shortNames": ["rk"]},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "schema": {
                        "openAPIV3Schema": {
                            "type": "object",
                            "properties": {
                                "spec": {
                                    "type": "object",
                                    "properties": {"units": {"type": "integer", "maximum": 48, "default": 42}},
                                }
                            },
                        }
                    },
                    "additionalPrinterColumns": [{"name": "Units", "type": "integer", "jsonPath": ".spec.units"}],
                }
            ],
        },
    }
    assert kubectl.shell(f"kubectl apply -f - <<'EOF'\n{json.dumps(crd)}\nEOF\n").err == ""
    rack = {"apiVersion": "example.test/v1", "kind": "Rack", "metadata": {"name": "r3"}, "spec": {}}
    assert kubectl.shell(f"kubectl apply -f - <<'EOF'\n{json.dumps(rack)}\nEOF\n").err == ""
    assert kubectl.run("get rk --no-headers").split() == ["r3", "42"]
    assert "should be less than or equal to 48" in kubectl.refuse("""patch rack r3 --type=merge -p '{"spec":{"units":99}}'""")
    kubectl.run("delete crd racks.example.test")
    kubectl.refuse("get racks.v1.example.test r3")
