"""Search results as sources: stretches, layouts, ways of citing, what is kept back or contradicted, and a small run."""

from __future__ import annotations

import asyncio
import json
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simulator.pipeline import Outcome, drive, opened
from tasks.answers import agreement
from tasks.answers.citations import strip_citations
from tasks.kinds import all_checks
from tasks.kinds.retrieval.contract import Sought
from tasks.kinds.retrieval.sources import LAYOUTS, SUITED, blocks, demand, located, show_sources, stretches
from tasks.records import Json, Record, Source
from tasks.settings import Settings

TEXT = """The mole was built in 1903. Granite came from Bergen, and each block weighed 3 tonnes. Masons were paid by the block.

Today the fish hall holds a museum. It opens on 1 May and closes on 30 September. The roof leaks since the storm of 2019."""
_FOUND = (
    ("1", "Harbour", "harbour.md", "The roof leaks since the storm of 2019.", "passage"),
    ("2", "Mole", "mole.md", "Granite came from Bergen, and each block weighed 3 tonnes.", "evidence"),
    ("3", "Ovens", "ovens.md", "Flour came from Lindvik in sacks of 50 kilograms.", "search"),
    ("4", "Notes", "mole.md", "Granite came from Stavanger, and each block weighed 3 tonnes.", "altered"),
)
SOURCES: list[Json] = [dict(zip(("id", "title", "url", "snippet", "origin"), found, strict=True)) for found in _FOUND]


def record(answer: str, way: str = "markers", **changes: Any) -> Record:
    base = Record(
        source=Source(id="d", uri="/home/somebody/mole.md", kind="text"),
        passage=TEXT,
        instruction="Where did the granite for the mole come from?",
        answer_form="span",
        key=["Bergen"],
        evidence=["Granite came from Bergen, and each block weighed 3 tonnes."],
        formal={"shows": "answer", "sources": SOURCES, "layout": "bracketed", "format": way},
        messages=[{"role": "user", "content": "?"}, {"role": "assistant", "content": answer}],
    )
    return replace(base, **changes)


# ---- stretches and layouts ----


def test_quotes_are_found_across_line_ends_and_marks() -> None:
    assert located(TEXT, "each block weighed  3 tonnes;\nMasons were") is not None
    assert located(TEXT, "Granite came ... paid by the block") is not None
    assert located(TEXT, "each block weighed 4 tonnes") is None and located(TEXT, "...") is None


def test_a_stretch_holds_whole_sentences_and_distant_quotes_come_apart() -> None:
    (near,) = stretches(TEXT, ["Granite came from Bergen", "paid by the block"], 200) or []
    assert near.startswith("The mole") and "by the block." in near and near.endswith(".")
    apart = stretches(TEXT, ["built in 1903", "storm of 2019"], 60)
    assert apart == ["The mole was built in 1903.", "The roof leaks since the storm of 2019."]
    assert stretches(TEXT, ["built in 1904"]) is None


@pytest.mark.parametrize("most", [40, 90, 600])
def test_blocks_are_the_whole_text(most: int) -> None:
    assert " ".join(" ".join(blocks(TEXT, most)).split()) == " ".join(TEXT.split())


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_every_layout_shows_all_that_is_to_be_cited(layout: str) -> None:
    dated = [{**s, "date": "2024-05"} for s in SOURCES]
    for sources in (SOURCES, dated):
        text = show_sources(replace(record(""), formal={"layout": layout, "sources": sources}))
        for source in sources:
            assert all(str(source[name]) in text for name in source.keys() - {"origin"})
        assert "evidence" not in text and "altered" not in text


def test_demands_name_a_way_that_suits_the_form() -> None:
    for form, ways in SUITED.items():
        for way in ways:
            said = demand(form, way, "S2", random.Random(way))
            assert "S2" in said or way == "json"
            assert sum(part in said.lower() for part in ("last line", "end with", "close with")) <= 1
            assert "{" not in said.replace('{"answer": ..., "relevant_passages": [...]}', "")


def test_a_conflict_that_is_not_wanted_is_dropped() -> None:
    assert Sought.model_validate({"shows": "answer", "conflict": {"quote": "a", "altered": "b"}}).conflict is None
    assert Sought.model_validate({"shows": "conflict", "conflict": {"quote": "a", "altered": "b"}}).conflict is not None
    assert Sought.model_validate({"shows": "conflict", "conflict": {"quote": "", "altered": ""}}).conflict is None


# ---- the checks ----


@pytest.mark.parametrize(
    ("answer", "way"),
    [
        ("It came from Bergen [2].", "markers"),
        ("“Granite came from Bergen” [2]\n\nAnswer: Bergen", "quote"),
        ("Granite came from Bergen.\n\nSources: [2]", "footer"),
        ('{"answer": "Bergen", "relevant_passages": ["2"]}', "json"),
        ('```json\n{"answer": "Bergen", "relevant_passages": [2]}\n```', "json"),
        ("- The granite came from Bergen [2].", "list"),
    ],
)
def test_a_right_answer_passes_in_every_way_of_citing(answer: str, way: str) -> None:
    done = record(answer, way)
    assert all_checks()["sources_cited"](done) is None
    assert agreement(done) is True and all_checks()["abstains"](done) is None


