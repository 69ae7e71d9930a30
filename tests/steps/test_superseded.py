"""An edit that keeps text and answer of what it was made of takes its place among the rows; nothing is lost where it fails."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from tasks.records import Json, Record, derive
from tasks.steps.variety import EDIT_OF, HARDER, Watch, likeness, task_of
from tests.steps.test_variety import row

PASSAGE = (
    "The ferry at Lund crosses the sound twelve times a day in summer and four times in winter. Its crew is paid by the "
    "county, the fuel by the two parishes, and the landing stage belongs to the mill, which charges nothing for its use."
)
STEM = "Who pays for the fuel that the ferry burns on its way across the sound, in summer as in winter?"


def answered(task: Record, *, said: str = "It is the parishes.") -> Record:
    return derive(task, messages=[{"role": "user", "content": "…"}, {"role": "assistant", "content": said}])


def item(stem: str, *options: str, key: str = "A", passage: str = PASSAGE) -> Record:
    task = row(passage, stem, "", key=key)
    return replace(task, answer_form="option", options=list(options), messages=[])


def edit(of: Record, **changes: object) -> Record:
    event: Json = {"agent": "suggest", "goal": "closer", EDIT_OF: task_of(of, of.passage)}
    return derive(of, event, **changes)


PARENT = item(STEM, "the two parishes", "the county", "the mill", "the crew")
CLOSER = edit(PARENT, options=["the two parishes", "the county, as for the crew", "the mill", "the passengers"])
CLOSEST = edit(CLOSER, options=["the two parishes", "the county alone", "the mill and the county", "the passengers"])
ANOTHER = edit(PARENT, instruction=STEM.replace("fuel that the ferry burns", "landing stage"), key=["C"])
LABELS = item(
    "Label the text by who bears the cost that it is mostly about.",
    *("parishes: the fuel is theirs", "county: the crew is", "none: nobody pays"),
    key="parishes",
)
NEARER = edit(LABELS, options=["parishes: the fuel is theirs", "county: crew or fuel is", "none: nobody pays"])
RIVAL = edit(PARENT, passage=f"{PASSAGE} Until 1990 the county paid for the fuel too.")
OPEN = replace(row(PASSAGE, "Say in a sentence who pays for what.", ""), messages=[])
OPENER = edit(OPEN, instruction="Say in one sentence who pays for what here.")


def fallen(*rows: Record) -> dict[int, str]:
    with Watch() as watch:
        for place, record in enumerate(rows):
            watch.add((record.skill, place), record.id, likeness(record, record.passage, writing=False))
        return {place: why for (_, place), why in watch.repeated()}


@pytest.mark.parametrize(
    ("parent", "child"),
    [(PARENT, CLOSER), (LABELS, NEARER), (PARENT, RIVAL), (CLOSER, CLOSEST), (OPEN, OPENER)],
)
def test_the_edit_stays_and_what_it_was_made_of_goes(parent: Record, child: Record) -> None:
    for n in range(6):  # the ids that decide between other rows do not matter
        rows = [answered(replace(task, strategy=f"way {n}")) for task in (parent, child)]
        assert fallen(*rows) == {0: HARDER} and fallen(*rows[::-1]) == {1: HARDER}


def test_what_was_made_of_stays_where_the_edit_fell_out() -> None:
    assert fallen(answered(PARENT)) == {} and fallen(answered(PARENT), answered(ANOTHER)) == {}


def test_of_several_rounds_the_last_stays_and_of_two_edits_one() -> None:
    rows = [answered(task) for task in (PARENT, CLOSER, CLOSEST)]
    for order in permutations(range(3)):
        assert fallen(*(rows[n] for n in order)) == {order.index(0): HARDER, order.index(1): HARDER}
    # The first edit fell out: the second still stands for what both were made of.
    assert fallen(rows[0], rows[2]) == {0: HARDER}
    siblings = [answered(PARENT), answered(CLOSER), answered(RIVAL)]
    found = fallen(*siblings)
    assert found[0] == HARDER and len(found) == 2 and found[max(found)] != HARDER


def test_several_responses_to_the_task_of_an_edit_all_give_way() -> None:
    words = "the sound fuel parishes county mill stage crew"
    rows = [
        answered(replace(PARENT, sample=n), said=f"{word} is what decides it") for n, word in enumerate(words.split())
    ]
    found = fallen(answered(CLOSER), *rows)
    assert set(found) == set(range(1, len(rows) + 1))
    assert list(found.values()).count(HARDER) == len(rows)


def test_rows_of_no_common_descent_are_near_duplicates_as_before() -> None:
    twin = item(STEM + " Say.", "the two parishes", "the county", "the mill", "the crew")
    (why,) = fallen(answered(PARENT), answered(twin)).values()
    assert why != HARDER
