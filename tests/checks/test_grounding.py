"""Numbers, names and citations of answers: what the material says or yields passes, what it does not is found."""

from __future__ import annotations

import random
import re
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.checks.arithmetic import arithmetic
from tasks.checks.check import Doubt
from tasks.checks.grounding import names_grounded, numbers_grounded
from tasks.documents import read
from tasks.documents.discover import discover
from tasks.kinds.retrieval.citations import citations
from tasks.records import Record, Source
from tasks.settings import Settings
from tasks.text.sentences import sentences
from tests.checks.findings import detail
from tests.growth import LIMIT, Repeated, growth

# True statements about the example documents, in other words and with figures that follow from those shown.
TRUE = {
    "polar_station_week.txt": [
        "The station lost its ten-metre mast on Wednesday, when gusts reached 31 m/s. The team dug out the shed door the next day, which took five people two hours and ten minutes, i.e. 130 minutes.",  # noqa: E501
        "Fuel consumption peaked on Wednesday 8 April 2026 at 74 litres, 31 litres more than on the quietest day, Sunday (43 litres).",  # noqa: E501
        "Consumption over the week was 46 + 51 + 74 + 68 + 49 + 44 + 43 = 375 litres, about 54 litres a day on average.",
        "Pressure fell from 1011 hPa on Monday morning to 968 hPa on Wednesday morning, a drop of 43 hPa in 48 hours.",
        "The tank started the week with 1,840 litres and ended it with 1,865, so the station finished 25 litres ahead.",
        "The balloon reached its greatest height of the year, 31.4 km, on Sunday; the week's lowest burst was at 28.1 km, 3.3 km lower.",  # noqa: E501
        "Five balloons went up in the week. They burst at 29.8, 28.1, 30.5, 30.9 and 31.4 km, a mean of about 30.1 km.",
        "Two drums of 200 litres each came by helicopter, 400 litres in total.",
        "The helicopter stayed for 40 minutes, from 09:45 to 10:25.",
        "A bear came within 90 m of the meat store at 15:35 on Friday and was out of sight 35 minutes later, at 16:10.",
        "The mean accumulation of 69 cm was 12 cm more than a year earlier, an increase of about 21%.",
        "Murchisonfjorden lies on Nordaustlandet in Svalbard. The crew of five included a doctor, who also cooked.",
        "In my view, the Vestfonna trip on Tuesday was cut short for good reason: the pressure stood at 998 hPa and was falling.",
        "The Governor's office heard of the bear by radio at 4:30 pm on Friday, after contact with Longyearbyen had been restored.",  # noqa: E501
    ],
    "bee_count_report.pdf": [
        "The survey covered 12 transects of 200 m, each walked 10 times, so 120 walks and 24 km in total.",
        "Honeybees accounted for 720 of the 2,400 bees, i.e. 30%. The remaining 70% were wild bees.",
        "Of the 760 bees on allotments, 264 were honeybees, roughly 35 percent.",
        "Allotments had 300 more bees than verges (760 against 460).",
        "Red mason bees were most common on allotments: 68 of 130, or just over half (52.3%).",
        "The cheapest way to read the results is this: parks 580, cemeteries 600, allotments 760 and verges 460 bees; the average per habitat is 600.",  # noqa: E501
        "Excluding honeybees, 580 - 212 = 368 wild bees were counted in parks.",
        "Bombus pascuorum, the common carder, was seen 280 times, 40 percent of which (117 with the red-tailed...) is not stated.",  # noqa: E501
        "The survey took place in spring and summer 2025; the report followed in November 2025, three years after the council changed its mowing in 2022.",  # noqa: E501
        "Per walk, allotments came first with about 25 bees, then cemeteries with 20, parks with 19 and verges with 15.",
        "Each observer walked for twenty minutes, so the 120 walks took 2,400 minutes, or 40 hours.",
    ],
    "cooperative_minutes.docx": [
        "Fifty of the 64 flats were represented, 41 in person and 9 by proxy, well above the quorum of 32. That is a turnout of 78%.",  # noqa: E501
        "The meeting lasted two hours and 35 minutes, from 18:35 to 21:10.",
        "Income was 324,000 euros and expenditure 300,000 euros, leaving a surplus of €24,000.",
        "Housing charges made up 97.7% of income (316,416 of 324,000 euros).",
        "At 412 euros a month, 64 flats pay 64 × 412 × 12 = 316,416 euros a year.",
        "Heating cost 71,900 euros in 2025, so it must have cost 63,600 euros in 2024.",
        "The largest expense was loan interest and repayment at 142,600 euros, nearly half of all spending (about 47.5%).",
        "The pump in Block C accounts for roughly 3,300 euros of the 8,300 euros of additional heating cost.",
        "There were seven more leaks in the winter of 2025–2026 than in the winter before (11 against 4).",
        "Income other than housing charges: laundry and guest room, 7,584 euros together.",
        "The roof of Block A is 39 years old in 2026, having been built in 1987.",
    ],
    "tram_extension_report.html": [
        "The council approved the line by 31 votes to 24, a majority of seven, with four abstentions.",
        "The line costs 138 million euros, i.e. €30 million per kilometre for its 4.6 km.",
        "The ministry pays 82.8 million euros, the city 41.4 million and the region 13.8 million, which together make 138 million.",  # noqa: E501
        "The region's share is 10 per cent.",
        "The 2023 estimate was 119 million euros.",
        "The tram will save 11 minutes: 13 instead of 24 minutes.",
        "Passenger numbers are expected to rise from 6,900 to 11,400 a day, an increase of 4,500 or about 65%.",
        "The budget includes six trams at 4.1 million each (24.6 million in total) and a reserve of 15.6 million, 11.3% of the total.",  # noqa: E501
        "From Corn Market, Mill Lane is 500 metres away and Airfield Park 4.6 km. The longest gap between two stops is 0.8 km.",
        "Twenty per cent of buses on route 14 run more than five minutes late.",
        "Track, stops and power supply are the largest item at 71.5 million, more than half of the total.",
        "The line opens in December 2030, over four years after the vote of 16 September 2026.",
    ],
    "gout_leaflet.pdf": [
        "About 90% of people with gout excrete too little uric acid; the rest, 10%, make too much.",
        "Colchicine tablets contain 500 micrograms each, so the maximum of 12 tablets amounts to 6 mg.",
        "The target is below 360 µmol/L (6 mg/dL), or below 300 µmol/L (5 mg/dL) for people with tophi.",
        "The leaflet was revised in January 2026 and is valid for three years, until January 2029.",
        "An untreated attack lasts 7 to 14 days.",
        "Treatment works best in the first day (24 hours).",
        "The Rheumatology clinic advises cooling the joint with ice for at most 20 minutes.",
        "Here is what you should do:\n\n1. Rest the joint and raise it.\n2. Cool it with an ice pack for up to 20 minutes.\n3. Take naproxen, colchicine or prednisolone as agreed.\n\nThese three measures are best taken within 24 hours.",  # noqa: E501
    ],
    "short_reads.jsonl#row=1": [
        "The Dead Sea has fallen by more than 30 metres since about 1960 and keeps falling by around one metre each year.",
        "Israel, Jordan and Syria divert the Jordan and the Yarmouk, its tributary. Jordanian and Syrian use is not broken down.",
        "Thousands of sinkholes have opened since the 80s.",
    ],
    "short_reads.jsonl#row=2": [
        "The Mill Bridge is closed from 8 March to 28 May 2027, for 81 days or nearly 12 weeks.",
        "On weekdays the shuttle runs three times an hour; on Saturdays every 40 minutes.",
        "A lorry of more than 7.5 tonnes must take the bypass, 11 km longer, which is 7.8 km more than the detour for lighter vehicles.",  # noqa: E501
        "Line 6 ends at the Corn Exchange. The County Roads Department has told the emergency services.",
    ],
    "short_reads.jsonl#row=3": [
        "Overall, 273 of 350 (78%) were cured by surgery and 289 of 350 (83%) by the puncture, a difference of five percentage points.",  # noqa: E501
        "For small stones, 81/87 = 93% against 234/270 = 87%.",
        "For large stones it was 73% versus 69%, so surgery was ahead by 4 points.",
        "Altogether 700 patients were compared, 343 with large stones (263 + 80) and 357 with small ones.",
        "This is known as Simpson's paradox.",
        "Sixteen more patients were cured by the puncture than by surgery.",
    ],
}
FALSE = {
    "polar_station_week.txt": [
        "Fuel used on Wednesday was 84 litres.",
        "The tank ended the week with 1,965 litres.",
        "Pressure fell to 958 hPa on Wednesday.",
        "The balloon reached 34.1 km on Sunday.",
        "The consumption averaged 64 litres a day.",
        "They lie on the coast of Greenland, near Murchisonfjorden.",
        "The crew phoned Reykjavik by satellite.",
    ],
    "bee_count_report.pdf": [
        "The survey counted 2,450 bees.",
        "Of the 760 bees on allotments, 274 were honeybees.",
        "In all 1,583 wild bees remain.",
        "The work was led by the University of Ghent.",
        "The bare ground would cost 2,800 euros.",
    ],
    "cooperative_minutes.docx": [
        "Income was 342,000 euros.",
        "The surplus of 26,000 euros goes to the fund.",
        "Heating cost 79,100 euros.",
        "The roof dates from 1978.",
        "The quorum is 34.",
        "Asked by Mrs Hartmann, the treasurer explained the heating costs.",
    ],
    "tram_extension_report.html": [
        "The line costs 148 million euros.",
        "The city pays 44.1 million.",
        "The forecast is 14,100 passengers a day.",
        "The opening is promised for December 2032.",
        "The estimate had been 121 million euros.",
        "The line runs to the Harbour Park by way of Mill Lane.",
    ],
    "gout_leaflet.pdf": [
        "Above roughly 450 µmol/L the blood can hold no more.",
        "The target is a level below 338 µmol/L.",
        "The clinic recommends Ibuprofen, sold as Nurofen, in an attack.",
    ],
    "short_reads.jsonl#row=3": [
        "Of 350 patients, 283 were cured.",
        "Surgery cured 98 per cent of small stones.",
        "The paradox is named after Edward Hollis, a doctor.",
    ],
}


