"""Tasks for people, read and ticked off with stock kubectl."""

import json
from pathlib import Path

import pytest

from tests.support.kubectl import Kubectl

pytestmark = pytest.mark.interop


def test_a_task_is_read_and_ticked_off_as_the_documentation_says(kubectl: Kubectl, tmp_path: Path) -> None:
    name = "00000000-0000-0000-0000-d05099d33360"
    server = {"apiVersion": "metal.sidero.dev/v1alpha2", "kind": "Server", "metadata": {"name": name}, "spec": {"accepted": True}}
    task = {
        "apiVersion": "boot.sidero-tui.dev/v1alpha1",
        "kind": "Task",
        "metadata": {"name": name},
        "spec": {"server": name, "action": "power-cycle", "where": "r3u12"},
        "status": {"state": "open", "openedAt": "2026-01-01T12:00:00Z"},
    }
    path = tmp_path / "objects.json"
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": [server, task]}))
    kubectl.run(f"create -f {path}")
    header, row = kubectl.run("get tasks").splitlines()
    assert header.split() == ["NAME", "DO", "WHERE", "STATE", "DONE", "BY", "OPENED"]
    assert row.split()[:4] == [name, "power-cycle", "r3u12", "open"]
    kubectl.run(f"""patch task {name} --type merge -p '{{"status":{{"state":"done"}}}}'""")
    kubectl.run(f"wait --for=jsonpath='{{.status.doneBy}}'=person task/{name} --timeout=20s")
    assert kubectl.refuse(f"""patch task {name} --type merge -p '{{"status":{{"state":"half done"}}}}'""")


def test_a_bmc_is_tested_as_the_documentation_says(kubectl: Kubectl, tmp_path: Path) -> None:
    server = {
        "apiVersion": "metal.sidero.dev/v1alpha2",
        "kind": "Server",
        "metadata": {"name": "s1"},
        "spec": {"accepted": False, "bmc": {"endpoint": "https://127.0.0.1:1", "user": "admin", "pass": "correct-horse"}},
    }
    path = tmp_path / "server.json"
    path.write_text(json.dumps(server))
    kubectl.run(f"create -f {path}")
    kubectl.run("annotate server s1 boot.sidero-tui.dev/check-bmc=now")
    kubectl.run(r"wait --for=jsonpath='{.metadata.annotations.boot\.sidero-tui\.dev/bmc-checked-at}' server/s1 --timeout=40s")
    rows = json.loads(kubectl.run(r"get server s1 -o jsonpath='{.metadata.annotations.boot\.sidero-tui\.dev/bmc-check}'"))
    assert [(row["verb"], row["outcome"]) for row in rows[:2]] == [("reachable", "failed"), ("login", "failed")]
