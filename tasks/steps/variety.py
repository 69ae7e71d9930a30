"""How much the pieces of a run are alike: near-duplicates within a shard, and the habits of all rows together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from tasks.agents.kind import SkillRun
from tasks.kinds import checks_of
from tasks.records import Json, Record, Reject
from tasks.steps.step import Items
from tasks.text.plain import plain
from tasks.text.sentences import sentences
from tasks.text.words import words

_ALIKE = 0.35
"""Share of the smaller piece's five-word runs that stand in another piece from which on the later one is a duplicate."""
_GRAM = 5
_LEAST = 20
"""Words below which two pieces share their runs by chance."""
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{2,}")


def varied(items: Items, run: SkillRun) -> Items:
    """The items with those rejected that nearly repeat an earlier one: its opening sentence, or much of its wording.

    Only rows that passed a check that looks across a shard are held against each other: their worth is that they differ.
    """
    watched = {check.name for check in checks_of(run.kind).values() if check.across}
    kept: list[tuple[str, str, set[tuple[str, ...]]]] = []
    result: Items = []
    for item in items:
        if not (isinstance(item, Record) and watched & item.checks.keys()):
            result.append(item)
            continue
        said = str(item.messages[-1].get("content") or "")
        first, runs = _first(said), _runs(said)
        # The same brief may be answered twice: that is a choice between samples and no repetition.
        others = [(f, r) for task, f, r in kept if task != item.instruction]
        problem = _alike(first, runs, others)
        if problem:
            result.append(Reject(record=item, step=run.step, reason="near_duplicate", detail=problem))
            continue
        kept.append((item.instruction, first, runs))
        result.append(item)
    return result


def _alike(first: str, runs: set[tuple[str, ...]], others: Iterable[tuple[str, set[tuple[str, ...]]]]) -> str:
    for opening, known in others:
        if len(first.split()) >= 5 and first == opening:
            return "opens with the sentence of another piece"
        least = min(len(runs), len(known))
        if least >= _LEAST and len(runs & known) > _ALIKE * least:
            return "shares much of its wording with another piece"
    return ""


def _first(text: str) -> str:
    return " ".join(words(next(iter(sentences(text)), "")))


def _runs(text: str) -> set[tuple[str, ...]]:
    said = words(text)
    return set(zip(*(said[i:] for i in range(_GRAM)), strict=False))


def habits(records: Iterable[Record], most: int = 5) -> Json:
    """For a manifest: how many answers there are, and the shares of the commonest openings, endings and names."""
    openings, endings, names = Counter[str](), Counter[str](), Counter[str]()
    total = 0
    for record in records:
        said = str(record.messages[-1].get("content") or "") if record.messages else ""
        if not said.strip():
            continue
        total += 1
        openings[" ".join(plain(said).split()[:4])] += 1
        endings[" ".join(plain(said).split()[-4:])] += 1
        names.update({m[0] for m in _NAME.finditer(said)})
    shares = {"openings": openings, "endings": endings, "names": names}
    return {"answers": total, **{name: _shares(counted, total, most) for name, counted in shares.items()}}


def _shares(counted: Counter[str], total: int, most: int) -> Json:
    # What stands in one answer alone is no habit, and would show a document's words.
    return {text: round(n / total, 3) for text, n in counted.most_common(most) if n > 1}