@cache
def document(name: str) -> str:
    found = read(discover([f"examples/documents/{name.split('#')[0]}"]), Settings(), kinds=["text"], skill="x")
    pieces = [p for d in found for p in d.pieces if p.source.uri.endswith(name)]
    return "\n\n".join(p.passage for p in pieces)


def record(text: str, passage: str = "", **more: Any) -> Record:
    messages = [{"role": "user", "content": f"{passage}\n\nWhat does it say?"}, {"role": "assistant", "content": text}]
    fields: dict[str, Any] = {"passage": passage, "instruction": "What does it say?", "messages": messages, **more}
    return Record(source=Source(id="s", uri="u", kind="text"), **fields)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in TRUE.items() for text in texts])
def test_true_statements(name: str, text: str) -> None:
    said = record(text, document(name))
    assert numbers_grounded(said) is None
    assert names_grounded(said) is None
    assert arithmetic(said) is None


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in FALSE.items() for text in texts])
def test_false_statements(name: str, text: str) -> None:
    said = record(text, document(name))
    assert numbers_grounded(said) or names_grounded(said)


def test_sentences_of_a_document_pass_and_planted_names_and_long_numbers_are_found() -> None:
    random_ = random.Random(7)
    planted = found = 0
    for name in TRUE:
        passage = document(name)
        said = [s for s in sentences(passage) if 40 < len(s) < 300 and "|" not in s]
        for sentence in random_.sample(said, min(12, len(said))):
            text = f"The text says: {sentence}"
            assert numbers_grounded(record(text, passage)) is None
            assert names_grounded(record(text, passage)) is None
            assert names_grounded(record(f"{text[:-1]}, as Hjalmar Quist wrote.", passage)) is not None
            for m in list(re.finditer(r"(?<![\w.,:])\d,?\d{3}(?![\w,]|[.:]\d)", text))[:1]:
                figure = m[0][:-1] + str((int(m[0][-1]) + random_.randint(1, 9)) % 10)
                planted += figure not in passage
                wrong = text[: m.start()] + figure + text[m.end() :]
                found += figure not in passage and numbers_grounded(record(wrong, passage)) is not None
    assert planted > 8 and found >= 0.75 * planted


