"""Rows of a run, said in few words, for tests of curation."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tasks.curation.lines import Lines
from tasks.curation.shards import shards_of
from tasks.curation.signatures import signature
from tasks.publish.publish import Parts
from tasks.publish.rows import dataset_columns, dataset_row
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json, Record, Source, identified
from tasks.records.store import Store

_EVENT = {
    "step": "respond",
    "agent": "respond",
    "call": "c",
    "prompt_tokens": 1,
    "completion_tokens": 1,
    "cost_usd": None,
}


def row(
    instruction: str,
    answer: str,
    *,
    document: str = "d",
    passage: str = "",
    skill: str = "coding",
    model: str = "some-model",
    score: float | None = None,
    start: int = 0,
    **more: Any,
) -> Json:
    """A row whose user's message holds the passage before the instruction."""
    said = "\n\n".join(filter(None, [passage, instruction, *more.get("options", ())]))
    messages = [{"role": "user", "content": said}, {"role": "assistant", "content": answer}]
    facts: Json = {"task_type": "any", "answer_form": "text", "axes": {"difficulty": "hard"}, **more}
    record = Record(
        source=Source(id=document, uri=f"{document}.txt", kind="text", start=start, end=start + 1),
        skill=skill,
        passage=passage,
        instruction=instruction,
        messages=messages,
        lineage=[{**_EVENT, "model": model}],
        quality={} if score is None else {"score": score},
        **facts,
    )
    return dataset_row(identified(record))


def write_rows(folder: Path | str, rows: Sequence[Json], **manifest: Any) -> RunDirectory:
    """A finished run directory with these rows."""
    store = Store(str(folder))
    skills = sorted({each["skill"] for each in rows})
    for skill in skills:
        with Parts(store, f"dataset/{skill}", dataset_columns()) as parts:
            for each in rows:
                if each["skill"] == skill:
                    parts.add(each)
    counts = {skill: {"accepted": sum(each["skill"] == skill for each in rows), "split": skill} for skill in skills}
    told = {
        "skills": counts,
        "teacher": {"model": "some-model"},
        "versions": {},
        "complete": True,
        "accepted": len(rows),
    }
    store.write_json("manifest.json", {**told, "documents": {"used": 1, "rejected": 0}, **manifest})
    return RunDirectory(store)


def lines_of(*runs: RunDirectory) -> Lines:
    """The lines of all rows of these runs."""
    shards = shards_of(runs)
    return Lines(shards, [signature(shard) for shard in shards])


def words(source: random.Random, count: int) -> list[str]:
    """Words that nobody knows, a few of them often."""
    return [_word(int(source.paretovariate(0.6)) % 30_000) for _ in range(count)]


def _word(number: int) -> str:
    drawn = random.Random(number)
    return "".join(drawn.choice("bdfgklmnprstvz") + drawn.choice("aeiou") for _ in range(drawn.randint(1, 4)))


def edited(said: Iterable[str], share: float, source: random.Random) -> list[str]:
    """The words with this share of them replaced, left out or added to."""
    told = list(said)
    for _ in range(max(1, round(share * len(told)))):
        at = source.randrange(len(told))
        told[at : at + 1] = source.choice([words(source, 1), [], [told[at], *words(source, 1)]])
    return told
