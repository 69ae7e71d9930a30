"""How varied the rows of a dataset are, in a few numbers; and which of them say that it goes the way of collapse.

A model that learns from rows which grow more alike with every version forgets what is rare (Shumailov et al., 2024). So each
version is measured, and held against the one before and against fixed bounds.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log2
from pathlib import Path
from typing import Any

from tasks.publish.report.wording import opening, verb_and_object
from tasks.records import Json
from tasks.settings import SettingsError, Watching
from tasks.text.words import words

_GRAM = 3
_BLOCK = 30_000
"""Bytes that are packed together: about as far as zlib looks back."""
_SCALE = 20_000
"""Words and word runs that are counted: entropies of samples of another size cannot be compared."""


def measured(rows: Iterable[Json], reference: Sequence[str] = ()) -> Json:
    """The measures of rows (`instruction`, `messages`), and their distance to texts by people, if there are any.

    `openings`, `tasks`: the share of the commonest beginning of an answer, and of the commonest verb and object of a task.
    `entropy`: of runs of three words in answers, as a share of what it would be if no run came twice. `packed`: size of answers
    when packed by zlib, as a share. `words`: lengths of answers at the 10th, 50th and 90th hundredth. `distance`:
    Jensen-Shannon divergence of the words of answers to those of the reference, 0 to 1.
    """
    asked, said = list[str](), list[str]()
    for row in rows:
        first = next((m["content"] or "" for m in row["messages"] if m["role"] == "user"), "")
        asked.append(row.get("instruction") or first)
        said.append("\n".join(m["content"] or "" for m in row["messages"] if m["role"] == "assistant"))
    openings = Counter(opening(text) for text in said if text.strip())
    tasks = Counter(found for text in asked if (found := verb_and_object(text)))
    spoken = [words(text) for text in said]
    lengths = sorted(len(each) for each in spoken)
    return {
        "rows": len(said),
        "openings": _top(openings),
        "tasks": _top(tasks),
        "entropy": _entropy(spoken),
        "packed": _packed(said),
        "words": [lengths[int(part * (len(lengths) - 1))] for part in (0.1, 0.5, 0.9)] if lengths else [],
        "distance": round(_divergence(_counted(spoken), _counted(words(text) for text in reference)), 4)
        if reference
        else None,
    }


def alarms(now: Json, before: Json | None, bounds: Watching) -> list[str]:
    """Why a version must not be published: a sentence for each bound that it breaks, alone or beside the version `before`."""
    if now["rows"] < bounds.least_rows:
        return []
    told = [
        f"{_SAID[name]} of {now[name]:.0%} of the rows is the same: {most:.0%} are allowed"
        for name, most in (("openings", bounds.most_openings), ("tasks", bounds.most_tasks))
        if now[name] > most
    ]
    if now["packed"] < bounds.least_packed:
        told.append(
            f"answers pack to {now['packed']:.0%} of their size: less than {bounds.least_packed:.0%} says that they repeat"
        )
    if now["distance"] is not None and now["distance"] > bounds.most_distance:
        told.append(f"answers are {now['distance']:.2f} from the reference: {bounds.most_distance:.2f} are allowed")
    if before and before.get("rows", 0) >= bounds.least_rows:
        told += [
            f"{_FELL[name]} fell from {before[name]:.3f} to {now[name]:.3f}: a fall of {most:.0%} is allowed"
            for name, most in (("entropy", bounds.most_fall), ("packed", bounds.most_packed_fall))
            if now[name] < before[name] * (1 - most)
        ]
    return told


_SAID = {"openings": "the opening", "tasks": "what is asked (verb and object)"}
_FELL = {"entropy": "the entropy of runs of three words", "packed": "the packed size of answers"}


def reference_texts(path: str) -> list[str]:
    """The texts of a file, or of all files of a folder, that a person has written; SettingsError, in a sentence, for none."""
    place = Path(path)
    files = sorted(file for file in place.rglob("*") if file.is_file()) if place.is_dir() else [place]
    try:
        found = [file.read_text(encoding="utf-8", errors="replace") for file in files]
    except OSError as error:
        raise SettingsError(
            f"reference: cannot read {path} ({error.strerror}); name a file or folder of plain text"
        ) from None
    if not any(text.strip() for text in found):
        raise SettingsError(f"reference: {path} holds no text; name a file or folder of plain text")
    return found


def _top(counts: Counter[Any]) -> float:
    return round(max(counts.values(), default=0) / max(counts.total(), 1), 4)


def _entropy(spoken: Iterable[Sequence[str]]) -> float:
    grams = Counter[tuple[str, ...]]()
    left = _SCALE
    for said in spoken:
        grams.update(list(zip(*(said[shift:] for shift in range(_GRAM)), strict=False))[:left])
        left = _SCALE - grams.total()
        if left <= 0:
            break
    total = grams.total()
    bits = -sum(n / total * log2(n / total) for n in grams.values()) if total else 0.0
    return round(bits / log2(total), 4) if total > 1 else 0.0


def _packed(said: Iterable[str]) -> float:
    whole = packed = 0
    block = b""
    for text in said:
        block += text.encode("utf-8", "replace") + b"\n"
        while len(block) >= _BLOCK:
            whole, packed, block = whole + _BLOCK, packed + len(zlib.compress(block[:_BLOCK], 9)), block[_BLOCK:]
    if block and not whole:
        whole, packed = len(block), len(zlib.compress(block, 9))
    return round(packed / whole, 4) if whole else 0.0


def _counted(texts: Iterable[Sequence[str]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for said in texts:
        counts.update(said[: _SCALE - counts.total()])
        if counts.total() >= _SCALE:
            break
    return counts


def _divergence(one: Mapping[str, int], other: Mapping[str, int]) -> float:
    """Jensen-Shannon divergence in bits."""
    sums = max(sum(one.values()), 1), max(sum(other.values()), 1)
    found = 0.0
    for word in one.keys() | other.keys():
        p, q = one.get(word, 0) / sums[0], other.get(word, 0) / sums[1]
        middle = (p + q) / 2
        found += sum(part * log2(part / middle) / 2 for part in (p, q) if part)
    return found
