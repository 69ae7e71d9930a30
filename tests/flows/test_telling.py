"""What is told of a run: in its live block, its log, its artifacts and its event. Without a server."""

from __future__ import annotations

import asyncio
import io
import logging
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from prefect.utilities.names import generate_slug
from rich.console import Console

from flows.telling import artifacts, events, names, story
from flows.telling.artifacts import key_of_output, progress_page
from flows.telling.names import made_up, named
from flows.telling.phrases import clock, in_batches, money, why_waiting
from flows.telling.progress import line, waits
from flows.telling.story import Story, ending
from flows.telling.terminal import block
from tasks.records import Json
from tasks.records.store import Store
from tasks.teacher.batches import Batched
from tests.flows.telling import snapshot, traffic

WAITING = traffic(paused=130, why="http_429")


def shown(width: int, **other: Any) -> list[str]:
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    console.print(block(snapshot(**other), width))
    return str(console.file.getvalue()).splitlines()  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_live_block_has_a_bar_for_each_step_and_fits(width: int) -> None:
    lines = shown(width)
    assert max(map(len, lines)) <= width
    assert [text.split()[0] for text in lines[:5]] == ["transform", "instruct", "refine", "respond", "verify"]
    assert "6/12 10 passages" in lines[0] and "2/12 6 accepted" in lines[4]
    told = "\n".join(lines)
    assert "calls 1,200 · 2.5/s · 8/8 under way" in told and "$0.2500 of at most about $1.5000" in told
    assert "1:01:40 so far · about 10 min left" in told and "rejected: duplicate 9, unsuitable 2" in told


def test_the_block_tells_of_waits_failures_and_stops() -> None:
    assert "waits: the endpoint asked for a wait (http_429), 2:10 to go" in shown(120, traffic=WAITING)[-1]
    assert "2 of 12 shards failed; the others go on" in "\n".join(shown(120, failed=2))
    stopping = shown(120, stopped="Stopped on request")[-1]
    assert stopping == "stopping (Stopped on request): 8 calls under way will end first, the oldest for 0:37"
    assert "writing the dataset" in "\n".join(shown(120, finished=12))


@pytest.mark.parametrize(
    ("now", "failing", "why"),
    [
        (traffic(active=3), 0, ""),
        (WAITING, 5, "the endpoint asked for a wait (http_429), 2:10 to go"),
        (traffic(active=1), 1, "1 call is tried again in a moment (last: http_503)"),
        (traffic(), 2, "2 calls are tried again in a moment (last: http_503)"),
        (
            traffic(active=8, waiting={"refine": 3, "verify": 1}),
            0,
            "all 8 places are taken, 4 calls waiting (refine 3, verify 1)",
        ),
        (
            traffic(active=8, most=64, waiting={"verify": 1}, held="places", queues=True),
            0,
            "all 8 places are taken, of at most 64: the endpoint queues what is more, 1 call waiting (verify 1)",
        ),
        (
            traffic(waiting={"verify": 1}, held="rate", rate=97.52),
            0,
            "the endpoint takes about 97.5 calls a second, 1 call waiting (verify 1)",
        ),
        (traffic(waiting={"verify": 1}, held="rpm"), 0, "rpm is reached, 1 call waiting (verify 1)"),
        (
            traffic(waiting={"verify": 9}, held="down", down=65, left=835, why="connection"),
            3,
            "the endpoint has been down for 1:05 (connection) and is tried now and then; given up in 13:55",
        ),
    ],
)
def test_why_it_waits_is_told(now: Any, failing: int, why: str) -> None:
    assert why_waiting(now, failing, "http_503") == why


def test_what_another_endpoint_or_the_ledger_waits_for_is_told() -> None:
    judge = traffic(waiting={"verify": 2}, held="tpm")
    assert (
        waits(snapshot(traffic=traffic(), beside={"judge": judge}))
        == "judge: tpm is reached, 2 calls waiting (verify 2)"
    )
    assert waits(snapshot(away=70)) == "the ledger has not answered for 1:10"
    assert line(snapshot(away=70)).endswith("waits: the ledger has not answered for 1:10")


def test_batches_are_told_with_their_age() -> None:
    batched = Batched(calls=1204, batches=3, gathering=1, oldest=3723)
    now = snapshot(batched=batched)
    told = "1,204 calls in 3 batches, the oldest submitted 1:02:03 ago, 1 call waiting for a batch"
    assert told in line(now) and f"batches: {told}" in shown(200, batched=batched) and told in progress_page(now)
    assert in_batches(Batched(calls=1, batches=1, oldest=9)) == "1 call in 1 batch, submitted 0:09 ago"
    assert "batch" not in line(snapshot()) + progress_page(snapshot()) and not in_batches(Batched())


