"""Changes that leave the wording alone: marks, lists, replaced words, sentences taken as they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from difflib import SequenceMatcher
from fractions import Fraction

from tasks.checks.check import Doubt
from tasks.checks.constraints.met import body, constraints_of
from tasks.checks.figures import Figure, Shown, figures
from tasks.records import Record
from tasks.text.languages import asks_language
from tasks.text.phrases import spelling
from tasks.text.plain import plain
from tasks.text.quantities import Quantity, find_quantities, flat, states
from tasks.text.replies import reply
from tasks.text.sentences import LIST_MARK, sentences
from tasks.text.words import words

_QUOTED = re.compile(r"“[^”]*”|\"[^\"\n]*\"")
_MARKING = frozenset({"replace", "bold", "italic", "letter_case", "every_nth_word_upper"})
"""Requirements that are met without another change of any word."""
_REWORDS = re.compile(
    r"\b(?:summar\w*|sum(?:med)? up|short(?:en\w*|er)|condens\w*|simpl\w+|re(?:write|word|phrase|tell|cast|work|draft"
    r"|compose)\w*"
    r"|paraphras\w*|translat\w*|plain(?:er|ly)?|tone|polite\w*|courte\w*|formal\w*|(?:own|other|new|different) words"
    r"|expand\w*|key points"
    r"|main points|gist|style|voice|tense|poem|dialogue|letter to|explain\w*|clear(?:er|ly)|tidy|polish\w*|improv\w*"
    r"|fluent\w*|grammar"
    r"|correct\w*|adapt\w*|turn\w* into prose|fix\w*|mend\w*|edit it)\b"
)
_AS_IT_STANDS = re.compile(
    r"\bof (?:its|their|the text's) own sentences\b|\b(?:sentences?|words?|wording|rest|others?|everything else"
    r"|lines?|items?)\b"
    r"[^.;:]{0,30}\bas (?:they|it) (?:are|is|stands?)\b|\bverbatim\b|\bword for word\b|\bunchanged\b"
    r"|\b(?:keep|take) (?:just |only )?(?:the )?(?:\w+ )?(?:\d+ )?sentences\b|\b(?:delete|leave out|remove|drop"
    r"|strike) (?:each|every|all|any) (?:\w+ )?"
    r"(?:sentences?|lines?)\b|\b(?:first|last) (?:\w+ )?sentences\b[^.]{0,40}\blist\b|\bchange nothing (?:else"
    r"|more)\b|\bnothing else changes\b"
    r"|\b(?:don't|do not|without) (?:chang|alter|touch)\w* (?:any|a|the|its|their)? ?(?:other )?(?:words?|wording)\b"
)
_SELECTS = re.compile(
    r"\b(?:first|last|only|just|delet\w*|leav\w* out|remov\w*|drop\w*|strik\w*|omit\w*|cut\w*|reduc\w*|extract\w*"
    r"|keep|pick|take|except"
    r"|select\w*|at most|no more than|sort\w*|order|rearrang\w*|revers\w*|shuffl\w*|mov\w+)\b"
)
_NEW_FIGURES = re.compile(
    r"\b(?:convert\w*|units?|metric|imperial|expand\w*|add\w*|annotat\w*|count\w*|continu\w*|invent\w*|fiction\w*"
    r"|set in|updat\w*|example"
    r"|estimat\w*|calculat\w*|number(?:ed|s|ing)?|replac\w*|chang\w* the (?:date|time|year|figure|number|price)s?"
    r"|future|past|years? later)\b"
)
_DAYS = frozenset({"day", "date"})
_A_DAY = 86_400
_TIMES = frozenset({"minute", "min", "h", "hour", "day", "week", "month", "year", "decade", "centurie", "century"})
_PARTLY = re.compile(
    r"\b(?:delet|leav|remov|drop|strik|omit|cut|without)\w*[^.;:]{0,40}\b(?:clauses?|phrases?|brackets?|parenthes[ie]s|half"
    r"|halves|adjectives?|adverbs?|words?|names?|figures?|quot\w+|links?|marks?)\b"
)
"""Parts of sentences that may be what is to go."""
_RUN = 3
_SLIGHT = 0.06
"""Share of changed words up to which a reader is asked whether they had to change."""


def wording_kept(record: Record) -> str | Doubt | None:
    """Rejects an answer with other words than the text's where only marks, places or named words were to change."""
    asked = plain(_QUOTED.sub(" ", record.instruction))
    if asks_language(asked):
        return None
    kinds = {c.kind for c in constraints_of(record) or []}
    stands = _AS_IT_STANDS.search(asked) is not None
    if not record.passage.strip() or not (stands or (kinds and kinds <= _MARKING and not _REWORDS.search(asked))):
        return None
    ours, theirs = _said(body(reply(record)), record), _said(record.passage, record)
    added, lost, changes = _differences(ours, theirs)
    allowed = {w for c in record.constraints for phrase in c.get("words") or [] for w in _plain_words(phrase)}
    added = [w for w in added if w not in allowed and w not in set(_plain_words(record.instruction))]
    lost = [] if _SELECTS.search(asked) else [w for w in lost if w not in allowed]
    count = len(added) + len(lost)
    if not count and stands and _SELECTS.search(asked) and not _PARTLY.search(asked):
        return _clipped(body(reply(record)), record)
    if not count:
        return None
    return Doubt(
        "the wording is not the text's, where it was to stay",
        "The task leaves the wording of the text as it is but for what it names. Did each of these words have to "
        "change, or was its "
        "change named?",
        {"differences": "\n".join(changes[:20])},
        "; ".join(changes[:5]),
    )


