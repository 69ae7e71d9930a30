"""Rows as they are published: what was drawn for a record is there, whoever draws it."""

from __future__ import annotations

import json
from dataclasses import replace

import pyarrow as pa

from tasks.publish.rows import dataset_columns, dataset_row
from tests.agents.test_tool_loop import RECORD


def test_an_axis_that_only_a_task_type_draws_is_in_the_row() -> None:
    record = replace(RECORD, axes={"difficulty": "hard", "verdict": "false", "options": "5"}, messages=[])
    (row,) = pa.Table.from_pylist([dataset_row(record)], dataset_columns()).to_pylist()
    assert row["axes"]["difficulty"] == "hard" and row["axes"]["persona"] is None
    assert json.loads(row["axes"]["others"]) == {"verdict": "false", "options": "5"}


def test_what_nobody_drew_is_null() -> None:
    assert dataset_row(replace(RECORD, axes={"focus": "the end"}, messages=[]))["axes"]["others"] is None
