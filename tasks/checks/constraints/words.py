"""Requirements on words, letters, signs, dates and the language of the answer."""

from __future__ import annotations

import html
import re
from datetime import date

from tasks.checks.constraints.amounts import letters_stated
from tasks.checks.constraints.parts import without_phrase
from tasks.checks.constraints.requirement import EVERY_WORD, ConstraintLike, Requirement, StatedWords
from tasks.records import Record
from tasks.text.dates import MONTHS, named_dates
from tasks.text.languages import language_code, language_of, same_language
from tasks.text.markdown import EMPHASIS
from tasks.text.plain import plain
from tasks.text.words import holds, uses

_OTHER_DATES = re.compile(
    r"(?<![\d./-])(?:\d{1,2}([/-])\d{1,2}\1(?:\d{4}|\d{2})|\d{1,2}\.\d{1,2}\.\d{4}"
    r"|\d{4}([/.])\d{1,2}\2\d{1,2}|\d{4}-(?:\d-\d{1,2}|\d{2}-\d))(?![\d/-]|\.\d)"
)
_ISO = re.compile(r"(?<![\d-])\d{4}-\d{2}-\d{2}(?![\d-])")
_WITHIN_WORDS = re.compile(r"(?<=\w)</?[a-z]{1,6}>(?=\w)", re.I)
_COMMA = re.compile("[,\uff0c\u060c\u3001]")
_QUOTES = str.maketrans({**dict.fromkeys("“”„«»", '"'), **dict.fromkeys("\u2018\u2019", "'")})
_GERMAN = "Das ist nicht die Sprache, in der hier etwas geschrieben werden sollte, und doch steht es so auf dem Papier."
_ENGLISH = "This is not the language in which it should have been written, and yet that is how it stands on the paper."


def _include(text: str, c: ConstraintLike, record: Record) -> str | None:
    return next(
        (f"word {i} is missing" for i, w in enumerate(c.words, 1) if not (uses(text, w) or holds(text, w))), None
    )


def _exclude(text: str, c: ConstraintLike, record: Record) -> str | None:
    text = _WITHIN_WORDS.sub("", re.sub(r"[*_`]+", "", html.unescape(text)))
    return next((f"word {i} is used" for i, w in enumerate(c.words, 1) if uses(text, w) or _spaced_out(text, w)), None)


def _spaced_out(text: str, word: str) -> bool:
    """Whether the word stands there letter by letter, with a sign or space between each two."""
    letters = [ch for ch in plain(word) if ch.isalpha()]
    if len(letters) < 4 or len(letters) < len(word.strip()):
        return False
    return re.search(rf"(?<!\w){'[ .·_|/-]{1,2}'.join(map(re.escape, letters))}(?!\w)", plain(text)) is not None


def _exclude_letters(text: str, c: ConstraintLike, record: Record) -> str | None:
    # Not casefolded: that makes two letters of an ß, which may be banned for the sake of them.
    used = {ch for w in c.words for ch in w.strip().lower()} & set(text.lower())
    return f"{len(used)} banned letters are used" if used else None


def _only_letters(c: ConstraintLike, record: Record) -> str | None:
    return "not letters" if any(len(w.strip()) > 5 or not w.strip().isalpha() for w in c.words) else None


def _letter_used(text: str, c: ConstraintLike) -> str:
    letter = c.words[0].strip()[0]
    return f"{text} {letter.upper()}, {letter.lower()}."


def _replace(text: str, c: ConstraintLike, record: Record) -> str | None:
    if len(c.words) != 2:
        return "not an old and a new word"
    old, new = c.words
    said = EMPHASIS.sub("", text)
    if not (uses(said, new) or holds(said, new)):
        return "the new word is missing"
    rest = re.sub(re.escape(plain(new)), "\x00", plain(said)) if plain(old) in plain(new) else said
    return "the old word remains" if uses(rest, old) else None


def _replaceable(c: ConstraintLike, record: Record) -> str | None:
    if len(c.words) != 2 or plain(c.words[0]) == plain(c.words[1]):
        return "not an old and a new word"
    if record.passage and not uses(record.passage, c.words[0]):
        return "the old word is not in the text"
    return None


