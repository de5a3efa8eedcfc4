from boot.cluster_api.draining import build_eviction, evictions_of, is_unreachable, keeps_node
from boot.resources.base import Object


def _pod(**metadata: object) -> Object:
    return {"metadata": {"name": "p", "namespace": "kube-system", **metadata}}


DAEMON = _pod(ownerReferences=[{"kind": "DaemonSet", "name": "d", "controller": True}])
MIRROR = _pod(annotations={"kubernetes.io/config.mirror": "x"})
ENDING = _pod(deletionTimestamp="2026-01-01T00:00:00Z")


def test_what_would_come_back_or_is_the_kubelets_own_is_not_waited_for() -> None:
    assert keeps_node(_pod(), unreachable=False)
    assert not keeps_node(DAEMON, unreachable=False)
    assert not keeps_node(MIRROR, unreachable=False)


def test_of_a_kubelet_that_is_not_reached_no_pod_ever_ends() -> None:
    assert keeps_node(ENDING, unreachable=False)
    assert not keeps_node(ENDING, unreachable=True)


def test_a_pod_is_asked_to_go_below_itself() -> None:
    assert evictions_of(_pod()).plural == "pods/p/eviction"
    assert build_eviction(_pod(), unreachable=False) == {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": "p", "namespace": "kube-system"},
    }
    assert build_eviction(_pod(), unreachable=True)["deleteOptions"] == {"gracePeriodSeconds": 1}


def test_a_node_is_unreachable_when_nothing_is_known_of_it() -> None:
    for status, unreachable in (("Unknown", True), ("False", False)):
        assert is_unreachable({"status": {"conditions": [{"type": "Ready", "status": status}]}}) is unreachable
    assert not is_unreachable({})
