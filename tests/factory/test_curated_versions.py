"""Versions of a factory that curates: chosen from all batches together, held out for good, and nothing examined twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tasks.curation.judging import Pair, Verdicts
from tasks.curation.verdicts import write_verdicts
from tasks.factory.curation import FOLDER
from tasks.factory.factory import Ways
from tasks.factory.survey import key_at
from tasks.records import Record
from tasks.settings import Curating, Watching
from tests.factory.taking_in import about, carry_out, latest, opened, plan, rows_of, run, text
from tests.factory.test_versions import all_verified

CURATING = Curating(hold_out=100)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    for number in range(20):
        (folder / f"bee{number:02}.txt").write_text(text(f"bee{chr(97 + number)}"))
    return folder


def test_a_new_batch_is_chosen_from_beside_the_old_ones(tmp_path: Path, docs: Path) -> None:
    out = tmp_path / "out"
    first = run(out, docs, curating=CURATING)
    assert first and first["rows"] == 18 and first["curation"]["held_out"] == 2 and first["left_out"] == {"held_out": 2}
    bench = rows_of(sorted((out / "latest" / "bench").rglob("*.parquet")))
    assert sorted({each["provenance"]["document"] for each in bench}) == first["curation"]["held_out_documents"]
    before, signatures = (
        {each["id"] for each in latest(out)},
        {f: f.stat().st_mtime_ns for f in (out / "curation").iterdir()},
    )
    (docs / "again.txt").write_text(text("beea").replace("beea5 ", "else5 ").replace("beea30 ", "now30 "))
    (docs / "wasp.txt").write_text(text("wasp"))
    second = run(out, docs, curating=CURATING)
    assert second and second["left_out"]["near_duplicate"] + second["left_out"].get("near_held_out", 0) == 1
    assert before < {each["id"] for each in latest(out)}, "the rows of the first version are all there"
    assert about(latest(out))[-1] == "wasp"
    page = (out / "latest" / "report.html").read_text()
    assert "beea1 beea2 beea3" in page and "else5" in page, "the dropped row beside the one that stays"
    assert second["curation"]["held_out_documents"] == first["curation"]["held_out_documents"]
    assert second["difference"]["removed"] == 0
    for number in range(20):
        (docs / f"fly{number:02}.txt").write_text(text(f"fly{chr(97 + number)}"))
    third = run(out, docs, curating=CURATING)
    held = third["curation"]["held_out_documents"] if third else []
    assert third and set(first["curation"]["held_out_documents"]) < set(held) and third["difference"]["removed"] == 0
    assert {file: file.stat().st_mtime_ns for file in signatures} == signatures, "the first batch is not examined again"
    all_verified(out)


def test_a_withdrawal_makes_a_version_in_the_same_way(tmp_path: Path, docs: Path) -> None:
    out = tmp_path / "out"
    run(out, docs, curating=CURATING)
    with opened(out) as plant:
        assert plant.ways() == Ways(curating=CURATING)
        plant.withdraw("bee05.txt", key_at(str(docs / "bee05.txt")), "asked")
        version = plant.make_version(plant.ways(), {})
    assert version and version["curation"]["settings"] == CURATING.model_dump(mode="json")
    assert version["left_out"]["withdrawn"] == 1 and "beef" not in about(latest(out))
    all_verified(out)


def test_what_a_judge_confirms_stays_out_of_later_versions_without_asking_again(tmp_path: Path, docs: Path) -> None:
    out, exam = tmp_path / "out", tmp_path / "exam.jsonl"
    words = text("beef").rstrip(".").split()
    exam.write_text(json.dumps({"id": "beef", "question": " ".join([*words[::2], *words[1::2]])}))
    curating = Curating(hold_out=0, against=(str(exam),), judge="some-judge")
    asked: list[Pair] = []
    with opened(out) as plant:
        for batch in plan(plant, docs):
            carry_out(plant, batch)

        def ask(pairs: Sequence[Pair]) -> Verdicts:
            asked.extend(pairs)
            found: Verdicts = {pair.key: {"held": "same_question", "tokens": 9, "cost_usd": 0.1} for pair in pairs}
            write_verdicts(plant.store, FOLDER, "a", found)
            return found

        first = plant.make_version(Ways(curating=curating), {}, ask)
        assert first and first["left_out"] == {"in_other_words": 1} and "beef" not in about(latest(out))
        assert len(asked) == 1 and first["curation"]["judge"]["confirmed"] == 1
        assert "some-judge holds that it asks the same" in (out / "latest" / "report.html").read_text()
        plant.withdraw("bee07.txt", key_at(str(docs / "bee07.txt")), "asked")
        second = plant.make_version(plant.ways(), {})
    assert second and second["left_out"] == {"in_other_words": 1, "withdrawn": 1} and "beef" not in about(latest(out))
    assert second["curation"]["judge"] == first["curation"]["judge"] and len(asked) == 1


def test_a_version_whose_rows_are_alike_says_so(tmp_path: Path, docs: Path) -> None:
    def the_same(piece: Record) -> str:
        return f"Write a summary of {piece.passage}"

    version = run(tmp_path / "out", docs, says=the_same, watching=Watching(least_rows=10))
    assert version and version["sameness"]["openings"] == 1.0, "all answers say: So it is."
    assert version["sameness"]["alarms"][0].startswith("the opening of 100% of the rows is the same")
