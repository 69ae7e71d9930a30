"""Requirements on what stands where: how the answer, its sentences, paragraphs and lines begin and end."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from tasks.checks.constraints.parts import filled_lines, headless, paragraphs
from tasks.checks.constraints.requirement import EVERY_WORD, ConstraintLike, Requirement, StatedNumber, StatedWords
from tasks.records import Record
from tasks.text.plain import plain
from tasks.text.sentences import LIST_MARK, sentences
from tasks.text.words import words

OPENERS = "*_`\"'“”\u2018\u2019«»>#([ \t\n"
_CLOSERS = "*_`\"'“”\u2018\u2019«»)] \t\n"
_STOPS = ".!?…"


def _sentence_start(text: str, c: ConstraintLike, record: Record) -> str | None:
    starts = [" ".join(words(w)) for w in c.words]
    for number, sentence in enumerate(sentences(text), 1):
        said = " ".join(words(sentence)) + " "
        if not any(said.startswith(f"{s} ") for s in starts):
            return f"sentence {number} starts otherwise"
    return None


def _opens(text: str, start: str) -> bool:
    """Whether a text opens with these words; emphasis, quotes and case do not matter."""
    wanted = plain(start)
    for said in (plain(text), plain(text.lstrip(OPENERS)), plain(LIST_MARK.sub("", text.lstrip(), count=1))):
        if wanted and said.startswith(wanted) and not (wanted[-1].isalnum() and said[len(wanted) :][:1].isalnum()):
            return True
    return False


def _closes(text: str, end: str) -> bool:
    wanted, said = plain(end), plain(text).rstrip(_CLOSERS)
    shorter = wanted.rstrip(_CLOSERS)
    for whole in (plain(text), said, said.rstrip(_STOPS) if wanted[-1:] not in _STOPS else said):
        for last in (wanted, shorter):
            before = whole[: -len(last)][-1:] if last else ""
            if last and whole.endswith(last) and not (last[0].isalnum() and before.isalnum()):
                return True
    return False


def _starts_with(text: str, c: ConstraintLike, record: Record) -> str | None:
    return None if any(_opens(text, w) for w in c.words) else "starts otherwise"


def _ends_with(text: str, c: ConstraintLike, record: Record) -> str | None:
    return None if any(_closes(text, w) for w in c.words) else "ends otherwise"


def _paragraph_starts_with(text: str, c: ConstraintLike, record: Record) -> str | None:
    both = (paragraphs(text), paragraphs(headless(text)))
    met = any(0 < c.number <= len(p) and any(_opens(p[c.number - 1], w) for w in c.words) for p in both)
    return None if met else f"paragraph {c.number} starts otherwise"


def _last_paragraph(c: ConstraintLike, asked: str, found: Sequence[ConstraintLike]) -> bool:
    # "The last paragraph" is the n-th of n.
    last = re.search(r"\b(?:last|final|closing)\b", plain(asked))
    return bool(last) and any(o.kind == "paragraphs" and o.number == c.number for o in found)


def _other_paragraphs(text: str, c: ConstraintLike) -> str:
    return "\n\n".join(f"Otherwise, {p}" for p in paragraphs(headless(text)))


def _line_starts_with(text: str, c: ConstraintLike, record: Record) -> str | None:
    for number, line in enumerate(filled_lines(text), 1):
        if not any(line.startswith(w.strip()) or _opens(line, w) for w in c.words):
            return f"line {number} starts otherwise"
    return None


def _acrostic(text: str, c: ConstraintLike, record: Record) -> str | None:
    wanted = [ch for w in c.words for ch in unaccented(w) if ch.isalnum()]
    said = [
        [ch for ch in unaccented(LIST_MARK.sub("", line)) if ch.isalnum()][:1] for line in filled_lines(headless(text))
    ]
    return None if wanted == [ch for first in said for ch in first] else "the lines' first letters spell something else"


def unaccented(text: str) -> str:
    """The text in small letters without accents."""
    return "".join(ch for ch in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(ch))


def _a_word(c: ConstraintLike, record: Record) -> str | None:
    first = c.words[0].strip()
    return "not a word" if not re.sub(r"[\W\d_]", "", first) or len(first) > 30 else None


POSITIONS = (
    Requirement(
        "sentence_start",
        met=_sentence_start,
        broken=lambda text, c: f"{text} Quite another beginning stands here.",
        cue=r"\bsentences?\b",
        words=StatedWords(),
        form="prose",
    ),
    Requirement(
        "starts_with",
        met=_starts_with,
        broken=lambda text, c: f"Before anything else: {text}",
        words=StatedWords(most=1, wanted=EVERY_WORD),
        whole=True,
        form="prose",
    ),
    Requirement(
        "ends_with",
        met=_ends_with,
        broken=lambda text, c: f"{text} Quite another ending stands here.",
        words=StatedWords(most=1, wanted=EVERY_WORD),
        form="prose",
    ),
    Requirement(
        "paragraph_starts_with",
        met=_paragraph_starts_with,
        broken=_other_paragraphs,
        cue=r"\bparagraph|\bopen|\bbegin|\bstart",
        number=StatedNumber(most=50, also=_last_paragraph),
        words=StatedWords(most=1, wanted=EVERY_WORD),
        repeatable=True,
        form="prose",
    ),
    Requirement(
        "line_starts_with",
        met=_line_starts_with,
        broken=lambda text, c: f"{text}\nQuite another beginning stands here.",
        cue=r"\blines?\b|\bitems?\b|\bbullets?\b|\bquot",
        words=StatedWords(),
        form="prose",
    ),
    Requirement(
        "acrostic",
        met=_acrostic,
        broken=lambda text, c: f"{text}\nQuite another letter stands here.",
        cue=r"\bacrostic|\bfirst letters?\b|\binitial|\bspell",
        words=StatedWords(most=1),
        sound=_a_word,
        light=False,
        short=True,
        form="prose",
    ),
)
