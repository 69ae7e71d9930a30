"""Sentences: where they end, and where they do not."""

from __future__ import annotations

import pytest

from tasks.text.sentences import LIST_MARK, sentence_counts, sentence_spans, sentences


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Dr. Berg met Mr. Lund, e.g. at noon. They left.", ["Dr. Berg met Mr. Lund, e.g. at noon.", "They left."]),
        ("It weighs 3.5 kg. Fine.", ["It weighs 3.5 kg.", "Fine."]),
        ('He said "Stop." Then he left.', ['He said "Stop."', "Then he left."]),
        ("Well ... perhaps so.", ["Well ... perhaps so."]),
        ("One line\nruns on.\n\nAnother", ["One line runs on.", "Another"]),
        ("# Head\nText.\n- one\n2) two", ["# Head", "Text.", "one", "two"]),
        ("終わった。始まる。", ["終わった。", "始まる。"]),
        ("...\n\n---", []),
    ],
)
def test_where_sentences_end(text: str, found: list[str]) -> None:
    assert sentences(text) == found


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ('"Stop!" shouted the ferryman. The rope held. Nobody was hurt.', {3}),
        ("“Who is there?” the guard called. Nobody answered.", {2}),
        ("‘Not now!’ said his mother. He sat down again.", {2}),
        ("'Fire!' cried the cook, and ran. The soup boiled on.", {2}),
        ('"Wait…" she whispered. Off he went.', {2}),
        ('"Stop!" Anna shouted. The rope held.', {2, 3}),
        ('"I know." He left.', {2}),
        ('He said: "Go!" Then he left.', {2}),
        ("The first boat leaves at 6 a.m. It carries the mail. The second goes at noon.", {3}),
        ("Doors close at 10 p.m. Nobody gets in after that.", {2}),
        ("It sails at 6 p.m. Monday. Come early.", {2}),
        ("They bring bread, cheese etc. The wine is ours.", {2}),
        ("They chose plan B. It worked.", {1, 2}),
        ("The text names J. Holm. He built it.", {2, 3}),
        ("Mr. Holm met Dr. Lie at St. Olav. They left.", {2}),
        ("Two parts, e.g. Salt and sand, mix. Fine.", {2}),
    ],
)
def test_how_many_sentences_people_count(text: str, counts: set[int]) -> None:
    assert set(sentence_counts(text)) == counts
    assert len(sentences(text)) in counts


@pytest.mark.parametrize(
    ("line", "mark"), [("- a", "- "), ("  3. a", "  3. "), ("(12) a", "(12) "), ("\u2013 a", "\u2013 ")]
)
def test_marks_of_a_list(line: str, mark: str) -> None:
    found = LIST_MARK.match(line)
    assert found is not None and found[0] == mark


@pytest.mark.parametrize("line", ["-a", "3.5 a", "1234. a", "a - b", "**a**"])
def test_what_marks_no_list(line: str) -> None:
    assert LIST_MARK.match(line) is None


def test_spans_of_sentences_hold_the_text_as_it_stands() -> None:
    text = "Head. Dr. Berg etc. came;  no. 4 left.  终于。好了。 \u0905\u0964 End"
    found = [text[left:right] for left, right in sentence_spans(text, 6, len(text))]
    assert found == ["Dr. Berg etc. came;  no. 4 left.", "终于。", "好了。", "\u0905\u0964", "End"]
