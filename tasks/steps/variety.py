"""How much the rows of a run are alike: near-duplicates over all shards and skills, and the habits of all rows together."""

from __future__ import annotations

import json
import re
import sqlite3
import tempfile
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, chain, pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zlib import crc32

from tasks.records import Json, Record, digest
from tasks.text.plain import plain
from tasks.text.sentences import sentences
from tasks.text.words import DENSE, words

Grams = frozenset[int]
ALIKE = 0.5
"""Jaccard similarity of two texts' word pairs from which on they say much the same."""
REPEATED = 0.7
"""The same of two answers to one task: samples of it may resemble each other more than rows may."""
NEARLY = 0.9
"""The same of what two talks are asked first: what follows is drawn, so their answers resemble each other little."""
GONE_THE_SAME_WAY = 0.15
"""The same of all that is said after it, below which one beginning led to two talks."""
_EXPLAINED = 20
"""Word pairs from which on an answer is more than its result."""
SAME_LEAVES = 0.8
"""Share of the values of two filled forms that are equal from which on they are one answer."""
SAME_EXAMPLES = 0.5
"""The same of the solved cases beside one open case."""
BORROWED = 0.35
"""Share of the smaller piece's five-word runs that stand in another piece from which on the later one is a duplicate."""
_RUN = 5
_FEWEST_RUNS = 20
"""Runs below which two pieces share them by chance."""
_OPENING_WORDS = 5
_BANDS, _BAND_ROWS = 32, 4
_EVERY = 4
"""One run in so many, chosen by its hash, is looked up: two pieces that share a third of theirs share some of these."""
HARDER = "an edit of it that asks for more is kept in its place"
"""Why a row falls out that the row it nearly repeats was made of."""
EDIT_OF = "edit_of"
"""Where an edit's lineage holds the task that it was made of."""
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{2,}")


@dataclass(frozen=True)
class Likeness:
    """What of a row is held against other rows."""

    task: str
    """Hash of all that the student is shown: rows of one task are samples of it."""
    asked: Grams
    shown: Grams
    """Of the material beside the task; siblings share it."""
    said: Grams
    numbers: str
    """The numbers of the task, and of the answer where no key is stated: rows that differ in these alone are legitimate."""
    key: str
    opening: str = ""
    runs: Grams = frozenset()
    """Five-word runs of the answer, for writing, whose worth is that it differs."""
    parts: Grams = frozenset()
    """Of a key that holds many things, or is worded in several ways: those things, or those wordings."""
    shared: float = 0.0
    """The share of the parts that two rows must have in common to have one key."""
    query: str = ""
    """The open case, where solved ones are shown beside it."""
    talk: bool = False
    """Whether the user speaks again, as draws and answers have it."""
    made_of: tuple[str, ...] = ()
    """The tasks that this one was made of by refinement, oldest first."""


def task_of(record: Record, shown: str) -> str:
    """Hash of all that the student is shown: the same before and after a task is answered."""
    return digest(shown, _asked(record), record.tools)


def _asked(record: Record) -> str:
    return "\n".join([record.instruction, *record.options])


def likeness(record: Record, shown: str, *, writing: bool) -> Likeness:
    """What of a row is held against others; `shown` is the material beside its task."""
    asked = _asked(record)
    last = next((n for n, m in enumerate(record.messages) if m["role"] == "assistant"), len(record.messages))
    said = "\n".join(chain.from_iterable(_spoken(message) for message in record.messages[last:]))
    key, parts, shared = _key(record)
    talk = sum(message["role"] == "user" for message in record.messages) > 1 and not key
    return Likeness(
        task=task_of(record, shown),
        asked=_grams(asked, 2),
        shown=_grams(shown, 2),
        said=_grams(said, 2),
        numbers=" ".join(sorted(w for w in _tokens(asked if key or talk else f"{asked}\n{said}") if w[0].isdigit())),
        key=key,
        opening=_opening(said) if writing else "",
        runs=_grams(said, _RUN) if writing else frozenset(),
        parts=parts,
        shared=shared,
        query=" ".join(str(record.formal.get("query") or "").split()),
        talk=talk,
        made_of=tuple(dict.fromkeys(event[EDIT_OF] for event in record.lineage if EDIT_OF in event)),
    )


def repeats(new: Likeness, old: Likeness) -> str:
    """Why a row nearly repeats another; empty if it does not."""
    one_key = _one_key(new, old)
    if new.task == old.task and one_key:
        return "answers the same task in much the same words" if _jaccard(new.said, old.said) >= REPEATED else ""
    if new.opening and new.opening == old.opening:
        return "opens with the sentence of another piece"
    least = min(len(new.runs), len(old.runs))
    if least >= _FEWEST_RUNS and len(new.runs & old.runs) > BORROWED * least:
        return "shares much of its wording with another piece"
    explained = len(new.said) >= _EXPLAINED and _jaccard(new.said, old.said) >= NEARLY
    if new.query and explained and (new.query, new.key) == (old.query, old.key):
        return "solves the same case in much the same words"
    if new.numbers != old.numbers or not one_key or new.talk != old.talk:
        return ""
    if new.talk and _jaccard(new.said, old.said) < GONE_THE_SAME_WAY:
        return ""  # one beginning, another talk
    least_asked = NEARLY if new.talk else ALIKE
    # Solved cases are shown in any order and style: how many are the same has been looked at.
    alike = bool(new.query) or _jaccard(new.shown, old.shown) >= ALIKE
    alike = alike and _jaccard(new.asked, old.asked) >= least_asked
    alike = alike and (bool(new.key) or new.talk or _jaccard(new.said, old.said) >= ALIKE)
    return "asks much the same about the same material, with the same answer" if alike else ""


