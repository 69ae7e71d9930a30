"""Data to text: data read out of a text, figures recomputed, statements on rows and columns, and a run without a model."""

from __future__ import annotations

import asyncio
import json
from fractions import Fraction
from pathlib import Path

import pytest

from simulator.pipeline import Outcome, drive, opened
from tasks import documents
from tasks.checks.aggregates import counts_by_threshold, derived, near
from tasks.checks.check import Doubt
from tasks.checks.data import data_grounded, data_readable
from tasks.documents.discover import discover
from tasks.records import Record, Source
from tasks.settings import Settings
from tasks.text.tables import cell_number, read_tables
from tests.checks.findings import detail

WEEK = """Fuel and wind at the hut, one week

| Day | Fuel (l) | Wind m/s | Weather |
|---|---|---|---|
| Monday | 46 | 4 | clear |
| Tuesday | 51 | 12 | drift |
| Wednesday | 63 | 18 | drift |
| Thursday | 58 | 9 | clear |
| Friday | 44 | 3 | clear |
"""
CSV = "year,visitors,rain_mm\n2019,29143,12.5\n2020,30210,\n2021,31004,9.5"
RECORDS = json.dumps(
    [
        {"name": "Alder", "depth_m": 12, "site": {"bank": "left"}},
        {"name": "Birch", "depth_m": 31, "site": {"bank": "right"}},
    ]
)
SHEET = "The ferry\n\nBuilt: 1974\nCapacity: 38 cars\nSpeed: 11 knots\nCrossing: 20 minutes"
LOG = "Duty log\n\n06:00  Pressure 1011\n08:30  Oil changed\n12:00  Pressure 998, falling"


def about(text: str, passage: str = WEEK, instruction: str = "Write on the week.") -> str | Doubt | None:
    messages = [{"role": "user", "content": "?"}, {"role": "assistant", "content": text}]
    source = Source(id="s", uri="u", kind="text")
    record = Record(source=source, passage=passage, instruction=instruction, answer_form="text", messages=messages)
    return data_grounded(record)


def readable(passage: str) -> str | None:
    return data_readable(Record(source=Source(id="s", uri="u", kind="text"), passage=passage))


# ---- reading data ----


@pytest.mark.parametrize(
    ("passage", "kind", "columns", "rows"),
    [
        (WEEK, "markdown", 4, 5),
        (CSV, "csv", 3, 3),
        (f"Visitors\n\n{CSV.replace(',', ';')}", "csv", 3, 3),
        (f"```csv\n{CSV}\n```", "csv", 3, 3),
        (RECORDS, "json", 3, 2),
        (f"The boreholes:\n{RECORDS}", "json", 3, 2),
        ('{"year": [2019, 2020, 2021], "rain": [3, 4, 6]}', "json", 2, 3),
        ('{"Alder": {"depth": 3, "bank": "l"}, "Birch": {"depth": 4, "bank": "r"}}', "json", 3, 2),
        (SHEET, "keys", 2, 4),
        (LOG, "log", 2, 3),
    ],
)
def test_data_is_read_from_every_format(passage: str, kind: str, columns: int, rows: int) -> None:
    (table,) = read_tables(passage)
    assert (table.kind, len(table.columns), len(table.rows)) == (kind, columns, rows)
    assert readable(passage) is None


@pytest.mark.parametrize(
    "passage",
    [
        "A bog is a lens of water, held together by moss. Cut a ditch, and it sinks.\nSo it is, they say, in 1974.",
        "| Day | Fuel |\n|---|---|",
        '[{"name": "Alder", "depth_m": 12}',
        "year,visitors\n2019",
        "",
    ],
)
def test_what_is_no_data_is_rejected(passage: str) -> None:
    assert readable(passage) is not None


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1,200", 1200), ("46 l", 46), ("€ 640", 640), ("-19", -19), ("\u221219", -19), ("(35)", -35), ("12.5%", 12.5)],
)
def test_a_cell_with_a_unit_is_a_number(cell: str, value: float) -> None:
    assert cell_number(cell) == pytest.approx(value) if isinstance(value, float) else cell_number(cell) == value


@pytest.mark.parametrize("cell", ["", "clear", "2026-04-06", "06:15", "3 of 4", "stakes 7 to 9", "n/a"])
def test_a_date_a_time_or_prose_is_none(cell: str) -> None:
    assert cell_number(cell) is None


def test_years_name_rows_and_are_not_added_up() -> None:
    (table,) = read_tables(CSV)
    assert table.labels == ("2019", "2020", "2021") and set(table.numbers) == {1, 2}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("sum", 262),
        ("sum", 114),
        ("mean", 52.4),
        ("median", 51),
        ("difference", 17),
        ("percent", 43.5),
        ("ratio", 1.37),
    ],
)
def test_what_follows_in_one_step(kind: str, value: float) -> None:
    assert near(derived(WEEK, kind), value, 0.05)
    assert not near(derived(WEEK, kind), value + 900, 0.05)


