from pathlib import Path

import pytest

from boot.config import StackConfig


@pytest.mark.parametrize(
    ("more", "follow", "reached", "told"),
    [
        ((), False, "10.0.0.1", "192.168.1.150"),
        ((), True, "10.0.0.1", "10.0.0.1"),
        (("eth2",), False, "10.0.0.1", "10.0.0.1"),
        (("eth2",), False, "192.168.1.9", "192.168.1.150"),
        (("eth2",), True, "", "192.168.1.150"),
    ],
    ids=["behind NAT", "an address that may change", "another interface", "the first interface", "nobody knows"],
)
def test_a_machine_is_told_an_address_it_can_reach(
    more: tuple[str, ...], reached: str, told: str, tmp_path: Path, *, follow: bool
) -> None:
    config = StackConfig(state_dir=tmp_path, advertise="192.168.1.150", interface="eth1", more_interfaces=more, follow=follow)
    assert config.boot_url_at(reached) == f"http://{told}:8081"
