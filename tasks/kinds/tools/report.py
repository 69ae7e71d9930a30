"""Whether what is said to the user about calls is what the calls gave."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from tasks.checks.check import Doubt, together
from tasks.checks.dated import unshown_dates
from tasks.checks.figures import figures, prepare, spelt
from tasks.checks.grounding import numbers_grounded
from tasks.checks.undone import says_undone
from tasks.kinds.tools.told import field_given_otherwise, left_out
from tasks.kinds.tools.trace import Made, is_minor, leaves, made, unmended, words_of
from tasks.records import Record
from tasks.text.numbers import quantities
from tasks.text.plain import plain
from tasks.text.quantities import flat
from tasks.text.replies import reply
from tasks.text.sentences import LIST_MARK, sentences
from tasks.text.words import holds, words

_NOT_DONE = re.compile(
    r"\b(?:not|cannot|no|nor|never|neither|none|unable|fail\w*|error\w*|refus\w*|reject\w*|declin\w*|denied|den(?:y|ies)"
    r"|unsuccessful\w*|unavailable|impossible|without success|unfortunately|block\w*|lock\w*|prevent\w*|problem\w*)\b|n't\b"
)
_DONE = re.compile(
    r"\b(?:done|success\w*|completed?|all set|went through|gone (?:out|through)"
    r"|(?:is|are|has been|have been|i(?:'ve| have))(?: now)? (?!not\b)(?:\w+(?:ed|en)|set|sent|done|made|put))\b"
)
_HUNDREDTHS = re.compile(r"¢|\b(?:cents?|pence|pennies|penny|ct|rappen|centimes?|ore|minor units?|hundredths?)\b", re.I)
_MARKED = re.compile(r"[$€£¥]|\b(?:eur|usd|gbp|chf|euros?|dollars?|pounds?|francs?|crowns?|kr)\b", re.I)
_DECIMALS_OF_MONEY = 2
_ID = re.compile(r"\b(?=\w*\d)(?=\w*[A-Za-z])\w+(?:-\w+)*\b|\b[A-Za-z]+-\d[\w-]*\b")


def report_true(record: Record) -> Doubt | None:
    """Doubts a report that seems to call a failure a success, has gaps, or gives a date or figure that no result has."""
    calls = made(record.messages)
    if not calls:
        return numbers_grounded(record)
    text = reply(record)
    failure = None
    if failures := unmended(calls):
        failure = _glossed_over(text, failures)
    elif says_undone(text) and not any(c.blank or _withholds(c.result) for c in calls):
        failure = Doubt(
            "the report speaks of a failure where no call failed",
            "Is what the last message says of things that were not done, or are not so, borne out by the results?",
            {"last message": text},
        )
    seen = "\n".join(
        [
            record.instruction,
            *(str(m.get("content") or "") for m in record.messages[:-1]),
            *(str(c.arguments) for c in calls),
        ]
    )
    # As a column of a table, figures of one field add up.
    added = [record.passage, *sorted(_put_otherwise(calls)), *_totals(calls)]
    added += [length for call in calls for length in _lengths(call.result)]
    # What was said along the way is told as well.
    spoken = "\n".join(str(m.get("content") or "") for m in record.messages if m.get("role") == "assistant")
    found = [
        failure,
        _other_dates(text, seen),
        _other_currency(text, calls, seen),
        _mixed_up(text, calls, record),
        numbers_grounded(replace(record, passage="\n".join(added))),
        field_given_otherwise(text, calls, seen) or left_out(spoken, calls),
    ]
    return together(doubt for doubt in found if doubt)


def _glossed_over(text: str, failures: list[Made]) -> Doubt | None:
    """What is wrong with a report after failures that were not mended."""
    said = plain(text)
    why = {w for call in failures for _, v in leaves(call.result) if isinstance(v, str) for w in words(v) if len(w) > 4}
    if not _NOT_DONE.search(said) and not (why & set(words(text)) and not _DONE.search(said)):
        return _asks_failure("a call failed, and the report does not say so", text, failures)
    told = [plain(s) for s in sentences(text) if _NOT_DONE.search(plain(s))]
    if not _DONE.search(said) or all(any(_names(s, call) for s in told) for call in failures):
        return None
    return _asks_failure("a call failed, and the report says that it is done", text, failures)


def _asks_failure(problem: str, text: str, failures: list[Made]) -> Doubt:
    return Doubt(
        problem,
        "Does the last message say plainly that the call which failed did not succeed?",
        {"last message": text, "result of the failed call": str(failures[0].result)},
    )


def _names(sentence: str, call: Made) -> bool:
    """Whether the sentence names what a call was about, or what it was to do."""
    values = [str(v) for _, v in leaves(call.arguments) if isinstance(v, str) and len(v) > 2]
    return any(holds(sentence, v) for v in values) or set(words_of(call.name)) <= set(words(sentence))


def _withholds(result: Any) -> bool:
    """Whether a result itself says that something is not so or not there."""
    return any(
        value in (None, False, 0, "") or (isinstance(value, str) and _NOT_DONE.search(plain(value)))
        for _, value in leaves(result)
    )


def _other_dates(text: str, seen: str) -> Doubt | None:
    # Where no date was shown, one may have been reckoned from words such as "tomorrow".
    dates = unshown_dates(text, seen) if unshown_dates(seen, "") else []
    if not dates:
        return None
    said = ", ".join(flat(text)[q.start : q.end] for q in dates)
    return Doubt(
        "the report gives a date that no result has",
        "Do these dates stand in the conversation before the last message, or follow from what stands there?",
        {"dates": said},
        said,
    )


def _other_currency(text: str, calls: list[Made], seen: str) -> Doubt | None:
    """Hundredths told as whole units of a currency."""
    told = [(n, v) for c in calls for part in (c.result, c.arguments) for n, v in leaves(part) if _is_number(v)]
    minor = {Fraction(str(v)) for n, v in told if is_minor(n)}
    if not minor:
        return None
    major = {v / 100 for v in minor} | {Fraction(str(v)) for n, v in told if not is_minor(n)}
    major |= {Fraction(n) for m in re.split(r"(?<=\n)", seen) if "{" not in m for pair in quantities(m) for n in pair}
    said, bare = prepare(text), None
    for f in figures(text):
        around = said[max(0, f.start - 4) : f.start] + said[f.end : f.end + 9]
        if f.scaled not in minor - major or f.value < 100:
            continue
        # Hundredths are counted whole: with two decimals they are told as something else.
        if _MARKED.search(around) or f.places == _DECIMALS_OF_MONEY:
            return _unmarked(text, spelt(text, f))
        if not _HUNDREDTHS.search(_spread(text)):
            bare = f
    return _unmarked(text, spelt(text, bare)) if bare else None


def _spread(text: str) -> str:
    """The text with names such as `refundCents` and `fee_cents` taken apart."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", text)


