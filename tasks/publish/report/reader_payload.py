"""What the reader reads: an index of all records first, and their details in compressed chunks, opened one at a time."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tasks.publish.report.reader_records import of_reject, of_row, opening, shortened, with_history, words_said
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json

_BYTES_PER_CHUNK = 300_000
_HISTORIES_AT_ONCE = 1_500
_SHARED = ("piece", "written", "passage")
"""Texts that siblings have in common; a chunk holds each once."""


@dataclass
class Payload:
    """The blocks of data of a page, by element id."""

    directory: RunDirectory
    rows: Iterable[Json]
    rejects: Iterable[Json]
    index: list[Json] = field(default_factory=list)
    chunks: list[str] = field(default_factory=list)
    histories: bool = False
    """Whether the steps of any record are still there."""

    def blocks(self, facts: Json) -> dict[str, str]:
        """The index, with these facts of the run, and the chunks."""
        shown = [*map(of_row, self.rows), *map(of_reject, self.rejects)]
        for number, record in enumerate(shown):
            record["number"] = number
        shown.sort(key=lambda record: (record["document"], record["source"]["start"] or 0, record["number"]))
        self._chunk(self._whole(shown))
        self.index.sort(key=lambda entry: int(entry["number"]))
        index = {**facts, "histories": self.histories, "chunks": len(self.chunks), **_columns(self.index)}
        return {
            "reader-index": _json(index),
            **{f"reader-chunk-{number}": chunk for number, chunk in enumerate(self.chunks)},
        }

    def _whole(self, shown: list[Json]) -> Iterator[Json]:
        """The records with their histories, in this order, which keeps siblings together."""
        for start in range(0, len(shown), _HISTORIES_AT_ONCE):
            some = shown[start : start + _HISTORIES_AT_ONCE]
            histories = self.directory.histories({record["id"] for record in some})
            for record in some:
                history = histories.get(record["id"], [])
                self.histories = self.histories or bool(history)
                yield shortened(with_history(record, history))

    def _chunk(self, records: Iterable[Json]) -> None:
        open_, texts, size = list[Json](), dict[str, int](), 0
        for record in records:
            before = len(texts)
            self.index.append({**_entry(record), "chunk": len(self.chunks), "place": len(open_)})
            stored = _stored(record, texts)
            open_.append(stored)
            size += len(_json(stored)) + sum(map(len, list(texts)[before:]))
            if size > _BYTES_PER_CHUNK:
                self._close(open_, texts)
                open_, texts, size = [], {}, 0
        if open_:
            self._close(open_, texts)

    def _close(self, records: list[Json], texts: dict[str, int]) -> None:
        data = gzip.compress(_json({"texts": list(texts), "records": records}).encode(), 6, mtime=0)
        self.chunks.append(base64.b64encode(data).decode())


def _stored(record: Json, texts: dict[str, int]) -> Json:
    """The record with what it shares with others by number."""

    def by_number(part: Json) -> Json:
        named = {name: texts.setdefault(part[name], len(texts)) for name in _SHARED if part.get(name)}
        return {**{name: value for name, value in part.items() if name not in _SHARED}, **named}

    return {**by_number(record), "versions": [by_number(version) for version in record["versions"]]}


def _entry(record: Json) -> Json:
    """What lists, filters and sorting need of a record."""
    rejected, quality = record.get("rejected", {}), record["quality"]
    measured = quality.get("difficulty_band")
    return {
        "number": record["number"],
        "id": record["id"],
        "skill": record["skill"],
        "type": record["type"],
        "step": rejected.get("step", ""),
        "reason": rejected.get("reason", ""),
        "score": quality.get("score"),
        "words": words_said(record),
        "difficulty": f"{measured} (measured)" if measured else quality.get("difficulty", ""),
        "checks": [
            sorted(name for name, result in record["checks"].items() if (result == "pass") == passed)
            for passed in (True, False)
        ],
        "opening": opening(record),
    }


def _columns(index: list[Json]) -> Json:
    """The index column by column, words that come often by their number in a table."""
    tables: dict[str, dict[str, int]] = {n: {} for n in ("skill", "type", "step", "reason", "difficulty", "checks")}
    columns: dict[str, list[Any]] = {name: [] for name in index[0] if name != "number"} if index else {}
    ids: dict[str, int] = {}
    for entry in index:
        for name, column in columns.items():
            value = entry[name]
            if name in tables:
                value = tables[name].setdefault(_json(value), len(tables[name]))
            column.append(value)
        # Rejects of what was to become the same record have one id.
        ids[entry["id"]] = nth = ids.get(entry["id"], 0) + 1
        columns["id"][-1] += f"~{nth}" if nth > 1 else ""
    return {
        "tables": {name: [json.loads(each) for each in table] for name, table in tables.items()},
        "columns": columns,
    }


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # Lone surrogates have no place in a file.
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
