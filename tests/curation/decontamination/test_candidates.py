import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tasks.curation import suspects
from tasks.curation.choice import choose
from tasks.curation.decontamination import Item, candidates
from tasks.curation.decontamination.candidates import Vectors
from tasks.records.store import Store
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


def test_a_row_is_asked_about_with_the_item_that_it_is_nearest_to() -> None:
    asked = [
        "In the valley, how much rain fell?",
        "What is a quincunx?",
        "Black cows, eleven: who keeps such?",
        *["xyz"] * 3000,
    ]
    found = candidates(ITEMS, asked, embed)
    assert [(each.row, each.benchmark, each.item) for each in found] == [(0, "exam", "rain"), (2, "exam", "cows")]
    assert all(0.9 <= each.cosine <= 1.0001 for each in found)
    assert (
        candidates(ITEMS, asked, embed, near=1.01) == candidates([], asked, embed) == candidates(ITEMS, [], embed) == []
    )


def test_rows_near_to_an_item_are_listed_and_their_text_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    near, far = (
        row("In the valley, how much rain fell?", "Much.", passage="Long before."),
        row("What is a quincunx?", "Five."),
    )
    exam, store = str(tmp_path / "exam.jsonl"), Store(str(tmp_path / "data"))
    Path(exam).write_text('{"id": "rain", "question": "How much rain fell in the valley?"}')
    monkeypatch.setattr(suspects, "embedded", embed)
    settings = Curating(hold_out=0, against=(exam,), embeddings="model")
    fates = choose(lines_of(write_rows(tmp_path / "run", [far, near])), settings)[0]
    assert suspects.list_suspects(store, fates, settings) == 1
    (listed,) = (tmp_path / "data" / "suspects.jsonl").read_text().splitlines()
    assert json.loads(listed) == {"row": near["id"], "benchmark": exam, "item": "rain", "cosine": 1.0}
    assert suspects.list_suspects(store, fates, Curating(against=(exam,))) is None
    assert not (tmp_path / "data" / "suspects.jsonl").exists()
