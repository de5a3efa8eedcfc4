"""A member that left etcd, or was removed from it, stays out until it is installed anew."""

import pytest

from boot.simulator.talos.etcd import Etcd


@pytest.mark.parametrize("removed", [False, True])
def test_who_left_does_not_come_back_by_itself(removed: bool) -> None:
    etcd = Etcd()
    etcd.bootstrap("a", "10.0.0.1")
    assert etcd.join("b", "10.0.0.2")
    if removed:
        assert etcd.remove(etcd.members["b"][0])
    else:
        etcd.leave("b")
    assert not etcd.join("b", "10.0.0.2")
    etcd.welcome("b")
    assert etcd.join("b", "10.0.0.2")


def test_nobody_joins_before_the_bootstrap() -> None:
    etcd = Etcd()
    assert not etcd.join("b", "10.0.0.2")
    assert etcd.bootstraps == 0
