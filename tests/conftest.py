"""Fixtures that every test may use."""

from __future__ import annotations

import faulthandler
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from simulator import Server, simulator
from simulator.features import Features
from simulator.raw import TEACHER

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser import Watched


os.environ.setdefault("AGENTINSTRUCT_KEEP_SERVER", "0")  # what a test starts ends with it


_CRASHES = pytest.StashKey[tempfile.TemporaryDirectory[str]]()
_OF_PYTEST = ("/_pytest/", "/pluggy/", "/xdist/", "/execnet/")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give each process of the suite a folder to say in where a signal struck it."""
    if _CRASHES not in node.config.stash:
        node.config.stash[_CRASHES] = tempfile.TemporaryDirectory(prefix="agentinstruct-crashes-")
    node.workerinput["crashes"] = node.config.stash[_CRASHES].name


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    if folder := getattr(config, "workerinput", {}).get("crashes"):
        # Not closed before the process ends: a signal has no time to open it.
        faulthandler.enable(os.open(Path(folder) / str(os.getpid()), os.O_CREAT | os.O_WRONLY))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show where processes of the suite crashed, at the end, where whoever sees only the end sees it."""
    for file in Path(config.stash[_CRASHES].name).iterdir() if _CRASHES in config.stash else ():
        said = file.read_text(errors="replace").partition("\nExtension modules")[0].splitlines()
        if told := [line for line in said if line and not any(part in line for part in _OF_PYTEST)]:
            terminalreporter.section(f"process {file.name} crashed")
            terminalreporter.write_line("\n".join(told))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Services have the time that slow machines need. Files with slow tests come first, so that at the end no worker is left
    alone with one."""
    for item in items:
        if item.get_closest_marker("services") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(1200))
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture
def sim() -> Iterator[Callable[..., Server]]:
    """Starts simulators, with the arguments of `simulator.simulator`; they stop when the test ends."""
    with ExitStack() as running:

        def start(*args: Any, **options: Any) -> Server:
            return running.enter_context(simulator(*args, **options))

        yield start


@pytest.fixture(scope="session")
def _stubbed() -> Iterator[Server]:
    with simulator(teacher=TEACHER) as server:
        yield server


@pytest.fixture
def stubbed(_stubbed: Server) -> Server:
    """One simulator for the session, with a teacher that answers what it is told, as if it had just started."""
    flags = {flag.name: False for flag in fields(Features)}
    _stubbed.configure(latency="0", faults="", defects="", capacity="", seed=0, **flags)
    _stubbed.reset()
    return _stubbed


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, headless; a test that asks for it is skipped where there is none.

    While it is open this thread has an event loop that runs: a module with it starts none of its own.
    """
    from tests.browser import chromium

    with chromium() as found:
        yield found


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """An empty page, wide and light; `tests.browser.opened` gives others."""
    from tests.browser import opened

    with opened(browser) as page:
        yield page
