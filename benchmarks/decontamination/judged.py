"""Items in other words: how many rows that say one become candidates, what a judge who is always right drops, what it costs.

The judge is a script that knows what was planted; everything else is as in a curation: signatures, search, prompt, answer,
verdict, choice.
"""

from __future__ import annotations

import asyncio
import json
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from benchmarks.curation import row
from benchmarks.decontamination.alike import ALIKE, items_alike, rows_alike
from benchmarks.decontamination.items import IN_PROSE, MOULDED, Drawn, drawn_items
from benchmarks.decontamination.plants import embedded, paraphrased
from benchmarks.decontamination.prose import dealt, for_rows
from benchmarks.measures import Measure
from tasks.curation.contamination import contaminated, hits_in, index_against
from tasks.curation.judging import Pair, Verdicts, expected_tokens, recognise_row
from tasks.curation.lines import Lines
from tasks.curation.rewording import IN_OTHER_WORDS, Chosen, choose_with, judge_of
from tasks.curation.shards import Shard
from tasks.curation.signatures import signature
from tasks.offline.prompt import read
from tasks.publish.rows import dataset_columns
from tasks.records import Json
from tasks.settings import Curating, Settings
from tasks.teacher import Teacher
from tasks.teacher.ledger import Ledger
from tasks.teacher.limiter import Limiter

LEAST_FOUND, MOST_ALIKE = 0.85, 0.005
PAIRS = Path(__file__).with_name("pairs.yaml")
CLEAN = (*ALIKE, "other prose")
"""Sorts of rows that no item is made from the mould of."""


