"""Runs every component until cancelled: what fails is shown with its reason and tried again, the others go on."""

import asyncio
import errno
import logging
from collections.abc import Mapping, Sequence

from boot.clock import Clock
from boot.component import Component, ComponentState, ComponentStatus
from boot.errors import NotReady, SideroError
from boot.notices import ComponentChanged, NoticeFeed

_LOG = logging.getLogger(__name__)

FIRST_RETRY, LAST_RETRY = 1.0, 15.0
"""Seconds between attempts; doubled each time. A freed port is picked up without a restart."""

_OS_ERRORS = {
    errno.EADDRINUSE: "the port is in use by another program (sidero-tui doctor names it)",
    errno.EACCES: "no permission to bind a port below 1024: run with sudo, or see sidero-tui doctor",
    errno.EPERM: "not permitted: run with sudo, or see sidero-tui doctor",
    errno.EADDRNOTAVAIL: "the listen address is not on this machine",
    errno.ENODEV: "the interface does not exist",
}


def describe_failure(error: OSError | SideroError) -> str:
    """One sentence for the header and ready.json."""
    if isinstance(error, OSError) and error.errno in _OS_ERRORS:
        return _OS_ERRORS[error.errno]
    return str(error)


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class Supervisor:
    """Keeps components running and publishes each change of state as a notice."""

    def __init__(self, components: Sequence[Component], notices: NoticeFeed, clock: Clock) -> None:
        self._components = components
        self._notices = notices
        self._clock = clock
        self._reported = {component.name: asyncio.Event() for component in components}
        self._statuses = {c.name: ComponentStatus(c.name, ComponentState.STARTING) for c in components}

    @property
    def statuses(self) -> Mapping[str, ComponentStatus]:
        return self._statuses

    @property
    def all_bound(self) -> bool:
        return all(status.state is ComponentState.SERVING for status in self._statuses.values())

    async def run(self) -> None:
        """Serve until cancelled.

        Started in the order given, each once the one before it is bound or has failed: the controllers, which come last,
        have work to do after a restart that would keep the ports waiting.
        """
        async with asyncio.TaskGroup() as group:
            for component in self._components:
                group.create_task(self._keep(component), name=component.name)
                await self._reported[component.name].wait()

    async def _keep(self, component: Component) -> None:
        def bound(address: str, port: int) -> None:
            self._set(ComponentStatus(component.name, ComponentState.SERVING, address, port))

        delay = FIRST_RETRY
        while True:
            try:
                await component.serve(bound)
                reason = "stopped by itself"
            except (OSError, SideroError) as error:
                reason = describe_failure(error)
                if isinstance(error, NotReady):
                    delay = FIRST_RETRY
            except Exception as error:  # noqa: BLE001
                # The one place where an unknown error may end: this component fails, the rack stays served.
                _LOG.exception("component %s failed", component.name)
                reason = f"internal error: {type(error).__name__}: {error}"
            if _is_cancelled():
                # Its clean-up failed on the way out: it must not be started once more by that.
                raise asyncio.CancelledError
            if self._statuses[component.name].state is ComponentState.SERVING:
                delay = FIRST_RETRY
            self._set(ComponentStatus(component.name, ComponentState.FAILED, reason=reason))
            await self._clock.sleep(delay)
            delay = min(delay * 2, LAST_RETRY)

    def _set(self, status: ComponentStatus) -> None:
        if status == self._statuses[status.name]:
            return
        self._statuses[status.name] = status
        self._reported[status.name].set()
        self._notices.publish(ComponentChanged(at=self._clock.now(), status=status))