def test_figures_are_said_shortly() -> None:
    assert [clock(s) for s in (0, 65, 600, 3725)] == ["0:00", "1:05", "10:00", "1:02:05"]
    assert [money(c) for c in (None, 0.00012, 9.5, 12.345)] == ["cost unknown", "$0.0001", "$9.5000", "$12.35"]
    assert "2/12 shards · passages 10 · instructions 8 · accepted 6 · rejected 11 · calls 1,200" in line(snapshot())


# The log


def test_the_log_tells_each_thing_once(monkeypatch: pytest.MonkeyPatch) -> None:
    clockwork = iter(range(0, 10_000, 11))
    monkeypatch.setattr("time.monotonic", lambda: float(next(clockwork)))
    told = Story(milestones=True)
    assert told.watch(snapshot(finished=1)) == [] == told.watch(snapshot(finished=2))
    (quarter,) = told.watch(snapshot(finished=3))
    assert quarter.startswith("3/12 shards") and told.watch(snapshot(finished=4)) == []
    (wait,) = told.watch(snapshot(finished=4, traffic=WAITING))
    assert wait == "Waits: the endpoint asked for a wait (http_429), 2:10 to go."
    assert told.watch(snapshot(finished=4, traffic=WAITING)) == []
    assert told.watch(snapshot(finished=4)) == ["The endpoint answers again."]
    assert told.watch(snapshot(finished=4, failed=1)) == ["1 of 12 shards failed so far; the others go on."]
    assert told.watch(snapshot(finished=4, failed=1)) == []
    under_way = "8 calls under way, the oldest for 0:37"
    stopped = snapshot(finished=4, failed=1, stopped="Stopped on request")
    assert told.watch(stopped) == [f"Stopping: Stopped on request. {under_way}: they end first."]
    assert told.watch(stopped) == [f"Still stopping: {under_way}."], "and why it takes its time, now and then"
    assert told.watch(replace(stopped, traffic=traffic())) == []


def test_what_fails_without_a_call_under_way_is_a_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    clockwork = iter(range(0, 10_000, 4))
    monkeypatch.setattr("time.monotonic", lambda: float(next(clockwork)))
    told, stuck = Story(milestones=True), snapshot(traffic=traffic(), failing=3)
    assert [told.watch(stuck) for _ in range(3)] == [[], [], []]
    assert told.watch(stuck) == ["Waits: 3 calls are tried again in a moment (last: http_429)."]


def test_a_long_run_is_told_of_without_milestones_too() -> None:
    told = Story(milestones=True)
    told._told -= story.MILESTONE_SECONDS + 1
    assert len(told.watch(snapshot())) == 1 and told.watch(snapshot()) == []


def test_what_prefect_says_of_each_task_is_left_out() -> None:
    story.hush()
    story.hush()
    log = logging.getLogger("prefect.task_runs")

    def passes(message: str) -> bool:
        return bool(log.filter(logging.LogRecord("prefect.task_runs", logging.INFO, "", 0, message, (), None)))

    assert not passes("Finished in state Completed()") and not passes("Finished in state Cached(type=COMPLETED)")
    assert passes("Finished in state Failed('EndpointDown')") and passes("Task run failed with exception: …")


# The end


def manifest(accepted: int = 45, cost: float | None = 12.5, **other: Any) -> Json:
    attempt = {"made": 230, "prompt_tokens": 9000, "completion_tokens": 1000, "cost_usd": cost, "seconds": 60.0}
    attempts = [{**attempt, "ended": "killed"}, {**attempt, "ended": "complete"}]
    total = None if cost is None else 2 * cost
    facts = {
        "skill": "reading_comprehension",
        "accepted": accepted,
        "rejected": {"duplicate": 2, "unsuitable": 9},
        "unfinished": 0,
        "calls": {"made": 460, "cost_usd": total},
        "forecast": {"rows": 60},
        "attempts": attempts,
    }
    return {**facts, **other}


