from dataclasses import replace

from boot.component import ComponentState, ComponentStatus
from boot.resources.kinds import BOOT, CONFIG_MAP, ENVIRONMENT, SERVER, SERVER_CLASS
from sidero_tui.model.fold import Changed, Listed, fold
from sidero_tui.model.snapshot import Link, LinkState, Snapshot, StackFacts
from tests.sidero_tui.builders import build_boot, build_class, build_rack, build_server, name_of


def test_a_listed_server_is_shown_and_an_unlisted_one_is_gone() -> None:
    one, two = build_server(1), build_server(2)
    first = fold(Snapshot(), [Listed(SERVER, [one.wire(), two.wire()])])
    second = fold(first, [Listed(SERVER, [two.wire()])])
    assert set(first.servers) == {one.name, two.name}
    assert set(second.servers) == {two.name}


def test_a_change_replaces_its_object_and_leaves_the_old_snapshot_alone() -> None:
    before = fold(Snapshot(), [Changed(SERVER, build_server(1).wire())])
    after = fold(before, [Changed(SERVER, build_server(1, accepted=True).wire())])
    assert not before.servers[name_of(1)].spec.accepted
    assert after.servers[name_of(1)].spec.accepted


def test_a_deletion_removes_the_object_and_one_of_an_unknown_object_does_nothing() -> None:
    before = fold(Snapshot(), [Changed(SERVER_CLASS, build_class("any", []).wire())])
    gone = Changed(SERVER_CLASS, {"metadata": {"name": "any"}}, gone=True)
    assert not fold(before, [gone]).server_classes
    assert not fold(Snapshot(), [gone]).server_classes


def test_each_followed_kind_lands_in_its_own_place() -> None:
    environment = {"metadata": {"name": "default"}}
    snapshot = fold(
        Snapshot(),
        [Changed(BOOT, build_boot(1, {"discover": 1.0}).wire()), Changed(ENVIRONMENT, environment)],
    )
    assert list(snapshot.boots) == ["52-54-00-aa-00-01"]
    assert list(snapshot.environments) == ["default"]


def test_no_facts_are_the_same_snapshot() -> None:
    rack = build_rack()
    assert fold(rack, []) is rack


def test_an_object_of_another_shape_is_named_with_its_reason_and_the_rest_is_shown() -> None:
    odd = {"metadata": {"name": "odd"}, "spec": {"accepted": "perhaps"}}
    snapshot = fold(Snapshot(), [Listed(SERVER, [odd, build_server(1).wire()])])
    assert set(snapshot.servers) == {name_of(1)}
    assert "spec.accepted" in snapshot.unreadable["Server/odd"]


def test_an_object_that_became_readable_is_no_longer_reported() -> None:
    odd = {"metadata": {"name": name_of(1)}, "spec": {"accepted": "perhaps"}}
    snapshot = fold(fold(Snapshot(), [Changed(SERVER, odd)]), [Changed(SERVER, build_server(1).wire())])
    assert not snapshot.unreadable
    assert set(snapshot.servers) == {name_of(1)}


def test_the_components_config_map_becomes_component_states_and_stack_facts() -> None:
    data = {
        "dhcp": '{"state": "failed", "address": "", "port": 0, "reason": "the port is in use"}',
        "http": '{"state": "serving", "address": "0.0.0.0", "port": 8081, "reason": ""}',
        "stack": '{"advertise": "192.168.1.150", "interface": "eth0", "dhcp": "proxy"}',
    }
    published = {"metadata": {"name": "components", "namespace": "sidero-tui"}, "data": data}
    other = {"metadata": {"name": "components", "namespace": "default"}, "data": {"dhcp": "not ours"}}
    snapshot = fold(Snapshot(), [Listed(CONFIG_MAP, [other, published])])
    assert snapshot.components["dhcp"] == ComponentStatus("dhcp", ComponentState.FAILED, reason="the port is in use")
    assert snapshot.components["http"].port == 8081
    assert snapshot.stack == StackFacts("192.168.1.150", "eth0", "proxy")
    gone = fold(snapshot, [Changed(CONFIG_MAP, published, gone=True)])
    assert not gone.components


def test_what_was_derived_is_kept_only_while_its_source_stays() -> None:
    rack = build_rack()
    order, classes = rack.server_order, rack.classes_of
    boots_only = fold(rack, [Changed(BOOT, build_boot(9, {"discover": 1.0}).wire())])
    assert boots_only.server_order is order
    assert "52-54-00-aa-00-09" in boots_only.boot_order
    one_more = fold(rack, [Changed(SERVER, build_server(9).wire())])
    assert name_of(9) in one_more.server_order
    assert one_more.classes_of is classes
    relinked = rack.change({"link": Link(LinkState.STALE)})
    assert relinked == replace(rack, link=Link(LinkState.STALE))


def test_boxes_with_one_uuid_stand_together_and_others_in_order_of_registration() -> None:
    order = build_rack().server_order
    twins = [index for index, name in enumerate(order) if name.startswith("00000000")]
    assert twins == [twins[0], twins[0] + 1]
    assert list(order) == sorted(order, key=lambda name: build_rack().servers[name].metadata.creation_timestamp or "")
