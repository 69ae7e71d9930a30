"""Failures that the offline teacher plants: found by a check, mended when they come back, and kept as feedback of all sorts."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import prompts
from simulator.pipeline import Outcome, drive, opened
from simulator.skill_runs import skill_run
from tasks.agents.repair import finding
from tasks.kinds import checks_of, kinds
from tasks.kinds.fit import load_skill
from tasks.offline import reply
from tasks.offline.slips import FOUND_BY, ONE_IN
from tasks.publish.feedback import SORTS, Feedback
from tasks.records import Json, Record
from tasks.settings import Settings
from tasks.teacher.endpoints.offline import open_offline

EXAMPLES = Path(__file__).parents[2] / "examples" / "documents"
TEXT = "The ferry at Lund crosses {} times a day. Its fuel is paid by the two parishes, and its crew by the county."
REPAIR = prompts.shared_files()["repair_response"].read_text(encoding="utf-8")


def asked(n: int, *further: Json) -> Json:
    task = f"{TEXT.format(n)}\n\nTrue or false, going by the text: “Its fuel is paid by the two parishes.”"
    return {"messages": [{"role": "user", "content": task}, *further]}


def said(request: Json, **options: Any) -> str:
    return str(reply(request, **options)["choices"][0]["message"]["content"])


def test_one_first_answer_in_so_many_slips_and_none_that_came_back() -> None:
    slips = [n for n in range(400) if said(asked(n), slips=True) != said(asked(n))]
    assert 0.5 / ONE_IN < len(slips) / 400 < 1.6 / ONE_IN
    for n in slips[:20]:
        first = said(asked(n), slips=True)
        assert first.startswith(said(asked(n)))
        back = REPAIR.format(finding=finding("response", FOUND_BY, "it says more than was asked"))
        turns = ({"role": "assistant", "content": first}, {"role": "user", "content": back})
        again = said(asked(n, *turns), slips=True)
        assert again == said(asked(n, *turns)) and again != first
        further = ({"role": "assistant", "content": first}, {"role": "user", "content": "And who pays the crew?"})
        assert said(asked(n, *further), slips=True) == said(asked(n, *further))


@pytest.mark.parametrize(
    "settings",
    [
        Settings(feedback_rows=False),
        Settings(repairs=0),
        Settings(solve_samples=2),
        Settings(skip_checks=f"fresh, {FOUND_BY}"),
    ],
)
def test_where_no_slip_would_be_mended_or_kept_none_is_made(settings: Settings) -> None:
    faultless, slipping = (open_offline("offline", None, own, 1) for own in (settings, Settings()))
    assert faultless.name != slipping.name, "the ledger must not give the answers of the one for those of the other"
    requests = [{**asked(n), "model": "offline"} for n in range(80)]

    async def ask() -> tuple[list[Any], list[Any]]:
        first = [await faultless.complete(each) for each in requests]
        return first, [await slipping.complete(each) for each in requests]

    without, with_slips = asyncio.run(ask())
    assert without == [reply(each) for each in requests] != with_slips


@pytest.mark.parametrize("skill", ["reading_comprehension", "multiple_choice"])
def test_a_run_gives_critiques_revisions_and_pairs_each_shown_by_the_check(skill: str, tmp_path: Path) -> None:
    async def driven() -> Outcome:
        async with opened(skill, tmp_path, Settings(instructions_per_passage=8)) as session:
            return await drive(
                session, [str(EXAMPLES / f"{name}.md") for name in ("tidal_power", "deck_oven_maintenance")]
            )

    outcome, loaded = asyncio.run(driven()), load_skill(skill)
    assert not outcome.broken and not outcome.lost()
    known, feedback = checks_of(kinds()[loaded.kind]), Feedback(skill_run(loaded))
    given: dict[str, list[tuple[Record, Json]]] = {sort: [] for sort in SORTS}
    for record in outcome.rows:
        for sort, row in feedback.of_record(record):
            given[sort].append((record, row))
    assert all(given.values()), feedback.table()
    mended = [record for record in outcome.rows if record.alternatives]
    assert len(mended) == len(given["revisions"]) == len(given["preferences"]) > 0
    for record, row in given["preferences"]:
        assert known[FOUND_BY](record) is None and row["reason"] == FOUND_BY
        (other,) = record.alternatives
        assert known[FOUND_BY](replace(record, messages=other["messages"])) is not None
    revised = {record.id: row["messages"][-1]["content"] for record, row in given["revisions"]}
    assert all(record.messages[-1]["content"] in revised[record.id] for record in mended)
    assert not outcome.reasons("verify")[FOUND_BY]
