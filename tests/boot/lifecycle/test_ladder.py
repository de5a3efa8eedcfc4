from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from boot.clock import parse_time
from boot.lifecycle.ladder import LADDER, accept_boot, fold_boot
from boot.lifecycle.timeline import TIMELINE_KEPT
from boot.notices import (
    BootServerAnswered,
    DhcpAcknowledged,
    DhcpDiscovered,
    DhcpOffered,
    DhcpRefused,
    DhcpRequested,
    Notice,
    PacketRefused,
    Refusal,
    Registered,
    ScriptServed,
    TransferFailed,
    TransferFault,
    TransferProbed,
    TransferProgressed,
)
from boot.resources.boots import BootStatus
from tests.support.clock import FakeClock

NOW = FakeClock().now()
MAC, ADDRESS = "52:54:00:aa:00:01", "10.0.0.20"


def _firmware() -> Notice:
    return DhcpDiscovered(at=NOW, mac=MAC, architecture=7, vendor_class="PXEClient:Arch:00007", uuid="u")


def _ipxe() -> Notice:
    return DhcpDiscovered(at=NOW, mac=MAC, architecture=7, user_class="iPXE", vendor_class="PXEClient")


def _sent(file: str = "ipxe.efi", sent: int = 900, size: int = 900, protocol: str = "tftp") -> Notice:
    return TransferProgressed(
        at=NOW, mac=MAC, address=ADDRESS, protocol=protocol, file=file, sent=sent, size=size, done=sent == size
    )


def _script(name: str) -> Notice:
    return ScriptServed(at=NOW, mac=MAC, address=ADDRESS, script=name)


WHOLE_BOOT: Sequence[Notice] = (
    _firmware(),
    DhcpOffered(at=NOW, mac=MAC, mode="proxy", boot_file="ipxe.efi"),
    DhcpRequested(at=NOW, mac=MAC, address=ADDRESS, server="10.0.0.2"),
    BootServerAnswered(at=NOW, mac=MAC, address=ADDRESS, boot_file="ipxe.efi"),
    TransferProbed(at=NOW, mac=MAC, address=ADDRESS, file="ipxe.efi", size=900),
    _sent(sent=0),
    _sent(),
    _ipxe(),
    DhcpOffered(at=NOW, mac=MAC, mode="proxy", boot_file="http://10.0.0.1:8081/boot.ipxe"),
    DhcpRequested(at=NOW, mac=MAC, address=ADDRESS),
    _script("boot.ipxe"),
    Registered(at=NOW, mac=MAC, uuid="u", server="s", created=True),
    _script("wait"),
)


def _fold(notices: Sequence[Notice], status: BootStatus | None = None) -> BootStatus:
    folded = status or BootStatus()
    for number, notice in enumerate(notices):
        folded = fold_boot(folded, notice, NOW + timedelta(seconds=number))
    return folded


def test_a_whole_boot_climbs_every_rung_in_order() -> None:
    status = _fold(WHOLE_BOOT)
    assert [step.name for step in status.steps] == [
        "discover",
        "offer",
        "request",
        "bootserver",
        "tftp",
        "ipxe",
        "script",
        "registered",
    ]
    assert status.stage == "registered"
    assert (status.server, status.uuid, status.addresses) == ("s", "u", [ADDRESS])
    assert (status.firmware, status.architecture, status.architecture_code) == ("uefi", "UEFI x86-64", 7)
    assert status.hints == []


def test_each_rung_has_its_time_and_what_went_over_the_wire() -> None:
    steps = {step.name: step for step in _fold(WHOLE_BOOT).steps}
    assert steps["tftp"].bytes == 900
    assert steps["offer"].detail == "ipxe.efi"
    assert parse_time(steps["ipxe"].at or "") == NOW + timedelta(seconds=7)


@pytest.mark.parametrize("length", range(1, len(WHOLE_BOOT)))
def test_what_should_come_next_is_the_rung_that_then_comes(length: int) -> None:
    status = _fold(WHOLE_BOOT[:length])
    names = [rung.name for rung in LADDER]
    assert status.expected is not None
    assert names.index(status.expected.step) > names.index(status.stage)


