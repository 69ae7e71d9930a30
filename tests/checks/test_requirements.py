"""The table of requirements: each row is met and broken by texts, and a new row is all that a new requirement takes."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from tasks.checks.constraints import REQUIREMENTS, Requirement
from tasks.checks.constraints.contract import Constraint
from tasks.checks.constraints.requirement import StatedNumber, at_least
from tasks.kinds import all_checks
from tasks.kinds.conversation.moves import MOVES
from tests.checks.findings import detail
from tests.checks.test_constraints import MET
from tests.kinds.test_rewriting import MET as MET_BEFORE
from tests.kinds.test_rewriting import c, record

SAMPLES = [*MET_BEFORE, *MET]
"""Constraints with a text that meets each."""


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_what_meets_a_row_is_broken_by_it(name: str) -> None:
    samples = [(constraint, text) for constraint, text in SAMPLES if constraint["kind"] == name]
    # No text breaks what makes no sense.
    sound = [(k, text) for k, text in samples if all_checks()["constraints_sound"](record(text, k, passage="")) is None]
    assert sound
    for constraint, text in sound:
        assert all_checks()["constraints"](record(text, constraint)) is None, text
        broken = REQUIREMENTS[name].broken(text, Constraint.model_validate(constraint))
        detail = all_checks()["constraints"](record(broken, constraint))
        assert detail is not None and detail.startswith(f"{name}: "), broken


def test_what_a_model_sees_is_what_it_saw() -> None:
    """A changed schema is another prompt: change the figure only where that is meant."""
    seen = json.dumps(Constraint.model_json_schema(), ensure_ascii=False)
    assert hashlib.sha256(seen.encode()).hexdigest()[:16] == "5c31b2a42ea86b5a"


def test_authors_are_told_what_each_row_needs() -> None:
    told = Constraint.model_json_schema()["properties"]["kind"]["description"]
    parts = re.split(r"With (?:`number` n\.|`words`:|both:|neither:) ", told)[1:]
    for row in REQUIREMENTS.values():
        needs = {(True, False): 0, (False, True): 1, (True, True): 2, (False, False): 3}
        part = needs[row.number is not None, row.words is not None]
        assert [n for n, text in enumerate(parts) if re.search(rf"(?:^|[.,;:] ){row.name}\b", text)] == [part], row.name


def test_what_a_model_is_told_of_an_unknown_kind() -> None:
    for kind in ("rhymes", 5, None):
        with pytest.raises(
            ValidationError, match=r"Input should be 'max_words', 'min_words', .*'number_only' or 'one_of'"
        ):
            Constraint.model_validate({"kind": kind})


def test_moves_of_a_conversation_demand_what_the_table_has() -> None:
    assert {demand.kind for move in MOVES for demand in move.demands} <= REQUIREMENTS.keys()


QUESTIONS = Requirement(
    "questions",
    met=at_least(lambda text: text.count("?"), "questions"),
    broken=lambda text, constraint: text.replace("?", "."),
    cue=r"\bquestions?\b|\bask",
    number=StatedNumber(over=True, of="questions", bound="least", fills=True),
    told="at least n of them",
)


def checked(name: str, text: str, *constraints: dict[str, Any], instruction: str = "Ask two questions.") -> str | None:
    found: str | None = all_checks()[name](replace(record(text, *constraints, passage=""), instruction=instruction))
    return found


def test_a_new_requirement_is_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, text = c("questions", 2), "Why now? Why here?"
    assert checked("constraints", text, asked) == "a constraint of unknown form"
    monkeypatch.setitem(REQUIREMENTS, "questions", QUESTIONS)
    # authors are told of it
    kind = Constraint.model_json_schema()["properties"]["kind"]
    assert kind["enum"][-1] == "questions" and kind["description"].endswith("; questions: at least n of them")
    # it is read and looked at for soundness
    assert checked("constraints_sound", text, asked) is None
    assert detail(checked("constraints_sound", text, c("questions"))) == "questions: the number is too small"
    assert checked("constraints_sound", text, asked, asked) == "questions: stated twice"
    assert checked("constraints_sound", text, asked, c("max_words", 1)) == "what has to come in exceeds max_words"
    # it is searched for in the instruction
    assert checked("constraints_stated", text, asked) is None
    assert checked("constraints_stated", text, asked, instruction="Ask more than one question.") is None
    assert checked("constraints_stated", text, asked, instruction="Ask them.") == "questions: the number is not stated"
    unasked = checked("constraints_stated", text, asked, instruction="Rewrite it.")
    assert unasked == "questions: the instruction does not ask for it"
    # answers are held against it, and it can be broken
    assert checked("constraints", text, asked) is None
    assert (
        checked("constraints", QUESTIONS.broken(text, Constraint.model_validate(asked)), asked)
        == "questions: 0 questions"
    )
