"""How long the teacher is told to be: a target with spread, taken from the released dataset, where the task leaves it open."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from prompts import AnswerForm
from tasks.agents.kind import SkillRun
from tasks.agents.presentation import hint_of
from tasks.records import Json, Record, rng

SPREAD = (0.4, 0.6, 0.8, 1.0, 1.0, 1.2, 1.5, 2.0)
"""Factors drawn around the target: rows of one length would teach a length."""
SHORTEST = 40
"""Words below which a target says nothing that the form of the answer does not say."""
_BYTES_PER_WORD = 6.2
_TOKENS_PER_WORD = 1.6
_ANSWERS = 4
"""Answers that a conversation has, about."""
_WITH_REASONS = frozenset(
    {AnswerForm.OPTION, AnswerForm.TRUTH, AnswerForm.NUMBER, AnswerForm.ESTIMATE, AnswerForm.ORDER, AnswerForm.MATCHING}
)
"""Closed forms whose answers hold reasons beside the result."""
_MOST_REASONS = 260
"""Words of reasons beside a closed answer; those of the released rows are longer, and much of it says things twice."""
_AMOUNT = r"(?:\d[\d,]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|a dozen|twenty|fifty|hundred|few|single|each|every)"
_SETTLED = re.compile(
    rf"\b{_AMOUNT}[- ](?:\w+[- ]){{0,2}}(?:words?|sentences?|lines?|paragraphs?|bullets?|points?|characters?|verses?|stanzas?"
    r"|items?|labels?|phrases?|steps?|pages?|letters?)\b"
    r"|\b(?:words?|characters?|sentences?|lines?) (?:at most|or fewer|or less|long|maximum)\b"
    r"|\b(?:nothing else|no other|no more than that|no comment|no explanation|without (?:comment|explanation)|alone|just the"
    r"|brief|briefly|concise|concisely|terse|as it stands|in detail|detailed|in full|keep the working)\b",
    re.I,
)
"""What settles a length wherever it stands."""
_SETTLED_APART = re.compile(r"\b(?:only|short|shortest|at once|long|length|minutes?|JSON)\b", re.I)
"""What does so in a form or a system prompt; in a task these words are as a rule about its matter."""
_LITTLE = re.compile(
    r"\b(?:one|two|three|a single|a few|[1-3])(?: (?:or|to) (?:two|three|four|[2-4]))?[- ](?:\w+ )?(?:sentences?|lines?)\b"
    r"|\b(?:\d{1,2}|ten|twelve|fifteen|twenty|thirty|forty|fifty) words\b|\bbriefly\b|\bkeep it (?:short|brief)\b"
    r"|\b(?:brief|short|one-line|one-sentence) (?:answer|reply|reason|reasons|explanation)\b|\bin a (?:sentence|word|line)\b",
    re.I,
)
"""What leaves room for a sentence or two."""
_LEAST_FOR_PARTS = 150
"""Words below which no answer of several parts says more than their names."""
_WORDS_OF_A_PART = 40
_MOST_FOR_PARTS = 300
_COUNT = {name: n for n, name in enumerate(["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 2)}
_ASKED = re.compile(
    r"\b(?:give|list|name|write|suggest|offer|propose|include|describe|compare|draft|make|prepare|plan|put|set out|need|want"
    r"|like|explain|tell|show|outline|come up with)\b[^.?!\n]*",
    re.I,
)
"""From a word that asks for something to the end of its sentence; numbers elsewhere are facts of the matter."""
_COUNTED_PART = re.compile(rf"\b({'|'.join(_COUNT)}|[2-9]|10) (?:[a-z-]+ ){{0,2}}?[a-z]{{3,}}s\b", re.I)
_LISTED_PART = re.compile(r"^\s*(?:[-*•]|\(?\w[.)])\s+\S", re.M)
_ADDED_PART = re.compile(
    r"\b(?:as well as|and (?:then|also|finally)|then (?:say|give|add|write|name|explain)|also (?:say|give|add|write|name|explain)"
    r"|(?:end|close|finish|conclude|begin|open|start) with|followed by|plus)\b",
    re.I,
)


def length_told(record: Record, run: SkillRun, shown: Sequence[Json], sample: int) -> str:
    """A sentence with a number of words to aim at; empty where task, form or skill settles the length, or by setting."""
    share, response = run.settings.length_target, run.skill.response
    form = AnswerForm(record.answer_form)
    open_form = form is AnswerForm.TEXT or form in _WITH_REASONS or (form is AnswerForm.LABEL and bool(response.words))
    if not share or not open_form or record.constraints or _settled(record, run, shown):
        return ""
    # In a conversation a choice, a verdict or a number is a short message of its own.
    if run.skill.response.turns == "conversation" and form is not AnswerForm.TEXT:
        return ""
    draw = rng(run.seed, "length", record.id, sample)
    drawn = draw.choice(response.words) if response.words else _released(run, shown) * draw.choice(SPREAD)
    most = response.max_tokens / _TOKENS_PER_WORD
    words = min(drawn * share, most if form is AnswerForm.TEXT else min(most, _MOST_REASONS * draw.choice(SPREAD)))
    words = max(words, min(most, needed(record.instruction)) if form is AnswerForm.TEXT else 0)
    if words < SHORTEST:
        return ""
    told = f"{round(words, -2 if words > 1000 else -1):.0f}"
    if response.turns == "conversation":
        return f"Answers of about {told} words suit this conversation; a short message gets a short one."
    return (
        f"There is room for about {told} words in all, reasons included. Use them for what helps the reader and do not pad; "
        "what the task itself asks for goes first."
    )


def asks_little(instruction: str) -> bool:
    """Whether the task leaves room for a sentence or two and no more."""
    return _LITTLE.search(instruction) is not None


def needed(instruction: str) -> float:
    """Words below which the parts that the task asks for have no room; 0 where it asks for one or two things."""
    asked = "\n".join(_ASKED.findall(instruction))
    counted = sum(_COUNT.get(found[1].lower()) or int(found[1]) for found in _COUNTED_PART.finditer(asked))
    listed = len(_LISTED_PART.findall(instruction))
    parts = counted + listed + instruction.count("?") + len(_ADDED_PART.findall(asked))
    return min(_MOST_FOR_PARTS, max(_LEAST_FOR_PARTS, _WORDS_OF_A_PART * parts)) if parts > 2 else 0.0


def _settled(record: Record, run: SkillRun, shown: Sequence[Json]) -> bool:
    """Whether task, final form or system prompt say how long the answer is to be, or that nothing goes beside it."""
    hint = hint_of(record, run)
    system = [str(message["content"]) for message in shown if message["role"] == "system"]
    apart = "\n".join([hint.text, *system])
    everywhere = f"{record.instruction}\n{apart}"
    return hint.shape == "bare" or bool(_SETTLED.search(everywhere) or _SETTLED_APART.search(apart))


def _released(run: SkillRun, shown: Sequence[Json]) -> float:
    """Words of one answer with which a row has as many bytes as those of the skill's split."""
    released = run.skill.released
    if released is None:
        return 0.0
    left = released.bytes_per_row - len(json.dumps(list(shown), ensure_ascii=False).encode("utf-8", "replace"))
    return max(0.0, left / _BYTES_PER_WORD / (_ANSWERS if run.skill.response.turns == "conversation" else 1))
