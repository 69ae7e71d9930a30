"""`evaluate` as a person runs it: two students and a judge, killed and started again, with a table that adds up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from simulator import Server
from tasks.evaluation.trust import STRANGERS
from tasks.records import Json
from tests.evaluation.examining import choice, question, write_bench
from tests.running import Home, shared_prefect, wait_for

pytestmark = pytest.mark.services
MODEL = "tests.evaluation.examining:model"
Sim = Callable[..., Server]


def bench(folder: Path) -> list[Json]:
    rows = [
        *(question(n, constraints=[{"kind": "max_words", "number": 9, "words": []}]) for n in range(30)),
        *(choice(n) for n in range(30)),
    ]
    write_bench(folder / "data", rows, against=[{"name": "gsm8k", "items": 5}])
    return rows


def test_two_students_are_compared(tmp_path: Path, sim: Sim) -> None:
    rows, server = bench(tmp_path), sim(teacher=MODEL)
    (tmp_path / "own.jsonl").write_text(
        json.dumps({"instruction": "Sum up the text.", "input": "It sways.", "output": "Sways."}) + "\n"
    )
    home, url = Home(tmp_path, api=shared_prefect().url), server.base_url
    command = (
        *("evaluate", f"good@{url}", "--output", "out", "--bench", "data", "--judge", "judge", "--judge-base-url", url),
        *("--tasks", "preference,format", "--tasks", "summary=own.jsonl", "--compare", f"other@{url}", "--json"),
    )
    ended = home.start(*command).ended()
    assert ended.code == 0, ended.err
    assert "At most 242 calls of students" in ended.err
    told = json.loads(ended.out)
    lines = {line["task"]: line for line in told["table"]}
    good, other = lines["Orca-Bench"]["values"]["good"], lines["Orca-Bench"]["values"]["other"]
    assert (
        good == 9.5
        and 3 < other < 7
        and lines["Orca-Bench"]["gains"] == {"good": round(100 * (good - other) / other, 2)}
    )
    assert {"preference", "preference over other", "format", "summary own"} <= lines.keys()
    assert lines["summary own"]["values"]["good"] == 100 and lines["format"]["values"]["good"] == 100
    assert told["usage"]["examine"]["good"]["made"] == 61 and told["differences"]["good"]["low"] > 0
    answers = [each for file in (tmp_path / "out" / "answers").glob("good-*/open*.parquet") for each in read(file)]
    assert len(answers) == 30 and {each["decided_by"] for each in answers} == {"judge"}
    page = (tmp_path / "out" / "report.html").read_text()
    assert "The deck is light. &lt;b&gt;&amp;" in page and "<b>" not in page
    assert (tmp_path / "out" / "mix.yaml").read_text().startswith("#")
    private = [*(p for p in (home.path / "prefect").rglob("*") if p.is_file()), shared_prefect().database]
    assert private and not any(b"The deck is light" in path.read_bytes() for path in private)
    before = server.stats()["requests"]
    assert home.start(*command).ended().code == 0 and server.stats()["requests"] == before
    assert len(rows) == 60


def read(file: Path) -> list[Json]:
    found: list[Json] = pq.read_table(file).to_pylist()
    return found


def test_a_killed_examination_pays_nothing_twice(tmp_path: Path, sim: Sim) -> None:
    bench(tmp_path)
    server = sim(teacher=MODEL, latency="0.05")
    home = Home(tmp_path, api=shared_prefect().url)
    url = server.base_url
    command = (
        *("evaluate", f"good@{url}", "--output", "out", "--bench", "data", "--judge", "judge", "--judge-base-url", url),
        *("--set", "max_concurrency=4", "--json"),
    )
    killed = home.start(*command)
    wait_for("some calls", lambda: server.stats()["requests"] > 20)
    killed.process.kill()
    killed.process.wait()
    ended = home.start(*command).ended()
    assert ended.code == 0, ended.err
    figure = json.loads(ended.out)["students"][0]["figures"][0]
    calls = 60 + 30 + STRANGERS + round(figure["beside"].get("order effect", 0))
    twice = sum(1 for each in read_all(tmp_path / "out") if each["answer_first"] is not None)
    assert server.stats()["requests"] <= calls + twice + 4  # those under way when it was killed


def read_all(out: Path) -> list[Json]:
    return [each for file in out.glob("answers/*/*.parquet") for each in read(file)]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--judge", "offline"), "the offline teacher cannot judge"),
        (("--tasks", "nope"), "unknown task 'nope'; known: preference, format, summary"),
        (("--tasks", "preference"), "--tasks preference is decided by a judge"),
        (("--compare", "nowhere"), "no student at 'nowhere'"),
        (("--tasks", "format=absent.jsonl"), "absent.jsonl cannot be read"),
    ],
)
def test_what_cannot_be_had_is_a_sentence(tmp_path: Path, more: tuple[str, ...], said: str) -> None:
    bench(tmp_path)
    command = ("evaluate", "m@http://127.0.0.1:9/v1", "--output", "out", "--bench", "data", *more)
    ended = Home(tmp_path, api=shared_prefect().url).start(*command).ended()
    assert ended.code == 2 and said in ended.err and "Traceback" not in ended.err


def test_other_judges_are_not_mixed(tmp_path: Path, sim: Sim) -> None:
    bench(tmp_path)
    url, home = sim(teacher=MODEL).base_url, Home(tmp_path, api=shared_prefect().url)
    base = ("--bench", "data", "--judge-base-url", url, "--judge")
    assert home.start("evaluate", f"other@{url}", "--output", "one", *base, "judge").ended().code == 0
    same = ("evaluate", f"good@{url}", "--output", "two", "--compare", "one")
    ended = home.start(*same, *base, "another").ended()
    assert ended.code == 2 and "one was examined with another judge (judge@" in ended.err
    ended = home.start(*same, *base, "another", "--anyway").ended()
    assert ended.code == 0 and "other was examined otherwise (another judge" in ended.out
    told = json.loads((tmp_path / "two" / "results.json").read_text())
    assert told["differences"]["good"]["count"] == 60 and told["differences"]["good"]["low"] > 0
    kept = set((tmp_path / "two" / "answers").glob("*/*.parquet"))
    assert home.start(*same, *base, "another", "--anyway", "--rows", "5").ended().code == 0
    left = set((tmp_path / "two" / "answers").glob("*/*.parquet"))
    assert len(left) == 2 and not kept & left  # answers to other rows do not stay
    ended = home.start("evaluate", f"good@{url}", "--output", "one", *base, "another").ended()
    assert ended.code == 2 and "one holds results of another judge" in ended.err