def test_rows_beyond_a_threshold_are_counted() -> None:
    assert 2 in counts_by_threshold(WEEK, [Fraction(10)])
    assert not {6, 7} & counts_by_threshold(WEEK, [Fraction(10)])


# ---- texts about data ----


@pytest.mark.parametrize(
    "text",
    [
        "Fuel use peaked on Wednesday at 63 litres and was lowest on Friday, at 44.",
        "In all 262 litres were burnt, 52.4 a day on average.",
        "Fuel rose from 46 on Monday to 63 on Wednesday, an increase of 17 litres or 37%.",
        "The two days of drift used 114 litres, 43.5 per cent of the total.",
        "About 260 litres were used altogether.",
        "Wind was stronger than 10 m/s on two of the five days.",
        "The highest wind m/s was 18, on Wednesday.",
        "Wednesday took about 1.4 times as much as Monday.",
        "The three clear days averaged 49.3 litres.",
        "Wednesday had higher fuel than Tuesday.",
        "46 + 51 + 63 = 160 litres went in the first three days.",
        "- Monday: 46\n- Tuesday: 51\n- Friday: 44",
        "The wind fell to 9 on Thursday, half of the day before.",
    ],
)
def test_what_follows_from_the_data_passes(text: str) -> None:
    assert about(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Fuel use peaked on Wednesday at 64 litres.", "does not follow"),
        ("In all 263 litres were burnt.", "does not follow"),
        ("It cost 900 euros.", "does not follow"),
        ("The drift days used 45.5 per cent of the total.", "does not follow"),
        ("A total fuel of 272 litres was used.", "does not follow"),
        ("Fuel rose from 63 on Wednesday to 58 on Thursday.", "other way"),
        ("Fuel rose from 44 on Monday to 63 on Wednesday.", "between other values"),
        ("The highest wind m/s was 12.", "that is not"),
        ("The lowest fuel was on Tuesday.", "another row's"),
        ("Tuesday used 63 litres.", "another row"),
        ("Monday had higher fuel than Tuesday.", "other way"),
        ("The total fuel was 58 litres.", "total that is not"),
        ("The mean fuel was 51 litres.", "mean that is not"),
        ("The table has 4 rows.", "number of rows"),
    ],
)
def test_what_does_not_follow_is_found(text: str, why: str) -> None:
    assert why in str(about(text))


def test_the_task_may_bring_figures_of_its_own() -> None:
    assert about("No day went above 70 litres.", instruction="Was the limit of 70 litres kept?") is None
    assert about("No day went above 70 litres.") is not None


def test_cells_of_csv_are_not_read_as_thousands() -> None:
    assert about("There were 29,143 visitors in 2019.", CSV) is None
    assert about("The data lists 143 letters.", "word,letters,n\nalder,29,143\nbirch,30,121\nash,12,55") is None


def test_details_quote_no_text() -> None:
    found = about("Ostervang cost 900 euros.")
    assert detail(found) == "statement 1: a figure that does not follow from the data"
    assert isinstance(found, Doubt) and "900" in found.told


# ---- a run ----


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("documents")
    (folder / "week.md").write_text(
        f"# A week at the hut\n\nThe leader kept a list of fuel and wind.\n\n{WEEK}", "utf-8"
    )
    told = "The mill stood by the river. It ground rye for three villages. A flood closed it in spring. " * 2
    (folder / "mill.txt").write_text(f"{told}Nobody has opened it since, and the wheel has rotted away.", "utf-8")

    async def run() -> Outcome:
        settings = Settings(instructions_per_passage=6, min_words=20)
        async with opened("data_to_text", folder / "run", settings) as made:
            return await drive(made, [str(folder)])

    return asyncio.run(run())


def test_the_offline_teacher_writes_about_data(outcome: Outcome) -> None:
    assert not outcome.broken and not outcome.lost()
    assert len(outcome.rows) >= 6 and len({row.task_type for row in outcome.rows}) >= 4
    assert all(read_tables(row.passage) for row in outcome.rows)
    assert not outcome.reasons("instruct", "verify")


# ---- documents that are data ----


def test_a_file_without_text_is_material_where_tables_are_taken(tmp_path: Path) -> None:
    (tmp_path / "visitors.csv").write_text(CSV + "".join(f"\n{year},1,2" for year in range(2022, 2100)), "utf-8")
    (tmp_path / "prose.csv").write_text("id,text\n1," + "The mill stood by the river. " * 30, "utf-8")
    found = list(documents.read(discover([str(tmp_path)]), Settings(), kinds=("text", "table"), skill="data_to_text"))
    pieces = [piece for document in found for piece in document.pieces]
    assert [piece.source.kind for piece in pieces] == ["text", "table"]
    assert pieces[1].passage.startswith("year,visitors") and pieces[1].passage.count("\n") == 81
    assert readable(pieces[1].passage) is None
    refused = list(documents.read(discover([str(tmp_path)]), Settings(), kinds=("text",), skill="data_to_text"))
    assert [document.reject.reason for document in refused if document.reject] == ["no_text_column"]
