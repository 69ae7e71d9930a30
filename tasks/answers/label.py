"""A label, or several, from a set whose options read "label: definition"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import ascii_uppercase

from tasks.answers.final import answer_line, boxed, emphasised, says, unmarked
from tasks.answers.form import Form, Readings, compare_readings
from tasks.answers.weighing import weigh, weighed
from tasks.records import Record
from tasks.text.phrases import says_phrase
from tasks.text.plain import plain
from tasks.text.sentences import LIST_MARK, sentences
from tasks.text.words import bare

MOST_LABELS = 15
"""Labels that a set may have."""
_LABEL = re.compile(
    r"\s*[*_`\"'“]*(?P<name>[^:\n]{1,100}?)[*_`\"'”]*\s*(?::|\s[-\u2013—]\s)\s*(?P<definition>\S.*)", re.S
)
_DRESS = "*_`\"'“”. "
DENIAL = re.compile(r"\b(?:not|never|nor|neither|no|rather than|instead of|unlike|without|isn't|wasn't|doesn't)\b")
_RULED_OUT = r",? (?:and |but )?(?:not|rather than|instead of|unlike) (?:as |an? |the |in )?[\"'“]?"
_LEAD = re.compile(r"^\W*(?:the )?(?:labels?|categor(?:y|ies)|answers?|class(?:es)?)(?: (?:is|are))?\s*:?\s+", re.I)
_MARK = re.compile(r"^\W*(?:[-*•]|\d{1,2}[.)])\s+")
_REASON = re.compile(r"(?<=\w)[.](?:\s|$)|,? (?:because|since|as)\b|\s[-\u2013—]\s|\s\(|\n")


def split_option(option: str) -> tuple[str, str]:
    """Label and definition of an option; a bare label has no definition."""
    m = _LABEL.fullmatch(option.strip())
    return (m["name"].strip(_DRESS), m["definition"].strip()) if m else (option.strip().strip(_DRESS), "")


def label_names(options: Sequence[str]) -> list[str]:
    """The labels on offer, in the order shown."""
    return [split_option(option)[0] for option in options]


def spell_labels(key: Sequence[str], options: Sequence[str], letters: bool = False) -> list[str]:
    """The key as labels, spelt and ordered as in the options; what names none of them stays as it is.

    Authors put a definition behind a label, or several labels into one string; with `letters`, B is the second label.
    """
    known = label_names(options)
    folded = {label.casefold(): label for label in known}
    found: list[str] = []
    for item in key:
        said = item.strip().strip(_DRESS)
        parts = [said] if _known(said, folded, known, letters) else [p.strip(_DRESS) for p in re.split(r"[,;]", said)]
        found += [_known(part, folded, known, letters) or part for part in parts if part]
    found = list(dict.fromkeys(found))
    return sorted(found, key=known.index) if set(found) <= set(known) else found


def _known(said: str, folded: dict[str, str], known: list[str], letters: bool) -> str:
    if name := folded.get(said.casefold()) or folded.get(split_option(said)[0].casefold()):
        return name
    place = ascii_uppercase.find(said) if letters and len(said) == 1 else -1
    return known[place] if 0 <= place < len(known) else ""


def _read(record: Record, text: str) -> Readings:
    """Every way to read the label, or the labels, that the text settles on, as in the options; empty if it is in doubt."""
    line = answer_line(text)
    if line is None and (box := boxed(text)) is not None:
        line = box
    if line is not None:
        found = _whole(record, line.split("\n\n", 1)[0])
        return [found] if found else []
    clean = unmarked(text).strip()
    if listed := _whole(record, clean) or _listed(record, clean):
        return [listed]
    told = says(text)
    lines = [part for part in clean.splitlines() if part.strip()]
    places = [*(rest for _, rest in told[-1:]), *lines[:1], *lines[-1:], *emphasised(text)[:1]]
    readings = [found for place in places if (found := _whole(record, place))]
    if not readings:
        said = sentences(clean)
        readings = [found for s in dict.fromkeys([*said[:1], *said[-1:]]) if (found := _named_in(record, s))]
    if len({tuple(r) for r in readings}) == 1:
        return readings[:1]
    names = label_names(record.options)
    place = None if record.formal.get("several") else weighed(weigh(names, clean, lettered=False), len(names))
    return [] if place is None or not says_phrase(clean, names[place]) else [[names[place]]]


def _whole(record: Record, statement: str) -> list[str]:
    """The labels of a statement that gives nothing else, but for a reason behind them."""
    known = label_names(record.options)
    statement = _LEAD.sub("", statement)
    for said in dict.fromkeys((statement, statement.split("\n", 1)[0], _REASON.split(statement, maxsplit=1)[0])):
        for joint in (r"\n|;|,(?: and\b)?", r"\n|;|,|\band\b"):
            parts = [_MARK.sub("", part.strip()) for part in re.split(joint, said) if part.strip()]
            if len(parts) > 2 * len(known):
                continue
            found = [spell_labels([part], record.options) for part in parts]
            if found and all(f and set(f) <= set(known) for f in found):
                return _ordered([label for f in found for label in f], known)
    return [] if record.formal.get("several") else _leading(statement, known)


def _listed(record: Record, text: str) -> list[str]:
    """The labels that open the items of a list, where several may apply."""
    items = [line[m.end() :] for line in text.splitlines() if (m := LIST_MARK.match(line))]
    lines = items or [line for line in text.splitlines() if line.strip()]
    if not record.formal.get("several") or len(lines) < 2:
        return []
    known = label_names(record.options)
    found = [_leading(line.strip(), known) for line in lines]
    return _ordered([label for f in found for label in f], known) if all(found) else []


def _leading(statement: str, known: list[str]) -> list[str]:
    """The label that opens a statement and is parted from the reason behind it; of nested ones the longest."""
    said = re.sub(r"^\W*", "", statement)
    for label in sorted(known, key=len, reverse=True):
        m = re.match(
            rf"{re.escape(label)}[\"'”*_`]*(?P<end>\s*(?:$|[.:;(\n]|[-\u2013—]\s)|,? (?:because|since|as)\b)",
            said,
            re.I,
        )
        if m:
            return [label]
    return []


def _named_in(record: Record, sentence: str) -> list[str]:
    """The labels that a sentence names, if it denies none."""
    known, said = sorted(label_names(record.options), key=len, reverse=True), plain(sentence)
    for label in known:
        out = rf"{_RULED_OUT}{re.escape(plain(label))}(?!\w)"
        said = re.sub(out, lambda m: m[0] if m[0].strip(" ,") in map(plain, known) else "", said)
    found = []
    for label in known:
        pattern = rf"(?<!\w){re.escape(plain(label))}(?!\w)"
        if re.search(pattern, said):
            found.append(label)
            said = re.sub(pattern, "", said)
    if DENIAL.search(said) or (len(found) > 1 and re.search(r"\bor\b", said)):
        return []
    return _ordered(found, label_names(record.options)) if len(found) == 1 or record.formal.get("several") else []


def _ordered(found: list[str], known: list[str]) -> list[str]:
    return sorted(dict.fromkeys(found), key=known.index)


def _same(key: list[str], found: list[str]) -> bool:
    return found == key


def _fault(record: Record) -> str | None:
    if not 2 <= len(record.options) <= MOST_LABELS:
        return f"{len(record.options)} labels"
    known = label_names(record.options)
    if not all(bare(label) for label in known):
        return "an empty label"
    if len({bare(label) for label in known}) < len(known):
        return "two labels have one name"
    if any(len(label.split()) > 12 for label in known):
        return "a label is as long as a sentence"
    if not record.key:
        return "no label in the key"  # a text that fits no other label has one for that
    if not set(record.key) <= set(known):
        return "the key is not among the labels"
    if len(record.key) > 1 and not record.formal.get("several"):
        return "several labels in the key of a task that allows one"
    return None


LABEL = Form("label", fault=_fault, read=_read, compare=compare_readings(_read, _same), exact=True)