def test_the_end_is_told_in_counts() -> None:
    assert ending(manifest(), 151) == (
        "Done after 2:31: 45 rows of about 60 asked for, 11 rejected (unsuitable 9, duplicate 2); "
        "230 calls, 10,000 tokens, $12.50. In 2 attempts: 460 calls, $25.00."
    )
    one = [{**manifest()["attempts"][0], "ended": "stopped", "made": 1}]
    assert ending(manifest(1, attempts=one, rejected={}), 1) == (
        "Stopped after 0:01: 1 row of about 60 asked for, 0 rejected; 1 call, 10,000 tokens, $12.50."
    )


def test_an_automation_can_match_cost_and_yield_of_the_event() -> None:
    store = Store("out")
    labels = events.labels(manifest(8, 12.5), store)
    assert labels["agentinstruct.cost.above.10"] == "yes" and labels["agentinstruct.cost.above.20"] == "no"
    assert labels["agentinstruct.yield.below.20"] == "yes" and labels["agentinstruct.yield.below.10"] == "no"
    assert events.payload(manifest(8))["yield_percent"] == 13.3
    unknown = events.labels(manifest(60, None), store)
    assert "yes" not in {said for name, said in unknown.items() if ".above." in name or ".below." in name}


# Artifacts and names


@pytest.mark.parametrize("output", ["out/Nightly Run", "s3://bucket/Läufe/2024_01", "/tmp/" + "x" * 90, "---"])
def test_keys_of_artifacts_are_of_letters_digits_and_dashes(output: str, tmp_path: Any) -> None:
    key = key_of_output("progress", output.replace("s3://", "memory://"))
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key) and len(key) < 70 and key.startswith("progress-")


def test_two_outputs_have_two_keys() -> None:
    assert key_of_output("dataset", "a/out") != key_of_output("dataset", "b/out")


def test_the_progress_page_has_the_funnel_and_the_money() -> None:
    page = progress_page(snapshot(teacher="m<script>|x`"))
    assert "m?script??x?" in page and "<" not in page
    assert "| refine | 4/12 | 8 instructions | 2 |" in page and "| duplicate | 9 |" in page
    assert "$0.2500 spent; at most about $1.5000 in all; $0.5000 in earlier attempts" in page
    assert page.index("| greeting | m |") < page.index("| refine | model-1 | 5 |")
    assert "| waits | all 8 places are taken, 4 calls waiting (refine 3, verify 1) |" in page


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        ("frisky-cat", True),
        ("alpha572-isen", True),
        ("omega6-canis-majoris-nebula", True),
        ("beta-test", False),
        ("nightly-manuals", False),
        ("alpha2-release", False),
        ("My run", False),
        ("tuesday", False),
    ],
)
def test_names_that_prefect_made_up_are_told_from_those_that_people_typed(name: str, whose: bool) -> None:
    assert made_up(name) is whose


def test_every_name_of_prefects_server_is_known_as_made_up() -> None:
    assert all(made_up(generate_slug(2)) for _ in range(200))


def test_a_run_is_named_by_what_it_makes_and_repeats_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    def name(given: str, **parameters: Any) -> str:
        monkeypatch.setattr(names, "flow_run", SimpleNamespace(name=given, parameters=parameters))
        return named("out/{skill}")()

    assert name("frisky-cat", skill="fermi", output="out/x ") == "fermi to out/x"
    assert name("frisky-cat", skill="fermi", output="") == "fermi to out/fermi"
    assert name("mine", skill="fermi", output="") == "mine"
    assert name("frisky-cat") == " to out/", "what is wrong with a form is told later"
    assert "sk-" not in name("frisky-cat", skill="fermi", output="sk-proj-0123456789abcdefghij")


def test_what_cannot_be_told_to_the_server_is_one_line_of_the_log_without_its_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said: list[str] = []
    for module in (artifacts, events):
        monkeypatch.setattr(module, "say", lambda told, *, warn: said.append(told))
    flow_run = SimpleNamespace(id=UUID(int=0))
    monkeypatch.setattr("prefect.context.FlowRunContext.get", lambda: SimpleNamespace(flow_run=flow_run))

    def made() -> str:
        raise ValueError("Quetzalwharf")

    async def write_twice() -> None:
        page = artifacts.Page("progress-x", "how far it is")
        await page.write(made)
        await page.write(made)

    asyncio.run(write_twice())
    assert said == ["The artifact progress-x is behind (ValueError); the run goes on."]
    events.tell({}, Store(str(tmp_path)))
    assert said[1:] == [f"The event {events.FINISHED} was not sent (KeyError); no alert comes of this run."]
