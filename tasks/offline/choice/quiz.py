"""Multiple-choice questions that need no text: the offline author, its editor, and how they are solved.

Every question shows all that its answer takes: a remark, two figures, a handful of numbers. The author derives the key from
what it planned; the responder works it out from the question's words.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

from tasks.answers import OPTION_LETTERS
from tasks.offline.item import EMPTY, Item, collected, edited, in_words, refused, shown, unsuitable
from tasks.offline.passage import NUMBER, STOP, WORD, Passage, altered, canonical, size
from tasks.offline.prompt import Prompt
from tasks.offline.templates.statement import stated
from tasks.offline.templates.template import GAP, Draft, Found, Slots, Solution, Template, found_in
from tasks.offline.view import split
from tasks.offline.wording import Wording
from tasks.records import rng

_SLIPS = (
    "The remark is read too fast and a detail of it is exchanged.",
    "What usually is the case is taken for what the remark says.",
    "A neighbouring detail is taken for the one that is asked about.",
    "The sign of the statement is overlooked.",
    "A word is remembered that merely sounds alike.",
    "The first detail that looks familiar is taken without a comparison.",
    "The detail is taken from another remark on the same matter.",
)
_SUMS = (
    "The two amounts are put together in place of being compared.",
    "The larger amount is taken for the gap between the two.",
    "The smaller amount is taken for the gap between the two.",
    "A digit is lost when the amounts are written below each other.",
    "A ten is carried that should have been borrowed.",
    "The gap is halved as if both amounts met in the middle.",
    "The gap is doubled as if both amounts had moved.",
)


def _remark(passage: Passage, draw: Random, count: int) -> tuple[str, list[str]] | None:
    for sentence in passage.spread(draw)[:8]:
        wrong = [w for w in altered(sentence, passage, draw) if "“" not in w and len(w) > 12]
        if len(wrong) >= count:
            return sentence, draw.sample(wrong, count)
    return None


def _same_draft(passage: Passage, draw: Random) -> Draft | None:
    found = _remark(passage, draw, draw.choice((3, 3, 4)))
    return Draft({"remark": found[0]}, [found[0], *found[1]]) if found else None


def _same_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    reason = "That version has every word of the remark; each of the others changes one."
    return _only(options, lambda option: _flat(option) == _flat(slots["remark"]), reason)


def _only(options: list[str], fits: Callable[[str], bool], reason: str) -> Solution | None:
    held = [letter for letter, option in zip(OPTION_LETTERS, options, strict=False) if fits(option)]
    return Solution(held, [], reason) if len(held) == 1 else None


def _flat(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


def _gap_draft(passage: Passage, draw: Random) -> Draft | None:
    for sentence in passage.spread(draw)[:8]:
        tokens = [m for m in WORD.finditer(sentence) if m.start() > 2 and len(m[0]) >= 4 and m[0].lower() not in STOP]
        once = [m for m in tokens if sentence.lower().count(m[0].lower()) == 1 and m.end() < len(sentence)]
        if not once:
            continue
        gone = draw.choice(once)
        alike = [w for w in passage.content if w not in sentence.lower() and abs(len(w) - len(gone[0])) < 4]
        if gone[0].islower() and len(alike) >= 3:
            copy = sentence[: gone.start()] + GAP + sentence[gone.end() :]
            return Draft({"remark": sentence, "copy": copy}, [gone[0], *draw.sample(alike, 3)])
    return None


def _gap_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    before, _, after = slots["copy"].partition(GAP)
    remark = slots["remark"]
    if not (remark.startswith(before) and remark.endswith(after)):
        return None
    word = remark[len(before) : len(remark) - len(after)]
    reason = f"Where the copy has its gap, the remark has “{word}” and none of the other words."
    return _only(options, lambda option: option.casefold() == word.casefold(), reason)


def _figures(passage: Passage) -> list[Decimal]:
    found = (Decimal(canonical(m[0])) for s in passage.sentences for m in NUMBER.finditer(s))
    return list(dict.fromkeys(n for n in found if 2 <= n < 10**9 and n == int(n)))


def _difference_draft(passage: Passage, draw: Random) -> Draft | None:
    figures = _figures(passage)
    if len(figures) < 2:
        return None
    for _ in range(6):
        a, b = draw.sample(figures, 2)
        gap = abs(a - b)
        wrong = [
            w for w in dict.fromkeys((a + b, max(a, b), min(a, b), gap + 10, gap * 2)) if w not in (gap, Decimal(0))
        ]
        if gap > 0 and len(wrong) >= 3:
            return Draft(
                {"a": _said(a), "b": _said(b)}, [_said(gap), *(_said(w) for w in wrong[: draw.choice((3, 4))])]
            )
    return None


def _difference_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    a, b = (int(slots[name]) for name in "ab")
    return _only(
        options,
        lambda option: option.strip() == str(abs(a - b)),
        f"{max(a, b)} - {min(a, b)} = {abs(a - b)}, and no other option has this value.",
    )


def _total_draft(passage: Passage, draw: Random) -> Draft | None:
    figures = _figures(passage)
    if len(figures) < 2:
        return None
    a, b = draw.sample(figures, 2)
    wrong = [w for w in dict.fromkeys((abs(a - b), a + b + 10, 2 * (a + b), max(a, b))) if w > 0]
    return (
        Draft({"a": _said(a), "b": _said(b)}, [_said(a + b), *(_said(w) for w in wrong[:4])])
        if len(wrong) >= 3
        else None
    )


def _total_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    a, b = (int(slots[name]) for name in "ab")
    return _only(
        options,
        lambda option: option.strip() == str(a + b),
        f"{a} + {b} = {a + b}, and no other option has this value.",
    )


def _said(number: Decimal) -> str:
    return canonical(number)


_TEMPLATES = [
    Template("same_choice", "option", Wording(
        "Somebody remarks: “{remark}” Which of these versions repeats the remark without any change?",
        "A note says: “{remark}” Several people pass it on. Whose version agrees with it in every detail?",
        "“{remark}” Which of these sentences says precisely this and nothing else?",
    ), _same_draft, _same_solve),
    Template("gap_choice", "option", Wording(
        "A register has the entry “{remark}” A copy of it reads “{copy}” Which word has been lost in copying?",
        "Somebody says “{remark}” and is quoted as “{copy}” Which word completes the quotation?",
    ), _gap_draft, _gap_solve),
    Template("difference_choice", "option", Wording(
        "One amount is {a}, another is {b}. How far are they apart?",
        "By how much do the amounts {a} and {b} differ?",
    ), _difference_draft, _difference_solve, hard=True),
    Template("total_choice", "option", Wording(
        "One amount is {a}, another is {b}. What do they come to if they are put together?",
        "The amounts {a} and {b} are added up. What is the result?",
    ), _total_draft, _total_solve, hard=True),
]  # fmt: skip
_OTHER = {"difference_choice": "total_choice", "total_choice": "difference_choice"}


def choices(prompt: Prompt) -> Item:
    """The JSON of `Choices`."""
    text = Passage(prompt.passage, prompt.knobs.get("focus", ""))
    if size(prompt.passage) < 12 or not text.sentences:
        return refused("The passage is too short to ask about.")
    draw, why = prompt.draws("quizzing"), "The passage has no remark or figure to ask about."
    return collected(prompt, lambda: _item(text, draw, draw.sample(_TEMPLATES, len(_TEMPLATES))), why, tries=4)


def edited_choice(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `EditedChoice`: more options, or a question that leads to another of them."""
    passage, instruction = prompt.passage, prompt.instruction
    goal = f"{prompt.knobs.get('goal', '')} {prompt.blocks.get('suggestion', '')}".lower()
    draw, text = rng("quizzing again", passage, instruction, goal, prompt.salt), Passage(passage)
    found = recognised(instruction)
    if not found:
        return unsuitable("The question is of no kind that can be changed by rule.", **EMPTY)
    template = found[0]
    ranked = [k for k in _TEMPLATES if k.name == _OTHER.get(template.name, template.name)]
    for _ in range(6):
        item = _item(text, draw, ranked)
        if item and item["instruction"] != instruction and _right(item) not in shown(prompt.blocks.get("options", "")):
            return edited(item)
    return unsuitable("No such change leaves a sound question.", **EMPTY)


