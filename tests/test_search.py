"""Search: pieces of other documents that resemble a piece of code, always the same ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tasks.records import Record, Source
from tasks.tools.search import similar_pieces


def piece(document: str, text: str) -> Record:
    return Record(source=Source(id=document, uri=document, kind="code"), passage=text)


PIECES = [
    piece("ferry", "def book_ferry(port, day): return reserve_seat(port, day)"),
    piece("ferry", "def cancel_ferry(booking): refund(booking)"),
    piece("tram", "def book_tram(stop, day): return reserve_seat(stop, day)"),
    piece("bees", "class Hive:\n    bees = count(self)"),
]


def test_what_resembles_it_comes_from_other_documents_best_first() -> None:
    similar = similar_pieces(PIECES)
    assert similar(PIECES[0]) == [PIECES[2].passage]
    assert similar(piece("new", "reserve_seat(port)"))[0] == PIECES[0].passage
    assert similar(piece("new", "count bees in HIVE")) == [PIECES[3].passage]


def test_it_is_the_same_every_time() -> None:
    first, again = similar_pieces(PIECES), similar_pieces(PIECES)
    record = piece("new", "def book(day): reserve_seat")
    assert first(record) == again(record) == first(record)


def test_equals_stay_in_order_and_count_and_length_are_bounded() -> None:
    same = [piece(str(number), "reserve seat " + str(number) * 50) for number in range(9)]
    similar = similar_pieces(same, count=2, characters=20)
    assert similar(piece("new", "reserve")) == [p.passage[:20] for p in same[:2]]


@pytest.mark.parametrize("text", ["", "12345 == 678", "速い電車", "zebra quagga", "{}{0}%s", "\ud800\0", "x"])
def test_nothing_resembles_what_shares_no_word(text: str) -> None:
    assert similar_pieces(PIECES)(piece("new", text)) == []


@pytest.mark.parametrize(
    "pieces", [[], PIECES[:1], [piece("a", ""), piece("b", "123")], [piece("a", "速い"), piece("b", "電車")]]
)
def test_too_little_to_search_finds_nothing(pieces: list[Record]) -> None:
    assert similar_pieces(pieces)(PIECES[0]) == []


def test_pieces_without_words_do_no_harm() -> None:
    similar = similar_pieces([piece("a", ""), *PIECES, piece("b", "42")])
    assert similar(PIECES[0]) == [PIECES[2].passage]


def test_the_index_is_built_once_and_only_if_asked() -> None:
    read = 0

    def pieces() -> Iterator[Record]:
        nonlocal read
        for one in PIECES:
            read += 1
            yield one

    similar = similar_pieces(pieces())
    assert read == 0
    similar(PIECES[0])
    similar(PIECES[1])
    assert read == len(PIECES)