def _unmarked(text: str, amount: str) -> Doubt:
    return Doubt(
        "the report takes hundredths for whole units of a currency",
        "The results count an amount in hundredths of a currency. Can the reader of the last message tell how much money it is, "
        "with no amount a hundred times too large?",
        {"last message": text, "amount": amount},
        amount,
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _mixed_up(text: str, calls: list[Made], record: Record) -> Doubt | None:
    """A figure told of one thing that only another one has: of two results, or of two entries of a list."""
    listed = [Made(c.place, c.name, None, thing) for c in calls for thing in _entries(c.result)]
    return _astray(text, calls, record, 2) or (_astray(text, listed, record, 20) if len(listed) > 1 else None)


def _entries(result: Any) -> Iterator[Any]:
    """The objects in the lists of a result."""
    for value in result.values() if isinstance(result, dict) else ():
        if isinstance(value, list):
            yield from (entry for entry in value if isinstance(entry, dict))


def _astray(text: str, things: list[Made], record: Record, least: int) -> Doubt | None:
    """Whether a statement that names some things by their identifiers has a figure above `least` that only the others have."""
    owners: dict[str, set[int]] = {}
    for number, thing in enumerate(things):
        for _, value in [*leaves(thing.result), *leaves(thing.arguments)]:
            for id in _ID.findall(value) if isinstance(value, str) else []:
                owners.setdefault(id.lower(), set()).add(number)
    numbers = [
        {n for line in _put_otherwise([t]) for n in _values(line)} | _values(f"{t.result} {t.arguments}")
        for t in things
    ]
    for part in _statements(text):
        ids = {i.lower() for i in _ID.findall(part)} & owners.keys()
        mine = set.union(*(owners[i] for i in ids)) if ids else set()
        if not mine or len(mine) == len(things):
            continue
        held = set.union(_values(record.instruction), *(numbers[n] for n in mine))
        others = set.union(*(numbers[n] for n in range(len(things)) if n not in mine))
        rest = _ID.sub(" ", part)
        astray = [f for f in figures(rest) if f.scaled in others - held and (f.value > least or f.places > 0)]
        if astray:
            return Doubt(
                "the report gives the figure of one result for another",
                "Is each of these figures, as the statement has it, that of the thing that the statement names?",
                {"figures": ", ".join(spelt(rest, f) for f in astray), "statement": part.strip()},
                f"“{part.strip()}”",
            )
    return None


def _statements(text: str) -> Iterator[str]:
    """Sentences and list items, and within them what `and`, semicolons and commas part, if more than one thing is named."""
    for line in text.splitlines():
        for sentence in sentences(LIST_MARK.sub("", line)):
            ids = list(_ID.finditer(sentence))
            if len(ids) < 2:
                yield sentence
                continue
            cuts = [m.start() for m in re.finditer(r",|;|\band\b|\bwhile\b", sentence)]
            parts = [sentence[a:b] for a, b in zip([0, *cuts], [*cuts, len(sentence)], strict=True)]
            yield from (p for p in parts if len(_ID.findall(p)) == 1)


def _values(text: str) -> set[Fraction]:
    return {v for f in figures(text) for v in (f.value, f.scaled)}


def _totals(calls: list[Made]) -> Iterator[str]:
    """What the results of several calls come to, field by field."""
    fields: dict[str, list[Fraction]] = {}
    for call in calls:
        for name, value in leaves(call.result):
            if _is_number(value):
                fields.setdefault(name, []).append(Fraction(str(value)))
    for name, values in fields.items():
        if len(values) > 1:
            total = sum(values, Fraction(0))
            yield f"{name} {float(total):g}, {float(total / 100):.2f}" if is_minor(name) else f"{name} {float(total):g}"


def _lengths(value: Any) -> Iterator[str]:
    """How many entries the lists of results have."""
    if isinstance(value, list):
        yield str(len(value))
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in inner:
        yield from _lengths(part)


def _put_otherwise(calls: list[Made]) -> Iterator[str]:
    """The figures of results in the units that people use: hundredths as whole units, minutes as hours, shares as per cent."""
    for call in calls:
        for name, value in [*leaves(call.result), *leaves(call.arguments)]:
            if not _is_number(value):
                continue
            if is_minor(name):
                yield f"{name} {value / 100:.2f}, {value // 100} and {value % 100}"
            elif re.search(r"min(?:ute)?s?$", name, re.I):
                yield f"{name} {int(value) // 60} h {int(value) % 60} min"
            elif re.search(r"sec(?:ond)?s?$", name, re.I):
                yield f"{name} {int(value) // 60} min {int(value) % 60} s"
            elif 0 < abs(value) < 1:
                yield f"{name} {value * 100:g} %"
