"""The command line end to end: counts that add up, the same command twice, exit codes, and nothing that leaks."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.corpus import write_corpus
from flows.cli.command import app
from simulator import Server, simulator
from tasks.records import Json
from tasks.steps.pipeline import PIPELINE
from tests.running import PATIENCE, ROOT, SKILL, Ended, Home, Result, Started, against, shared_prefect

STEPS = tuple(step.name for step in PIPELINE)
pytestmark = pytest.mark.slow

SMALL = ("--set", "instructions_per_passage=2")
FAULTS = "refusal=0.06,empty_content=0.1,http_429_after=0.04,retry_after=0.1"
STRANGE = (
    "{{material}}",
    "{{0}}",
    "{{{{x}}}}",
    "{0.__class__}",
    "{material!r}",
    "</seed-123>",
    "</passage-1234567890>",
)


@dataclass
class Base:
    """One finished run against a faulty endpoint, which the tests of this file repeat and vary."""

    home: Home
    server: Server
    ended: Ended
    requests: int
    turned_away: int
    """Requests that the endpoint refused for a while: no answer to keep."""
    manifest: Json
    published: dict[str, bytes]

    @property
    def result(self) -> Result:
        return Result(self.home.folder / "out")

    def start(self, output: str, *options: str) -> Started:
        """The same command with another output or more options."""
        sized = () if "--shard-size" in options else ("--shard-size", "2")
        return self.home.generate(output, *against(self.server), *sized, *SMALL, *options)


def one_sentence(ended: Ended) -> str:
    """The last thing said; no traceback stands before it."""
    assert "Traceback" not in ended.err + ended.out
    return ended.err.strip().splitlines()[-1]


@dataclass
class Down:
    """A run whose endpoint is down."""

    home: Home
    server: Server
    command: tuple[str, ...]
    run: Started


@pytest.fixture(scope="module")
def down(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Down]:
    folder = tmp_path_factory.mktemp("down")
    write_corpus(folder / "documents", 2, words=90)
    home = Home(folder, api=shared_prefect().url)
    with simulator(faults="http_503=always") as server:
        command = (*against(server), *SMALL, "--set", "patience_seconds=0.5")
        yield Down(home, server, command, home.generate("out", *command))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, down: Down) -> Iterator[Base]:
    # `down` comes first: Prefect lets it wait for its second try while this one works.
    folder = tmp_path_factory.mktemp("base")
    write_corpus(folder / "documents", 4, words=90)
    (folder / "documents" / "short.txt").write_text("Too short to be of use.\n")
    (folder / "documents" / "program.py").write_text("def total(values):\n    return sum(values)\n" * 40)
    home = Home(folder, api=shared_prefect().url)
    with simulator(faults=FAULTS) as server:
        ended = home.run("out", *against(server), "--shard-size", "2", *SMALL)
        result = Result(folder / "out")
        stats = server.stats()
        turned_away = stats["faults"].get("http_429_after", 0)
        yield Base(home, server, ended, stats["requests"], turned_away, result.manifest, result.published())


# What a run leaves


def test_the_manifest_has_all_that_it_promises(base: Base) -> None:
    assert base.ended.code == 0, base.ended.err
    manifest = base.manifest
    assert manifest["complete"] is True
    assert {"documents", "steps", "accepted", "rejected", "calls", "settings", "versions", "prompts"} <= manifest.keys()
    assert list(manifest["steps"]) == sorted(STEPS)
    assert all({"records_in", "records_out", "rejected"} <= counts.keys() for counts in manifest["steps"].values())
    calls = manifest["calls"]
    counts = {"made", "replayed", "failed", "prompt_tokens", "cached_tokens", "completion_tokens", "cost_usd"}
    assert calls.keys() == {*counts, "by_step"}
    assert calls["by_step"].keys() == {*STEPS, "greeting"}
    assert all(part.keys() == counts for models in calls["by_step"].values() for part in models.values())
    assert sum(models["simulated"]["made"] for models in calls["by_step"].values()) == calls["made"]
    (attempt,) = manifest["attempts"]
    assert attempt.keys() == {*counts, "started", "seconds", "ended"} and attempt["ended"] == "complete"
    forecast = manifest["forecast"]
    assert forecast["calls"] == sum(forecast["by_step"].values()) >= forecast["typical"] > 0 < forecast["rows"]
    facts = {name: step["calls"]["fact"] for name, step in forecast["steps"].items()}
    assert facts == {name: counts["calls"] for name, counts in manifest["steps"].items()}
    assert facts == {name: counts["calls"] for name, counts in manifest["skills"][SKILL]["steps"].items()}
    with sqlite3.connect(base.home.path / "ledger.db") as ledger:
        ((model, told),) = ledger.execute("select model, told from outcomes").fetchall()
    assert model == "simulated" and json.loads(told)["skills"][SKILL]["accepted"] == manifest["accepted"]
    assert manifest["unfinished"] == 0
    assert calls["cost_usd"] is None  # nobody knows the price of `simulated`
    assert calls["prompt_tokens"] > 0 and calls["completion_tokens"] > 0
    assert manifest["settings"]["instructions_per_passage"] == 2
    assert manifest["versions"]["prefect"] and manifest["prompts"]["instruct"]


def test_calls_are_what_the_endpoint_counted(base: Base) -> None:
    assert base.manifest["calls"]["made"] == base.requests
    assert base.manifest["calls"]["failed"] > 0


def test_what_verifying_took_is_told_by_who_was_asked(base: Base) -> None:
    took = base.manifest["verification"]
    assert took["calls_per_row_by"]["judge"] > 0 and took["calls_per_row"] <= 2
    assert sum(took["calls_per_row_by"].values()) == pytest.approx(took["calls_per_row"], abs=0.01)


def test_counts_add_up(base: Base) -> None:
    manifest, result = base.manifest, base.result
    documents, steps = manifest["documents"], manifest["steps"]
    assert (documents["read"], documents["used"], documents["rejected"]) == (6, 4, 2)
    assert steps["transform"]["records_in"] == documents["passages"]
    for before, after in pairwise(STEPS):
        assert steps[before]["records_out"] == steps[after]["records_in"]
    late = manifest["near_duplicates"] + manifest["superseded"]
    assert steps["verify"]["records_out"] - late == manifest["accepted"] == len(result.rows()) > 0
    assert manifest["rejected"] == Counter(reject["reason"] for reject in result.rejects())
    by_step = Counter(reject["step"] for reject in result.rejects())
    fallen = {"documents": documents["rejected"], "publish": late}
    assert by_step == +Counter(fallen | {step: steps[step]["rejected"] for step in STEPS})
    assert len({row["id"] for row in result.rows()}) == manifest["accepted"]


def test_every_record_has_issue(base: Base) -> None:
    """Each input of each step left a record or a reject, so each passage is an ancestor of a row or a reject."""
    result = base.result
    parent = {item["id"]: item["parent"] for step in ("documents", *STEPS) for item in result.items(step)}
    inputs = [item["id"] for item in result.items("documents") if item["reason"] is None]
    for step in STEPS:
        items = result.items(step)
        # An edit comes from its parent, which may be an input of the same step: the nearest is the one that it was made of.
        made_of = [next(a for a in ancestry(item["id"], parent) if a in set(inputs)) for item in items]
        fruitful = {i for i, item in zip(made_of, items, strict=True) if item["reason"] is None}
        barren = set(inputs) - fruitful
        assert len(barren) == base.manifest["steps"][step]["inputs_without_output"]
        assert barren <= {i for i, item in zip(made_of, items, strict=True) if item["reason"]}
        inputs = [item["id"] for item in items if item["reason"] is None]
    ends = [*result.rows(), *result.rejects()]
    reached = {ancestor for end in ends for ancestor in ancestry(end["id"], parent)}
    assert {item["id"] for item in result.items("transform")} <= reached


def ancestry(id: str, parent: dict[str, str]) -> Iterator[str]:
    """The record, its parent, and so on up to the piece of a document."""
    while id:
        yield id
        id = parent.get(id, "")


# The same again, and almost the same


@pytest.fixture(scope="module")
def variants(base: Base) -> dict[str, Result]:
    """The run with files lost and cut, elsewhere with other shards, with an edited late setting, with another seed."""
    shutil.copytree(base.result.path, base.home.folder / "edited")
    steps = base.result.path / "steps"
    sorted(steps.glob("refine/*.parquet"))[0].unlink()
    cut(sorted(steps.glob("respond/*.parquet"))[0], 100)
    cut(sorted(steps.glob("verify/*.json"))[0], 10)
    for number, stored in enumerate(base.home.path.glob("prefect/storage/*")):
        cut(stored, 40 * (number % 2))  # as a kill leaves what Prefect was writing
    started = {
        "out": base.start("out"),
        "elsewhere": base.start("elsewhere", "--max-concurrency", "2", "--shard-size", "1"),
        "edited": base.start("edited", "--set", "respond_temperature=0.6"),
        "seeded": base.start("seeded", "--seed", "1"),
    }
    for run in started.values():
        ended = run.ended()
        assert ended.code == 0, ended.err
    return {name: Result(base.home.folder / name) for name in started}


def cut(file: Path, size: int) -> None:
    file.write_bytes(file.read_bytes()[:size])


@pytest.mark.services
def test_lost_and_damaged_files_are_made_again_from_the_ledger(base: Base, variants: dict[str, Result]) -> None:
    again = variants["out"].manifest["attempts"][-1]
    assert again["made"] == 0 < again["replayed"]
    assert variants["out"].published() == base.published


@pytest.mark.services
def test_the_same_command_again_makes_no_call(base: Base, variants: dict[str, Result]) -> None:
    asked, shards = base.server.stats()["requests"], {step: base.result.shards(step) for step in STEPS}
    assert base.start("out").ended().code == 0
    last = base.result.manifest["attempts"][-1]
    # The one that is replayed is the plain question that every run begins with.
    assert (last["made"], last["replayed"], base.server.stats()["requests"]) == (0, 1, asked)
    assert base.result.manifest["calls"]["made"] == base.requests
    assert {step: base.result.shards(step) for step in STEPS} == shards
    assert base.result.published() == base.published
    kept = base.manifest.keys() - {"calls", "attempts", "forecast"}  # which goes by what came of the run before
    assert {k: base.result.manifest[k] for k in kept} == {k: base.manifest[k] for k in kept}


@pytest.mark.services
def test_elsewhere_with_other_shards_and_concurrency_the_rows_are_the_same(
    base: Base, variants: dict[str, Result]
) -> None:
    other, first = variants["elsewhere"], base.manifest["calls"]
    assert other.manifest["calls"]["made"] == 0
    assert other.manifest["calls"]["replayed"] == first["made"] + first["replayed"] - base.turned_away
    assert len(other.shards("documents")) == 5 > len(base.result.shards("documents"))
    assert other.rows() == base.result.rows()
    assert by_id(other.rejects()) == by_id(base.result.rejects())


def by_id(rejects: list[Json]) -> list[Json]:
    return sorted(rejects, key=lambda reject: (reject["id"], reject["reason"]))


@pytest.mark.services
def test_an_edited_late_setting_keeps_the_early_shards(base: Base, variants: dict[str, Result]) -> None:
    edited = variants["edited"]
    for step in ("documents", "transform", "instruct", "refine"):
        assert edited.shards(step).keys() == base.result.shards(step).keys()
    for step in ("respond", "verify"):
        assert len(edited.shards(step)) == 2 * len(base.result.shards(step))
    calls = edited.manifest["attempts"][-1]
    late = sum(edited.manifest["steps"][step]["calls"] for step in ("respond", "verify"))
    assert 0 < calls["made"] - calls["failed"] <= late
    assert edited.manifest["settings"]["respond_temperature"] == 0.6


@pytest.mark.services
def test_another_seed_gives_other_rows(base: Base, variants: dict[str, Result]) -> None:
    rows = variants["seeded"].rows()
    assert rows and not {row["id"] for row in rows} & {row["id"] for row in base.result.rows()}


def test_skills_and_settings_are_listed_and_a_record_is_shown(base: Base) -> None:
    row = base.result.rows()[0]
    shown = base.home.start("show", "out", row["id"][:12]).ended()
    assert shown.code == 0 and row["id"] in shown.out and "Lineage" in shown.out
    assert "respond" in shown.out and row["task_type"] in shown.out
    nothing = base.home.start("show", "out", "zzz").ended()
    assert nothing.code == 2 and "no record of out has an id that begins with 'zzz'" in one_sentence(nothing)
    listed = base.home.start("settings").ended()
    assert listed.code == 0 and "chunk_words" in listed.out


# Exit codes


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("documents --skill nope --output out", "unknown skill 'nope'; known: "),
        ("documents --skill SKILL --output out --set chunk_wrods=9", "unknown setting 'chunk_wrods'; known: "),
        ("documents --skill SKILL --output out --set chunk_words=9", "chunk_words must be at least 50, saw '9'"),
        ("documents --skill SKILL --output out --set chunk_words", "--set takes KEY=VALUE, saw 'chunk_words'"),
        ("documents --skill SKILL --output out --max-concurrency 0", "max_concurrency must be at least 1, saw '0'"),
        ("documents --skill SKILL --output out --limit many", "many"),
        ("documents --skill SKILL", "--output"),
        ("absent --skill SKILL --output out", "nothing to read: 'absent'"),
        ("empty --skill SKILL --output out", "nothing to read: 'empty'"),
        ("documents --skill SKILL --output out --teacher gpt-4.1-mini", "set OPENAI_API_KEY"),
        ("documents --skill SKILL --output out --base-url http://127.0.0.1:9/v1", "--base-url needs --teacher"),
        ("documents --skill SKILL --output documents/report-00000.txt/out", "cannot write to "),
    ],
)
def test_wrong_usage_is_one_sentence(tmp_path: Path, arguments: str, said: str) -> None:
    write_corpus(tmp_path / "documents", 1, words=60)
    (tmp_path / "empty").mkdir()
    ended = Home(tmp_path).start("generate", *arguments.replace("SKILL", SKILL).split()).ended()
    assert ended.code == 2
    assert "Traceback" not in ended.err and said in ended.err
    assert len(ended.err.strip().splitlines()) <= 2 and not ended.out
    assert not (tmp_path / "out" / "manifest.json").exists()


@pytest.mark.services
def test_an_endpoint_that_will_never_answer_stops_the_run(tmp_path: Path) -> None:
    """And documents of no use at all are wrong usage, which shows only when they are read."""
    write_corpus(tmp_path / "documents", 1, words=90)
    (tmp_path / "short.txt").write_text("Too short.\n")
    said = {
        "http_401": "(401): set OPENAI_API_KEY",
        "http_404": "(404): check --teacher",
        "quota": "quota is exhausted",
    }
    home = Home(tmp_path, api=shared_prefect().url, variables={"OPENAI_API_KEY": "sk-wrong"})
    with ExitStack() as running:
        servers = {fault: running.enter_context(simulator(faults=f"{fault}=always")) for fault in said}
        runs = {fault: home.generate(fault, *against(server), *SMALL) for fault, server in servers.items()}
        useless = home.generate("useless", documents="short.txt")
        for fault, run in runs.items():
            ended = run.ended()
            assert ended.code == 3, ended.err
            assert said[fault] in one_sentence(ended) and "same command again" in one_sentence(ended)
            assert "sk-wrong" not in ended.err + ended.out
            assert servers[fault].stats()["requests"] <= 3
            assert not (tmp_path / fault / "manifest.json").exists()
    ended = useless.ended()
    assert ended.code == 2 and "none of the 1 documents can be used" in one_sentence(ended)


@pytest.mark.services
def test_a_run_is_resumed_when_the_endpoint_is_up_again(down: Down) -> None:
    failed = down.run.ended()
    assert failed.code == 3, failed.err
    assert "the endpoint failed for" in one_sentence(failed) and "same command again" in one_sentence(failed)
    result, fresh = (Result(down.home.folder / name) for name in ("out", "fresh"))
    down.server.configure(faults="")
    runs = [down.home.generate(directory.path.name, *down.command) for directory in (result, fresh)]
    assert [run.ended().code for run in runs] == [0, 0]
    assert result.manifest["complete"] is True and result.manifest["shards"]["unfinished"] == 0
    assert result.rows() == fresh.rows() != []


# What must not get out, and what must not be taken for anything but text


@pytest.mark.services
def test_nothing_private_leaks_and_no_text_is_a_template(tmp_path: Path) -> None:
    """The key is nowhere, text only where text belongs: not on the terminal, nor in Prefect's database or the home."""
    key, canary = "sk-canary-5ee1d0c7a2b4", "Quetzalwharf"
    write_corpus(tmp_path / "documents", 2, words=90)
    strange = " ".join(f"The sign at {canary} reads {text} in white paint." for text in STRANGE)
    for path in (tmp_path / "documents").iterdir():
        path.write_text(f"{strange}\n\n{path.read_text()}")
    prefect = shared_prefect()
    home = Home(tmp_path, api=prefect.url, variables={"OPENAI_API_KEY": key})
    with simulator(faults="refusal=#2,invalid_json=#3,http_500=#3") as server:
        ended = home.run("searched", *against(server), *SMALL)
    assert ended.code == 0, ended.err
    result = Result(tmp_path / "searched")
    assert result.rows() and result.rejects() and result.manifest["calls"]["failed"] > 2

    told = json.dumps([row["messages"] for row in result.rows()]) + "".join(
        i["body"] for i in result.items("transform")
    )
    assert canary in told and all(json.dumps(text)[1:-1] in told for text in STRANGE)

    output = [path for path in tmp_path.rglob("*") if path.is_file() and tmp_path / "documents" not in path.parents]
    everything = [*output, *prefect.database.parent.glob(f"{prefect.database.name}*")]
    assert not [path for path in everything if key.encode() in path.read_bytes()]
    holding = [path for path in everything if canary.encode() in path.read_bytes()]
    meant = {result.path / name for name in ("steps", "dataset", "rejected", "feedback")}
    elsewhere = [path for path in holding if not meant & set(path.parents)]
    assert {path.name.removesuffix("-wal") for path in elsewhere} <= {"ledger.db", "1.out", "report.html"}
    assert any(f"{SKILL} to searched".encode() in path.read_bytes() for path in everything if path not in output)


# What the README does with a run


def test_the_snippets_of_the_readme_run_as_they_stand(
    base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    programs = re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S)
    exports = re.findall(r"^    \.venv/bin/agentinstruct (export .*)$", text, re.M)
    assert len(programs) == 2 and len(exports) == 2
    shutil.copytree(base.result.path, tmp_path / "out" / "mine")
    monkeypatch.chdir(tmp_path)
    for line in exports:
        assert app(shlex.split(line), exit_on_error=False, result_action="return_value") == 0
    told = "print(len(frame), rows.num_rows, *(splits[name].num_rows for name in ('train', 'test')))"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "\n".join([*programs, told])],
        env={**base.home.environment(), "HF_HOME": str(tmp_path / "cache"), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        timeout=100 * PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    frame, rows, train, test = map(int, done.stdout.splitlines()[-1].split())
    assert frame == rows == train + test == base.manifest["accepted"] and test > 0
    assert (tmp_path / "out" / "rc.jsonl").read_text(encoding="utf-8").count("\n") == frame
