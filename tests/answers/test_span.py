"""A span: words of the text, wherever the response puts them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tasks.answers import agreement
from tests.answers.responses import record


@pytest.mark.parametrize(
    ("key", "text", "agrees"),
    [
        (["the harbour master"], "The harbour master.", True),
        (["the harbour master"], "harbour master", True),
        (["the harbour master"], "Answer: The Harbour Master", True),
        (["the harbour master"], "It was the harbour master who signed the order.", True),
        (["the harbour master"], "It was the lighthouse keeper who signed.", None),
        (["the harbour master"], "It was not the harbour master but the keeper.", False),
        (["the harbour master"], "Answer: the keeper, rather than the harbour master", False),
        (["a broken water pump"], "The broken pump", True),
        (["12 March 1912"], "12 March 1921", False),
        (["New York Times"], "New York Post", False),
        (["fresh ice", "new ice"], "New ice had formed.", True),
        (["because of fog"], '"Because of fog"', True),
        (["old stone bridge"], "The text speaks of many things. " * 12 + "They crossed the old stone bridge.", True),
        (["old stone bridge"], "The text speaks of many things. " * 12 + "They crossed the stone bridge.", None),
        (["old stone bridge"], "The text speaks of stone. " * 12 + "\n\n**Answer:** the old stone bridge", True),
        (["old stone bridge"], "The old stone bridge is named, but the ford was used.\n\nAnswer: the ford", False),
        (["three weeks"], "The answer is three weeks.", True),
        (["three weeks"], "two weeks", False),
        (["farmer's daughter"], "the farmer’s daughter", True),
        (["eleven weeks"], "The work took eleven weeks.", True),
        (["eleven weeks"], "It took 11 weeks.", True),
        (["1931"], "In 1931.", True),
        (["1931"], "1932", False),
        (["ice"], "The channel was closed by ice, not sand.", True),
        (["sand"], "The channel was closed by ice, not sand.", False),
        (["Mayor Lind"], "Lind", True),
        (["to let larger ships pass"], "To keep larger ships out", None),
        (["the north quay"], "the south quay", False),
    ],
)
def test_span_agreement(key: list[str], text: str, agrees: bool | None) -> None:
    assert agreement(record("span", key, text=text)) is agrees


@pytest.mark.parametrize(
    ("key", "text", "agrees"),
    [
        ("2x + 2", "Answer: 2(x+1) = 2x+2", True),
        ("x^2 - 1", "Answer: (x - 1)(x + 1)", True),
        ("(x - 1)(x + 1)/1", "Answer: x^2 - 1", True),
        ("(x - 1)(x + 1)/1", "Answer: x^2 + 1", False),
        ("12 km", "Answer: 12 miles", False),
    ],
)
def test_formulas_agree_by_value(key: str, text: str, agrees: bool) -> None:
    assert agreement(record("span", [key], text=text)) is agrees


TABLE = "| If it was | true remarks |\n|---|---|\n| Arno | 0 |\n| Bela | 2 |\n| Cira | **1** |"


@pytest.mark.parametrize(
    ("text", "agrees"),
    [
        (f"{TABLE}\n\nExactly one true remark leaves the last row: it was Cira.", True),
        (f"{TABLE}\n\nThe thief is **Cira**.", True),
        (f"Three cases:\n\n{TABLE}\n\nOnly the third fits, which means Cira.", True),
        (f"Cira.\n\n{TABLE}", True),
        (f"{TABLE}\n\nAnswer: Cira", True),
        (f"{TABLE}\n\nSo it was Bela, and not Cira.", False),
        (f"{TABLE}\n\nThe answer is Arno.", False),
    ],
)
def test_a_table_is_working_and_no_statement(text: str, agrees: bool) -> None:
    said = (
        "Arno, Bela and Cira were there. One of them alone took the key. Exactly one remark is true. Who took the key?"
    )
    assert agreement(record("span", ["Cira"], text=text, instruction=said)) is agrees


def test_a_whole_sentence_of_the_passage_is_left_to_a_reader() -> None:
    """It holds the words of the key among many others, and says of none that they are the answer."""
    passage = "She wrote 31.4, tore off the slip and gave it to him. He turned back."
    copied = "The correct answer is: She wrote 31.4, tore off the slip and gave it to him."
    assert agreement(replace(record("span", ["the slip"], text=copied), passage=passage)) is None
    said = "The correct answer is: the slip that she tore off"
    assert agreement(replace(record("span", ["the slip"], text=said), passage=passage)) is True
