"""Tasks of writing about data, offline: what the author asks for, one more ask by the editor, and the text that answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from tasks.offline.item import collected, edited, refused, unsuitable
from tasks.offline.passage import canonical, size
from tasks.offline.prompt import Prompt
from tasks.offline.table import best, columns
from tasks.offline.view import split
from tasks.offline.wording import Wording
from tasks.records import rng
from tasks.text.tables import Table

_Slots = dict[str, str]
_LEAD = Wording(
    "Write a short text on the data in plain sentences, in at most {limit} words, and give figures in digits:",
    "Put the data into words for somebody who will not see it, with no more than {limit} words, figures in digits:",
    "Sum up the data in running text of {limit} words at most, with figures in digits:",
    "I need the data in prose, {limit} words or fewer, all figures in digits:",
)
_LEADS = {
    "headline": "A headline has to be found later; the facts come first. ",
    "caption": "The text goes under a chart. ",
    "recommend": "Somebody will decide on the ground of this text. ",
    "narrat": "The text is read aloud. ",
    "question": "The reader has sent these questions. ",
    "profile": "The text goes into a directory. ",
    "incident": "The text goes into a file of incidents. ",
    "forecast": "Keep to what the data shows; nothing is to be predicted. ",
    "survey": "The text opens a report of findings. ",
    "compar": "Set things side by side where asked. ",
}


@dataclass(frozen=True)
class Ask:
    """One thing that the text has to say; the author's fact comes from `fact`, the responder's sentence from `tell`."""

    wording: Wording
    offer: Callable[[Table, Random], _Slots | None]
    tell: Callable[[Table, _Slots], str]
    facts: Callable[[Table, _Slots], list[str]] = lambda table, slots: []


def _one_column(table: Table, draw: Random) -> _Slots | None:
    return {"column": table.columns[draw.choice(columns(table))]}


def _nothing(table: Table, draw: Random) -> _Slots | None:
    return {}


def _two_rows(table: Table, draw: Random) -> _Slots | None:
    column = draw.choice(columns(table))
    values = table.numbers[column]
    pairs = [(i, j) for i in range(len(values)) for j in range(i) if values[i] != values[j]]
    if not pairs:
        return None
    i, j = draw.choice(pairs)
    return {"column": table.columns[column], "first": table.labels[i], "second": table.labels[j]}


def _single(highest: bool) -> Callable[[Table, Random], _Slots | None]:
    def offer(table: Table, draw: Random) -> _Slots | None:
        fit = []
        for place in columns(table):
            ranked = sorted((v for v in table.numbers[place] if v is not None), reverse=highest)
            if ranked[0] != ranked[1]:
                fit.append(table.columns[place])
        return {"column": draw.choice(fit)} if fit else None

    return offer


def _values(table: Table, slots: _Slots) -> list[Decimal]:
    place = next((p for p in table.numbers if table.columns[p] == slots["column"]), None)
    return [v for v in table.numbers[place] if v is not None] if place is not None else []


def _cells(table: Table, slots: _Slots) -> list[str]:
    place = table.columns.index(slots["column"])
    return [row[place] for row in table.rows]


def _extreme(word: str, better: Callable[[Decimal, Decimal], bool]) -> Callable[[Table, _Slots], str]:
    def tell(table: Table, slots: _Slots) -> str:
        at = 0
        values = _values(table, slots)
        for place, value in enumerate(values):
            if better(value, values[at]):
                at = place
        return f"The {word} {slots['column']} is {canonical(values[at])}, found in the row “{table.labels[at]}”."

    return tell


def _extreme_facts(highest: bool) -> Callable[[Table, _Slots], list[str]]:
    def facts(table: Table, slots: _Slots) -> list[str]:
        ranked = sorted(zip(_values(table, slots), table.labels, _cells(table, slots), strict=True), reverse=highest)
        return [text for text in ranked[0][1:] if text.replace(".", "").isalnum() or " " in text]

    return facts


def _total(table: Table, slots: _Slots) -> str:
    total = Decimal(0)
    for value in _values(table, slots):
        total += value
    return f"The total {slots['column']} is {canonical(total)}."


def _mean(table: Table, slots: _Slots) -> str:
    values = _values(table, slots)
    mean = (sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"The mean {slots['column']} is {mean}."


def _change(table: Table, slots: _Slots) -> str:
    values = _values(table, slots)
    first, last = canonical(values[0]), canonical(values[-1])
    if first == last:
        return f"The {slots['column']} is the same at both ends, {first}."
    verb = "rises" if values[-1] > values[0] else "falls"
    return f"Down the rows, {slots['column']} {verb} from {first} to {last}."


def _compare(table: Table, slots: _Slots) -> str:
    values = dict(zip(table.labels, _values(table, slots), strict=True))
    a, b = values[slots["first"]], values[slots["second"]]
    word = "higher" if a > b else "lower"
    return f"“{slots['first']}” has a {word} {slots['column']} than “{slots['second']}”."


_ASKS = [
    Ask(Wording(
        "how many rows there are",
        "the number of rows",
    ), _nothing, lambda table, slots: f"The data has {len(table.rows)} rows."),
    Ask(Wording(
        "the highest “{column}” and the row it stands in",
        "where “{column}” is highest, with the figure",
    ), _single(True), _extreme("highest", lambda a, b: a > b), _extreme_facts(True)),
    Ask(Wording(
        "the lowest “{column}” and the row it stands in",
        "where “{column}” is lowest, with the figure",
    ), _single(False), _extreme("lowest", lambda a, b: a < b), _extreme_facts(False)),
    Ask(Wording("the total of “{column}”", "what “{column}” adds up to"), _one_column, _total),
    Ask(Wording("the mean of “{column}” to one decimal", "the average “{column}” to one decimal"), _one_column, _mean),
    Ask(Wording("how “{column}” moves from the first row to the last"), _one_column, _change),
    Ask(Wording("which of “{first}” and “{second}” has the higher “{column}”"), _two_rows, _compare),
]  # fmt: skip


def data_tasks(prompt: Prompt) -> dict[str, Any] | None:
    """The JSON of `Rewritings` for tasks about data; None if the author is not asked for such."""
    if "about data" not in prompt.role:
        return None
    table = best(prompt.passage)
    if table is None:
        return refused("The data has no column of figures with names for its rows.")
    draw = prompt.draws("reporting")
    lead = next((lead for part, lead in _LEADS.items() if part in prompt.task_type), "")
    why = "The data offers nothing to write on."
    return collected(
        prompt, lambda: _item(table, draw.sample(_ASKS, draw.choice((2, 3, 3, 4))), draw, lead), why, tries=1
    )


def _item(
    table: Table, asks: list[Ask], draw: Random, lead: str, told: list[str] | None = None
) -> dict[str, Any] | None:
    said, facts = list(told or []), list[str]()
    for ask in asks:
        if (slots := ask.offer(table, draw)) is not None:
            said.append(ask.wording.say(draw, **slots))
            facts += ask.facts(table, slots)
    if not said:
        return None
    limit = draw.choice((120, 150, 180, 200))
    instruction = f"{lead}{_LEAD.say(draw, limit=str(limit))} {'; '.join(said)}."
    constraint = {"kind": "max_words", "number": limit, "words": []}
    return {"instruction": instruction, "constraints": [constraint], "evidence": list(dict.fromkeys(facts))[:3]}


def edited_data_task(prompt: Prompt) -> dict[str, Any] | None:
    """The JSON of `EditedRewriting`, with one ask more; None if the task is no such task."""
    if (lead := _LEAD.find(prompt.instruction)) is None:
        return None
    passage, instruction = prompt.passage, prompt.instruction
    table = best(passage)
    asked = _asked(instruction)
    draw = rng("editing", passage, instruction, prompt.goal, prompt.salt)
    free = [ask for ask in _ASKS if all(ask is not known for _, known, _ in asked)]
    if table is None or not asked or not free or "data" in prompt.goal:
        return unsuitable("No further change agrees with the task and its data.", constraints=[], evidence=[])
    told = [instruction[start:end] for (start, end), _, _ in asked]
    item = _item(table, [draw.choice(free)], draw, instruction[: lead.start()], told)
    if item is None or item["instruction"].count(";") == len(told) - 1:
        return unsuitable("The data offers nothing more to ask for.", constraints=[], evidence=[])
    facts = [fact for _, ask, slots in asked for fact in ask.facts(table, slots)]
    item["evidence"] = list(dict.fromkeys([*facts, *item["evidence"]]))[:3]
    return edited(item)


def _asked(text: str) -> list[tuple[tuple[int, int], Ask, _Slots]]:
    """What the text asks for, in order."""
    found = [(m.span(), ask, m.groupdict()) for ask in _ASKS for m in ask.wording.find_all(text)]
    return sorted(found, key=lambda f: f[0])


def reported(message: str, salt: Any) -> str | None:
    """The text about the data that the message shows; None if it is no task of the offline author's."""
    lead = _LEAD.find(message)
    if lead is None:
        return None
    end = message.find("\n", lead.end())
    task = message[lead.end() : end if end >= 0 else len(message)]
    view = split(message, lead.start(), lead.end() + len(task))
    table = best(view.passage)
    if table is None or size(task) == 0:
        return "The text holds no data of this kind."
    told = []
    for _, ask, slots in _asked(task):
        known = slots.get("column") in (None, *table.columns)
        told.append(ask.tell(table, slots) if known else f"The data has no column called {slots['column']}.")
    numeric = ", ".join(table.columns[place] for place in table.numbers)
    return " ".join([f"The data gives {numeric} for each {table.columns[table.label]}.", *told]) if told else None
