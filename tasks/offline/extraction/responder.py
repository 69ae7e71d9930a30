"""The offline responder to extraction tasks: reads the form that the student sees and fills it in from the text."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from prompts import presentation
from tasks.kinds.extraction.fields import LEADS
from tasks.offline.extraction.fields import BY_NAME, LEAD, MENTIONS
from tasks.offline.passage import Passage
from tasks.offline.view import split

_LISTED = re.compile(r"^- `([^`\n]+)` \([^)\n]*\): (.*)$", re.M)
_FENCE = re.compile(r"```json\n(.*?)\n```", re.S)
_STRIPPED = ".,;:!?()\"'”\u2019"


def filled_in(message: str, salt: Any) -> str | None:
    """The filled form, as JSON or CSV; None if the message shows no form of the offline author's."""
    lead = LEAD.find(message)
    fields = fields_in(message)
    if not lead or not fields:
        return None
    hint = next((h.text for h in presentation().answer_hints.get("json", ()) if h.text in message), "")  # type: ignore[call-overload]
    clean = message.replace(hint, "") if hint else message
    view = split(clean, lead.start(), _end(clean, lead.end()))
    text = Passage(view.passage)
    if f"\n{LEADS['csv']}\n" in message:
        return _csv(fields, text)
    answer: dict[str, Any] = {}
    for name, description in fields:
        value = _records(fields, text) if "[]." in name else _value(description, text)
        *above, last = name.split("[]")[0].split(".")
        inner = answer
        for part in above:
            inner = inner.setdefault(part, {})
        inner[last] = value
    told = json.dumps(answer, ensure_ascii=False, indent=2 if "code block" in hint else None)
    return f"```json\n{told}\n```" if "code block" in hint else told


def fields_in(message: str) -> list[tuple[str, str]]:
    """Name and description of each field of the form that the text shows, whatever its style."""
    if found := [(name, told) for name, told in _LISTED.findall(message)]:
        return found
    if not (fence := _FENCE.search(message)):
        return []
    try:
        form = json.loads(fence[1])
    except (ValueError, RecursionError):
        return []
    return list(_leaves(form.get("properties", form))) if isinstance(form, dict) else []


def _leaves(node: dict[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, inner in node.items():
        path = above + name
        if isinstance(inner, list) and inner:
            inner, path = inner[0], f"{path}[]"
        if isinstance(inner, dict) and inner.get("type") == "array":
            inner, path = inner["items"], f"{path}[]"
        if isinstance(inner, str):
            yield path, inner.split(": ", 1)[-1]
        elif "properties" in inner:
            yield from _leaves(inner["properties"], f"{path}.")
        elif "description" in inner:
            yield path, inner["description"]
        else:
            yield from _leaves(inner, f"{path}.")


def _end(message: str, start: int) -> int:
    places = [m.end() for m in (*_LISTED.finditer(message, start), *_FENCE.finditer(message, start))]
    return max(places, default=start)


def _value(description: str, text: Passage) -> Any:
    for name, kind in BY_NAME.items():
        if m := kind.wording.find(description):
            return _FILL[name](text, *m.groups())
    return None


def _amount(text: Passage, after: str) -> Any:
    found = re.search(rf"(?<![\w.,:/-])(\d{{1,3}}(?:,\d{{3}})+|\d+)(\.\d+)? {re.escape(after)}", text.flat)
    if not found:
        return None
    whole = found[1].replace(",", "")
    return float(whole + found[2]) if found[2] and found[2].strip(".0") else int(whole)


def _word(text: Passage, before: str) -> Any:
    found = re.search(rf"{re.escape(before)} (\S+)", text.flat)
    return found[1].strip(_STRIPPED) if found else None


def _date(text: Passage, begins: str) -> Any:
    words = text.starting(begins).split()
    for three in zip(words, words[1:], words[2:], strict=False):
        try:
            return datetime.strptime(" ".join(three).strip(_STRIPPED), "%d %B %Y").date().isoformat()
        except ValueError:
            continue
    return None


def _names(text: Passage, begins: str) -> Any:
    _, *rest = [w.strip(_STRIPPED + "“\u2018[]") for w in text.starting(begins).split()] or [""]
    parts = [w for w in rest if re.fullmatch(r"[^\W\d_]{3,}(?:['\u2019]s)?", w)]
    return list(dict.fromkeys(w for w in parts if w.isalpha() and w[0].isupper()))


def _figures(text: Passage, begins: str) -> Any:
    words = [w.strip(_STRIPPED + "“[]").replace(",", "") for w in text.starting(begins).split()]
    return [float(w) if "." in w and w.split(".")[1].strip("0") else int(float(w)) for w in words if _plain(w)]


def _plain(word: str) -> bool:
    return re.fullmatch(r"\d+(\.\d+)?", word) is not None


def _last(text: Passage, begins: str) -> Any:
    words = text.starting(begins).split()
    return words[-1].strip(_STRIPPED) if words else None


_FILL = {
    "amount": _amount,
    "absent": _amount,
    "word": _word,
    "date": _date,
    "names": _names,
    "figures": _figures,
    "last_word": _last,
}


def _records(fields: list[tuple[str, str]], text: Passage) -> list[dict[str, str]]:
    word = next((m["word"] for _, told in fields if (m := MENTIONS["first_words"].find(told))), "")
    found = (
        [s for s in text.finished if re.search(rf"(?<![\w-]){re.escape(word)}(?!\w|[-'\u2019]\w)", s.lower())]
        if word
        else []
    )
    return [{"first_words": " ".join(s.split()[:3]), "last_word": s.split()[-1].strip(_STRIPPED)} for s in found]


def _csv(fields: list[tuple[str, str]], text: Passage) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([name for name, _ in fields])
    writer.writerows([[row.get(name, "") for name, _ in fields] for row in _records(fields, text)])
    return out.getvalue().strip()
