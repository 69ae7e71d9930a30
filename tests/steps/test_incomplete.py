"""Documents that could be read in part only are counted, and their pieces say what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.cli import summary
from simulator.pipeline import read_all
from tasks.documents.discover import discover
from tasks.records.store import Store
from tasks.settings import Settings
from tasks.steps.mix import mix_of
from tests.documents.drawn import column, pdf
from tests.documents.written import TEXT, write


def test_pages_without_text_are_counted_and_told(tmp_path: Path) -> None:
    write(tmp_path / "in" / "scans.pdf", pdf(column(60, 780, TEXT * 8, 80), [], []))
    write(tmp_path / "in" / "plain.txt", f"{TEXT * 8} And so on.")
    given = discover([str(tmp_path / "in")])
    store, settings = Store(str(tmp_path / "out")), Settings()
    pieces = read_all(store, given, mix_of("reading_comprehension"), settings)
    assert pieces.used == 2 and dict(pieces.noted) == {"blank_pages": 1}
    records = [record for shard in pieces.shards for record in store.records(shard.ref)]
    told = {record.source.uri: [event["note"] for event in record.lineage] for record in records}
    assert told == {"in/scans.pdf": ["2 of 3 pages hold no text"], "in/plain.txt": []}


@pytest.mark.parametrize(
    ("incomplete", "told"),
    [({}, ""), ({"attachments": 2, "blank_pages": 1}, "; attachments in 2; blank_pages in 1")],
)
def test_the_summary_counts_them_by_what_is_missing(incomplete: dict[str, int], told: str) -> None:
    documents = {"used": 2, "rejected": 0, "incomplete": incomplete}
    assert summary._documents({"documents": documents}) == (("documents", f"2 used, 0 rejected{told}"),)
