"""What can be set for a machine by its MAC, registered or not, for every screen that shows some."""

from collections.abc import Callable, Mapping

from sidero_tui.screens.architecture import ArchitectureScreen
from sidero_tui.screens.base import ConsoleScreen
from sidero_tui.screens.network import NetworkScreen
from sidero_tui.screens.reserve import ReserveScreen


class MachineActions:
    """`mac` says which machine is meant at that moment; `confirmed` is told once a dialog was answered."""

    def __init__(self, screen: ConsoleScreen, mac: Callable[[], str], confirmed: Callable[[bool | None], None]) -> None:
        self._screen = screen
        self._mac = mac
        self._confirmed = confirmed

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """Command id -> what opens its page or dialog."""
        app, console = self._screen.app, self._screen.console
        return {
            "network": lambda: app.push_screen(NetworkScreen()),
            "reserve": lambda: app.push_screen(ReserveScreen(self._mac(), console.snapshot), self._confirmed),
            "architecture": lambda: app.push_screen(ArchitectureScreen(self._mac(), console.snapshot), self._confirmed),
        }
