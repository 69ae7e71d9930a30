"""`--rows N` brings N rows: the same ones however the run went, with other draws where the documents are few, or says why not."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.running import ROOT, SKILL, Home, Result

pytestmark = pytest.mark.services
DOCUMENTS = ROOT / "examples" / "documents"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("rows")
    (folder / "documents").mkdir()
    for name in ("tidal_power.md", "two_ways_with_a_bog.md", "polar_station_week.txt"):
        (folder / "documents" / name).write_text((DOCUMENTS / name).read_text())
    return Home(folder)


def run(home: Home, output: str, *more: str) -> tuple[int, str, Result]:
    ended = home.start("generate", "documents", "--skill", SKILL, "--output", output, *more).ended(120)
    return ended.code, ended.err, Result(home.folder / output)


def test_just_so_many_rows_and_the_same_ones_whatever_ends_first(home: Home) -> None:
    code, told, one = run(home, "one", "--rows", "9", "--max-concurrency", "1")
    assert code == 0, told
    code, told, many = run(home, "many", "--rows", "9", "--max-concurrency", "32", "--shard-size", "1")
    assert code == 0, told
    assert len(one.rows()) == 9 and one.rows() == many.rows()
    code, told, more = run(home, "many", "--rows", "14", "--shard-size", "1")
    assert code == 0 and len(more.rows()) == 14, told
    ids = {row["id"] for row in more.rows()}
    assert {row["id"] for row in one.rows()} <= ids, "what was there is kept"


def test_each_type_gets_its_number_by_other_draws_where_the_documents_are_few(home: Home) -> None:
    code, told, result = run(home, "types", "--rows-per-type", "2", "--limit", "1")
    manifest = result.manifest
    counts = Counter(row["task_type"] for row in result.rows())
    assert max(counts.values()) <= 2
    missing = {name.partition("/")[2]: n for name, n in manifest["wanted"]["missing"].items()}
    types = manifest["skills"][SKILL]["coverage"]
    assert {name: 2 - counts[name] for name in types if counts[name] < 2} == missing
    assert (code == 0) == (not missing), told
    assert all(name in told for name in list(missing)[:5])
    last = manifest["steps"]["verify"]["records_out"]
    late = manifest["near_duplicates"] + manifest["superseded"] + manifest["surplus"]
    assert manifest["accepted"] == len(result.rows()) == last - late


def test_what_cannot_be_had_is_said_with_the_remedy(home: Home) -> None:
    code, told, result = run(home, "much", "--rows", "5000", "--limit", "1")
    assert code == 1 and "rows that were wanted came out" in told and "give more documents" in told
    assert result.manifest["wanted"]["missing"] == {"": 5000 - len(result.rows())}
