"""Labels: whether a label set and its key are sound, and which labels a response gives."""

from __future__ import annotations

import re
from itertools import combinations

from tasks.answers.final import answer_line, boxed, emphasised, says, unmarked
from tasks.answers.labels import canonical, labels, named
from tasks.records import Record
from tasks.text.plain import plain
from tasks.text.sentences import LIST_MARK, sentences
from tasks.text.words import bare, words

MOST = 15
"""Labels that a set may have."""
_ALIKE = 0.85
_LITTLE = frozenset(
    re.findall(
        r"\w+",
        "a an the of to in on at by for from with and or as is are was be it its this that which who whose text item "
        "message writer author one some any label",
    )
)
_DENIED = re.compile(r"\b(?:not|never|nor|neither|no|rather than|instead of|unlike|without|isn't|wasn't|doesn't)\b")
_TOLD = r"\b(?:label|category|class)(?: (?:is|must be|should be)|\s?[:=])\s?[\"'“*]{0,2}"
_RULED_OUT = r",? (?:and |but )?(?:not|rather than|instead of|unlike) (?:as |an? |the |in )?[\"'“]?"
_LEAD = re.compile(r"^\W*(?:the )?(?:labels?|categor(?:y|ies)|answers?|class(?:es)?)(?: (?:is|are))?\s*:?\s+", re.I)
_MARK = re.compile(r"^\W*(?:[-*•]|\d{1,2}[.)])\s+")
_REASON = re.compile(r"(?<=\w)[.](?:\s|$)|,? (?:because|since|as)\b|\s[-\u2013—]\s|\s\(|\n")


def label_form(record: Record) -> str | None:
    """What is wrong with the shape of a label set and its key."""
    if not 2 <= len(record.options) <= MOST:
        return f"{len(record.options)} labels"
    known = labels(record.options)
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


def labels_sound(record: Record) -> str | None:
    """Rejects label sets without telling definitions, keys that name every label, and examples that do not fit."""
    defined = [named(option) for option in record.options]
    examples = record.formal.get("examples") or []
    if any(len(definition.split()) < (1 if examples else 3) for _, definition in defined):
        return "a label without a definition"
    told = [frozenset(words(definition)) - _LITTLE for _, definition in defined]
    for (one, other), (name, rival) in zip(combinations(told, 2), combinations(defined, 2), strict=True):
        if one and other and (one == other or _near(name[1], rival[1], one, other)):
            return "two labels are defined alike"
    if len(record.key) == len(defined) > 1:
        return "every label is right"
    if _gives_itself_away(record):
        return "the key is given away"
    return _examples(record, examples) if examples else None


def _near(one: str, other: str, left: frozenset[str], right: frozenset[str]) -> bool:
    # A figure, a denial or one quoted word can be all that tells two definitions apart.
    if re.search(r"\d|[“\"']", one + other) or bool(_DENIED.search(plain(one))) != bool(_DENIED.search(plain(other))):
        return False
    return len(left) > 3 and len(left & right) / len(left | right) >= _ALIKE


def _gives_itself_away(record: Record) -> bool:
    """Whether the text, or what the instruction says before its examples, puts the key down as a label."""
    asked = record.instruction
    for example in record.formal.get("examples") or []:
        asked = asked.split(example["text"].strip() or "\0", 1)[0]
    said = f"{plain(record.passage)}\n{plain(asked)}"
    return any(re.search(rf"{_TOLD}{re.escape(plain(key))}(?!\w)", said) for key in record.key)


def _examples(record: Record, examples: list[dict[str, str]]) -> str | None:
    known = set(labels(record.options))
    passage = bare(record.passage)
    texts = [bare(example["text"]) for example in examples]
    if not all(texts) or len(set(texts)) < len(texts):
        return "an example is empty or given twice"
    if any(text == passage or (len(text) > 40 and text in passage) for text in texts):
        return "an example is the text itself"
    given = [canonical([example["label"]], record.options) for example in examples]
    if not all(label and set(label) <= known for label in given):
        return "an example has a label that is not on offer"
    if not record.formal.get("several") and any(len(label) > 1 for label in given):
        return "an example has several labels"
    if len(texts) > 1 and len({tuple(label) for label in given}) < 2:
        return "all examples have one label"
    if any(example["text"].strip() not in record.instruction for example in examples):
        return "an example is not shown"
    return None


def stated_labels(record: Record, text: str) -> list[list[str]]:
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
    return [] if len({tuple(r) for r in readings}) != 1 else readings[:1]


def _whole(record: Record, statement: str) -> list[str]:
    """The labels of a statement that gives nothing else, but for a reason behind them."""
    known = labels(record.options)
    statement = _LEAD.sub("", statement)
    for said in dict.fromkeys((statement, statement.split("\n", 1)[0], _REASON.split(statement, maxsplit=1)[0])):
        for joint in (r"\n|;|,(?: and\b)?", r"\n|;|,|\band\b"):
            parts = [_MARK.sub("", part.strip()) for part in re.split(joint, said) if part.strip()]
            if len(parts) > 2 * len(known):
                continue
            found = [canonical([part], record.options) for part in parts]
            if found and all(f and set(f) <= set(known) for f in found):
                return _ordered([label for f in found for label in f], known)
    return [] if record.formal.get("several") else _leading(statement, known)


def _listed(record: Record, text: str) -> list[str]:
    """The labels that open the items of a list, where several may apply."""
    items = [line[m.end() :] for line in text.splitlines() if (m := LIST_MARK.match(line))]
    lines = items or [line for line in text.splitlines() if line.strip()]
    if not record.formal.get("several") or len(lines) < 2:
        return []
    known = labels(record.options)
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
    known, said = sorted(labels(record.options), key=len, reverse=True), plain(sentence)
    for label in known:
        out = rf"{_RULED_OUT}{re.escape(plain(label))}(?!\w)"
        said = re.sub(out, lambda m: m[0] if m[0].strip(" ,") in map(plain, known) else "", said)
    found = []
    for label in known:
        pattern = rf"(?<!\w){re.escape(plain(label))}(?!\w)"
        if re.search(pattern, said):
            found.append(label)
            said = re.sub(pattern, "", said)
    if _DENIED.search(said) or (len(found) > 1 and re.search(r"\bor\b", said)):
        return []
    return _ordered(found, labels(record.options)) if len(found) == 1 or record.formal.get("several") else []


def _ordered(found: list[str], known: list[str]) -> list[str]:
    return sorted(dict.fromkeys(found), key=known.index)
