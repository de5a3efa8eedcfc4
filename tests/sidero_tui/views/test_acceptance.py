from boot.lifecycle.acceptance import describe_acceptance
from boot.resources.annotations import DISK_CONTENTS, WIPE_PLAN
from boot.resources.wiping import Content, Disk, DiskAction, DiskContents, WipePlan, encode_record
from sidero_tui.model.able import able
from sidero_tui.model.draft import Draft
from sidero_tui.model.snapshot import Snapshot
from sidero_tui.views.acceptance import build_acceptance_page
from sidero_tui.views.spans import plain
from tests.sidero_tui.builders import build_rack, build_server, mac_of, name_of

RACK = build_rack()


def text(names: tuple[str, ...], rack: Snapshot = RACK, draft: Draft = Draft()) -> str:  # noqa: B008 -- frozen
    page = build_acceptance_page(rack, names, draft, None, 76)
    return " ".join(" ".join(plain(line).split()) for line in page.lines)


def test_only_servers_that_exist_and_are_not_accepted_can_be_accepted() -> None:
    assert able("accept", RACK, (name_of(1), name_of(2), "gone")) == (name_of(1),)


def test_what_holds_for_all_is_said_once_and_each_server_is_named_in_full() -> None:
    names = able("accept", RACK, RACK.server_order)
    said = text(names)
    assert len(names) == 3
    for sentence in describe_acceptance(RACK.servers[names[0]]).sentences:
        assert said.count(sentence) == 1
    for number, name in ((1, name_of(1)), (5, names[0]), (6, names[1])):
        for part in (name, mac_of(number), f"serial 7QK000{number}"):
            assert part in said
    assert said.count("another server reports the same SMBIOS UUID") == 2


def rack_with_disks(*contents: Content) -> Snapshot:
    """One server with a disk of known contents, and one that nobody has looked into."""
    seen = Disk(device_name="/dev/sda", size=2**40, model="HDD", serial="WD1", contents=list(contents))
    record = encode_record(DiskContents(at="2026-01-01T00:00:00Z", disks=[seen]))
    server, other = build_server(1, annotations={DISK_CONTENTS: record}), build_server(2)
    return Snapshot(servers={server.name: server, other.name: other})


def test_known_disks_are_listed_with_what_is_on_each_and_what_becomes_of_it() -> None:
    rack = rack_with_disks(Content(kind="filesystem", type="xfs", label="data", where="partition 1"))
    said = text((name_of(1), name_of(2)), rack)
    assert '✗ wipe /dev/sda · HDD · 1.0 TiB · WD1 on it: xfs "data" on partition 1' in said
    [unknown] = set(describe_acceptance(rack.servers[name_of(2)]).sentences) - set(
        describe_acceptance(rack.servers[name_of(1)]).sentences
    )
    assert said.index(unknown) > said.index(name_of(2))


def test_a_disk_that_is_kept_says_so_and_the_plan_goes_with_the_acceptance() -> None:
    rack = rack_with_disks()
    server = rack.servers[name_of(1)]
    draft = Draft().toggle(server, "/dev/sda")
    assert "■ keep /dev/sda" in text((name_of(1),), rack, draft)
    [edit] = draft.edits([server])
    assert isinstance(edit.patch, dict)
    assert edit.patch["spec"] == {"accepted": True}
    plan = WipePlan.model_validate_json(edit.patch["metadata"]["annotations"][WIPE_PLAN])
    assert [(disk.serial, disk.action) for disk in plan.disks] == [("WD1", DiskAction.KEEP)]
    assert draft.toggle(server, "/dev/sda").describe(server).disks[0].action is DiskAction.WIPE


def test_data_of_others_must_be_typed_away_and_only_while_it_would_be_lost() -> None:
    server = rack_with_disks(Content(kind="filesystem", type="ext4")).servers[name_of(1)]
    assert Draft().must_type([server])
    assert not Draft().toggle(server, "/dev/sda").must_type([server])
    talos = rack_with_disks(
        Content(kind="partition-table", type="gpt"),
        Content(kind="filesystem", type="xfs", label="STATE"),
        Content(kind="filesystem", type="xfs", label="EPHEMERAL"),
    )
    assert not Draft().must_type([talos.servers[name_of(1)]])


def test_without_a_change_accepting_stays_the_guides_own_patch() -> None:
    [edit] = Draft().edits([RACK.servers[name_of(1)]])
    assert edit.patch == ({"op": "replace", "path": "/spec/accepted", "value": True},)
    assert edit.command.endswith('--type=json -p \'[{"op": "replace", "path": "/spec/accepted", "value": true}]\'')
