"""Question templates with one short answer: numbers and spans."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from tasks.offline.passage import NUMBER, Passage, canonical
from tasks.offline.templates.template import Draft, Slots, Solution, Template, fill, gapped, number_in, opened, quoted
from tasks.offline.wording import Wording


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _countable(passage: Passage, draw: Random) -> list[str]:
    words = [w for w in passage.topics if passage.counts[w] >= 2] or passage.content[:6]
    return draw.sample(words, len(words))


def _count_draft(passage: Passage, draw: Random) -> Draft | None:
    words = _countable(passage, draw)
    return Draft({"word": words[0]}) if words else None


def _count_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    word = slots["word"].lower()
    count = passage.counts[word]
    reason = f"Counting every place where it stands, the word “{word}” occurs {_times(count)}."
    return Solution([str(count)], passage.holding(word)[:3], reason) if count else None


def _total_draft(passage: Passage, draw: Random) -> Draft | None:
    words = _countable(passage, draw)
    return Draft({"first": words[0], "second": words[1]}) if len(words) > 1 else None


def _total_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    first, second = slots["first"].lower(), slots["second"].lower()
    one, two = passage.counts[first], passage.counts[second]
    if not (one and two):
        return None
    evidence = [*passage.holding(first)[:1], *passage.holding(second)[:1]]
    reason = f"The word “{first}” occurs {_times(one)} and “{second}” {_times(two)}: {one} + {two} = {one + two}."
    return Solution([str(one + two)], list(dict.fromkeys(evidence)), reason)


def _figures(sentence: str) -> list[str]:
    return [m[0] for m in NUMBER.finditer(sentence)]


def _has_two_figures(sentence: str) -> bool:
    return len(set(_figures(sentence))) == len(_figures(sentence)) == 2


def _pair(passage: Passage, slots: Slots) -> tuple[str, Decimal, Decimal] | None:
    sentence = passage.starting(slots["opening"])
    found = _figures(sentence)
    return (sentence, Decimal(canonical(found[0])), Decimal(canonical(found[1]))) if len(found) == 2 else None


def _sum_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    if not (pair := _pair(passage, slots)):
        return None
    sentence, one, two = pair
    total = canonical(one + two)
    return Solution([total], [sentence], f"{quoted(sentence)} The sum is {one} + {two} = {total}.")


def _difference_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    if not (pair := _pair(passage, slots)):
        return None
    sentence, one, two = pair
    gap = canonical(abs(one - two))
    return Solution(
        [gap], [sentence], f"{quoted(sentence)} The difference is {max(one, two)} - {min(one, two)} = {gap}."
    )


def _figure_draft(passage: Passage, draw: Random) -> Draft | None:
    for sentence in passage.spread(draw):
        if NUMBER.search(sentence) and (cut := gapped(sentence, passage, draw, "number")):
            return Draft({"sentence": cut[0]})
    return None


def _figure_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    found = fill(passage, slots["sentence"])
    number = number_in(found[0]) if found else None
    return Solution([number], [found[1]], quoted(found[1])) if found and number else None


def _length_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    if not (sentence := passage.starting(slots["opening"])):
        return None
    count = len(sentence.split())
    return Solution([str(count)], [sentence], f"{quoted(sentence)} Counted at the spaces, that makes {count} words.")


def _gap_draft(passage: Passage, draw: Random) -> Draft | None:
    for sentence in passage.spread(draw)[:8]:
        if cut := gapped(sentence, passage, draw, draw.choice(("any", "word"))):
            return Draft({"sentence": cut[0]})
    return None


def _gap_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    found = fill(passage, slots["sentence"])
    return Solution([found[0]], [found[1]], f"The gap is filled by “{found[0]}”.") if found else None


def _next_draft(passage: Passage, draw: Random) -> Draft | None:
    for sentence in passage.spread(draw)[:10]:
        words = sentence.split()
        starts = [i for i in range(1, len(words) - 5) if all(w.isalnum() for w in words[i + 3 : i + 5])]
        for i in draw.sample(starts, len(starts)):
            phrase, following = " ".join(words[i : i + 3]), " ".join(words[i + 3 : i + 5])
            unique = passage.flat.count(phrase) == 1 and following not in phrase
            if unique and all(len(w) > 1 for w in words[i + 3 : i + 5]) and len(following) > 8:
                return Draft({"phrase": phrase})
    return None


def _next_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    at = passage.flat.find(slots["phrase"] + " ")
    following = passage.flat[at + len(slots["phrase"]) :].split()[:2] if at >= 0 else []
    if len(following) < 2:
        return None
    found = " ".join(following).strip(".,;:!?()\"'”\u2019")
    sentence = next((s for s in passage.finished if f"{slots['phrase']} {following[0]}" in s), "")
    return Solution([found], [sentence or found], f"Directly after these words comes “{found}”.")


def _ends_in_words(sentence: str) -> bool:
    words = sentence.rstrip(".!?").split()
    return len(words) > 8 and all(w.isalnum() for w in words[-2:])


def _last_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    sentence = passage.starting(slots["opening"])
    tail = " ".join(sentence.rstrip(".!?").split()[-2:])
    return Solution([tail], [sentence], f"The sentence ends with “{tail}”.") if tail else None


DETAILS = [
    Template("figure_number", "number", Wording(
        "Which number, in digits, belongs in the gap of this sentence of the text: “{sentence}”?",
        "A figure is missing here: “{sentence}” What is it, in digits, according to the text?",
        "Supply the number that the text gives in place of the blank: “{sentence}”",
    ), _figure_draft, _figure_solve),
    Template("sum_number", "number", Wording(
        "What is the sum of the two numbers written in figures in the sentence that begins “{opening}”?",
        "Add up the two numbers that stand in figures in the sentence beginning “{opening}”. What is the total?",
    ), opened(_has_two_figures), _sum_solve),
    Template("count_number", "number", Wording(
        "How many times does the word “{word}” occur in the text, in exactly this form, capitals aside?",
        "Count the places where the text uses the word “{word}” in exactly this form, capitals aside. How many are there?",
    ), _count_draft, _count_solve, local=False),
    Template("length_number", "number", Wording(
        "Counting words as they are separated by spaces, how many words has the sentence that begins “{opening}”?",
        "How long, in words separated by spaces, is the sentence of the text that starts with “{opening}”?",
    ), opened(lambda s: len(s.split()) > 6), _length_solve),
    Template("difference_number", "number", Wording(
        "By how much do the two numbers written in figures in the sentence that begins “{opening}” differ?",
        "Take the smaller from the larger of the two numbers that stand in figures in the sentence beginning “{opening}”. "
        "What remains?",
    ), opened(_has_two_figures), _difference_solve, hard=True),
    Template("total_number", "number", Wording(
        "How many times do the words “{first}” and “{second}”, in exactly these forms, occur in the text altogether?",
        "Count the places where the text uses “{first}” and those where it uses “{second}”, in exactly these forms. What "
        "is the total?",
    ), _total_draft, _total_solve, hard=True, local=False),
    Template("gap_span", "span", Wording(
        "What does the text have in place of the blank: “{sentence}”?",
        "Complete this sentence with the single word or figure that the text uses: “{sentence}”",
        "In “{sentence}”, one word or figure is missing. Which one stands there in the text?",
    ), _gap_draft, _gap_solve),
    Template("next_span", "span", Wording(
        "Which two words come directly after “{phrase}” in the text?",
        "Find the words “{phrase}” in the text. Which two words follow them?",
    ), _next_draft, _next_solve),
    Template("last_span", "span", Wording(
        "With which two words does the sentence that begins “{opening}” end?",
        "What are the last two words of the sentence in the text that starts with “{opening}”?",
    ), opened(_ends_in_words), _last_solve, hard=True),
]  # fmt: skip
