"""An option: found in every dress that models give it, and not guessed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.answers import agreement, read_answer
from tests.answers.responses import FINAL, OPTIONS, record

PICKS_C = [
    "C",
    "(C)",
    "C.",
    "**C**",
    "Answer: C",
    "Answer: c",
    "answer: (c)",
    "**Answer:** (C)",
    "**Answer: C**",
    "**Answer**: C. The shutter was jammed by sand",
    "Final answer: C",
    "### Answer\nC",
    "**Answer:**\n\nC",
    "Answer: **C**",
    "Answer: `C`",
    "ANSWER: C",
    "Answer: Option C",
    "Answer - C",
    "Answer: C) The shutter was jammed by sand",
    "The correct answer is C.",
    "The correct answer is **C**.",
    "The correct answer is (C) The shutter was jammed by sand.",
    "The correct answer is option C.",
    "The right choice is C because the dune sand got in.",
    "The best answer is C, since sand is named twice.",
    "C. The shutter was jammed by sand",
    "C. some text that explains why sand matters here.",
    "C\n\nThe passage says that sand got into the mechanism.",
    "C - the passage blames the dunes.",
    "Option C is correct: sand got into it.",
    "Option C.",
    "Option C, because the text blames the sand.",
    r"The reasons point one way. \boxed{C}",
    r"\boxed{\text{C}}",
    r"$\boxed{C}$",
    "The shutter was jammed by sand.",
    "The shutter was jammed by sand, as the second paragraph says.",
    "Answer: The shutter was jammed by sand",
    "The correct answer is the shutter was jammed by sand.",
    "A is wrong because the battery was new. B is wrong as there was no frost. D is not named. So the answer is C.",
    "A. Wrong, the battery was new.\nB. Wrong, it was July.\nC. Right, sand is named.\nD. Wrong.\n\nAnswer: C",
    "Option A is incorrect. Option B is incorrect. Option C is correct. Option D is incorrect.",
    "The passage rules out frost (B) and says the film was fine (D). Therefore, C.",
    "I first thought the answer is B. On a second look the answer is C.",
    "Sand was found inside the shutter, which leaves only C.",
    "The explorers cleaned sand from the shutter.\n\nC",
    "I would choose C.",
    "Therefore, the correct option is (C).",
    "Answer: C because A, B and D contradict the text.",
    "Answer: C — sand.",
    "The answer is therefore C.",
    "**C. The shutter was jammed by sand**\n\nThe text names sand; it does not mention A battery.",
    "Sand in the mechanism is the only cause given, so C is the best answer.",
    "Answer: B\n\nWait, that overlooks the dunes.\n\nAnswer: C",
    "> Answer: C",
    "The answer: C",
    "So, the answer is C: the shutter was jammed by sand.",
    "- **Answer:** C",
]


@pytest.mark.parametrize("text", PICKS_C)
def test_option_is_found(text: str) -> None:
    assert read_answer(record("option"), text) == ["C"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The camera failed.",
        "Answer: B or C",
        "Answer: B and C",
        "Answer: B, C",
        "Answer: B/C",
        "Both B and C are correct.",
        "The answer is B or C.",
        "Option B is correct. Option C is also correct.",
        "Answer: E",
        "Answer: cannot be determined",
        "A. The battery.\nB. Frost.\nC. Sand.\nD. Film.",
        "A camera failed in the desert.",
        "The lens was covered in frost and the shutter was jammed by sand.",
        "C. The lens was covered in frost",
        "B\n\nThe dunes explain it. The correct answer is C.",
        "The answer is not C.",
    ],
)
def test_option_is_not_guessed(text: str) -> None:
    assert read_answer(record("option"), text) is None


def test_option_named_a_is_no_article() -> None:
    short = record("option", options=["Paris", "Lyon"])
    assert read_answer(short, "A is correct, as the first line says.") == ["A"]
    assert read_answer(short, "Answer: A") == ["A"]
    assert read_answer(short, "Answer: A city on the Rhone") is None
    assert read_answer(short, "The answer is a city named Lyon.") == ["B"]
    assert read_answer(short, "A") == ["A"]
    assert read_answer(short, "A — it is the capital.") == ["A"]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (
            "Looking at each choice, A and B contradict the text, D is never raised. The answer must be C.",
            ["C"],
        ),
        ("The strongest choice is C: sand.", ["C"]),
        ("C is the right answer, because the text names sand.", ["C"]),
        ("C is the only option that the text supports.", ["C"]),
        ("Choice C best explains the failure.", ["C"]),
        ("Option C best captures the author's point, whereas option B overstates it.", ["C"]),
        ("The answer is C, not B.", ["C"]),
        ("Answer: C (not B)", ["C"]),
        ("I'd go with C here.", ["C"]),
        ("**C) The shutter was jammed by sand**", ["C"]),
        ("**Correct answer: C**", ["C"]),
        ("Correct option: C", ["C"]),
        ("The correct answer: C. Sand.", ["C"]),
        ("Choice: C", ["C"]),
        ("Selected answer: **C**", ["C"]),
        ("Answer:C", ["C"]),
        ("Answer is C", ["C"]),
        ("The answer is:\n\nC", ["C"]),
        ("The correct answer is:\n\n**C. The shutter was jammed by sand**", ["C"]),
        ("My answer is C.", ["C"]),
        ("Sand is the cause. (C)", ["C"]),
        ("C, because sand is mentioned and B isn't.", ["C"]),
        ("C because sand is mentioned.", ["C"]),
        ("Eliminate A, B and D; that leaves C.", ["C"]),
        ("Answer: C\n\nExplanation: A is a distractor. B is wrong.", ["C"]),
        ("Answer: A\nExplanation: because C is wrong.", ["A"]),
        ("The best answer is B? No. The text names sand, so the correct answer is C.", ["C"]),
        ("It is C.", ["C"]),
        ("It's C.", ["C"]),
        ("The letter is C", ["C"]),
        ("Final Answer: $\\boxed{C}$", ["C"]),
        ("Answer: C and D", None),
        ("Either C or D.", None),
        ("Answer: none of these", None),
        ("Answer: The battery had drained overnight and the lens was covered in frost", None),
    ],
)
def test_option_in_other_words(text: str, answer: list[str] | None) -> None:
    assert read_answer(record("option"), text) == answer


@given(st.sampled_from("ABCD"), FINAL, st.sampled_from(["{}", "({})", "Option {}", "**{}**", "{}."]))
@settings(max_examples=150, deadline=None)
def test_option_round_trip(letter: str, final: str, dress: str) -> None:
    assert read_answer(record("option"), final.format(dress.format(letter))) == [letter]


WORDS = ["ferry", "barge", "raft", "the long raft"]


@pytest.mark.parametrize(
    ("text", "agrees"),
    [
        ('The text says "by barge", so the gap takes "barge", which is option C.', False),
        ("It was the barge (A).", False),
        ("They crossed by barge, option D.", False),
        ("The word is *barge*, that is C.\n\nAnswer: B", False),
        ("Answer: B\n\nThe text has barge = A.", False),
        ("“barge”, and that's D.", False),
        ('The gap takes "barge", which is option B.', True),
        ("It was the barge (B); the ferry (A) and the long raft (D) are not named.", True),
        ("Not the raft, but B.", True),
        ("A ferry is not named. A raft, which is C, would sink; the barge remains.\n\nAnswer: B", True),
        ("The barge, option B.", True),
        ("Answer: B (barge)", True),
    ],
)
def test_words_under_the_letter_of_another_option_do_not_agree(text: str, agrees: bool) -> None:
    task = record("option", ["B"], options=WORDS, text=text, instruction="How did they cross?")
    assert (agreement(task) is True) is agrees


LISTED = "\n".join(f"{letter}. {text}" for letter, text in zip("ABCD", OPTIONS, strict=False))


@pytest.mark.parametrize(
    ("after", "found"),
    [
        ("", None),
        ("\n\nAnswer: C", ["C"]),
        ("\n\nC. The shutter was jammed by sand", ["C"]),
        ("\n\nWhich is it?", None),
    ],
)
def test_to_say_all_options_again_picks_none(after: str, found: list[str] | None) -> None:
    assert read_answer(record("option", ["C"], text=LISTED + after), LISTED + after) == found
