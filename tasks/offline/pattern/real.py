"""Real tasks by example, offline: word problems, questions, verdicts and labels that the responder can work out again."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

from tasks.kinds.pattern.contract import Example, Pattern, Sort
from tasks.offline.passage import STOP, WORD, Passage
from tasks.offline.wording import Wording

Made = tuple[Pattern, str]
"""A pattern, and the output of its open case."""
_EXAMPLES = 5
_PROBLEM = Wording(
    "There are {a} boxes with {b} {things} in each, and {c} more lie beside them. {d} people look on. "
    "How many {things} are there?"
)
_BETWEEN = Wording("Question: Which word stands between “{left}” and “{right}”?")
_MENTIONS = Wording("Statement: The word “{word}” occurs in it.")
_AWKWARD = re.compile(r"[“”\"|?:]")
_VERDICTS = (("follows", "does not follow"), ("yes", "no"), ("supported", "not supported"))
_LABELS = (("with figures", "without figures"), ("measured", "not measured"))


def real_task(sort: Sort, passage: str, draw: Random) -> Made | None:
    """A pattern of real tasks about the passage; None if it has too little for them."""
    cases = _AUTHORS[sort](passage, draw)
    if cases is None:
        return None
    *examples, last = cases
    return Pattern(sort=sort, examples=examples, query=last.input, reasoning=last.reasoning), last.output


def solved(examples: Sequence[Example], query: str) -> tuple[str, str] | None:
    """Reasoning and output of an open case of such a task; None if it is none."""
    for solve in (_sum, _word_between, _verdict, _label):
        if (found := solve(examples, query)) is not None:
            return found
    return None


def _sums(passage: str, draw: Random) -> list[Example] | None:
    things = list(
        dict.fromkeys(w for w in Passage(passage).content if re.fullmatch(r"[a-z]{4,10}s", w) and w not in STOP)
    )
    if len(things) < 2:
        return None
    cases: dict[str, Example] = {}
    while len(cases) <= _EXAMPLES:
        a, b, c, d = draw.randint(3, 9), draw.randint(4, 25), draw.randint(2, 30), draw.randint(2, 6)
        asked = _PROBLEM.say(draw, a=str(a), b=str(b), c=str(c), d=str(d), things=draw.choice(things))
        told = _sum((), asked)
        assert told is not None
        cases[asked] = Example(input=asked, reasoning=told[0], output=told[1])
    return list(cases.values())


def _sum(examples: Sequence[Example], query: str) -> tuple[str, str] | None:
    found = _PROBLEM.find(query)
    if found is None:
        return None
    a, b, c = (int(found[name]) for name in "abc")
    return f"{a} × {b} = {a * b}. {a * b} + {c} = {a * b + c}. The people are not counted.", str(a * b + c)


def _plain_sentences(passage: str) -> list[str]:
    found = (piece.text for piece in Passage(passage).pieces if 7 <= len(piece.text.split()) <= 30)
    return list(dict.fromkeys(t for t in found if t.endswith(".") and not _AWKWARD.search(t)))


def _questions(passage: str, draw: Random) -> list[Example] | None:
    cases: list[Example] = []
    for text in draw.sample(texts := _plain_sentences(passage), len(texts)):
        words = WORD.findall(text)
        places = [
            n
            for n in range(1, len(words) - 1)
            if len(words[n]) > 3 and words.count(words[n]) == 1 and words[n].lower() not in STOP
        ]
        if not places:
            continue
        n = draw.choice(places)
        asked = f"{text} {_BETWEEN.say(draw, left=words[n - 1], right=words[n + 1])}"
        told = _word_between((), asked)
        if told is not None and told[1] == words[n]:
            cases.append(Example(input=asked, reasoning=told[0], output=told[1]))
        if len(cases) > _EXAMPLES and len({case.output for case in cases}) > 2:
            return cases
    return None


def _word_between(examples: Sequence[Example], query: str) -> tuple[str, str] | None:
    found = _BETWEEN.find(query)
    if found is None:
        return None
    words = WORD.findall(query[: found.start()])
    for left, word, right in zip(words, words[1:], words[2:], strict=False):
        if (left, right) == (found["left"], found["right"]):
            return f"In the text “{right}” comes two words after “{left}”, with one word between them.", word
    return None


def _inferences(passage: str, draw: Random) -> list[Example] | None:
    texts, verdicts = _plain_sentences(passage), draw.choice(_VERDICTS)
    if len(texts) <= _EXAMPLES:
        return None
    cases: list[Example] = []
    for n, text in enumerate(draw.sample(texts, _EXAMPLES + 1)):
        true = n % 2 == 0 if n < _EXAMPLES else draw.random() < 0.5
        source = text if true else draw.choice([t for t in texts if t != text])
        words = [w for w in WORD.findall(source) if len(w) > 3 and w.lower() not in STOP]
        words = [w for w in words if true or w.lower() not in text.lower()]
        if not words:
            return None
        asked = f"{text} {_MENTIONS.say(draw, word=draw.choice(words))}"
        cases.append(Example(input=asked, reasoning=_looked_up(asked), output=verdicts[0 if true else 1]))
    return cases


def _verdict(examples: Sequence[Example], query: str) -> tuple[str, str] | None:
    if _occurs(query) is None:
        return None
    return next(((_looked_up(query), e.output) for e in examples if _occurs(e.input) is _occurs(query)), None)


def _occurs(asked: str) -> bool | None:
    found = _MENTIONS.find(asked)
    return None if found is None else found["word"] in WORD.findall(asked[: found.start()])


def _looked_up(asked: str) -> str:
    return f"Look for the word in the text: it is {'there' if _occurs(asked) else 'not there'}."


def _classified(passage: str, draw: Random) -> list[Example] | None:
    texts, labels = _plain_sentences(passage), draw.choice(_LABELS)
    sides = [[t for t in texts if _has_figures(t) is side] for side in (True, False)]
    if min(map(len, sides)) < 3:
        return None
    chosen = [t for side in sides for t in draw.sample(side, 3)]
    draw.shuffle(chosen)
    return [Example(input=t, reasoning=_looked_at(t), output=labels[0 if _has_figures(t) else 1]) for t in chosen]


def _label(examples: Sequence[Example], query: str) -> tuple[str, str] | None:
    known = {label for pair in _LABELS for label in pair}
    if not examples or any(e.output not in known for e in examples):
        return None
    alike = (e.output for e in examples if _has_figures(e.input) is _has_figures(query))
    return next(((_looked_at(query), output) for output in alike), None)


def _has_figures(text: str) -> bool:
    return bool(re.search(r"\d", text))


def _looked_at(text: str) -> str:
    return f"Look for digits: there are {'some' if _has_figures(text) else 'none'}."


_AUTHORS: dict[str, Callable[[str, Random], list[Example] | None]] = {
    "mathematics": _sums,
    "question": _questions,
    "inference": _inferences,
    "classification": _classified,
}
