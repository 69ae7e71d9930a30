"""The code interpreter is off where it does not hold, and its self-test finds that out."""

from __future__ import annotations

import asyncio
import os
import re
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tasks.tools.sandbox import SandboxUnavailable, arun, available, interpreter, languages, run
from tasks.tools.sandbox import pool as sandbox_pool
from tasks.tools.sandbox import start as sandbox_start
from tasks.tools.sandbox import worker as sandbox_worker
from tests.processes import lacking

ROOT = Path(__file__).parents[2]
here = pytest.mark.skipif(bool(lacking()), reason=f"no sandbox here: {lacking()}")


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """As in a process that has not used it yet."""
    caches = (interpreter._verdict, interpreter._command, sandbox_start._arguments, sandbox_start.runtime)
    for cached in caches:
        cached.cache_clear()
    pool = sandbox_pool.Pool()
    monkeypatch.setattr(interpreter, "POOL", pool)
    yield monkeypatch
    pool.close()
    monkeypatch.undo()
    for cached in caches:
        cached.cache_clear()


@here
def test_it_works_where_there_is_no_setpriv(fresh: pytest.MonkeyPatch) -> None:
    fresh.setattr(sandbox_start, "SETPRIV", "/nowhere/setpriv")
    assert available() == "" and run("print(1)").stdout == "1\n"


# Off where it does not hold


def off(told: str, tmp_path: Path) -> None:
    """It says why, and runs nothing."""
    assert told in available()
    mark = tmp_path / "ran"
    with pytest.raises(SandboxUnavailable, match=re.escape(told)):
        run(f"open({str(mark)!r}, 'w')")
    with pytest.raises(SandboxUnavailable, match=re.escape(told)):
        asyncio.run(arun(f"open({str(mark)!r}, 'w')"))
    assert languages() == []
    assert not mark.exists()


def test_without_bubblewrap_it_is_off(fresh: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fresh.setattr("shutil.which", lambda *_, **__: None)
    off("bubblewrap is not installed: apt-get install bubblewrap", tmp_path)


def test_on_an_unknown_machine_it_is_off(fresh: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fresh.setattr("platform.machine", lambda: "riscv64")
    off("x86_64 and aarch64 only", tmp_path)


def test_on_another_system_it_is_off(fresh: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fresh.setattr("sys.platform", "darwin")
    off("on Linux only", tmp_path)


def test_with_a_bubblewrap_that_may_not_isolate_it_is_off(fresh: pytest.MonkeyPatch, tmp_path: Path) -> None:
    refusing = tmp_path / "bwrap"
    refusing.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    refusing.chmod(0o755)
    for folder in (tmp_path, *tmp_path.parents[:-2]):
        folder.chmod(folder.stat().st_mode | 0o011)
    fresh.setattr("shutil.which", lambda *_, **__: str(refusing))
    off("No permissions to create new namespace", tmp_path)


def without(*words: str) -> Callable[[list[str]], list[str]]:
    def changed(arguments: list[str]) -> list[str]:
        for at in range(len(arguments)):
            if arguments[at : at + len(words)] == list(words):
                return arguments[:at] + arguments[at + len(words) :]
        raise AssertionError(words)

    return changed


def instead(old: str, *new: str) -> Callable[[list[str]], list[str]]:
    return lambda arguments: [*arguments[: arguments.index(old)], *new, *arguments[arguments.index(old) + 1 :]]


def added(*words: str) -> Callable[[list[str]], list[str]]:
    return lambda arguments: [*arguments, *words]


SHARED_NETWORK = ("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup")
HOLES = {
    "the machine's network": ("no network", instead("--unshare-all", *SHARED_NETWORK)),
    "the machine's users": ("files", instead("--proc", "--ro-bind", "/etc", "/etc", "--proc")),
    "a secret in the environment": ("environment", added("--setenv", "API_KEY", "x")),
    "a root that can be written to": ("read only", without("--remount-ro", "/")),
    "devices that can be written to": ("read only", without("--remount-ro", "/dev")),
    "programmes that can be written to": ("mounts", instead("--ro-bind", "--bind")),
    "root inside": ("user", instead("65534", "0")),
}


@here
@pytest.mark.parametrize("hole", HOLES)
def test_the_self_test_finds_a_hole(hole: str, fresh: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told, change = HOLES[hole]
    arguments = tuple(change(list(sandbox_start._arguments())))
    fresh.setattr(sandbox_start, "_arguments", lambda: arguments)
    off("the sandbox does not hold here", tmp_path)
    assert told in available()


@here
def test_the_self_test_finds_a_filter_that_lets_all_pass(fresh: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fresh.setattr(sandbox_start, "program", lambda: struct.pack("<HBBI", 6, 0, 0, 0x7FFF0000))
    off("no sockets", tmp_path)


@here
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be started as root")
def test_the_self_test_finds_that_processes_are_not_counted(fresh: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fresh.setattr("os.geteuid", lambda: 1000)
    off("processes", tmp_path)


@here
def test_the_self_test_finds_a_supervisor_that_can_be_read(fresh: pytest.MonkeyPatch, tmp_path: Path) -> None:
    source = (
        Path(sandbox_worker.__file__).read_text().replace("prctl(_PR_SET_DUMPABLE, 0,", "prctl(_PR_SET_DUMPABLE, 1,")
    )
    fresh.setattr(sandbox_start, "_supervisor", lambda: source)
    off("supervisor", tmp_path)
