"""Tables whole: every row in one piece, each piece with the header."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tasks.documents.tables import parts
from tasks.text.tables import read_tables
from tasks.text.words import count_words
from tests.documents.written import documents, pieces, write

TOWNS = "\n".join(
    [
        "Ort;größte Brücke;Länge",
        "Köln;Südbrücke;368",
        "Fürth;über die Pegnitz;30",
        "Jülich;Ruraue für Fußgänger;52",
        "Nürnberg;Königsbrücke;41",
    ]
)


def table(rows: int, seed: int = 3) -> str:
    drawn = random.Random(seed)
    return "gauge,week,litres\n" + "".join(f"G{n % 9},{n},{drawn.randrange(50, 900)}\n" for n in range(rows))


@pytest.mark.parametrize("rows", [2, 40, 41, 3000])
@pytest.mark.parametrize("words", [50, 700])
def test_every_row_is_in_one_piece_and_every_piece_has_the_header(rows: int, words: int, tmp_path: Path) -> None:
    text = table(rows)
    write(tmp_path / "a.csv", text)
    found = pieces(documents(tmp_path, kinds=["text", "table"], chunk_words=words))
    lines = [line for piece in found for line in piece.passage.split("\n")[1:]]
    assert lines == text.rstrip().split("\n")[1:]
    for piece in found:
        assert piece.passage.startswith("gauge,week,litres\n")
        assert count_words(piece.passage) <= words
        (one,) = read_tables(piece.passage)
        assert len(one.rows) == piece.passage.count("\n")
        start, end = piece.source.start, piece.source.end
        assert text[start:end] == (piece.passage if start == 0 else piece.passage.split("\n", 1)[1])
    sizes = [piece.passage.count("\n") for piece in found]
    assert len(found) == 1 or min(sizes[:-1]) * 2 > max(sizes)
    assert rows < 3000 or len(found) > 7


def test_rows_with_line_breaks_in_quotes_stay_whole() -> None:
    text = 'a,b\n"one\ntwo",3\n"four ""five""\nsix",7\n' * 1 + 'eight,"9"\n'
    assert [text[start:end] for start, end in parts(text, 3)] == ['"one\ntwo",3', '"four ""five""\nsix",7', 'eight,"9"']
    stray = 'pipe,inches\nlong,5"\nshort,3\nother,4\n'
    assert [stray[start:end] for start, end in parts(stray, 1)] == ['long,5"', "short,3", "other,4"]


def test_a_table_beyond_the_limit_says_what_is_left_out(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", table(3000))
    (document,) = documents(tmp_path, kinds=["text", "table"], max_document_mb=0.01)
    assert [note.reason for note in document.notes] == ["rows_left_out"]
    assert document.pieces[0].lineage[0]["note"] == "only the first 10000 bytes of it are read (max_document_mb)"
    assert sum(piece.passage.count("\n") for piece in document.pieces) > 600


def test_a_table_of_excel(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", ("sep=;\r\n" + TOWNS.replace("\n", "\r\n")).encode("cp1252"))
    (piece,) = pieces(documents(tmp_path, kinds=["text", "table"]))
    assert piece.passage == TOWNS
