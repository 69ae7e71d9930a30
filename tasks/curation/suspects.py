"""Rows that may say a benchmark's item in other words: what a judge is asked about, and what is listed for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain

from tasks.curation.contamination import index_against
from tasks.curation.decontamination import (
    Candidate,
    Hits,
    embedded_near,
    frequencies,
    items_against,
    near_matches,
    nearest,
)
from tasks.curation.decontamination.wording import NEAR, Wording
from tasks.curation.grams import Array, sets_of, words_of
from tasks.curation.lines import Lines, rows_at
from tasks.curation.vectors import embedded
from tasks.records import Json
from tasks.records.store import Store
from tasks.settings import Curating

SUSPECTS = "suspects.jsonl"
"""Row, benchmark, item, how near and by what, and what the judge held, a JSON object a line; the nearest first."""


class Suspicion:
    """Finds the items that rows are near to: by runs of words that both hold, by their words, and by embeddings if there are any.

    What is seldom is learnt from all rows, so it is made once and asked about any of them.
    """

    def __init__(self, lines: Lines, settings: Curating, hits: Sequence[Hits]) -> None:
        """`hits` are those of each shard."""
        self._lines, self._folder = lines, settings.embeddings
        self.items = [item for each in items_against(settings.against).values() for item in each]
        words = sets_of(words_of([item.text for item in self.items]))
        self._wording = Wording(words, lines.lists("asked"))
        self._by_runs = list(self._runs(settings.against, hits))

    def about(self, rows: Array) -> list[Candidate]:
        """Each of these rows with the few items that it is nearest to."""
        wanted = set(rows.tolist())
        by_runs = (each for each in self._by_runs if each.row in wanted)
        return nearest(chain(by_runs, self._words(wanted), self._embeddings(wanted)))

    def _runs(self, names: tuple[str, ...], hits: Sequence[Hits]) -> Iterator[Candidate]:
        index, _ = index_against(names)
        seen = frequencies(index, hits)
        for start, of_shard in zip(self._lines.starts.tolist(), hits, strict=False):
            for row, item, share in near_matches(index, seen, of_shard):
                yield Candidate(start + row, *index.items[item], round(share, 4), "runs")

    def _words(self, wanted: set[int]) -> Iterator[Candidate]:
        for start, asked in zip(self._lines.starts.tolist(), self._lines.lists("asked"), strict=False):
            near = self._wording.near(asked, NEAR)
            for row, number, cosine in zip(near.text.tolist(), near.item.tolist(), near.cosine.tolist(), strict=True):
                if start + row in wanted:
                    item = self.items[number]
                    yield Candidate(start + row, item.benchmark, item.id, round(cosine, 4), "words")

    def _embeddings(self, wanted: set[int]) -> Iterator[Candidate]:
        if self._folder:
            told = [(row, asked_of(each)) for row, each in rows_at(self._lines, wanted)]
            for each in embedded_near(self.items, [text for _, text in told], partial(embedded, folder=self._folder)):
                yield each._replace(row=told[each.row][0])


def asked_of(row: Json) -> str:
    """What a row asks: its instruction with its options, or whatever a user says in it."""
    if instruction := row.get("instruction"):
        return "\n".join([instruction, *(row.get("options") or ())])
    return "\n".join(message["content"] or "" for message in row["messages"] if message["role"] == "user")


def write_suspects(
    store: Store, lines: Lines, found: Sequence[Candidate], held: Mapping[tuple[int, str, str], Json] | None
) -> None:
    """List them with what the judge held of each row and item; `held` is None where none was asked."""
    listed = []
    for each in sorted(found, key=lambda each: -each.near):
        told: Json = {"row": lines.id(each.row), "benchmark": each.benchmark, "item": each.item}
        told |= {"near": each.near, "by": each.how}
        listed.append(told if held is None else told | _verdict(held.get(each[:3])))
    store.write(SUSPECTS, "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in listed).encode())


def _verdict(found: Json | None) -> Json:
    if found is None:
        return {"judge": "not_asked"}
    return {"judge": found["held"], **({"why": found["why"]} if "why" in found else {})}


def forget_suspects(store: Store) -> None:
    """Remove the list that an earlier curation into the same place left."""
    if store.fs.exists(store.path(SUSPECTS)):
        store.remove(SUSPECTS)
