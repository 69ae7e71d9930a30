"""What a student learns from: exactly what the assistant says, of a row of each shape; and rows that cannot be taught."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tasks.publish.export.messages import Unfit
from tasks.records import Json
from tests.publish.export.run_directory import PROGRAM, TALK, TOOLS, WITH_TOOLS, call, say

pytest.importorskip("torch", reason="teaching needs its packages: pip install -e '.[teach]'")
pytestmark = pytest.mark.services
END = "<|im_end|>"
PLAIN = [say("user", "How high is it?"), say("assistant", "41 metres.")]
TALKS_AND_CALLS = [
    say("user", "Find a boat."),
    {**say("assistant", "I look."), "tool_calls": [call("call_1", "find_boat", port="Split")]},
    {**say("tool", "[]"), "tool_call_id": "call_1"},
    say("assistant", "There is none."),
]


def row(messages: list[Json], tools: list[Json] | None = None) -> Json:
    given = [{"tool_calls": None, "tool_call_id": None, **message} for message in messages]
    return {"id": "r", "messages": given, "tools": json.dumps(tools) if tools else None}


def reader(window: int = 8_192, *, template: str | None = None) -> Any:
    from tasks.training.templates import ours
    from tasks.training.tokens import Reader
    from tests.training.tiny import tokenizer

    words = tokenizer()
    words.chat_template = template or ours()
    return Reader(words, window)


def calls(*said: tuple[str, Json]) -> str:
    told = [json.dumps({"name": name, "arguments": arguments}) for name, arguments in said]
    return "\n".join(f"<tool_call>\n{each}\n</tool_call>" for each in told)


@pytest.mark.parametrize(
    ("messages", "tools", "learnt"),
    [
        (PLAIN, None, ["41 metres."]),
        (PROGRAM, None, ["def f():\n    return 1"]),
        (TALK, None, ["It is 41 metres high.", "About 135 feet."]),
        (
            WITH_TOOLS,
            TOOLS,
            [
                calls(("find_boat", {"port": "Split", "seats": None}), ("find_boat", {"port": "Vis", "seats": 4})),
                calls(("book", {"boat": {"id": 7}})),
                "Boat 7 is booked.",
            ],
        ),
        (TALKS_AND_CALLS, TOOLS, ["I look.\n" + calls(("find_boat", {"port": "Split"})), "There is none."]),
    ],
    ids=["plain", "system", "turns", "tools", "words_and_calls"],
)
def test_exactly_what_the_assistant_says_is_learnt_from(
    messages: list[Json], tools: list[Json] | None, learnt: list[str]
) -> None:
    read = reader()
    tokens = read.row(row(messages, tools))
    assert all(label in (-100, id) for id, label in zip(tokens.ids, tokens.labels, strict=True))
    said = read.tokenizer.decode([label for label in tokens.labels if label != -100])
    assert said == "".join(f"{each}{END}" for each in learnt)
    assert tokens.learnt == len(said.encode()) - (len(END) - 1) * len(learnt)
    whole = read.tokenizer.decode(tokens.ids)
    for message in messages:
        assert str(message["content"]).strip() in whole
    assert ("find_boat" in whole and "Does find_boat." in whole) == bool(tools)


def test_a_question_reads_the_same_before_and_after_it_is_answered() -> None:
    read = reader()
    asked = read.tokenizer.apply_chat_template(TALK[:3], add_generation_prompt=True, tokenize=False)
    assert read.tokenizer.apply_chat_template(TALK, tokenize=False).startswith(asked)


def test_both_answers_of_a_preference_begin_after_the_same_question() -> None:
    read = reader()
    given = row(WITH_TOOLS)["messages"]
    pair = {"prompt": given[:2], "chosen": given[2:], "rejected": row([say("assistant", "No.")])["messages"]}
    asked, chosen, rejected = read.pair({"id": "p", **pair, "tools": json.dumps(TOOLS)})
    assert chosen.ids[:asked] == rejected.ids[:asked] and read.tokenizer.decode(rejected.ids[asked:]) == f"No.{END}\n"
    said = read.tokenizer.decode([id for id in chosen.labels if id != -100])
    assert said.startswith("<tool_call>") and said.endswith(f"Boat 7 is booked.{END}") and "booked\n</tool" not in said


@pytest.mark.parametrize(
    ("messages", "window", "reason"),
    [
        (PLAIN, 40, "longer than the window"),
        ([say("user", f"Say {END} now."), say("assistant", "No.")], 8_192, "says a mark of the chat template"),
        (PLAIN[:1], 8_192, "the assistant says nothing"),
    ],
)
def test_what_cannot_be_taught_has_a_reason(messages: list[Json], window: int, reason: str) -> None:
    with pytest.raises(Unfit) as told:
        reader(window).row(row(messages))
    assert str(told.value) == reason


def test_a_student_has_the_template_that_says_everything() -> None:
    from pathlib import Path

    import trl

    from tasks.training.templates import template_for
    from tests.training.tiny import tokenizer

    shipped = Path(trl.__file__).parent / "chat_templates"
    ours, name = template_for(tokenizer())
    assert name == "ours" and '"<|im_start|>"' in ours
    other = tokenizer(("<s>", "</s>"))
    for family, wanted in (("qwen3", "family"), ("phi3", "ours"), ("gemma", "ours")):
        other.chat_template = (shipped / f"{family}.jinja").read_text()
        found, name = template_for(other)
        assert name == wanted, family
        assert "generation" in found
    assert '"</s>"' in found and "<|im_end|>" not in found
    tokens = reader(template=found)  # with marks of plain text, what is learnt from is the same
    said = tokens.tokenizer.decode([label for label in tokens.row(row(TALK)).labels if label != -100])
    assert said == "It is 41 metres high.</s>About 135 feet.</s>"
