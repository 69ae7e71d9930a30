"""Rows as they are published: what was drawn for a record is there, whoever draws it."""

from __future__ import annotations

import json
from dataclasses import replace

import pyarrow as pa

from tasks.publish.rows import FEEDBACK, REJECTED, dataset_columns, dataset_row
from tasks.records import Record, digest
from tests.agents.test_tool_loop import RECORD


def test_an_axis_that_only_a_task_type_draws_is_in_the_row() -> None:
    record = replace(RECORD, axes={"difficulty": "hard", "verdict": "false", "options": "5"}, messages=[])
    (row,) = pa.Table.from_pylist([dataset_row(record)], dataset_columns()).to_pylist()
    assert row["axes"]["difficulty"] == "hard" and row["axes"]["persona"] is None
    assert json.loads(row["axes"]["others"]) == {"verdict": "false", "options": "5"}


def test_what_nobody_drew_is_null() -> None:
    assert dataset_row(replace(RECORD, axes={"focus": "the end"}, messages=[]))["axes"]["others"] is None


def rows_in_columns(*records: Record) -> pa.Table:
    return pa.Table.from_pylist([dataset_row(record) for record in records], dataset_columns())


def test_rows_whose_checks_differ_have_one_type() -> None:
    one = rows_in_columns(replace(RECORD, messages=[], checks={"evidence": "pass", "a_new_one": "skip: off"}))
    other = rows_in_columns(replace(RECORD, messages=[], checks={"judge": "pass"}))
    assert pa.concat_tables([one, other])["checks"].to_pylist() == [
        [{"check": "a_new_one", "result": "skip: off"}, {"check": "evidence", "result": "pass"}],
        [{"check": "judge", "result": "pass"}],
    ]


def test_the_columns_are_those_that_other_rows_already_have() -> None:
    """A change of them keeps rows that exist from being put together with new ones: what is new gets a column of its own."""
    assert (
        digest([str(columns) for columns in (dataset_columns(), *FEEDBACK.values(), REJECTED)])[:12] == "e716e0cb7e59"
    )


def test_the_task_stands_apart_from_the_messages() -> None:
    bare = replace(RECORD, messages=[], instruction="How far?", options=[], passage="")
    full = replace(RECORD, messages=[], instruction="How far?", options=["4", "5"], passage="A bee counts to four.")
    rows = rows_in_columns(bare, full).select(["instruction", "options", "passage"]).to_pylist()
    assert rows == [
        {"instruction": "How far?", "options": [], "passage": None},
        {"instruction": "How far?", "options": ["4", "5"], "passage": "A bee counts to four."},
    ]
