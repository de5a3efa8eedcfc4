"""What can be done to servers, for every screen that shows some: each opens the dialog that says what it does."""

from collections.abc import Callable, Mapping

from textual.screen import Screen

from sidero_tui.model.able import able
from sidero_tui.model.edits import readmit, reject, resume, retire, return_to_service, take_back
from sidero_tui.screens.accept import AcceptScreen
from sidero_tui.screens.base import ConsoleScreen
from sidero_tui.screens.confirm import ConfirmScreen, Question
from sidero_tui.screens.power import PowerScreen

Names = tuple[str, ...]


class ServerActions:
    """`chosen` says which servers are meant at that moment; `confirmed` is told once a dialog was answered with yes."""

    def __init__(self, screen: ConsoleScreen, chosen: Callable[[], Names], confirmed: Callable[[bool | None], None]) -> None:
        self._screen = screen
        self._chosen = chosen
        self._confirmed = confirmed

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """Command id -> what opens its dialog."""
        return {
            "accept": lambda: self._open(AcceptScreen(self._chosen())),
            "power": lambda: self._open(PowerScreen(self._chosen())),
            "take_back": self._take_back,
            "reject": self._reject,
            "readmit": self._readmit,
            "retire": self._retire,
            "return": self._return,
            "resume": self._resume,
        }

    def _open(self, screen: Screen[bool]) -> None:
        self._screen.app.push_screen(screen, self._confirmed)

    def _ask(self, question: Question) -> None:
        self._open(ConfirmScreen(question))

    def _able(self, action: str) -> Names:
        return able(action, self._screen.console.snapshot, self._chosen())

    def _take_back(self) -> None:
        names = self._able("take_back")
        sentences = ("Nothing more is written to its disks; what was erased stays erased.",)
        self._ask(Question("Take back", sentences, lambda _: [take_back(name) for name in names]))

    def _reject(self) -> None:
        names, now = self._able("reject"), self._screen.console.now()
        sentences = (
            "No protocol answers it any more: neither DHCP nor TFTP, neither HTTP nor the agent's API. Its power is left alone.",
            "It stays in the list, and can be readmitted.",
        )
        self._ask(Question("Reject", sentences, lambda text: [reject(name, now, text) for name in names], asks_reason=True))

    def _readmit(self) -> None:
        names = self._able("readmit")
        self._ask(Question("Readmit", ("It is answered again.",), lambda _: [readmit(name) for name in names]))

    def _retire(self) -> None:
        names, now = self._able("retire"), self._screen.console.now()
        sentences = (
            "No class hands it out any more. Its disks are wiped by its plan, it is switched off, and then no longer accepted.",
            "A server in use is waited for: its cluster gives it up when its Machine is deleted.",
        )
        self._ask(Question("Decommission", sentences, lambda _: [retire(name, now, "") for name in names], phrase="decommission"))

    def _return(self) -> None:
        names = self._able("return")
        self._ask(
            Question("Return to service", ("Classes may hand it out again.",), lambda _: [return_to_service(n) for n in names])
        )

    def _resume(self) -> None:
        names = self._able("resume")
        self._ask(Question("Resume", ("What failed three times is tried again.",), lambda _: [resume(name) for name in names]))
