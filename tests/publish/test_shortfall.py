"""A run that brought nothing, or next to nothing, has failed, and says why and what to do."""

from __future__ import annotations

import pytest

from tasks.publish.shortfall import shortfall, unreached
from tasks.records import Json


def manifest(accepted: int, near_duplicates: int = 0, **rejected: int) -> Json:
    steps = {"instruct": {"rejected_by": rejected}, "respond": {"rejected_by": {}}}
    wanted = {"rows": 0, "rows_per_type": 0, "missing": {}}
    return {"accepted": accepted, "near_duplicates": near_duplicates, "steps": steps, "wanted": wanted}


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


def test_rows_that_were_wanted_and_are_missing_are_named() -> None:
    run = manifest(7, near_duplicates=9)
    run["wanted"] = {"rows": 10, "rows_per_type": 0, "missing": {"": 3}}
    assert unreached(run).startswith("7 of the 10 rows that were wanted came out") and "near_duplicate" in unreached(
        run
    )
    run["wanted"] = {"rows": 0, "rows_per_type": 2, "missing": {f"coding/type_{n}": 1 for n in range(7)}}
    assert "coding/type_4 1 and 2 more types" in unreached(run) and not shortfall(run, 1000)
    run["wanted"]["missing"] = {}
    assert unreached(run) == ""
