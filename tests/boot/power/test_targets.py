"""Where a BMC is looked for, from what the spec says."""

import pytest

from boot.power.targets import list_targets
from boot.resources.metal import BMC


@pytest.mark.parametrize(
    ("bmc", "expected"),
    [
        ({"endpoint": "10.0.0.5"}, ["https://10.0.0.5", "10.0.0.5 udp 623"]),
        ({"endpoint": "10.0.0.5", "port": 623}, ["https://10.0.0.5", "10.0.0.5 udp 623"]),
        ({"endpoint": "10.0.0.5", "port": 8443}, ["https://10.0.0.5:8443", "10.0.0.5 udp 8443"]),
        ({"endpoint": "10.0.0.5", "interface": "lanplus"}, ["10.0.0.5 udp 623"]),
        ({"endpoint": "10.0.0.5", "port": 6230, "interface": "lan"}, ["10.0.0.5 udp 6230"]),
        ({"endpoint": "10.0.0.5", "interface": "redfish"}, ["https://10.0.0.5"]),
        ({"endpoint": "10.0.0.5", "port": 8443, "interface": "Redfish"}, ["https://10.0.0.5:8443"]),
        ({"endpoint": "http://10.0.0.5:8000"}, ["http://10.0.0.5:8000"]),
        ({"endpoint": "https://bmc.rack"}, ["https://bmc.rack"]),
        ({"endpoint": "fd00::5"}, ["https://[fd00::5]", "fd00::5 udp 623"]),
    ],
)
def test_redfish_comes_before_ipmi_unless_the_spec_says_which(bmc: dict[str, object], expected: list[str]) -> None:
    assert [str(target) for target in list_targets(BMC.model_validate(bmc))] == expected


def test_a_password_goes_out_unencrypted_only_where_the_endpoint_asks_for_it() -> None:
    ports = (0, 80, 443, 623, 8000)
    targets = [target for port in ports for target in list_targets(BMC(endpoint="10.0.0.5", port=port))]
    assert not [target for target in targets if target.url.startswith("http://")]
