"""What manifest, card and summary say of a run that repaired and measured."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rich.console import Console

from flows.cli.summary import summarise
from simulator import simulator
from simulator.pipeline import made, opened, read_all
from tasks.documents.discover import discover
from tasks.publish.finished import Finished
from tasks.publish.publish import publish
from tasks.records import Json
from tasks.settings import Settings
from tasks.steps.difficulty import MEASURES
from tasks.steps.forecast import forecast
from tasks.steps.run import Run

DOCUMENTS = Path(__file__).parents[2] / "examples" / "documents"


async def published(folder: Path, teacher: str, student: str) -> tuple[Json, int]:
    measured = {"solve_samples": 2, "student_model": "small", "student_base_url": student}
    settings = Settings(**{**measured, "chunks_per_document": 1, "judge": "off"})
    async with opened("multiple_choice", folder, settings, base_url=teacher) as session:
        given = (session.store, discover([str(DOCUMENTS / "*.md")]), session.mix, settings)
        run = Run(session, read_all(*given))
        finished = []
        for dealt in run.pieces.shards:
            done, shard = Finished(dealt.skill), dealt.ref
            for step in run.pipeline:
                shard = done.shards[step.name] = await made(run, dealt.skill, step, shard)
            finished.append(done)
        return publish(run, finished), forecast(run).calls


@pytest.mark.services
def test_a_run_tells_what_was_repaired_and_how_difficult_its_rows_are(tmp_path: Path) -> None:
    defects = "key_leak=0.2,boilerplate=0.2"
    with (
        simulator(defects=defects) as teacher,
        simulator(defects="wrong_option=0.4,wrong_answer=0.4", seed=3) as student,
    ):
        manifest, most = asyncio.run(published(tmp_path, teacher.base_url, student.base_url))
    repairs, found = manifest["repairs"], manifest["difficulty"]
    assert 0 < repairs["mended"] <= repairs["tries"] and repairs["calls"] > 0
    counted = [n for checks in repairs["by_step"].values() for n in checks.values()]
    assert (
        sum(n["tries"] for n in counted) == repairs["tries"] and sum(n["mended"] for n in counted) == repairs["mended"]
    )
    assert found["measured"] == sum(found["bands"].values()) > 0
    assert found["solutions"]["calls"] > found["measured"] and found["solve_rate_student"] < found["solve_rate_teacher"]
    goals = manifest["skills"]["multiple_choice"]["goals"]
    assert goals and all(0 <= n["kept"] <= n["tries"] for n in goals.values())
    assert most >= manifest["calls"]["made"], "the forecast has both in it"
    rows = (row for path in (tmp_path / "dataset" / "multiple_choice").glob("*.parquet") for row in _read(path))
    assert any(row["quality"][name] is not None for row in rows for name in MEASURES)
    card = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "| instruct | answer_hidden |" in card and "| band | rows |" in card
    told = io.StringIO()
    summarise(Console(file=told, width=200), manifest, str(tmp_path))
    assert "that went back" in told.getvalue() and "solved by the student at" in told.getvalue()


def _read(path: Path) -> list[Json]:
    rows: list[Json] = pq.read_table(path).to_pylist()
    return rows
