"""Whether the numbers and the names of an answer stand in what the student sees, or follow from it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from tasks.checks.arithmetic import equations
from tasks.checks.check import Doubt
from tasks.checks.figures import Figure, Shown, figures, prepare, spelt
from tasks.records import Record
from tasks.text.dates import MONTHS
from tasks.text.markdown import CODE_OR_ADDRESS
from tasks.text.plain import plain
from tasks.text.replies import reply
from tasks.text.sentences import LIST_MARK, sentences
from tasks.text.words import words

_CODE = re.compile(rf"{CODE_OR_ADDRESS}|\[\^?\d{{1,3}}\]", re.S)
_COUNTERS = re.compile(
    r"\b(?:steps?|options?|items?|parts?|points?|reasons?|questions?|statements?|paragraphs?|answers?|sections?|lines?|rows?"
    r"|examples?|figures?|tables?|phases?|stages?|no\.|nos\.|#)\s*\(?\Z",
    re.I,
)
_ABOUT = {
    1: r"over|above|more than|greater than|at least|exceed\w*|beyond|upwards of|>",
    -1: r"under|below|less than|fewer than|at most|up to|nearly|almost|close to|just short of|<",
    0: r"about|around|roughly|approximately|approx\.?|circa|ca?\.|some|early|late|mid|[~\u2248]",
}
_INEXACT = {
    way: re.compile(rf"(?:(?<!\w)(?:{said}))[\s$€£-]*(?:(?:a|the|of)\s)?\Z", re.I) for way, said in _ABOUT.items()
}
_FREE = frozenset(Fraction(n) for n in (0, 1, 2, 100))
"""Numbers that anyone may use: one of them, both, all of it."""
_MOST_COUNTED = 20
_MOST_OPEN = 400


def seen_before(record: Record) -> str:
    """All that the student sees before the last answer: passage, task, options, earlier turns, tool results."""
    turns = [str(m.get("content") or "") for m in record.messages[:-1]]
    made = [json.dumps(m["tool_calls"], ensure_ascii=False) for m in record.messages[:-1] if m.get("tool_calls")]
    return "\n".join([record.passage, record.instruction, *record.options, *turns, *made])


@lru_cache(maxsize=8)
def _shown(text: str) -> Shown:
    return Shown(text)


def numbers_grounded(record: Record) -> Doubt | None:
    """Doubts an answer with a number that the student is not shown and that does not follow from what is shown."""
    text = _prose(reply(record))
    if not figures(text):
        return None
    seen = _shown(seen_before(record))
    counts = _counts(text) | _counts(seen.text)
    worked: set[Fraction] = set()
    missing: dict[Fraction, str] = {}
    before: list[Fraction] = []
    for sentence in sentences(text):
        worked |= _worked(sentence, seen, worked)
        said = {(f.scaled, f.unit): f for f in figures(sentence)}
        sure = {f.scaled: None for f in said.values() if f.scaled in _FREE | worked or seen.has(f)}
        open_ = [f for f in said.values() if f.scaled not in sure]
        # Twice, since the second of two results may rest on the first.
        for f in (open_ * 2)[:_MOST_OPEN]:
            near = [v for v in [*before[-6:], *list(sure)[:8]] if v not in {f.value, f.scaled}]
            if f.scaled not in sure and _grounded(f, prepare(sentence), seen, near, worked, counts):
                sure[f.scaled] = None
        missing |= {f.scaled: f"{spelt(sentence, f)} in: {sentence}" for f in open_ if f.scaled not in sure}
        before = list(sure)
    if not missing:
        return None
    return Doubt(
        f"{len(missing)} number(s) of the answer do not stand in what is shown",
        "Does each of these figures stand in what the user was shown, as it is, rounded or in another form, or does it follow "
        "from it by a right calculation?",
        {"figures": "\n".join(missing.values())},
        "; ".join(missing.values()),
    )


def _grounded(
    f: Figure, sentence: str, seen: Shown, near: list[Fraction], worked: set[Fraction], counts: set[int]
) -> bool:
    if {f.value, f.scaled} & (_FREE | worked):
        return True
    small = f.value.denominator == 1 and f.value <= _MOST_COUNTED
    if small and (int(f.value) in counts or _COUNTERS.search(sentence[: f.start])):
        return True
    before = sentence[max(0, f.start - 30) : f.start]
    return seen.follows(f, near, next((way for way, said in _INEXACT.items() if said.search(before)), None))


def _prose(text: str) -> str:
    """The answer without code, addresses, citations and the numbers of list items."""
    return LIST_MARK.sub("- ", _CODE.sub(" ", text))


def _worked(sentence: str, seen: Shown, known: set[Fraction]) -> set[Fraction]:
    """The numbers of right equations whose one side is grounded."""
    found: set[Fraction] = set()
    for equation in equations(sentence):
        sides = [{f.scaled for f in figures(s)} for s in (equation.left, equation.right)]
        grounded = [all(v in seen.values | known | found | _FREE for v in side) for side in sides]
        if equation.holds and any(grounded):
            found |= sides[0] | sides[1]
    return found


def _counts(text: str) -> set[int]:
    """How many items the text's lists have, and the members that its sentences list."""
    found: set[int] = set()
    run = 0
    for line in [*text.splitlines(), ""]:
        if re.match(r"[ \t]*(?:[-*•+\u2013·|#]|\(?\d{1,3}[.)])[ \t]", line) or line.lstrip().startswith("|"):
            run += 1
        elif line.strip() and not line.startswith((" ", "\t")):
            found |= {run, run - 1, run - 2}  # a table has a head and a rule
            run = 0
    found |= {run, run - 1, run - 2} if run else set()
    for sentence in sentences(text):
        commas = len(re.findall(r"[,;](?= )", sentence))
        if commas and re.search(r"\b(?:and|or)\b|;", sentence):
            found |= {commas + 1, commas + 2} if commas < _MOST_COUNTED else set()
    return {n for n in found if n > 2}


