"""Requirements on amounts: words, characters, sentences, paragraphs and lines, and how often a word or letter comes."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from tasks.checks.constraints.letter_case import lower, upper
from tasks.checks.constraints.numerals import numbers_in
from tasks.checks.constraints.parts import filled_lines, headless, occurrences, paragraphs, tokens, without_phrase
from tasks.checks.constraints.requirement import (
    EVERY_WORD,
    ConstraintLike,
    Requirement,
    StatedNumber,
    StatedWords,
    at_least,
    at_most,
    exactly,
)
from tasks.records import Record
from tasks.text.markdown import EMPHASIS
from tasks.text.plain import plain
from tasks.text.replies import reply
from tasks.text.sentences import LIST_MARK, sentence_counts, sentences
from tasks.text.words import LETTER_RUN, words

_FILLER = "There is a little more to be said about it than this."
_MORE = " That is one part. This is another. There is a third as well. A fourth follows. So it ends."
_LONG_WORDS = "Incomprehensibilities notwithstanding, {} went."
_WORDS = r"\bwords?\b|\blength\b"
_SENTENCES = r"\bsentences?\b"
_LETTERS = r"\bletters?\b|\bvowels?\b|\bcharacters?\b"
_CAPITALS = r"\bcapital|\bupper|\bcaps\b"
_ONE_MORE = re.compile(r"\b(?:last|closing|final|end|close|add)\b")


def _count_words(text: str) -> int:
    return len(tokens(text))


def _count_body_words(text: str) -> int:
    """Words without titles and headings, of which a limit seldom says whether they count."""
    return _count_words(headless(text))


def _fewest_sentences(text: str) -> int:
    return sentence_counts(text).start


def _most_body_sentences(text: str) -> int:
    return sentence_counts(headless(text)).stop - 1


def _body_sentences(text: str) -> range:
    return sentence_counts(headless(text))


def _count_capital_words(text: str) -> int:
    return sum(1 for w in LETTER_RUN.findall(text) if len(w) > 1 and upper(w) and not lower(w))


def _more_words(text: str, c: ConstraintLike) -> str:
    more = c.number - len(text.split()) + 1
    return f"{text} {' '.join([_FILLER] * (max(more, 1) // len(_FILLER.split()) + 1))}"


def _fewer_words(text: str, c: ConstraintLike) -> str:
    return " ".join(text.split()[: min(c.number - 1, max(3, c.number // 2))]).rstrip(",;:.") + "."


def _max_characters(text: str, c: ConstraintLike, record: Record) -> str | None:
    count = len(reply(record).strip())
    return f"{count} characters" if count > c.number else None


def _more_characters(text: str, c: ConstraintLike) -> str:
    return f"{text} {_FILLER}".ljust(c.number + 1, "!")


def _fewer_sentences(text: str, c: ConstraintLike) -> str:
    return " ".join(sentences(headless(text))[: c.number - 1])


def _more_sentences(text: str, c: ConstraintLike) -> str:
    return text + _MORE * max(3, c.number // 5 + 1)


def _one_sentence_more(c: ConstraintLike, asked: str, found: Sequence[ConstraintLike]) -> bool:
    # A closing sentence that is asked for comes on top of those that are kept.
    return c.number - 1 in numbers_in(asked) and _ONE_MORE.search(plain(asked)) is not None


def _sentence_max_words(text: str, c: ConstraintLike, record: Record) -> str | None:
    longest = max((len(tokens(s)) for s in sentences(text)), default=0)
    return f"a sentence of {longest} words" if longest > c.number else None


def _max_word_length(text: str, c: ConstraintLike, record: Record) -> str | None:
    longest = max((sum(ch.isalpha() for ch in w) for w in LETTER_RUN.findall(text)), default=0)
    return f"a word of {longest} letters" if longest > c.number else None


def _long_word(text: str, c: ConstraintLike) -> str:
    return f"{text} {_LONG_WORDS.format('counterrevolutionaries'.ljust(c.number + 1, 's'))}"


def _keyword_count(text: str, c: ConstraintLike, record: Record) -> str | None:
    return next((f"word {i} is too rare" for i, w in enumerate(c.words, 1) if occurrences(text, w) < c.number), None)


def _keyword_at_most(text: str, c: ConstraintLike, record: Record) -> str | None:
    return next(
        (f"word {i} is too frequent" for i, w in enumerate(c.words, 1) if occurrences(text, w) > c.number), None
    )


def _said_again(text: str, c: ConstraintLike) -> str:
    return f"{text} {' and '.join([c.words[0]] * (c.number + 1))}."


def _count_letters(text: str, c: ConstraintLike) -> list[int]:
    said = Counter(unicodedata.normalize("NFC", text).casefold())
    return [said[w.strip().casefold()] for w in c.words]


def _letter_at_least(text: str, c: ConstraintLike, record: Record) -> str | None:
    return next((f"{n} times" for n in _count_letters(text, c) if n < c.number), None)


def _letter_at_most(text: str, c: ConstraintLike, record: Record) -> str | None:
    return next((f"{n} times" for n in _count_letters(text, c) if n > c.number), None)


def _one_letter(c: ConstraintLike, record: Record) -> str | None:
    first = c.words[0].strip()
    return None if len(first) == 1 and first.isalpha() else "not a letter"


def letters_stated(letters: str, said: str) -> bool:
    """Whether an instruction, made plain, names each of the letters or speaks of vowels."""
    vowels = "vowel" in said
    return all(
        (vowels and ch in "aeiou") or re.search(rf"(?<!\w){re.escape(plain(ch))}(?!\w)", said)
        for ch in letters.strip().lower()
    )


def _unique_words(text: str, c: ConstraintLike, record: Record) -> str | None:
    twice = sum(1 for n in Counter(words(EMPHASIS.sub("", LIST_MARK.sub("", text)))).values() if n > 1)
    return f"{twice} words come again" if twice else None


AMOUNTS = (
    Requirement(
        "max_words",
        met=at_most(_count_body_words, "words"),
        broken=_more_words,
        cue=_WORDS,
        number=StatedNumber(under=True, of="words", bound="most"),
        whole=True,
        light=False,
        short=True,
    ),
    Requirement(
        "min_words",
        met=at_least(_count_words, "words"),
        broken=_fewer_words,
        cue=_WORDS,
        number=StatedNumber(over=True, of="words", bound="least"),
        whole=True,
        light=False,
    ),
    Requirement(
        "max_characters",
        met=_max_characters,
        broken=_more_characters,
        cue=r"\bcharacters?\b|\bsigns?\b|\bletters?\b|\bcaracter|\bsms\b|\btext message",
        number=StatedNumber(least=2, under=True),
        light=False,
        short=True,
    ),
    Requirement(
        "min_sentences",
        met=at_least(_most_body_sentences, "sentences"),
        broken=_fewer_sentences,
        cue=_SENTENCES,
        number=StatedNumber(over=True, of="sentences", bound="least", fills=True),
        light=False,
        form="prose",
    ),
    Requirement(
        "max_sentences",
        met=at_most(_fewest_sentences, "sentences"),
        broken=_more_sentences,
        cue=_SENTENCES,
        number=StatedNumber(under=True, also=_one_sentence_more, of="sentences", bound="most"),
        light=False,
        short=True,
        form="prose",
    ),
    Requirement(
        "sentence_count",
        # Whether a heading is a sentence is open, so both counts are right.
        met=exactly("sentences", _body_sentences, sentence_counts),
        broken=_more_sentences,
        cue=_SENTENCES,
        number=StatedNumber(over=True, of="sentences", bound="exact", fills=True),
        light=False,
        short=True,
        form="prose",
    ),
    Requirement(
        "sentence_max_words",
        met=_sentence_max_words,
        broken=lambda text, c: f"{text} It went on{' and on' * c.number}.",
        cue=_SENTENCES,
        number=StatedNumber(least=2, under=True),
        light=False,
        form="prose",
    ),
    Requirement(
        "paragraphs",
        met=exactly("paragraphs", lambda text: len(paragraphs(headless(text))), lambda text: len(paragraphs(text))),
        broken=lambda text, c: text + "\n\nThat is one more." * (c.number + 1),
        cue=r"\bparagraphs?\b",
        number=StatedNumber(most=60, fills=True),
        form="prose",
    ),
    Requirement(
        "line_count",
        met=exactly("lines", lambda text: len(filled_lines(text))),
        broken=lambda text, c: " ".join(text.split()) if c.number > 1 else f"{text}\nThat is one more.",
        cue=r"\b(?:line|verse|couplet|stanza|row|step|item|sentence)s?\b|\bentr(?:y|ies)\b",
        number=StatedNumber(over=True, fills=True),
        short=True,
    ),
    Requirement(
        "max_word_length",
        met=_max_word_length,
        broken=_long_word,
        cue=r"\bletters?\b|\bcharacters?\b|\bword length\b|\bshort words?\b|\blonger\b",
        number=StatedNumber(least=3, under=True),
        light=False,
    ),
    Requirement(
        "keyword_count",
        met=_keyword_count,
        broken=lambda text, c: without_phrase(text, c.words[0]),
        number=StatedNumber(most=50, over=True),
        words=StatedWords(most=1, wanted=EVERY_WORD),
        repeatable=True,
    ),
    Requirement(
        "keyword_at_most",
        met=_keyword_at_most,
        broken=_said_again,
        number=StatedNumber(least=0, under=True),
        words=StatedWords(most=1),
        repeatable=True,
    ),
    Requirement(
        "letter_at_least",
        met=_letter_at_least,
        broken=lambda text, c: re.sub(re.escape(c.words[0].strip()), "", text, flags=re.I),
        cue=_LETTERS,
        number=StatedNumber(most=500, over=True),
        words=StatedWords(most=1, stated=letters_stated),
        sound=_one_letter,
        repeatable=True,
        light=False,
    ),
    Requirement(
        "letter_at_most",
        met=_letter_at_most,
        broken=_said_again,
        cue=_LETTERS,
        number=StatedNumber(least=0),
        words=StatedWords(most=1, stated=letters_stated),
        sound=_one_letter,
        repeatable=True,
        light=False,
    ),
    Requirement(
        "capital_words_at_least",
        met=at_least(_count_capital_words, "words in capitals"),
        broken=lambda text, c: text.lower(),
        cue=_CAPITALS,
        number=StatedNumber(over=True, of="words in capitals", bound="least", fills=True),
    ),
    Requirement(
        "capital_words_at_most",
        met=at_most(_count_capital_words, "words in capitals"),
        broken=lambda text, c: text + " ALAS!" * (c.number + 1),
        cue=_CAPITALS,
        number=StatedNumber(least=0, under=True, of="words in capitals", bound="most"),
    ),
    Requirement(
        "unique_words",
        met=_unique_words,
        broken=lambda text, c: f"{text} So it was and so it is.",
        cue=r"\btwice\b|\brepeat|\bonce\b|\bunique\b|\bdifferent words?\b|\bsame word\b",
        repeatable=True,
        light=False,
        form="prose",
    ),
)
