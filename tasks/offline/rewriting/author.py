"""The offline author of rewriting tasks: it asks for changes that a rule can carry out, chosen to suit the task type."""

from __future__ import annotations

import re
from random import Random
from typing import Any

from tasks.offline.item import Item, edited, refused, unsuitable
from tasks.offline.passage import MONTHS, NUMBER, Passage, size
from tasks.offline.prompt import Prompt
from tasks.offline.rewriting.changes import BY_NAME, CHANGES, Change, Step, requested, required, rewritten
from tasks.offline.rewriting.lexicon import CLOSES, FRENCH, GERMAN, SYNONYMS, VAGUE
from tasks.offline.rewriting.rules import DATE
from tasks.records import rng

# Task type, by part of its name -> changes to try, in order; the first that suits the passage is asked for.
_PLANS: list[tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]] = [
    (("simplif",), (("length",), ("sentences", "synonyms"))),
    (("expan",), (("expand",),)),
    (("translat",), (("german",), ("french",))),
    (("switch",), (("french",), ("german",))),
    (("format",), (("bullets",), ("numbered",), ("lines",))),
    (("sentiment",), (("sentences", "warm"),)),
    (("annotat",), (("bold", "remark"), ("bold",))),
    (("keyword", "replacement"), (("keyword",), ("synonyms",))),
    (("remov", "redact"), (("omit",), ("masked",))),
    (("capital",), (("nth",), ("upper",), ("title",), ("opened",), ("lower",))),
    (("styl",), (("bold",), ("italic",))),
    (("normal",), (("dates",), ("lower",), ("lines",))),
    (("obfusc",), (("masked",), ("omit",))),
    (("plagiar", "paraphras"), (("synonyms", "sentences"), ("synonyms",), ("shorten",))),
    (("entail",), (("sentences", "remark"),)),
    (("vocabul", "limit"), (("letter",), ("length",))),
    (("rewrit", "content"), (("opened",), ("emojis",), ("sentences", "story"), ("shorten",))),
]  # fmt: skip
_ANYWAY = (("sentences",), ("shorten",), ("keyword",), ("lines",), ("bold",), ("upper",))
_ENDED = re.compile(r"[^\w\s,;:(\-\u2013—|>][\"”\u2019)\]*_]*\s*$")
_LEADS = ("Change the text as follows.", "Revise this text.", "Edit the text for me.", "The text needs a change.")


def rewritings(prompt: Prompt) -> Item:
    """The JSON of `Rewritings` for the drawn task type."""
    if size(prompt.passage) < 12:
        return refused("The text is too short to be changed in a way that shows.")
    draw, text, task_type = prompt.draws("modifying"), Passage(prompt.passage), prompt.task_type
    plans = next((plans for parts, plans in _PLANS if any(p in task_type for p in parts)), ())
    # Types with equally good plans take them in drawn order; the stand-ins come last.
    tries = [*draw.sample(plans, len(plans)), *draw.sample(_ANYWAY, len(_ANYWAY))]
    items: list[dict[str, Any]] = []
    for plan in tries:
        steps = [step for name in plan for step in _offered(name, text, draw)]
        if len(steps) >= len(plan) and (item := _composed(steps, text, draw, prompt.difficulty)):
            items.append(item)
        if len(items) >= min(prompt.count, 5):
            break
    return {"unsuitable": "" if items else "The text offers no hold for a mechanical change.", "items": items}


def _offered(name: str, text: Passage, draw: Random) -> list[Step]:
    if name in ("synonyms", "german", "french", "keyword", "masked"):
        return [(BY_NAME["replace"], {"old": old, "new": new}) for old, new in _exchanges(name, text, draw)]
    if name in ("warm", "story"):
        said = CLOSES["sentiment" if name == "warm" else "content"]
        return [(BY_NAME["close"], {"close": draw.choice(said)})]
    change = BY_NAME["close" if name == "remark" else name]
    slots = change.offer(text, draw)
    return [] if slots is None else [(change, slots)]


def _exchanges(name: str, text: Passage, draw: Random) -> list[tuple[str, str]]:
    lexicon = {"synonyms": SYNONYMS, "german": GERMAN, "french": FRENCH}.get(name)
    if lexicon is not None:
        held = [
            (old, new) for old, new in lexicon.items() if text.counts[old] and not text.counts[new.lower().split()[0]]
        ]
        return draw.sample(held, min(draw.choice((1, 2, 2, 3)), len(held)))
    if name == "masked":
        return [(n, draw.choice(VAGUE)) for n in draw.sample(text.names, min(2, len(text.names)))]
    words = [w for w in text.topics if text.counts[w] > 1] or text.topics
    spare = [w for w in ("subject", "matter", "item", "element", "thing") if not text.counts[w]]
    return [(draw.choice(words[:6]), draw.choice(spare))] if words and spare else []


