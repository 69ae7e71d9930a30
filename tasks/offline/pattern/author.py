"""The offline author and editor of tasks by example; it keeps those whose rule its responder can find again."""

from __future__ import annotations

from random import Random

from tasks.answers import OPTION_LETTERS
from tasks.kinds.pattern.contract import REAL, Pattern, Sort
from tasks.kinds.pattern.rules import IllPosed, outcome, output_by_rule
from tasks.offline.item import EMPTY, Item, collected, edited, in_words, shown, unsuitable
from tasks.offline.pattern.real import real_task
from tasks.offline.pattern.responder import found_again
from tasks.offline.pattern.rules import KINDS, pattern_of
from tasks.offline.prompt import Prompt, parsed
from tasks.offline.wording import Wording
from tasks.records import rng

TASK = Wording(
    "Work out the last entry in the manner of the others.",
    "The entries follow one rule. Complete the one that is open.",
    "Treat the new input as the inputs before it were treated.",
    "Find out what happens to each input and do the same with the last one.",
)
WHICH = Wording("Which of these completes the last entry?", "One of these is the output of the last entry. Which one?")
_SUITS = [
    (("label", "class", "flip", "odd_one"), ("labels_number", "labels_text")),
    (("exception", "condition"), ("exception",)),
    (("interleav",), ("places",)),
    (("date", "calendar"), ("date",)),
    (("list", "sort", "table", "code", "state", "game"), ("list", "places")),
    (("number", "operator", "unit", "chain", "count", "convers"), ("number", "digits", "plain_number")),
    (("string", "word", "symbol", "spell", "language", "normal", "analog", "format"), ("text", "tagged")),
]


def pattern_tasks(prompt: Prompt) -> Item:
    """The JSON of `PatternTasks` for the drawn task type and answer form."""
    draw, form = prompt.draws("patterns"), prompt.knobs.get("answer_form", "text")
    why = "The material has too few words and figures for examples."
    return collected(prompt, lambda: _item(prompt.passage, prompt.task_type, form, draw), why, most=6, by="formal")


def edited_pattern_task(prompt: Prompt) -> Item:
    """The JSON of `EditedPatternTask`: other examples of another rule, with another output."""
    blocks, form = prompt.blocks, prompt.knobs.get("answer_form", "text")
    old = parsed(blocks.get("formal", "{}"), {})
    draw = rng(
        "patterns again",
        blocks.get("instruction", ""),
        str(old.get("query")),
        sorted(prompt.knobs.items()),
        prompt.salt,
    )
    passage = blocks.get("passage") or " ".join(str(e.get("input")) for e in old.get("examples", []))
    was = in_words(parsed(blocks.get("key", "[]"), []), shown(blocks.get("options", "")))
    for _ in range(3):
        item = _item(passage, old.get("sort", "rule") if old.get("sort") in REAL.values() else "hard", form, draw)
        if item and in_words(item["key"], item["options"]) != was:
            return edited(item)
    formal = Pattern().model_dump()
    why = "No other rule suits these inputs."
    return unsuitable(why, formal=formal, **EMPTY)


def _real(sort: Sort, passage: str, form: str, draw: Random) -> Item | None:
    made = real_task(sort, passage, draw)
    return _made(*made, form, draw) if made else None


def _item(passage: str, task_type: str, form: str, draw: Random) -> Item | None:
    sort = next((sort for name, sort in REAL.items() if task_type in (name.replace("_", " "), name, sort)), None)
    if sort is not None:
        return _real(sort, passage, form, draw)
    names = next((names for parts, names in _SUITS if any(part in task_type for part in parts)), tuple(KINDS))
    if form == "number":
        names = ("number", "digits", "plain_number")
    for attempt in range(12):
        # What suits the task type may not suit the material; any rule is better than none.
        kind = KINDS[draw.choice(names if attempt < 8 else ("number", "plain_number"))]
        pattern = pattern_of(kind, passage, draw, draw.random() < 0.7)
        if pattern is None or len({e.output for e in pattern.examples}) == 1:
            continue
        try:
            key = output_by_rule(pattern)
        except IllPosed:
            continue
        if found_again(pattern.examples, pattern.query) == key:
            return _made(pattern, key, form, draw)
    return None


def _made(pattern: Pattern, key: str, form: str, draw: Random) -> Item:
    item = {**EMPTY, "formal": pattern.model_dump()}
    if form != "option":
        return {**item, "instruction": TASK.say(draw), "key": [key]}
    others = dict.fromkeys(
        [
            *(e.output for e in pattern.examples),
            key[::-1],
            key + key[-1],
            outcome(pattern.rule, pattern.examples[0].input),
        ]
    )
    wrong = [o for o in others if o != key][:3]
    options = sorted([key, *wrong])
    return {**item, "instruction": WHICH.say(draw), "options": options, "key": [OPTION_LETTERS[options.index(key)]]}
