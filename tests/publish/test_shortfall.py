"""A run that brought nothing, or next to nothing, has failed, and says why and what to do."""

from __future__ import annotations

import pytest

from tasks.publish.shortfall import shortfall
from tasks.records import Json


def manifest(accepted: int, near_duplicates: int = 0, **rejected: int) -> Json:
    steps = {"instruct": {"rejected_by": rejected}, "respond": {"rejected_by": {}}}
    return {"accepted": accepted, "near_duplicates": near_duplicates, "steps": steps}


@pytest.mark.parametrize(
    ("run", "asked_for", "told"),
    [
        (
            manifest(0, bad_request=12),
            12,
            "0 rows of about 12 came out: 12 of 12 rejects are bad_request; `agentinstruct",
        ),
        (
            manifest(0, context_overflow=3, refusal=1),
            4,
            "3 of 4 rejects are context_overflow; set a smaller chunk_words",
        ),
        (manifest(0, unsuitable=1), 1, "unsuitable; the teacher finds the documents unfit"),
        (
            manifest(1, answer_grounded=40),
            60,
            "1 row of about 60 came out: 40 of 40 rejects are answer_grounded; read some",
        ),
        (manifest(0), 4, "the passages gave nothing"),
        (manifest(2, near_duplicates=70), 80, "70 of 70 rejects are near_duplicate; the items repeat each other"),
    ],
)
def test_it_is_told_with_the_commonest_reason_and_a_remedy(run: Json, asked_for: int, told: str) -> None:
    assert told in shortfall(run, asked_for)


@pytest.mark.parametrize(("accepted", "asked_for"), [(1, 1), (1, 19), (6, 60), (90, 60), (500, 5_000)])
def test_a_run_that_brought_some_has_not_failed(accepted: int, asked_for: int) -> None:
    assert shortfall(manifest(accepted, answer_grounded=5 * asked_for), asked_for) == ""
