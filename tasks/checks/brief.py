"""Whether a text does what its brief lists: every point, the brief's own figures, no outlook where none is wanted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from statistics import median

from tasks.checks.check import Doubt
from tasks.checks.constraints.met import body
from tasks.checks.figures import Figure, figures, prepare
from tasks.records import Record
from tasks.text.numbers import quantities
from tasks.text.phrases import Token, alike, content, denies, says_phrase
from tasks.text.plain import plain
from tasks.text.replies import reply
from tasks.text.sentences import LIST_MARK, sentences
from tasks.text.tables import Table, read_tables
from tasks.text.words import bare

_PARTS = frozenset({
    "word", "sentence", "line", "paragraph", "syllable", "stanza", "character", "letter", "verse", "item", "bullet",
    "page", "scene", "part", "section", "digit", "decimal", "step", "chapter", "couplet", "beat",
})  # fmt: skip
"""What a text itself has so many of: a limit, not a fact of the brief."""
_ON_FORM = re.compile(
    r"\W*(?:and |then )?(?:do not|don't|no |not |never |avoid|without|keep|use|write|begin|end|start|close|leave out|neither)"
)
_ON_THE_TASK = frozenset(
    {"said", "say", "says", "named", "mention", "mentioned", "told", "tell", "known", "stated", "state"}
)
_BOUND = re.compile(
    r"\b(?:(?P<least>at least|no fewer than|no less than|more than)|(?P<most>at most|up to|no more than))\W*\Z"
)
_WIDTH = 60
"""Characters around a figure of the brief that say what it is about."""
_NO_OUTLOOK = re.compile(
    r"\b(?:nothing|nobody|no|not|without|never|refrain|avoid|leave|leav\w+|stay|keep|skip)\b[^.;:]{0,45}"
    r"\b(?:predict\w*|forecast\w*|extrapolat\w*|outlook|projection\w*|project|looking ahead|look ahead|future|speculat\w*"
    r"|prophe\w+|prognos\w+)\b|\bn't (?:predict|forecast|extrapolate|look ahead|speculate)\b"
)
_OUTLOOK = re.compile(
    r"\b(?:will|shall|won't|expect\w*|predict\w*|forecast\w*|extrapolat\w*|likely|probably|going to|set to|bound to|on course"
    r"|on track|should (?:soon |then )?(?:reach|rise|fall|grow|drop|climb|pass|stay|be)|by next|next (?:year|month|week"
    r"|quarter|season|time|row)|in (?:the )?future|tomorrow|before long|soon|coming (?:year|month|week|day|quarter)s?"
    r"|if (?:this|the) (?:trend|pattern|pace))\b|\w'll\b"
)
_DECLINED = re.compile(
    r"\b(?:no|not|nothing|without|cannot|nor|neither)\b[^.;,]{0,40}\b(?:predict|forecast|expect|extrapolat|project)\w*"
)
_MATERIAL = re.compile(r"“[^”]*[:;][^”]*(?:”|\Z)|\"[^\"]*[:;][^\"]*\"|```.*?```", re.S)
"""Text that a brief hands over, with lists of its own."""
_KNOWING = re.compile(r"\b(?:know\w*|knew|certain|sure|clear|tell|recorded|identified|established)\b")
_UNKNOWN = re.compile(
    r"\b(?:un(?:known|recorded|certain|clear|identified|named)|anonymous|mystery|nobody knows|no one knows|no record|no name"
    r"|lost)\b"
)
_SENTENCE = re.compile(r"“([^”]+[.!?…])”")
_WORD = re.compile(r"“(\w+)”")
_LEAST_OWN = 4
"""Words from which on a quoted sentence can be told from a turn of phrase."""
_SOME = re.compile(r"\b(?:at least|up to|any|some|choose|pick|select)\b", re.I)
_SO_MANY = re.compile(r"\b\w+ of (?:these|those|the (?:following|sentences|lines))\b", re.I)
"""Words by which a brief leaves the choice among what it hands over, and those by which it says how many it wants."""
_ORDERED = re.compile(
    r"\bin (?:their|this|that|the (?:same|given)|exactly this) order\b|\bin the order (?:given|shown|listed|above|below)\b",
    re.I,
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"\n]*\"|\*[^*\n]+\*|`[^`\n]*`")
_AGGREGATES = {
    "sum": re.compile(r"\badds? up\b|\b(?:sum|total|together|altogether|in all)\b"),
    "mean": re.compile(r"\b(?:averages?|mean)\b"),
    "median": re.compile(r"\bmedian\b"),
    "max": re.compile(r"\b(?:highest|largest|greatest|most|maximum|biggest|longest|peak)\b"),
    "min": re.compile(r"\b(?:lowest|smallest|least|fewest|minimum|shortest)\b"),
}


def brief_kept(record: Record) -> Doubt | None:
    """Doubts a text that leaves out or moves what was asked, gives a figure of the brief otherwise, or predicts against it."""
    text = body(reply(record))
    asked = record.instruction
    if missing := [p for p in _points(asked) if not _made(p, text, record.passage)]:
        return Doubt(
            "a point that was asked for is missing",
            "Does the text say what this point of the task wants said, in whatever words?",
            {"point": missing[0], "text": text},
        )
    if problem := _sentences_kept(asked, text):
        return Doubt(
            problem,
            "The task hands over sentences in quotation marks. Does the text use them as the task wants: all that it wants, and "
            "in the order that it wants?",
            {"task": asked, "text": text},
        )
    if not record.passage.strip() and (other := _other_figure(asked, text)):
        return Doubt(
            "a figure of the brief is given otherwise",
            "The brief gives a figure, and this sentence has another one of the same sort. Do the two speak of different things?",
            {"brief": other[0], "sentence": other[1]},
        )
    if _NO_OUTLOOK.search(plain(asked)) and (ahead := _ahead(text, record.passage)):
        return Doubt(
            "a prediction where none is wanted",
            "The task wants no prediction. Is this sentence free of any statement on what is still to come?",
            {"sentence": ahead},
        )
    return None


def _sentences_kept(asked: str, text: str) -> str:
    """What became of whole sentences that the brief quotes and the text is built of: one left out, or moved from its place."""
    given = [own for s in _SENTENCE.findall(asked) if len((own := bare(s)).split()) >= _LEAST_OWN]
    # A word that the brief names may be one that nothing is to have in it.
    named = set(map(bare, _WORD.findall(asked)))
    said = f" {bare(text)} "
    given = [own for own in given if f" {own} " in said or not named & set(own.split())]
    there = [at for own in given if (at := said.find(f" {own} ")) >= 0]
    told = _SENTENCE.sub(" ", asked)
    wanted = [int(n) for m in _SO_MANY.finditer(told) for pair in quantities(m[0]) for n in pair]
    least = min(wanted) if wanted else 0 if _SOME.search(told) else len(given)
    if len(there) < 2 or 2 * len(there) < min(least, len(given)):
        return ""
    if len(there) < least <= len(given):
        return "a sentence that the brief hands over is missing"
    moved = _ORDERED.search(told) and there != sorted(there)
    return "the sentences stand in another order than asked" if moved else ""


def _points(asked: str) -> list[str]:
    """What a brief lists behind a colon, parted by semicolons."""
    found: list[str] = []
    for sentence in sentences(_MATERIAL.sub(" ", asked)):
        _, colon, rest = sentence.partition(":")
        if not colon or ";" not in rest:
            continue
        found += [p.strip(" .") for p in rest.split(";") if p.strip(" .") and not _ON_FORM.match(plain(p))]
    return found


def _made(point: str, text: str, passage: str) -> bool:
    tables = read_tables(passage) if passage.strip() else ()
    wanted = [value for table in tables for value in _values(point, table)]
    if wanted:
        said = figures(text)
        return any(_rounds(f, value) for value in wanted for f in said)
    if denies(point) and _KNOWING.search(plain(point)) and _says_unknown(text):
        return True
    words = [t for t in content(point) if t not in _ON_THE_TASK]
    said_words = content(text)
    return not words or any(alike(word, other) for word in words for other in said_words)


def _says_unknown(text: str) -> bool:
    """Whether the text calls anything unknown."""
    said = [plain(s) for s in sentences(text)]
    return any(_UNKNOWN.search(s) or (_KNOWING.search(s) and denies(s)) for s in said)


def _values(point: str, table: Table) -> Iterator[Fraction]:
    """The value of the one column and the one measure that a point names."""
    columns = [p for p in table.numbers if says_phrase(point, table.columns[p])]
    kinds = [kind for kind, cue in _AGGREGATES.items() if cue.search(plain(_QUOTED.sub(" ", point)))]
    if len(columns) != 1 or len(kinds) != 1:
        return
    known = [Fraction(v) for v in table.numbers[columns[0]] if v is not None]
    total = sum(known, Fraction(0))
    yield {
        "sum": total,
        "mean": total / len(known),
        "median": Fraction(median(known)),
        "max": max(known),
        "min": min(known),
    }[kinds[0]]


def _rounds(figure: Figure, value: Fraction) -> bool:
    scale = figure.scaled / figure.value if figure.value else Fraction(1)
    return 2 * abs(abs(value) - figure.scaled) <= scale * Fraction(10) ** -figure.places


def _other_figure(asked: str, text: str) -> tuple[str, str] | None:
    """A figure of the brief that the text never gives, and a sentence with another of its sort in the same context."""
    read = prepare(asked)
    said = {f.scaled for f in figures(text)}
    for wanted in figures(asked):
        if not wanted.unit or wanted.unit in _PARTS or wanted.is_year or wanted.scaled in said:
            continue
        around = read[max(0, wanted.start - _WIDTH) : wanted.start] + " " + read[wanted.end : wanted.end + _WIDTH]
        about = content(around)
        told = sentences(LIST_MARK.sub("", text))
        for sentence, after in zip(told, [*told[1:], ""], strict=True):
            others = [f for f in figures(sentence) if f.unit == wanted.unit and not _within(f, wanted, read)]
            # The noun of the figure is one of them.
            if others and len(_shared(about, content(f"{sentence} {after}"))) > 2:
                return around.strip(), sentence
    return None


def _shared(one: tuple[Token, ...], other: tuple[Token, ...]) -> list[Token]:
    return [t for t in dict.fromkeys(one) if any(alike(t, o) for o in other)]


def _within(figure: Figure, wanted: Figure, read: str) -> bool:
    """Whether the brief gives a bound that the figure keeps."""
    bound = _BOUND.search(read[: wanted.start])
    if bound is None:
        return False
    return figure.scaled >= wanted.scaled if bound["least"] else figure.scaled <= wanted.scaled


def _ahead(text: str, passage: str) -> str:
    """A sentence that speaks of what is to come; the names of rows and columns are no part of what it says."""
    names = sorted(
        {n for t in read_tables(passage) for n in (*t.columns, *t.labels) if len(n) > 3}, key=len, reverse=True
    )
    named = re.compile("|".join(map(re.escape, names)) or r"(?!)", re.I)
    for sentence in sentences(LIST_MARK.sub("", text)):
        said = _DECLINED.sub(" ", plain(named.sub(" ", _QUOTED.sub(" ", sentence))))
        if _OUTLOOK.search(said):
            return sentence
    return ""
