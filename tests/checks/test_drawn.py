"""An item that has another verdict or another number of parts than the program drew for it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tasks.agents.kind import SkillRun
from tasks.agents.repair import finding
from tasks.checks import CHECKS
from tasks.checks.drawn import miscounted
from tasks.records import Json, Record, Reject
from tasks.steps.instruct import instruct
from tasks.steps.repair import OTHER_NUMBER
from tasks.steps.step import Items
from tests.agents.test_tool_loop import RECORD, driven
from tests.answers.responses import record
from tests.scripted import reply

as_drawn = CHECKS["as_drawn"]


def form(*names: str) -> dict[str, Any]:
    return {"fields": [{"name": name, "description": "as it stands"} for name in names]}


def drawn(form_: str, key: list[str], axes: dict[str, str], **changes: Any) -> Record:
    return replace(record(form_, key), axes=axes, **changes)


BARGE = drawn("truth", ["true"], {"verdict": "true"})
IGNORED = [
    replace(BARGE, axes={"verdict": "false"}),
    drawn("truth", ["false"], {"verdict": "true", "register": "neutral"}),
]
MISCOUNTED = [
    drawn("option", ["B"], {"options": "5"}, options=["kelp", "dulse", "nori", "wrack"]),
    drawn("option", ["A"], {"options": "4"}, options=["kelp", "dulse", "nori", "wrack", "laver", "wakame"]),
    drawn("label", ["late"], {"labels": "3"}, options=["late: after noon", "early: before it"]),
    drawn("json", ['{"owner": "Bo"}'], {"fields": "4"}, formal=form("owner", "berth", "draught")),
    drawn("text", ["name,kg"], {"columns": "3"}, formal=form("name", "kg")),
    drawn("json", ["{}"], {"classes": "3"}, formal=form("people[].name", "people[].role", "places[]")),
    drawn("json", ['{"a": null, "b": "x", "c": 1}'], {"empty": "2"}, formal=form("a", "b", "c")),
    drawn("label", ["x"], {"shots": "4"}, formal={"examples": [{"text": "a tern", "label": "bird"}]}),
    drawn("text", ["…"], {"questions": "3"}, instruction="Answer both. 1. Which kiln is hottest? 2. By how much?"),
]
KEPT = [
    BARGE,
    drawn("truth", [], {"verdict": "true"}, answerable=False),
    drawn("span", ["false"], {"verdict": "true"}),
    drawn("option", ["B"], {"options": "4"}, options=["kelp", "dulse", "nori", "wrack"]),
    drawn("matching", ["1-A"], {"options": "5"}, options=["1: a", "2: b", "A: c", "B: d"]),
    drawn("label", ["late"], {"labels": "2"}, options=["late: after noon", "early: before it"]),
    drawn("json", ["{}"], {"classes": "2"}, formal=form("people[].name", "people[].role", "places[]")),
    drawn("json", ['{"a": null, "site": {"b": null}, "c": 0}'], {"empty": "2"}, formal=form("a", "site.b", "c")),
    drawn("json", ["no object"], {"empty": "2"}, formal=form("a", "b", "c")),
    drawn("text", ["…"], {"questions": "2"}, instruction="1. Which kiln is hottest? 2. By how much?"),
    drawn("text", ["…"], {"questions": "2"}, instruction="Say which kiln is hottest, and by how much."),
    drawn("text", ["…"], {"questions": "3"}, instruction="The kiln of 14. May was 12. Say why."),
]


@pytest.mark.parametrize(
    ("item", "reason"), [*((i, "as_drawn") for i in IGNORED), *((i, OTHER_NUMBER) for i in MISCOUNTED)]
)
def test_what_was_drawn_and_not_done_is_found_and_told(item: Record, reason: str) -> None:
    found = as_drawn(item) if reason == "as_drawn" else miscounted(item)
    assert isinstance(found, str) and found
    told = finding("author", reason, found)
    drawn_values = [value for value in item.axes.values() if value in ("true", "false") or value.isdigit()]
    assert any(value in told for value in drawn_values) and "drawn" in told
    assert bool(as_drawn(item)) is not bool(miscounted(item))


@pytest.mark.parametrize("item", KEPT)
def test_what_was_done_or_cannot_be_counted_passes(item: Record) -> None:
    assert as_drawn(item) is None and not miscounted(item)


def test_the_finding_quotes_nothing_that_the_author_wrote() -> None:
    item = drawn("truth", [json.dumps("the secret harbour")], {"verdict": "true"})
    assert "harbour" not in str(as_drawn(item))


@pytest.mark.parametrize("first", ["true", "false"])
def test_an_author_who_ignores_the_verdict_gets_the_item_back(first: str, tmp_path: Path) -> None:
    other = "false" if first == "true" else "true"
    script = [_claim(first), _claim(other)]

    async def work(run: SkillRun) -> Items:
        only = next(t for t in run.skill.task_types if t.answer == "truth")
        run.skill = run.skill.model_copy(update={"task_types": (only.model_copy(update={"transformations": ()}),)})
        return await instruct(replace(RECORD, instruction="", key=[], answer_form=""), run.at("instruct", 1))

    (item,), endpoint = driven(tmp_path, script, work, tools={})
    assert isinstance(item, Record) and item.key == [item.axes["verdict"]]
    went_back = item.key != [first]
    assert len(endpoint.bodies) == 1 + went_back
    assert [e["repair"] for e in item.lineage if "repair" in e] == ["as_drawn"] * went_back
    if went_back:
        assert f"the verdict drawn for this claim is {other}" in endpoint.bodies[1]["messages"][-1]["content"].lower()


def _claim(verdict: str) -> Any:
    fee = "12.5" if verdict == "true" else "15"
    item = {
        "evidence": ["The fee is 12.5 a day."],
        "instruction": f"True or false: one day costs {fee}.",
        "key": [verdict],
    }
    return reply(json.dumps({"items": [{**item, "options": [], "answerable": True}], "unsuitable": ""}))


def choice(*options: str, stem: str = "How much is the fee for one day?") -> Any:
    item = {"evidence": ["The fee is 12.5 a day."], "instruction": stem, "key": ["A"], "answerable": True}
    return reply(json.dumps({"items": [{**item, "options": list(options)}], "unsuitable": ""}))


TWO = ("12.5", "15", "9")
LEAK = "How much is the fee for one day? (Option 12.5 is the answer key.)"


@pytest.mark.parametrize("again", [TWO, (*TWO, "18"), (*TWO, "18", "20", "25")])
def test_another_number_goes_back_once_and_a_sound_item_is_never_lost(again: tuple[str, ...], tmp_path: Path) -> None:
    item, bodies = _chosen(tmp_path, [choice(*TWO), choice(*again)])
    assert isinstance(item, Record) and len(bodies) == 2 and len(item.options) == len(again)
    assert [e["repair"] for e in item.lineage if "repair" in e] == [OTHER_NUMBER]
    assert "4 were drawn as the number of options, and the item has 3" in bodies[1]["messages"][-1]["content"]


def test_what_comes_back_unsound_does_not_take_the_place_of_what_was_sound(tmp_path: Path) -> None:
    item, _ = _chosen(tmp_path, [choice(*TWO), choice(*TWO, "18", stem=LEAK)])
    assert isinstance(item, Record) and len(item.options) == 3 and item.instruction != LEAK


def _chosen(folder: Path, script: list[Any]) -> tuple[Record | Reject, list[Json]]:
    async def work(run: SkillRun) -> Items:
        only = next(t for t in run.skill.task_types if t.answer == "option")
        only = only.model_copy(update={"transformations": (), "needs": {}, "axes": {"options": ("4",)}})
        run.skill = run.skill.model_copy(update={"task_types": (only,)})
        return await instruct(replace(RECORD, instruction="", key=[], answer_form=""), run.at("instruct", 1))

    (item,), endpoint = driven(folder, script, work, tools={})
    return item, endpoint.bodies
