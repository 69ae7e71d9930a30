"""Whether options and key fit the answer form."""

from __future__ import annotations

import re
from collections.abc import Callable

from tasks.answers.reading import LETTERS
from tasks.kinds.extraction.checks import json_form
from tasks.kinds.labelling.checks import label_form
from tasks.records import Record
from tasks.text.numbers import quantities
from tasks.text.plain import plain
from tasks.text.words import bare

MAX_WORDS = 1500

_CATCH_ALL = re.compile(
    r"^\W*(?:all|none|both|neither|any)(?: of)?(?: the)? (?:above|these|those|options?|answers?|choices?"
    r"|a and b|[a-h] and [a-h])\W*$|\b(?:all|none) of the above\b",
    re.I,
)
_LETTERED = re.compile(r"\s*(?:[(\[]?([A-Ha-h])[)\]:]+(?:\s|$)|(?:option|choice)\s+([A-H])\b)")
_DOTTED = re.compile(r"\s*([A-Ha-h])\.\s")
_NUMBERED_ITEM = re.compile(r"\s*(\d{1,2}):\s*(\S.*)", re.S)
_LETTERED_ITEM = re.compile(r"\s*([A-Z]):\s*(\S.*)", re.S)


def well_formed(record: Record) -> str | None:
    """Rejects an empty or endless instruction, and options or a key that do not fit the answer form."""
    text = record.instruction.strip()
    if len(bare(text)) < 3:
        return "the instruction is empty"
    if len(text.split()) > MAX_WORDS:
        return f"the instruction is longer than {MAX_WORDS} words"
    if record.answer_form not in FORMS:
        return f"unknown answer form {record.answer_form!r}"
    return FORMS[record.answer_form](record)


def _no_options(record: Record) -> str | None:
    return f"options in the form {record.answer_form}" if record.options else None


def _option_form(record: Record) -> str | None:
    count = len(record.options)
    if not 2 <= count <= 8:
        return f"{count} options"
    if problem := _texts(record.options):
        return problem
    if any(_CATCH_ALL.search(o) for o in record.options):
        return "an option such as all or none of the above"
    if _lettered(record.options):
        return "an option begins with a letter of its own"
    if not record.key and not record.answerable:
        return None
    if len(record.key) != 1 or record.key[0] not in set(LETTERS[:count]):
        return "the key is not one letter of the options"
    return None


def _lettered(options: list[str]) -> bool:
    # One "A. Smith" is a name; two options that carry the letters of their places are not.
    own = [m[1].upper() == LETTERS[i] for i, o in enumerate(options[:8]) if (m := _DOTTED.match(o))]
    return any(_LETTERED.match(o) for o in options) or sum(own) >= 2


def _texts(options: list[str]) -> str | None:
    said = [bare(o) or plain(o) for o in options]
    if not all(said):
        return "an empty option"
    # Options may differ only in signs or articles ("-5" and "5", "a whale" and "the whale").
    return (
        "two options say the same"
        if len({plain(o).strip(" .;,") for o in options}) < len(options) or _twice(said, options)
        else None
    )


def _twice(said: list[str], options: list[str]) -> bool:
    symbols = re.compile(r"[^\w\s.,;:'\"!?()]")
    return len({(s, "".join(symbols.findall(o))) for s, o in zip(said, options, strict=True)}) < len(said)


def _truth_form(record: Record) -> str | None:
    if problem := _no_options(record):
        return problem
    if not record.key and not record.answerable:
        return None
    return None if record.key in (["true"], ["false"]) else "the key is neither true nor false"


def _number_form(record: Record) -> str | None:
    if problem := _no_options(record):
        return problem
    if not record.key and not record.answerable:
        return None
    if (
        len(record.key) != 1
        or not re.fullmatch(
            r"\s*[-+\u2212]?(?:\d+(?:\.\d+)?|\.\d+|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+/\d+)(?:[eE][-+]?\d{1,2})?\s*",
            record.key[0],
        )
        or not quantities(record.key[0])
    ):
        return "the key is not one number"
    return None


def _span_form(record: Record) -> str | None:
    if problem := _no_options(record):
        return problem
    if not record.key and not record.answerable:
        return None
    return None if record.key and all(k.strip() for k in record.key) else "an empty key"


def _order_form(record: Record) -> str | None:
    count = len(record.options)
    if not 3 <= count <= 8:
        return f"{count} items to order"
    if problem := _texts(record.options):
        return problem
    if _lettered(record.options):
        return "an item begins with a letter of its own"
    if not record.key and not record.answerable:
        return None
    return None if sorted(record.key) == list(LETTERS[:count]) else "the key is no permutation of the items"


def _set_form(record: Record) -> str | None:
    if problem := _no_options(record):
        return problem
    if not record.key and not record.answerable:
        return None
    said = [bare(k) for k in record.key]
    return (
        None
        if len(said) >= 2 and all(said) and len(set(said)) == len(said)
        else "the key is not two or more distinct members"
    )


def _matching_form(record: Record) -> str | None:
    left = [m for o in record.options if (m := _NUMBERED_ITEM.fullmatch(o))]
    right = [m for o in record.options if (m := _LETTERED_ITEM.fullmatch(o))]
    if len(left) + len(right) != len(record.options) or len(left) < 2 or len(right) < 2:
        return "options are not numbered and lettered items, two or more of each"
    if [m[1] for m in left] != [str(i + 1) for i in range(len(left))]:
        return "the numbers do not run from 1"
    letters = [m[1] for m in right]
    if letters != list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(letters)]):
        return "the letters do not run from A"
    if problem := _texts([m[2] for m in left]) or _texts([m[2] for m in right]):
        return problem
    if not record.key and not record.answerable:
        return None
    pairs = [re.fullmatch(r"\s*(\d{1,2})\s*-\s*([A-Z])\s*", k) for k in record.key]
    if not all(p and p[2] in letters for p in pairs) or sorted(int(p[1]) for p in pairs if p) != list(
        range(1, len(left) + 1)
    ):
        return "the key is not one pair for each number"
    return None


def _calls_form(record: Record) -> str | None:
    names = {str((tool.get("function") or {}).get("name")) for tool in record.tools}
    if any(call.get("name") not in names for call in record.calls):
        return "the key calls a function that is not on offer"
    return "no calls in the key" if record.answerable and not record.calls else None


FORMS: dict[str, Callable[[Record], str | None]] = {
    "option": _option_form,
    "truth": _truth_form,
    "number": _number_form,
    "estimate": _number_form,
    "span": _span_form,
    "order": _order_form,
    "set": _set_form,
    "matching": _matching_form,
    "text": _no_options,
    "calls": _calls_form,
    "json": json_form,
    "label": label_form,
    "code": _no_options,
}
