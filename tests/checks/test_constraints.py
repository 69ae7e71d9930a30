"""Every kind of requirement met and broken, whether sets of them make sense, and whether the request states them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.checks.constraints import REQUIREMENTS
from tasks.checks.constraints.contract import Constraint
from tasks.checks.constraints.stated import constraints_stated
from tasks.kinds import all_checks
from tests.growth import LIMIT, Repeated, growth
from tests.kinds.test_rewriting import BROKEN as BROKEN_BEFORE
from tests.kinds.test_rewriting import MET as MET_BEFORE
from tests.kinds.test_rewriting import c, record

KINDS = set(REQUIREMENTS)
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
    assert all_checks()["constraints"](record(text, constraint)) is None


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
    detail = all_checks()["constraints"](record(text, constraint))
    assert detail is not None
    assert detail.startswith(constraint["kind"])


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("Bis zum 30. Juni schliesst das Haus; die Strasse bleibt offen.", True),
        ("Bis zum 30. Juni schließt das Haus.", False),
        ("Die STRASSE und der Spass", True),
    ],
)
def test_a_letter_is_banned_as_it_is_written(text: str, met: bool) -> None:
    assert (all_checks()["constraints"](record(text, c("exclude_letters", 0, "ß"))) is None) is met


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("**The Brass Disc and the Paper One**\n\nOne two three four five six.", True),
        ("# A title of some words\n\nOne two three four five six.", True),
        ("One two three four five six seven.", False),
    ],
)
def test_a_title_that_no_limit_speaks_of_is_not_counted(text: str, met: bool) -> None:
    assert (all_checks()["constraints"](record(text, c("max_words", 6))) is None) is met


def test_every_kind_is_checked_both_ways_and_told_to_the_author() -> None:
    assert {con["kind"] for con, _ in [*MET_BEFORE, *MET]} == KINDS
    assert {con["kind"] for con, _ in [*BROKEN_BEFORE, *BROKEN]} == KINDS
    told = Constraint.model_fields["kind"].description or ""
    assert not [kind for kind in KINDS if kind not in told]


PASSAGE = "On 4 May 1931 the ferry Alma, 40 tons, left Vardholm with rye. It came back on 12 May 1931."

SOUND: list[list[dict[str, Any]]] = [
    [c("min_sentences", 2), c("max_sentences", 4), c("max_words", 60)],
    [c("sentence_count", 3), c("sentence_max_words", 12), c("min_words", 20)],
    [c("paragraphs", 3), c("paragraph_starts_with", 2, "Later"), c("starts_with", 0, "First"), c("no_commas")],
    [c("keyword_count", 2, "rye"), c("keyword_at_most", 3, "rye"), c("keyword_at_most", 0, "wheat")],
    [c("letter_at_least", 5, "e"), c("letter_at_most", 9, "e")],
    [c("capital_words_at_least", 2), c("capital_words_at_most", 4)],
    [c("json_keys", 0, "ship", "tons"), c("max_words", 20), c("include", 0, "Alma")],
    [c("json_schema", 0, SCHEMA)],
    [c("table_columns", 3, "Ship", "Tons"), c("max_words", 80)],
    [c("csv_columns", 2, "ship", "tons")],
    [c("acrostic", 0, "RYE"), c("line_count", 3), c("starts_with", 0, "Rain")],
    [c("sections", 2, "##"), c("highlights", 2), c("postscript", 0, "P.S."), c("language", 0, "German")],
    [c("one_of", 0, "yes", "no")],
    [c("plain_text"), c("numbered", 2), c("exclude_punctuation", 0, "!", ";")],
    [c("letter_case", 0, "lower"), c("quoted"), c("bullet_count", 3), c("bullets", 2)],
    [c("line_starts_with", 0, "- "), c("starts_with", 0, "- ")],
    [c("two_answers"), c("max_characters", 400), c("ends_with", 0, "Is there more?")],
]  # fmt: skip


@pytest.mark.parametrize("constraints", SOUND)
def test_sound(constraints: list[dict[str, Any]]) -> None:
    assert all_checks()["constraints_sound"](record("", *constraints, passage=PASSAGE)) is None


UNSOUND: list[list[dict[str, Any]]] = [
    # malformed
    [c("sentence_count")],
    [c("keyword_count", 0, "rye")],
    [c("keyword_count", 2, "rye", "oats")],
    [c("keyword_at_most", -1, "rye")],
    [c("keyword_count", 900, "rye")],
    [c("letter_at_least", 3, "ee")],
    [c("letter_at_most", 3, "!")],
    [c("exclude_punctuation", 0, "a")],
    [c("acrostic", 0, "123")],
    [c("language", 0, "Klingon")],
    [c("postscript", 0, "Note:")],
    [c("sections", 2, "#######")],
    [c("sections", 2)],
    [c("one_of", 0, "yes", "Yes")],
    [c("json_keys", 0, "ship", "Ship")],
    [c("csv_columns", 0, "ship")],
    [c("json_schema", 0, "tons: integer")],
    [c("json_schema", 0, '{"type": "array"}')],
    [c("starts_with", 0, "One", "Two")],
    [c("paragraph_starts_with", 0, "Later")],
    # contradictory
    [c("sentence_count", 3), c("sentence_count", 4)],
    [c("min_sentences", 5), c("max_sentences", 4)],
    [c("sentence_count", 3), c("max_sentences", 2)],
    [c("bullet_count", 2), c("bullets", 3)],
    [c("keyword_count", 4, "rye"), c("keyword_at_most", 3, "Rye")],
    [c("keyword_at_most", 0, "rye"), c("include", 0, "rye")],
    [c("letter_at_least", 5, "e"), c("letter_at_most", 4, "E")],
    [c("keyword_count", 2, "rye"), c("exclude", 0, "rye")],
    [c("keyword_count", 2, "rye"), c("exclude_letters", 0, "y")],
    [c("keyword_count", 2, "rye"), c("unique_words")],
    [c("ends_with", 0, "So, it goes"), c("no_commas")],
    [c("capital_words_at_least", 2), c("letter_case", 0, "lower")],
    [c("starts_with", 0, "Later"), c("sentence_start", 0, "Then", "Now")],
    [c("starts_with", 0, "Later"), c("acrostic", 0, "RYE")],
    [c("acrostic", 0, "RYE"), c("line_count", 4)],
    [c("json"), c("bullets", 3)],
    [c("json"), c("csv_columns", 0, "a", "b")],
    [c("json_keys", 0, "ship"), c("quoted")],
    [c("number_only"), c("one_of", 0, "yes", "no")],
    [c("one_of", 0, "yes", "no"), c("min_sentences", 2)],
    [c("plain_text"), c("bold", 0, "rye")],
    [c("plain_text"), c("sections", 2, "##")],
    [c("quoted"), c("exclude_punctuation", 0, '"')],
    # without room
    [c("keyword_count", 9, "pine tar"), c("max_words", 15)],
    [c("sentence_count", 9), c("max_words", 8)],
    [c("min_words", 100), c("sentence_count", 4), c("sentence_max_words", 20)],
    [c("min_words", 100), c("max_characters", 120)],
    [c("paragraphs", 5), c("line_count", 4)],
    [c("paragraphs", 2), c("paragraph_starts_with", 3, "Later")],
    [c("bullet_count", 3), c("numbered", 3), c("line_count", 5)],
    [c("starts_with", 0, "Once upon a time"), c("max_words", 3)],
]  # fmt: skip


@pytest.mark.parametrize("constraints", UNSOUND)
def test_unsound(constraints: list[dict[str, Any]]) -> None:
    assert all_checks()["constraints_sound"](record("", *constraints, passage=PASSAGE)) is not None


@pytest.mark.parametrize(
    ("constraint", "fact"),
    [
        (c("no_commas"), "Alma, 40 tons"),
        (c("keyword_at_most", 1, "rye"), "rye and rye"),
        (c("max_characters", 10), "the ferry Alma"),
        (c("one_of", 0, "yes", "no"), "Alma"),
    ],
)
def test_facts_that_cannot_be_kept(constraint: dict[str, Any], fact: str) -> None:
    assert all_checks()["constraints_sound"](record("", constraint, evidence=[fact], passage=PASSAGE)) is not None
    assert all_checks()["constraints_sound"](record("", constraint, passage=PASSAGE)) is None


def test_a_thousands_comma_can_be_left_out() -> None:
    assert all_checks()["constraints_sound"](record("", c("no_commas"), evidence=["1,200 sacks"])) is None


def asked(instruction: str, *constraints: dict[str, Any], passage: str = PASSAGE) -> str | None:
    return constraints_stated(replace(record("", *constraints, passage=passage), instruction=instruction))


STATED = [
    ("Sum the text up in no more than fifty words.", c("max_words", 50)),
    ("Keep it under 51 words.", c("max_words", 50)),
    ("Write more than 99 words.", c("min_words", 100)),
    ("Use between one hundred and fifty and two hundred words.", c("min_words", 150)),
    ("Say it in a single sentence.", c("sentence_count", 1)),
    ("Write a five-sentence summary.", c("sentence_count", 5)),
    ("Write a 50-word note.", c("max_words", 50)),
    ("Write 40–60 words.", c("min_words", 40)),
    ("Use twenty-one lines.", c("line_count", 21)),
    ("Say it in exactly twelve sentences.", c("sentence_count", 12)),
    ("Write three paragraphs, the second opening with “Later”.", c("paragraph_starts_with", 2, "Later")),
    ("Put every third word in capitals.", c("every_nth_word_upper", 3)),
    ("Use the word “rye” twice or more.", c("keyword_count", 2, "rye")),
    ("Never use the word rye.", c("keyword_at_most", 0, "rye")),
    ("Do without the letter e.", c("exclude_letters", 0, "e")),
    ("The letter ß must not occur; write ss instead.", c("exclude_letters", 0, "ß")),
    ("Write it without the vowels a and i.", c("exclude_letters", 0, "a", "i")),
    ("Write in lower case throughout.", c("letter_case", 0, "lower")),
    ("Put all of it in capitals.", c("letter_case", 0, "upper")),
    ("Every line starts with a dash.", c("line_starts_with", 0, "- ")),
    ("Leave commas out.", c("no_commas")),
    ("Do not use semicolons.", c("exclude_punctuation", 0, ";")),
    ("Use no exclamation marks!", c("exclude_punctuation", 0, "!")),
    ("Answer in German.", c("language", 0, "German")),
    ("Write all dates as YYYY-MM-DD.", c("dates_iso")),
    ("Set the names of all ships in bold.", c("bold", 0, "Alma")),
    ("Take out every place.", c("exclude", 0, "Vardholm")),
    ("Give two answers, with ****** between them.", c("two_answers")),
    ("Answer with a number, nothing else.", c("number_only")),
    ("Answer with yes or no.", c("one_of", 0, "yes", "no")),
    ("Give JSON with the keys “ship” and “tons”.", c("json_keys", 0, "ship", "tons")),
    (f"Answer in JSON that fits this schema:\n{json.dumps(json.loads(SCHEMA), indent=1)}", c("json_schema", 0, SCHEMA)),
    ("Make a table with the columns Ship and Tons, three rows.", c("table_columns", 3, "Ship", "Tons")),
    ("Write two sections, each headed with ##.", c("sections", 2, "##")),
    ("Add a postscript.", c("postscript", 0, "P.S.")),
    ("Let the first letters of the lines spell “rye”.", c("acrostic", 0, "RYE")),
    ("Keep only the 4 sentences that say most. End with this sentence: “So be it.”", c("max_sentences", 5)),
]


@pytest.mark.parametrize(("instruction", "constraint"), STATED)
def test_stated(instruction: str, constraint: dict[str, Any]) -> None:
    assert asked(instruction, constraint) is None


UNSTATED = [
    ("Sum the text up briefly.", c("max_words", 50)),
    ("Sum the text up in 60 words.", c("max_words", 50)),
    ("Sum it up in 49 words.", c("max_words", 50)),
    ("Use 50 lines.", c("max_words", 50)),
    ("Say it in two sentences.", c("sentence_count", 3)),
    ("Use the word “rye” often.", c("keyword_count", 2, "rye")),
    ("Use the word “barley” twice.", c("keyword_count", 2, "rye")),
    ("Do without the letter a.", c("exclude_letters", 0, "e")),
    ("Rewrite it.", c("letter_case", 0, "lower")),
    ("Write in upper case.", c("letter_case", 0, "lower")),
    ("Rewrite it.", c("no_commas")),
    ("Do not use colons.", c("exclude_punctuation", 0, "!")),
    ("Answer in French.", c("language", 0, "German")),
    ("Name the ship.", c("bold", 0, "Alma")),
    ("Set the names of all ships in bold.", c("bold", 0, "Berta")),
    ("Include the word “oats”.", c("include", 0, "oat")),
    ("Give two answers.", c("two_answers")),
    ("Answer with yes or no.", c("one_of", 0, "yes", "no", "maybe")),
    ("Give an object with “ship”.", c("json_keys", 0, "ship")),
    ("Give JSON with the key “ship”.", c("json_keys", 0, "ship", "tons")),
    ("Answer in JSON.", c("json_schema", 0, SCHEMA)),
    ("Make a table with the columns Ship and Tons, two rows.", c("table_columns", 3, "Ship", "Tons")),
    ("Make a table with the columns Ship and Crew.", c("table_columns", 0, "Ship", "Tons")),
    ("End with a question.", c("ends_with", 0, "Is there more?")),
]


@pytest.mark.parametrize(("instruction", "constraint"), UNSTATED)
def test_unstated(instruction: str, constraint: dict[str, Any]) -> None:
    detail = asked(instruction, constraint)
    assert detail is not None
    assert detail.startswith(constraint["kind"])


@pytest.mark.parametrize(
    "instruction",
    [
        "Fasse den Text in höchstens vierzig Wörtern zusammen.",
        "Résume le texte en quarante mots au plus.",
        "把全文改写成不超过四十个字。",
    ],
)
def test_an_instruction_in_another_language_is_not_read_as_english(instruction: str) -> None:
    assert asked(instruction, c("max_words", 40)) is None


@given(
    st.text(max_size=200),
    st.lists(st.text(max_size=12), max_size=3),
    st.integers(-2, 300),
    st.sampled_from(sorted(REQUIREMENTS)),
)
@settings(max_examples=300, deadline=None)
def test_never_raises(text: str, words: list[str], number: int, kind: str) -> None:
    one, other = c(kind, number, *words), c("max_words", 5)
    asked(text, one, other, passage=text)
    all_checks()["constraints_sound"](record(text, one, other, passage=text))
    all_checks()["constraints"](record(text, one, other, passage=text))


@pytest.mark.parametrize("unit", ["[a ", "\\[", "**a", "| a ", '{"a":', "ab1 ", " \n", "a.\n"])
def test_work_grows_as_the_text_does(unit: str) -> None:
    def judge(text: str) -> None:
        for kind, row in REQUIREMENTS.items():
            row.met(text, Constraint(kind=kind, number=3, words=["ab", "b"]), record(text))

    assert growth(judge, Repeated(unit, 5_000 // len(unit))) < LIMIT
