"""Near-duplicates are found, and what only looks like one is not."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tasks.curation.duplicates import ALIKE, exact_duplicates, near_duplicates, near_to
from tasks.curation.grams import share_alike
from tasks.curation.lines import Lines
from tasks.records import Json
from tests.curation.rows import edited, lines_of, row, words, write_rows


def lines(folder: Path, *rows: Json) -> Lines:
    return lines_of(write_rows(folder / "run", rows))


def near(folder: Path, *rows: Json) -> dict[int, int]:
    found = lines(folder, *rows)
    return near_duplicates(found, np.arange(len(found)))


TASK = "Explain in two sentences why the ferry of the northern islands leaves at five in winter."
ANSWER = (
    "The ferry leaves early because the harbour freezes over in the evening and the pilots want daylight. It also has to "
    "meet the train of the mainland, which goes before supper."
)


def test_the_same_messages_are_one_row(tmp_path: Path) -> None:
    found = lines(
        tmp_path, row(TASK, ANSWER), row(TASK, "Other."), row(TASK, ANSWER, start=5), row(TASK, ANSWER, start=9)
    )
    assert exact_duplicates(found, np.arange(4)) == {2: 0, 3: 0}
    assert exact_duplicates(found, np.array([3, 1, 2, 0])) == {2: 3, 0: 3}, "the first in the order of preference stays"


def test_case_signs_and_line_breaks_make_no_other_row(tmp_path: Path) -> None:
    assert near(tmp_path, row(TASK, ANSWER), row(TASK.upper(), ANSWER.replace(" ", "\n").replace(".", " –"))) == {1: 0}


@pytest.mark.parametrize(("share", "least"), [(0.02, 0.99), (0.05, 0.99), (0.10, 0.95)])
def test_edited_rows_are_found(tmp_path: Path, share: float, least: float) -> None:
    source = random.Random(share)
    told = [(words(source, 21), words(source, 48)) for _ in range(400)]
    twice = [(edited(asked, share, source), edited(said, share, source)) for asked, said in told]
    rows = [row(" ".join(asked), " ".join(said), start=n) for n, (asked, said) in enumerate([*told, *twice])]
    found = lines(tmp_path, *rows)
    met = near_duplicates(found, np.arange(len(found)))
    assert sum(met.get(400 + n) == n for n in range(400)) >= least * 400
    assert not any(n in met for n in range(400))
    assert all(share_alike(found.set("text", one), found.set("text", two)) >= ALIKE for one, two in met.items())


def test_rows_that_differ_in_a_number_are_two(tmp_path: Path) -> None:
    jugs = "You have jugs of {} and 7 litres and a tap. How do you measure out exactly {} litres of water with them?"
    said = "Fill the larger jug, pour it into the smaller one, empty that and go on until the wanted amount is left."
    assert near(tmp_path, *(row(jugs.format(a, b), said) for a, b in ((5, 4), (9, 4), (5, 6)))) == {}
    assert near(tmp_path, row(jugs.format(5, 4), said), row(jugs.format(5, 4), f"{said} Done.")) == {1: 0}
    assert near(tmp_path, *(row(f"{TASK} Name {n} reasons.", ANSWER) for n in ("three", "four", "Three"))) == {2: 0}


def test_material_that_the_student_is_not_shown_makes_no_other_task(tmp_path: Path) -> None:
    rows = [
        {**row(TASK, ANSWER, start=n), "passage": " ".join(words(random.Random(n), 50)), "id": str(n)} for n in range(2)
    ]
    rows[1]["messages"][1]["content"] += " Indeed."
    assert near(tmp_path, *rows) == {1: 0}


def test_two_tasks_on_one_passage_are_two(tmp_path: Path) -> None:
    passage = f"{ANSWER} {TASK} " * 3
    asked = "Rewrite the passage so that {}."
    rows = [
        row(asked.format(how), passage.replace("ferry", how), passage=passage) for how in ("all is past", "boats talk")
    ]
    assert near(tmp_path, *rows) == {}


def test_one_task_on_two_passages_is_two(tmp_path: Path) -> None:
    asked = "Which mood does the review have? Answer with one of: pleased, annoyed, neither."
    label: dict[str, Any] = {"answer_form": "label", "key": ["pleased"], "options": ["pleased", "annoyed", "neither"]}
    other = "The kettle boils in a minute and never drips; my aunt ordered one for each of her three kitchens at once."
    rows = [row(asked, "pleased", passage=passage, **label) for passage in (ANSWER, other, f"{ANSWER} Really.")]
    assert near(tmp_path, *rows) == {2: 0}


def test_rows_with_another_key_are_two(tmp_path: Path) -> None:
    options = ["the pilots want daylight", "the train goes early", "nobody knows"]
    keyed: dict[str, Any] = {"answer_form": "option", "options": options}
    rows = [row(TASK, f"As the text says. Answer: {key}", key=[key], **keyed) for key in "ABA"]
    assert near(tmp_path, *rows) == {2: 0}
    turned: dict[str, Any] = {"answer_form": "option", "options": options[::-1]}
    assert near(tmp_path, rows[0], row(TASK, "As the text says. Answer: C", key=["C"], **turned)) == {1: 0}, (
        "the same key"
    )


def test_solved_cases_are_part_of_a_task(tmp_path: Path) -> None:
    asked = "Find out what happens to each input and do the same with the last one. Say in a sentence what you noticed."
    said = "The same steps as in the entries lead from the new input to its output. Output: {}"
    short = [
        row(asked, said.format(key), passage=shown, key=[key]) for shown, key in (("ab: ba", "dc"), ("ab: b", "d"))
    ]
    assert near(tmp_path, *short) == {}
    source = random.Random(2)
    cases = ["\n".join(f"Input: {a} Output: {b}" for a, b in [words(source, 2) for _ in range(20)]) for _ in range(2)]
    many = [
        row(asked, said.format("as said"), passage=shown, start=n)
        for n, shown in enumerate([cases[0], cases[1], cases[0] + " "])
    ]
    many = [{**each, "passage": None} for each in many]
    many[2]["messages"][1]["content"] += " So it is."
    assert near(tmp_path, *many) == {2: 0}


def test_scripts_without_spaces_are_compared_by_their_signs(tmp_path: Path) -> None:
    asked, said = (
        "為什麼北方群島的渡輪在冬天五點離開？請解釋。",
        "因為港口在晚上結冰，領航員想要日光，渡輪也要趕上大陸的火車。",
    )
    other = "水壺一分鐘就燒開，從來不滴水；我的阿姨一次訂了三個。"
    assert near(tmp_path, row(asked, said), row(asked, said.replace("想要", "需要")), row(asked, other)) == {1: 0}


def test_what_is_near_a_held_out_row_is_found_whatever_its_numbers(tmp_path: Path) -> None:
    found = lines(
        tmp_path,
        row(f"{TASK} Think of 3 reasons.", ANSWER),
        row(f"{TASK} Think of 4 reasons.", ANSWER),
        row("No", "No"),
    )
    assert near_to(found, np.array([1, 2]), np.array([0])) == {1: 0}
    assert near_to(found, np.array([1, 2]), np.array([], int)) == {}
