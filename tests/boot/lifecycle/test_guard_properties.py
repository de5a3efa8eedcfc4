"""No sequence of events and calls ever orders a write that must not be: to a server not accepted at that moment, in use,
rejected or fenced, within the grace period, or to a kept, read-only or removable disk."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from boot.clock import rfc3339
from boot.lifecycle.disks import propose_plan
from boot.lifecycle.guard import Act, Order, Rules, decide_order
from boot.lifecycle.orders import decide_orders, decide_progress, decide_sidero_wipe
from boot.lifecycle.wiping import DiskResult, WipedDisk, begin_run, check_wiped, fail_step, finish_run
from boot.resources.annotations import ACCEPTED_AT, FENCED_BY, REJECTED, STOPPED, WIPE_PLAN
from boot.resources.base import Object
from boot.resources.metal import Server
from boot.resources.wiping import Disk, DiskAction, WipePlan, encode_record
from tests.boot.lifecycle.servers import NOW

GRACE = 10.0
RULES = Rules(GRACE)
NAMES = [f"/dev/sd{letter}" for letter in "abcd"]
TRUTH = [
    # Which box's disk it really is, and how it shows itself: with a wwid, with a serial number, with neither, as two alike.
    Disk(device_name="", wwid="naa.1", serial="S1", size=10),
    Disk(device_name="", serial="S2", size=10),
    Disk(device_name="", serial="TWIN", size=20),
    Disk(device_name="", serial="TWIN", size=20),
    Disk(device_name="", wwid="naa.5", size=30, removable=True),
    Disk(device_name="", wwid="naa.6", size=30, read_only=True),
]


class Life(RuleBasedStateMachine):
    """Keeps its own account of what must not be written, in the simplest words, beside the server the guard sees."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.wire: Object = {"metadata": {"name": "s1", "annotations": {}}, "spec": {"accepted": False}, "status": {}}
        self.accepted_since = NOW
        self.kept: set[int] = set()
        self.planned: set[int] | None = None
        self.present = {0: "/dev/sda", 1: "/dev/sdb"}

    @property
    def server(self) -> Server:
        return Server.model_validate(self.wire)

    @property
    def disks(self) -> list[Disk]:
        return [TRUTH[index].model_copy(update={"device_name": name}) for index, name in self.present.items()]

    def annotate(self, key: str, value: str | None) -> None:
        annotations = self.wire["metadata"]["annotations"]
        annotations.pop(key, None)
        if value is not None:
            annotations[key] = value

    @rule()
    def accept(self) -> None:
        if not self.wire["spec"]["accepted"]:
            self.wire["spec"]["accepted"] = True

    @rule()
    def record_acceptance(self) -> None:
        """What the controller does when it sees the acceptance."""
        if self.wire["spec"]["accepted"] and ACCEPTED_AT not in self.wire["metadata"]["annotations"]:
            self.accepted_since = self.now
            self.annotate(ACCEPTED_AT, rfc3339(self.now))

    @rule()
    def take_acceptance_back(self) -> None:
        self.wire["spec"]["accepted"] = False
        self.annotate(ACCEPTED_AT, None)

    @rule(seconds=st.sampled_from([1.0, 9.0, 30.0, 3600.0]))
    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(allocated=st.booleans())
    def allocate(self, allocated: bool) -> None:
        self.wire["status"]["inUse"] = allocated
        if allocated:
            self.wire["status"]["isClean"] = False

    @rule(key=st.sampled_from([REJECTED, FENCED_BY, STOPPED]), value=st.sampled_from(["x", None]))
    def decree(self, key: str, value: str | None) -> None:
        self.annotate(key, value)

    @rule(order=st.permutations(range(len(TRUTH))), count=st.integers(0, 4))
    def boot(self, order: list[int], count: int) -> None:
        """Another boot: other disks may be there, under other names."""
        self.present = dict(zip(order[:count], NAMES, strict=False))

    @rule(keep=st.sets(st.sampled_from(NAMES)))
    def plan(self, keep: set[str]) -> None:
        self.annotate(WIPE_PLAN, encode_record(propose_plan(self.disks, keep)))
        self.planned = set(self.present)
        self.kept = {index for index, name in self.present.items() if name in keep}

    @rule(text=st.sampled_from(["", "{}", '{"version":9,"disks":[]}', '{"disks":[{"wwid":"naa.1"}]}']))
    def spoil_plan(self, text: str) -> None:
        self.annotate(WIPE_PLAN, text)
        self.planned, self.kept = set(), set()

    @rule()
    def drop_plan(self) -> None:
        self.annotate(WIPE_PLAN, None)
        self.planned, self.kept = None, set()

    @rule(boot=st.sampled_from(["one", "two"]))
    def ask_for_orders(self, boot: str) -> None:
        orders = decide_orders(self.server, self.disks, self.now, RULES)
        for row in orders.disks:
            if row.action is DiskAction.WIPE:
                self.check_write(row.disk)
        if orders.disks:
            for key, value in begin_run(self.server, boot, orders.deadline_seconds, self.now).items():
                self.annotate(key, value)

    @rule(name=st.sampled_from(NAMES), fails=st.booleans())
    def report_progress(self, name: str, fails: bool) -> None:
        disk = next((disk for disk in self.disks if disk.device_name == name), None)
        if decide_progress(disk, self.server, self.now, RULES).allowed:
            assert disk is not None
            self.check_write(disk)
            if fails:
                for key, value in fail_step(self.server, "head", name, "x", self.now).items():
                    self.annotate(key, value)

    @rule()
    def ask_as_sideros_agent(self) -> None:
        if decide_sidero_wipe(self.server, self.disks, self.now, RULES).allowed:
            for disk in self.disks:
                self.check_write(disk)

    @rule(results=st.fixed_dictionaries(dict.fromkeys(NAMES, st.sampled_from(DiskResult))))
    def mark_wiped(self, results: dict[str, DiskResult]) -> None:
        reported = {name: WipedDisk(name, result, verified=True) for name, result in results.items()}
        if check_wiped(self.server, self.disks, reported, self.now, RULES).allowed:
            assert self.wire["spec"]["accepted"]
            assert not self.wire["status"].get("inUse")
            for index, name in self.present.items():
                must = not (TRUTH[index].removable or TRUTH[index].read_only or index in self.kept)
                if must and self.planned is None:
                    assert results[name] is DiskResult.WIPED
            self.wire["status"]["isClean"] = True
            for key, value in finish_run(self.server, results).items():
                self.annotate(key, value)

    @invariant()
    def every_order_of_the_guard_is_right(self) -> None:
        for disk in self.disks:
            if decide_order(Order(Act.WIPE, disk, by="anybody", confirmed=True), self.server, self.now, RULES).allowed:
                self.check_write(disk)
            if decide_order(Order(Act.INSTALL, disk), self.server, self.now, RULES).allowed:
                self.check_decrees()
                self.check_disk(disk)
                assert self.wire["status"].get("inUse")

    def check_write(self, disk: Disk) -> None:
        self.check_decrees()
        self.check_disk(disk)
        assert not self.wire["status"].get("inUse")
        assert not self.wire["status"].get("isClean")

    def check_decrees(self) -> None:
        assert self.wire["spec"]["accepted"]
        assert (self.now - self.accepted_since).total_seconds() >= GRACE
        assert not {REJECTED, FENCED_BY, STOPPED} & set(self.wire["metadata"]["annotations"])

    def check_disk(self, disk: Disk) -> None:
        index = next(index for index, name in self.present.items() if name == disk.device_name)
        assert not TRUTH[index].removable
        assert not TRUTH[index].read_only
        assert index not in self.kept
        assert self.planned is None or index in self.planned or _has_twin(index, self.planned)
        assert self.planned is None or WipePlan.model_validate_json(self.wire["metadata"]["annotations"][WIPE_PLAN])


def _has_twin(index: int, planned: set[int]) -> bool:
    """A disk with the serial number of one that was planned cannot be told from it; kept ones are checked beside this."""
    return any(TRUTH[other].serial == TRUTH[index].serial == "TWIN" for other in planned)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
