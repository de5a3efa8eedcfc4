"""What a control-plane node has done on its way and what it is at, from what it said when it was asked. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from boot.cluster_api.checklist import ETCD, NODE, Item, ItemState
from boot.lifecycle.control_plane import Node
from boot.talos.machine_api import Service

_KUBELET = "kubelet"


@dataclass(frozen=True, slots=True)
class Beginning:
    """How far etcd's beginning is: done, or to happen on the Machine `chosen` ("" for none yet)."""

    bootstrapped: bool
    chosen: str = ""


def list_items(node: Node, beginning: Beginning) -> tuple[Item, ...]:
    """From the address to the Node, each as it is now; what cannot be known before the one above it is left out."""
    if not node.address:
        return (Item(name="address known", state=ItemState.WAITING, detail="Talos has told none yet"),)
    known = Item(name="address known", state=ItemState.DONE, detail=node.address)
    if node.services is None:
        return (known, Item(name="Talos API", state=ItemState.WAITING, detail=node.error))
    services = {service.id: service for service in node.services}
    return (
        known,
        Item(name="Talos API", state=ItemState.DONE),
        _service(_KUBELET, services.get(_KUBELET)),
        _etcd(node, services.get(ETCD), beginning),
        _node(node),
    )


def keep_since(before: Sequence[Item], now: Sequence[Item], moment: str) -> tuple[Item, ...]:
    """`now`, each with the moment since when its state is what it is."""
    old = {item.name: item for item in before}
    return tuple(
        item.model_copy(update={"since": old[item.name].since if _same(old.get(item.name), item) else moment}) for item in now
    )


def _same(before: Item | None, item: Item) -> bool:
    return before is not None and before.state is item.state


def _service(name: str, service: Service | None) -> Item:
    if service is not None and service.state == "Running" and service.healthy is not False:
        return Item(name=name, state=ItemState.DONE)
    return Item(name=name, state=_state(service), detail=_say(service))


def _etcd(node: Node, service: Service | None, beginning: Beginning) -> Item:
    """A member only once etcd itself lists members: a service that runs may still be waiting to be let in."""
    if service is not None and service.state == "Running" and service.healthy is not False and node.members:
        count = len(node.members)
        return Item(name=ETCD, state=ItemState.DONE, detail=f"{count} member{'' if count == 1 else 's'}")
    if beginning.bootstrapped:
        return Item(name=ETCD, state=_state(service), detail=f"{_say(service)}: joins the others")
    where = f" on {beginning.chosen}" if beginning.chosen and beginning.chosen != node.name else ""
    waits = f"waits for etcd to begin{where}" if where or not beginning.chosen else "etcd begins here"
    return Item(name=ETCD, state=_state(service), detail=f"{_say(service)}: {waits}")


def _node(node: Node) -> Item:
    reference = (node.machine.get("status") or {}).get("nodeRef") or {}
    if reference.get("name"):
        return Item(name=NODE, state=ItemState.DONE, detail=str(reference["name"]))
    return Item(name=NODE, state=ItemState.WAITING, detail="the cluster's API does not list it yet")


def _state(service: Service | None) -> ItemState:
    return ItemState.FAILED if service is not None and service.state == "Failed" else ItemState.WAITING


def _say(service: Service | None) -> str:
    if service is None:
        return "not there yet"
    unhealthy = "not healthy" if service.healthy is False else ""
    return " ".join(part for part in (service.state, unhealthy, service.message) if part)
