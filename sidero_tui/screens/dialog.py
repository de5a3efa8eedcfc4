"""What the dialogs share: a title, a page, a footer, over the screen they were asked from."""

from collections.abc import Iterator

from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from sidero_tui.screens.base import ConsoleScreen
from sidero_tui.widgets.bar import Bar
from sidero_tui.widgets.lines import Page


class DialogScreen(ConsoleScreen, ModalScreen[bool]):
    """Modal; subclasses bind their keys, and draw."""

    def __init__(self) -> None:
        super().__init__()
        self._title = Bar(classes="title")
        self._page = Page(id="page")
        self._footer = Bar(id="footer")

    def compose(self) -> Iterator[Widget]:
        with Vertical(id="dialog"):
            yield self._title
            yield from self.body()
            yield self._footer

    def body(self) -> Iterator[Widget]:
        """What stands between title and footer."""
        yield self._page

    def begin(self) -> None:
        """Once it is on screen: keys go to the page."""
        self._page.focus()

    def on_mount(self) -> None:
        self.begin()

    def action_cancel(self) -> None:
        self.dismiss(False)
