"""Looking at runs from the command line: what is listed, what is told of a run and a record; texts command nothing."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import prompts
from flows.cli import command
from flows.cli.screen import tell
from simulator import Server
from tasks.publish.run_directory import RunDirectory
from tests.publish.small_run import SKILL, write_run

COMMANDS = "\x1b]0;owned\x07\x1b[2J\r\x9b31m\u202e\u2066\x00\x7f"
"""A title, a cleared screen, an overwritten line, a colour, a turned direction: none of it may reach a terminal."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    write_run(str(folder / "good"))
    write_run(str(folder / "deep" / "hostile"), said=COMMANDS)
    write_run(str(folder / "short"), published=False)
    (folder / "notes").mkdir()
    (folder / "notes" / "manifest.json").write_text("{}")
    return folder


def told(capsys: pytest.CaptureFixture[str], *words: str | Path, code: int = 0) -> str:
    """What a command prints, or else what it says of its errors."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["agentinstruct", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            command.main()
    out = capsys.readouterr()
    assert ended.value.code == code, out.err
    assert all(letter.isprintable() or letter == "\n" for letter in out.out + out.err)
    return out.out or out.err


def parsed(capsys: pytest.CaptureFixture[str], *words: str | Path) -> Any:
    return json.loads(told(capsys, *words, "--json"))


def test_runs_are_listed_with_how_they_ended(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = {Path(run["output"]).name: run for run in parsed(capsys, "runs", runs)}
    assert {name: run["state"] for name, run in found.items()} == {
        "good": "complete", "hostile": "complete", "short": "cut short",
    }  # fmt: skip
    good = found["good"]
    assert (good["skill"], good["teacher"], good["rows"], good["rejects"], good["calls"], good["cost_usd"]) == (
        SKILL, "some-model", 4, 4, 14, 0.014,
    )  # fmt: skip
    assert good["when"].endswith("+00:00")


@pytest.mark.parametrize("columns", [80, 140])
def test_the_list_fits_the_window(
    columns: int, runs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.chdir(runs)
    listed = told(capsys, "runs", "deep", ".").splitlines()
    assert all(len(line) <= columns for line in listed)
    assert sum("deep/hostile" in line for line in listed) == 1 == sum("good" in line for line in listed)
    assert any(all(word in line for word in ("good", SKILL, "some-model", "$0.01")) for line in listed) == (
        columns > 80
    )


def test_runs_are_looked_for_below_out_and_here(
    runs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(runs / "good", tmp_path / "out" / "nested" / "one")
    shutil.copytree(runs / "good", tmp_path / "two")
    shutil.copytree(runs / "good", tmp_path / "far" / "away" / "three")
    shutil.copytree(runs / "good", tmp_path / ".hidden" / "four")
    monkeypatch.chdir(tmp_path)
    assert {run["output"] for run in parsed(capsys, "runs")} == {"out/nested/one", "two"}


def test_a_run_that_is_held_is_running(runs: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    if not os.path.exists("/proc/locks"):
        pytest.skip("the kernel tells no locks here")
    with RunDirectory(str(runs / "short")).store.locked(tmp_path):
        states = {Path(run["output"]).name: run["state"] for run in parsed(capsys, "runs", runs)}
    assert states["short"] == "running" and states["good"] == "complete"


def test_the_list_of_nothing_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "No run below" in told(capsys, "runs", tmp_path)
    assert parsed(capsys, "runs", tmp_path) == []


def test_a_run_is_told_as_at_its_end(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    summary = told(capsys, "show", runs / "good")
    assert "coding with some-model" in summary and "unsuitable 2, vague 2" in summary and "How far does it" in summary
    assert parsed(capsys, "show", runs / "good")["accepted"] == 4


def test_a_record_is_told_with_all_that_led_to_it(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = [*RunDirectory(str(runs / "good")).rows()][1]
    page = told(capsys, "show", runs / "good", row["id"][:10])
    places = [
        page.index(words)
        for words in (
            "Document · 0.txt, characters 0 to 21",
            "Passage · retold",
            "Instruction · any",
            "Edit · harder",
            "Suggestion: Ask for more.",
            "How far does it count{+ exactly+}?",
            "exactly{+, at most+}?",
            "Response",
            "assistant: To four.",
            "1 passed: complete",
            "guess: skip: off",
            "Lineage, oldest first · some-model",
        )
    ]
    assert places == sorted(places)
    value = parsed(capsys, "show", runs / "good", row["id"])
    assert value["id"] == row["id"] and value["records"][0]["kind"] == "row"
    assert [stage["step"] for stage in value["records"][0]["stages"]] == [
        "documents", "transform", "instruct", "refine", "refine", "respond", "verify",
    ]  # fmt: skip


def test_a_reject_is_told_with_what_it_was_to_become(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for reject in RunDirectory(str(runs / "good")).rejects():
        page = told(capsys, "show", runs / "good", reject["id"])
        assert f"rejected in refine: {reject['reason']}" in page and "How far does it count?" in page
        assert page.count("Document · ") == 1


def test_a_record_without_its_shards_is_told_by_its_row(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(runs / "good", tmp_path / "run")
    shutil.rmtree(tmp_path / "run" / "steps")
    row = next(RunDirectory(str(tmp_path / "run")).rows())
    page = told(capsys, "show", tmp_path / "run", row["id"])
    assert "no longer in steps/" in page and "assistant: To four." in page


def test_rejects_are_counted_with_what_was_paid(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    value = parsed(capsys, "rejects", runs / "good")
    assert {(each["step"], each["reason"]): each["rejects"] for each in value["groups"]} == {
        ("refine", "unsuitable"): 2, ("refine", "vague"): 2,
    }  # fmt: skip
    paid = {each["reason"]: (each["calls"], each["cost_usd"]) for each in value["groups"]}
    assert paid == {"unsuitable": (4, 0.004), "vague": (10, 0.01)}
    page = told(capsys, "rejects", runs / "good")
    assert "together" in page and "--reason unsuitable" in page


def test_rejects_of_a_reason_are_shown(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = told(capsys, "rejects", runs / "good", "--reason", "unsuitable", "--samples", "1")
    assert page.count("refine, unsuitable: no") == 1 and "instruction: How far does it count?" in page
    value = parsed(capsys, "rejects", runs / "good", "--step", "refine", "--samples", "2")
    assert [row["id"] for row in value["samples"]] == sorted(
        row["id"] for row in RunDirectory(str(runs / "good")).rejects()
    )[:2]  # fmt: skip


def test_what_was_written_commands_no_terminal(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = runs / "deep" / "hostile"
    run = RunDirectory(str(hostile))
    told(capsys, "show", hostile)
    told(capsys, "rejects", hostile, "--samples", "9")
    for row in [*run.rows(), *run.rejects()]:
        assert "\\u001b]0;owned" in told(capsys, "show", hostile, row["id"], "--full")
        parsed(capsys, "show", hostile, row["id"])


def test_what_cannot_be_shown_is_a_sentence(runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words, sentence in {
        ("show", tmp_path): "is no finished run directory",
        ("show", runs / "short"): "cut short",
        ("show", runs / "good", "nothing"): "has an id that begins with 'nothing'",
        ("rejects", tmp_path): "is no finished run directory",
        ("rejects", runs / "good", "--reason", "tired"): "there are: unsuitable, vague",
        ("rejects", runs / "good", "--step", "sleep"): "there are: refine",
        ("runs", tmp_path / "absent"): "there is no folder",
    }.items():
        error = told(capsys, *words, code=2)
        assert sentence in error and error.startswith("error: ") and "Traceback" not in error


def test_a_run_of_another_version_is_told_as_far_as_it_goes(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(runs / "good", tmp_path / "run")
    (tmp_path / "run" / "manifest.json").write_text(json.dumps({"skills": {SKILL: {}}, "later": {"x": 1}}))
    assert parsed(capsys, "runs", tmp_path)[0]["rows"] is None
    for name, place in (("runs", tmp_path), ("show", tmp_path / "run"), ("rejects", tmp_path / "run")):
        assert told(capsys, name, place)


def test_two_runs_are_compared(
    runs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    write_run(str(tmp_path / "other"), answer="It counts as far as four.", seed=7)
    page = told(capsys, "compare", runs / "good", tmp_path / "other", "--html", tmp_path / "pages" / "both.html")
    for words in (
        "seed",
        "{+It counts as far as+} four.",
        "[-To-] four.",
        "4 pairs: the same task",
        "Page, with 4 pairs",
    ):
        assert words in page, page
    html = (tmp_path / "pages" / "both.html").read_text()
    assert html.count("<article") == 4 and "It counts as far as" in html
    value = parsed(capsys, "compare", runs / "good", tmp_path / "other", "--pairs", "2")
    assert len(value["pairs"]) == 2 and value["rows"]["paired"] == {"the same task, answered anew": 4}
    assert {"group": "run", "name": "seed", "a": "–", "b": "7"} in value["changed"]


def test_a_comparison_commands_no_terminal(runs: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write_run(str(tmp_path / "other"), said=COMMANDS, answer="Four.")
    hostile = runs / "deep" / "hostile"
    assert "\\u001b]0;owned" in told(capsys, "compare", hostile, tmp_path / "other", "--html", tmp_path / "x.html")
    parsed(capsys, "compare", hostile, tmp_path / "other")
    assert not set("\x1b\x07\x9b\x00\x7f") & set((tmp_path / "x.html").read_text())


def test_what_cannot_be_compared_is_a_sentence(runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "is no finished run directory" in told(capsys, "compare", runs / "good", tmp_path, code=2)
    good = runs / "good"
    assert "end in .html" in told(capsys, "compare", good, good, "--html", tmp_path / "page.txt", code=2)
    (tmp_path / "file").write_text("")
    assert "cannot write" in told(capsys, "compare", good, good, "--html", tmp_path / "file" / "x.html", code=2)


def test_a_program_that_has_read_enough_ends_the_command_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w") as closed:
        monkeypatch.setattr("sys.stdout", closed)
        with pytest.raises(SystemExit):
            tell({"x": "y" * 100_000})


def test_how_a_run_ended_is_told_by_its_last_attempt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    attempts = [{"started": "2026-01-01T00:00:00+00:00", "ended": "killed"}]
    attempts += [{"started": "2026-01-02T00:00:00+00:00", "ended": "stopped"}]
    write_run(str(tmp_path / "run"), complete=False, attempts=attempts)
    run = parsed(capsys, "runs", tmp_path)[0]
    assert (run["state"], run["when"]) == ("stopped", "2026-01-02T00:00:00+00:00")


def test_what_is_told_without_a_run_is_told_to_programs_too(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repairs = next(each for each in parsed(capsys, "settings") if each["name"] == "repairs")
    assert (repairs["group"], repairs["default"], repairs["type"]) == ("Sampling", 1, "integer")
    assert parsed(capsys, "skills", "fermi")["name"] == "fermi"
    exported = parsed(capsys, "export", runs / "good", "--format", "openai", "--output", tmp_path / "x.jsonl")
    assert exported["rows"] == {str(tmp_path / "x.jsonl"): 4} and exported["finished"] is True


def test_problems_of_skills_are_told_to_programs_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(prompts.VARIABLE, "")
    (tmp_path / "fermi").mkdir()
    (tmp_path / "fermi" / "skill.yaml").write_text("title: Nothing else\n")
    try:
        value = json.loads(told(capsys, "check-skills", tmp_path, "--json", code=2))
    finally:
        prompts.use(prompts.ROOT)
    assert value["skills"] == ["fermi"]
    assert {each["file"] for each in value["problems"]} == {str(tmp_path / "fermi" / "skill.yaml")}


@pytest.mark.services
def test_what_an_endpoint_can_do_is_told_to_programs_too(
    sim: Callable[..., Server], capsys: pytest.CaptureFixture[str]
) -> None:
    value = parsed(capsys, "check-endpoint", "--teacher", "simulated", "--base-url", sim().base_url)
    assert (value["model"], value["able"], value["cost_usd"]) == ("simulated", True, None)
    assert {"question", "able", "found", "seconds"} == set(value["findings"][0]) and value["calls"] > 1


def test_a_record_of_a_version_is_told_from_its_batch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_run(str(tmp_path / "batches" / "one"))
    facts: dict[str, Any] = {"version": "first", "skills": {SKILL: 4}, "rows": 4, "batches": [{"id": "one"}]}
    version = tmp_path / "versions" / "first"
    write_run(str(version), **facts)
    shutil.rmtree(version / "steps")
    (tmp_path / "latest").symlink_to(version)
    row = next(RunDirectory(str(version)).rows())
    assert "Document · 0.txt" in told(capsys, "show", tmp_path / "latest", row["id"])
    states = {Path(run["output"]).name: (run["state"], run["rows"]) for run in parsed(capsys, "runs", tmp_path)}
    assert states == {"one": ("complete", 4), "first": ("version", 4)}
