"""Changes that leave the wording alone: marks, lists, replaced words, sentences taken as they are."""

from __future__ import annotations

import re
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
_TIMES = frozenset({"minute", "min", "h", "hour", "day", "week", "month", "year", "decade", "centurie", "century"})
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
    if not count:
        return None
    if count > max(4, _SLIGHT * len(theirs if lost else ours)):
        return "the wording is not the text's, where it was to stay"
    return Doubt(
        "the wording is not the text's, where it was to stay",
        "The task leaves the wording of the text as it is but for what it names. Did each of these words have to "
        "change, or was its "
        "change named?",
        {"differences": "\n".join(changes[:20])},
    )


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
        loose = [f for q in new for f in figures(flat(sentence)[q.start : q.end]) if not _from(shown, f)]
        if loose:
            return Doubt(
                "a figure that the text does not have",
                "Does every figure of this sentence stand in the text or follow from it, in whatever form?",
                {"sentence": sentence, "text": record.passage},
            )
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
