"""Answers with their sources, as a capable model writes them: what is borne out, what is not, and what a reader is asked."""

from __future__ import annotations

from typing import Any

import pytest

from tasks.checks.check import Doubt, Finding
from tasks.kinds import all_checks
from tasks.kinds.retrieval.sources import LAYOUTS
from tasks.records import Record, Source
from tests.checks.findings import detail

_FOUND = (
    (
        "1",
        "Cable car timetable",
        "The cable car to Hohe Rast runs from 8 May to 26 October, daily from 8:30 to 17:00. "
        "Dogs travel free of charge. Bicycles are not carried on Sundays.",
        "evidence",
    ),
    (
        "2",
        "Valley news",
        "From 8 May visitors can again ride up to Hohe Rast. The new cabins hold 24 people, "
        "the old ones held 16. The operator spent 3.4 million euros.",
        "search",
    ),
    (
        "3",
        "Mountain hut",
        "The hut at Hohe Rast serves warm meals until 15:30. Dogs must stay on the terrace.",
        "search",
    ),
    (
        "4",
        "Bus lines",
        "Line 12 leaves the station every 20 minutes and reaches the valley station in a quarter of an hour.",
        "search",
    ),
)
SOURCES = [dict(zip(("id", "title", "snippet", "origin"), f, strict=True)) | {"url": f"{f[0]}.html"} for f in _FOUND]


def answered(text: str, question: str = "What must I know for a trip to Hohe Rast?", **changes: Any) -> Record:
    fields: dict[str, Any] = {
        "answer_form": "text",
        "key": ["The cable car runs daily from 8 May to 26 October."],
        "evidence": ["The cable car to Hohe Rast runs from 8 May to 26 October, daily from 8:30 to 17:00."],
        "formal": {"sources": SOURCES, "format": "markers", "shows": "answer"},
        **changes,
    }
    return Record(
        source=Source(id="s", uri="u", kind="text"),
        skill="retrieval_augmented_generation",
        instruction=question,
        messages=[
            {"role": "user", "content": f"{LAYOUTS['bracketed'](SOURCES)}\n\n{question}"},
            {"role": "assistant", "content": text},
        ],
        **fields,
    )


def found(record: Record) -> Any:
    return all_checks()["sources_cited"](record)


SPAN = {"answer_form": "span", "key": ["8 May"]}


@pytest.mark.parametrize(
    "record",
    [
        answered("The cable car runs every day from 8 May to 26 October, between half past eight and five [1]."),
        answered(
            "Service starts on the 8th of May and ends on 26 October [1]; cabins now take 24 people instead of 16 [2]."
        ),
        answered(
            "- Daily service from 8 May [1]\n- Eight more people fit into a cabin than before [2]\n- Warm meals until 3:30 pm [3]"
        ),
        answered('The timetable says: "The cable car to Hohe Rast runs from 8 May to 26 October" [1].'),
        answered(
            "“Bicycles are not carried on Sundays” [1], and “Dogs must stay on the terrace” [3]; the car runs from 8 May [1]."
        ),
        answered("“The cable car … runs from 8 May to 26 October, daily” [1]."),
        answered("Bicycles are not taken on Sundays, while dogs ride the cable car for nothing [1]."),
        answered("You can ride up again from 8 May [2].", "From when can one ride up to Hohe Rast?", **SPAN),
        answered(
            "From 8 May on, visitors can again ride up to Hohe Rast [2].", "When does the season start at Hohe Rast?"
        ),
        answered("The bus needs 15 minutes to the valley station [4]; the cable car to Hohe Rast starts at 8:30 [1]."),
    ],
)
def test_what_the_cited_sources_say_passes(record: Record) -> None:
    assert found(record) is None


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (answered("The cable car runs daily from 8 May to 26 November [1]."), "date"),
        (answered("The cable car runs daily from 8 May, cabins holding 37 people [1][2]."), "number"),
        (answered("“The cable car runs all year except in November” [1]."), "quotation that no source has"),
        (answered("“Dogs must stay on the terrace” [1]."), "another source"),
        (answered("The operator spent 3.4 million euros on cabins that hold more people [1]."), "number"),
        (
            answered(
                "Warm meals are served at the hut until the afternoon [4], and the cable car runs from 8 May [1]."
            ),
            "another one says",
        ),
        (answered("Bicycles are not carried on Sundays [3]; the season begins on 8 May [1]."), "another one says"),
        (
            answered("You can ride up again from 8 May [3].", "From when can one ride up to Hohe Rast?", **SPAN),
            "none of the sources",
        ),
        (
            answered("The bus line leaves the station often and reaches the valley station soon [4]."),
            "none of the sources",
        ),
        (answered("The cable car runs daily from 8 May [5]."), "not there"),
        (answered("The cable car runs daily from 8 May to 26 October."), "cites no source"),
    ],
)
def test_what_they_do_not_say_is_found(record: Record, said: str) -> None:
    problem = detail(found(record))
    assert said in problem or "number" in problem or "date" in problem