def _composed(steps: list[Step], text: Passage, draw: Random, difficulty: str, lead: str = "") -> dict[str, Any] | None:
    """The JSON of `Rewriting` for these changes; nothing if they leave the text as it is or empty it."""
    # Told in the order in which they are carried out, so that whoever follows the words arrives at the same text.
    steps = sorted(steps, key=lambda step: step[0].turn)
    told = " ".join(change.wording.say(draw, **slots) for change, slots in steps)
    instruction = f"{lead or draw.choice(_LEADS)} {told}"
    answer = rewritten(text.raw, steps)
    constraints = required(steps)
    if (
        answer.split() == text.raw.split()
        or size(answer) < 8
        or not _ENDED.search(answer)
        or not all(_met(c, answer) for c in constraints)
    ):
        return None
    dateless = DATE.sub(" ", text.flat)
    kept = [
        f
        for f in [*text.names[:8], *dict.fromkeys(NUMBER.findall(dateless)[:6])]
        if len(f) > 1 and f.capitalize() not in MONTHS
    ]
    safe = all(c["kind"] not in ("exclude", "exclude_letters", "replace") for c in constraints)
    facts = [f for f in kept if safe and re.search(rf"(?<![\w,.]){re.escape(f)}(?![\w]|[,.]\d)", answer)]
    return {
        "instruction": instruction,
        "constraints": constraints,
        "evidence": facts[:3],
        "difficulty": difficulty,
    }


def _met(c: dict[str, Any], answer: str) -> bool:
    """Whether the changes, taken together, still give what each of them states."""
    kind, number, words = c["kind"], int(c["number"]), [w.lower() for w in c["words"]]
    rows, low = [line for line in answer.splitlines() if line.strip()], answer.lower()
    if kind in ("bullets", "numbered"):
        return sum(r.startswith("- ") if kind == "bullets" else r[0].isdigit() for r in rows) >= number
    if kind == "line_count":
        return len(rows) == number
    if kind in ("max_words", "min_words"):
        count = len(re.findall(r"\S*\w\S*", answer))
        return count <= number if kind == "max_words" else count >= number
    if kind == "replace":
        return _uses(low, words[1]) and not _uses(low, words[0])
    if kind == "exclude":
        return not any(w in low for w in words)
    if kind in ("include", "bold", "italic"):
        return all(_uses(low, w) for w in words)
    return True


def _uses(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def with_another(instruction: str, passage: str, draw: Random) -> dict[str, Any] | None:
    """The task with one more change that agrees with those it has, or nothing."""
    text, old = Passage(passage), requested(instruction)
    if not old:
        return None
    taken = {change.group for change, _ in old.steps if change.group} | {change.name for change, _ in old.steps}
    if "extent" in taken:
        taken.add("close")
    free = [c for c in CHANGES if c.group not in taken and c.name not in taken and not _clashes(c, old.steps)]
    for change in draw.sample(free, len(free)):
        after = Passage(rewritten(passage, [s for s in old.steps if s[0].turn < change.turn]))
        offered = _offered("keyword" if change.name == "replace" else change.name, after, draw)
        if offered and (
            item := _composed([*old.steps, *offered], text, draw, "hard", instruction[: old.start].strip())
        ):
            return item
    return None


def _clashes(change: Change, steps: list[Step]) -> bool:
    # Words that a step names must come out as they are named: no change of letter case beside them.
    worded = {"bold", "italic", "replace", "omit", "opened", "close", "dates", "letter", "length", "emojis"}
    cased = {"upper", "lower", "title", "nth"}
    names = {c.name for c, _ in steps}
    late = {"letter", "length", "opened"}
    return (
        (change.name in cased and bool(names & worded))
        or (change.name in worded and bool(names & cased))
        or (change.name in late and bool(names & worded))
        or (change.name in worded and bool(names & late))
    )


def edited_rewriting(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `EditedRewriting`: one more change is asked for."""
    passage, instruction = prompt.passage, prompt.instruction
    draw = rng("editing", passage, instruction, prompt.goal, prompt.salt)
    item = with_another(instruction, passage, draw)
    if not item:
        return unsuitable(
            "No further change agrees with those that are asked for already.", constraints=[], evidence=[]
        )
    return edited(item)
