"""Which rows are near to an item: by runs of words, by words, by embeddings; the few nearest items of each row."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tasks.curation import suspects
from tasks.curation.choice import choose
from tasks.curation.decontamination import (
    Candidate,
    Item,
    Row,
    embedded_near,
    frequencies,
    hits_of,
    index_of,
    matches,
    near_matches,
    nearest,
)
from tasks.curation.decontamination.candidates import MOST, Vectors
from tasks.curation.decontamination.wording import Wording
from tasks.curation.grams import Ragged, sets_of, words_of
from tasks.curation.suspects import Suspicion
from tasks.settings import Curating
from tests.curation.rows import lines_of, row, write_rows

LETTERS = "abcdefghijklmnopqrstuvwxyz"
ITEMS = [
    Item("exam", "rain", "How much rain fell in the valley?"),
    Item("exam", "cows", "Who keeps eleven black cows?"),
]


def embed(texts: Sequence[str], folder: str = "") -> Vectors:
    """A text as how often it has each letter."""
    counts = np.array([[text.lower().count(letter) for letter in LETTERS] for text in texts], np.float32)
    unit: Vectors = counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)
    return unit


def bags(*texts: str) -> Ragged:
    return sets_of(words_of(texts))


def test_embeddings_find_the_items_that_a_row_is_near_to() -> None:
    asked = ["In the valley, how much rain fell?", "What is a quincunx?", "Black cows, eleven: who keeps such?"]
    asked += ["xyz"] * 3000
    found = embedded_near(ITEMS, asked, embed)
    assert [(each.row, each.item, each.how) for each in found] == [(0, "rain", "embeddings"), (2, "cows", "embeddings")]
    assert all(0.9 <= each.near <= 1.0001 for each in found)
    assert embedded_near(ITEMS, asked, embed, near=1.01) == embedded_near([], asked, embed) == []


def test_words_find_an_item_in_another_order_and_leave_what_shares_its_frame() -> None:
    frame = "Give just one number:"
    items = bags(*(f"{frame} {item.text}" for item in ITEMS), *(f"{frame} What costs a {n}?" for n in ("hat", "lamp")))
    rows = [f"{frame} The {n} of the {m}, what is it?" for n in ("mass", "age") for m in LETTERS]
    asked = ["Eleven cows that are black: who keeps them?", f"{frame} How old is the oak?", "", *rows]
    wording = Wording(items, [bags(*asked)])
    near = wording.near(bags(*asked), 0.5)
    assert [(int(text), int(item)) for text, item in zip(near.text, near.item, strict=True)] == [(0, 1)]
    exact = wording.near(bags(f"{frame} {ITEMS[0].text}"), 0.9)
    assert exact.item.tolist() == [0] and exact.cosine[0] == pytest.approx(1)
    assert len(Wording(bags(), []).near(bags(*asked), 0.1).text) == len(wording.near(bags(), 0.1).text) == 0


def test_runs_find_a_part_that_is_too_small_for_a_match() -> None:
    text = (
        "the old ferryman of the northern fjord counts every crate of dried cod before he lets the tide carry his boat"
    )
    index = index_of([Item("exam", "cod", text)])
    hits = hits_of(index, [Row("a", ("Yes: " + " ".join(text.split()[:7]) + " again",)), Row("b", ("Nothing of it.",))])
    seen = frequencies(index, [hits])
    assert matches(index, seen, hits) == []
    [(row_number, item, share)] = near_matches(index, seen, hits)
    assert (row_number, item) == (0, 0) and 0.1 <= share < 0.3
    kept = hits.only(np.array([1]))
    assert near_matches(index, seen, kept) == [] and len(kept.bit) == 1


def test_a_row_has_its_few_nearest_items_each_once() -> None:
    found = [Candidate(7, "exam", str(n % 5), n / 10, "words") for n in range(10)] + [
        Candidate(2, "exam", "x", 0.1, "runs")
    ]
    told = nearest(found)
    assert [(each.row, each.item, each.near) for each in told] == [
        (2, "x", 0.1),
        (7, "4", 0.9),
        (7, "3", 0.8),
        (7, "2", 0.7),
    ]
    assert len(told) == 1 + MOST


def test_rows_are_suspected_by_all_ways_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    near, far = (
        row("In the valley, how much rain fell?", "Much.", passage="Long before."),
        row("What is a quincunx?", "Five."),
    )
    exam = tmp_path / "exam.jsonl"
    exam.write_text('{"id": "rain", "question": "How much rain fell in the valley?"}')
    lines = lines_of(write_rows(tmp_path / "run", [far, near]))
    rows = choose(lines, Curating(hold_out=0))[0].training
    plain = Curating(hold_out=0, against=(str(exam),))
    by_words = Suspicion(lines, plain, []).about(rows)
    assert [(lines.id(each.row), each.item, each.how) for each in by_words] == [(near["id"], "rain", "words")]
    monkeypatch.setattr(suspects, "embedded", embed)
    both = Suspicion(lines, plain.model_copy(update={"embeddings": "model"}), []).about(rows)
    assert [(each.item, each.near) for each in both] == [("rain", 1.0)]
    assert Suspicion(lines, plain, []).about(rows[:0]) == []
