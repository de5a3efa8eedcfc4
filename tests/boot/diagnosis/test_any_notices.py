"""Whatever is told, in whatever order: it folds, and what is kept and said of it has bounds."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from boot.component import ComponentState, ComponentStatus
from boot.config import DhcpMode
from boot.diagnosis.decide import MOST_HINTS, diagnose, next_look
from boot.diagnosis.evidence import gather_evidence
from boot.diagnosis.sightings import fold_seen
from boot.diagnosis.signs import Sign
from boot.diagnosis.surroundings import Network, Surroundings, fold_surroundings, see_network
from boot.lifecycle.ladder import fold_boot
from boot.notices import (
    BootServerAnswered,
    ComponentChanged,
    DhcpAcknowledged,
    DhcpDiscovered,
    DhcpOffered,
    DhcpRefused,
    DhcpRequested,
    Notice,
    Refusal,
    Registered,
    ScriptServed,
    TransferFailed,
    TransferFault,
    TransferProbed,
    TransferProgressed,
    TransferRequested,
)
from boot.resources.boots import BootStatus
from tests.support.clock import FakeClock

MAC, ADDRESS = "52:54:00:aa:00:01", "10.0.0.20"
START = FakeClock().now()
FILES = st.sampled_from(["ipxe.efi", "undionly.kpxe", "vmlinuz", "initramfs.xz", "autoexec.ipxe", "x{y}%s", ""])
SERVERS = st.sampled_from(["", "10.0.0.1", "10.0.0.2", "10.0.0.3"])
SENT = st.integers(0, 5000)


def _told(kind: type[Notice], **more: st.SearchStrategy[object]) -> st.SearchStrategy[Notice]:
    return st.builds(kind, at=st.just(START), mac=st.just(MAC), address=st.sampled_from(["", ADDRESS]), **more)


NOTICES = st.one_of(
    _told(
        DhcpDiscovered,
        architecture=st.sampled_from([None, 0, 6, 7, 11, 16, 77]),
        user_class=st.sampled_from(["", "iPXE"]),
        vendor_class=st.sampled_from(["PXEClient", "HTTPClient", ""]),
        uuid=st.sampled_from(["", "a", "b"]),
        seconds=st.integers(0, 70),
        relay=st.sampled_from(["", "10.9.0.1"]),
        ipxe_features=st.booleans(),
    ),
    _told(DhcpOffered, mode=st.just("proxy"), boot_file=FILES),
    _told(DhcpRequested, server=SERVERS),
    _told(DhcpAcknowledged),
    _told(DhcpRefused, cause=st.sampled_from(Refusal), reason=st.text()),
    _told(BootServerAnswered, boot_file=FILES),
    _told(TransferRequested, file=FILES, again=st.booleans()),
    _told(TransferProbed, file=FILES, size=SENT, aborted=st.booleans()),
    _told(
        TransferProgressed,
        protocol=st.sampled_from(["tftp", "http"]),
        file=FILES,
        sent=SENT,
        size=SENT,
        done=st.booleans(),
        repeats=st.integers(0, 9),
    ),
    _told(
        TransferFailed,
        protocol=st.just("tftp"),
        file=FILES,
        fault=st.sampled_from(TransferFault),
        reason=st.text(),
        sent=SENT,
        expected=st.booleans(),
    ),
    _told(
        ScriptServed,
        script=st.sampled_from(["boot.ipxe", "register", "wait", "environment", "exit"]),
        environment=st.sampled_from(["", "default", "own"]),
    ),
    _told(Registered, uuid=st.just("a"), server=st.just("a"), created=st.booleans(), remark=st.text()),
    _told(
        ComponentChanged,
        status=st.builds(
            ComponentStatus,
            name=st.sampled_from(["dhcp", "pxe", "tftp", "http"]),
            state=st.sampled_from(ComponentState),
            reason=st.text(),
        ),
    ),
)
STEPS = st.lists(st.tuples(NOTICES, st.sampled_from([0.0, 0.2, 5.0, 31.0, 200.0]), st.booleans()), max_size=40)


@settings(deadline=None, max_examples=60)
@given(STEPS, st.sampled_from(DhcpMode))
def test_any_notices_fold_without_error_and_the_hints_are_bounded(
    steps: list[tuple[Notice, float, bool]], mode: DhcpMode
) -> None:
    now, status = START, BootStatus()
    site = Surroundings(mode=mode, advertise="10.0.0.1", interface="eth0")
    for notice, seconds, link in steps:
        now += timedelta(seconds=seconds)
        at = type(notice)(**{**{name: getattr(notice, name) for name in notice.__dataclass_fields__}, "at": now})
        site = see_network(fold_surroundings(site, at), Network(("10.0.0.1/24",), carrier=link), now)
        seen = fold_seen(status.seen, at)
        status = fold_boot(status, at, now).model_copy(update={"seen": seen})
        evidence = gather_evidence(MAC, status, site, now)
        hints = diagnose(evidence, status.hints)
        assert diagnose(evidence, hints) == hints
        due = next_look(evidence, hints)
        assert due is None or due > now
        status = status.model_copy(update={"hints": hints})
        assert len(hints) <= MOST_HINTS
        assert len({hint.reason for hint in hints}) == len(hints)
        assert len(seen) <= len(Sign)
