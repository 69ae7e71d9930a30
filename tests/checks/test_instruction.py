"""Checks of instructions: what a careful author writes passes, each planted defect is named."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.kinds import all_checks
from tasks.records import Record, Source

PASSAGE = (
    "The harbour at Vardholm was dredged in 1931, after two winters in which ice had closed the channel. "
    "“No ship over 400 tons could pass,” the harbour master wrote. The work took eleven weeks and cost 62,500 crowns; "
    "copper, zinc and pine tar were the goods most often landed — timber came later."
)
OPTIONS = ["to let larger ships pass", "to clear a wreck", "to win sand for roads", "to protect the fish"]
PAIRS = ["1: copper", "2: zinc", "A: a red metal", "B: a grey metal", "C: a resin"]


def record(form: str = "text", instruction: str = "Why was the channel dredged?", **more: Any) -> Record:
    shown = {"option": OPTIONS, "order": ["dredging", "ice", "timber"], "matching": PAIRS}.get(form, [])
    key = {
        "option": ["A"],
        "truth": ["true"],
        "number": ["62500"],
        "span": ["eleven weeks"],
        "order": ["B", "A", "C"],
        "set": ["copper", "zinc", "pine tar"],
        "matching": ["1-A", "2-B"],
    }.get(form, [])
    quote = [] if form in {"text", "calls"} else ["The work took eleven weeks"]
    fields: dict[str, Any] = {"passage": PASSAGE, "options": shown, "key": key, "evidence": quote, **more}
    return Record(source=Source(id="s", uri="u", kind="text"), answer_form=form, instruction=instruction, **fields)


CLEAN_FORMS = ["option", "truth", "number", "span", "order", "set", "matching", "text"]


@pytest.mark.parametrize("form", CLEAN_FORMS)
@pytest.mark.parametrize("name", ["well_formed", "self_contained", "answer_hidden", "evidence", "constraints_sound"])
def test_clean_items_pass(form: str, name: str) -> None:
    assert all_checks()[name](record(form)) is None


@pytest.mark.parametrize("form", CLEAN_FORMS)
def test_unanswerable_items_need_no_key(form: str) -> None:
    item = record(form, key=[], evidence=[], answerable=False)
    assert all_checks()["well_formed"](item) is None
    assert all_checks()["evidence"](item) is None


@pytest.mark.parametrize(
    ("form", "changes"),
    [
        ("text", {"instruction": ""}),
        ("text", {"instruction": " \n "}),
        ("text", {"instruction": "word " * 1600}),
        ("text", {"options": ["a", "b"]}),
        ("poem", {}),
        ("option", {"options": ["one"]}),
        ("option", {"options": [f"choice {i}" for i in range(9)]}),
        ("option", {"options": ["The ice", "the ice.", "Sand", "Fish"]}),
        ("option", {"options": ["The ice", "", "Sand", "Fish"]}),
        ("option", {"options": ["Ice", "Sand", "Fish", "All of the above"]}),
        ("option", {"options": ["Ice", "Sand", "Fish", "None of the above."]}),
        ("option", {"options": ["Ice", "Sand", "Fish", "Both A and B"]}),
        ("option", {"options": ["A. Ice", "B. Sand", "C. Fish", "D. Roads"]}),
        ("option", {"options": ["(A) Ice", "(B) Sand", "(C) Fish"]}),
        ("option", {"options": ["a) Ice", "b) Sand", "c) Fish"]}),
        ("option", {"key": ["E"]}),
        ("option", {"key": ["a"]}),
        ("option", {"key": ["A", "B"]}),
        ("option", {"key": ["to clear a wreck"]}),
        ("option", {"key": []}),
        ("truth", {"key": ["yes"]}),
        ("truth", {"key": ["True"]}),
        ("truth", {"key": []}),
        ("truth", {"options": ["true", "false"]}),
        ("number", {"key": ["many"]}),
        ("number", {"key": ["12 crowns"]}),
        ("number", {"key": ["12", "13"]}),
        ("number", {"key": []}),
        ("span", {"key": []}),
        ("span", {"key": ["ice", " "]}),
        ("order", {"key": ["A", "B"]}),
        ("order", {"key": ["A", "A", "B"]}),
        ("order", {"options": ["ice", "timber"], "key": ["A", "B"]}),
        ("set", {"key": ["copper"]}),
        ("set", {"key": ["copper", "the copper"]}),
        ("matching", {"key": ["1-A"]}),
        ("matching", {"key": ["1-A", "1-B"]}),
        ("matching", {"key": ["1-A", "2-D"]}),
        ("matching", {"options": ["copper", "zinc", "A: a red metal", "B: a grey metal"]}),
        ("matching", {"options": ["1: copper", "3: zinc", "A: a red metal", "B: a grey metal"]}),
        ("calls", {"calls": [{"name": "nothing", "arguments": {}}]}),
    ],
)
def test_ill_formed(form: str, changes: dict[str, Any]) -> None:
    assert all_checks()["well_formed"](record(form, **changes)) is not None


@pytest.mark.parametrize(
    "options",
    [
        ["-5", "5", "50"],
        ["All ships", "No ships", "Some of the ships"],
        ["A fish", "A wreck"],
        ["I. Newton", "G. Leibniz"],
    ],
)
def test_unusual_options_pass(options: list[str]) -> None:
    assert all_checks()["well_formed"](record("option", options=options)) is None


@pytest.mark.parametrize("key", ["12", "-3.5", "1931", "0.25", "1,200"])
def test_number_keys_pass(key: str) -> None:
    assert all_checks()["well_formed"](record("number", key=[key])) is None


GOOD_INSTRUCTIONS = [
    "Why was the channel dredged?",
    "According to the passage, why was the channel dredged?",
    "Summarise the text above in two sentences.",
    "Which of the following best explains the dredging?",
    "What does the article say about ice?",
    "Rewrite the text so that a child can follow it, and keep the meaning of the original text.",
    "Write a new version of the text in which every date has the form YYYY-MM-DD.",
    "Return only the revised text.",
    "What is the first question that the reporter asks?",
    "Draw up a figure of speech for the ice.",
    "The passage gives the cost. How many crowns is that per week, to the nearest whole number?",
    "Insert a bold heading before the second sentence.",
    "What picture of the harbour does the writer paint?",
    "How many pages did the report have?",
    "List the three goods, one a line.",
    "What number of ships is given in the table?",
]


@pytest.mark.parametrize("text", GOOD_INSTRUCTIONS)
def test_self_contained(text: str) -> None:
    options = OPTIONS if "following" in text else []
    assert all_checks()["self_contained"](record("text", text, options=options)) is None


BAD_INSTRUCTIONS = [
    "What did the original passage say about ice?",
    "In the modified passage, why was the channel dredged?",
    "As discussed earlier, the channel was dredged. Why?",
    "As mentioned previously, ice closed the channel. When?",
    "Using your answer to the previous question, give the cost.",
    "What does the image below show?",
    "Look at the attached photo and name the ship.",
    "In the diagram above, which arrow marks the channel?",
    "Refer to the following figure and give the depth.",
    "See Figure 2: how deep is the channel?",
    "Following the suggestion, name the harbour.",
    "This task type asks for a number. How many weeks?",
    "Name the harbour in [insert region].",
    "Name the harbour of <placeholder>.",
    "TODO: write the question",
    "Why was {{place}} dredged?",
    "What happens on page 12?",
    "Which of the above options is right?",
    "Which of the following is true?",
    "Watch the video below and name the harbour.",
    "Read <passage-0123abcdef> and name the harbour.",
    "Based on the revised passage, name the harbour.",
    "Give the answer in the answer form.",
]


@pytest.mark.parametrize("text", BAD_INSTRUCTIONS)
def test_not_self_contained(text: str) -> None:
    assert all_checks()["self_contained"](record("span", text)) is not None


@pytest.mark.parametrize(
    ("form", "text", "clean"),
    [
        ("calls", "Book a table for four at the Anker for Friday.", True),
        ("calls", "Rename the document to harbour.txt.", True),
        ("calls", "According to the passage, book a table.", False),
        ("calls", "Send the above text to the harbour master.", False),
        ("text", "How much sand does a dredger move in a week?", True),
        ("text", "According to the passage, how much sand is moved?", False),
        ("text", "What does the author imply about ice?", False),
        ("text", "In the article, who paid?", False),
        ("text", "Summarise this text:\n" + "The dredger worked all week and rested on Sunday. " * 8, True),
    ],
)
def test_references_where_no_passage_is_shown(form: str, text: str, clean: bool) -> None:
    assert (all_checks()["self_contained"](record(form, text, passage="")) is None) is clean
    assert (all_checks()["stands_alone"](record(form, text)) is None) is clean


@pytest.mark.parametrize(
    ("form", "changes", "clean"),
    [
        ("span", {"instruction": "The work took how long?"}, True),
        ("span", {"instruction": "Was it eleven weeks, or how long did it take?"}, False),
        ("span", {"instruction": "Which metal is red: copper or zinc?", "key": ["copper"]}, True),
        ("number", {"instruction": "What did it cost?"}, True),
        ("number", {"instruction": "What did it cost, if not 62,500 crowns?"}, False),
        ("number", {"instruction": "In 12 weeks, what share?", "key": ["12"]}, True),
        ("option", {}, True),
        (
            "option",
            {
                "options": [
                    "to let larger ships pass the channel in winter, which the ice had closed for two whole years",
                    "a wreck",
                    "sand",
                    "fish",
                ]
            },
            False,
        ),
        ("option", {"options": ["to let larger ships pass", "to win", "for sand", "for fish"]}, True),
    ],
)
def test_answer_hidden(form: str, changes: dict[str, Any], clean: bool) -> None:
    assert (all_checks()["answer_hidden"](record(form, **changes)) is None) is clean


@pytest.mark.parametrize(
    ("form", "changes", "clean"),
    [
        ("span", {"evidence": ['"No ship over 400 tons could pass," the harbour master wrote.']}, True),
        ("span", {"evidence": ["the  work took\neleven weeks"]}, True),
        ("span", {"evidence": ["most often landed - timber came later."]}, True),
        ("span", {"evidence": ["The harbour at Vardholm ... ice had closed the channel"]}, True),
        ("span", {"evidence": ["The harbour at Vardholm … ice had closed the channel"]}, True),
        ("span", {"evidence": ["ice had closed the channel ... The harbour at Vardholm"]}, False),
        ("span", {"evidence": ["The work took twelve weeks"]}, False),
        ("span", {"evidence": []}, False),
        ("span", {"evidence": ["..."]}, False),
        ("span", {"key": ["twelve weeks"]}, False),
        ("span", {"key": ["Eleven weeks"]}, True),
        ("set", {"key": ["copper", "tin"]}, False),
        ("option", {"evidence": []}, False),
        ("truth", {"evidence": []}, False),
        ("order", {"evidence": []}, True),
        ("matching", {"evidence": []}, True),
        ("text", {"evidence": []}, True),
        ("text", {"evidence": ["62,500 crowns"], "constraints": [{"kind": "max_words", "number": 50}]}, True),
        ("text", {"evidence": ["62,600 crowns"], "constraints": [{"kind": "max_words", "number": 50}]}, False),
        ("option", {"evidence": ["not there"], "answerable": False, "key": []}, False),
    ],
)
def test_evidence(form: str, changes: dict[str, Any], clean: bool) -> None:
    assert (all_checks()["evidence"](record(form, **changes)) is None) is clean


def c(kind: str, number: int = 0, *words: str) -> dict[str, Any]:
    return {"kind": kind, "number": number, "words": list(words)}


@pytest.mark.parametrize(
    "constraints",
    [
        [],
        [c("max_words", 50), c("min_words", 20)],
        [c("include", 0, "harbour"), c("exclude", 0, "ice")],
        [c("exclude_letters", 0, "q")],
        [c("letter_case", 0, "upper")],
        [c("replace", 0, "harbour", "port")],
        [c("every_nth_word_upper", 3)],
        [c("bold", 0, "Vardholm"), c("bullets", 3)],
        [c("sentence_start", 0, "Meanwhile", "Then")],
        [c("include", 0, "sea"), c("include", 0, "ice")],
        [c("max_word_length", 9)],
        [c("emojis", 2), c("line_count", 4)],
    ],
)
def test_sound_constraints(constraints: list[dict[str, Any]]) -> None:
    assert all_checks()["constraints_sound"](record(constraints=constraints)) is None


@pytest.mark.parametrize(
    ("constraints", "evidence"),
    [
        ([c("max_words", 0)], []),
        ([c("max_words", -5)], []),
        ([{"kind": "rhymes"}], []),
        ([{"kind": "max_words", "number": "many"}], []),
        ([c("max_words", 20), c("min_words", 50)], []),
        ([c("max_words", 20), c("max_words", 50)], []),
        ([c("include")], []),
        ([c("include", 0, "")], []),
        ([c("include", 0, "ice"), c("exclude", 0, "ICE")], []),
        ([c("include", 0, "the ice age"), c("exclude", 0, "ice")], []),
        ([c("include", 0, "harbour"), c("exclude_letters", 0, "b")], []),
        ([c("exclude_letters", 0)], []),
        ([c("letter_case", 0, "upper"), c("letter_case", 0, "lower")], []),
        ([c("letter_case", 0, "camel")], []),
        ([c("letter_case")], []),
        ([c("replace", 0, "harbour")], []),
        ([c("replace", 0, "harbour", "port", "quay")], []),
        ([c("replace", 0, "castle", "port")], []),
        ([c("replace", 0, "harbour", "port"), c("exclude", 0, "port")], []),
        ([c("every_nth_word_upper", 1)], []),
        ([c("every_nth_word_upper", 3), c("letter_case", 0, "lower")], []),
        ([c("max_word_length", 4), c("include", 0, "harbour")], []),
        ([c("bullets", 9), c("line_count", 4)], []),
        ([c("exclude", 0, "crowns")], ["62,500 crowns"]),
        ([c("exclude_letters", 0, "e")], ["eleven weeks"]),
        ([c("max_word_length", 5)], ["Vardholm"]),
        ([c("max_words", 1)], ["eleven weeks"]),
    ],
)
def test_unsound_constraints(constraints: list[dict[str, Any]], evidence: list[str]) -> None:
    assert all_checks()["constraints_sound"](record(constraints=constraints, evidence=evidence)) is not None


@given(
    st.text(max_size=200),
    st.lists(st.text(max_size=30), max_size=5),
    st.lists(st.text(max_size=30), max_size=3),
    st.sampled_from(CLEAN_FORMS),
)
@settings(max_examples=200, deadline=None)
def test_never_raises(text: str, options: list[str], key: list[str], form: str) -> None:
    item = record(
        form,
        text,
        options=options,
        key=key,
        evidence=key,
        passage=text,
        constraints=[c("replace", 1, *key), c("include", 2, *options)],
    )
    for name in ("well_formed", "self_contained", "stands_alone", "answer_hidden", "evidence", "constraints_sound"):
        all_checks()[name](item)


@pytest.mark.parametrize(
    "instruction",
    [
        "1. What drives the pump?\n2. Where does the oil go?\n3. Name a part from question 2 that wears.",
        "Question 1: What drives the pump? Question 2: Where does the oil go? Say in one word what is meant in question 2.",
        "Why do the narrow passages between turbine blades speed the steam up?",
        "How long does air need to move through the passage if it flows at 3 m/s over 12 m?",
        "What does the passage of time do to a spring that is kept under load?",
        "How much of a vanilla extract that is 35 % alcohol makes 10 ml of alcohol?",
        "What is the passage between two basins of a canal called?",
    ],
)
def test_what_the_instruction_brings_along_or_only_sounds_like_a_text(instruction: str) -> None:
    assert all_checks()["stands_alone"](record("text", instruction, passage="")) is None


@pytest.mark.parametrize(
    "instruction",
    [
        "Which part is named in question 2?",
        "According to the passage, what drives the pump?",
        "Which of the following passages is about the pump?",
        "What does this passage say about the oil?",
    ],
)
def test_what_points_at_something_that_is_not_shown(instruction: str) -> None:
    assert all_checks()["stands_alone"](record("text", instruction, passage="")) is not None


WALL = (
    "“We raised the *east* wall,” the clerk wrote, ‘and nobody thanked us’. It cost £1,400 — a month’s takings. "
    "Then came the ice."
)


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ('"We raised the east wall," the clerk wrote', True),
        ("'We raised the east wall', the clerk wrote, \"and nobody thanked us\"", True),
        ("We raised the east wall ... nobody thanked us", True),
        ("We raised the east wall […] Then came the ice", True),
        ("We raised the east wall . . . It cost £1,400 - a month's takings", True),
        ("it cost £1400", True),
        ("We raised the west wall", False),
        ("Then came the ice ... We raised the east wall", False),
        ("We raised the wall", False),
        ("It cost £1,300", False),
    ],
)
def test_a_quote_keeps_the_words_whatever_its_marks(quote: str, stands: bool) -> None:
    item = record("text", passage=WALL, evidence=[quote], key=[])
    assert (all_checks()["evidence"](item) is None) is stands