@pytest.mark.parametrize("text", ["“Dogs must stay on the terrace” [1].", "The cable car runs daily from 8 May [9]."])
def test_what_is_decided_by_value_is_rejected_and_named(text: str) -> None:
    problem = found(answered(text))
    assert isinstance(problem, Finding) and problem.told.strip("“”[]") in text


@pytest.mark.parametrize(
    "text",
    [
        "Bicycles are carried on Sundays, and dogs travel free of charge [1].",
        "The cable car does not run daily, and dogs travel free of charge [1].",
        "Dogs never travel free of charge with the cable car [1].",
        "Gondolas go up throughout summer and most of autumn, with no break during the week [1].",
        "People who bring pets pay nothing extra whatsoever for those animals [1].",
    ],
)
def test_what_words_could_carry_or_turn_round_is_asked(text: str) -> None:
    assert isinstance(found(answered(text)), Doubt)


_MORE = [
    "According to the timetable [1], the cable car runs daily between 8 May and 26 October.",
    "**Season:** 8 May – 26 October, daily 8:30–17:00 [1]\n\n**Cabins:** 24 people, up from 16 [2]",
    "The season lasts from early May until late October [1].",
    "It runs for eight and a half hours a day [1].",
    "In [1] the operator gives 8 May as the first day; [2] confirms that date.",
    "The cable car operates from May 8 through October 26 [1][2].",
    "Neither bicycles on Sundays nor a start before half past eight is possible [1].",
    "Warm food is available until half past three [3]; the last lift is at 17:00 [1].",
    "The first ride up is at 8:30 a.m. and the last at 5 p.m.【1】",
    "The sources say that it opens on 8 May [1, 2] and that warm meals end at 15:30 [3].",
]


@pytest.mark.parametrize("text", _MORE)
def test_answers_in_a_strong_models_words_pass(text: str) -> None:
    assert found(answered(text)) is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("The cable car runs until 17:30 every day from 8 May [1].", "17:30"),
        ("Bus 12 goes to the valley station three times an hour [4]; the cable car runs from 8 May [1].", "three"),
        ("The operator spent 4.3 million euros [2]; the car runs from 8 May [1].", "4.3"),
        ("The cable car runs daily from 8 May to 3 November [1].", "3 november"),
    ],
)
def test_figures_that_may_be_reckoned_are_asked_and_named(text: str, named: str) -> None:
    doubt = found(answered(text))
    assert isinstance(doubt, Doubt) and named in doubt.told.lower()


@pytest.mark.parametrize(
    ("question", "passes"),
    [("Can our club of 17, with a budget of 2.5 hours, ride up to Hohe Rast?", True), ("Can our club ride up?", False)],
)
def test_figures_of_the_question_may_be_taken_up_beside_a_source(question: str, passes: bool) -> None:
    text = (
        "All 17 of you fit into one cabin, which holds 24 [2]; with your 2.5 hours, mind that it runs until 17:00 [1]."
    )
    assert (detail(all_checks()["citations"](answered(text, question))) == "") is passes
