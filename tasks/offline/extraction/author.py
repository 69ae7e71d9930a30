"""The offline author and editor of extraction tasks: fields that the text can fill, with the filled form as key."""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

from tasks.offline.extraction.fields import BY_NAME, KINDS, LEAD, MENTIONS, FieldKind, Slots, mentions, sentences_with
from tasks.offline.extraction.responder import fields_in
from tasks.offline.item import Item, collected, edited, refused, unsuitable
from tasks.offline.passage import NUMBER, STOP, WORD, Passage, other_number, size
from tasks.offline.prompt import Prompt
from tasks.offline.templates.author import questions
from tasks.offline.templates.editor import edited_question
from tasks.records import rng

_NO_FORM = {"output": "json", "fields": [], "ordered": False}
# Part of the task type's name -> the fields to begin with.
_FIRST = [
    (("date", "time", "event", "schedul"), ("date", "word")),
    (("quantit", "number", "unit", "measure"), ("amount", "figures")),
    (("missing", "absent", "null"), ("absent", "amount")),
    (("entit", "name", "contact", "person", "relation", "citation", "holder"), ("names", "word")),
]
_RECORDS = ("record", "table", "list", "multi", "csv", "nested", "step", "require", "claim", "row")


def extractions(prompt: Prompt) -> Item:
    """The JSON of `Extractions` for the drawn task type and answer form."""
    form = prompt.knobs.get("answer_form", "json")
    if form not in ("json", "text"):
        drafts = questions(prompt)
        return {**drafts, "items": [_formless(item) for item in drafts["items"]]}
    if size(prompt.passage) < 25:
        return refused("The passage is too short to hold values to extract.")
    draw, text = prompt.draws("extracting"), Passage(prompt.passage, prompt.knobs.get("focus", ""))
    wanted, empty = (_drawn(prompt, *axes) for axes in (("fields", "classes"), ("empty",)))

    def make() -> Item | None:
        rows = form == "text" or (not wanted and _draws_records(prompt.task_type, draw))
        item = _rows(text, draw, form) if rows else None
        return item or (_form(text, prompt.task_type, draw, wanted, empty) if form == "json" else None)

    return collected(prompt, make, "The passage holds no values that a form could ask for.", most=6, by="formal")


def _drawn(prompt: Prompt, *axes: str) -> int:
    """The number drawn on one of the axes for the only item; 0 if none was."""
    drawn = next((prompt.knobs[axis] for axis in axes if axis in prompt.knobs), "")
    return int(drawn) if drawn.isdigit() else 0


def _values(key: dict[str, Any]) -> list[Any]:
    return [inner for value in key.values() for inner in (value.values() if isinstance(value, dict) else [value])]


def _formless(item: dict[str, Any]) -> dict[str, Any]:
    return {**{k: v for k, v in item.items() if k != "answerable"}, "formal": _NO_FORM}


def _draws_records(task_type: str, draw: Random) -> bool:
    return any(part in task_type for part in _RECORDS) and draw.random() < 0.7


def _lead(text: Passage, draw: Random) -> str:
    topics = [w for w in text.topics if not re.search(r"[“”]", w)]
    return LEAD.say(draw, topic=draw.choice(topics[:6]) if topics else WORD.findall(text.flat)[0])


def _item(text: Passage, draw: Random, fields: list[dict[str, Any]], key: Any, output: str = "json") -> dict[str, Any]:
    return {
        "evidence": [],
        "formal": {"output": output, "fields": fields, "ordered": False},
        "instruction": _lead(text, draw),
        "options": [],
        "key": [json.dumps(key, ensure_ascii=False)],
    }


def _field(name: str, kind: FieldKind, slots: Slots, draw: Random) -> dict[str, Any]:
    return {
        "name": f"{name}[]" if kind.many else name,
        "description": kind.wording.say(draw, **slots),
        "type": kind.type,
        "rule": kind.rule,
        "choices": [],
    }


