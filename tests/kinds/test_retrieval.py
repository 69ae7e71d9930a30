"""Search results as sources: stretches, layouts, ways of citing, what is kept back or contradicted, and a small run."""

from __future__ import annotations

import asyncio
import json
import random
import re
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from simulator.pipeline import Outcome, drive, opened
from tasks.answers import agreement
from tasks.answers.citations import strip_citations
from tasks.kinds import all_checks
from tasks.kinds.retrieval.contract import Lookalike, Sought
from tasks.kinds.retrieval.followup import asked_next
from tasks.kinds.retrieval.lookalikes import _cut, _sound
from tasks.kinds.retrieval.sources import LAYOUTS, SUITED, blocks, demand, excerpt, excerpts, located, show_sources
from tasks.records import Json, Record, Source
from tasks.settings import Settings, SettingsError
from tasks.steps.corpus import corpus_digest, corpus_files, corpus_pieces

TEXT = """The mole was built in 1903. Granite came from Bergen, and each block weighed 3 tonnes. Masons were paid by the block.

Today the fish hall holds a museum. It opens on 1 May and closes on 30 September. The roof leaks since the storm of 2019."""
_FOUND = (
    ("1", "Harbour", "harbour.md", "The roof leaks since the storm of 2019.", "passage"),
    ("2", "Mole", "mole.md", "Granite came from Bergen, and each block weighed 3 tonnes.", "evidence"),
    ("3", "Ovens", "ovens.md", "Flour came from Lindvik in sacks of 50 kilograms.", "search"),
    ("4", "Notes", "notes_on_the_mole.md", "Granite came from Stavanger, and each block weighed 3 tonnes.", "altered"),
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


def test_every_excerpt_holds_its_quote_and_is_cut_like_a_search_result() -> None:
    quote = "It opens on 1 May and closes on 30 September."
    others = [TEXT.replace("1 May", f"{day} May") for day in (2, 3, 4)]
    text = " ".join([*others[:2], "The slipway is older.", quote.replace("May", "June"), others[2]])
    starts = set()
    for seed in range(40):
        (part,) = excerpts(text, [quote.replace("May", "June")], 200, random.Random(seed)) or []
        assert located(part, quote.replace("May", "June")) and len(part) <= 202
        assert part.startswith("…") and part.endswith("…") and "  " not in part[:2]
        assert part.strip("…").split()[0] in text.split() and part.strip("…").split()[-1] in text.split()
        starts.add(part[:12])
    assert len(starts) > 10  # the quote stands anywhere in its excerpt, and not in the middle of it
    assert excerpt("Short text.", (0, 5), 200, random.Random(0)) == "Short text."
    assert excerpts(TEXT, ["built in 1904"], 200, random.Random(0)) is None


def test_distant_quotes_come_apart_and_near_ones_together() -> None:
    near = excerpts(TEXT, ["Granite came from Bergen", "paid by the block"], 150, random.Random(1))
    apart = excerpts(TEXT, ["built in 1903", "storm of 2019"], 60, random.Random(1))
    assert near is not None and len(near) == 1 and apart is not None and len(apart) == 2


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


CLOSED = ("option", "truth", "number", "order")


@pytest.mark.parametrize("form", SUITED)
def test_what_the_sources_leave_open_has_a_place_in_the_form_that_is_asked_for(form: str) -> None:
    for way in SUITED[form]:
        told = {demand(form, way, "S2", random.Random(seed)) for seed in range(60)}
        open_ = {said for said in told if re.search(r"do not say|leave it open|do not answer", said)}
        assert told - open_, "it is not always said"
        assert bool(open_) is (way != "json" or form not in ("set", "order"))
        for said in open_:
            assert ('"Sources: none"' in said) is (way == "footer")
            if way == "json":
                assert '"The sources do not say"' in said
            elif form in CLOSED:
                assert re.search(r"in place of the answer|instead|give no answer", said)


@pytest.mark.parametrize("form", ["truth", "option", "number", "span"])
def test_the_place_in_an_object_reads_as_declining(form: str) -> None:
    said = '{"answer": "The sources do not say", "relevant_passages": ["2"]}'
    told = (demand(form, "json", "2", random.Random(seed)) for seed in range(99))
    hint = next(each for each in told if "do not say" in each)
    formal = {"sources": SOURCES, "format": "json", "shows": "nothing", "hint": hint}
    silent = replace(record(said), answer_form=form, key=[], evidence=[], answerable=False, formal=formal)
    assert all_checks()["abstains"](silent) is None and all_checks()["sources_cited"](silent) is None
    key = {"truth": "true", "option": "B", "number": "4", "span": "Bergen"}[form]
    answered = replace(
        record(said), answer_form=form, key=[key], options=["Oslo", "Bergen"], formal={**formal, "shows": "answer"}
    )
    assert all_checks()["key_agreement"](answered) is not None


@pytest.mark.parametrize(
    ("task", "asks"),
    [
        ("The late ferry to the island carries no bicycles.", False),
        ("Granite for the pier came from Bergen.", False),
        ("Members over seventy pay half the rent.", False),
        ("A colleague says the pier was finished in 1904.", False),
        ("Is it so that the pier was finished in 1904?", True),
        ("Please check: the pier was finished in 1904.", True),
        ("Somebody told me the rent is halved. Tell me whether that holds.", True),
    ],
)
def test_a_claim_gets_a_request_to_judge_it(task: str, asks: bool) -> None:
    plain = {demand("truth", "footer", "2", random.Random(seed)) for seed in range(40)}
    for seed in range(40):
        said = demand("truth", "footer", "2", random.Random(seed), task)
        assert (said in plain) is asks
        assert asks or re.match(r"[^.?]*(?:[Tt]rue|right|Check)[^.?]*[.?]", said)


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


@pytest.mark.parametrize(
    ("answer", "sound"),
    [
        ('["Bergen"]', True),
        ('["Bergen", "Bergen"]', True),
        ('"Bergen"', False),
        ('{"town": "Bergen"}', False),
        ("[7]", False),
    ],
)
def test_the_answer_in_json_is_of_the_asked_type(answer: str, sound: bool) -> None:
    told = record(f'{{"answer": {answer}, "relevant_passages": ["2"]}}', "json", answer_form="set")
    asked = replace(told, formal={**told.formal, "hint": '"answer" is a list of strings.'})
    assert (all_checks()["sources_cited"](asked) == "the sources are not given in the form json") is not sound


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
        ("footer", "The sources do not say.\n\nSources: none"),
        ("footer", "The sources do not say where it came from.\n\n**Sources:** none"),
        ("footer", "The sources do not say where the granite was cut."),
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
        {"sources": [*SOURCES[:3], {**SOURCES[3], "url": "mole.md"}]},
        {"sources": [*SOURCES[:3], {**SOURCES[2], "id": "4", "origin": "written"}]},
        {"sources": SOURCES[:3], "shows": "conflict"},
    ]
    for change in changes:
        assert all_checks()["sources_sound"](replace(record(""), formal={**record("").formal, **change})) is not None


