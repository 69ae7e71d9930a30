"""The offline author and editor of tasks that rest on a calculation: figures of the passage, with assumptions stated in full."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

from tasks.offline.calculation.statements import edited_knowledge, knowledge
from tasks.offline.calculation.stories import (
    ASKS,
    IDLE,
    LOSS,
    LOTS,
    RANGE,
    SENSITIVE,
    SHARE,
    START,
    STORIES,
    amount,
    digits,
    figures,
    story_for,
    told,
)
from tasks.offline.item import Item, collected, declined, drawn, edited, refused
from tasks.offline.passage import NUMBER, Passage, size
from tasks.offline.prompt import Prompt
from tasks.records import rng

_NOTHING: Item = {"quantities": [], "expression": "", "second": "", "unit": "", "asks": "value", "claim": 0, "factor": 10,
                  "decimals": -1}  # fmt: skip
_GIVEN = "given in the task"


def calculation_tasks(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `CalculationTasks` for the drawn task type and answer form."""
    if size(prompt.passage) < 12:
        return refused("The passage is too short to ask about.")
    draw, text = prompt.draws("reckoning"), Passage(prompt.passage, prompt.knobs.get("focus", ""))
    why = "The passage holds nothing that such a task could start from."
    made: list[Item] = []

    def make() -> Item | None:
        item = _written(text, prompt.knobs, draw, len(made) + 1)
        made.extend([item] if item else [])
        return item

    return collected(prompt, make, why)


