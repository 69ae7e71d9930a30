"""Question templates whose answer has several parts: orderings, lists and matchings."""

from __future__ import annotations

from functools import partial
from random import Random

from tasks.answers import OPTION_LETTERS
from tasks.offline.passage import NUMBER, STOP, WORD, Passage, opening
from tasks.offline.templates.template import Draft, Slots, Solution, Template, fill, gapped, opened, quoted
from tasks.offline.wording import Wording


def _words_draft(passage: Passage, draw: Random, count: int = 4) -> Draft | None:
    pool = [w for w in passage.content if passage.counts[w] <= 3]
    if len(pool) < count:
        pool = passage.content
    names = [n for n in passage.names if n.isalpha()]
    if len(names) > count and draw.random() < 0.5:
        pool = names
    return Draft({}, draw.sample(pool, count)) if len(pool) >= count else None


def _words_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    first = {word: at for at, word in reversed(list(enumerate(passage.tokens)))}
    places = [(first.get(o.lower(), -1), OPTION_LETTERS[i], o) for i, o in enumerate(options[:8])]
    if len(places) < 2 or min(places)[0] < 0:
        return None
    places.sort()
    evidence = [s for _, _, word in places[:3] if (s := next(iter(passage.holding(word)), ""))]
    reason = "They first appear in this order: " + ", ".join(f"“{word}”" for _, _, word in places) + "."
    return Solution([letter for _, letter, _ in places], list(dict.fromkeys(evidence)), reason)


def _starts_draft(passage: Passage, draw: Random) -> Draft | None:
    starts = [opening(s) for s in passage.spread(draw) if passage.flat.count(opening(s)) == 1]
    return Draft({}, [f"{s} ..." for s in starts[:5]]) if len(starts) >= 4 else None


def _starts_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    places = sorted(
        (passage.flat.find(o.removesuffix(" ...")), OPTION_LETTERS[i], o) for i, o in enumerate(options[:8])
    )
    if len(places) < 2 or places[0][0] < 0:
        return None
    evidence = [s for _, _, o in places[:3] if (s := passage.starting(o.removesuffix(" ...")))]
    reason = f"The text begins this sequence with “{places[0][2]}” and ends it with “{places[-1][2]}”."
    return Solution([letter for _, letter, _ in places], evidence, reason)


def _numbers(sentence: str) -> list[str]:
    return list(dict.fromkeys(m[0] for m in NUMBER.finditer(sentence)))


def _names(sentence: str) -> list[str]:
    return list(dict.fromkeys(w for w in WORD.findall(sentence)[1:] if w[0].isupper() and len(w) > 2))


def _has_numbers(sentence: str) -> bool:
    return len(_numbers(sentence)) >= 2 and not any("," in n for n in _numbers(sentence))


def _has_names(sentence: str) -> bool:
    return 2 <= len(_names(sentence)) <= 8 and not {"The", "An"} & set(_names(sentence))


def _initial(sentence: str, letter: str) -> list[str]:
    found = {w.lower(): w for w in reversed(WORD.findall(sentence)) if w[0].lower() == letter and w.isalnum()}
    return list(found.values())[::-1]


def _initial_draft(passage: Passage, draw: Random) -> Draft | None:
    for sentence in (s for s in passage.spread(draw) if passage.starting(opening(s)) == s):
        letters = sorted({w[0].lower() for w in WORD.findall(sentence) if w[0].isalpha()} - {"a", "t"})
        for letter in draw.sample(letters, len(letters)):
            if len([w for w in _initial(sentence, letter) if w.lower() not in STOP]) >= 2:
                return Draft({"letter": letter, "opening": opening(sentence)})
    return None


def _members(passage: Passage, slots: Slots, members: list[str]) -> Solution | None:
    sentence = passage.starting(slots["opening"])
    return Solution(members, [sentence], quoted(sentence)) if sentence and len(members) >= 2 else None


def _numbers_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    return _members(passage, slots, _numbers(passage.starting(slots["opening"])))


def _names_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    return _members(passage, slots, _names(passage.starting(slots["opening"])))


def _initial_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    return _members(passage, slots, _initial(passage.starting(slots["opening"]), slots["letter"].lower()))


def _labelled(left: list[str], right: list[str], draw: Random) -> list[str]:
    draw.shuffle(right)
    return [f"{i}: {t}" for i, t in enumerate(left, 1)] + [f"{OPTION_LETTERS[i]}: {t}" for i, t in enumerate(right)]