def test_a_question_speaks_of_no_passage() -> None:
    asked = replace(record(""), instruction="According to the passage, where did the granite come from?")
    assert "passage" in str(all_checks()["sources_sound"](asked))
    assert all_checks()["sources_sound"](replace(asked, passage=f"{TEXT} The passage is narrow.")) is None


# ---- hard negatives, conversations, the open corpus ----

_OTHER = (
    "The mole of Sandvik was finished in 1921 after a storm had broken the first one. Its blocks were cut in the quarry of "
    "Larvik, weighed four tonnes each and were paid for by the harbour board, which had asked three firms for an offer."
)


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        (_OTHER, True),
        (_OTHER.replace("Larvik", "Bergen"), False),
        (f"{_OTHER} Granite came from Bergen, and each block weighed 3 tonnes.", False),
        ("Too short to be a page.", False),
    ],
)
def test_a_result_that_gives_the_answer_is_no_hard_negative(text: str, sound: bool) -> None:
    asked = record("")
    assert _sound(_beside(text), asked, asked.instruction) is sound


def _beside(text: str, told: str = "Sandvik", title: str = "The mole of Sandvik") -> Lookalike:
    return Lookalike(title=title, text=text, told_apart=told)


@pytest.mark.parametrize("told", ["the granite", "for the mole", "Granite", "mole"])
def test_words_of_the_question_tell_no_result_apart(told: str) -> None:
    asked = record("")
    assert not _sound(_beside(_OTHER, told), asked, asked.instruction)


_STOCK = " ".join(f"shelf {n} holds {3 * n} jars of lacquer" for n in range(1, 24))


@pytest.mark.parametrize(
    "text",
    [
        f"In the Vesterby depot {_STOCK}.",
        f"{_STOCK}, all of it in the Vesterby depot.",
        f"{_STOCK}. Such is the Vesterby depot, where {_STOCK}.",
        f"Vesterby depot: {_STOCK}",
        f"{_STOCK} (Vesterby depot).",
    ],
)
@pytest.mark.parametrize("size", [300, 400, 650])
def test_a_cut_keeps_the_words_that_tell_a_result_apart(text: str, size: int) -> None:
    for n in range(30):
        cut = _cut(_beside(text, "Vesterby depot", "Lacquer in stock"), size, random.Random(n))
        assert "Vesterby depot" in cut and len(cut) <= size + 40
        assert cut.strip("…") in text