PASSAGE = (
    "The harbour at Vardholm was dredged in 1931, after two winters in which ice had closed the channel. The work took eleven "
    "weeks and cost 62,500 crowns. The Harbour Board of North Vardholm (HBNV) and Dr. Ingrid Solberg oversaw it. It began on "
    "3 May and ended on 19 July; depths rose from 4.2 m to 6.8 m. Of 48 ships, 12 were Norwegian. "
    "Ships from France came at 14:00."
)
NUMBERS = [
    "It was dredged in 1931.",
    "The work took 11 weeks.",
    "It cost 62,500 crowns, i.e. 62.5 thousand.",
    "It cost more than 60,000 crowns, or about 63,000.",
    "About 5,682 crowns were spent in each of the 11 weeks: 62,500 / 11 ≈ 5,682.",
    "A quarter of the ships (12 of 48, 25%) were Norwegian; the other 36, or 75 percent, were not.",
    "The depth rose by 2.6 metres, from 420 cm to 680 cm.",
    "It lasted from 3 May to 19 July, that is 77 days.",
    "It was done by 19.7.1931 (from 1931-05-03).",
    "The 1930s were cold. In the 20th century ice was common.",
    "Ships came at 2 pm.",
    "There are 3 points:\n\n1. ice\n2. depth\n3. cost",
    "Step 4 is last. Option 3 is right.",
    "Two of both: 100% and 0 others.",
    "See [3] and `x = 99` and https://example.org/77.",
    "In 1931, the year came. On the 3rd of May, it began.",
    "",
    "No numbers at all.",
]
NO_NUMBERS = [
    "It was dredged in 1932.",
    "The work took 17 weeks.",
    "It cost 65,200 crowns.",
    "It cost more than 70,000 crowns.",
    "It cost 62.5 million crowns.",
    "Of 58 ships, 12 were Norwegian.",
    "The depth rose to 8.6 m.",
    "A share of 31% were Norwegian.",
    "It ended 91 days later.",
    "The 1940s were cold.",
]
NAMES = [
    "The harbour of Vardholm was dredged.",
    "In my view, Vardholm's harbour and Ingrid Solberg's work matter.",
    "It was overseen by Mrs. I. Solberg and by Prof. Solberg.",
    "The harbour's overseers, the HBNV, and the Board of Vardholm agreed.",
    "There the French and the Norwegians met, and Norway too, says the Harbour Board.",
    "It began in May and ended in July, on a Tuesday.",
    "Overall, ships came. However, ice closed it. Finally: Depth rose.",
    "**Main Points**\n\n- **Total Cost:** high\n- Overall Depth: more\n\n# The Long Winter of Ice",
    "A fitting title is “The Long Winter of Ice”.",
    "The answer is B. I think so, OK?",
    "The `Channel.Open` flag and 5 MW and CO2 are fine.",
    "Part II and Chapter IV follow, dredged by HBNV.",
    "",
]
NO_NAMES = [
    "The harbour of Bergen was dredged.",
    "It was overseen by Dr. Astrid Solberg.",
    "It was overseen by Ingrid Sandvik.",
    "It was paid for by UNESCO.",
    "The ships came from Portugal.",
    "There the Portuguese met.",
    "It began in August.",
    "The harbour lay on the Skagerrak Strait.",
]


