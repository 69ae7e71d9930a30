"""Original writing: stock phrases, pieces that are alike, the habits of a run, and a small run."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

import prompts
from simulator.pipeline import Outcome, drive, opened
from tasks.kinds import all_checks
from tasks.records import Record, Source
from tasks.settings import Settings
from tasks.steps.variety import Watch, habits, likeness

EXAMPLES = Path(__file__).parents[2] / "examples" / "documents"
PIECE = (
    "The scales in the post office were wrong by eleven grams, and everybody in the street had got used to it. "
    "Letters were trimmed at the corners. A parcel for the north was sent without its string."
)


def piece(text: str, task: str = "A story about scales, please.", passed: bool = True) -> Record:
    return Record(
        source=Source(id="d", uri="d", kind="text"),
        id=f"{task}{text}"[:60],
        answer_form="text",
        instruction=task,
        messages=[{"role": "user", "content": task}, {"role": "assistant", "content": text}],
        checks={"fresh": "pass"} if passed else {},
    )


@pytest.mark.parametrize(
    "text",
    [
        f"In a world where nothing weighs what it should, we begin. {PIECE}",
        f"Once upon a time there was a post office. {PIECE}",
        f"**Imagine a world** without scales. {PIECE}",
        PIECE.replace("everybody", "Elara"),
        f"{PIECE} It was a gentle reminder that small things matter.",
        f"{PIECE}\n\nThe End",
    ],
)
def test_stock_phrases_are_found(text: str) -> None:
    assert all_checks()["fresh"](piece(text)) is not None


def test_what_was_asked_for_is_no_stock_phrase() -> None:
    assert all_checks()["fresh"](piece(PIECE)) is None
    asked = "A fairy tale that begins with “Once upon a time”, about Elara, please."
    assert all_checks()["fresh"](piece(f"Once upon a time, Elara bought scales. {PIECE}", asked)) is None


def repeated(*pieces: Record) -> list[str]:
    """Why each of the pieces repeats one before it; empty where it does not."""
    with Watch() as watch:
        for place, each in enumerate(pieces):
            watch.add(("creative_content", place), f"{place}", likeness(each, "", writing=True))
        found = dict(watch.repeated())
    return [found.get(("creative_content", place), "") for place in range(len(pieces))]


def test_a_piece_that_repeats_another_is_a_duplicate() -> None:
    other = "A goat stood on the jetty and would not be weighed. The harbour master wrote down a number all the same."
    near = PIECE.replace("eleven", "twelve")
    same_start = (
        f"{PIECE.split('. ')[0]}. After that it went quite another way, with a goat, a jetty and no letters at all."
    )
    assert repeated(piece(PIECE), piece(other, "B"), piece(near, "C"), piece(same_start, "D")) == [
        "",
        "",
        "shares much of its wording with another piece",
        "opens with the sentence of another piece",
    ]
    rest = (
        "A goat came down to the jetty at noon and would not be moved, neither by the ferryman nor by the two "
        "boys who had been sent for it with a rope and half a loaf of yesterday's bread."
    )
    # Two samples of one brief may begin alike.
    assert repeated(piece(PIECE), piece(f"{PIECE.split('. ')[0]}. {rest}")) == ["", ""]
    after = repeated(piece(PIECE), piece(f"{rest} {PIECE}", "B"), piece(f"At last: {rest}", "C"))
    assert after == ["", "shares much of its wording with another piece", ""]  # what was rejected bars nothing


def test_habits_are_counted() -> None:
    told = habits([piece(PIECE), piece(PIECE.replace("string", "label"), "B"), piece("A goat came by Tromso.", "C")])
    assert told["answers"] == 3
    assert told["openings"] == {"the scales in the": 0.667}
    assert not told["names"] and "endings" in told
    assert habits([]) == {"answers": 0, "openings": {}, "endings": {}, "names": {}}


def test_forms_have_checkable_requirements() -> None:
    skill = prompts.load("creative_content")
    assert len(skill.task_types) >= 20 and len(skill.transformations) >= 9
    assert {"text", "code", "api"} == set(skill.seeds)
    counted = [t for t in skill.task_types if "`" in t.description]
    assert len(counted) >= 18


def test_a_small_run_gives_pieces_of_several_forms(tmp_path: Path) -> None:
    settings = Settings(chunk_words=250, instructions_per_passage=6)

    async def driven() -> Outcome:
        async with opened("creative_content", tmp_path, settings) as run:
            return await drive(run, [str(EXAMPLES / "tidal_power.md")])

    outcome = asyncio.run(driven())
    assert not outcome.broken and not outcome.lost()
    assert len(outcome.rows) >= 15 and len({r.task_type for r in outcome.rows}) >= 4
    assert outcome.reasons("verify").total() <= 0.05 * len(outcome.entered["verify"])
    assert all(row.constraints for row in outcome.rows)
