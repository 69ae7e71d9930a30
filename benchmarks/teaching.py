"""What a student learns of rows, and not of their form: it is taught a dataset, and the same with answers that are shuffled.

    AGENTINSTRUCT_MODEL_FILE=model.gguf AGENTINSTRUCT_DATA=out/dataset python -m benchmarks teaching

The rows of AGENTINSTRUCT_DATA may be anybody's, the offline teacher's too; nothing else is made of the students. On two cores it
takes a quarter of an hour; AGENTINSTRUCT_STEPS bounds the steps of each training.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.measures import Measure
from tasks.publish.release.origin import Origin
from tasks.records import Json
from tasks.training.loss import by_skill, compared, overall
from tasks.training.plan import PLAN, RESULT, Plan
from tasks.training.preparation import Wanted, key_of, prepare
from tasks.training.progress import PARENT
from tasks.training.recipes import RECIPES, Course, Recipe

MODEL, DATA, STEPS = "AGENTINSTRUCT_MODEL_FILE", "AGENTINSTRUCT_DATA", "AGENTINSTRUCT_STEPS"


def measures() -> list[Measure]:
    model, data = os.environ.get(MODEL), os.environ.get(DATA)
    if not model or not data:
        print(f"{MODEL} names no model or {DATA} no curated dataset: nothing is measured")
        return []
    with tempfile.TemporaryDirectory() as folder:
        shuffled = shuffle_answers(Path(data), Path(folder) / "data")
        taught = trained(data, model, Path(folder) / "taught")
        control = trained(str(shuffled), model, Path(folder) / "control")
    rows, others = (compared(each["before"], each["after"]) for each in (taught, control))
    loss, other, whole, beside = by_skill(rows), by_skill(others), overall(rows), overall(others)
    how = f"{whole['tokens']:,} tokens of {len(loss)} skills, {len(taught['curves']['rows'])} steps"
    fall, fell = (each["after"] / each["before"] - 1 for each in (whole, beside))
    worse = [skill for skill, found in loss.items() if found["after"] > found["before"]]
    for skill, found in loss.items():
        print(f"{skill:<34} {found['before']:.3f} -> {found['after']:.3f}, control {other[skill]['after']:.3f}")
    return [
        Measure("loss of held-out rows, change", fall, -0.2, how=how),
        Measure("the same with answers shuffled among rows", fell, None, how="of the same tokens"),
        Measure("how much less the control learns", fell - fall, 0.05, least=True, how="of the loss before"),
        Measure("skills with more loss", len(worse), 0, unit="skills", how=", ".join(worse)),
        Measure("time of a training", taught["seconds"], 420, unit="s", how="loss before and after in it"),
        Measure("the same on processors", taught["cpu_seconds"], None, unit="s"),
        Measure("memory", taught["memory_mb"], 4_096, unit="MB"),
    ]


def trained(data: str, model: str, output: Path, recipe: Recipe = RECIPES["demo"]) -> Json:
    """What a training by a recipe comes to."""
    recipe = replace(recipe, most_steps=int(os.environ.get(STEPS, recipe.most_steps)))
    wanted = Wanted(data=data, student=model, output=str(output), recipe=recipe, preferences=False, offline_rows=True)
    told = prepare(wanted, key_of(wanted, Origin(data)))
    held_out = sum(told["held_out"]["rows"].values())
    plan = Plan(
        student=model,
        output=str(output),
        recipe=recipe,
        course=Course(**told["course"]),
        pairs=0,
        held_out=held_out,
        prepared=told["key"],
    )
    plan.write()
    command, variables = [sys.executable, "-m", "tasks.training", str(plan.path(PLAN))], {PARENT: str(os.getpid())}
    subprocess.run(command, check=True, stdout=sys.stderr, env={**os.environ, **variables})
    result = plan.kept(RESULT)
    assert result is not None
    return result


def shuffle_answers(data: Path, output: Path) -> Path:
    """A copy of a dataset in which each row to train on ends with another row's answer; held-out rows are as they were."""
    files = sorted((data / "dataset").rglob("*.parquet"))
    tables = {file: pq.read_table(file) for file in files}
    rows = {file: table.to_pylist() for file, table in tables.items()}
    last = [row["messages"][-1]["content"] for each in rows.values() for row in each]
    random.Random(1).shuffle(last)
    answers = iter(last)
    for file, each in rows.items():
        for row in each:
            row["messages"][-1]["content"] = next(answers)
        there = output / file.relative_to(data)
        there.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(each, tables[file].schema), there)
    for name in ("bench", "manifest.json"):
        (output / name).symlink_to((data / name).resolve())
    return output
