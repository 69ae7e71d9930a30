"""Multiple choice: options that do not give themselves away, mistakes told apart, and a run from document to rows."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

import prompts
from simulator.pipeline import Outcome, drive, opened
from tasks.kinds import all_checks, kinds
from tasks.kinds.choice.checks import misconceptions
from tasks.records import Json, Record, Source
from tasks.settings import Settings

DOCUMENTS = Path(__file__).parents[2] / "examples" / "documents"
PASSAGE = "The fee was charged twice in May. I have written about it before. Please let me have it back."


def record(**more: object) -> Record:
    fields: Json = {"passage": PASSAGE, "instruction": "What does the writer want?", **more}
    return Record(source=Source(id="s", uri="u", kind="text"), **fields)


def choice(options: list[str], key: str = "A", question: str = "Which holds?", **more: object) -> Record:
    return record(answer_form="option", options=options, key=[key], instruction=question, **more)


@pytest.mark.parametrize(
    ("options", "question"),
    [
        (["it may fall with height", "it always rises", "it never changes", "all of it is lost"], "Which holds?"),
        (["the plants lose water", "only the soil dries", "the air always cools", "nothing must happen at all"], "Which?"),
        (["pressure and volume rise", "the gas is lost", "the lid is shut", "it cools"], "What of volume and pressure?"),
        (["about 12 metres", "near the bridge", "below the weir", "by the mill"], "Where does it end?"),
        (["It rises.", "It falls", "It stays", "It stops"], "Which holds?"),
        (["It rises", "it falls", "it stays", "it stops"], "Which holds?"),
        (["copper", "the very iron", "an iron", "lead"], "Which metal?"),
        (["the reaction slows because less of the surface is in contact with the acid", "it stops", "it speeds up", "no"], "?"),
    ],
)  # fmt: skip
def test_options_whose_form_gives_them_away_are_rejected(options: list[str], question: str) -> None:
    assert all_checks()["tell_tales"](choice(options, question=question)) is not None


@pytest.mark.parametrize(
    ("options", "key"),
    [
        (["it always falls", "it always rises", "it never changes", "it may vary"], "A"),
        (["12 N", "24 N", "6 N", "48 N"], "B"),
        (["pressure rises", "pressure falls", "pressure stays", "pressure vanishes"], "C"),
        (["-5", "5", "0.5", "50"], "A"),
        (["before it is heated", "after it is heated", "while it is heated", "without being heated"], "D"),
        (["x > y", "x < y", "x = y"], "A"),
        (["1 and 2", "1 and 3", "2 and 3", "1, 2 and 3"], "A"),
    ],
)
def test_options_of_one_form_pass(options: list[str], key: str) -> None:
    assert all_checks()["tell_tales"](choice(options, key, "What happens to the pressure and by how much?")) is None


def test_every_wrong_option_has_a_mistake_of_its_own() -> None:
    def planned(*mistakes: str) -> str | None:
        formal = {"mistakes": [{"misconception": m, "option": "x"} for m in mistakes]}
        return misconceptions(choice(["a b", "c d", "e f"], formal=formal))

    assert planned("takes the part for the whole", "reads the sign the wrong way") is None
    assert planned("takes the part for the whole") is not None
    assert planned("takes the part for the whole", "Takes the part for the whole.") is not None
    assert all_checks()["misconceptions"](choice(["a b", "c d", "e f"])) is not None
    assert all_checks()["misconceptions"](choice(["a b"], answerable=False)) == "no option is right"


def test_the_working_comes_before_question_and_key() -> None:
    properties = list(kinds()["choice"].drafts.edit.model_json_schema()["properties"])
    order = ["working", "evidence", "instruction", "options", "key", "unsuitable"]
    assert [name for name in properties if name in order] == order


def test_every_transformation_suits_several_task_types() -> None:
    skill = prompts.load("multiple_choice")
    for transformation in skill.transformations:
        assert sum(skill.suits(t, transformation.name) for t in skill.task_types) >= 5, transformation.name


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    async def run() -> Outcome:
        settings = Settings.model_validate({"chunks_per_document": 1, "instructions_per_passage": 4})
        async with opened("multiple_choice", tmp_path_factory.mktemp("run"), settings, seed=3) as opened_run:
            return await drive(opened_run, [str(DOCUMENTS)], limit=12)

    return asyncio.run(run())


def test_a_run_yields_rows_of_many_task_types(outcome: Outcome) -> None:
    assert not outcome.broken and not outcome.lost()
    assert len(outcome.rows) >= 40
    assert len({row.task_type for row in outcome.rows}) >= 12
    assert len({e["goal"] for row in outcome.rows for e in row.lineage if e.get("goal")}) >= 4
    assert sum(outcome.reasons("verify").values()) <= 0.02 * len(outcome.entered["verify"])


def test_choices_stand_without_the_passage_and_in_every_place(outcome: Outcome) -> None:
    rows = outcome.rows
    for row in rows:
        shown = next(m["content"] for m in row.messages if m["role"] == "user")
        assert row.passage not in shown and all(option in shown for option in row.options)
    places = Counter(row.key[0] for row in rows)
    assert all(places[letter] >= 0.12 * len(rows) for letter in "ABCD")
    assert max(places.values()) <= 0.4 * len(rows)
