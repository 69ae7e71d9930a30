"""Question templates with a choice: options to choose from, claims to judge."""

from __future__ import annotations

from random import Random

from tasks.answers import OPTION_LETTERS
from tasks.offline.passage import NUMBER, WORD, Passage, altered, opening, other_number
from tasks.offline.templates.template import Draft, Slots, Solution, Template, fill, gapped, quoted
from tasks.offline.wording import Wording


def distractors(word: str, sentence: str, passage: Passage, draw: Random, count: int) -> list[str]:
    """Words of the passage that could stand where this one stands, and do not."""
    if NUMBER.fullmatch(word):
        near = [other_number(word, draw) for _ in range(12)]
        return [n for n in dict.fromkeys(near) if n != word and n not in sentence][:count]
    lower = sentence.lower()
    pool = passage.names if word in passage.names else passage.content
    alike = [w for w in pool if w.lower() not in lower and w.lower() != word.lower()]
    alike.sort(key=lambda w: (w[-2:] != word[-2:], abs(len(w) - len(word))))
    spare = [w for w in passage.content if w not in lower and w not in alike]
    return [*draw.sample(alike[: count + 3], min(count, len(alike))), *spare][:count]


def shuffled(right: str, wrong: list[str], draw: Random) -> list[str]:
    options = [right, *wrong]
    draw.shuffle(options)
    return options


def _pick(options: list[str], right: str) -> str:
    return next((OPTION_LETTERS[i] for i, o in enumerate(options[:8]) if o.casefold() == right.casefold()), "")


def _cloze_draft(passage: Passage, draw: Random) -> Draft | None:
    for sentence in passage.spread(draw)[:6]:
        if cut := gapped(sentence, passage, draw):
            wrong = distractors(cut[1], sentence, passage, draw, draw.choice((3, 3, 4)))
            if len(wrong) >= 3:
                return Draft({"sentence": cut[0]}, shuffled(cut[1], wrong, draw))
    return None


def _cloze_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    found = fill(passage, slots["sentence"])
    letter = _pick(options, found[0]) if found else ""
    return Solution([letter], [found[1]], quoted(found[1])) if found and letter else None


def _stated_draft(passage: Passage, draw: Random) -> Draft | None:
    chosen = passage.spread(draw)
    for i, right in enumerate(chosen[:5]):
        wrong = [draw.choice(v[:2]) for s in chosen[i + 1 : i + 8] if (v := altered(s, passage, draw))]
        wrong += [v for v in altered(right, passage, draw)[:1]]
        wrong.sort(key=lambda w: abs(len(w) - len(right)))
        if len(wrong) >= 3 and len(right) < 40 + 2 * min(len(w) for w in wrong[:3]):
            return Draft({}, shuffled(right, wrong[:3], draw))
    return None


def _stated_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    held = [(OPTION_LETTERS[i], o) for i, o in enumerate(options[:8]) if o in passage.flat]
    if len(held) != 1:
        return None
    return Solution(
        [held[0][0]], [held[0][1]], "That statement stands in the text word for word; the others change a detail."
    )


def _earliest_draft(passage: Passage, draw: Random) -> Draft | None:
    starts = list(dict.fromkeys(opening(s) + " ..." for s in passage.spread(draw)))[:4]
    return Draft({}, starts) if len(starts) == 4 else None


def _earliest_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    places = [(passage.flat.find(o.removesuffix(" ...")), i) for i, o in enumerate(options[:8])]
    if not places or min(places)[0] < 0:
        return None
    first = passage.starting(options[min(places)[1]].removesuffix(" ..."))
    reason = f"Of the four sentences, this one comes first: “{first}”"
    return Solution([OPTION_LETTERS[min(places)[1]]], [first], reason) if first else None


def _truth_draft(passage: Passage, draw: Random) -> Draft | None:
    false = draw.random() < 0.5
    for sentence in passage.spread(draw)[:5]:
        if not false:
            return Draft({"claim": sentence})
        if versions := altered(sentence, passage, draw):
            return Draft({"claim": draw.choice(versions[:3])})
    return Draft({"claim": passage.sentences[0]}) if passage.sentences else None


def nearest(claim: str, passage: Passage) -> str:
    """The sentence that shares nearly all words with the claim, or nothing."""
    words = set(WORD.findall(claim.lower()))
    best, score = "", 0.0
    for sentence, held in passage.worded.items():
        theirs = set(held)
        overlap = len(words & theirs) / max(1, len(words | theirs))
        if overlap > score:
            best, score = sentence, overlap
    return best if score >= 0.6 else ""


def _truth_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    claim = slots["claim"]
    if claim in passage.flat:
        return Solution(["true"], [claim], quoted(claim))
    sentence = nearest(claim, passage)
    return Solution(["false"], [sentence], quoted(sentence)) if sentence else None


def _both_draft(passage: Passage, draw: Random) -> Draft | None:
    chosen = passage.spread(draw)
    if len(chosen) < 2:
        return None
    first, second = chosen[:2]
    if draw.random() < 0.55 and (versions := altered(second, passage, draw)):
        second = draw.choice(versions[:3])
    pair = [first, second] if draw.random() < 0.5 else [second, first]
    return Draft({"first": pair[0], "second": pair[1]})


def _both_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    parts = [_truth_solve(passage, {"claim": slots[name]}, []) for name in ("first", "second")]
    if parts[0] is None or parts[1] is None:
        return None
    failing = [p for p in parts if p and p.key == ["false"]]
    if failing:
        return Solution(["false"], failing[0].evidence, failing[0].reason)
    return Solution(["true"], parts[0].evidence + parts[1].evidence, "Both statements stand in the text word for word.")


OPTIONS = [
    Template("cloze_option", "option", Wording(
        "Which word or figure completes this sentence as the text has it: “{sentence}”?",
        "One word or figure has been left out of a sentence: “{sentence}” Which of the choices restores it?",
        "“{sentence}” Which of the following belongs in the gap, going by the text?",
        "Choose what fills the gap so that the sentence agrees with the text: “{sentence}”",
    ), _cloze_draft, _cloze_solve),
    Template("stated_option", "option", Wording(
        "Which of these statements does the text make?",
        "Only one of the following statements agrees with the text in every detail. Which one?",
        "Which statement can be found in the text, with nothing changed?",
    ), _stated_draft, _stated_solve),
    Template("earliest_option", "option", Wording(
        "Four sentences of the text begin as follows. Which of them comes first?",
        "Which of the sentences that begin like this stands earliest in the text?",
    ), _earliest_draft, _earliest_solve, hard=True, local=False),
    Template("claim_truth", "truth", Wording(
        "Is the following claim true or false, judged by the text? “{claim}”",
        "Judge this claim against the text: “{claim}” Is it true or false?",
        "True or false, going by the text: “{claim}”",
        "Does the text bear out the claim “{claim}” as true, or is it false?",
    ), _truth_draft, _truth_solve),
    Template("both_truth", "truth", Wording(
        "Judge this claim against the text: both “{first}” and “{second}” are correct. Is the claim true or false?",
        "True or false: the text makes both of these statements, “{first}” and “{second}”.",
    ), _both_draft, _both_solve, hard=True),
]  # fmt: skip
