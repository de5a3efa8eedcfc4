"""/metrics: what is asked of the API, what the store holds and how it writes, what the process uses.

Names are kube-apiserver's where it has the same thing, so that dashboards made for it work.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from aiohttp import web

from boot.apiserver.exposition import MEDIA_TYPE, Family, Histogram, Labels, counter, gauge, histogram, render_metrics
from boot.apiserver.requests import Resource, is_true, parse_path
from boot.clock import Clock
from boot.errors import NotFound
from boot.plane.catalog import Catalog

METRICS_PATH = "/metrics"
_BOUNDS = (0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60)
"""Seconds; kube-apiserver's own."""
_HUNG_UP = 0
"""The code of a request whose client left before its answer."""
_SUBRESOURCES = frozenset({"", "status", "scale", "finalize", "token"})
_MUTATING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_ON_COLLECTIONS = {"GET": "LIST", "DELETE": "DELETECOLLECTION"}
_METHODS = _MUTATING | {"GET", "HEAD", "OPTIONS"}
_NO_RESOURCE = Resource("", "", "")
Source = Callable[[], Iterable[Family]]
"""Asked at every scrape."""


class StoreNumbers(Protocol):
    """Totals since the start."""

    commits: int
    writes: int
    refused: int
    commit_seconds: float
    """Seconds of whole transactions, most of which is the sync."""
    slowest_commit: float
    checkpoints: int


@dataclass(slots=True)
class Measured:
    """A request while it lasts; whoever answers it sets the code."""

    code: int = _HUNG_UP


class Metrics:
    """Counts requests; `sources` tell the rest. Belongs to one event loop."""

    def __init__(self, clock: Clock, catalog: Catalog, *sources: Source) -> None:
        self._clock = clock
        self._catalog = catalog
        self._sources = sources
        self._requests: Counter[Labels] = Counter()
        self._seconds: dict[Labels, Histogram] = {}
        self._inflight: Counter[Labels] = Counter({(("request_kind", kind),): 0 for kind in ("mutating", "readOnly")})
        self._watches: Counter[Labels] = Counter()

    @contextmanager
    def measure(self, request: web.Request) -> Iterator[Measured]:
        """Around everything that answers a request."""
        started = self._clock.monotonic()
        watching = request.method == "GET" and is_true(request.query, "watch")
        labels = self._labels(request, watching)
        running, which = (self._watches, labels) if watching else (self._inflight, _request_kind(request.method))
        running[which] += 1
        measured = Measured()
        try:
            yield measured
        finally:
            running[which] -= 1
            self._requests[(*labels, ("code", str(measured.code)))] += 1
            if labels not in self._seconds:
                self._seconds[labels] = Histogram(_BOUNDS)
            self._seconds[labels].observe(self._clock.monotonic() - started)

    def answer(self) -> web.Response:
        text = render_metrics([*self._families(), *(family for source in self._sources for family in source())])
        return web.Response(body=text.encode(), headers={"Content-Type": MEDIA_TYPE})

    def _families(self) -> Iterator[Family]:
        yield counter("apiserver_request_total", "Requests answered.", self._requests)
        yield histogram("apiserver_request_duration_seconds", "Seconds until a request was answered.", self._seconds)
        yield gauge("apiserver_current_inflight_requests", "Requests being answered now, without watches.", self._inflight)
        yield gauge("apiserver_longrunning_requests", "Watches open now.", self._watches)

    def _labels(self, request: web.Request, watching: bool) -> Labels:
        """Only what is served has labels of its own: a client that makes up paths must not fill the memory."""
        try:
            resource = parse_path(request.path)
            self._catalog.resolve(resource.group, resource.version, resource.plural)
        except NotFound:
            resource = _NO_RESOURCE
        scope = "resource" if resource.name else "namespace" if resource.namespace else "cluster" if resource.plural else ""
        return (
            ("verb", "WATCH" if watching else _verb(request.method, resource)),
            ("group", resource.group),
            ("version", resource.version),
            ("resource", resource.plural),
            ("subresource", resource.subresource if resource.subresource in _SUBRESOURCES else "other"),
            ("scope", scope),
        )


def _verb(method: str, resource: Resource) -> str:
    if method not in _METHODS:
        return "other"
    if resource.plural and not resource.name:
        return _ON_COLLECTIONS.get(method, method)
    return method


def _request_kind(method: str) -> Labels:
    return (("request_kind", "mutating" if method in _MUTATING else "readOnly"),)


def store_families(numbers: StoreNumbers, objects: Mapping[tuple[str, str], int], revision: int) -> Iterator[Family]:
    """`objects` are counts by group and plural."""
    resources: dict[Labels, float] = {
        (("group", group), ("resource", plural)): count for (group, plural), count in sorted(objects.items())
    }
    yield gauge("apiserver_resource_objects", "Objects stored.", resources)
    for name, description, value in (
        ("commits_total", "Transactions on disk.", numbers.commits),
        ("writes_total", "Objects written by them.", numbers.writes),
        ("refused_writes_total", "Writes that the disk refused.", numbers.refused),
        ("commit_seconds_total", "Seconds of those transactions, most of which is the sync.", numbers.commit_seconds),
        ("checkpoints_total", "Times the log was carried over to the database.", numbers.checkpoints),
    ):
        yield counter(f"sidero_tui_store_{name}", description, {(): value})
    yield gauge("sidero_tui_store_slowest_commit_seconds", "Seconds of the slowest one.", {(): numbers.slowest_commit})
    yield gauge("sidero_tui_store_revision", "Revision of the newest write.", {(): revision})


def process_families() -> Iterator[Family]:
    """CPU and memory, as Prometheus clients name them; memory and files where there is a /proc."""
    yield counter("process_cpu_seconds_total", "CPU seconds used.", {(): time.process_time()})
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        files = len(os.listdir("/proc/self/fd"))
    except OSError:
        return
    yield gauge("process_resident_memory_bytes", "Memory in use.", {(): pages * os.sysconf("SC_PAGE_SIZE")})
    yield gauge("process_open_fds", "Files and sockets open.", {(): files})
