"""What tests/boot/plane/ownership.json says of a real kube-apiserver is what one answers."""

import copy
import json
import re
import ssl
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.boot.plane.ownership import KINDS, RACK_CRD
from tests.support.kube_apiserver import AVAILABLE, WANTED, kube_apiserver

pytestmark = [pytest.mark.interop, pytest.mark.skipif(not AVAILABLE, reason=WANTED)]

Object = dict[str, Any]
SCENARIOS = Path(__file__).parents[1] / "boot" / "plane"
PATHS = {
    "ConfigMap": "/api/v1/namespaces/default/configmaps",
    "Deployment": "/apis/apps/v1/namespaces/default/deployments",
    "Node": "/api/v1/nodes",
    "Rack": "/apis/example.com/v1/racks",
}
PATCHES = {
    "apply": "application/apply-patch+yaml",
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
}
_SYSTEM_FIELDS = ("uid", "resourceVersion", "creationTimestamp", "generation")


class _Server:
    """JSON in, JSON out, as an admin; errors are answers."""

    def __init__(self, kubeconfig: Path) -> None:
        pki = kubeconfig.parent / "pki"
        self._tls = ssl.create_default_context(cafile=str(pki / "ca.crt"))
        self._tls.load_cert_chain(pki / "admin.crt", pki / "admin.key")
        self._address = yaml.safe_load(kubeconfig.read_text())["clusters"][0]["cluster"]["server"]

    def ask(self, method: str, path: str, body: Object | None = None, content: str = "application/json") -> tuple[int, Object]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": content, "Accept": "application/json"}
        request = urllib.request.Request(self._address + path, data, headers, method=method)  # noqa: S310  # loopback
        try:
            with urllib.request.urlopen(request, context=self._tls, timeout=20) as answer:  # noqa: S310
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            text = error.read()
            return error.code, json.loads(text) if text.startswith(b"{") else {"message": text.decode()}


def test_the_recorded_answers_are_those_of_a_real_kube_apiserver(tmp_path: Path) -> None:
    scenarios = yaml.safe_load((SCENARIOS / "ownership.yaml").read_text())
    recorded = json.loads((SCENARIOS / "ownership.json").read_text())
    with kube_apiserver(tmp_path) as cluster:
        server = _Server(cluster.kubeconfig)
        server.ask("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", RACK_CRD)
        for path in (PATHS["Rack"], "/api/v1/namespaces/default"):
            while server.ask("GET", path)[0] != 200:
                time.sleep(0.1)
        answers = {
            scenario["name"]: _play(server, scenario, name=f"scenario-{number}") for number, scenario in enumerate(scenarios)
        }
    assert answers == {name: [_sorted_causes(step) for step in steps] for name, steps in recorded.items()}


def _play(server: _Server, scenario: Object, name: str) -> list[Object]:
    results: list[Object] = []
    version = ""
    for step in scenario["steps"]:
        verb = next(iter(step.keys() & {"create", *PATCHES}))
        status, answer = _write(server, scenario["kind"], name, step, verb)
        if status >= 400:
            error = {"code": status, "message": answer["message"], "reason": answer.get("reason", "")}
            result: Object = {"error": error | {"causes": answer.get("details", {}).get("causes", [])}}
        else:
            result = {"moved": answer["metadata"]["resourceVersion"] != version}
            version = answer["metadata"]["resourceVersion"]
            result["object"] = _clean(answer)
        results.append(_sorted_causes(json.loads(re.sub(rf"\b{name}\b", "NAME", json.dumps(result)))))
        if len(scenario["steps"]) > 10:  # which updater is the oldest is told by times, which are whole seconds
            time.sleep(1.02)
    return results


def _write(server: _Server, kind: str, name: str, step: Object, verb: str) -> tuple[int, Object]:
    body = copy.deepcopy(step[verb])
    if verb in {"create", "apply"}:
        body = {"apiVersion": KINDS[kind][0], "kind": kind} | body | {"metadata": {"name": name} | (body.get("metadata") or {})}
    query = f"?fieldManager={step['by']}" + ("&force=true" if step.get("force") else "")
    if verb == "create":
        return server.ask("POST", PATHS[kind] + query, body)
    part = f"/{step['subresource']}" if "subresource" in step else ""
    return server.ask("PATCH", f"{PATHS[kind]}/{name}{part}{query}", body, PATCHES[verb])


def _clean(obj: Object) -> Object:
    """Without what is another every time, and without the taint that admission puts on new nodes."""
    for field in _SYSTEM_FIELDS:
        obj["metadata"].pop(field, None)
    for entry in obj["metadata"].get("managedFields", []):
        if "time" in entry:
            entry["time"] = True
    taints = obj.get("spec", {}).get("taints")
    if taints is not None:
        obj["spec"]["taints"] = [taint for taint in taints if taint["key"] != "node.kubernetes.io/not-ready"]
    return obj


def _sorted_causes(step: Object) -> Object:
    """Causes, and entries of one second, come in any order."""
    if "error" in step:
        step["error"]["causes"].sort(key=lambda cause: (cause["message"], cause["field"]))
    else:
        step["object"]["metadata"].get("managedFields", []).sort(
            key=lambda entry: (entry["operation"], entry["manager"], entry.get("subresource", ""))
        )
    return step