# Names

_NAME = re.compile(r"(?:[^\W\d_]\.)+|[^\W\d_](?:[\w'\u2019-]*\w)?")
_OPENS = re.compile(r"(?:^|[.:;!?…\u2014\u2013|•\"“„«‘(\[/>=]|\s-|\*\*|__|\*|_)[\s\"'“‘(\[*_]*\Z")
_HEADING = re.compile(r"^\s*(?:#{1,6}\s.*|\*\*[^*\n]+\*\*:?|__[^_\n]+__:?|[^\n|]{1,80}:)\s*$|^(\s+)", re.M)
_LABEL = re.compile(
    r"(?m)^([ \t]{0,12}(?:[-*•+\u2013·]|\d{1,3}[.)])?[ \t]{0,12})(?:\*\*[^*\n]{1,80}\*\*|[^\n:.|]{1,60}(?=:\s))(?::\*\*)?:?"
)
_POINTED = re.compile(r"\b(Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|[A-Z])\.(?= [A-Z])")
_TITLED = re.compile(r"[\"“«‘]([^\"”»’\n]{2,120})[\"”»’]|\*([^*\n]{2,120})\*|_([^_\n]{2,120})_")
_PHRASE = re.compile(r"[A-Z][\w'-]*(?:[ -](?:(?:of|the|and|for|in|on)\s){0,2}[A-Z][\w'-]*){1,7}")
_TITLES = frozenset({
    "mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "dame", "lord", "lady", "saint", "st",
    "president", "king", "queen", "captain", "doctor",
})  # fmt: skip
_ORDINARY = frozenset({
    "i", "i'm", "i'd", "i'll", "i've", "ok", "yes", "no", "true", "false", "none", "answer", "option", "options",
    "step", "note", "question", "passage", "text", "statement", "ai", "pdf", "html", "part", "chapter", "section",
    "table", "figure", "appendix", "article", "block", "url", "json", "csv", "id",
    "am", "pm", "bc", "ad", "ce", "bce", "tv", "dna", "english", "internet", "earth", "sun", "moon",
})  # fmt: skip
_DAYS = frozenset({
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
})  # fmt: skip
_ROMAN = re.compile(r"[IVXLCDM]+\Z")
_SMALL = frozenset({
    "of", "the", "and", "for", "in", "on", "de", "la", "le", "du", "des", "van", "von", "der", "den", "di", "da",
    "to", "a", "an",
})  # fmt: skip
_PEOPLES = {
    "french": "france", "dutch": "netherlands", "swiss": "switzerland", "welsh": "wales", "greek": "greece", "danish":
    "denmark", "british": "britain", "spanish": "spain", "turkish": "turkey", "polish": "poland", "irish": "ireland",
    "swedish": "sweden", "finnish": "finland", "scottish": "scotland", "american": "usa",
}  # fmt: skip
_NAMES_OF_SIGNS = {
    "°c": {"celsius"}, "℃": {"celsius"}, "°f": {"fahrenheit"}, "℉": {"fahrenheit"}, "£": {"gbp", "sterling"}, "€": {"eur"},
    "$": {"usd"}, "¥": {"jpy", "yen"}, "gbp": {"sterling"}, "hz": {"hertz"}, "db": {"decibel"},
    "chf": {"swiss", "franc", "francs"},
}  # fmt: skip
"""What a sign or symbol is called in words with a capital."""
_STEM = 4


def names_grounded(record: Record) -> Doubt | None:
    """Doubts an answer with a proper name that the student is not shown."""
    text = reply(record)
    source = seen_before(record)
    if not _marks_names(source):
        return None
    known = _known(source)
    usual = set(re.findall(r"(?<![\w'])[a-z][\w'-]*", text)) | set(_spelled_out(text, known))
    missing = sorted({name for name in _names(text) if not _stands(name, known) and name.lower() not in usual})
    if not missing:
        return None
    return Doubt(
        f"{len(missing)} name(s) of the answer do not stand in what is shown",
        "Is each of these words either no name, or another form of a name that the user was shown, or a name that the task "
        "itself wants to be added or invented?",
        {"words": ", ".join(missing)},
        ", ".join(missing),
    )