def measured(seed: int, rows: int) -> Iterator[Measure]:
    """The figures over made-up items, so many rows of each clean sort."""
    draw, for_items = random.Random(seed), dealt(seed)
    sizes = dict.fromkeys(IN_PROSE, rows // 8) | dict.fromkeys(MOULDED, rows // 4)
    made = {family: drawn_items(family, size, draw, for_items) for family, size in sizes.items()}
    items = [*(item for each in made.values() for item in each), *items_alike(draw, for_items)]
    texts = {str(number): item.text for number, item in enumerate(items)}
    known = {text: number for number, text in texts.items()}
    planted: dict[str, list[tuple[str, str]]] = {}
    for family, of_family in made.items():
        for item in of_family:
            if text := paraphrased(item, draw, for_rows(draw, 12)):
                group = "prose" if family in IN_PROSE else "a mould"
                planted.setdefault(group, []).append((text, known[item.text]))
                longer = embedded(Drawn(text), draw, for_rows(draw, 12))
                planted.setdefault(f"{group}, inside a longer prompt", []).append((longer, known[item.text]))
    clean = {sort: rows_alike(sort, rows // 4, draw, for_rows) for sort in ALIKE}
    clean["other prose"] = [for_rows(draw, draw.randint(3, 20)) for _ in range(rows)]
    for family in made:
        clean[f"other {family}"] = [item.text for item in drawn_items(family, rows // 4, draw, for_rows)]
    told = {
        **{f"paraphrased, from {group}": rows for group, rows in planted.items()},
        **{sort: [(text, "") for text in of_sort] for sort, of_sort in clean.items()},
    }
    yield from figures(told, texts, draw)
    yield by_hand(draw)


def figures(
    told: Mapping[str, Sequence[tuple[str, str]]], items: Mapping[str, str], draw: random.Random
) -> Iterator[Measure]:
    """`told` has by sort what rows ask, each with the id of the item that it says in other words, if it does."""
    truth = {text: items[item] for of_sort in told.values() for text, item in of_sort if item}
    asked = [(sort, text, item) for sort, of_sort in told.items() for text, item in of_sort]
    pairs: list[Pair] = []
    with tempfile.TemporaryDirectory() as folder:
        chosen = _chosen(Path(folder), items, [text for _, text, _ in asked], truth, draw, pairs)
    near: dict[int, set[str]] = {}
    for suspect in chosen.suspects or ():
        near.setdefault(suspect.row, set()).add(suspect.item)
    for sort, of_sort in told.items():
        numbers = [number for number, (other, _, _) in enumerate(asked) if other == sort]
        # A near-duplicate falls out before anybody looks for items.
        left = [n for n in numbers if chosen.fates.why(n)[0] not in ("exact", "near")]
        reasons = [chosen.fates.why(n)[1] for n in left]
        by_program, by_judge = (reasons.count(reason) for reason in ("in_benchmark", IN_OTHER_WORDS))
        how = f"{len(left):,} rows"
        if of_sort[0][1]:
            bound = None if "longer" in sort else LEAST_FOUND
            right = by_program + sum(asked[n][2] in near.get(n, ()) for n in left)
            yield Measure(f"{sort}: candidates or found", right / len(left), bound, least=True, how=how)
            found = (by_program + by_judge) / len(left)
            yield Measure(f"{sort}: found with a judge", found, bound, least=True, how=how)
        else:
            bound = MOST_ALIKE if sort in CLEAN else None
            yield Measure(f"{sort}: dropped by a judge", by_judge / len(left), bound, how=how)
            seen = [pair for pair in pairs if pair.candidate.row in set(left)]
            each = 1000 / len(left)
            cost = f"1,000 rows, {each * sum(expected_tokens(seen)):,.0f} tokens"
            yield Measure(f"{sort}: asked about", each * len(seen), None, unit="pairs", how=cost)


def _chosen(
    folder: Path,
    items: Mapping[str, str],
    asked: Sequence[str],
    truth: Mapping[str, str],
    draw: random.Random,
    pairs: list[Pair],
) -> Chosen:
    """The choice among rows that ask this, beside a benchmark of these items; `pairs` gets what the judge is asked."""
    exam = folder / "exam.jsonl"
    exam.write_text("".join(json.dumps({"id": id, "question": text}) + "\n" for id, text in items.items()))
    told = [row(number, [text], [for_rows(draw, 4)]) for number, text in enumerate(asked)]
    for number, each in enumerate(told):
        each["provenance"]["document"] = f"d{number}"
    pq.write_table(pa.Table.from_pylist(told, dataset_columns()), folder / "rows.parquet")
    shard = Shard(0, str(folder), "any", ("rows.parquet",), len(told), "rows")
    settings = Curating(hold_out=0, against=(str(exam),), judge="script")
    lines, hits = Lines([shard], [signature(shard)]), [hits_in(shard, index_against(settings.against)[0])]
    found = contaminated(lines, settings.against, hits)
    ask = partial(_judged, truth, f"sqlite:///{folder}/ledger.db", pairs)
    return choose_with(lines, settings, found, hits, judge_of(settings), ask)


class Script:
    """An endpoint that answers as a judge who knows which item each row says in other words."""

    model, name = "script", "script"

    def __init__(self, truth: Mapping[str, str]) -> None:
        self._truth = truth

    async def complete(self, body: Json) -> Json:
        blocks = read(body, {"Recognition"}).blocks
        same = self._truth.get(blocks["task"]) == blocks["item"]
        said = {"wanted": "…", "difference": "…", "verdict": "same_question" if same else "only_alike"}
        message = {"role": "assistant", "content": json.dumps(said)}
        return {"choices": [{"message": message, "finish_reason": "stop"}], "usage": None}

    async def close(self) -> None:
        return None


def _judged(truth: Mapping[str, str], ledger: str, seen: list[Pair], pairs: Sequence[Pair]) -> Verdicts:
    rows: dict[str, list[Pair]] = {}
    for pair in pairs:
        rows.setdefault(pair.row, []).append(pair)

    async def ask() -> dict[str, Json]:
        teacher = Teacher(Script(truth), Ledger(ledger), Limiter(64), Settings(), None)
        try:
            found = await asyncio.gather(*(recognise_row(of_row, {}, teacher) for of_row in rows.values()))
        finally:
            await teacher.close()
        return {key: verdict for row in found for key, verdict in row.items()}

    verdicts = asyncio.run(ask())
    seen += [pair for pair in pairs if pair.key in verdicts]
    return verdicts


def by_hand(draw: random.Random) -> Measure:
    """The share of rewordings by a person that become candidates: they go further than any program's."""
    told = [each for each in yaml.safe_load(PAIRS.read_text(encoding="utf-8")) if each["holds"] != "only_alike"]
    items = {str(number): each["item"] for number, each in enumerate(told)}
    prose = [for_rows(draw, draw.randint(1, 4)) for _ in range(500)]
    with tempfile.TemporaryDirectory() as folder:
        chosen = _chosen(Path(folder), items, [*(each["row"] for each in told), *prose], {}, draw, [])
    near = {(each.row, items[each.item]) for each in chosen.suspects or ()}
    found = sum((number, each["item"]) in near for number, each in enumerate(told))
    return Measure("reworded by hand: candidates", found / len(told), None, how=f"{len(told)} rows of pairs.yaml")
