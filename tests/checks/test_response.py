"""Checks of responses: good ones of many shapes pass, each planted defect is named."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.skill_runs import failed
from tasks.checks import CHECKS
from tasks.checks.check import Doubt
from tasks.kinds import all_checks
from tasks.records import Record, Source
from tests.growth import LIMIT, Repeated, growth

PASSAGE = (
    "The harbour at Vardholm was dredged in 1931, after two winters in which ice had closed the channel. "
    "The work took eleven weeks and cost 62,500 crowns. “Let me know if the ice returns,” the mayor wrote."
)
OPTIONS = ["to let ships pass", "to clear a wreck", "to win sand", "it cannot be determined from the text"]


def record(text: str, form: str = "text", instruction: str = "Why was the channel dredged?", **more: Any) -> Record:
    fields: dict[str, Any] = {"passage": PASSAGE, **more}
    asked = f"{fields['passage']}\n\n{instruction}"
    fields.setdefault("messages", [{"role": "user", "content": asked}, {"role": "assistant", "content": text}])
    return Record(source=Source(id="s", uri="u", kind="text"), answer_form=form, instruction=instruction, **fields)


def say(role: str, content: Any = "Text.", **more: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **more}


def call(*ids: str) -> dict[str, Any]:
    made = [{"id": i, "type": "function", "function": {"name": "f", "arguments": "{}"}} for i in ids]
    return {"role": "assistant", "content": None, "tool_calls": made}


def answer(i: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": i, "content": "{}"}


U, A, S = say("user"), say("assistant"), say("system")


@pytest.mark.parametrize(
    "messages",
    [
        [U, A],
        [S, U, A],
        [say("system", ""), U, A],
        [U, A, U, A],
        [U, call("1"), answer("1"), A],
        [U, call("1", "2"), answer("2"), answer("1"), A],
        [S, U, A, U, call("1"), answer("1"), call("2"), answer("2"), A],
        [U, {**call("1"), "content": "Let me look."}, answer("1"), A],
    ],
)
def test_structure(messages: list[dict[str, Any]]) -> None:
    assert CHECKS["structure"](record("", messages=messages)) is None


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [U],
        [A],
        [S, A],
        [U, U, A],
        [U, A, A],
        [U, S, A],
        [U, A, S, U, A],
        [U, A, U],
        [U, say("assistant", "")],
        [U, say("assistant", "  \n")],
        [U, say("assistant", None)],
        [U, say("assistant", ["Text."])],
        [say("user", ""), A],
        [U, call("1")],
        [U, call("1"), A],
        [U, call("1"), answer("2"), A],
        [U, call("1", "2"), answer("1"), A],
        [U, call("1"), answer("1"), answer("1"), A],
        [U, answer("1"), A],
        [U, A, answer("1"), A],
        [U, call("1"), answer("1")],
        [U, call(""), answer(""), A],
        [U, call("1", "1"), answer("1"), A],
        [U, say("assistant", "x" * 60_001)],
        [U, say("bot")],
        [{"content": "Text."}, A],
    ],
)
def test_structure_rejects(messages: list[dict[str, Any]]) -> None:
    assert CHECKS["structure"](record("", messages=messages)) is not None


CLEAN = [
    "To let larger ships pass, because ice had closed the channel for two winters.",
    "Ice.",
    "Answer: C",
    "eleven weeks",
    "62,500",
    "- copper\n- zinc\n- pine tar",
    "1. Dredge the channel.\n2. Measure the depth.\n3. Open the harbour.",
    "The reasons are these:\n\n- The ice had closed the channel.\n- Larger ships could not pass.",
    "Ice on the water\nstones below the keel\nwinter holds its breath",
    "Dear council,\n\nthe channel is open again.\n\nWith best wishes,\nThe harbour master",
    "The channel is open. #Vardholm #harbour",
    "The channel is open! ⚓🎉",
    "See https://example.org/harbour for the tide table",
    "```python\nprint('open')\n```",
    "| year | cost |\n|---|---|\n| 1931 | 62,500 |",
    "The harbour master said: “No ship could pass.”",
    "It cost 62,500 crowns (about 5,700 a week)",
    "**Cause:** two winters of ice\n**Effect:** a closed channel\n**Remedy:** eleven weeks of dredging",
    "## Result\n\nThe channel was dredged in 1931.",
    "THE CHANNEL WAS DREDGED BECAUSE OF ICE.",
    "The text mentions ice, so the answer is A.",
    "The channel was dredged so that ships could pass\n\n**Answer: A**",
    "$62{,}500 / 11 \\approx 5{,}682$",
    "Channel Dredged After Two Winters of Ice",
]


@pytest.mark.parametrize("text", CLEAN)
@pytest.mark.parametrize("name", ["structure", "no_boilerplate", "complete", "abstains"])
def test_clean_responses_pass(text: str, name: str) -> None:
    assert CHECKS[name](record(text)) is None


BOILERPLATE = [
    "As an AI language model, I think it was the ice.",
    "As a large language model I have no opinion.",
    "I'm an AI, so I can only say that it was the ice.",
    "I'm sorry, but I can't help with that.",
    "I’m sorry, but I cannot assist with this request.",
    "I cannot assist with that.",
    "I am unable to provide the requested text.",
    "I apologize, but that is beyond me.",
    "Certainly! Here is the answer: ice.",
    "Sure, here's the rewritten text:\n\nIce closed the channel.",
    "Sure! Here is the list:\n- ice",
    "Of course! Below is the summary.",
    "Certainly! The channel was closed by ice.",
    "Absolutely! Ice closed it.",
    "It was the ice. I hope this helps!",
    "It was the ice. Hope that helps!",
    "It was the ice. Let me know if you need anything else.",
    "It was the ice. Please let me know!",
    "It was the ice. Feel free to ask if you have more questions.",
    "It was the ice. Don't hesitate to ask.",
    "Great question! It was the ice.",
    "That's a great question. It was the ice.",
    "Thank you for your question. It was the ice.",
    "It was the ice. Is there anything else?",
    "<passage-0123abcdef>\nIce closed the channel.",
    "The material to work on says that it was the ice.",
    "In the required answer form: ice.",
    "Task type: literal question. Ice.",
    "UNSUITABLE",
    "<think>ice?</think>It was the ice.",
    "It was the ice.<|im_end|>",
    "As of my last update, it was the ice.",
    "My knowledge cutoff is 2023, but it was the ice.",
    "Based on my training data, it was the ice.",
    "[INST] Ice. [/INST]",
]


@pytest.mark.parametrize("text", BOILERPLATE)
def test_boilerplate(text: str) -> None:
    assert CHECKS["no_boilerplate"](record(text)) is not None


@pytest.mark.parametrize(
    "text",
    [
        "The mayor wrote: “Let me know if the ice returns.”",
        "Sure enough, ice closed the channel.",
        "The harbour master was certainly right.",
        "It was of course the ice.",
        "The council could not help the ships.",
        "They let me know the date.",
        "It is a good question whether ice alone closed it.",
        "Dear mayor,\n\nthe channel is open. Let me know if you wish to visit.\n\nKind regards,\nThe harbour master",
        "The plan was unsuitable for winter.",
    ],
)
def test_not_boilerplate(text: str) -> None:
    question = "It is a good question" in text
    assert CHECKS["no_boilerplate"](record(text, instruction="Is it a good question?" if question else "Why?")) is None


def test_declining_is_no_refusal_where_it_is_right() -> None:
    text = "I'm sorry, but I can't tell: the text does not say who paid."
    assert CHECKS["no_boilerplate"](record(text)) is not None
    assert CHECKS["no_boilerplate"](record(text, answerable=False)) is None
    assert CHECKS["no_boilerplate"](record("I'm afraid I cannot do that with these tools.", form="calls")) is None
    assert CHECKS["no_boilerplate"](record("As an AI language model, I can't tell.", answerable=False)) is not None


def test_system_prompt_repeated() -> None:
    system = "You are a careful reader who answers in plain words."
    messages = [say("system", system), U, say("assistant", f"{system} It was the ice.")]
    assert CHECKS["no_boilerplate"](record("", messages=messages)) is not None
    assert (
        CHECKS["no_boilerplate"](record("", messages=[say("system", system), U, say("assistant", "It was the ice.")]))
        is None
    )


INCOMPLETE = [
    "",
    "The channel was dredged because ice had closed it for two winters and the",
    "The channel was dredged. It had been closed by",
    "The channel was dredged in 1931. After two winters the ice had closed the whole outer",
    "The reasons are:",
    "The ice closed the channel,",
    "1. Dredge the channel.\n2.",
    "- Ice\n- Sand\n-",
    "```python\nprint('open')",
    "The channel was dredged because (",
    "The channel was dredged in 1931.\n\nIt took eleven weeks.\n\nThe mayor then wrote that every ship would",
    "- The ice closed the channel.\n- The ships could not pass.\n- The council paid for the work that",
    "- The ice closed the channel.\n- The ships could not pass.\n- The council paid large sums",
    "Ice closed it.\n" * 4,
    "Ice closed the channel. " * 5,
    "the ice and the sand " * 30,
    "ice " * 80,
    "The channel\x00 was dredged.",
    "The channel \ufffd was dredged.",
    "The channel \ud800 was dredged.",
    "Канал углубили, потому что две зимы подряд его закрывал лёд.",
    "The channel was dredged, потому что две зимы подряд его закрывал лёд.",
    "航道因结冰关闭了两个冬天,所以进行了疏浚工程。",
    "The channel was dredged;",
    "The channel was dredged because of —",
]


@pytest.mark.parametrize("text", INCOMPLETE)
def test_incomplete(text: str) -> None:
    assert CHECKS["complete"](record(text)) is not None


def test_another_script_where_it_is_asked_for() -> None:
    text = "Канал углубили, потому что две зимы подряд его закрывал лёд."
    assert CHECKS["complete"](record(text, instruction="Translate the first sentence into Russian.")) is None
    russian = record(text, instruction="Почему углубили канал?", passage="Канал углубили в 1931 году.")
    assert CHECKS["complete"](russian) is None
    assert CHECKS["complete"](record("The Greek letter Δ stands for the change.")) is None


UNANSWERABLE = [
    "The passage does not say who paid for the work.",
    "The text doesn't mention who paid.",
    "The passage does not state this.",
    "It cannot be determined from the passage.",
    "This cannot be answered from the text.",
    "There is no information about who paid.",
    "The passage gives no information about the payer.",
    "There is not enough information to tell.",
    "Not stated.",
    "The payer is not named in the text.",
    "Who paid is not given.",
    "Unanswerable: the text is silent on who paid.",
    "The passage never says who paid; it only gives the cost.",
    "Answer: cannot be determined",
    "Answer: Not stated in the passage",
    "The question is unanswerable.",
    "The text leaves open who paid: it does not specify the source of the money.",
    "I can't tell from the passage; it does not provide that detail.",
    "The author doesn't explicitly state who paid.",
    "No date is given for this.",
    "The passage provides the cost but not the payer; that is unknown.",
]


@pytest.mark.parametrize("text", UNANSWERABLE)
@pytest.mark.parametrize("form", ["span", "text", "number", "truth"])
def test_abstains(text: str, form: str) -> None:
    assert CHECKS["abstains"](record(text, form, "Who paid for the work?", answerable=False)) is None


@pytest.mark.parametrize(
    ("text", "form", "more"),
    [
        ("The council paid for it.", "span", {}),
        ("Answer: 42", "number", {}),
        ("The passage does not say, but it was probably the council.\n\nAnswer: the council", "span", {}),
        ("The passage does not say so outright.\n\nAnswer: 42", "number", {}),
        ("Answer: B", "option", {"options": OPTIONS}),
        ("Answer: True", "truth", {}),
        ("The text does not name a payer other than the council.", "span", {"key": ["the council"]}),
        ("Done! The table is booked.", "calls", {}),
    ],
)
def test_does_not_abstain(text: str, form: str, more: dict[str, Any]) -> None:
    assert CHECKS["abstains"](record(text, form, answerable=False, **more)) is not None


def test_abstaining_by_an_option() -> None:
    assert CHECKS["abstains"](record("Answer: D", "option", options=OPTIONS, answerable=False)) is None
    assert (
        CHECKS["abstains"](
            record("None of these: the text does not say why.", "option", options=OPTIONS[:3], answerable=False)
        )
        is None
    )


@pytest.mark.parametrize(
    "text",
    [
        "I don't have a function for booking tables.",
        "None of the available tools can book a table.",
        "Booking isn't something I can do with these tools.",
    ],
)
def test_abstains_where_no_tool_fits(text: str) -> None:
    assert CHECKS["abstains"](record(text, "calls", answerable=False)) is None


@pytest.mark.parametrize(
    ("text", "form", "more"),
    [
        ("The passage does not say why the channel was dredged.", "span", {"key": ["ice"]}),
        ("It cannot be determined from the text.", "text", {}),
        ("The text does not mention this.", "number", {"key": ["12"]}),
        ("Answer: cannot be determined", "option", {"options": OPTIONS[:3], "key": ["A"]}),
        ("There is not enough information in the passage.", "truth", {"key": ["true"]}),
    ],
)
def test_abstains_wrongly(text: str, form: str, more: dict[str, Any]) -> None:
    assert CHECKS["abstains"](record(text, form, **more)) is not None


@pytest.mark.parametrize(
    ("text", "form", "more"),
    [
        ("The passage does not name sand, so B and C are out. Answer: A", "option", {"options": OPTIONS, "key": ["A"]}),
        (
            "The author does not state the cost outright, yet 62,500 follows. Answer: 62500",
            "number",
            {"key": ["62500"]},
        ),
        ("Ice had closed it. The text does not give the month.", "span", {"key": ["ice"]}),
        ("The mayor argues that ice will return, which he does not prove. " * 3, "text", {}),
        ("False. The text does not say that it was sand.", "truth", {"key": ["false"]}),
        ("Answer: D", "option", {"options": OPTIONS, "key": ["D"]}),
    ],
)
def test_answers_although_it_notes_a_gap(text: str, form: str, more: dict[str, Any]) -> None:
    assert CHECKS["abstains"](record(text, form, **more)) is None


def test_failed_names_the_first() -> None:
    item = record("Certainly! Here is the reason:")
    assert failed(item, ["structure", "no_boilerplate", "complete"]) == (
        "no_boilerplate",
        CHECKS["no_boilerplate"](item),
    )
    assert failed(record("Ice."), ["structure", "no_boilerplate", "complete", "abstains", "key_agreement"]) is None
    with pytest.raises(KeyError):
        failed(item, ["nothing_of_that_name"])


def test_details_quote_no_text() -> None:
    secret = "Xylophonia paid in full"
    for text in (f"{secret} and the", f"Certainly! {secret}", f"{secret}. " * 6, f"{secret}\x00"):
        for form in ("text", "span", "option", "truth"):
            for check in CHECKS.values():
                found = check(record(text, form, instruction=secret, key=[secret], options=[secret]))
                assert "ylophonia" not in (found.problem if isinstance(found, Doubt) else found or "")


@pytest.mark.parametrize(
    "unit", [" ", "\n", "(", "*", "- \n", "a ", "1, ", "A, ", "Answer: ", "the answer is ", "does not ", "\\boxed{"]
)
def test_work_grows_as_the_text_does(unit: str) -> None:
    """One check after the other, for the growth of one would not show among all."""
    hostile = Repeated(unit, 1500 // len(unit))
    for form in ("option", "truth", "number", "order", "set", "span", "text"):
        for name, check in CHECKS.items():

            def judge(text: str) -> None:
                check(record(text, form, instruction=text, options=OPTIONS, key=["A"]))  # noqa: B023

            assert growth(judge, hostile) < LIMIT, (name, form)


@given(st.text(max_size=400), st.sampled_from(["option", "truth", "span", "text", "calls", "number"]), st.booleans())
@settings(max_examples=300, deadline=None)
def test_never_raises(text: str, form: str, answerable: bool) -> None:
    item = record(text, form, options=OPTIONS, key=[text[:9]], answerable=answerable, evidence=[text[:5]])
    for check in CHECKS.values():
        check(item)


def test_code_may_say_the_same_thing_many_times() -> None:
    lines = [f"assert longest_dry_spell([summary(date(2024, 5, 1), {n})]) == {n}" for n in range(9)]
    block = "\n".join(lines)
    assert (
        all_checks()["complete"](record(f"These tests cover every number of days.\n\n```python\n{block}\n```")) is None
    )
    assert all_checks()["complete"](record("\n".join(["It rains on the first of May in every year."] * 9))) is not None


@pytest.mark.parametrize(
    ("ending", "passes"),
    [
        ("Yours, still puzzled,\nthe one who writes it all down", True),
        ("With love,\nyour aunt who never learnt to swim", True),
        ("He looked at the harbour again.\nthe one who writes it all down", False),
    ],
)
def test_who_signs_below_the_closing_words_ends_a_letter(ending: str, passes: bool) -> None:
    said = "Dear neighbour,\n\nThe harbour is open again. I saw two ships today.\n\n"
    said += "They were late.\n\nMore will come.\n\nI wait for them.\n\n"
    assert (all_checks()["complete"](record(said + ending)) is None) is passes
