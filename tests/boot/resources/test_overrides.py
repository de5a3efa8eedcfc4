import pytest

from boot.config import Reservation
from boot.resources.overrides import parse_architectures, parse_mac, parse_reservations


def test_reservations_are_read_and_each_wrong_one_is_named() -> None:
    data = {
        "d0-50-99-d3-33-60": "192.168.254.2,talos-mgmt-0",
        "52-54-00-AA-00-01": " 192.168.254.3 ",
        "52-54-00-aa-00-02": "192.168.254.2",
        "52-54-00-aa-00-03": "somewhere",
        "52-54-00-aa-00-05": "192.168.254.9,not a name",
        "box": "192.168.254.4",
    }
    found, complaints = parse_reservations(data)
    assert found == {
        "d0:50:99:d3:33:60": Reservation(mac="d0:50:99:d3:33:60", address="192.168.254.2", hostname="talos-mgmt-0"),
        "52:54:00:aa:00:01": Reservation(mac="52:54:00:aa:00:01", address="192.168.254.3"),
    }
    assert [complaint.split(":")[0] for complaint in complaints] == [
        f"reservation {key}" for key in ("52-54-00-aa-00-02", "52-54-00-aa-00-03", "52-54-00-aa-00-05", "box")
    ]
    assert "kept for d0:50:99:d3:33:60 already" in complaints[0]


def test_an_architecture_may_be_put_right_for_one_machine() -> None:
    found, complaints = parse_architectures({"52-54-00-aa-00-01": "7", "52-54-00-aa-00-02": "x64", "52-54-00-aa-00-03": "5"})
    assert {mac: architecture.code for mac, architecture in found.items()} == {"52:54:00:aa:00:01": 7}
    assert len(complaints) == 2


@pytest.mark.parametrize("text", ["", "d0:50:99:d3:33", "d0:50:99:d3:33:6g", "d05099d33360"])
def test_what_is_no_mac_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no MAC address"):
        parse_mac(text)
