"""Search: the right pieces, always the same ones, from an index that is whole or built again."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.records import Record, Source
from tasks.text.terms import LONGEST, place_terms, search_terms
from tasks.tools.search.index import SNIPPET, Index, open_index, snippet


def piece(document: str, text: str, *, id: str = "", kind: str = "code", title: str = "") -> Record:
    source = Source(id=document, uri=f"/set/{document}.txt", kind=kind, title=title)
    return Record(id=id or f"{document}-{len(text)}", source=source, passage=text)


PIECES = [
    piece("ferry", "def book_ferry(port, day): return reserve_seat(port, day)"),
    piece("ferry", "def cancel_ferry(booking): refund(booking)"),
    piece("tram", "def book_tram(stop, day): return reserve_seat(stop, day)", title="The tram"),
    piece("bees", "class Hive:\n    bees = count(self)"),
]

Make = Callable[..., Index]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """An index over pieces, in a folder of its own."""

    def make(pieces: list[Record], key: str = "key") -> Index:
        return open_index(tmp_path / "search", lambda: key, lambda: pieces)

    return make


def ids(index: Index, query: str, count: int = 5, **options: Any) -> list[str]:
    return [hit.id for hit in index.search(query, count, **options)]


# What is found


def test_the_best_comes_first_and_says_where_it_is_from(made: Make) -> None:
    hit, *others = made(PIECES).search("refund a booking of the ferry")
    assert (hit.id, hit.title, hit.source, hit.snippet) == (
        PIECES[1].id,
        "ferry.txt",
        "/set/ferry.txt",
        PIECES[1].passage,
    )
    assert [other.id for other in others] == [PIECES[0].id] and hit.score > others[0].score > 0
    assert made(PIECES).search("tram")[0].title == "The tram"


def test_documents_and_kinds_can_be_left_out(made: Make) -> None:
    index = made([*PIECES, piece("prose", "the day we reserve a seat", kind="text")])
    assert ids(index, "reserve", exclude_source="/set/ferry.txt") == ["prose-25", PIECES[2].id]
    assert ids(index, "reserve", exclude_source="/set/ferry.txt", kind="code") == [PIECES[2].id]
    assert ids(index, "reserve", kind="api") == []
    assert index.passages("reserve", 1, kind="text", characters=7) == ["the day"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("seat", [0, 2]),
        ("reserveSeat", [0, 2]),
        ("HIVE", [3]),
        ("bookFerry", [0, 1, 2]),
    ],
)
def test_identifiers_are_found_by_their_parts(made: Make, query: str, found: list[int]) -> None:
    assert sorted(ids(made(PIECES), query)) == sorted(PIECES[number].id for number in found)


@pytest.mark.parametrize(
    "text", ["", "12345 == 678", "速い電車", "zebra quagga", "{}{0}%s", "\ud800\0", "x", "the of and", "-" * 50_000]
)
def test_nothing_is_found_for_what_shares_no_word(made: Make, text: str) -> None:
    assert made(PIECES).search(text) == []


@pytest.mark.parametrize("pieces", [[], [piece("a", "")], [piece("a", ""), piece("b", "…")], [piece("a", "the of")]])
def test_a_set_without_words_finds_nothing(made: Make, pieces: list[Record]) -> None:
    assert made(pieces).search("book the ferry") == []
    assert made(pieces).passages("book the ferry") == []


def test_every_piece_counts_however_many_there_are(made: Make) -> None:
    many = [piece(f"d{number}", f"filler number {number}") for number in range(3_000)]
    assert ids(made(many), "2999") == [many[2999].id]


def test_count_is_kept(made: Make) -> None:
    assert len(made(PIECES).search("day", 1)) == 1
    assert made(PIECES).search("day", 0) == made(PIECES).search("day", -1) == []


# Always the same


def test_equals_are_in_order_of_id_whatever_the_order_of_pieces(made: Make) -> None:
    same = [piece(f"d{number}", "reserve a seat", id=f"{number}") for number in (5, 3, 9, 1, 7)]
    assert ids(made(same), "seat") == ["1", "3", "5", "7", "9"]
    assert ids(made(same), "seat", 2) == ["1", "3"]
    assert made(same[::-1], "other").search("seat reserve") == made(same).search("seat reserve")


@given(st.lists(st.text("ab \n", max_size=12), max_size=8), st.text("ab ", max_size=8))
def test_what_is_found_holds_a_word_of_the_query(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], query: str
) -> None:
    pieces = [piece(str(number), text, id=str(number)) for number, text in enumerate(texts)]
    hits = open_index(tmp_path_factory.mktemp("search"), lambda: "key", lambda: pieces).search(query, 99)
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert {hit.id for hit in hits} == {p.id for p in pieces if set(search_terms(p.passage)) & set(search_terms(query))}


# Words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("getHTTPPort snake_case", ["get", "http", "port", "gethttpport", "snake", "case"]),
        ("iPhone utf8 v1.2.3", ["i", "phone", "iphone", "utf", "8", "utf8", "v", "1", "v1", "2.3"]),
        ("1,000 3.14 1999,2000 2024-05-01", ["1000", "3.14", "1999", "2000", "2024", "05", "01"]),
        ("Straße STRASSE Ünïcode cafe\u0301 １２", ["strasse", "strasse", "ünïcode", "café", "12"]),
        ("Привет МОСКВА हिन्दी", ["привет", "москва", "हिन्दी"]),
        ("速い電車 a です", ["速い", "い電", "電車", "です"]),
        ("The cat is on it", ["cat"]),
        ("a" * (LONGEST + 1) + " ok", ["ok"]),
        ("\ud800\0", []),
    ],
)
def test_text_is_cut_into_words(text: str, expected: list[str]) -> None:
    assert search_terms(text) == expected


@given(st.text())
def test_words_stand_where_they_are_said_to(text: str) -> None:
    for start, end, made in place_terms(text):
        assert set(search_terms(text[start:end])) & set(made)
    assert bool(search_terms(text)) == any(place_terms(text))


# Snippets


def test_a_snippet_shows_the_words_of_the_query() -> None:
    text = "filler words here " * 200 + "the captain hid the silver compass " + "more of the same " * 200
    shown = snippet(text, {"silver": 3.0, "compass": 3.0, "filler": 0.1})
    assert "captain hid the silver compass" in shown and len(shown) <= SNIPPET
    assert shown.startswith("…filler") or shown[1:].split()[0] in {"words", "here"}
    assert shown.endswith("…")


def test_rare_words_together_beat_a_common_one_again_and_again() -> None:
    text = "tax " * 300 + "x " * 300 + "the windfall tax of 1974"
    assert snippet(text, {"tax": 0.5, "windfall": 4.0, "1974": 3.0}).endswith("the windfall tax of 1974")


@given(
    st.text("ab 速い\n", max_size=300), st.dictionaries(st.sampled_from(["a", "b", "ab", "速い"]), st.floats(0.1, 9))
)
def test_a_snippet_is_a_bounded_part_of_the_text(text: str, weights: dict[str, float]) -> None:
    shown = snippet(text, weights, 40)
    assert len(shown) <= 40 and shown.strip("…") in text


# On disk


def test_pieces_are_read_once_and_only_if_somebody_searches(tmp_path: Path) -> None:
    read = 0

    def pieces() -> Iterator[Record]:
        nonlocal read
        for one in PIECES:
            read += 1
            yield one

    index = open_index(tmp_path / "search", lambda: "key", pieces)
    assert read == 0 and not (tmp_path / "search").exists()
    index.search("ferry")
    index.search("tram")
    assert ids(open_index(tmp_path / "search", lambda: "key", pieces), "hive") == [PIECES[3].id]
    assert read == len(PIECES)
    open_index(tmp_path / "search", lambda: "another", pieces).search("ferry")
    assert read == 2 * len(PIECES)


def _index_folder(folder: Path) -> Path:
    (place,) = (path for path in folder.iterdir() if path.is_dir())
    return place


def _files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("names")
    open_index(folder, lambda: "key", lambda: PIECES).files()
    return sorted(path.name for path in _index_folder(folder).iterdir())


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [_cut, _flip, Path.unlink, lambda path: path.write_bytes(b"")])
def test_a_damaged_index_is_built_again(
    made: Make, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, damage: Callable[[Path], None]
) -> None:
    expected = made(PIECES).search("book a seat")
    for name in _files(tmp_path_factory):
        damage(_index_folder(tmp_path / "search") / name)
        assert made(PIECES).search("book a seat") == expected, name
        assert made([]).search("book a seat") == expected, f"{name}: not built again"


@pytest.mark.parametrize(
    "manifest", [b"[]", b'{"format": 0, "files": {}}', b'{"format": 1}', b"\xff", b'{"format":1,"files":[]}']
)
def test_a_foreign_manifest_is_not_believed(made: Make, tmp_path: Path, manifest: bytes) -> None:
    expected = made(PIECES).search("book a seat")
    (_index_folder(tmp_path / "search") / "manifest.json").write_bytes(manifest)
    assert made(PIECES).search("book a seat") == expected


def test_what_a_killed_builder_left_is_cleared_away(made: Make, tmp_path: Path) -> None:
    made(PIECES).files()
    place = _index_folder(tmp_path / "search")
    left = place.rename(place.with_suffix(".tmp"))
    (left / "pieces.jsonl").write_bytes(b"half a li")
    assert ids(made(PIECES), "hive") == [PIECES[3].id]
    assert _index_folder(tmp_path / "search") == place


def test_a_builder_that_fails_leaves_nothing_that_counts(made: Make, tmp_path: Path) -> None:
    def broken() -> Iterator[Record]:
        yield PIECES[0]
        raise RuntimeError("the shard is gone")

    index = open_index(tmp_path / "search", lambda: "key", broken)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="the shard is gone"):
            index.search("ferry")
    assert ids(made(PIECES), "hive") == [PIECES[3].id]


def test_nothing_is_written_but_data(made: Make, tmp_path: Path) -> None:
    made(PIECES).files()
    place = _index_folder(tmp_path / "search")
    assert {path.suffix for path in place.iterdir()} == {".npy", ".json", ".jsonl"}
    assert set(json.loads((place / "manifest.json").read_text())) == {"format", "files"}


# Side by side


def _ask(folder: str, barrier: object) -> list[str]:
    barrier.wait()  # type: ignore[attr-defined]
    return ids(open_index(Path(folder), lambda: "key", lambda: PIECES * 50), "hive", 3)


def _ask_into(folder: str, barrier: object, answers: object) -> None:
    answers.put(_ask(folder, barrier))  # type: ignore[attr-defined]


def test_processes_that_build_at_once_do_no_harm(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(2), context.Queue()
    running = [context.Process(target=_ask_into, args=(str(tmp_path), barrier, answers)) for _ in range(2)]
    for process in running:
        process.start()
    found = [answers.get(timeout=60) for _ in running]
    for process in running:
        process.join(60)
    assert found == [[PIECES[3].id] * 3] * 2


def test_threads_share_one_index(tmp_path: Path) -> None:
    read: list[int] = []

    def pieces() -> list[Record]:
        read.append(1)
        return PIECES

    index = open_index(tmp_path, lambda: "key", pieces)
    barrier = threading.Barrier(8)

    def ask(query: str) -> list[str]:
        barrier.wait()
        return ids(index, query)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, ["hive", "tram"] * 4))
    assert answers == [[PIECES[3].id], [PIECES[2].id]] * 4 and len(read) == 1


async def _ticks_while_building(index: Index) -> int:
    ticks = 0
    asked = [asyncio.create_task(index.asearch("hive")) for _ in range(20)]
    while not all(task.done() for task in asked):
        await asyncio.sleep(0.001)
        ticks += 1
    assert all([hit.id for hit in task.result()] == [PIECES[3].id] for task in asked)
    return ticks


def test_the_loop_goes_on_while_the_index_is_built(tmp_path: Path) -> None:
    def slowly() -> Iterator[Record]:
        for one in PIECES:
            threading.Event().wait(0.05)
            yield one

    assert asyncio.run(_ticks_while_building(open_index(tmp_path, lambda: "key", slowly))) > 50
