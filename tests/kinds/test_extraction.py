"""Text extraction: the form as data, values held against text and key, and a run of the skill without a model."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from simulator.pipeline import Outcome, drive, opened
from tasks.checks.check import Doubt
from tasks.kinds import all_checks, kinds
from tasks.kinds.extraction.contract import Extraction
from tasks.kinds.extraction.fields import LEADS, field_values, form_schema, parse_fields, show_form, strip_form
from tasks.offline.extraction.responder import fields_in
from tasks.records import Json, Record, Source
from tasks.settings import Settings
from tasks.steps.drafts import drafted

PASSAGE = (
    "The works office confirms order 7/31 of 4 March 2026. It covers 24 heating elements at 18.50 euros, to be "
    "delivered by Halvard Lindqvist at half past nine, and 6 door seals, for which no price has been agreed. "
    "Payment is due on 15.04.2026 at 17:30; the carrier is the Oder Line."
)
FIELDS: list[Json] = [
    {"name": "order.number", "description": "The order's number.", "type": "string", "rule": "verbatim"},
    {"name": "order.date", "description": "When it was placed.", "type": "date", "rule": "normalised"},
    {"name": "lines[].item", "description": "What is ordered.", "type": "string", "rule": "verbatim"},
    {"name": "lines[].count", "description": "How many.", "type": "integer", "rule": "normalised"},
    {"name": "lines[].price", "description": "Price of one, in euros.", "type": "number", "rule": "normalised"},
    {"name": "paid", "description": "Whether it is paid.", "type": "boolean", "rule": "chosen"},
]
FORM: Json = {"output": "json", "fields": FIELDS, "ordered": False}
KEY: Json = {
    "order": {"number": "7/31", "date": "2026-03-04"},
    "lines": [
        {"item": "heating elements", "count": 24, "price": 18.5},
        {"item": "door seals", "count": 6, "price": None},
    ],
    "paid": None,
}
SHEET: Json = {
    "output": "csv",
    "fields": [
        {"name": "item", "description": "What is ordered.", "type": "string", "rule": "verbatim"},
        {"name": "price", "description": "Price of one.", "type": "number", "rule": "normalised"},
    ],
}
ROWS = [{"item": "heating elements", "price": 18.5}, {"item": "door seals", "price": None}]


def record(key: Any = KEY, formal: Json = FORM, form: str = "json", answer: Any = None, **more: Any) -> Record:
    text = answer if isinstance(answer, str) else json.dumps(KEY if answer is None else answer)
    messages = [{"role": "user", "content": "?"}, {"role": "assistant", "content": text}]
    return Record(
        source=Source(id="s", uri="u", kind="text"),
        passage=PASSAGE,
        instruction="Enter the order.",
        answer_form=form,
        formal=formal,
        key=[json.dumps(key)],
        messages=messages,
        **more,
    )


def failing(item: Record) -> list[str]:
    names = ("well_formed", "extraction_sound", "answer_stated", "extraction_fits", "extraction_grounded")
    return [name for name in (*names, "key_agreement", "extraction_agrees") if all_checks()[name](item)]


def changed(value: Any, *path: Any, to: Any) -> Any:
    copy = json.loads(json.dumps(value))
    inner = copy
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = to
    return copy


# ---- the form ----


def test_a_form_is_a_schema_that_its_key_fits() -> None:
    form = parse_fields(FORM)
    assert form is not None and [slot.name for slot in form] == [field["name"] for field in FIELDS]
    made = form_schema(form)
    assert made["properties"]["lines"]["items"]["required"] == ["item", "count", "price"]
    assert made["properties"]["order"]["properties"]["date"]["description"] == "When it was placed. (date, YYYY-MM-DD)"
    found = [value for _, value in field_values(form, KEY)]
    assert found == ["7/31", "2026-03-04", "heating elements", "door seals", 24, 6, 18.5, None, None]


@pytest.mark.parametrize(
    "names",
    [["What?"], ["a", "a"], ["a", "a.b"], ["a[]", "a[].b"], ["a.b", "a[].c"], [f"f{i}" for i in range(30)], ["a..b"]],
)
def test_names_that_exclude_each_other_make_no_form(names: list[str]) -> None:
    assert parse_fields({"fields": [{"name": name, "description": "x"} for name in names]}) is None


@pytest.mark.parametrize("style", ["schema", "template", "list"])
def test_every_style_shows_each_field_and_can_be_taken_off_again(style: str) -> None:
    text = show_form(FORM, style)
    assert text.startswith(LEADS[style]) and "}}" not in text
    assert all(field["description"] in text and field["name"].split(".")[-1] in text for field in FIELDS)
    assert [told.split(" (")[0] for _, told in fields_in(text)] == [field["description"] for field in FIELDS]
    assert strip_form(f"Enter the order.\n\n{text}") == "Enter the order."


# ---- what models return ----


@pytest.mark.parametrize("key", [KEY, [KEY], json.dumps(KEY), [json.dumps(KEY)]])
def test_a_key_may_come_as_object_or_text(key: Any) -> None:
    draft = Extraction.model_validate({"instruction": "x", "formal": FORM, "key": key})
    parent = Record(source=Source(id="s", uri="u", kind="text"), passage=PASSAGE)
    made = drafted(parent, draft, answer_form="json")
    assert json.loads(made.key[0]) == KEY and made.formal["fields"][0]["choices"] == []


def test_both_drafts_are_known_by_name() -> None:
    assert (kinds()["extraction"].drafts.instruct.__name__, kinds()["extraction"].drafts.edit.__name__) == (
        "Extractions",
        "EditedExtraction",
    )


# ---- instruction ----


def test_a_sound_task_with_its_right_answer_passes() -> None:
    assert failing(record()) == []
    assert failing(record(ROWS, SHEET, "text", "item,price\ndoor seals,\nheating elements,18.5")) == []


@pytest.mark.parametrize(
    ("key", "formal"),
    [
        (changed(KEY, "order", "number", to="8/44"), FORM),
        (changed(KEY, "order", "date", to="2026-03-05"), FORM),
        (changed(KEY, "order", "date", to="4 March 2026"), FORM),
        (changed(KEY, "lines", 0, "price", to=19.5), FORM),
        (changed(KEY, "lines", 0, "count", to="24"), FORM),
        ({"order": KEY["order"], "lines": []}, FORM),
        ({"order": {"number": None, "date": None}, "lines": [], "paid": None}, FORM),
        (KEY, {**FORM, "fields": []}),
        (KEY, {**FORM, "output": "csv"}),
        (KEY, {**FORM, "fields": [{**FIELDS[0], "description": ""}, *FIELDS[1:]]}),
    ],
)
def test_an_unsound_task_is_rejected(key: Any, formal: Json) -> None:
    assert all_checks()["extraction_sound"](record(key, formal))


@pytest.mark.parametrize("time", ["17:30", "17:31"])
def test_times_are_looked_up(time: str) -> None:
    formal = {"fields": [{"name": "due", "description": "When.", "type": "time", "rule": "normalised"}]}
    assert bool(all_checks()["extraction_sound"](record({"due": time}, formal))) == (time != "17:30")


# ---- response ----


@pytest.mark.parametrize(
    "answer",
    [
        f"```json\n{json.dumps(KEY, indent=2)}\n```",
        {**KEY, "lines": KEY["lines"][::-1]},
        changed(KEY, "lines", 0, "item", to="24 heating elements"[3:]),
        f"The order reads as follows: {json.dumps(KEY)}",
    ],
)
def test_the_same_values_in_another_dress_agree(answer: Any) -> None:
    assert failing(record(answer=answer)) == []


@pytest.mark.parametrize(
    ("answer", "check"),
    [
        ("The order is 7/31.", "answer_stated"),
        (json.dumps(KEY)[:60], "answer_stated"),
        ({**KEY, "note": "none"}, "extraction_fits"),
        ({k: v for k, v in KEY.items() if k != "paid"}, "extraction_fits"),
        (changed(KEY, "lines", 0, "count", to="24"), "extraction_fits"),
        (changed(KEY, "order", "date", to="04.03.2026"), "extraction_fits"),
        (changed(KEY, "order", "number", to="Quillfeather"), "extraction_grounded"),
        (changed(KEY, "lines", 1, "price", to=99), "extraction_grounded"),
        (changed(KEY, "lines", 1, "price", to=18.5), "key_agreement"),
        (changed(KEY, "lines", 0, "count", to=6), "key_agreement"),
        (changed(KEY, "order", "number", to=None), "key_agreement"),
        ({**KEY, "lines": KEY["lines"][:1]}, "key_agreement"),
        (changed(KEY, "paid", to=True), "key_agreement"),
    ],
)
def test_a_wrong_value_is_found(answer: Any, check: str) -> None:
    assert check in failing(record(answer=answer))


@pytest.mark.parametrize(
    "answer",
    [
        "item,price\nheating elements,18.5",
        "item,price\nheating elements,18.5\ndoor seals,18.5",
        "price,item\n18.5,heating elements\n,door seals",
        "item,price\nheating elements,18.5,\ndoor seals,",
        "There are two items.",
    ],
)
def test_wrong_rows_are_found(answer: str) -> None:
    assert failing(record(ROWS, SHEET, "text", answer))


ROUTE = (
    "The line is 130 km long. The first 35 km are in the hills. It opened on 4 May 1912 and closed 51 years later. "
    "A trip took 1 h 30 min."
)


@pytest.mark.parametrize(
    ("description", "value", "evidence", "sound"),
    [
        ("Length outside the hills, in km.", 95, ["130 km long", "first 35 km are in the hills"], True),
        ("Length in metres.", 130000, ["130 km long"], True),
        ("Length of a trip in minutes.", 90, ["A trip took 1 h 30 min"], True),
        ("Length of a trip in hours.", 1.5, ["A trip took 1 h 30 min"], True),
        ("Year in which it closed.", 1963, ["opened on 4 May 1912", "closed 51 years later"], True),
        ("Share of the line in the hills, in per cent.", 26.9, ["130 km long", "first 35 km"], True),
        ("Length outside the hills, in km.", 94, ["130 km long", "first 35 km are in the hills"], False),
        ("Length in metres.", 1300, ["130 km long"], False),
        ("Length of a trip in minutes.", 130, ["A trip took 1 h 30 min"], True),
    ],
)
def test_a_rewritten_value_may_follow_from_the_quotes(
    description: str, value: float, evidence: list[str], sound: bool
) -> None:
    form: Json = {"fields": [{"name": "v", "description": description, "type": "number", "rule": "normalised"}]}
    task = replace(record({"v": value}, {"output": "json", **form}), passage=ROUTE, evidence=evidence)
    assert (all_checks()["extraction_sound"](task) is None) is sound
    copied: Json = {"fields": [{**form["fields"][0], "rule": "verbatim"}], "output": "json"}
    if value not in {130}:
        assert all_checks()["extraction_sound"](replace(task, formal=copied)) is not None


PERSONS = (
    "The acting harbour master Jens Holt wrote to the harbour master Jens Holt senior. "
    "The toll rose by 30 per cent on 14 March 2021."
)


@pytest.mark.parametrize(
    ("wanted", "found", "agrees"),
    [
        ("30 per cent", "30%", True),
        ("the toll", "The toll", True),
        ("14 March 2021", "14th March, 2021", True),
        ("Jens Holt senior", "the harbour master Jens Holt senior", True),
        ("harbour master Jens Holt", "acting harbour master Jens Holt", None),
        ("30 per cent", "13 per cent", False),
        ("14 March 2021", "14 May 2021", False),
        ("Jens Holt", "Jens Hult", False),
    ],
)
def test_values_agree_by_what_they_stand_for(wanted: str, found: str, agrees: bool | None) -> None:
    form: Json = {"fields": [{"name": "v", "description": "Who or what.", "type": "string", "rule": "verbatim"}]}
    task = replace(record({"v": wanted}, {"output": "json", **form}, answer={"v": found}), passage=PERSONS)
    result = all_checks()["key_agreement"](task)
    assert (result is None, isinstance(result, Doubt)) == (agrees is True, agrees is None)


def test_order_counts_where_it_is_fixed() -> None:
    turned = {**KEY, "lines": KEY["lines"][::-1]}
    assert "key_agreement" in failing(record(formal={**FORM, "ordered": True}, answer=turned))


def test_a_record_of_another_kind_is_left_alone() -> None:
    other = replace(record(formal={}), answer_form="text", key=[])
    assert all(all_checks()[name](other) is None for name in all_checks() if name.startswith("extraction_"))


# ---- a run ----


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("documents")
    for number in range(3):
        text = PASSAGE.replace("7/31", f"7/3{number}") + (
            "\n\nThe mill on the Oder opened in 1874 and ground rye for 3 villages until the flood of 12 June 1903. "
            "Two millers kept the books, and the books name Halvard Lindqvist as the last of them. "
            "The office keeps 40 heating elements in store and sells what is left of the old stock every spring. "
            f"It has {number + 2} rooms, each of which holds part of the old stock and a good many of the books."
        )
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")

    async def run() -> Outcome:
        settings = Settings(instructions_per_passage=6, min_words=20)
        async with opened("text_extraction", folder / "run", settings) as made:
            return await drive(made, [str(folder)])

    return asyncio.run(run())


def test_the_offline_teacher_fills_forms(outcome: Outcome) -> None:
    assert not outcome.broken and not outcome.lost()
    assert len({row.task_type for row in outcome.rows}) >= 4
    filled = [row for row in outcome.rows if row.formal.get("fields")]
    assert len(filled) >= 4
    for row in filled:
        assert any(lead in row.instruction for lead in LEADS.values())
    assert outcome.reasons("instruct", "verify").total() <= 0.1 * len(outcome.rows)


@pytest.mark.parametrize("kind", ["string", "number", "integer", "boolean", "date", "time"])
def test_the_form_says_what_stands_for_a_value_that_the_text_lacks(kind: str) -> None:
    formal = {"fields": [{"name": "rows[].at", "description": "When it is.", "type": kind}]}
    for style in ("list", "template"):
        assert f"{kind} or null" in show_form(formal, style)
    assert '"null"' in show_form(formal, "schema")
    assert f"{kind} or empty" in show_form(formal, "csv") and "null" not in show_form(formal, "csv")