def _one_key(new: Likeness, old: Likeness) -> bool:
    share = _jaccard(new.parts, old.parts)
    return (new.key, new.query, new.shared) == (old.key, old.query, old.shared) and share > 0 and share >= new.shared


class Watch:
    """The rows of a run, to be held against each other. All but one row at a time lies in a temporary file."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="agentinstruct-variety-")
        self._rows = sqlite3.connect(Path(self._folder.name) / "rows.db", isolation_level=None)
        self._withdrawn: set[int] = set()
        for statement in (
            "PRAGMA journal_mode=OFF",
            "PRAGMA synchronous=OFF",
            "CREATE TABLE row"
            " (number INTEGER PRIMARY KEY, skill TEXT, place INTEGER, id TEXT, lot INTEGER, late INTEGER, edits INTEGER,"
            " facts TEXT, grams BLOB)",
            "CREATE TABLE mark (hash INTEGER, row INTEGER)",
            "CREATE INDEX by_hash ON mark (hash)",
            "BEGIN",
        ):
            self._rows.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rows.close()
        self._folder.cleanup()

    def add(
        self,
        place: tuple[str, int],
        name: str,
        row: Likeness,
        *,
        withdrawn: bool = False,
        late: bool = False,
        lot: int = 0,
    ) -> None:
        """Note a row: its skill and its place among the skill's rows, and its id.

        One that is withdrawn takes the place of nothing that it was made of; what nearly repeats it falls out all the same.
        One that is late gives way to all that are not, and one of a later lot to all of those before.
        """
        told = [row.task, row.numbers, row.key, row.opening, str(row.shared), row.query, "talk" if row.talk else ""]
        facts = "\n".join([*told, " ".join(row.made_of)])
        parts = [row.asked, row.shown, row.said, row.runs, row.parts]
        grams = array("I", [*map(len, parts), *chain.from_iterable(map(sorted, parts))])
        number = self._rows.execute(
            "INSERT INTO row VALUES (NULL,?,?,?,?,?,?,?,?)",
            (*place, name, lot, late, len(row.made_of), facts, grams.tobytes()),
        ).lastrowid
        if withdrawn and number is not None:
            self._withdrawn.add(number)

    def repeated(self) -> Iterator[tuple[tuple[str, int], str]]:
        """Place and reason of each row that nearly repeats one before it, whatever the order they came in.

        Rows of an earlier lot go before. Then what was refined more often does, so that an edit stays and what it was made of
        goes; then the smaller id. What is rejected bars nothing itself.
        """
        rows = self._rows.execute(
            "SELECT number, skill, place, facts, grams FROM row ORDER BY lot, late, edits DESC, id, skill, place"
        )
        for number, skill, place, facts, grams in rows:
            row = _row(facts, grams)
            marks = _marks(row)
            near = ((other, _why(row, kept)) for other, kept in self._near(row, marks))
            if alike := [why for other, why in near if why and not (why == HARDER and other in self._withdrawn)]:
                yield (skill, place), HARDER if HARDER in alike else alike[0]
            else:
                self._rows.executemany("INSERT INTO mark VALUES (?,?)", ((mark, number) for mark in marks))

    def _near(self, row: Likeness, marks: list[int]) -> Iterator[tuple[int, Likeness]]:
        """The rows kept so far that share a mark and may be repeated by the row, with their numbers."""
        numbers: set[int] = set()
        for mark in marks:
            numbers.update(number for (number,) in self._rows.execute("SELECT row FROM mark WHERE hash = ?", (mark,)))
        for number in sorted(numbers):
            facts, grams = self._rows.execute("SELECT facts, grams FROM row WHERE number = ?", (number,)).fetchone()
            if _may_repeat(row, facts):
                yield number, _row(facts, grams)


def _may_repeat(row: Likeness, facts: str) -> bool:
    """Whether the row can repeat one of these facts, whatever their words are: most that share a mark cannot."""
    task, numbers, key, opening, _, query, talk, _ = facts.split("\n")
    if row.task == task or row.runs or (row.opening and row.opening == opening):
        return True
    return (row.key, row.query) == (key, query) and (bool(query) or (row.numbers, row.talk) == (numbers, bool(talk)))


def _why(row: Likeness, other: Likeness) -> str:
    """Why a row falls out for the sake of another; empty if it does not."""
    why = repeats(row, other)
    return HARDER if why and row.task in other.made_of else why


def _row(facts: str, grams: bytes) -> Likeness:
    task, numbers, key, opening, shared, query, talk, made_of = facts.split("\n")
    whole = array("I", grams)
    ends = [5, *accumulate(whole[:5], initial=5)][1:]
    asked, shown, said, runs, parts = (frozenset(whole[start:end]) for start, end in pairwise(ends))
    own = (parts, float(shared), query, bool(talk), tuple(made_of.split()))
    return Likeness(task, asked, shown, said, numbers, key, opening, runs, *own)


def _marks(row: Likeness) -> list[int]:
    """Hashes of which two rows that are alike very likely share one: bands of MinHash, the opening, some of the runs."""
    marked = {_hash("opening", row.opening)} if row.opening else set()
    marked |= {_hash("run", str(gram)) for gram in row.runs if gram % _EVERY == 0}
    marked.add(_hash("task", row.task))
    if row.query:
        marked.add(_hash("query", f"{row.query}\n{row.key}"))
    # The same words mean another thing in the task than in the material.
    if grams := [*row.asked, *(gram ^ 0x5BD1E995 for gram in row.shown)]:
        marked |= {_hash(f"band{n}", band) for n, band in enumerate(_bands(grams))}
    return sorted(marked)


def _bands(grams: list[int]) -> list[str]:
    """MinHash of a set in bands (Broder, 1997): sets of similarity s share one with probability 1 - (1 - s^4)^32."""
    import numpy as np

    factors, offsets = _permutations()
    # A product that overflows wraps round, which is what multiply-shift hashing wants.
    least = ((np.array(grams, np.uint64)[:, None] * factors + offsets) >> np.uint64(32)).min(axis=0)
    return [band.tobytes().hex() for band in least.reshape(_BANDS, _BAND_ROWS)]


@cache
def _permutations() -> tuple[Any, Any]:
    import numpy as np

    draw = np.random.Generator(np.random.PCG64(1))
    factors, offsets = draw.integers(0, 2**63, (2, _BANDS * _BAND_ROWS), dtype=np.uint64)
    return factors | np.uint64(1), offsets


def _hash(sort: str, text: str) -> int:
    return int(digest(sort, text)[:15], 16)


def _jaccard(one: Grams, other: Grams) -> float:
    both = len(one & other)
    return both / (len(one) + len(other) - both) if one or other else 1.0


def _grams(text: str, length: int) -> Grams:
    """Hashes of the runs of so many words; a text of fewer is one run."""
    said = _tokens(text)
    if not said:
        return frozenset()
    runs = zip(*(said[i:] for i in range(length)), strict=False) if len(said) >= length else [tuple(said)]
    return frozenset(crc32(" ".join(run).encode()) for run in runs)


def _tokens(text: str) -> list[str]:
    """Words and numbers; characters where a script has no spaces."""
    return [part for word in words(text) for part in (word if DENSE.search(word) else (word,))]


def _spoken(message: Json) -> list[str]:
    calls = [call["function"]["name"] + call["function"]["arguments"] for call in message.get("tool_calls") or ()]
    return [str(message.get("content") or ""), *calls]


def _key(record: Record) -> tuple[str, Grams, float]:
    """The key in words, letters standing for other things in another row; its parts; and how many of them make it one key."""
    lettered = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", record.options, strict=False))
    told = [lettered.get(part, part) for part in record.key]
    parts, shared = _parts(record, told)
    if parts and shared != SAME_EXAMPLES:
        told = [record.answer_form]
    elif record.answer_form in _UNORDERED:
        told = sorted(set(told))
    told = told or [digest(call) for call in record.calls]
    told += [] if record.answerable else ["nothing"]
    # Beside solved cases each sign may matter.
    plainly = str.split if shared == SAME_EXAMPLES else words
    return " | ".join(" ".join(plainly(part)) for part in [*told, *record.missing]), parts, shared


_UNORDERED = frozenset({"set", "label", "matching"})


def _parts(record: Record, key: Sequence[str]) -> tuple[Grams, float]:
    """The parts of a key of which two rows need share but some: wordings, values of a form, solved cases beside the open one."""
    pairs = record.formal.get("examples")
    if isinstance(pairs, list) and record.formal.get("query"):
        solved = (f"{pair.get('input')}\n{pair.get('output')}" for pair in pairs if isinstance(pair, dict))
        return frozenset(crc32(pair.encode()) for pair in solved), SAME_EXAMPLES
    if record.answer_form == "span":
        return frozenset(crc32(" ".join(words(part)).encode()) for part in key), 0.0
    if record.answer_form == "json":
        values = (_as_json(part) for part in key)
        return frozenset(crc32(leaf.encode()) for value in values for leaf in _leaves(value)), SAME_LEAVES
    return frozenset(), 0.0


def _as_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _leaves(value: Any, path: str = "") -> Iterator[str]:
    """Path and value of each leaf; members of a list stand in no order."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, f"{path}[]")
    else:
        yield f"{path}={' '.join(words(value)) if isinstance(value, str) else json.dumps(value)}"


def _opening(text: str) -> str:
    said = words(next(iter(sentences(text)), ""))
    return " ".join(said) if len(said) >= _OPENING_WORDS else ""


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
