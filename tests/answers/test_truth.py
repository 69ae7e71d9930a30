"""A judgement of a claim: found in every dress that models give it, and not guessed."""

from __future__ import annotations

import pytest

from tasks.answers import read_answer
from tests.answers.responses import record


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("True", "true"),
        ("False.", "false"),
        ("True — because the log says so.", "true"),
        ("False, the ferry left at nine.", "false"),
        ("**False.** The ferry left at nine.", "false"),
        ("The statement is false.", "false"),
        ("The statement is not true.", "false"),
        ("The claim is incorrect, since the ferry left at nine.", "false"),
        ("Answer: True", "true"),
        ("**Answer:** False", "false"),
        ("Answer: Not true", "false"),
        (r"\boxed{\text{True}}", "true"),
        ("The log gives nine o'clock. The claim says eight.\n\nAnswer: False", "false"),
        ("The log gives nine o'clock, so the statement is false.", "false"),
        ("False. While it is true that the ferry was repainted, it left at nine.", "false"),
        ("True. It would be wrong to think otherwise.", "true"),
        ("The answer is true.", "true"),
        ("The answer is **False**.", "false"),
        (
            "To decide whether the statement is true or false, look at the log. It gives nine. The statement is true.",
            "true",
        ),
        ("The log agrees with this.\n\nTrue", "true"),
        ('The claim that "the ferry left at eight" is false.', "false"),
        ("This is false.", "false"),
        ("Yes. The log says so.", "true"),
        ("No, the log says otherwise.", "false"),
        ("Correct. The log says so.", "true"),
        ("The claim is supported by the log.", "true"),
        ("The claim is contradicted by the log.", "false"),
        ("Answer: The statement is true.", "true"),
        ("**True**: the log says so", "true"),
    ],
)
def test_truth_is_found(text: str, value: str) -> None:
    assert read_answer(record("truth"), text) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The ferry left at nine.",
        "True. The log differs, so the statement is false.",
        "It could be true or false.",
        "Answer: unclear",
    ],
)
def test_truth_is_not_guessed(text: str) -> None:
    assert read_answer(record("truth"), text) is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("The statement is True.", ["true"]),
        ("This statement is false because the log gives nine.", ["false"]),
        ("**Answer:** The claim is **false**.", ["false"]),
        ("False — the passage states the opposite; it would be correct to say nine.", ["false"]),
        ("The log gives nine. So the claim is not supported.", ["false"]),
        ("True. The passage says nothing false about it.", ["true"]),
        ("The passage contradicts the claim. Answer: False.", ["false"]),
        ("The statement that the ferry left at nine, which the log confirms, is true.", ["true"]),
        ("Not true. It left at nine.", ["false"]),
        ("It is true that the ferry left at nine.", ["true"]),
        ("It is false that the ferry left at eight.", ["false"]),
        ("Answer: False. While the first half is true, the second is not.", ["false"]),
        ("Verdict: True", ["true"]),
    ],
)
def test_truth_in_other_words(text: str, answer: list[str] | None) -> None:
    assert read_answer(record("truth"), text) == answer
