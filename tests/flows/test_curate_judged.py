"""`curate --judge` as a person runs it: what the judge confirms is dropped, nothing is paid twice, and what is open is said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator import Server, simulator
from tests.curation.judge import GARBLED
from tests.curation.rows import row, write_rows
from tests.flows.test_curate import rows
from tests.flows.test_publish import states
from tests.running import Home, shared_prefect

pytestmark = pytest.mark.services
ITEM = "A ferry carries 48 cars on each crossing and makes 9 crossings a day. How many cars can it carry on a day?"
SAME = "On each crossing 48 cars find room on a ferry. How many can it carry on a day of 9 crossings?"
ALIKE = "On each crossing 36 cars find room on a ferry. How many can it carry on a day of 7 crossings?"
OPEN = f"On each crossing 20 cars find room on a {GARBLED} ferry. How many can it carry on a day of 3 crossings?"
TOLD = {
    "same": row(SAME, "432", document="a"),
    "alike": row(ALIKE, "252", document="b"),
    "open": row(OPEN, "60", document="c"),
    "other": row("Which bird lays eggs on bare rock?", "A murre.", document="d"),
}
Curate = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def judge() -> Iterator[Server]:
    with simulator(teacher="tests.curation.judge:reply") as server:
        yield server


@pytest.fixture
def curate(tmp_path: Path, judge: Server) -> Curate:
    """`curate` over a run and a benchmark of one item, judged at the simulator; code, standard output and error."""
    judge.configure(faults="")
    judge.reset()
    write_rows(tmp_path / "run", list(TOLD.values()))
    (tmp_path / "exam.jsonl").write_text(json.dumps({"id": "ferry", "question": ITEM}))
    home = Home(tmp_path, api=shared_prefect().url)

    def start(*options: str, address: str = judge.base_url) -> tuple[int, str, str]:
        asked = ("--judge", "some-judge", "--judge-base-url", address) if address else ()
        command = ("curate", "run", "--output", "data", "--against", "exam.jsonl", "--hold-out", "0", *asked, *options)
        ended = home.start(*command).ended()
        return ended.code, ended.out, ended.err

    return start


def test_what_the_judge_confirms_is_dropped_and_nothing_is_paid_twice(
    tmp_path: Path, judge: Server, curate: Curate
) -> None:
    code, out, err = curate("--json")
    assert code == 0, err
    told, data = json.loads(out), tmp_path / "data"
    assert {each["id"] for each in rows(data / "dataset")} == {TOLD[name]["id"] for name in ("alike", "open", "other")}
    [dropped] = rows(data / "rejected")
    assert (dropped["id"], dropped["reason"], dropped["match"]) == (
        TOLD["same"]["id"],
        "in_other_words",
        "exam.jsonl:ferry",
    )
    assert dropped["detail"] == "some-judge holds that it asks the same"
    judged = told["judge"]
    assert [judged[name] for name in ("model", "rows", "pairs", "confirmed", "undecided")] == ["some-judge", 3, 3, 1, 1]
    assert judged["tokens"] == 550 * 5 and judged["cost_usd"] is None, "three answers to what was garbled"
    listed = {each["row"]: each for each in map(json.loads, (data / "suspects.jsonl").read_text().splitlines())}
    assert {name: listed[TOLD[name]["id"]]["judge"] for name in ("same", "alike", "open")} == {
        "same": "same_question",
        "alike": "only_alike",
        "open": "undecided",
    }
    assert listed[TOLD["open"]["id"]]["why"] == "not_in_schema" and TOLD["other"]["id"] not in listed
    assert "3 rows may say an item" in err and "3 pairs at most: about" in err and "cost unknown" in err
    assert "1 pair undecided: the rows stay" in err
    assert "some-judge read 3 pairs" in (data / "report.html").read_text() + (data / "README.md").read_text()
    assert {name.split()[0] for name in states("run to data")} == {"examine", "decontaminate", "recognise", "write"}
    asked, before = judge.stats()["requests"], {f: f.read_bytes() for f in data.rglob("*.parquet")}
    code, out, err = curate("--json")
    assert code == 0 and judge.stats()["requests"] == asked and "0 calls, 4 answers from the ledger" in err
    assert json.loads(out)["judge"] == judged and {f: f.read_bytes() for f in data.rglob("*.parquet")} == before
    home = [path for path in (tmp_path / "home" / "prefect").rglob("*") if path.is_file()]
    kept = [*home, shared_prefect().database, *(data / "signatures").iterdir(), data / "suspects.jsonl"]
    assert not any(b"find room" in file.read_bytes() or b"ferry carries" in file.read_bytes() for file in kept)


def test_a_budget_stops_it_an_endpoint_that_fails_leaves_rows_undecided_and_the_same_command_resumes(
    tmp_path: Path, judge: Server, curate: Curate
) -> None:
    code, _, err = curate("--max-calls", "1")
    assert code == 3 and "the budget of 1 calls is used up" in err and "Traceback" not in err
    assert "Run the same command again to resume." in err and not (tmp_path / "data" / "manifest.json").exists()
    assert judge.stats()["requests"] == 1, "the greeting alone"
    judge.configure(faults="http_500=1")
    code, out, err = curate("--json", "--set", "patience_seconds=1")
    judged = json.loads(out)["judge"]
    assert code == 0 and (judged["pairs"], judged["confirmed"], judged["undecided"]) == (3, 0, 3), err
    assert "3 pairs undecided: the rows stay" in err and len(rows(tmp_path / "data" / "dataset")) == 4
    listed = [json.loads(line) for line in (tmp_path / "data" / "suspects.jsonl").read_text().splitlines()]
    assert {(each["judge"], each["why"]) for each in listed} == {("undecided", "endpoint_down")}
    judge.configure(faults="")
    code, out, err = curate("--json")
    assert code == 0 and json.loads(out)["judge"]["confirmed"] == 1, err


def test_an_endpoint_that_nobody_answers_at_is_told_in_the_judges_words(curate: Curate) -> None:
    code, _, err = curate("--set", "patience_seconds=1", address="http://127.0.0.1:9/v1")
    assert (
        code == 3 and "check that it is up and that --judge-base-url is its address" in err and "Traceback" not in err
    )