def test_a_rung_is_late_after_its_limit_but_a_person_has_all_the_time() -> None:
    waiting = _fold(WHOLE_BOOT[:1]).expected
    assert waiting is not None
    assert (waiting.step, parse_time(waiting.late_after or "")) == ("offer", NOW + timedelta(seconds=5))
    human = _fold(WHOLE_BOOT).expected
    assert human is not None
    assert (human.step, human.late_after) == ("accepted", None)


def test_acceptance_is_a_rung() -> None:
    status = accept_boot(_fold(WHOLE_BOOT), NOW)
    assert status.stage == "accepted"


def test_a_waiting_machine_only_shows_that_it_lives() -> None:
    before = _fold(WHOLE_BOOT)
    after = fold_boot(before, _script("wait"), NOW + timedelta(seconds=99))
    assert after.last_seen != before.last_seen
    assert after.model_copy(update={"last_seen": before.last_seen}) == before


def test_the_next_boot_starts_at_the_bottom_and_keeps_the_story() -> None:
    status = _fold([_firmware()], _fold(WHOLE_BOOT))
    assert [step.name for step in status.steps] == ["discover"]
    assert (status.server, status.stage) == ("s", "discover")
    assert len(status.timeline) > 5


def test_firmware_that_asks_again_is_counted_not_restarted() -> None:
    status = _fold([WHOLE_BOOT[0], WHOLE_BOOT[1], WHOLE_BOOT[0]])
    assert [(step.name, step.count) for step in status.steps] == [("discover", 2), ("offer", 1)]


def test_an_ipxe_rom_needs_no_firmware_before_it() -> None:
    status = _fold([_ipxe(), _script("boot.ipxe")])
    assert [step.name for step in status.steps] == ["ipxe", "script"]
    assert status.architecture == "UEFI x86-64"
    again = _fold([_ipxe()], status)
    assert [step.name for step in again.steps] == ["ipxe"]


def test_a_running_transfer_shows_how_far_it_is() -> None:
    transfer = _fold([*WHOLE_BOOT[:5], _sent(sent=300)]).transfer
    assert transfer is not None
    assert (transfer.sent, transfer.total, transfer.state) == (300, 900, "running")


def test_a_failed_transfer_is_on_the_ladder_and_an_expected_miss_is_not() -> None:
    failed = TransferFailed(at=NOW, mac=MAC, protocol="tftp", file="x.efi", fault=TransferFault.NO_SUCH_FILE, reason="not found")
    assert _fold([*WHOLE_BOOT[:4], replace(failed, file="autoexec.ipxe", expected=True)]).transfer is None
    transfer = _fold([*WHOLE_BOOT[:4], failed]).transfer
    assert transfer is not None
    assert (transfer.file, transfer.state) == ("x.efi", "failed")


def test_silence_is_on_the_timeline_with_its_reason() -> None:
    status = _fold([_firmware(), DhcpRefused(at=NOW, mac=MAC, cause=Refusal.NO_BOOT_FILE, reason="no iPXE for it")])
    assert status.timeline[-1].message == "not answered: no iPXE for it"


def test_kernel_and_initramfs_end_in_the_hand_over() -> None:
    status = _fold([*WHOLE_BOOT, _sent("default/vmlinuz", 10, 10, "http"), _sent("default/initramfs.xz", 10, 10, "http")])
    assert status.stage == "handed-over"
    assert status.expected is None


def test_an_agents_files_are_a_transfer_and_no_hand_over_to_an_operating_system() -> None:
    status = _fold([*WHOLE_BOOT, *(_sent(f"agent-amd64/{file}", 10, 10, "http") for file in ("vmlinuz", "initramfs.xz"))])
    assert (status.stage, status.timeline[-1].message) == ("registered", "agent-amd64/initramfs.xz sent, 10 bytes by HTTP")
    assert status.transfer is not None
    assert (status.transfer.file, status.transfer.state) == ("agent-amd64/initramfs.xz", "done")


def test_the_timeline_is_bounded() -> None:
    status = _fold([DhcpAcknowledged(at=NOW, mac=MAC, address=ADDRESS)] * (TIMELINE_KEPT + 20))
    assert len(status.timeline) == TIMELINE_KEPT


def test_what_is_not_about_a_boot_changes_nothing() -> None:
    status = _fold(WHOLE_BOOT)
    assert fold_boot(status, PacketRefused(at=NOW, protocol="dhcp", cause="x"), NOW) is status
