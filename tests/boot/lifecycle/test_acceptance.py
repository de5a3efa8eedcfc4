import pytest

from boot.lifecycle.acceptance import describe_acceptance
from boot.lifecycle.server_status import decide_status
from boot.resources.metal import Server
from boot.resources.wiping import DiskAction

DISKS = {
    "storage": {
        "devices": [
            {"deviceName": "/dev/sda", "productName": "SAMSUNG", "size": 480 * 10**9, "serialNumber": "S1"},
            {"deviceName": "/dev/nvme0n1", "productName": "INTEL", "size": 10**12, "serialNumber": "S2"},
        ]
    }
}


def _server(*, accepted: bool = False, **fields: object) -> Server:
    return Server.model_validate({"metadata": {"name": "s"}, "spec": {"accepted": accepted, **fields}})


def test_every_known_disk_is_named_with_what_becomes_of_it() -> None:
    acceptance = describe_acceptance(_server(hardware=DISKS))
    assert acceptance.possible
    assert [(disk.name, disk.serial, disk.action) for disk in acceptance.disks] == [
        ("/dev/sda", "S1", DiskAction.WIPE),
        ("/dev/nvme0n1", "S2", DiskAction.WIPE),
    ]


def test_unknown_disks_are_said_to_be_unknown() -> None:
    acceptance = describe_acceptance(_server())
    assert acceptance.disks == ()
    assert any("not known" in sentence for sentence in acceptance.sentences)


def test_what_is_accepted_cannot_be_accepted_again() -> None:
    assert not describe_acceptance(_server(accepted=True)).possible


@pytest.mark.parametrize(
    ("accepted", "in_use", "clean", "wanted"),
    [
        (False, False, False, (False, False)),
        (False, False, True, (False, False)),
        (True, False, False, (False, False)),
        (True, False, True, (True, True)),
        (True, True, False, (True, False)),
        (True, True, True, (True, False)),
    ],
)
def test_a_status_is_ready_and_clean_as_sidero_has_it(
    wanted: tuple[bool, bool], *, accepted: bool, in_use: bool, clean: bool
) -> None:
    server = Server.model_validate(
        {"metadata": {"name": "s"}, "spec": {"accepted": accepted}, "status": {"inUse": in_use, "isClean": clean}}
    )
    status = decide_status(server)
    assert (status["ready"], status["isClean"]) == wanted
    assert (status["inUse"], status["power"]) == (in_use, "unknown")