def _spelled_out(text: str, known: _Known) -> Iterator[str]:
    """The words of phrases whose initials are an abbreviation that is shown."""
    for m in _PHRASE.finditer(text):
        parts = [w for w in re.findall(r"[^\W\d_]+", m[0]) if w.lower() not in _SMALL]
        if "".join(w[0] for w in parts).lower() in known.short:
            yield from (w.lower() for w in parts)


def _marks_names(text: str) -> bool:
    """Whether capitals tell names from other words here, as they do not in German or in a headline."""
    middle = re.findall(r"(?<=[a-z,] )[^\W\d_]\w{3,}", text)
    return len(middle) < 40 or sum(w[0].isupper() for w in middle) / len(middle) < 0.3


def _names(text: str) -> Iterator[str]:
    """Capitalised words inside sentences, and those that follow another one."""
    text = _LABEL.sub(r"\1", _HEADING.sub(r"\1", _CODE.sub(" ", text)))
    text = _POINTED.sub(r"\1", text)
    text = _TITLED.sub(lambda m: " " if _title(m[1] or m[2] or m[3]) else m[0], text)
    for sentence in sentences(text):
        if sum(w[:1].isupper() for w in sentence.split()) > 0.6 * len(sentence.split()) > 1.2:
            continue  # a headline
        for m in _NAME.finditer(sentence):
            word = m[0]
            before = sentence[max(0, m.start() - 12) : m.start()]
            if not word[0].isupper() or len(word.replace(".", "")) < 2 or re.search(r"[\w@#/\\&'\u2019-]\Z", before):
                continue
            if _OPENS.search(before) or re.search(r"\d\s?\Z", before) or re.search(r"\d|[a-z][A-Z]", word):
                continue
            if word.lower() in _ORDINARY | _TITLES or _ROMAN.match(word):
                continue
            yield word


def _title(text: str) -> bool:
    long = [w for w in text.split() if len(w) > 3]
    return len(long) > 1 and all(w[0].isupper() for w in long)


class _Known:
    def __init__(self, source: str) -> None:
        self.words = set(words(source)) | {
            part for w in re.findall(r"\w+(?:-\w+)+", plain(source)) for part in w.split("-")
        }
        long = [w for w in re.findall(r"[^\W\d_]+", source) if w.lower() not in _SMALL]
        shown = plain(source)
        self.words |= {
            name for sign, names in _NAMES_OF_SIGNS.items() if sign in shown or sign in source for name in names
        }
        self.initials = "".join(w[0] for w in long).lower()
        self.capitals = "".join(w[0] if w[0].isupper() else " " for w in long).lower()
        self.short = {w.lower() for w in re.findall(r"\b[A-Z]{2,8}\b", source)}
        self.stems: dict[str, list[str]] = {}
        for word in self.words:
            if len(word) >= _STEM:
                self.stems.setdefault(word[:_STEM], []).append(word)
        months = {int(m) for m in re.findall(r"(?<!\d)\d{4}-(\d{2})-\d{2}", source)}
        months |= {int(m) for pair in re.findall(r"(?<!\d)(\d{1,2})[./](\d{1,2})[./]\d{2,4}", source) for m in pair}
        self.words |= {MONTHS[m - 1] for m in months if 1 <= m <= 12}
        self.words |= {name for name in MONTHS if name[:3] in self.words}
        self.words |= {name[:3] for name in MONTHS if name in self.words}


@lru_cache(maxsize=8)
def _known(source: str) -> _Known:
    return _Known(source)


def _stands(name: str, known: _Known) -> bool:
    said = re.sub(r"'s?\Z", "", plain(name))
    bare = said.replace("'", "").replace(".", "")
    if bare in known.words or _PEOPLES.get(bare) in known.words:
        return True
    if "-" in said and all(part in known.words or len(part) < 3 or part.islower() for part in said.split("-")):
        return all(_related(part, known) for part in said.split("-"))
    if bare in _DAYS and not _DAYS & known.words:
        return True
    if name.replace(".", "").isupper() and len(bare) <= 8:
        return bare in (known.capitals if len(bare) < 3 else known.initials)
    return _related(bare, known)


def _related(word: str, known: _Known) -> bool:
    """Whether a word shown has the same stem: Norway and Norwegian, library and Libraries."""
    if word in known.words or len(word) < _STEM:
        return word in known.words or word.rstrip("s") in known.words
    for other in known.stems.get(word[:_STEM], []):
        shared = next(
            (i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other))
        )
        if shared >= max(_STEM, min(len(word), len(other)) - 2) and abs(len(word) - len(other)) <= 5:
            return True
    return False