def _clipped(text: str, record: Record) -> str | Doubt | None:
    """A sentence that was taken over without a part of it, where whole ones were to be taken."""
    wholes = [(s, _said(s, record)) for s in sentences(record.passage)]
    units, all_of_it = [_said(u, record) for u in sentences(text)], _joined(_said(text, record))
    cut = 0
    for unit in units:
        if len(unit) < _RUN or any(_joined(whole) in _joined(unit) for _, whole in wholes if len(whole) >= _RUN):
            continue
        # Behind a colon begins what a list item or a speaker says: it may stand alone. A sentence may fall into several items.
        left = [
            len(whole) - len(unit)
            for said, whole in wholes
            if _runs_through(unit, whole)
            and _joined(whole) not in all_of_it
            and not (":" in said and whole[-len(unit) :] == unit)
        ]
        cut = max(cut, min(left, default=0))
    if not cut:
        return None
    return Doubt(
        "a sentence lacks a part, where whole sentences were to be taken",
        "Are the sentences of the text that the answer takes over there with all their words?",
        {"answer": text},
    )


def _joined(said: Sequence[str]) -> str:
    return f" {' '.join(said)} "


def _runs_through(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether all words of the part stand in the whole, in their order."""
    rest = iter(whole)
    return len(part) < len(whole) and all(word in rest for word in part)


def _plain_words(text: str) -> list[str]:
    return [spelling(w) for w in words(text)]


def _said(text: str, record: Record) -> list[str]:
    """The words of a text, with those that are to be replaced already replaced."""
    said = re.sub(r"[*_`#>|]+", " ", LIST_MARK.sub("", text)).casefold()
    for c in record.constraints:
        old_new = c.get("words") or []
        if c.get("kind") == "replace" and len(old_new) == 2:
            old, new = (part.casefold() for part in old_new)
            said = re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _, new=new: new, said)  # type: ignore[misc]
    return _plain_words(said)


def _differences(ours: list[str], theirs: list[str]) -> tuple[list[str], list[str], list[str]]:
    added: list[str] = []
    lost: list[str] = []
    changes: list[str] = []
    for how, a, b, c, d in SequenceMatcher(None, theirs, ours, autojunk=False).get_opcodes():
        if how != "equal":
            lost += theirs[a:b]
            added += ours[c:d]
            changes.append(f"{' '.join(theirs[max(0, a - 3) : b + 3])} -> {' '.join(ours[max(0, c - 3) : d + 3])}")
    return added, lost, changes


def figures_kept(record: Record) -> Doubt | None:
    """Doubts a rewriting that gives a figure its text does not have and that does not follow from it."""
    asked = plain(record.instruction)
    if not record.passage.strip() or _NEW_FIGURES.search(asked):
        return None
    text = body(reply(record))
    source = f"{record.passage}\n{record.instruction}"
    shown = Shown(source)
    for sentence in sentences(LIST_MARK.sub("", text)):
        new = [
            q for q in find_quantities(sentence) if q.number > 2 and not states(source, q) and not _hour_told(q, source)
        ]
        if any(_of_another_sort(q, source) or _from_nowhere(flat(sentence)[q.start : q.end], q, shown) for q in new):
            return Doubt(
                "a figure that the text does not have",
                "Does every figure of this sentence stand in the text or follow from it, in whatever form?",
                {"sentence": sentence, "text": record.passage},
            )
    return None


def _from_nowhere(said: str, quantity: Quantity, shown: Shown) -> bool:
    return quantity.readings[0][0] not in _DAYS and not all(_from(shown, f) for f in figures(said))


def _of_another_sort(quantity: Quantity, source: str) -> bool:
    """Whether the text has the number, but never as this: a day of the month made of a count, metres of minutes."""
    kind, value = quantity.readings[0]
    others = find_quantities(source)
    if kind in _DAYS:
        days = {int(v) % 10_000 for q in others for k, v in q.readings if k in _DAYS}
        return int(value) % 10_000 not in days and not _reckoned(int(value), others)
    same = [q for q in others if q.number == quantity.number]
    return not quantity.is_plain and ":" in kind and bool(same) and not any(q.is_plain for q in same)


def _reckoned(wanted: int, others: Sequence[Quantity]) -> bool:
    """Whether a day lies as long before or after one of the text as the text says of some span."""
    spans = {int(v // _A_DAY) for q in others for k, v in q.readings if k == "time:1" and v % _A_DAY == 0}
    there = _day_of(wanted)
    shown = [_day_of(int(v)) for q in others for k, v in q.readings if k in _DAYS]
    return there is not None and any(here and abs((here - there).days) in spans for here in shown)


def _day_of(value: int) -> date | None:
    with suppress(ValueError):
        return date(value // 10_000 or 2001, value // 100 % 100, value % 100)
    return None


def _hour_told(quantity: Quantity, source: str) -> bool:
    """Whether a time of day is one whose hour the text gives alone, "closes at one"."""
    hours = {value // 60 % 12 or 12 for kind, value in quantity.readings if kind == "clock" and value % 60 == 0}
    return any(other.number in hours for other in find_quantities(source))


def _from(shown: Shown, figure: Figure) -> bool:
    """Whether the figure is one of the text's, rounded, or a time between two of them; a text retold gives no other sums."""
    rounded = any(2 * abs(v - figure.scaled) <= Fraction(10) ** -figure.places and v > 10 for v in shown.values)
    spans = figure.unit in _TIMES
    return (
        shown.has(figure) or rounded or (spans and shown.follows(figure)) or (figure.is_year and shown.follows(figure))
    )
