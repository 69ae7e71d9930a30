"""Long documents are cut into passages: nothing is lost, nothing is too long, and cuts fall where they do least harm."""

from __future__ import annotations

import itertools
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.documents.chunk import chunk
from tasks.text.encoding import normalise
from tasks.text.words import count_words
from tests.documents.written import KINDS, TEXT, documents, pieces, write

CHUNKS = st.integers(min_value=8, max_value=60)
PROSE = st.lists(
    st.sampled_from(
        [
            "Dr. Ito paid 3.50 euros. ",
            "Why? ",
            "It rained, e.g. on Monday, etc. ",
            "\n\n",
            "\n",
            "# Head\n\n",
            "- item one\n",
            "| a | b |\n",
            "```\ncode here\n",
            "    x = 1\n",
            "def f():\n",
            "日本語の文です。",
            "word ",
            "x" * 70 + " ",
            "…",
            " \t ",
        ]
    ),
    max_size=120,
).map("".join)
ANY = st.text(st.characters(exclude_categories=()), max_size=300)


@settings(max_examples=150, deadline=None)
@given(text=st.one_of(PROSE, ANY), limit=CHUNKS, kind=st.sampled_from(KINDS))
def test_nothing_is_lost_and_nothing_is_too_long(text: str, limit: int, kind: str) -> None:
    spans = chunk(text, kind, limit)
    most = limit * 6 if kind == "api" else limit
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    assert all(count_words(text[a:b]) <= most for a, b in spans)
    assert all(text[a:b].strip() for a, b in spans)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))


@settings(max_examples=100, deadline=None)
@given(text=st.one_of(PROSE, ANY), limit=CHUNKS, overlap=st.integers(0, 80), kind=st.sampled_from(KINDS))
def test_overlapping_pieces_keep_the_limit_and_leave_no_gap(text: str, limit: int, overlap: int, kind: str) -> None:
    spans = chunk(text, kind, limit, overlap)
    end = 0
    for left, right in spans:
        assert not text[end:left].strip() and right > end
        assert count_words(text[left:right]) <= (limit * 6 if kind == "api" else limit)
        end = right
    assert not text[end:].strip()


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.integers(min_value=1, max_value=90), min_size=1, max_size=80),
    st.integers(min_value=40, max_value=400),
)
def test_no_piece_is_tiny(lengths: list[int], limit: int) -> None:
    text = " ".join(" ".join(["word"] * n).capitalize() + "." for n in lengths)
    spans = chunk(text, "text", limit)
    if len(spans) > 1:
        assert min(count_words(text[a:b]) for a, b in spans) * 5 >= limit - 5


@settings(max_examples=200, deadline=None)
@given(ANY)
def test_normalised_text_stays_as_it_is(text: str) -> None:
    clean = normalise(text)
    assert normalise(clean) == clean
    clean.encode()
    assert "\r" not in clean and "\0" not in clean and "\n\n\n\n" not in clean and " \n" not in clean


def test_passages_are_the_spans_of_the_text(tmp_path: Path) -> None:
    text = "\n\n".join(f"Paragraph {n}. {TEXT * 3}".strip() for n in range(40))
    write(tmp_path / "a.txt", text)
    for overlap in (0, 30):
        found = pieces(documents(tmp_path, chunk_words=100, chunk_overlap_words=overlap))
        assert len(found) > 10
        assert all(p.passage == text[p.source.start : p.source.end] for p in found)
        assert len({p.id for p in found}) == len(found) and len({p.source.id for p in found}) == 1
        if overlap:
            assert all(b.source.start < a.source.end for a, b in itertools.pairwise(found))
            assert all(p.passage.startswith(("Paragraph", "The survey")) for p in found)


def test_pieces_end_at_sentences_and_start_at_paragraphs() -> None:
    sentence = "Prof. J. M. Ito of St. Olaf paid 3.50 euros, i.e. less than before, to Mr. Lee. "
    text = "\n\n".join((sentence * 5).strip() for _ in range(12))
    spans = chunk(text, "text", 170)
    assert len(spans) > 4
    assert all(text[b - 1] == "." and text[a:].startswith("Prof. J. M. Ito") for a, b in spans)
    assert sum(text[max(0, a - 2) : a] == "\n\n" for a, _ in spans) >= len(spans) - 1


def test_headings_stay_with_what_follows() -> None:
    text = "\n\n".join(f"## Part {n}\n\n{(TEXT * 4).strip()}" for n in range(20))
    for limit in range(60, 140, 7):
        for left, right in chunk(text, "text", limit):
            assert not text[left:right].splitlines()[-1].startswith("#"), limit


def test_fences_and_tables_are_not_cut_where_avoidable() -> None:
    fence = "```python\n" + "value = compute(left, right)\n" * 8 + "```"
    table = "| a | b |\n|---|---|\n" + "| one two | three |\n" * 8
    text = "\n\n".join(f"{(TEXT * 6).strip()}\n\n{fence}\n\n{(TEXT * 6).strip()}\n\n{table.strip()}" for _ in range(5))
    for left, right in chunk(text, "text", 150):
        passage = text[left:right]
        assert passage.count("```") % 2 == 0
        assert not passage.startswith("| one")


def test_code_is_cut_between_definitions() -> None:
    function = '@cache\ndef area_{n}(a, b):\n    """Area."""\n\n    total = a * b\n\n    return total\n'
    text = "\n\n".join(function.replace("{n}", str(n)) for n in range(60)).strip()
    spans = chunk(text, "code", 100)
    assert len(spans) > 5
    assert all(text[a:b].startswith("@cache\ndef") and text[a:b].endswith("return total") for a, b in spans)


def test_scripts_without_spaces_are_cut_by_characters() -> None:
    text = "これは長い文章の一部です。" * 400
    spans = chunk(text, "text", 100)
    assert count_words("日本語の文") == 3 and count_words(text) == 2600
    assert all(text[b - 1] == "。" and 20 <= count_words(text[a:b]) <= 100 for a, b in spans)


def test_two_tables_may_be_parted() -> None:
    table = "| a | b |\n|---|---|\n" + "| one two | three |\n" * 8
    text = "\n\n".join([table.strip()] * 12)
    assert all(text[a:].startswith("| a | b |") for a, _ in chunk(text, "text", 150))