def _right(item: dict[str, Any]) -> str:
    return in_words(item["key"], [option["text"] for option in item["options"]])[0]


def _item(text: Passage, draw: Random, templates: list[Template]) -> dict[str, Any] | None:
    for template in templates:
        draft = template.draft(text, draw)
        if not draft:
            continue
        right, wrong = draft.options[0], draft.options[1:]
        options = [right, *wrong]
        draw.shuffle(options)
        told = template.wording.say(draw, **draft.slots)
        found = recognised(told)
        if not found or found[0] is not template:
            continue
        slips = draw.sample(_SUMS if template.hard else _SLIPS, len(wrong))
        mistakes = dict(zip(wrong, slips, strict=True))
        evidence = _quotes(text, draft.slots)
        if evidence:
            return {
                "working": "What is shown in the question is compared or calculated, word for word.",
                "evidence": evidence,
                "instruction": told,
                "options": [{"mistake": mistakes.get(option, ""), "text": option} for option in options],
                "key": [OPTION_LETTERS[options.index(right)]],
                "answerable": True,
            }
    return None


def _quotes(text: Passage, slots: Slots) -> list[str]:
    if "remark" in slots:
        return [text.verbatim(slots["remark"])]
    wanted = [slots["a"], slots["b"]]
    held = {n: s for s in text.sentences for m in NUMBER.finditer(s) if (n := canonical(m[0])) in wanted}
    return [text.verbatim(s) for s in dict.fromkeys(held[n] for n in wanted if n in held)]


def recognised(message: str) -> Found | None:
    """The question without a text that a message asks."""
    return found_in(message, _TEMPLATES)


def solved(message: str, salt: object) -> str | None:
    """The answer to a question of these kinds, from its own words; None if it is none of them."""
    found = recognised(message)
    if not found:
        return None
    template, slots, start, end = found
    view = split(message, start, end)
    solution = template.solve(Passage(view.passage), slots, view.options)
    return (
        stated(template.form, solution.key, solution.reason, view, rng("responding", message, salt))
        if solution
        else None
    )
