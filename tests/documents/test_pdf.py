"""What a PDF shows is read as people read it: in order, whole, and without what only its pages have."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.documents.readers.pdf import Locked, Unreadable, read_pdf
from tests.documents.drawn import Words, column, pdf
from tests.documents.written import documents, pieces, rejects, write

LEFT = """The reed bed was cut in two halves last autumn so that the herons keep one side to nest in while the other
grows again, and the wardens walk the dyke between them every second morning with a list and a pencil"""
RIGHT = """Visitors ask why the older half is not cut as well. The answer is on the board at the gate: a heron needs
reeds of three summers to hide a nest, and younger reeds bend in the first storm of the year"""


def read(*pages: list[Words]) -> str:
    return read_pdf(pdf(*pages)).text


@pytest.mark.parametrize("by_rows", [False, True], ids=["drawn by columns", "drawn by rows"])
@pytest.mark.parametrize("shift", [0, 5], ids=["on one base line", "between the lines"])
def test_two_columns_are_read_one_after_the_other(by_rows: bool, shift: int) -> None:
    left, right = column(60, 700, LEFT), column(320, 700 - shift, RIGHT)
    words = [word for pair in zip(left, right, strict=False) for word in pair] if by_rows else [*left, *right]
    words += [word for word in (*left, *right) if word not in words]
    text = read([Words(60, 760, "The reed bed in the year of the long drought, told by its wardens", 16), *words])
    assert text.split("\n\n")[0] == "# The reed bed in the year of the long drought, told by its wardens"
    assert " ".join(text.split("\n\n")[1:]) == " ".join(f"{LEFT} {RIGHT}".split())


def test_three_columns_and_a_full_line_between() -> None:
    parts = [column(x, 700, f"{name} {RIGHT}", 24) for x, name in ((40, "One"), (220, "Two"), (400, "Three"))]
    rows = [word for number in range(20) for part in parts for word in part[number : number + 1]]
    text = read([*rows, *column(40, 760, f"Full {LEFT}", 100), *column(40, 500, f"Below {LEFT}", 100)])
    places = [text.index(f"{word} ") for word in ("Full", "One", "Two", "Three", "Below")]
    assert places == sorted(places) and text.count(" ".join(RIGHT.split())) == 3


@pytest.mark.parametrize("language", ["hebrew", "arabic"])
def test_words_from_right_to_left_are_in_the_order_of_reading(language: str) -> None:
    lines = {
        "hebrew": ["האנפות חזרו אל קני הסוף בתחילת האביב", "והפקחים ספרו ארבעים קנים לאורך הגדה"],
        "arabic": ["عاد مالك الحزين الى القصب في الربيع", "وقد عد الحراس اربعين عشا على الضفة"],
    }[language]
    text = read([Words(520 - 6 * len(line), 700 - 20 * n, line[::-1], 12, "F4") for n, line in enumerate(lines)])
    assert text == " ".join(lines)


def test_columns_from_right_to_left() -> None:
    right = ["האנפות חזרו אל קני הסוף בתחילת", "האביב והפקחים ספרו ארבעים קנים", "לאורך הגדה הצפונית של האגם הגדול"]
    left = ["המבקרים שואלים מדוע החצי הישן", "אינו נכרת והתשובה כתובה על הלוח", "שליד השער כי האנפה צריכה שם סוף"]
    words = [
        Words(edge - 6 * len(line), 700 - 16 * n, line[::-1], 12, "F4")
        for n, pair in enumerate(zip(right, left, strict=True))
        for edge, line in zip((540, 290), pair, strict=True)
    ]
    assert read(words).split() == " ".join(right + left).split()


def test_first_and_last_lines_of_a_page_stay_and_sentences_run_on() -> None:
    told = [f"Fact {n}: heron {n} flew over the dyke on day {n}." for n in range(100)]
    lines = column(36, 797, " ".join(told), 92, 13)
    pages = [lines[:40], [word._replace(y=797 - 13 * n) for n, word in enumerate(lines[40:])]]
    pages = [[*words, Words(297, 18, str(n + 1), 9)] for n, words in enumerate(pages)]
    assert read(*pages) == " ".join(told)


@pytest.mark.parametrize(
    "head", ["Annual report of the reserve", "Chapter {chapter}: Birds {page}", "{page} THE RESERVE"]
)
def test_a_running_head_is_no_part_of_a_sentence(head: str) -> None:
    text = " ".join(f"In week {n} the wardens counted {3 * n} nests along the dyke." for n in range(60))
    lines = column(60, 760, text, 80)
    pages = []
    for page in range(0, len(lines), 12):
        words = [word._replace(y=740 - 14 * n) for n, word in enumerate(lines[page : page + 12])]
        told = head.format(chapter=page // 24 + 1, page=page // 12 + 1)
        pages.append([Words(60, 800, told, 9), *words, Words(280, 30, f"Page {page // 12 + 1} of 4", 9)])
    assert len(pages) >= 3 and read(*pages).split() == text.split()


def test_what_stands_at_the_edge_once_is_text() -> None:
    text = read(
        [Words(60, 810, "To the wardens of the reserve"), *column(60, 760, LEFT, 80)], column(60, 760, RIGHT, 80)
    )
    assert text.startswith("To the wardens of the reserve")


def test_a_footnote_does_not_cut_the_sentence_that_runs_on() -> None:
    first = [*column(60, 740, LEFT, 80), Words(60, 60, "1 Counted by two people on the same day.", 8)]
    text = read(first, column(60, 780, "and a lamp, for the mornings are dark until the middle of March.", 80))
    assert "a list and a pencil and a lamp, for the mornings" in text
    assert text.endswith("1 Counted by two people on the same day.")


def test_an_empty_cell_stays_empty() -> None:
    rows = [("Station", "Before", "After"), ("North", "", "5.6"), ("South", "3.8", ""), ("East", "4.0", "5.0")]
    cells = [
        Words(x, 640 - 16 * n, cell)
        for n, row in enumerate(rows)
        for x, cell in zip((60, 200, 300), row, strict=True)
        if cell
    ]
    text = read([*column(60, 740, LEFT, 80), *cells])
    assert "| Station | Before | After |\n| --- | --- | --- |\n| North |  | 5.6 |\n| South | 3.8 |  |" in text


def test_code_keeps_its_lines_and_its_signs() -> None:
    code = ["#include <stdio.h>", "#define SIZE 1000", "int main(void) {", '    puts("heron");', "}"]
    text = read([*column(60, 740, LEFT, 80), *(Words(60, 600 - 14 * n, c, 10, "F3") for n, c in enumerate(code))])
    assert "```\n" + "\n".join(code) + "\n```" in text


def test_words_that_a_line_breaks_are_whole_again() -> None:
    lines = ["The war-", "dens of a well-", "known reed bed keep their well-known list of gou-", "vernment papers."]
    text = read([Words(60, 700 - 14 * n, line) for n, line in enumerate(lines)])
    assert text == "The wardens of a well-known reed bed keep their well-known list of gouvernment papers."


def test_a_large_first_letter_belongs_to_its_line() -> None:
    lines = column(90, 700, LEFT.removeprefix("T"), 60)
    lines = [line._replace(x=90 if n < 2 else 60) for n, line in enumerate(lines)]
    assert read([Words(60, 686, "T", 34), *lines]) == " ".join(LEFT.split())


def test_wide_spaces_in_a_line_are_no_gutter() -> None:
    told = ["They count all the old nests now.", "They write very long lists now."]
    words = [Words(60 + n % 2 * (6 * len(told[0]) + 5), 700 - 14 * (n // 2), told[n % 2], 12, "F4") for n in range(12)]
    assert read(words).split() == " ".join(told * 6).split()


@pytest.mark.parametrize("turn", [30, 45, 90])
def test_a_stamp_on_every_page_is_no_text(turn: int) -> None:
    stamp = Words(150, 300, "DRAFT COPY", 60, "F2", turn)
    pages = [[stamp, *column(60, 780, text, 80)] for text in (LEFT, RIGHT)]
    assert read(*pages).split() == f"{LEFT} {RIGHT}".split()
    assert read([*column(60, 780, LEFT, 80), Words(30, 300, "Depth in metres", 10, "F1", turn)]).endswith(
        "Depth in metres"
    )


def test_what_nobody_can_see_stays_out() -> None:
    hidden = [Words(60, 400, "TINY", 1), Words(700, 300, "BESIDE"), Words(60, -40, "BELOW"), Words(60, 900, "ABOVE")]
    assert read([*column(60, 780, LEFT, 80), *hidden]) == " ".join(LEFT.split())


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_reads_the_same(turn: int) -> None:
    lines = column(60, 500, LEFT, 60)
    drawn = pdf(lines, turn=turn)
    if turn:  # the text lies on its side then, as in a scan; what counts is that no word falls apart
        assert sorted(read_pdf(drawn).text.split()) == sorted(LEFT.split())
    else:
        assert read_pdf(drawn).text == " ".join(LEFT.split())


def test_pages_without_text_are_counted_in_lineage(tmp_path: Path) -> None:
    write(tmp_path / "mixed.pdf", pdf(column(40, 800, LEFT, 80), *[[] for _ in range(9)]))
    write(tmp_path / "whole.pdf", pdf(column(40, 800, RIGHT, 80)))
    mixed, whole = documents(tmp_path)
    (event,) = mixed.pieces[0].lineage
    assert (event["step"], event["note"]) == ("documents", "9 of 10 pages hold no text")
    assert mixed.pieces[0].passage == " ".join(LEFT.split())
    assert [note.reason for note in mixed.notes] == ["blank_pages"] and not whole.notes
    assert not whole.pieces[0].lineage


def test_a_scan_and_a_file_without_letters_are_rejects(tmp_path: Path) -> None:
    write(tmp_path / "scan.pdf", pdf([], []))
    write(tmp_path / "signs.pdf", pdf([Words(60, 700, "".join(chr(0xE000 + ord(c)) for c in LEFT[:60]), 12, "F4")]))
    found = {r.record.source.uri.rpartition("/")[2]: (r.reason, r.detail) for r in rejects(documents(tmp_path))}
    assert found["scan.pdf"] == ("empty", "no text in it; a scan needs character recognition first")
    assert found["signs.pdf"][0] == "broken" and "stand for no letter" in found["signs.pdf"][1]


def test_title_and_what_cannot_be_opened(tmp_path: Path) -> None:
    write(tmp_path / "a.pdf", pdf(column(60, 700, LEFT), title="The reed bed"))
    write(tmp_path / "b.pdf", pdf(column(60, 700, RIGHT), title="untitled"))
    assert [piece.source.title for piece in pieces(documents(tmp_path))] == ["The reed bed", ""]
    with pytest.raises(Unreadable):
        read_pdf(b"%PDF-1.7\nnothing")
    assert issubclass(Locked, Exception)