def test_a_result_that_nothing_tells_apart_is_dropped() -> None:
    draw = random.Random(1)
    assert _cut(_beside(_STOCK, "Vesterby depot", "Lacquer in stock"), 400, draw) == ""
    assert _cut(_beside(_STOCK, "", "Lacquer in stock"), 400, draw) == ""
    assert _cut(_beside(_STOCK, _STOCK, "Lacquer in stock"), 400, draw) == ""
    assert _cut(_beside(_STOCK, "Vesterby", "Lacquer in stock, Vesterby"), 400, draw)


def test_hard_negatives_are_cut_like_the_others() -> None:
    cuts = {
        (c.startswith("…"), c.endswith("…")) for n in range(40) if (c := _cut(_beside(_OTHER), 400, random.Random(n)))
    }
    assert cuts == {(True, True), (True, False), (False, True)}
    assert all(len(_cut(_beside(_OTHER * 9), 300, random.Random(n))) <= 302 for n in range(20))


def conversation(first: str, last: str, later: str = "And how much did each block weigh?") -> Record:
    formal = {**record("").formal, "later": later}
    messages = [
        {"role": "user", "content": "Where did the granite come from?"},
        {"role": "assistant", "content": first},
        {"role": "user", "content": later},
        {"role": "assistant", "content": last},
    ]
    return record("", formal=formal, messages=messages, key=["3 tonnes"])


def test_a_follow_up_is_asked_once_and_both_answers_name_their_sources() -> None:
    told = conversation("It came from Bergen [2].", "Each block weighed 3 tonnes [2].")
    assert asked_next(told, told.messages[:2]) == {"say": "And how much did each block weigh?"}
    assert asked_next(told, told.messages) is None and asked_next(record(""), told.messages[:2]) is None
    check = all_checks()["sources_cited"]
    assert check(told) is None
    assert "first answer" in str(check(conversation("It came from Bergen [8].", "Each weighed 3 tonnes [2].")))
    both = [{**s, "origin": "evidence"} if s["id"] == "1" else s for s in SOURCES]
    astray = conversation("It came from Bergen [2].", "The roof leaks since the storm of 2019 [1].")
    assert "decide" in str(check(replace(astray, formal={**astray.formal, "sources": both})))
    assert "was not asked" in str(check(replace(told, messages=told.messages[-2:])))


def test_an_open_corpus_is_searched_and_part_of_the_key(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "pumps.md").write_text(
        "# Pumps\n\n" + "The tidal pumps of Vardholm lift brine into the basins at dusk. " * 8
    )

    files = corpus_files(Settings(search_corpus=str(folder)))
    settings = Settings(search_corpus=str(folder))
    before = corpus_digest(files)
    assert [piece.source.title for piece in corpus_pieces(files, settings)] == ["Pumps"]
    (folder / "pumps.md").write_text(
        "# Pumps\n\n" + "The tidal pumps of Vardholm lift brine into the basins at dawn. " * 8
    )
    assert corpus_digest(files) != before != "" and corpus_digest([]) == ""
    for wrong in (str(tmp_path / "nowhere"), str(folder / "pumps.md")):
        with pytest.raises(SettingsError, match="search_corpus"):
            corpus_files(Settings(search_corpus=wrong))


# ---- end to end ----

EXAMPLES = Path(__file__).parents[2] / "examples" / "documents"


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    names = ("tidal_power.md", "deck_oven_maintenance.md", "weather_records_call.txt")

    async def driven() -> Outcome:
        corpus = tmp_path_factory.mktemp("corpus")
        (corpus / "wadden.md").write_text(
            "# Wadden sea\n\n" + "The basin empties at high water; the tide fills the sea again. " * 9
        )
        settings = Settings(instructions_per_passage=8, search_corpus=str(corpus))
        async with opened("retrieval_augmented_generation", tmp_path_factory.mktemp("rag"), settings) as run:
            return await drive(run, [str(EXAMPLES / name) for name in names])

    return asyncio.run(driven())


def test_a_run_shows_really_found_sources(outcome: Outcome) -> None:
    assert not outcome.broken and not outcome.lost()
    rows = outcome.rows
    assert len({row.task_type for row in rows}) >= 6
    assert any(s["origin"] == "search" for row in rows for s in row.formal["sources"])
    shown = [s for row in rows for s in row.formal["sources"]]
    assert any(s["origin"] == "written" for s in shown) and any(s["url"] == "wadden.md" for s in shown)
    cut = {
        o: [s["snippet"].count("…") > 0 for s in shown if s["origin"] == o] for o in ("evidence", "search", "written")
    }
    assert all(sum(c) / len(c) > 0.8 for c in cut.values())  # that a source is cut tells nothing
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


def test_an_excerpt_begins_and_ends_with_whole_words_of_lines() -> None:
    text = "What of inspection?\nOrder it two working days ahead.\nBring a card.\nClosed on Monday, and in the week of the fair."
    quoted = text.index("Order"), text.index("ahead.") + 6
    for seed in range(40):
        cut = excerpt(text, quoted, 60, Random(seed)).strip("…")
        assert all(word in text.split() for word in cut.split()), cut
