"""The choice among rows where some may say a benchmark's item in other words: what a judge confirms is dropped."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from tasks.curation.choice import Contaminated, Held, choose
from tasks.curation.decontamination import Candidate, Hits
from tasks.curation.fates import Fates
from tasks.curation.judging import CONFIRMED, Judge, Pair, Verdicts, pair_of
from tasks.curation.lines import Lines, rows_at
from tasks.curation.suspects import Suspicion, asked_of
from tasks.curation.verdicts import counted
from tasks.records import Json
from tasks.settings import Curating

Ask = Callable[[Sequence[Pair]], Verdicts]
"""Has pairs judged, the nearest of a row first; what is not judged has no verdict."""
IN_OTHER_WORDS = "in_other_words"
"""The reason of rows that the judge drops."""


@dataclass(frozen=True)
class Chosen:
    """What becomes of each row, and who may say an item in other words."""

    fates: Fates
    held_out: list[str]
    """Documents."""
    suspects: list[Candidate] | None = None
    """None where nobody asked for them."""
    verdicts: Mapping[tuple[int, str, str], Json] = field(default_factory=dict)
    """Row, benchmark and item -> what the judge held."""
    judged: Json | None = None
    """What the manifest tells of the judge; None without one."""


def judge_of(settings: Curating, extra: str = "") -> Judge | None:
    """Who is asked, if anybody."""
    return Judge(settings.judge, settings.judge_base_url, extra) if settings.judge else None


def choose_with(
    lines: Lines,
    settings: Curating,
    found: Contaminated,
    hits: Sequence[Hits],
    judge: Judge | None,
    ask: Ask,
    before: Collection[str] = (),
    trained: Collection[str] = (),
) -> Chosen:
    """As `choose`, with `found` that hold an item and `hits` of each shard; rows that the judge drops give their place to others,
    which are judged in their turn."""
    near = Suspicion(lines, settings, hits) if settings.against and (judge or settings.embeddings) else None
    suspects, pairs, looked_at = list[Candidate](), list[Pair](), np.zeros(0, np.int64)
    confirmed, verdicts = dict[int, Held](), dict[str, Json]()
    while True:
        fates, held_out = choose(lines, settings, {**found, **confirmed}, before, trained)
        fresh = np.setdiff1d(fates.training, looked_at)
        if near is None or not len(fresh):
            break
        looked_at = np.union1d(looked_at, fresh)
        suspects += (some := near.about(fresh))
        if judge is None:
            break
        asked = _pairs(judge, lines, some, near)
        verdicts |= ask(asked)
        pairs += asked
        dropped = {each.candidate.row: _held(judge, each, verdicts) for each in asked if _drops(each, verdicts)}
        if not dropped:
            break
        confirmed |= dropped
    held = {pair.candidate[:3]: verdicts[pair.key] for pair in pairs if pair.key in verdicts}
    judged = counted(judge, pairs, verdicts) if judge and near else None
    return Chosen(fates, held_out, None if near is None else suspects, held, judged)


def _pairs(judge: Judge, lines: Lines, found: Sequence[Candidate], near: Suspicion) -> list[Pair]:
    texts = {(item.benchmark, item.id): item.text for item in near.items}
    rows = {row: told for row, told in rows_at(lines, {each.row for each in found})}
    shown = {row: (asked_of(told), told.get("passage") or "") for row, told in rows.items()}
    return [
        pair_of(judge, each, rows[each.row]["id"], texts[each.benchmark, each.item], *shown[each.row]) for each in found
    ]


def _drops(pair: Pair, verdicts: Verdicts) -> bool:
    return verdicts.get(pair.key, {}).get("held") in CONFIRMED


def _held(judge: Judge, pair: Pair, verdicts: Verdicts) -> Held:
    what = CONFIRMED[verdicts[pair.key]["held"]]
    match = f"{pair.candidate.benchmark}:{pair.candidate.item}"
    return Held(match, f"{judge.model} holds that it {what}", IN_OTHER_WORDS)
