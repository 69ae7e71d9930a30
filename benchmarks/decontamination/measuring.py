"""How many planted rows are found, how many of those that only look alike are, and what a row costs."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from itertools import islice

from benchmarks.decontamination.alike import ALIKE, items_alike, rows_alike
from benchmarks.decontamination.items import IN_PROSE, MOULDED, Drawn, drawn_items
from benchmarks.decontamination.plants import KINDS, Plant
from benchmarks.decontamination.prose import dealt, for_rows
from benchmarks.measures import Measure
from tasks.curation.decontamination import Hits, Index, Item, Row, frequencies, hits_of, index_of, matches

MOST_ALIKE = 0.005
MOST_MILLISECONDS = 0.3


def measured(items: Sequence[Drawn], seed: int, rows: int) -> Iterator[Measure]:
    """The figures for these items, so many rows of each sort; without items, for made-up ones."""
    draw = random.Random(seed)
    for_items = dealt(seed)
    sizes = {} if items else dict.fromkeys(IN_PROSE, rows // 8) | dict.fromkeys(MOULDED, rows // 4)
    made = {family: drawn_items(family, size, draw, for_items) for family, size in sizes.items()}
    known = [*items, *(item for each in made.values() for item in each)]
    every = [*known, *items_alike(draw, for_items)]
    index = index_of(Item("made-up", str(number), item.text) for number, item in enumerate(every))
    alike = {sort: rows_alike(sort, rows, draw, for_rows) for sort in ALIKE}
    for family in made:
        alike[f"other {family}"] = [item.text for item in drawn_items(family, rows // 2, draw, for_rows)]
    alike["other prose"] = [for_rows(draw, draw.randint(3, 20)) for _ in range(rows)]
    hits = {sort: hits_of(index, _rows(texts, draw)) for sort, texts in alike.items()}
    seen = frequencies(index, hits.values())
    moulded = [item for family in MOULDED for item in made.get(family, ())]
    for kind, (plant, least, moulds_too) in KINDS.items():
        groups = {"": known} if moulds_too or items else {", prose": known[: -len(moulded)], ", from a mould": moulded}
        for group, of in groups.items():
            texts = _planted(plant, of, draw, rows)
            shard = hits_of(index, _rows(texts, draw))
            found = matches(index, seen | frequencies(index, [shard]), shard)
            if texts:
                bound = None if "mould" in group else least
                how = f"{len(texts):,} rows, seed {seed}"
                yield Measure(f"{kind}{group}: found", len(found) / len(texts), bound, least=True, how=how)
    for sort, shard in hits.items():
        share = len(matches(index, seen, shard)) / len(alike[sort])
        yield Measure(f"{sort}: flagged", share, MOST_ALIKE, how=f"{len(alike[sort]):,} rows")
    yield from _cost(index, draw)


def _planted(plant: Plant, items: Sequence[Drawn], draw: random.Random, rows: int) -> list[str]:
    """So many rows of different items, of those that the kind fits."""
    planted = (plant(item, draw, for_rows(draw, 12)) for item in draw.sample(items, len(items)))
    return list(islice((text for text in planted if text is not None), rows))


def _rows(texts: Sequence[str], draw: random.Random) -> list[Row]:
    """Each text with an answer, as rows of different documents."""
    return [Row(f"{draw.random()}", (text, for_rows(draw, 4))) for text in texts]


def _cost(index: Index, draw: random.Random) -> Iterator[Measure]:
    rows = [Row(str(n), tuple(for_rows(draw, 10) for _ in range(3))) for n in range(2000)]
    letters = sum(len(text) for row in rows for text in row.texts) // len(rows)
    began = time.process_time()
    hits: list[Hits] = [hits_of(index, rows[start : start + 500]) for start in range(0, len(rows), 500)]
    seen = frequencies(index, hits)
    for shard in hits:
        matches(index, seen, shard)
    spent = 1000 * (time.process_time() - began) / len(rows)
    how = f"{letters:,} characters a row, {len(index.items):,} items"
    yield Measure("CPU for a row, from text to verdict", spent, MOST_MILLISECONDS, unit="ms", how=how)
    kept = sum(len(shard.to_bytes()) for shard in hits) / len(rows)
    yield Measure("what is kept of a row", kept, None, unit="bytes")
