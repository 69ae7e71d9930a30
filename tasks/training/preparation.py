"""Rows made ready: read as tokens, counted by skill, packed into windows; what cannot be taught is listed with its reason."""

from __future__ import annotations

import json
import os
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pyarrow as pa

from tasks.publish.export.messages import Unfit
from tasks.publish.export.source import document, for_training
from tasks.publish.release.making import OFFLINE
from tasks.publish.release.origin import Kind, Origin
from tasks.records import Json, digest
from tasks.records.code import sources_digest
from tasks.training.packing import packed
from tasks.training.plan import HELD_OUT, PAIRS, PREPARED, REJECTED, WINDOWS, WORK
from tasks.training.recipes import Course, Recipe, course_of
from tasks.training.students import identity, load_tokenizer
from tasks.training.tokens import Reader, Tokens

_LIST = pa.list_(pa.int32())
_ROW = pa.schema([("id", pa.string()), ("skill", pa.string()), ("input_ids", _LIST), ("labels", _LIST)])
_HELD_OUT = _ROW.append(pa.field("task_type", pa.string()))
_WINDOW = pa.schema([("input_ids", _LIST), ("labels", _LIST), ("seq_lengths", _LIST)])
_PAIR = pa.schema(
    [(name, _LIST) for name in ("prompt_ids", "chosen_ids", "rejected_ids", "chosen_mask", "rejected_mask")]
)
_BATCH = 500
NOT_TAKEN = "more steps than the recipe has"
PREFERENCES: Literal["preferences"] = "preferences"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be made ready, for whom."""

    data: str
    student: str
    output: str
    recipe: Recipe
    preferences: bool
    offline_rows: bool


class _Taken(NamedTuple):
    """What is counted of a row that is taught."""

    skill: str
    document: str
    offline: bool
    tokens: int
    learnt: int


def _taken(row: Json, tokens: Tokens) -> _Taken:
    return _Taken(row["skill"], document(row), not for_training(row), len(tokens.ids), tokens.learnt)


@dataclass
class _Counts:
    """What became of rows, by skill."""

    rows: Counter[str] = field(default_factory=Counter)
    tokens: Counter[str] = field(default_factory=Counter)
    """Those that are learnt from."""
    all_tokens: int = 0
    documents: set[str] = field(default_factory=set)
    offline: int = 0
    rejected: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Skill -> reason -> rows."""
    lines: list[Json] = field(default_factory=list)

    def add(self, row: _Taken) -> None:
        self.rows[row.skill] += 1
        self.tokens[row.skill] += row.learnt
        self.all_tokens += row.tokens
        self.documents.add(row.document)
        self.offline += row.offline

    def reject(self, row: Json, kind: Kind, reason: str) -> None:
        self.rejected[row["skill"]][reason] += 1
        self.lines.append({"id": row["id"], "kind": kind, "skill": row["skill"], "reason": reason})

    def told(self) -> Json:
        """The counts, for a manifest."""
        return {
            "rows": dict(sorted(self.rows.items())),
            "tokens": dict(sorted(self.tokens.items())),
            "all_tokens": self.all_tokens,
            "documents": len(self.documents),
            "offline_rows": self.offline,
            "rejected": {skill: dict(reasons) for skill, reasons in sorted(self.rejected.items())},
        }


def key_of(wanted: Wanted, origin: Origin) -> str:
    """Stands for all that decides what is made ready."""
    kinds: tuple[Kind, ...] = ("rows", "bench", PREFERENCES)
    files = [
        (s.kind, s.path, s.size, s.version)
        for kind in kinds
        for s in origin.sources(kind, "test" if kind == "bench" else "train")
    ]
    choices = [wanted.recipe.__dict__, wanted.preferences, wanted.offline_rows, identity(wanted.student)]
    return digest(files, choices, sources_digest(Path(__file__).parent))[:24]