@pytest.mark.parametrize(
    ("answer", "way", "said"),
    [
        ("It came from Bergen.", "markers", "cites no source"),
        ("It came from Bergen [7].", "markers", "not there"),
        ("It came from Bergen [3].", "markers", "none of the sources that decide"),
        ("Ovens and museums and roofs were inspected [2].", "markers", "what its sources do not"),
        ("Granite came from Bergen [2].", "footer", "form footer"),
        ("Granite came from Bergen [2].", "json", "form json"),
        ('{"answer": "Bergen", "sources": ["2"]}', "json", "form json"),
        ('{"answer": "Bergen", "relevant_passages": ["9"]}', "json", "not there"),
        ("Granite came from Bergen [2].", "list", "form list"),
        ("Granite came from Bergen [2].", "quote", "form quote"),
    ],
)
def test_a_wrong_citation_is_rejected(answer: str, way: str, said: str) -> None:
    assert said in str(all_checks()["sources_cited"](record(answer, way)))


def test_both_sides_of_a_conflict_are_cited() -> None:
    formal = {**record("").formal, "shows": "conflict", "conflict": {"counts": "both"}}
    one, two = "Granite came from Bergen [2].", "Granite came from Bergen [2]; granite came from Stavanger [4]."
    assert "contradicts" in str(all_checks()["sources_cited"](record(one, formal=formal, answer_form="text")))
    assert all_checks()["sources_cited"](record(two, formal=formal, answer_form="text")) is None


@pytest.mark.parametrize(
    ("way", "absent"),
    [
        ("markers", "The sources do not say."),
        ("json", '{"answer": "The sources do not say.", "relevant_passages": []}'),
    ],
)
def test_what_the_sources_do_not_hold_is_said(way: str, absent: str) -> None:
    done = record(absent, way, answerable=False, key=[], evidence=[])
    assert all_checks()["abstains"](done) is None and all_checks()["sources_cited"](done) is None
    assert (
        all_checks()["abstains"](record("It came from Bergen [2].", answerable=False, key=[], evidence=[])) is not None
    )


def test_citations_are_taken_off_before_answers_are_compared() -> None:
    assert strip_citations(record(""), "- Bergen [2]\n- Oslo [1, 2]") == "- Bergen\n- Oslo"
    assert strip_citations(record("", "footer"), "Bergen\n\n**Sources:** [2]") == "Bergen"
    number = record('{"answer": 3, "relevant_passages": ["2"]}', "json", answer_form="number", key=["3"])
    assert agreement(number) is True
    assert agreement(replace(number, key=["4"])) is False
    members = record("- Bergen [2]\n- Lindvik [3]", answer_form="set", key=["Lindvik", "Bergen"])
    assert agreement(members) is True
    assert strip_citations(replace(record(""), formal={}), "see [2]") == "see [2]"


def test_unsound_sources_are_rejected() -> None:
    assert all_checks()["sources_sound"](record("")) is None
    changes: list[Json] = [
        {"sources": []},
        {"sources": [SOURCES[1], {**SOURCES[0], "id": "2"}]},
        {"sources": [{**SOURCES[1], "url": "/home/somebody/mole.md"}]},
        {"sources": [SOURCES[0], SOURCES[2]]},
        {"sources": SOURCES[:3], "shows": "conflict"},
    ]
    for change in changes:
        assert all_checks()["sources_sound"](replace(record(""), formal={**record("").formal, **change})) is not None


def test_a_question_speaks_of_no_passage() -> None:
    asked = replace(record(""), instruction="According to the passage, where did the granite come from?")
    assert "passage" in str(all_checks()["sources_sound"](asked))
    assert all_checks()["sources_sound"](replace(asked, passage=f"{TEXT} The passage is narrow.")) is None


# ---- end to end ----

EXAMPLES = Path(__file__).parents[2] / "examples" / "documents"


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    names = ("tidal_power.md", "deck_oven_maintenance.md", "weather_records_call.txt")

    async def driven() -> Outcome:
        settings = Settings(instructions_per_passage=8)
        async with opened("retrieval_augmented_generation", tmp_path_factory.mktemp("rag"), settings) as run:
            return await drive(run, [str(EXAMPLES / name) for name in names])

    return asyncio.run(driven())


def test_a_run_shows_really_found_sources(outcome: Outcome) -> None:
    assert not outcome.broken and not outcome.lost()
    rows = outcome.rows
    assert len({row.task_type for row in rows}) >= 6
    assert any(s["origin"] == "search" for row in rows for s in row.formal["sources"])
    assert {row.formal["format"] for row in rows} >= {"markers", "json", "footer"}
    for row in rows:
        assert str(EXAMPLES) not in json.dumps([row.messages, row.formal])
        assert all_checks()["sources_cited"](row) is None and all_checks()["sources_sound"](row) is None


def test_kept_back_evidence_stands_in_no_source(outcome: Outcome) -> None:
    kept = [r for r in outcome.entered["respond"] if r.formal["shows"] == "nothing"]
    assert kept
    for row in kept:
        assert not row.answerable and not row.key and not row.evidence
        gap = re.search(r"“([^“”]+)____([^“”]+)”", row.instruction)
        for source in row.formal["sources"] if gap else ():
            text = " ".join(source["snippet"].split())
            assert gap is None or not (gap[1] in text and gap[2] in text)
