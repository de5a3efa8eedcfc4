import json

from boot.preflight.checks.wire import judge_wire
from boot.preflight.result import Verdict

NEIGHBOUR = {"kind": "DHCP server", "offered": "10.0.0.50", "network": "10.0.0.0/24", "program": "dnsmasq"}


def test_a_good_wire_with_one_other_server_is_told_as_it_is() -> None:
    data = {"self-test": "ok", "verdict": "", "10.0.0.2": json.dumps(NEIGHBOUR)}
    test, other = judge_wire(data)
    assert (test.verdict, other.verdict) == (Verdict.OK, Verdict.OK)
    assert other.sentence == "10.0.0.2: DHCP server, offers 10.0.0.50, of 10.0.0.0/24, run here by dnsmasq"


def test_each_fault_is_a_failure_and_each_quarrel_a_warning() -> None:
    found = judge_wire({"self-test": "our OFFER is not\nhttp://x cannot be fetched", "verdict": "two DHCP servers"})
    assert [(result.verdict, result.sentence) for result in found] == [
        (Verdict.FAIL, "our OFFER is not"),
        (Verdict.FAIL, "http://x cannot be fetched"),
        (Verdict.WARN, "two DHCP servers"),
    ]
