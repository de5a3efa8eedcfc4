"""Shared by all tests: an end-to-end or interop test that was skipped fails the run where nothing may be skipped."""

import os
from collections.abc import Generator, Iterator

import pytest

from tests.support.kube_apiserver import AVAILABLE, WANTED, RealCluster, kube_apiserver

NO_SKIPS = "SIDERO_TUI_TEST_NO_SKIPS"
_MARKS = {"e2e", "interop"}
_skipped: list[str] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and _MARKS & {mark.name for mark in item.iter_markers()}:
        _skipped.append(f"{item.nodeid}: {report.longrepr}")
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _skipped and os.environ.get(NO_SKIPS):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _skipped and os.environ.get(NO_SKIPS):
        terminalreporter.section("skipped, but nothing may be skipped here", sep="=", red=True)
        for line in _skipped:
            terminalreporter.line(line)


@pytest.fixture(scope="session")
def real_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealCluster]:
    """One for all tests of a run: take names of your own."""
    if not AVAILABLE:
        pytest.skip(WANTED)
    with kube_apiserver(tmp_path_factory.mktemp("real")) as cluster:
        yield cluster
