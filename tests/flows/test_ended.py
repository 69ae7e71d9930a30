"""A command that is ended from outside says so in a sentence, and how it goes on."""

from __future__ import annotations

import pytest
from prefect.exceptions import TerminationSignal

from flows.cli import command


@pytest.mark.parametrize("ended", [KeyboardInterrupt(), TerminationSignal(signal=15)])
def test_a_sentence_and_a_code_of_its_own(
    ended: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @command.app.command(name="end-from-outside")
    def end() -> None:
        raise ended

    monkeypatch.setattr("sys.argv", ["agentinstruct", "end-from-outside"])
    try:
        with pytest.raises(SystemExit) as left:
            command.main()
    finally:
        del command.app["end-from-outside"]
    assert left.value.code == command.STOPPED
    assert "The same command goes on" in capsys.readouterr().err


def test_what_nobody_expects_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    @command.app.command(name="fail")
    def fail() -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("sys.argv", ["agentinstruct", "fail"])
    try:
        with pytest.raises(RuntimeError):
            command.main()
    finally:
        del command.app["fail"]
