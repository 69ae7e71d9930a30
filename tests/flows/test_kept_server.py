"""A server that is kept: found again, shared, private, replaced, ended; every test leaves none behind."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.home import settle
from flows.server.kept_server import ADDRESS
from flows.server.private_server import PrefectApi
from tests.processes import alive, children, within

pytestmark = pytest.mark.services


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The log of a home of its own, whose servers end with the test."""
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AGENTINSTRUCT_HOME", str(tmp_path))
    monkeypatch.setenv("AGENTINSTRUCT_KEEP_SERVER", "5")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-nobody")
    settle()
    yield tmp_path / "prefect" / "server.log"
    process = said(tmp_path / "prefect").get("process")
    shutil.rmtree(tmp_path, ignore_errors=True)
    assert not process or within(20, lambda: not alive(process))


def said(folder: Path) -> dict[str, int]:
    try:
        told: dict[str, int] = json.loads((folder / ADDRESS).read_bytes())
    except FileNotFoundError:
        return {}
    return told


def used(log: Path) -> int:
    """The process of the server that a run has used and left."""
    with PrefectApi(log) as api:
        api.wait()
    return said(log.parent)["process"]


def test_the_next_run_finds_it_and_nobody_else_does(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = used(log)
    with PrefectApi(log) as mine, PrefectApi(log) as another:
        mine.wait()
        _asks_for_its_secret(os.environ.pop("PREFECT_API_URL"), os.environ["PREFECT_API_AUTH_STRING"])
        another.wait()
        assert said(log.parent)["process"] == first
    assert "PREFECT_API_URL" not in os.environ and "PREFECT_API_AUTH_STRING" not in os.environ
    _is_in_nobodys_way(first)
    os.kill(first, signal.SIGKILL)
    assert within(10, lambda: not alive(first))
    second = used(log)
    assert second != first and alive(second)
    monkeypatch.setenv("PREFECT_LOGGING_SERVER_LEVEL", "ERROR")  # another sort of server
    monkeypatch.setenv("AGENTINSTRUCT_KEEP_SERVER", "0.01")
    third = used(log)
    assert third != second and not alive(second)
    assert within(20, lambda: not alive(third)), "it did not end when nobody had used it for a while"
    assert not said(log.parent)


def _asks_for_its_secret(url: str, secret: str) -> None:
    def asked(words: str) -> int:
        token = base64.b64encode(words.encode()).decode()
        request = urllib.request.Request(f"{url}/admin/version", headers={"Authorization": f"Basic {token}"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    assert (asked(secret), asked("agentinstruct:guessed")) == (200, 401)


def _is_in_nobodys_way(process: int) -> None:
    """No terminal, pipe, key or folder of whoever started it."""
    place = Path(f"/proc/{process}")
    assert os.readlink(place / "cwd") == "/" and os.readlink(place / "fd" / "0") == os.devnull
    held = {os.readlink(path) for path in (place / "fd").iterdir() if path.is_symlink()}
    ours = {os.readlink(path) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()}
    assert not {name for name in held & ours if name.startswith(("pipe:", "socket:", "/dev/pts"))}
    assert os.getsid(process) == process
    assert b"sk-of-nobody" not in (place / "environ").read_bytes()


def test_one_that_is_in_use_is_not_replaced(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    others = children(os.getpid())
    with PrefectApi(log) as mine:
        mine.wait()
        kept = said(log.parent)["process"]
        monkeypatch.setenv("PREFECT_LOGGING_SERVER_LEVEL", "ERROR")
        del os.environ["PREFECT_API_URL"]
        with PrefectApi(log) as another:
            another.wait()
            private = children(os.getpid()) - {kept, *others}
            assert alive(kept) and said(log.parent)["process"] == kept and len(private) == 1
        assert within(10, lambda: not any(map(alive, private)))


def test_a_command_that_proves_wrong_leaves_none(log: Path) -> None:
    log.parent.mkdir()
    with pytest.raises(ValueError, match="wrong"), PrefectApi(log) as api:
        api.begin_early()
        process = said(log.parent)["process"]
        assert alive(process)
        raise ValueError("wrong")
    assert not alive(process)
