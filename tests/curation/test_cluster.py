"""The recipe for a cluster finds through datatrove, with two workers, the near-duplicates that curation itself finds."""

from __future__ import annotations

import os
import random
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from tasks.curation.cluster import RECORD, Work, choose, compare, drop, gather, sign
from tasks.curation.duplicates import exact_duplicates, near_duplicates
from tasks.curation.shards import Shard
from tasks.curation.signatures import BANDS
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json
from tasks.records.store import Store
from tests.curation.rows import edited, lines_of, row, words, write_rows
from tests.running import ROOT

VARIABLE = "AGENTINSTRUCT_DATATROVE"
"""The Python of an environment that has datatrove and what we need."""
PLANTED = 60


def planted() -> tuple[list[Json], list[Json], set[str]]:
    """Rows of two runs, and the ids of those that say again what a row before them says."""
    source = random.Random(7)

    def told(asked: list[str], said: list[str], **more: Any) -> Json:
        return row(" ".join(asked), " ".join(said), start=source.randrange(10**9), **more)

    passages = [" ".join(words(source, 120)) for _ in range(PLANTED + 1)]
    first, second, again = list[Json](), list[Json](), set[str]()
    for n in range(PLANTED):
        asked, said = [*words(source, 24), str(n)], words(source, 48)
        first.append(told(asked, said))
        copies = [told(asked, said), told(edited(asked[:-1], 0.05, source) + asked[-1:], edited(said, 0.05, source))]
        again |= {copy["id"] for copy in copies}
        second += [*copies, told([*asked[:-1], str(n + 1000)], said)]  # another number: a row of its own
        second.append(
            told(["Which", "mood", "has", "this?"], first[0]["messages"][1]["content"].split(), passage=passages[n])
        )
    keyed: Json = {"answer_form": "option", "options": ["tea", "rain", "snow"], "passage": passages[-1]}
    second += [
        told(["What", "falls", "here?"], [*words(random.Random(1), 40), key], key=[key], **keyed) for key in "ABC"
    ]
    return first, second, again


@pytest.mark.cluster
@pytest.mark.timeout(600)
def test_a_cluster_drops_what_curation_drops(tmp_path: Path) -> None:
    python = os.environ.get(VARIABLE)
    if not python:
        pytest.skip(f"{VARIABLE} names no Python with datatrove: make test-cluster makes one")
    first, second, again = planted()
    runs = [write_rows(tmp_path / "june", first), write_rows(tmp_path / "july", second)]
    assert not run_recipe(python, tmp_path)
    assert_dropped(tmp_path, runs, again)
    assert "holds the work of other runs" in run_recipe(python, tmp_path, "--tasks", "1")


def test_tasks_that_share_the_files_drop_what_curation_drops(tmp_path: Path) -> None:
    first, second, again = planted()
    runs = [write_rows(tmp_path / "june", first), write_rows(tmp_path / "july", second)]
    files = [
        Shard(n, run.output, "coding", ("dataset/coding/part-00000.parquet",), 0, "") for n, run in enumerate(runs)
    ]
    work = Work(Store(str(tmp_path / "out")), files)
    for step in (sign, join, compare, cluster, gather, choose, drop):
        for rank in range(2):
            step(work, None, rank, 2)
    assert_dropped(tmp_path, runs, again)


def assert_dropped(folder: Path, runs: list[RunDirectory], again: set[str]) -> None:
    lines = lines_of(*runs)
    rows = np.arange(len(lines))
    found = exact_duplicates(lines, rows)
    found |= near_duplicates(lines, np.setdiff1d(rows, list(found)))
    duplicates = pq.read_table(folder / "out" / "duplicates").to_pylist()
    assert {each["id"]: each["match"] for each in duplicates} == {lines.id(a): lines.id(b) for a, b in found.items()}
    assert {each["id"] for each in duplicates} == again, "another number, key or passage makes another row"
    left = [RunDirectory(str(folder / "out" / "runs" / name)) for name in ("000", "001")]
    assert list(left[0].rows()) == list(runs[0].rows())
    assert list(left[1].rows()) == (rest := [each for each in runs[1].rows() if each["id"] not in again])
    assert left[1].manifest["accepted"] == left[1].manifest["skills"]["coding"]["accepted"] == len(rest)


def run_recipe(python: str, folder: Path, *more: str) -> str:
    """Run it on the two runs, a worker each; its last words if it does not end well."""
    script = ROOT / "examples" / "cluster" / "near_duplicates.py"
    command = [python, str(script), str(folder / "june"), str(folder / "july"), "--output", str(folder / "out"), *more]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=500)
    return done.stderr[-3000:] if done.returncode else ""


def join(work: Work, _: object, rank: int, world: int) -> None:
    """What datatrove does with signatures: neighbours in a band are pairs."""
    for n in range(BANDS)[rank::world]:
        files = work.store.files(f"joining/signed/bucket_{n:03d}")
        met = sorted(
            (b, f, r) for f, path in enumerate(files) for b, r in np.frombuffer(work.store.read(path), RECORD).tolist()
        )
        pairs = [(*one[1:], *other[1:]) for one, other in pairwise(met) if one[0] == other[0]]
        work.store.write(f"joining/joined/{n:05d}_00.dups", np.array(pairs, "<u4").tobytes())


def cluster(work: Work, _: object, rank: int, world: int) -> None:
    """What datatrove does with pairs: those that share a row are one cluster, told to each task of its rows."""
    pairs = np.concatenate([np.frombuffer(work.store.read(path), "<u4") for path in work.store.files("joining/alike")])
    of: dict[tuple[int, int], set[tuple[int, int]]] = {}
    for a, b, c, d in pairs.reshape(-1, 4).tolist():
        whole = of.get((a, b), {(a, b)}) | of.get((c, d), {(c, d)})
        of |= dict.fromkeys(whole, whole)
    numbers = {first: n for n, first in enumerate(sorted({min(whole) for whole in of.values()}))}
    told = [(row, numbers[min(whole)]) for (file, row), whole in sorted(of.items()) if file == rank]
    if told:
        work.store.write(f"joining/clusters/{rank:06d}.clusters", np.array(told, "<u4").tobytes())
