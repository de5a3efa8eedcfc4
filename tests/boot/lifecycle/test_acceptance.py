from boot.lifecycle.acceptance import describe_acceptance
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