@pytest.mark.parametrize("text", NUMBERS)
def test_numbers_that_follow(text: str) -> None:
    assert numbers_grounded(record(text, PASSAGE)) is None


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_numbers_that_do_not(text: str) -> None:
    assert detail(numbers_grounded(record(text, PASSAGE))) == "1 number(s) of the answer do not stand in what is shown"


@pytest.mark.parametrize("text", NAMES)
def test_names_that_stand_there(text: str) -> None:
    assert names_grounded(record(text, PASSAGE)) is None


@pytest.mark.parametrize("text", NO_NAMES)
def test_names_that_do_not(text: str) -> None:
    told = detail(names_grounded(record(text, PASSAGE)))
    assert told.endswith("name(s) of the answer do not stand in what is shown")


def test_an_abbreviation_may_be_spelled_out() -> None:
    passage = "The treaty was drawn up by the WMO in the spring and nothing came of it."
    assert names_grounded(record("It was drawn up by the World Meteorological Organization.", passage)) is None
    assert names_grounded(record("It was drawn up by the World Maritime Council.", passage)) is not None


def test_all_that_the_student_sees_counts() -> None:
    told = [
        {"role": "system", "content": "You speak for Lindqvist & Co, founded in 1877."},
        {"role": "user", "content": "Ask Okafor about the 4,310 tonnes."},
        {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "f", "arguments": '{"n": 7751}'}}]},
        {"role": "tool", "tool_call_id": "1", "content": '{"total": 9082, "city": "Valparaiso"}'},
        {"role": "assistant", "content": "At Lindqvist, founded 1877, Okafor has 4,310 of 7,751 and Valparaiso 9,082."},
    ]
    said = record("", messages=told, instruction="")
    assert numbers_grounded(said) is None and names_grounded(said) is None
    shorter = record("", messages=[told[0], *told[4:]], instruction="")
    assert detail(numbers_grounded(shorter)) == "3 number(s) of the answer do not stand in what is shown"
    assert detail(names_grounded(shorter)) == "2 name(s) of the answer do not stand in what is shown"


