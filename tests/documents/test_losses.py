"""What the benchmark of extraction measures: words that a reading lacks, over files of every format."""

from __future__ import annotations

import json
from email.message import EmailMessage
from pathlib import Path

import pytest

from benchmarks import extraction
from tasks.documents.formats import by_name
from tests.documents.drawn import Words, column, pdf
from tests.documents.packages import book, open_document, para, run, shape, sheet_row, slides, words, workbook
from tests.documents.written import write

LONG = "The wardens count the nests of the reserve in the first week of May, before the reeds are high."


def mail() -> bytes:
    told = EmailMessage()
    told["Subject"] = "Nests"
    told.set_content(LONG)
    return told.as_bytes()


FILES = {
    "pdf": pdf([Words(60, 815, "To the wardens of the reserve"), *column(60, 780, LONG, 60)]),
    "docx": words(para(run(f"{LONG} R&amp;D&#8217;s"), "<w:r><w:tab/><w:t>list</w:t></w:r>")),
    "pptx": slides((shape(LONG), "Say who counted.", False)),
    "xlsx": workbook(("Nests", "visible", f"<sheetData>{sheet_row(1, LONG, 'Nests')}</sheetData>")),
    "odt": open_document(f"<text:p>{LONG}</text:p>"),
    "epub": book({"a.xhtml": f"<p>{LONG}</p><aside hidden=''>Nests</aside>"}, ("a.xhtml",)),
    "eml": mail(),
    "html": f"<html><body><main><p>{LONG}</p></main></body></html>".encode(),
    "ipynb": json.dumps(
        {"cells": [{"cell_type": "markdown", "metadata": {}, "source": [LONG]}], "metadata": {}, "nbformat": 4}
    ).encode(),
    "tex": f"\\documentclass{{article}}\n\\begin{{document}}\n{LONG}\n\\end{{document}}\n".encode(),
}


@pytest.mark.parametrize("suffix", extraction.FORMATS)
def test_no_word_is_lost_where_a_plain_reading_has_it(suffix: str) -> None:
    data, mime = FILES[suffix], by_name(f"a.{suffix}").detail
    reference = extraction.words(extraction.plain(data, suffix))
    assert reference["wardens"] >= 1
    # A hidden aside, the number on the page of notes, the name of an environment.
    left_out = {"epub": 1, "pptx": 1, "tex": 1}.get(suffix, 0)
    assert extraction.lost(extraction.after(data, mime), reference) == left_out
    assert extraction.lost("The wardens count.", reference) >= 10


@pytest.mark.parametrize("suffix", ["docx", "pptx"])
def test_the_reading_before_lost_words(suffix: str) -> None:
    data, mime = FILES[suffix], by_name(f"a.{suffix}").detail
    assert extraction.lost(extraction.before(data, mime), extraction.words(extraction.plain(data, suffix))) > 0


def test_a_running_head_does_not_count() -> None:
    page = column(60, 700, LONG, 60)
    pages = pdf(*[[Words(60, 800, f"Reserve, page {n}"), *page] for n in range(4)])
    assert "Reserve" not in extraction.plain(pages, "pdf")


def test_a_line_for_each_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "a.docx", FILES["docx"])
    assert list(extraction.files([str(tmp_path)])) == ["docx"]
    extraction.main([str(tmp_path)])
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("docx"))
    read, before, after = line.split()[1:4]
    assert (read, after) == ("1", "0.00%") and float(before.rstrip("%")) > 10
    with pytest.raises(SystemExit, match="none of these folders"):
        extraction.main([str(tmp_path / "nowhere")])
