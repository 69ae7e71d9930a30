"""The answer that a response states, and whether it is the author's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal

from tasks.answers.equivalence import same_value
from tasks.answers.final import answer_line, boxed, emphasised, first_sentence, says, unmarked
from tasks.answers.option import misquotes, option, truth
from tasks.answers.outputs import literal, same_output, stated_outputs
from tasks.kinds.calculation.checks import estimates, near
from tasks.kinds.extraction.checks import read_json, same_json
from tasks.kinds.labelling.checks import stated_labels
from tasks.kinds.retrieval.checks import uncited
from tasks.records import Record
from tasks.text.numbers import decimal_text, quantities
from tasks.text.plain import calm
from tasks.text.replies import reply
from tasks.text.sentences import LIST_MARK, sentences
from tasks.text.words import bare, holds

LETTERS = "ABCDEFGH"
PART = 4000
"""Characters at either end of a response in which its answer is looked for."""
EXACT = frozenset({"option", "truth", "number", "estimate", "order", "matching", "set", "label", "json"})
"""The forms whose answer a program finds in a response."""

_CONCLUDES = re.compile(
    r"\b(?:so|therefore|thus|hence|in total|altogether|in all|which (?:gives|makes|leaves)|that (?:gives"
    r"|makes|leaves)|result|total)\b",
    re.I,
)
_ABOUT = re.compile(
    r"\W*(?:(?:is|are|it|that|this|about|approximately|approx\.?|around|roughly|exactly|only|just|nearly"
    r"|ca\.|equals|to|a total of)\s+|[~≈$€£¥=:]\s*)*",
    re.I,
)
_UNIT_GAP = re.compile(r"\d(?:\s|\s*(?:-|\u2013|—|to|or|and)\s*)\d")
_RUN = re.compile(
    r"(?<![\w'\u2019])[(\[]?[A-H][)\]]?(?:\s*(?:,\s*(?:and\s+|then\s+)?|→|->|=>|>|;|\||\u2013|—|-|/"
    r"|\bthen\b|\band\b|\s)\s*[(\[]?[A-H][)\]]?(?![\w'\u2019])){2,7}"
)
_PACKED = re.compile(r"(?<!\w)[A-H]{3,8}(?!\w)")
_ITEM_LETTER = re.compile(r"(?:option|item|event|step)?\s*[(\[]?([A-H])[)\]]?(?![\w'\u2019])(?!\s+[a-z])", re.I)
_LINE_LETTER = re.compile(r"^[ \t]*[(]?([A-H])(?:[).:]|\s*[-\u2013—]|\s*$)", re.M)
_JOIN = (
    r"(?:[ \t]*(?:→|->|=>|=|-|\u2013|—|:|,|\||\.|\)|\bto\b|\bwith\b|\bmatch(?:es|ed)?(?: with| to)?\b"
    r"|\bgoes with\b|\bis\b)[ \t]*|[ \t]+)"
)
_LETTER = r"[(\[]?([B-Z]|A(?![ \t]+[a-z]))[)\]]?(?![\w'\u2019])"
_LONE = re.compile(r"(?<![\w'\u2019-])([B-H]|A(?![ \t]+(?!and\b|then\b)[a-z]))(?![\w'\u2019])")
_PAIR = re.compile(rf"(?<![\w.])[(]?(\d{{1,2}})[)]?{_JOIN}{{0,3}}{_LETTER}")
_PAIRS_BACK = re.compile(rf"(?<![\w.])[(\[]?([A-Z])[)\]]?{_JOIN}{{1,3}}[(]?(\d{{1,2}})[)]?(?![\w])")
_PAIR_LINE = re.compile(
    rf"^[^\w\n]{{0,12}}(\d{{1,2}})\b.{{0,200}}?(?:→|->|=>|[-\u2013—:"
    rf"|=]|\bmatches\b|\bwith\b|\bis\b|\bto\b)[ \t]*{_LETTER}",
    re.M,
)
_NOTE = re.compile(r"\s*(?:\s[-\u2013—]\s|:\s|\s\().*$", re.S)
_INTRO = re.compile(
    r"(?:\b(?:are|were|include[sd]?|is|was|contains?|namely|lists?|names?|mentions?|says?)\b:?|:)\s+", re.I
)
_FORMULA = re.compile(r"[\\^=√²³]|\b(?:sqrt|pi)\b|[A-Za-z\d)] ?/ ?[A-Za-z\d(]")
"""Signs of a formula: anything else is compared as words or as a plain number."""
_NEGATED = re.compile(
    r"\b(?:not|never|rather than|instead of|unlike|other than|no longer|nor|without)(?: \w+){0,2} $"
    r"|\b(?:is|was|did|does|do|are|were|ca|wo)nt(?: \w+){0,2} $"
)
_LITTLE = frozenset([
    "of", "in", "on", "at", "to", "by", "for", "from", "with", "and", "or", "as", "is", "was", "were", "are", "be",
    "been", "it", "its", "his", "her", "their", "this", "that", "these", "those", "he", "she", "they", "who", "which",
    "into", "over", "because", "due", "had", "has", "have",
])  # fmt: skip


def extract(record: Record, text: str) -> list[str] | None:
    """The final answer that the text states, in the form of the record's key; None if none is found beyond doubt."""
    found = readings(record, text)
    return found[0] if found else None