def test_where_every_noun_has_a_capital_names_cannot_be_told() -> None:
    german = "Der alte Hafen wurde im Winter vertieft, weil das dicke Eis die enge Rinne der Schiffe schloss. " * 6
    assert names_grounded(record("Es war die Arbeit vieler Monate.", german)) is None


SOURCES = [
    {"id": "1", "title": "Dredging at Vardholm", "url": "https://example.org/a", "snippet": PASSAGE},
    {
        "id": 2,
        "title": "Ice",
        "url": "https://example.org/b",
        "snippet": "Sea ice forms when water cools below -1.8 degrees.",
    },
]


def cited(text: str, sources: list[dict[str, Any]] | None = None, **more: Any) -> Record:
    return record(text, formal={"sources": SOURCES if sources is None else sources}, **more)


@pytest.mark.parametrize(
    "text",
    [
        "The harbour was dredged in 1931 because ice had closed the channel [1].",
        "The harbour was dredged in 1931 because ice had closed the channel. [1]",
        "The work cost 62,500 crowns and took 11 weeks.[1] Sea ice forms below -1.8 degrees.[2]",
        "Sea water cools below -1.8 degrees and ice closed the channel [1][2].",
        "Sea water cools below -1.8 degrees and ice closed the channel [1, 2], or [1-2].",
        "The depth rose by 2.6 m [1]. In short: yes.",
        "The depth rose [1](https://example.org/a).",
        "- It was dredged in 1931 [1]\n- It cost 62,500 crowns [1]",
        "As the mayor [sic] said, the channel was closed by ice [1].",
        "The channel was dredged [^1].\n\nSources:\n[1] Dredging at Vardholm, https://example.org/a",
    ],
)
def test_citations(text: str) -> None:
    assert citations(cited(text)) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The harbour was dredged in 1931.", "the answer cites no source"),
        ("The harbour was dredged in 1931 [3].", "sentence 1 cites a source that is not there"),
        ("It is so [1]. The channel was closed [1-4].", "sentence 2 cites a source that is not there"),
        (
            "The harbour was dredged in 1941 because ice closed the channel [1].",
            "sentence 1 has a number that its sources do not",
        ),
        (
            "The harbour was dredged because winters closed the channel [2].",
            "sentence 1 cites a source for what another one says",
        ),
    ],
)
def test_citations_that_do_not_hold(text: str, told: str) -> None:
    assert detail(citations(cited(text))) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The bakery sold croissants and baguettes every morning [1].", "sentence 1 says what its sources do not"),
        (
            "The work of the harbour board took weeks and cost crowns [1][2].",
            "sentence 1 cites a source that has nothing to do with it",
        ),
    ],
)
def test_citations_that_words_could_bear_out(text: str, told: str) -> None:
    found = citations(cited(text))
    assert isinstance(found, Doubt) and found.problem == told and found.question.endswith("?")


def test_citations_are_asked_for_only_where_there_are_sources_and_an_answer() -> None:
    assert citations(record("No sources.")) is None
    assert citations(cited("Nothing is said about it.", answerable=False)) is None
    assert citations(cited("It is on the page [doc2].", [{"id": "doc1", "snippet": "x"}])) is not None
    assert citations(cited("It is on the page [doc1].", [{"id": "doc1", "snippet": "page"}])) is None


CHECKS = [numbers_grounded, names_grounded, citations]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ABab 0123456789.,:;%$[]()*-–/\n\"'äß½²", max_size=80), st.text(max_size=40))
def test_any_text_has_a_verdict(text: str, passage: str) -> None:
    for check in CHECKS:
        told = detail(check(cited(text, passage=passage)))
        assert not told or told[-1] != "."


@pytest.mark.parametrize("unit", ["1 ", "12,345.6 km, ", "A Bcd ", "[1] ", "x.", "3 May, ", "```\n", " \n"])
def test_work_grows_as_the_text_does(unit: str) -> None:
    def judge(text: str) -> None:
        for check in CHECKS:
            check(cited(text, passage=text[::-1][:40_000] + PASSAGE))

    assert growth(judge, Repeated(unit, 5_000 // len(unit))) < LIMIT


def test_no_detail_quotes_the_text() -> None:
    for text in (
        "It cost 99,871 crowns, said Quist [9].",
        "The bakery of Quist sold 99,871 croissants every morning [1].",
    ):
        for check in CHECKS:
            told = detail(check(cited(text)))
            assert told and not re.search(r"Quist|bakery|99", told)