def _form(text: Passage, task_type: str, draw: Random, count: int, empty: int) -> dict[str, Any] | None:
    """A form of so many fields, so many of them without a value; of a few where none was drawn. None if it cannot be made."""
    first: tuple[str, ...] = next((names for parts, names in _FIRST if any(p in task_type for p in parts)), ())
    rest = [k.name for k in KINDS if k.name not in first]
    wanted, fields, key = count or draw.choice((2, 3, 3, 4)), list[dict[str, Any]](), dict[str, Any]()
    filled = 0
    # Where more are wanted than there are sorts of field, some come again with other words of the text.
    first = (*["absent"] * empty, *(name for name in first if name != "absent")) if empty else first
    for name in [*first, *draw.sample(rest, len(rest)), *(draw.choices(rest, k=4 * count) if count else ())]:
        kind = BY_NAME[name]
        slots = kind.offer(text, draw)
        if slots is None or len(fields) == wanted:
            continue
        label = f"{'missing' if name == 'absent' else name}_{draw.choice(('a', 'b', 'value', 'entry'))}"
        if any(field["name"].removesuffix("[]").endswith(label) for field in fields):
            continue
        value = kind.value(text, slots)
        if empty and (value is None) is (sum(made is None for made in _values(key)) >= empty):
            continue
        if "nested" in task_type:
            part = ("first_part", "second_part")[len(fields) % 2]
            key.setdefault(part, {})[label] = value
            label = f"{part}.{label}"
        else:
            key[label] = value
        fields.append(_field(label, kind, slots, draw))
        filled += value not in (None, [])
    return _item(text, draw, fields, key) if len(fields) >= max(2, count) and filled else None


def _rows(text: Passage, draw: Random, form: str) -> dict[str, Any] | None:
    words = [w for w in text.topics if 2 <= len(sentences_with(text, w)) <= 6]
    if not words:
        return None
    word = draw.choice(words[:6])
    prefix = "" if form == "text" else "sentences[]."
    fields = [
        {
            "name": f"{prefix}{name}",
            "description": wording.say(draw, word=word),
            "type": "string",
            "rule": "verbatim",
            "choices": [],
        }
        for name, wording in MENTIONS.items()
    ]
    found = mentions(text, word)
    if any('"' in value or not value or value.lower() in STOP for row in found for value in row.values()):
        return None
    return _item(
        text, draw, fields, found if form == "text" else {"sentences": found}, "csv" if form == "text" else "json"
    )


def edited_extraction(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `EditedExtraction`: one field more, or a figure of the passage changed or taken away."""
    passage, instruction = prompt.passage, prompt.instruction
    goal = prompt.goal
    draw, text = rng("editing", passage, instruction, goal, prompt.salt), Passage(passage)
    asked = fields_in(instruction)
    passive = not any(part in goal for part in ("remove", "change", "rival"))
    if not asked and passive and prompt.knobs.get("answer_form") not in ("json", "text"):
        item = edited_question(prompt)
        # Without a form the item has no way to say that it has no answer.
        return _unfit() if item.get("answerable") is False or item["unsuitable"] else _formless(item)
    known = [(name, kind, slots) for name, description in asked for kind, slots in [_kind_of(description)] if kind]
    if not known or len(known) < len(asked) or "rival" in goal:
        return _unfit()
    fields = [_field(name.removesuffix("[]"), kind, slots, draw) for name, kind, slots in known]
    if not passive:
        changed = _changed(text, known, draw, "remove" in goal)
        text, passage = (Passage(changed), changed) if changed else (text, "")
        if not changed:
            return _unfit()
    else:
        taken = {kind.name for _, kind, _ in known}
        more = next(
            (
                (kind, slots)
                for kind in draw.sample(KINDS, len(KINDS))
                if kind.name not in taken and (slots := kind.offer(text, draw))
            ),
            None,
        )
        if more is None:
            return _unfit()
        known.append((f"further_{more[0].name}{'[]' if more[0].many else ''}", *more))
        fields.append(_field(f"further_{more[0].name}", *more, draw))
        passage = ""
    key: dict[str, Any] = {}
    filled = 0
    for name, kind, slots in known:
        *above, last = name.removesuffix("[]").split(".")
        inner = key
        for part in above:
            inner = inner.setdefault(part, {})
        inner[last] = kind.value(text, slots)
        filled += inner[last] not in (None, [])
    if not filled:
        return _unfit()
    return edited(_item(text, draw, fields, key), passage)


def _unfit() -> Item:
    return unsuitable("No such change leaves a sound form.", formal=_NO_FORM, evidence=[], options=[], key=[])


def _kind_of(description: str) -> tuple[FieldKind | None, Slots]:
    for kind in KINDS:
        if m := kind.wording.find(description):
            return kind, m.groupdict()
    return None, {}


def _changed(text: Passage, known: list[tuple[str, FieldKind, Slots]], draw: Random, gone: bool) -> str:
    """The passage with another figure before the words of a field, or with a word in the figure's place."""
    for _, kind, slots in known:
        if kind.name != "amount":
            continue
        place = re.search(rf"({NUMBER.pattern})\s+{re.escape(slots['after'])}", text.raw)
        if place:
            other = "several" if gone else other_number(place[1], draw)
            return text.raw[: place.start(1)] + other + text.raw[place.end(1) :]
    return ""
