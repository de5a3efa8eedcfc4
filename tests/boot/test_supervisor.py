import asyncio
import errno

from boot.component import Bound, ComponentState
from boot.errors import ConfigError
from boot.feed import Feed
from boot.notices import ComponentChanged, Notice
from boot.supervisor import LAST_RETRY, Supervisor
from tests.support.clock import FakeClock


class Steady:
    name = "steady"

    async def serve(self, bound: Bound) -> None:
        bound("127.0.0.1", 8081)
        await asyncio.Event().wait()


class Stubborn:
    """Its clean-up fails, as closing a socket twice does."""

    name = "stubborn"

    async def serve(self, bound: Bound) -> None:
        bound("127.0.0.1", 1)
        try:
            await asyncio.Event().wait()
        finally:
            raise OSError(errno.EBADF, "x")


class Failing:
    """Fails with each error in turn, then serves."""

    name = "failing"

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)

    async def serve(self, bound: Bound) -> None:
        if self.errors:
            raise self.errors.pop(0)
        bound("0.0.0.0", 69)
        await asyncio.Event().wait()


async def _until_bound(supervisor: Supervisor, notices: Feed[Notice]) -> None:
    task = asyncio.create_task(supervisor.run())
    seen = 0
    while not supervisor.all_bound:
        await notices.wait(seen)
        seen = notices.last
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _reasons(notices: Feed[Notice], name: str) -> list[str]:
    changes = [item for _, item in notices.after(0) if isinstance(item, ComponentChanged)]
    return [change.status.reason for change in changes if change.status.name == name and change.status.reason]


async def test_a_port_in_use_is_that_components_state_and_the_others_go_on() -> None:
    notices: Feed[Notice] = Feed(100)
    failing = Failing(OSError(errno.EADDRINUSE, "x"))
    supervisor = Supervisor([Steady(), failing], notices, FakeClock())
    await _until_bound(supervisor, notices)
    assert _reasons(notices, "failing") == ["the port is in use by another program (sidero-tui doctor names it)"]
    assert _reasons(notices, "steady") == []
    assert supervisor.statuses["steady"].port == 8081


async def test_what_failed_is_tried_again_with_growing_pauses() -> None:
    clock, notices = FakeClock(), Feed[Notice](100)
    supervisor = Supervisor([Failing(*[ConfigError("no file")] * 7)], notices, clock)
    await _until_bound(supervisor, notices)
    assert clock.monotonic() == 1 + 2 + 4 + 8 + LAST_RETRY * 3
    assert supervisor.statuses["failing"].state is ComponentState.SERVING


async def test_an_unknown_error_is_named_and_takes_nothing_else_down() -> None:
    notices: Feed[Notice] = Feed(100)
    supervisor = Supervisor([Steady(), Failing(KeyError("spec"))], notices, FakeClock())
    await _until_bound(supervisor, notices)
    assert _reasons(notices, "failing") == ["internal error: KeyError: 'spec'"]


async def test_a_component_whose_clean_up_fails_is_not_started_again_by_that() -> None:
    notices: Feed[Notice] = Feed(100)
    async with asyncio.timeout(5):
        await _until_bound(Supervisor([Stubborn()], notices, FakeClock()), notices)
    states = [item.status.state for _, item in notices.after(0) if isinstance(item, ComponentChanged)]
    assert states == [ComponentState.SERVING]