def edited_calculation_task(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `EditedCalculationTask`: one figure more, one idle, another, or one withheld."""
    passage, instruction = prompt.passage, prompt.instruction
    goal, form = prompt.goal, prompt.knobs.get("answer_form", "")
    draw = rng("editing", passage, instruction, goal, prompt.salt)
    slots = told(instruction)
    if slots is None or "story" not in slots:
        item = edited_knowledge(instruction, Passage(passage), goal, form, draw)
        item = {"formal": _NOTHING, **item} if item else None
    elif "withheld" in goal:  # what takes the figure's place could only be guessed
        item = None
    elif "missing" in goal or "unanswer" in goal:
        alone = len(NUMBER.findall(slots["sentence"])) == 1  # another figure could stand in for the one taken out
        item = _withheld(slots, draw) if slots["asks"] == "exact" and alone else None
    else:
        item = _changed(slots, goal, draw)
    if not item or item["instruction"] == instruction:
        return declined(prompt, "No such change leaves a sound item.")
    return edited(item)


def _written(text: Passage, knobs: dict[str, str], draw: Random, number: int) -> Item | None:
    form, task_type = knobs.get("answer_form", "text"), knobs.get("task_type", "").lower()
    if form in {"text", "span"}:
        found = knowledge(text, form, task_type, draw)
        return {"formal": _NOTHING, **found} if found else None
    starts = figures(text, draw)
    if not starts:
        return None
    asks = {"number": "exact", "truth": "claim", "option": "sensitivity"}.get(form, _bound(task_type))
    verdict = drawn(knobs.get("verdict", ""), number)
    return _posed(_drawn(draw.choice(starts[:6]), task_type, asks, verdict, draw), draw)


def _bound(task_type: str) -> str:
    return next((name for name in ("upper", "lower") if name in task_type), "value")


def _drawn(start: dict[str, str], task_type: str, asks: str, verdict: str, draw: Random) -> dict[str, str]:
    """Every slot of a task: amounts are drawn, and what depends on them is worked out."""
    story = story_for(task_type, draw)
    mid = Fraction(draw.choice((4, 6, 8, 12, 15, 20, 30, 45, 60, 80, 120)))
    lots = Fraction(draw.choice((4, 6, 8, 9, 12, 15, 20)))
    share = Fraction(draw.choice((30, 40, 50)))
    wide = draw.sample([Fraction(5, 4), Fraction(3, 2), Fraction(2)], 3)
    slots = {**start, "asks": asks, "story": str(STORIES.index(story)), "unit": story.unit, "mid": digits(mid)}
    if asks == "exact":
        return {**slots, "percent": str(draw.choice((5, 10, 15, 20, 25)))}
    slots |= {"low": digits(_ceiled(mid / wide[0])), "high": digits(mid * wide[0])}
    if asks != "value" or draw.random() < 0.5:
        slots |= {"lots": digits(lots), "few": digits(_ceiled(lots / wide[1])), "many": digits(_ceiled(lots * wide[1]))}
    if asks == "sensitivity":
        slots |= {"share": digits(share), "least": digits(_ceiled(share / wide[2])), "most": digits(share * wide[2])}
    if asks == "claim":
        total = _total(slots)
        near, far = (Fraction(5, 4), Fraction(4, 5)), (Fraction(20), Fraction(50))
        off = draw.choice(near if verdict == "true" else far if verdict == "false" else near + far)
        slots |= {"factor": "3", "claim": digits(total * off)}
    return slots


def _ceiled(value: Fraction) -> Fraction:
    return Fraction(-(-value.numerator // value.denominator))


def _total(slots: dict[str, str]) -> Fraction:
    story = STORIES[int(slots["story"])]
    return amount(slots["number"]) * amount(slots["mid"]) * amount(slots.get("lots", "1")) / story.per


def _posed(slots: dict[str, str], draw: Random) -> Item | None:
    """The item that says the slots; nothing if what is asked has no clear answer."""
    story = STORIES[int(slots["story"])]
    asks = slots["asks"]
    parts = [START.say(draw, **slots), story.clause.say(draw, **slots)]
    parts += [w.say(draw, **slots) for name, w in (("low", RANGE), ("lots", LOTS), ("share", SHARE), ("percent", LOSS),
                                                    ("idle", IDLE)) if name in slots]  # fmt: skip
    parts.append(ASKS[asks].say(draw, **slots))
    options = sorted(SENSITIVE) if asks == "sensitivity" else []
    return _item(" ".join(parts), slots["sentence"], _formal(slots), options)


def _item(instruction: str, sentence: str, formal: Item, options: list[str] | None = None) -> Item:
    evidence = [sentence] if sentence else []
    return {"formal": formal, "evidence": evidence, "instruction": instruction, "options": options or [], "key": [],
            "answerable": True, "difficulty": "medium"}  # fmt: skip


def _formal(slots: dict[str, str]) -> Item:
    story, asks = STORIES[int(slots["story"])], slots["asks"]
    quantities = [
        _quantity("starting_number", slots["number"], slots["noun"], _GIVEN),
        _quantity(
            "amount_for_each", slots["mid"], story.each, "the middle of what is plausible for one", slots, "low", "high"
        ),
    ]
    factors = ["starting_number", "amount_for_each"]
    if "lots" in slots:
        quantities.append(
            _quantity("number_of_lots", slots["lots"], "lots", "a guess within its limits", slots, "few", "many")
        )
        factors.append("number_of_lots")
    if "share" in slots:
        limits = {name: str(float(amount(slots[name]) / 100)) for name in ("least", "most")}
        share = str(float(amount(slots["share"]) / 100))
        quantities.append(_quantity("share_counted", share, "", "a guess within its limits", limits, "least", "most"))
        factors.append("share_counted")
    expression = " * ".join(factors)
    if story.per > 1:
        quantities.append(_quantity("units_in_one", str(story.per), f"{story.each}/{story.unit}", "a conversion"))
        expression += " / units_in_one"
    if "percent" in slots:
        quantities.append(_quantity("share_lost", str(float(amount(slots["percent"]) / 100)), "", _GIVEN))
        expression += " * (1 - share_lost)"
    known = {"quantities": quantities, "expression": expression, "unit": slots["unit"]}
    if asks == "exact":
        return {**_NOTHING, **known, "decimals": 2}
    claim = float(amount(slots["claim"])) if asks == "claim" else 0
    return {**_NOTHING, **known, "asks": asks, "claim": claim, "factor": float(slots.get("factor", 10))}


def _quantity(
    name: str, value: str, unit: str, why: str, slots: dict[str, str] | None = None, low: str = "", high: str = ""
) -> Item:
    limits = [float(amount((slots or {}).get(end, "0"))) for end in (low, high)]
    return {"name": name, "why": why, "value": float(amount(value)), "unit": unit, "low": limits[0], "high": limits[1]}


def _withheld(slots: dict[str, str], draw: Random) -> Item:
    """The same task without the amount for each."""
    said = f"{START.say(draw, **slots)} {LOSS.say(draw, **slots)} {ASKS['exact'].say(draw, **slots)}"
    return {**_item(said, "", _NOTHING), "answerable": False}


def _changed(slots: dict[str, str], goal: str, draw: Random) -> Item | None:
    kept = {name: value for name, value in slots.items() if name not in {"start", "end"}}
    idle = any(word in goal for word in ("mislead", "superfl", "distract", "idle"))
    if idle and "idle" not in kept:
        kept |= {"idle": str(draw.choice((3, 17, 35, 70))), "other": kept["noun"]}
    elif "lots" not in kept and kept["asks"] != "exact":
        kept |= {"lots": "14", "few": "11", "many": "19"}
    else:
        mid = amount(kept["mid"]) + draw.choice((1, 3, 5))
        kept |= {"mid": digits(mid), **({"high": digits(mid * 3)} if "high" in kept else {})}
    if kept["asks"] == "claim" and not idle:
        kept["claim"] = digits(_total(kept) * (30 if amount(slots["claim"]) < 3 * _total(slots) else 1))
    if kept["asks"] == "sensitivity" and not idle:
        return None
    return _posed(kept, draw)