def ready(wanted: Wanted, key: str) -> Json | None:
    """What was told of the same rows, if they are there as they were left."""
    folder = Path(wanted.output)
    try:
        told: Json = json.loads((folder / PREPARED).read_text(encoding="utf-8"))
        sizes = {name: (folder / name).stat().st_size for name in told["files"]}
    except (OSError, ValueError, KeyError):
        return None
    return told if told["key"] == key and sizes == told["files"] else None


def prepare(wanted: Wanted, key: str) -> Json:
    """Write windows, held-out rows and preferences as tokens below the output, and tell of them: counts and names alone."""
    folder, origin = Path(wanted.output), Origin(wanted.data)
    (folder / WORK).mkdir(parents=True, exist_ok=True)
    tokenizer, template = load_tokenizer(wanted.student)
    reader = Reader(tokenizer, wanted.recipe.window)
    trained, held, pairs = _Counts(), _Counts(), _Counts()
    course, windows_told = _windows(wanted, origin, reader, trained)
    names = [WINDOWS, HELD_OUT, *([PAIRS] if wanted.preferences else [])]
    _write(folder / HELD_OUT, _HELD_OUT, _held_out(wanted, origin, reader, held))
    if wanted.preferences:
        _write(folder / PAIRS, _PAIR, _pairs(wanted, origin, reader, pairs), stream=True)
    lines = "".join(json.dumps(line) + "\n" for counts in (trained, held, pairs) for line in counts.lines)
    (folder / REJECTED).write_text(lines, encoding="utf-8")
    told = {
        "key": key,
        "template": template,
        "course": course.__dict__,
        "windows": windows_told,
        "trained": trained.told(),
        "held_out": {**held.told(), "names": sorted(held.documents)},
        PREFERENCES: pairs.told(),
        "files": {name: (folder / name).stat().st_size for name in names},
    }
    (folder / PREPARED).write_text(json.dumps(told), encoding="utf-8")
    return told


def _windows(wanted: Wanted, origin: Origin, reader: Reader, counts: _Counts) -> tuple[Course, Json]:
    """Write the windows that are trained on, in an order of chance, and count what is in them."""
    folder, recipe = Path(wanted.output), wanted.recipe
    rows, taken = folder / WORK / "rows.arrow", list[_Taken]()

    def told() -> Iterator[Json]:
        for row, tokens in _read(wanted, origin, "rows", reader, counts):
            taken.append(_taken(row, tokens))
            yield {"id": row["id"], "skill": row["skill"], "input_ids": tokens.ids, "labels": tokens.labels}

    _write(rows, _ROW, told())
    with pa.memory_map(str(rows)) as mapped:
        table = pa.ipc.open_file(mapped).read_all()
        ids, labels, lengths = table["input_ids"], table["labels"], [row.tokens for row in taken]
        chosen = in_turn([row.skill for row in taken], lengths, recipe)
        windows = [
            [chosen[place] for place in window]
            for window in packed([lengths[place] for place in chosen], recipe.window)
        ]
        random.Random(recipe.seed).shuffle(windows)
        course = course_of(recipe, len(windows))
        trained = {place for window in windows[: course.windows] for place in window}
        for place, row in enumerate(taken):
            if place in trained:
                counts.add(row)
            else:
                counts.reject({"id": table["id"][place].as_py(), "skill": row.skill}, "rows", NOT_TAKEN)

        def filled() -> Iterator[Json]:
            for window in windows[: course.windows]:
                yield {
                    "input_ids": [id for place in window for id in ids[place].as_py()],
                    "labels": [label for place in window for label in labels[place].as_py()],
                    "seq_lengths": [lengths[place] for place in window],
                }

        _write(folder / WINDOWS, _WINDOW, filled(), stream=True)
    rows.unlink()
    room = course.windows * recipe.window
    return course, {"taken": course.windows, "of": len(windows), "filled": round(counts.all_tokens / max(1, room), 4)}


