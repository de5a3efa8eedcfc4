from boot.cluster_api.checklist import Item, ItemState
from boot.lifecycle.control_plane import Node
from boot.lifecycle.node_checklist import Beginning, keep_since, list_items
from boot.resources.base import Object
from boot.talos.machine_api import EtcdMember, Service

MACHINE: Object = {"metadata": {"name": "cp-a", "namespace": "default"}}
JOINED: Object = {**MACHINE, "status": {"nodeRef": {"kind": "Node", "name": "talos-a"}}}
KUBELET = Service("kubelet", "Running", healthy=True, message="")
BEFORE = Beginning(bootstrapped=False)


def told(node: Node, beginning: Beginning = BEFORE) -> list[str]:
    return [f"{item.name} {item.state}{': ' if item.detail else ''}{item.detail}" for item in list_items(node, beginning)]


def etcd(state: str, message: str = "", *, healthy: bool | None = None) -> Service:
    return Service("etcd", state, healthy, message)


def test_before_its_address_nothing_else_is_asked_of_it() -> None:
    assert told(Node(MACHINE, error="its address is not known yet")) == ["address known waiting: Talos has told none yet"]


def test_a_node_that_does_not_answer_says_why() -> None:
    silent = Node(MACHINE, "10.0.0.1", error="10.0.0.1: ServiceList: no answer in time")
    assert told(silent)[1:] == ["Talos API waiting: 10.0.0.1: ServiceList: no answer in time"]


def test_until_etcd_begins_it_says_where_it_is_to() -> None:
    node = Node(MACHINE, "10.0.0.1", services=(KUBELET, etcd("Preparing")))
    assert told(node)[2:] == [
        "kubelet done",
        "etcd waiting: Preparing: waits for etcd to begin",
        "node waiting: the cluster's API does not list it yet",
    ]
    assert told(node, Beginning(False, "cp-b"))[3] == "etcd waiting: Preparing: waits for etcd to begin on cp-b"
    assert told(node, Beginning(False, "cp-a"))[3] == "etcd waiting: Preparing: etcd begins here"
    assert told(node, Beginning(True, "cp-b"))[3] == "etcd waiting: Preparing: joins the others"


def test_a_member_is_one_that_etcd_lists_and_a_node_one_that_kubernetes_does() -> None:
    members = (EtcdMember(1, "a", (), learner=False), EtcdMember(2, "b", (), learner=False))
    node = Node(JOINED, "10.0.0.1", services=(KUBELET, etcd("Running", healthy=True)), members=members)
    assert told(node, Beginning(True))[3:] == ["etcd done: 2 members", "node done: talos-a"]


def test_what_failed_or_is_not_there_says_so() -> None:
    node = Node(MACHINE, "10.0.0.1", services=(etcd("Failed", "exit status 1", healthy=False),))
    assert told(node, Beginning(True))[2:4] == [
        "kubelet waiting: not there yet",
        "etcd failed: Failed not healthy exit status 1: joins the others",
    ]


def test_a_state_keeps_its_moment_until_it_changes() -> None:
    done, waiting = ItemState.DONE, ItemState.WAITING
    before = (Item(name="a", state=done, since="12:00"), Item(name="b", state=waiting, since="12:00"))
    now = (Item(name="a", state=done, detail="more"), Item(name="b", state=done), Item(name="c", state=waiting))
    assert [item.since for item in keep_since(before, now, "12:05")] == ["12:00", "12:05", "12:05"]
