"""The rows that an examination leaves: one for each student and held-out row, with both texts and how they were decided."""

from __future__ import annotations

import pyarrow as pa

_TEXT = pa.string()
KEY, JUDGE = "key", "judge"
"""How a score was decided: by a program, which is `KEY` also where nothing was answered, or by the judge."""
ANSWERS = pa.schema(
    [
        *((name, _TEXT) for name in ("id", "skill", "task_type", "document", "difficulty", "student")),
        ("score", pa.float64()),
        ("solved", pa.bool_()),
        *((name, _TEXT) for name in ("decided_by", "undecided", "state", "findings")),
        ("answer_first", pa.float64()),
        ("reference_first", pa.float64()),
        ("tokens", pa.int64()),
        *((name, _TEXT) for name in ("task", "reference", "answer")),
    ]
)
"""`score` is from 0 to 10, the reference having 10, and null where nobody could decide: `undecided` says why. `solved` is null
where no key decides. `state` is empty for a whole answer, else cut_off, empty, refused or malformed_call. `answer_first` and
`reference_first` are the judge's scores where it was asked in both orders."""