def in_turn(skills: Sequence[str], lengths: Sequence[int], recipe: Recipe) -> list[int]:
    """The places of rows that are trained on: all, or, where steps are bounded, as many as about fill them, of each skill the
    same share of tokens as far as it has them."""
    if not recipe.most_steps:
        return list(range(len(skills)))
    waiting: dict[str, list[int]] = defaultdict(list)
    for place in random.Random(recipe.seed).sample(range(len(skills)), len(skills)):
        waiting[skills[place]].append(place)
    room, found, had = recipe.most_steps * recipe.windows_per_step * recipe.window, list[int](), Counter[str]()
    while waiting and room > 0:
        skill = min(waiting, key=lambda name: (had[name], name))
        place = waiting[skill].pop()
        found.append(place)
        had[skill] += lengths[place]
        room -= lengths[place]
        if not waiting[skill]:
            del waiting[skill]
    return found


def _held_out(wanted: Wanted, origin: Origin, reader: Reader, counts: _Counts) -> Iterator[Json]:
    """Held-out rows whose loss is measured: of each skill so many, drawn by their ids."""
    by_skill: dict[str, list[tuple[str, Json, Tokens]]] = defaultdict(list)
    for row, tokens in _read(wanted, origin, "bench", reader, counts):
        by_skill[row["skill"]].append((digest(wanted.recipe.seed, row["id"]), row, tokens))
    for drawn in by_skill.values():
        drawn.sort(key=lambda each: each[0])
        for _, row, tokens in drawn[: wanted.recipe.held_out_rows or None]:
            counts.add(_taken(row, tokens))
            own = {name: row.get(name) for name in ("id", "skill", "task_type")}
            yield {**own, "input_ids": tokens.ids, "labels": tokens.labels}


def _read(wanted: Wanted, origin: Origin, kind: Kind, reader: Reader, counts: _Counts) -> Iterator[tuple[Json, Tokens]]:
    """Rows that can be taught, with their tokens; the others are listed."""
    for row in _rows(origin, kind):
        if not for_training(row) and not wanted.offline_rows:
            counts.reject(row, kind, OFFLINE)
            continue
        try:
            yield row, reader.row(row)
        except Unfit as unfit:
            counts.reject(row, kind, str(unfit))


def _pairs(wanted: Wanted, origin: Origin, reader: Reader, counts: _Counts) -> Iterator[Json]:
    """Preferences that can be taught: tokens of the question, of both answers, and which of these are the assistant's."""
    taken = 0
    for pair in _rows(origin, PREFERENCES):
        if not for_training(pair) and not wanted.offline_rows:
            counts.reject(pair, PREFERENCES, OFFLINE)
            continue
        if taken == (wanted.recipe.most_pairs or -1):
            counts.reject(pair, PREFERENCES, NOT_TAKEN)
            continue
        try:
            asked, chosen, rejected = reader.pair(pair)
        except Unfit as unfit:
            counts.reject(pair, PREFERENCES, str(unfit))
            continue
        taken += 1
        counts.add(_taken(pair, chosen))
        yield {"prompt_ids": chosen.ids[:asked]} | {
            f"{name}_{what}": value
            for name, tokens in (("chosen", chosen), ("rejected", rejected))
            for what, value in (
                ("ids", tokens.ids[asked:]),
                ("mask", [int(label >= 0) for label in tokens.labels[asked:]]),
            )
        }


def _rows(origin: Origin, kind: Kind) -> Iterator[Json]:
    for source in origin.sources(kind, "test" if kind == "bench" else "train"):
        yield from origin.read(source)


def _write(path: Path, columns: pa.Schema, rows: Iterable[Json], *, stream: bool = False) -> None:
    """Put rows into an Arrow file, or into a stream as `datasets` maps it; whole or not at all."""
    beside = path.with_suffix(".new")
    open_: Any = pa.ipc.new_stream if stream else pa.ipc.new_file
    with pa.OSFile(str(beside), "wb") as sink, open_(sink, columns) as writer:
        block: list[Json] = []
        for row in rows:
            block.append({name: row[name] for name in columns.names})
            if len(block) == _BATCH:
                writer.write_table(pa.Table.from_pylist(block, columns))
                block = []
        writer.write_table(pa.Table.from_pylist(block, columns))
    os.replace(beside, path)