def agreement(record: Record) -> bool | None:
    """Whether the last message gives the author's answer; None where a program cannot compare."""
    text, key = uncited(record, reply(record)), [k for k in record.key if k.strip()]
    if literal(record):
        return same_output(record, text)
    if not key or record.answer_form not in EXACT | {"span"}:
        return None
    if record.answer_form == "span":
        return _span_agrees(record, text, key)
    if record.answer_form == "json":
        return same_json(record, text)
    found = readings(record, text)
    if record.answer_form == "option" and found and misquotes(record.options, text):
        return False
    if record.answer_form == "number":
        return any(_same_number(key[0], n[0]) for n in found) or _same_formula(key[0], text)
    if record.answer_form == "estimate":
        return any(near(record, n[0]) for n in found)
    wanted = _key_form(record.answer_form, key)
    return any(sorted(f) == wanted if record.answer_form in {"set", "matching"} else f == wanted for f in found)


def readings(record: Record, text: str) -> list[list[str]]:
    """Every way to read the one final answer of the text, best first; empty if there is none or several."""
    return _READ[record.answer_form](record, _ends(uncited(record, text))) if record.answer_form in _READ else []


def _ends(text: str) -> str:
    # A result stands at the start or at the end; what lies between only costs time.
    text = calm(text)
    return text if len(text) <= 2 * PART else f"{text[:PART]}\n\n{text[-PART:]}"


def _option(record: Record, text: str) -> list[list[str]]:
    found = option(record.options, text)
    return [[found]] if found else []


def _truth(record: Record, text: str) -> list[list[str]]:
    found = truth(text)
    return [[found]] if found else []


def _number(record: Record, text: str) -> list[list[str]]:
    found = _figure(text)
    return [] if found is None else [[decimal_text(v)] for v in dict.fromkeys((found[1], found[0]))]


def _figure(text: str) -> tuple[Decimal, Decimal] | None:
    """The figure that the text gives as its result, as it stands and with its scale word."""
    for stated in (answer_line(text), boxed(text)):
        if stated is not None:
            line = stated.split("\n", 1)[0]
            return _one_number(line) if quantities(line) else _one_number(stated)
    clean = unmarked(text).strip()
    for _, rest in reversed(says(text)):
        if (found := _one_number(rest)) is not None:
            return found
    whole = quantities(clean)
    if len({scaled for _, scaled in whole}) == 1:
        return whole[0]
    bold = [found for part in emphasised(text) if (found := _one_number(part)) is not None]
    if len({scaled for _, scaled in bold}) == 1:
        return bold[0]
    said = sentences(clean)
    for sentence in said[:-4:-1]:
        if (_CONCLUDES.search(sentence) or "=" in sentence or sentence is said[-1]) and (
            found := _one_number(sentence)
        ) is not None:
            return found
    return _one_number(said[0]) if said else None


def _one_number(statement: str) -> tuple[Decimal, Decimal] | None:
    """The one number of a short statement: behind its last equals sign, else the only one, else the opening one."""
    statement = first_sentence(re.split(r"[=≈](?=[^=≈]*\d)", statement)[-1])
    statement = (
        re.sub(r"\([^()]*\)", " ", statement) if quantities(re.sub(r"\([^()]*\)", " ", statement)) else statement
    )
    found = quantities(statement)
    if len({scaled for _, scaled in found}) == 1:
        return found[0]
    start = _ABOUT.match(statement)
    rest = statement[start.end() :] if start else statement
    opens = quantities(rest[:40])
    if (
        not opens
        or not re.match(r"[-+]?[\d.]", rest)
        or _UNIT_GAP.search(rest[:40])
        or re.match(r"[-+\d.,]+ *\w+ \d", rest)
    ):
        return None
    return opens[0]


