from boot.config import Ports
from boot.ports import choose_ports


def test_zero_becomes_a_free_port_and_given_ones_stay() -> None:
    chosen = choose_ports(Ports(dhcp=0, pxe=0, tftp=0, http=0, plane=0, metadata=9091, api=50100), "127.0.0.1")
    assert (chosen.metadata, chosen.api) == (9091, 50100)
    assert all(port > 1023 for _, port in chosen)
    assert len({chosen.dhcp, chosen.pxe, chosen.tftp}) == 3
    assert chosen.http != chosen.plane
