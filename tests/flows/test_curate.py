"""`curate` as a person runs it: a dataset that loads, counts that add up, nothing done twice, no text in what Prefect keeps."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tasks.records import Json
from tests.curation.rows import row, write_rows
from tests.curation.test_choice import some
from tests.flows.test_publish import states
from tests.running import Home, shared_prefect

pytestmark = pytest.mark.services
CANARY = "The cormorant of Vardø counts its eggs at dusk."


def rows(*folders: Path) -> list[Json]:
    """All rows in these folders, by id."""
    files = [file for folder in folders for file in sorted(folder.rglob("*.parquet"))]
    found: list[Json] = [each for file in files for each in pq.read_table(file).to_pylist()]
    return sorted(found, key=lambda each: each["id"])


def write_runs(folder: Path) -> list[Json]:
    first = [each for n in range(12) for each in some(3, seed=n, document=f"d{n}")]
    item = row(
        "How many eggs does the cormorant of Vardø count at dusk when three were stolen before?", CANARY, document="d3"
    )
    private = row("Who repairs the lamp?", "Ask k.petrosyan84@webpost.am about it.", document="d4")
    write_rows(folder / "one", [*first, item, private])
    write_rows(folder / "two", [*some(8, seed=99, skill="fermi", document="e"), {**first[0], "id": "again"}])
    exam = {"question": item["instruction"], "answer": "four"}
    (folder / "exam.jsonl").write_text(json.dumps(exam) + "\n")
    return [item, private]


def test_runs_become_one_dataset(tmp_path: Path) -> None:
    item, private = write_runs(tmp_path)
    home = Home(tmp_path, api=shared_prefect().url)
    command = ("curate", "one", "two", "--output", "data", "--against", "exam.jsonl", "--hold-out", "5", "--json")
    ended = home.start(*command).ended()
    assert ended.code == 0, ended.err
    told, data = json.loads(ended.out), tmp_path / "data"
    kept, held, fallen = rows(data / "dataset"), rows(data / "bench"), rows(data / "rejected")
    assert (len(kept), len(held)) == (told["accepted"], told["held_out"]) and len(held) >= 3
    assert len(kept) + len(held) + len(fallen) == told["rows_in"] == 47
    why = {each["id"]: (each["step"], each["reason"], each["match"]) for each in fallen}
    first = min(each["id"] for each in rows(tmp_path / "one" / "dataset") if each["id"] in {e["id"] for e in kept})
    assert first and why.pop("again")[:2] == ("exact", "duplicate")
    assert why == {
        item["id"]: ("decontamination", "in_benchmark", "exam.jsonl:1"),
        private["id"]: ("privacy", "e_mail_address", None),
    }
    assert not {e["provenance"]["document"] for e in kept} & {e["provenance"]["document"] for e in held}
    assert set(states("one, two to data").values()) == {"Completed"}
    assert "cormorant" in (data / "report.html").read_text() and "cormorant" not in (data / "README.md").read_text()
    private_files = [path for path in (home.path / "prefect").rglob("*") if path.is_file()]
    assert private_files and not any(
        b"cormorant" in p.read_bytes() for p in [*private_files, shared_prefect().database]
    )


def test_what_was_examined_is_not_examined_again(tmp_path: Path) -> None:
    write_runs(tmp_path)
    home = Home(tmp_path, api=shared_prefect().url)
    assert home.start("curate", "one", "--output", "alone").ended().code == 0
    before = {file: file.read_bytes() for file in (tmp_path / "alone").rglob("*.parquet")}
    gone = next(file for file in before if "dataset" in str(file))
    gone.unlink()
    for kept in (tmp_path / "alone" / "signatures").iterdir():
        kept.unlink()  # what is made again where it is gone, whatever Prefect remembers
    assert home.start("curate", "one", "--output", "alone").ended().code == 0
    assert {file: file.read_bytes() for file in (tmp_path / "alone").rglob("*.parquet")} == before
    assert home.start("curate", "one", "two", "--output", "alone").ended().code == 0
    examined = {n: state for n, state in states("one, two to alone").items() if n.startswith("examine")}
    assert sorted(examined.values()) == ["Cached", "Completed", "Completed"]
    assert set(before) - {f for f in before if "rejected" in str(f)} <= set((tmp_path / "alone").rglob("*.parquet"))


def test_dask_makes_the_same_dataset(tmp_path: Path) -> None:
    pytest.importorskip("prefect_dask")
    write_runs(tmp_path)
    home = Home(tmp_path, api=shared_prefect().url)
    for output, more in (("here", ()), ("there", ("--runner", "dask", "--workers", "2"))):
        command = ("curate", "one", "two", "--output", output, "--against", "exam.jsonl", *more)
        assert home.start(*command).ended(150).code == 0
    here, there = (
        {f.relative_to(tmp_path / name) for f in (tmp_path / name).rglob("*.parquet")} for name in ("here", "there")
    )
    assert here == there
    assert all((tmp_path / "here" / file).read_bytes() == (tmp_path / "there" / file).read_bytes() for file in here)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("curate", "one", "--output", "two"), "two holds a run or another dataset"),
        (("curate", "one", "--output", "one/manifest.json/x"), "cannot write to one/manifest.json/x: Not a directory"),
        (("curate", "one", "--output", "data", "--against", "nope"), "unknown benchmark 'nope'; known: all, agieval"),
    ],
)
def test_what_cannot_be_had_is_a_sentence(tmp_path: Path, command: tuple[str, ...], said: str) -> None:
    write_runs(tmp_path)
    ended = Home(tmp_path, api=shared_prefect().url).start(*command).ended()
    assert ended.code == 2 and said in ended.err and "Traceback" not in ended.err
    assert not (tmp_path / "data" / "manifest.json").exists()


def test_a_dataset_without_a_row_is_no_success(tmp_path: Path) -> None:
    write_rows(tmp_path / "run", some(3, model="offline"))
    ended = Home(tmp_path, api=shared_prefect().url).start("curate", "run", "--output", "data").ended()
    assert ended.code == 1 and "no row is left of 3: 3 not_for_training; add --offline-rows" in ended.err