def _same_number(key: str, found: str) -> bool:
    """Equal, or within 1e-6, or a longer decimal expansion that rounds to a key of two or more decimals."""
    keys = quantities(key)
    if not keys:
        return False
    value, wanted = Decimal(found), keys[0][0]
    if abs(value - wanted) <= abs(wanted) * Decimal("1e-6") or value == keys[0][1]:
        return True
    given, stated = (-min(0, int(Decimal(x).as_tuple().exponent)) for x in (found, str(wanted)))
    return ((stated >= 2 and given > stated) or (given >= 6 and stated >= 1)) and abs(value - wanted) <= Decimal(
        5
    ).scaleb(-stated - 1)


def _order(record: Record, text: str) -> list[list[str]]:
    letters = set(LETTERS[: len(record.options)])
    stated = answer_line(text) or boxed(text)
    for part in (stated,) if stated else (unmarked(text),):
        runs = [re.findall(r"[A-H](?![\w'\u2019])", m[0]) for m in _RUN.finditer(part)] or [
            list(m[0]) for m in _PACKED.finditer(part)
        ]
        whole = [run for run in runs if len(run) == len(letters) and set(run) == letters]
        if whole:
            return [whole[-1]]
        lone = _LONE.findall(part)
        if len(lone) == len(letters) and set(lone) == letters:
            return [lone]
        if runs and stated:
            return []
        items = _items(part)
        for marks in (
            [m[1].upper() for i in items if (m := _ITEM_LETTER.match(i))],
            [m[1] for m in _LINE_LETTER.finditer(part)],
            _by_text(record.options, items),
        ):
            if len(marks) == len(letters) and set(marks) == letters:
                return [marks]
    return []


def _by_text(options: list[str], items: list[str]) -> list[str]:
    found = [[LETTERS[i] for i, o in enumerate(options[:8]) if holds(item, o)] for item in items]
    return [f[0] for f in found if len(f) == 1]


def _matching(record: Record, text: str) -> list[list[str]]:
    numbers = [m[1] for o in record.options if (m := re.match(r"\s*(\d{1,2})\s*[:.)]", o))]
    letters = {m[1] for o in record.options if (m := re.match(r"\s*([A-Z])\s*[:.)]", o))}
    stated = answer_line(text) or boxed(text)
    for part in dict.fromkeys((stated or unmarked(text),)):
        for pattern, back in ((_PAIR, False), (_PAIRS_BACK, True), (_PAIR_LINE, False)):
            pairs = [(b, a) if back else (a, b) for a, b in pattern.findall(part)]
            pairs = [(number, letter) for number, letter in pairs if number in numbers and letter in letters]
            # A response may work through the pairs and then repeat them: the last full round counts.
            final = pairs[-len(numbers) :]
            if numbers and {n for n, _ in final} == set(numbers) and len(final) == len(numbers):
                return [sorted(f"{n}-{letter}" for n, letter in final)]
            if numbers and {n for n, _ in pairs} == set(numbers) and len(set(pairs)) == len(numbers):
                return [sorted({f"{n}-{letter}" for n, letter in pairs})]
    return []


def _set(record: Record, text: str) -> list[list[str]]:
    stated = answer_line(text)
    clean = unmarked(stated if stated is not None else text).strip()
    items = _items(clean)
    if len(items) > 1:
        return _variants([items])
    lines = [line.strip() for line in clean.splitlines() if line.strip()]
    if len(lines) > 1 and all(len(line.split()) <= 12 for line in lines):
        rows = lines[1:] if lines[0].endswith(":") else lines
        return _variants([rows] if len(rows) > 1 else [_split(rows[0])])
    if stated is not None or len(clean.split()) <= 60:
        said = said_all[0] if (said_all := [rest for _, rest in says(clean)]) else (lines[0] if lines else "")
        tails = [said[m.end() :] for m in _INTRO.finditer(said)][:4]
        parts = [p for source in (*reversed(tails), said) for p in (_split(source), _split(source, False))]
        return _variants([p for p in parts if len(p) > 1])
    return []


def _items(text: str) -> list[str]:
    """The items of the text's last list, without marks; nested lines belong to their item's note."""
    blocks: list[list[str]] = [[]]
    for line in text.splitlines():
        if m := LIST_MARK.match(line):
            blocks[-1].append(line[m.end() :].strip())
        elif line.strip() and not line.startswith((" ", "\t")):
            blocks.append([])
    return next((b for b in reversed(blocks) if b), [])


