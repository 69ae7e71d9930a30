"""The signature of a shard: a line for each row with all that curation asks of it, so that no row is opened twice."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from tasks.checks.personal import personal
from tasks.curation.grams import Ragged, joined, least_of, pairs_of, sets_of, without, words_of
from tasks.curation.shards import Shard, tables
from tasks.records import Json
from tasks.text.plain import calm

BANDS, ROWS_PER_BAND = 32, 4
"""Of MinHash: sets of Jaccard similarity s meet in a band with probability 1 - (1 - s^4)^32."""
SKETCH = 64
"""Numbers by which the material beside two tasks is compared."""
VERSION = 4
"""Raised when a line changes, so that no older signature is taken for one of today."""
_DECIDING = frozenset({"option", "truth", "number", "span", "order", "set", "matching", "label", "calls"})
"""Answer forms whose key two rows must share to be one."""
_UNORDERED = frozenset({"set", "matching", "label"})
_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
_LETTERS = re.compile(r"[a-z]+")
_WORDED = """
    zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million half twice third fourth fifth tenth
"""
_NUMBER_WORDS = frozenset(_WORDED.split())
"""Without "one", which is too often no number."""
_BEGIN = 80
"""Characters of a passage by which it is known again in a message."""
_MATERIAL = 60
"""Words beside a task from which on they are material, whatever they are."""
_SHORT = 6
"""Words of a key up to which it decides, whatever its form."""
_LIST = pa.list_(pa.uint32())
SCHEMA = pa.schema(
    [
        *(
            (name, pa.string())
            for name in ("id", "document", "task_type", "asked_for", "format", "difficulty", "private")
        ),
        *((name, pa.float32()) for name in ("score",)),
        *((name, pa.bool_()) for name in ("for_training",)),
        *((name, pa.int32()) for name in ("asked_words", "said_words")),
        *((name, pa.uint64()) for name in ("exact", "exact_too", "opening", "stratum")),
        *((f"band_{n}", pa.uint64()) for n in range(BANDS)),
        *((name, _LIST) for name in ("text", "asked", "said", "shown")),
    ]
)
"""`text`: word pairs of instruction, options and answer. `asked`: words of the task. `said`: word pairs of the answer that its
material does not have, or all where it has no material. `shown`: a sketch of the material. `private`: the sort of personal data
or secret that stands in the row. `exact`, `exact_too`: halves of a hash of messages and tools. `asked_for`,
`difficulty`: how difficult the task was to be, and is."""


def signature(shard: Shard) -> pa.Table:
    """The lines of a shard, in the order of its rows."""
    return pa.concat_tables([of_table(table) for table in tables(shard)], promote_options="none")


def of_table(table: pa.Table) -> pa.Table:
    """The lines of these rows."""
    rows = [_Facts(row) for row in table.select(_needed(table)).to_pylist()]
    asked, said = words_of([row.asked for row in rows]), words_of([row.said for row in rows])
    shown = sets_of(pairs_of(words_of([row.material for row in rows])))
    text, answer = sets_of(joined(pairs_of(asked), pairs_of(said))), sets_of(pairs_of(said))
    lists = {"text": text, "asked": sets_of(asked), "said": _own(answer, shown), "shown": least_of(shown, SKETCH)}
    bands = _bands(text, lists["shown"], [row.fixed for row in rows])
    columns: dict[str, object] = {
        **{name: [getattr(row, name) for row in rows] for name in _Facts.columns},
        "asked_words": asked.counts,
        "said_words": said.counts,
        **{f"band_{n}": bands[:, n] for n in range(BANDS)},
        **{name: _arrow(each) for name, each in lists.items()},
    }
    return pa.table([pa.array(columns[f.name], f.type) if not isinstance(columns[f.name], pa.Array) else columns[f.name]
                     for f in SCHEMA], schema=SCHEMA)  # fmt: skip


def _own(answer: Ragged, shown: Ragged) -> Ragged:
    """What an answer says that its material does not; the whole answer where that is next to nothing."""
    own = without(answer, shown)
    few = own.counts * _LEAST_OWN < answer.counts
    keep_own, keep_all = ~few[own.owners], few[answer.owners]
    values = np.concatenate([own.values[keep_own], answer.values[keep_all]])
    owners = np.concatenate([own.owners[keep_own], answer.owners[keep_all]])
    return Ragged(values[np.argsort(owners, kind="stable")], np.cumsum(np.where(few, answer.counts, own.counts)))


_LEAST_OWN = 10


def _arrow(lists: Ragged) -> pa.Array:
    return pa.ListArray.from_arrays(np.concatenate([[0], lists.ends]).astype(np.int32), pa.array(lists.values))


def _bands(text: Ragged, shown: Ragged, fixed: Sequence[int]) -> np.ndarray:
    """For each row and band one number, which rows that are alike and have the same numbers and key very likely share."""
    of_text = _minhash(text, BANDS * ROWS_PER_BAND).reshape(len(text), BANDS, ROWS_PER_BAND)
    of_shown = _minhash(shown, BANDS)
    hashed = of_shown.astype(np.uint64) ^ np.array(fixed, np.uint64)[:, None]
    for place in range(ROWS_PER_BAND):
        hashed = (hashed ^ (hashed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9) + of_text[:, :, place]
    return hashed ^ (hashed >> np.uint64(32))


def _minhash(sets: Ragged, permutations: int) -> np.ndarray:
    from rensa import RMinHash

    offsets = np.concatenate([[0], sets.ends]).astype(np.uint64)
    # A gram's number is a hash already, but MinHash wants all 64 bits to differ.
    spread = sets.values.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(spread, offsets, permutations, 1)
    return np.array(matrix.to_rows(), np.uint32).reshape(len(sets), permutations)


def _needed(table: pa.Table) -> list[str]:
    wanted = ("id", "messages", "tools", "task_type", "answer_form", "key", "axes", "quality", "provenance",
              "instruction", "options", "passage")  # fmt: skip
    return [name for name in wanted if name in table.column_names]


class _Facts:
    """One row, as its line needs it."""

    columns = ("id", "document", "task_type", "asked_for", "format", "difficulty", "private", "score",
               "for_training", "exact", "exact_too", "opening", "stratum")  # fmt: skip

    def __init__(self, row: Json) -> None:
        messages, quality = row["messages"], row["quality"]
        first = next((n for n, message in enumerate(messages) if message["role"] == "assistant"), len(messages))
        user = next((m["content"] or "" for m in messages if m["role"] == "user"), "")
        # Rows of earlier versions have what was asked, with the material, in the first message alone.
        options = row.get("options") or []
        asked = [row.get("instruction") or user, *options]
        self.material = _material(messages[:first], asked, row.get("passage") or "")
        self.asked = "\n".join(asked)
        self.said = "\n".join(_spoken(messages[first:]))
        self.id, self.document = row["id"], row["provenance"]["document"]
        self.task_type, self.form = row["task_type"], row["answer_form"]
        self.difficulty, self.score = quality.get("difficulty_band"), quality.get("score")
        self.for_training = quality["for_training"]
        self.private = _private(messages)
        whole = hashlib.blake2b(_whole(messages, row["tools"]), digest_size=16).digest()
        self.exact, self.exact_too = (int.from_bytes(half, "little") for half in (whole[:8], whole[8:]))
        self.opening = _hash(" ".join(self.said.split()[:4]))
        axes = row.get("axes") or {}
        self.asked_for, self.format = axes.get("difficulty"), axes.get("output_format")
        self.stratum = _hash(f"{self.task_type} {self.asked_for} {self.format}")
        self.fixed = self._fixed(row.get("key") or [], options)

    def _fixed(self, key: list[str], options: list[str]) -> int:
        """Hash of what may not differ: the numbers, and a key that decides."""
        lettered = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", options, strict=False))
        decides = self.form in _DECIDING or sum(len(part.split()) for part in key) <= _SHORT
        decided = [lettered.get(part, part) for part in key] if decides else []
        said = self.asked if decided else f"{self.asked}\n{self.said}"
        told = [
            " ".join(part.casefold().split()) for part in (sorted(set(decided)) if self.form in _UNORDERED else decided)
        ]
        return _hash(json.dumps([sorted(_numbers(said)), told]))


def _material(messages: list[Json], asked: list[str], passage: str) -> str:
    """What the student is shown beside the task: a passage, solved cases, sources. A task may be made of what nobody is shown,
    and a sentence that says in which form to answer is no material."""
    shown = "\n".join(message["content"] or "" for message in messages if message["role"] == "user")
    stands = bool(begin := passage.strip()[:_BEGIN]) and begin in shown
    for part in filter(None, asked):
        shown = shown.replace(part, " ")
    return shown if stands or len(shown.split()) >= _MATERIAL else ""


def _whole(messages: list[Json], tools: str | None) -> bytes:
    if tools is None and not any(message["tool_calls"] for message in messages):
        told = "\x1e".join(f"{message['role']}\x1f{message['content']}" for message in messages)
        return told.encode("utf-8", "replace")
    return json.dumps([messages, tools]).encode()


def _numbers(text: str) -> list[str]:
    """The numbers in a text, in digits and in words."""
    return [*_NUMBER.findall(text), *(word for word in _LETTERS.findall(text.casefold()) if word in _NUMBER_WORDS)]


def _spoken(messages: list[Json]) -> Iterator[str]:
    for message in messages:
        if message["role"] in ("assistant", "user"):
            yield message["content"] or ""
            yield from (f"{c['function']['name']} {c['function']['arguments']}" for c in message["tool_calls"] or ())


def _private(messages: list[Json]) -> str | None:
    for message in messages:
        if message["content"] and (found := next(personal(calm(message["content"])), None)):
            return found[0]
    return None


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little")