def _sides(options: list[str]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    pairs = [(label.strip(), text.strip()) for label, sign, text in (o.partition(": ") for o in options) if sign]
    return [p for p in pairs if p[0].isdigit()], [p for p in pairs if p[0].isalpha()]


def _halves_draft(passage: Passage, draw: Random, count: int = 3) -> Draft | None:
    left: list[str] = []
    right: list[str] = []
    for sentence in passage.spread(draw):
        words = sentence.split()
        cut = len(words) // 2
        begin, end = " ".join(words[:cut]), " ".join(words[cut:])
        if len(words) >= 8 and passage.flat.count(begin) == 1 and begin not in left and end not in right:
            left.append(begin)
            right.append(end)
        if len(left) == count:
            return Draft({}, _labelled(left, right, draw))
    return None


def _halves_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    left, right = _sides(options)
    key, evidence = [], []
    for number, begin in left:
        letter, end = next(((a, e) for a, e in right if f"{begin} {e}" in passage.flat), ("", ""))
        if not letter:
            return None
        key.append(f"{number}-{letter}")
        evidence.append(f"{begin} {end}")
    return Solution(key, evidence[:3], f"The first pair gives “{evidence[0]}”") if key else None


def _gaps_draft(passage: Passage, draw: Random) -> Draft | None:
    left: list[str] = []
    right: list[str] = []
    for sentence in passage.spread(draw):
        cut = gapped(sentence, passage, draw)
        if cut and cut[1] not in right and not any(cut[1] in s for s in left):
            left.append(cut[0])
            right.append(cut[1])
        if len(left) == 4:
            return Draft({}, _labelled(left, right, draw))
    return None


def _gaps_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    left, right = _sides(options)
    letters = {text: letter for letter, text in right}
    key, evidence = [], []
    for number, gap in left:
        found = fill(passage, gap)
        if not found or found[0] not in letters:
            return None
        key.append(f"{number}-{letters[found[0]]}")
        evidence.append(found[1])
    return (
        Solution(key, evidence[:3], f"For the first, {quoted(evidence[0])[0].lower()}{quoted(evidence[0])[1:]}")
        if key
        else None
    )


LISTS = [
    Template("words_order", "order", Wording(
        "Arrange these words in the order in which they first occur in the text.",
        "In which order does the text first use the following words?",
        "Sort the words by the place where each first turns up in the text, earliest first.",
    ), _words_draft, _words_solve, local=False),
    Template("starts_order", "order", Wording(
        "These are the openings of sentences in the text. Put them in the order in which the text has them.",
        "In which order do the sentences that begin as follows stand in the text?",
    ), _starts_draft, _starts_solve),
    Template("long_order", "order", Wording(
        "Six words of the text are given out of order. Arrange them by first occurrence, the earliest first.",
    ), partial(_words_draft, count=6), _words_solve, hard=True, local=False),
    Template("numbers_set", "set", Wording(
        "List every number that stands in figures in the sentence that begins “{opening}”.",
        "Which numbers, written in figures, does the sentence beginning “{opening}” contain? Name each of them once.",
    ), opened(_has_numbers), _numbers_solve),
    Template("names_set", "set", Wording(
        "Apart from its first word, which words of three letters or more are capitalised in the sentence that begins "
        "“{opening}”?",
        "Leaving out its first word, list the capitalised words of at least three letters in the sentence beginning "
        "“{opening}”, each of them once.",
    ), opened(_has_names), _names_solve),
    Template("initial_set", "set", Wording(
        "Which different words that begin with the letter “{letter}”, compounds and possessives aside, does the sentence "
        "that starts “{opening}” contain?",
        "Compounds and possessives aside, list the different words with the initial letter “{letter}” in the sentence that "
        "opens with “{opening}”.",
    ), _initial_draft, _initial_solve, hard=True),
    Template("halves_matching", "matching", Wording(
        "Match each beginning of a sentence with the ending that it has in the text.",
        "Sentences of the text have been cut in two. Join every numbered beginning to its lettered ending.",
    ), _halves_draft, _halves_solve),
    Template("gaps_matching", "matching", Wording(
        "Match every numbered sentence with the word or figure that fills its gap in the text.",
        "To which gap of the numbered sentences does each lettered word or figure belong, going by the text?",
    ), _gaps_draft, _gaps_solve),
    Template("long_matching", "matching", Wording(
        "Five sentences of the text have been cut in two. Give each numbered beginning its lettered ending.",
    ), partial(_halves_draft, count=5), _halves_solve, hard=True),
]  # fmt: skip