def _split(line: str, at_and: bool = True) -> list[str]:
    """The members of a list in one line."""
    line = line.strip().rstrip(".")
    parts = re.split(r"\s*;\s*(?:and\s+)?" if ";" in line else r"\s*,\s*(?:(?:and|or)\s+)?", line)
    if at_and and parts and re.search(r"\s(?:and|&)\s", parts[-1]):
        parts[-1:] = re.split(r"\s+(?:and|&)\s+", parts[-1])
    return [p for p in parts if p.strip()]


def _variants(lists: list[list[str]]) -> list[list[str]]:
    """Each list as normalised members, whole and without the notes behind them."""
    found = [
        sorted({bare(i) for i in change if bare(i)})
        for items in lists
        for change in (items, [_NOTE.sub("", i) for i in items])
    ]
    return list({tuple(f): f for f in found if f}.values())


def _span(record: Record, text: str) -> list[list[str]]:
    stated = answer_line(text)
    if stated is None:
        told = says(text)
        clean = unmarked(text).strip()
        bold = emphasised(text)
        stated = told[-1][1] if told else bold[0] if len(bold) == 1 else clean if len(clean.split()) <= 15 else None
    lines = (stated or "").strip().splitlines()
    return [[lines[0].strip().strip("\"'“”").rstrip(".").strip()]] if lines and bare(lines[0]) else []


def _span_agrees(record: Record, text: str, key: list[str]) -> bool:
    explicit = answer_line(text) is not None
    found = _span(record, text)
    if found and any(_same_span(found[0][0], k) for k in key):
        return True
    if explicit and found:
        return any(_FORMULA.search(k) and same_value(k, found[0][0]) is True for k in key)
    return any(_affirms(unmarked(text), k) for k in key)


def _same_formula(key: str, text: str) -> bool:
    """Whether the stated answer is an expression of the key's value, such as a LaTeX fraction or a root."""
    stated = answer_line(text) or boxed(text)
    return bool(stated) and _FORMULA.search(str(stated)) is not None and same_value(key, str(stated)) is True


def _same_span(found: str, key: str) -> bool:
    if _affirms(found, key):
        return True
    ours, theirs = (bare(x).split() for x in (found, key))
    both = sum((Counter(ours) & Counter(theirs)).values())
    if (
        len(ours) > 20
        or not both
        or any(c.isdigit() and c not in ours for c in theirs)
        or any(c.isdigit() and c not in theirs for c in ours)
    ):
        return False
    if {"not", "no", "never"} & (set(ours) ^ set(theirs)):
        return False
    extra, lost = ({_stem(w) for w in a} - {_stem(w) for w in b} - _LITTLE for a, b in ((ours, theirs), (theirs, ours)))
    return 2 * both / (len(ours) + len(theirs)) >= (0.75 if extra and lost else 0.6)


def _affirms(text: str, span: str) -> bool:
    """Whether the span stands in the text at least once without a negation before it."""
    said, wanted = f" {bare(text)} ", f" {bare(span)} "
    at = said.find(wanted) if wanted.strip() else -1
    while at >= 0:
        if not _NEGATED.search(said[max(0, at - 40) : at + 1]):
            return True
        at = said.find(wanted, at + 1)
    return False


def _stem(word: str) -> str:
    return re.sub(r"(?:ies|es|s|ed|ing)$", "", word) if len(word) > 4 else word


def _key_form(form: str, key: list[str]) -> list[str]:
    if form == "set":
        return sorted({bare(k) for k in key})
    if form == "label":
        return key
    if form == "matching":
        return sorted(re.sub(r"\s", "", k).upper() for k in key)
    return [k.strip().lower() if form == "truth" else k.strip().upper() for k in key]


_READ: dict[str, Callable[[Record, str], list[list[str]]]] = {
    "option": _option,
    "truth": _truth,
    "number": _number,
    "estimate": estimates,
    "order": _order,
    "matching": _matching,
    "set": _set,
    "span": _span,
    "json": read_json,
    "label": stated_labels,
    "text": stated_outputs,
}


def answer_stated(record: Record) -> str | None:
    """Rejects a response in which no single final answer of the asked form can be found."""
    if record.answer_form not in EXACT or not record.answerable or extract(record, reply(record)) is not None:
        return None
    return f"no single final answer of the form {record.answer_form}"


def key_agreement(record: Record) -> str | None:
    """Rejects a response whose answer is not the author's."""
    return "the answer is not the author's" if record.answerable and agreement(record) is False else None
