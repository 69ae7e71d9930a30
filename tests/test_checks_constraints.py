"""Every kind of requirement met and broken, whether sets of them make sense, and whether the request states them."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from tasks.checks import CHECKS
from tasks.checks.constraints import MEETS
from tasks.contracts import Constraint, ConstraintKind
from tests.test_checks_rewriting import BROKEN as BROKEN_BEFORE
from tests.test_checks_rewriting import MET as MET_BEFORE
from tests.test_checks_rewriting import c, record

KINDS = set(get_args(ConstraintKind))
GERMAN = (
    "Die Fähre verließ den Hafen im Morgengrauen mit einer Ladung Roggen und kam erst nach drei Wochen zurück, weil das Eis "
    "die Fahrrinne bis weit in den Frühling hinein verschlossen hatte."
)
ENGLISH = (
    "The ferry left the harbour at dawn with a load of rye and came back only after three weeks, because the ice had closed "
    "the channel until late in the spring of that year."
)
SCHEMA = json.dumps(
    {"type": "object", "properties": {"tons": {"type": "integer"}}, "required": ["tons"], "additionalProperties": False}
)
TABLE = "| Ship | Tons |\n|---|---:|\n| Alma | 40 |\n| Berta | 35 |"

MET = [
    (c("max_characters", 9), "Rye left."),
    (c("min_sentences", 2), "It left. It came back."),
    (c("min_sentences", 2), "# Rye\n\nIt left at dawn! Did it come back?"),
    (c("sentence_count", 2), "Dr. Holt saw it at 9 a.m. on deck. It left."),
    (c("sentence_count", 2), "# The ferry\n\nIt left. It came back."),
    (c("sentence_count", 3), "- It left.\n- It came back.\n- It stayed."),
    (c("sentence_max_words", 4), "It left at dawn. It came back."),
    (c("paragraphs", 2), "It left.\n\nIt came back."),
    (c("paragraphs", 2), "# The ferry\n\nIt left.\n   \nIt came back.\n"),
    (c("paragraphs", 2), "It left.\n\n***\n\nIt came back."),
    (c("keyword_count", 2, "rye"), "Rye came. The **rye** was old."),
    (c("keyword_count", 2, "pine tar"), "Pine tar, then pine\ntar again."),
    (c("keyword_at_most", 1, "rye"), "Rye came over the ryegrass in a rye-field."),
    (c("letter_at_least", 3, "e"), "The ferry Elma."),
    (c("letter_at_most", 1, "z"), "A zone."),
    (c("capital_words_at_least", 2), "The FERRY left at DAWN."),
    (c("capital_words_at_most", 1), "I saw A ship of the NFS. I did."),
    (c("unique_words"), "The ferry left at dawn with 40 sacks."),
    (c("starts_with", 0, "Dear reader"), "**Dear reader**, it left."),
    (c("starts_with", 0, "Once upon a time"), "“Once upon a time it left.”"),
    (c("starts_with", 0, "- "), "- It left."),
    (c("ends_with", 0, "So it goes"), "It left. So it goes."),
    (c("ends_with", 0, "So it goes."), "It left. **So it goes.**"),
    (c("ends_with", 0, "Is there more?"), "It left. Is there more?"),
    (c("paragraph_starts_with", 2, "Later"), "It left.\n\nLater, it came back."),
    (c("paragraph_starts_with", 1, "It"), "# The ferry\n\nIt left."),
    (c("line_starts_with", 0, ">"), "> It left.\n\n> It came back."),
    (c("line_starts_with", 0, "Then", "Now"), "Then it left.\n**Now** it is back."),
    (c("acrostic", 0, "RYE"), "Right at dawn\nyou left us,\nEvery sack on board."),
    (c("acrostic", 0, "été"), "# Summer\n\nÉveil\nTout\nÉteint"),
    (c("exclude_punctuation", 0, "!", ";"), "It left. It came back?"),
    (c("no_commas",), "It left at dawn; it came back."),
    (c("language", 0, "German"), GERMAN),
    (c("language", 0, "German"), "Ja."),
    (c("language", 0, "Klingon"), ENGLISH),
    (c("highlights", 2), "The *ferry* left at **dawn**."),
    (c("bullet_count", 2), "- One\n- Two"),
    (c("alphabetical_order"), "- Apples\n- bread\n- Éclairs\n- figs"),
    (c("alphabetical_order"), "1. The ape\n2. A bear\n3. The cat"),
    (c("alphabetical_order"), "apples, bread, cheese and figs."),
    (c("alphabetical_order"), "Here they are:\n\n- Apples\n- Bread"),
    (c("sections", 2, "##"), "## One\nText.\n### Detail\nText.\n## Two\nText."),
    (c("sections", 2, "SECTION"), "SECTION 1\nText.\n\n**Section 2:** Two\nText."),
    (c("title_marked"), "<<The ferry>>\n\nIt left."),
    (c("postscript", 0, "P.S."), "It left.\n\nP.S. It came back."),
    (c("postscript", 0, "P.P.S."), "It left.\n\nP.S. One\n\nP.P.S.: Two"),
    (c("placeholders", 2), "Dear [name], come at [time of day]."),
    (c("citations", 2), "It left [1], it came back [2, 3]."),
    (c("quoted"), '"It left at dawn."'),
    (c("quoted"), "“It left.”\n"),
    (c("plain_text"), "It left - at dawn * 2.\n\n1. One\n2. snake_case_name"),
    (c("table_columns", 0, "Ship", "Tons"), f"Two ships:\n\n{TABLE}\n\nThat is all."),
    (c("table_columns", 2, "ship", "**Tons**"), TABLE),
    (c("csv_columns", 2, "ship", "tons"), "ship,tons\n\"Alma, of Vardholm\",40\nBerta,35"),
    (c("csv_columns", 0, "ship", "tons"), "```csv\nship;tons\nAlma;40\n```"),
    (c("json"), '{"ship": "Alma"}'),
    (c("json"), '```json\n{"ship": ["Alma"]}\n```'),
    (c("json_keys", 0, "ship", "tons"), '{"ship": "Alma", "tons": 40}'),
    (c("json_schema", 0, SCHEMA), '{"tons": 40}'),
    (c("two_answers"), "It left at dawn.\n******\nAt dawn it went."),
    (c("number_only"), "1,240"),
    (c("number_only"), "-3.5\n"),
    (c("one_of", 0, "yes", "no", "not stated"), "Not stated."),
]  # fmt: skip


@pytest.mark.parametrize(("constraint", "text"), MET)
def test_constraint_met(constraint: dict[str, Any], text: str) -> None:
    assert CHECKS["constraints"](record(text, constraint)) is None


BROKEN = [
    (c("max_characters", 8), "Rye left."),
    (c("min_sentences", 3), "# Rye\n\nIt left. It came back."),
    (c("sentence_count", 2), "It left. It came back. It stayed."),
    (c("sentence_count", 2), "It left."),
    (c("sentence_max_words", 3), "It left at dawn. It came back."),
    (c("paragraphs", 2), "It left.\nIt came back."),
    (c("paragraphs", 2), "It left.\n\nIt came.\n\nIt stayed."),
    (c("keyword_count", 2, "rye"), "Rye came over the ryegrass."),
    (c("keyword_at_most", 1, "rye"), "Rye came. The **rye** was old."),
    (c("letter_at_least", 4, "e"), "The ferry Elma."),
    (c("letter_at_most", 1, "z"), "A ZIG-zag."),
    (c("capital_words_at_least", 2), "I saw A FERRY."),
    (c("capital_words_at_most", 1), "The FERRY left at DAWN."),
    (c("unique_words"), "The ferry left the pier."),
    (c("starts_with", 0, "Dear reader"), "Here is the text:\n\nDear reader, it left."),
    (c("starts_with", 0, "It"), "Italy is far."),
    (c("ends_with", 0, "So it goes."), "So it goes. It left."),
    (c("ends_with", 0, "goes"), "It undergoes"),
    (c("paragraph_starts_with", 2, "Later"), "Later, it left.\n\nIt came back."),
    (c("paragraph_starts_with", 3, "Later"), "It left.\n\nLater."),
    (c("line_starts_with", 0, ">"), "> It left.\nIt came back."),
    (c("acrostic", 0, "RYE"), "Right at dawn\nyou left us,"),
    (c("acrostic", 0, "RYE"), "Right at dawn\nyou left us,\nAll on board."),
    (c("exclude_punctuation", 0, '"'), "It was “old”."),
    (c("no_commas",), "It left, it came back."),
    (c("language", 0, "French"), GERMAN),
    (c("language", 0, "German"), ENGLISH),
    (c("highlights", 2), "* The *ferry* left."),
    (c("bullet_count", 2), "- One\n- Two\n- Three"),
    (c("alphabetical_order"), "- bread\n- apples"),
    (c("alphabetical_order"), "bread, apples and figs."),
    (c("sections", 2, "##"), "## One\nText.\n### Two\nText."),
    (c("sections", 2, "SECTION"), "SECTION 1\nText."),
    (c("title_marked"), "The ferry\n\nIt left << at dawn."),
    (c("postscript", 0, "P.S."), "It left. P.S. It came back."),
    (c("postscript", 0, "P.P.S."), "It left.\n\nP.S. One"),
    (c("placeholders", 2), "Dear [name], see [1] and [this](page) and [x]."),
    (c("citations", 2), "It left [1], it came back [1]."),
    (c("quoted"), 'He said: "It left."'),
    (c("plain_text"), "It **left**."),
    (c("plain_text"), "# The ferry\n\nIt left."),
    (c("table_columns", 0, "Ship", "Tons"), "Ship: Alma, tons: 40"),
    (c("table_columns", 0, "Tons", "Ship"), TABLE),
    (c("table_columns", 3, "Ship", "Tons"), TABLE),
    (c("table_columns", 0, "Ship", "Tons"), "| Ship | Tons |\n|---|---|\n| Alma |"),
    (c("csv_columns", 0, "ship", "tons"), "ship,tons\nAlma,of Vardholm,40"),
    (c("csv_columns", 3, "ship", "tons"), "ship,tons\nAlma,40"),
    (c("csv_columns", 0, "ship", "tons"), "Alma,40"),
    (c("json"), "{'ship': 'Alma'}"),
    (c("json"), '["Alma"]'),
    (c("json"), 'Here it is:\n{"ship": "Alma"}'),
    (c("json_keys", 0, "ship", "tons"), '{"ship": "Alma"}'),
    (c("json_schema", 0, SCHEMA), '{"tons": "40"}'),
    (c("json_schema", 0, SCHEMA), '{"tons": 40, "ship": "Alma"}'),
    (c("json_schema", 0, "no schema"), '{"tons": 40}'),
    (c("two_answers"), "It left."),
    (c("two_answers"), "It left.\n******\nIt left."),
    (c("number_only"), "40 sacks"),
    (c("number_only"), "40."),
    (c("one_of", 0, "yes", "no"), "Yes, it did."),
]  # fmt: skip


@pytest.mark.parametrize(("constraint", "text"), BROKEN)
def test_constraint_broken(constraint: dict[str, Any], text: str) -> None:
    detail = CHECKS["constraints"](record(text, constraint))
    assert detail is not None
    assert detail.startswith(constraint["kind"])


def test_every_kind_is_checked_both_ways_and_told_to_the_author() -> None:
    assert set(MEETS) == KINDS
    assert {con["kind"] for con, _ in [*MET_BEFORE, *MET]} == KINDS
    assert {con["kind"] for con, _ in [*BROKEN_BEFORE, *BROKEN]} == KINDS
    told = Constraint.model_fields["kind"].description or ""
    assert not [kind for kind in KINDS if kind not in told]
