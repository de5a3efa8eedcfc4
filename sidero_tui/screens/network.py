"""Who else answers DHCP here, and what is set for machines of this network."""

from sidero_tui.screens.page import PageScreen, plain_heading
from sidero_tui.views.network import build_network_page


class NetworkScreen(PageScreen):
    """Follows what the stack finds while it is open."""

    def __init__(self) -> None:
        super().__init__(plain_heading("Who else answers DHCP here"), build_network_page)
