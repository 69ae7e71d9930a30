"""Figures of cited answers that are worked out from several sources, and where the source of each stands."""

from __future__ import annotations

from typing import Any

import pytest

from tasks.checks.check import Doubt
from tasks.kinds import all_checks
from tasks.kinds.retrieval.sources import LAYOUTS
from tasks.records import Record, Source

_FOUND = (
    (
        "1",
        "Tannery prices",
        "A goatskin costs 18 marks, a calfskin 42 marks. Oak bark is sold at 6 marks a sack.",
        "evidence",
    ),
    (
        "2",
        "Guild order",
        "Members of the guild pay 80 per cent of the listed price. Fees fall due at Easter.",
        "evidence",
    ),
    ("3", "Market notes", "At the autumn fair one buyer took 35 goatskins and 4 sacks of oak bark.", "search"),
    ("4", "River tolls", "Each barge pays a toll of 9 marks at the lower lock.", "search"),
)
SOURCES = [dict(zip(("id", "title", "snippet", "origin"), f, strict=True)) | {"url": f"{f[0]}.html"} for f in _FOUND]


def answered(text: str, way: str = "markers", form: str = "number", key: str = "504") -> Record:
    question = "What does a member of the guild pay for all the goatskins that the buyer took?"
    return Record(
        source=Source(id="s", uri="u", kind="text"),
        skill="retrieval_augmented_generation",
        instruction=question,
        answer_form=form,
        key=[key],
        evidence=["A goatskin costs 18 marks, a calfskin 42 marks."],
        formal={"sources": SOURCES, "format": way, "shows": "answer"},
        messages=[
            {"role": "user", "content": f"{LAYOUTS['bracketed'](SOURCES)}\n\n{question}"},
            {"role": "assistant", "content": text},
        ],
    )


def found(record: Record) -> Any:
    return all_checks()["sources_cited"](record)


WORKED = [
    "A goatskin is 18 marks [1], and 35 were bought [3], so the list price is 35 × 18 = 630 marks [1]. A member pays 80 per "
    "cent of that [2]: 0.8 × 630 = 504.\n\nAnswer: 504",
    "Members pay 80 per cent [2], so 0.80 x 18 = 14.40 a skin; 35 skins [3] at 14.40 marks [2] come to 504 marks [1].\n\nAnswer:"
    " 504",
    "35 goatskins [3] at 18 marks [1] make 630 marks; at 80 per cent [2] that is 504 marks.\n\nAnswer: 504",
    "At 80 per cent [2], 18 marks [1] are 14.40 marks. 14.40 × 35 = 504 [3].\n\nAnswer: 504",
    "List price 630 marks = 35 × 18 [1][3]. 80 % of 630 is 504 [2].\n\nAnswer: 504",
    "The guild's share is 80 per cent [2]. 630 × 80 / 100 = 504, since 35 × 18 = 630 [1][3].\n\nAnswer: 504",
    "One skin: 18 × 0.8 = 14.4 marks [1][2]. All of them: 14.4 × 35 = 504 marks [3].\n\nAnswer: 504",
    "20 per cent of 18 marks [1] are 3.6; 18 - 3.6 = 14.4 marks [2], and 35 × 14.4 = 504 marks [3].\n\nAnswer: 504",
]
FOOT = "\n\n**Sources:** [1], [2], [3]"


@pytest.mark.parametrize("text", WORKED)
def test_a_number_may_follow_from_all_that_is_cited(text: str) -> None:
    assert not isinstance(found(answered(text)), str)
    assert "number" not in getattr(found(answered(text)), "problem", "")


@pytest.mark.parametrize("text", WORKED)
def test_so_it_may_where_the_sources_stand_below(text: str) -> None:
    problem = found(answered(text + FOOT, "footer"))
    assert problem is None or (isinstance(problem, Doubt) and "number" not in problem.problem)


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("35 goatskins [3] at 18 marks [1] make 630; a member pays 80 per cent [2], 473 marks.\n\nAnswer: 473", "473"),
        ("A skin is 19 marks [1], so 35 × 19 = 665 marks [3], and 80 per cent of it [2] is 532.\n\nAnswer: 532", "19"),
        ("35 × 18 = 640 marks [1][3], and 80 per cent of that [2] is 512 marks.\n\nAnswer: 512", "640"),
        ("Members pay 87 per cent [2] of 630 marks [1][3].\n\nAnswer: 548", "87"),
    ],
)
def test_a_figure_from_nowhere_is_asked_and_named(text: str, figure: str) -> None:
    for record in (answered(text), answered(text + FOOT, "footer")):
        doubt = found(record)
        assert isinstance(doubt, Doubt) and figure in doubt.told


def test_a_source_that_is_not_there_is_none_in_either_form() -> None:
    text = "35 goatskins [3] at 18 marks [7] make 630; at 80 per cent [2] that is 504.\n\nAnswer: 504"
    for record in (answered(text), answered(text + FOOT, "footer")):
        assert "not there" in found(record).problem