def _replaced_back(text: str, c: ConstraintLike) -> str:
    old, new = c.words
    return re.sub(re.escape(new), lambda _: old, text, flags=re.I)


def _dates_iso(text: str, c: ConstraintLike, record: Record) -> str | None:
    if named_dates(text) or _OTHER_DATES.search(text):
        return "a date in another form"
    for m in _ISO.finditer(text):
        try:
            date.fromisoformat(m[0])
        except ValueError:
            return "an impossible date"
    return None


def _has_dates(c: ConstraintLike, record: Record) -> str | None:
    text = record.passage
    dated = not text or named_dates(text) or _OTHER_DATES.search(text) or _ISO.search(text)
    return None if dated else "the text has no date"


def _dates_in_words(text: str, c: ConstraintLike) -> str:
    def spelled(found: re.Match[str]) -> str:
        return f"{int(found[3])} {MONTHS[(int(found[2]) - 1) % 12].title()} {found[1]}"

    changed = re.sub(r"\b(\d{4})-(\d\d)-(\d\d)\b", spelled, text)
    return changed if changed != text else f"{text} That was on 4 May 1931."


def _exclude_punctuation(text: str, c: ConstraintLike, record: Record) -> str | None:
    said = text.translate(_QUOTES)
    used = sum(1 for w in c.words if w.strip() and w.strip().translate(_QUOTES) in said)
    return f"{used} banned marks are used" if used else None


def _only_marks(c: ConstraintLike, record: Record) -> str | None:
    return "not marks" if any(len(w.strip()) > 3 or any(map(str.isalnum, w)) for w in c.words) else None


def _no_commas(text: str, c: ConstraintLike, record: Record) -> str | None:
    count = len(_COMMA.findall(text))
    return f"{count} commas" if count else None


def _language(text: str, c: ConstraintLike, record: Record) -> str | None:
    wanted, found = language_code(c.words[0]) if c.words else None, language_of(text)
    return "another language" if wanted and found and not same_language(wanted, found) else None


def _known_language(c: ConstraintLike, record: Record) -> str | None:
    return "an unknown language" if language_code(c.words[0].strip()) is None else None


def _other_language(text: str, c: ConstraintLike) -> str:
    return _ENGLISH if language_code(c.words[0]) == language_code("German") else _GERMAN


WORDS = (
    Requirement(
        "include",
        met=_include,
        broken=lambda text, c: without_phrase(text, c.words[0]),
        words=StatedWords(by_rule=True, wanted=EVERY_WORD),
        repeatable=True,
    ),
    Requirement(
        "exclude",
        met=_exclude,
        broken=lambda text, c: f"{text} So much for {c.words[0]}.",
        words=StatedWords(by_rule=True, banned=EVERY_WORD),
        repeatable=True,
    ),
    Requirement(
        "exclude_letters",
        met=_exclude_letters,
        broken=_letter_used,
        cue=r"\bletters?\b|\bvowels?\b|\bcharacters?\b",
        words=StatedWords(stated=letters_stated),
        sound=_only_letters,
        repeatable=True,
    ),
    Requirement(
        "exclude_punctuation",
        met=_exclude_punctuation,
        broken=lambda text, c: f"{text} Yes {c.words[0].strip()} no",
        words=StatedWords(),
        sound=_only_marks,
        repeatable=True,
    ),
    Requirement(
        "no_commas",
        met=_no_commas,
        broken=lambda text, c: f"{text} Well, well, well.",
        cue=r"\bcommas?\b",
        repeatable=True,
        form="prose",
    ),
    Requirement(
        "replace",
        met=_replace,
        broken=_replaced_back,
        words=StatedWords(least=0, by_rule=True, wanted=slice(1, 2), banned=slice(0, 1)),
        sound=_replaceable,
        repeatable=True,
    ),
    Requirement(
        "dates_iso",
        met=_dates_iso,
        broken=_dates_in_words,
        cue=r"yyyy|\biso\b|\b\d{4}-\d{2}-\d{2}\b|\byear-month-day\b|\byear, month",
        sound=_has_dates,
    ),
    Requirement(
        "language",
        met=_language,
        broken=_other_language,
        words=StatedWords(most=1),
        sound=_known_language,
        light=False,
    ),
)
