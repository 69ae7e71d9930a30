"""What each published format is made of: its configurations, and what a row of each kind becomes in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from tasks.publish.export.export import FORMATS
from tasks.publish.export.formats import JSON, Format, Told
from tasks.publish.export.messages import Shape, Unfit, plain, tools_of
from tasks.publish.export.preferences import sides_of
from tasks.publish.release.origin import TEST, Kind
from tasks.publish.release.places import public
from tasks.publish.rows import FEEDBACK, dataset_columns
from tasks.records import Json

_MESSAGES = pa.list_(JSON)
_SPOKEN = {name: _MESSAGES for name in ("messages", "tools", "prompt", "chosen", "rejected")}
_KEPT_BACK = {"usage": None, "provenance": ("lineage",)}
"""Columns of a row, or fields of one, that stay with the run: what was paid, and each call along the way."""


@dataclass(frozen=True)
class Config:
    """A set of rows of one shape, under the name that `load_dataset` takes."""

    name: str
    tells: Mapping[Kind, Told]
    """Kind of row -> what it becomes."""
    columns: pa.Schema | None = None
    """Its columns where it is kept as Parquet; lines of JSON otherwise."""
    only: str = ""
    """The one split that it has, if it has not both."""
    by_skill: bool = False
    """Whether each skill is a split."""
    format: str = ""
    """The export that has the same rows, whose losses are counted."""

    @property
    def suffix(self) -> str:
        return ".jsonl" if self.columns is None else ".parquet"

    def lost(self, row: Json) -> Iterable[str]:
        """What of a row has no place in it, in a few words."""
        return FORMATS[self.format].loses(row) if self.format else ()


def _row(row: Json, shape: Shape) -> Json:
    """A row of the hub's default configuration: all columns but those that stay with the run."""
    provenance = {**row["provenance"], "uri": public(row["provenance"]["uri"])}
    return {**row, "messages": plain(row["messages"], shape), "tools": tools_of(row) or None, "provenance": provenance}


def _bench(row: Json, shape: Shape) -> Json:
    """A held-out row, with what a model is shown and what it was answered apart."""
    told = _row(row, shape)
    *prompt, last = told["messages"]
    if last["role"] != "assistant" or not prompt:
        raise Unfit("it does not end with an answer")
    return {**told, "prompt": prompt, "answer": last["content"]}


def _preference(pair: Json, shape: Shape) -> Json:
    return {**pair, **sides_of(pair, shape), "tools": tools_of(pair) or None}


def _feedback(sort: str) -> Told:
    def told(row: Json, shape: Shape) -> Json:
        return {**row, "sort": sort, "messages": plain(row["messages"], shape), "tools": tools_of(row) or None}

    return told


def _implicit(pair: Json, shape: Shape) -> Json:
    """A preference whose two sides are whole conversations."""
    told = sides_of(pair, shape)
    return {
        "id": pair["id"],
        **{side: [*told["prompt"], *told[side]] for side in ("chosen", "rejected")},
        **({"tools": tools} if (tools := tools_of(pair)) else {}),
    }


def _public(columns: pa.Schema) -> pa.Schema:
    """The columns without what stays with the run, messages and tools as JSON."""
    fields = []
    for field in columns:
        if _KEPT_BACK.get(field.name, ()) is None:
            continue
        kind = _SPOKEN.get(field.name, field.type)
        if kept_back := _KEPT_BACK.get(field.name):
            kind = pa.struct([kind.field(i) for i in range(kind.num_fields) if kind.field(i).name not in kept_back])
        fields.append(pa.field(field.name, kind))
    return pa.schema(fields)


def _exported(name: str, format: Format, tells: Mapping[Kind, Told]) -> Config:
    return Config(name, tells, format.columns, by_skill=format.by_skill, format=format.name)


def configs_of(format: str) -> tuple[Config, ...]:
    """The configurations of a published format, the first one that which is loaded where none is named."""
    if format == "hf":
        rows = _public(dataset_columns())
        asked = pa.schema([*rows, ("prompt", _MESSAGES), ("answer", pa.string())])
        feedback = _public(FEEDBACK["critiques"])
        sorts: dict[Kind, Told] = {"critiques": _feedback("critique"), "revisions": _feedback("revision")}
        return (
            Config("default", {"rows": _row}, rows),
            Config("preferences", {"preferences": _preference}, _public(FEEDBACK["preferences"])),
            Config("feedback", sorts, pa.schema([("sort", pa.string()), *feedback])),
            Config("bench", {"bench": _bench}, asked, only=TEST),
        )
    if format == "trl":
        sft, dpo, kto = FORMATS["trl"], FORMATS["dpo"], FORMATS["kto"]
        assert sft.of_row and dpo.of_pair and kto.of_row and kto.of_pair
        assert dpo.columns is not None
        implicit = pa.schema([field for field in dpo.columns if field.name != "prompt"])
        return (
            _exported("sft", sft, {"rows": sft.of_row}),
            _exported("dpo", dpo, {"preferences": dpo.of_pair}),
            _exported("kto", kto, {"rows": kto.of_row, "preferences": kto.of_pair}),
            Config("reward", {"preferences": _implicit}, implicit),
        )
    known = FORMATS[format]
    assert known.of_row
    return (_exported("default", known, {"rows": known.of_row}),)


PUBLISHED = ("hf", "orca", "openai", "sharegpt", "alpaca", "trl")
"""The formats that can be published."""
