"""What the component `wire` found: our own traffic, and who else answers DHCP. Pure."""

import json
from collections.abc import Mapping

from boot.preflight.result import CheckResult, Verdict
from boot.resources.neighbours import OK, SELF_TEST, VERDICT

NAME, _OTHERS = "self-test", "other DHCP"


def judge_wire(data: Mapping[str, str]) -> list[CheckResult]:
    """Data of the ConfigMap `dhcp-neighbours` -> the self-test, each other server, and what is wrong with them."""
    complaints = [] if data[SELF_TEST] == OK else data[SELF_TEST].splitlines()
    results = [CheckResult(NAME, Verdict.FAIL, complaint, "see firewall and the ports above") for complaint in complaints]
    if not complaints:
        told = "our OFFER was seen on the wire, and everything we advertise was fetched"
        results.append(CheckResult(NAME, Verdict.OK, told))
    servers = sorted(data.keys() - {SELF_TEST, VERDICT})
    results += [CheckResult(_OTHERS, Verdict.OK, f"{server}: {_describe(json.loads(data[server]))}") for server in servers]
    results += [CheckResult(_OTHERS, Verdict.WARN, sentence) for sentence in data.get(VERDICT, "").splitlines()]
    return results


def _describe(said: Mapping[str, str]) -> str:
    parts = [said["kind"]]
    words = {"offered": "offers", "network": "of", "bootFile": "boot file", "nextServer": "from", "program": "run here by"}
    parts += [f"{word} {said[key]}" for key, word in words.items() if said.get(key)]
    return ", ".join(parts)
