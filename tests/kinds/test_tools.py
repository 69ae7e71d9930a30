"""Checks of tool tasks and of conversations with calls."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.kinds import all_checks
from tasks.kinds.tools.shape import misshapen
from tasks.records import Record, Source


def tool(name: str, required: list[str], **properties: dict[str, Any]) -> dict[str, Any]:
    parameters = {"type": "object", "properties": properties, "required": required}
    return {"type": "function", "function": {"name": name, "description": name, "parameters": parameters}}


TEXT, WHOLE = {"type": "string"}, {"type": "integer"}
TOOLS = [
    tool(
        "book_table",
        ["restaurant", "guests"],
        restaurant=TEXT,
        guests=WHOLE,
        date=TEXT,
        area={"type": "string", "enum": ["inside", "terrace"]},
    ),
    tool("find_ferry", ["harbour", "date"], harbour=TEXT, date=TEXT),
    tool("send_note", ["recipient", "text"], recipient=TEXT, text=TEXT),
]
REQUEST = "Please book a table for four at the Anker on the terrace for 12 March 2031."
TABLE: dict[str, Any] = {"restaurant": "Anker", "guests": 4, "date": "2031-03-12", "area": "terrace"}
BOOK: dict[str, Any] = {"name": "book_table", "arguments": TABLE}


def record(instruction: str = REQUEST, calls: list[dict[str, Any]] | None = None, **more: Any) -> Record:
    fields: dict[str, Any] = {"tools": TOOLS, "calls": [BOOK] if calls is None else calls, **more}
    return Record(source=Source(id="s", uri="u", kind="api"), answer_form="calls", instruction=instruction, **fields)


def talk(*turns: Any, request: str = REQUEST) -> list[dict[str, Any]]:
    """A conversation: a pair (name, arguments) is a call, a list several at once; texts alternate between the two."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": request}]
    count = 0
    for turn in turns:
        if isinstance(turn, str):
            messages.append({"role": "user" if messages[-1]["role"] == "assistant" else "assistant", "content": turn})
            continue
        made = []
        for name, arguments in turn if isinstance(turn, list) else [turn]:
            count += 1
            raw = arguments if isinstance(arguments, str) else json.dumps(arguments)
            made.append({"id": f"c{count}", "type": "function", "function": {"name": name, "arguments": raw}})
        messages.append({"role": "assistant", "content": None, "tool_calls": made})
        messages += [{"role": "tool", "tool_call_id": m["id"], "content": "{}"} for m in made]
    return messages


def keyed(name: str, *names: str) -> dict[str, Any]:
    return {"name": name, "arguments": dict.fromkeys(names, "four")}


SHAPED = [
    ("multiple_apis_all", [keyed("find_ferry", "harbour", "date"), keyed("send_note", "recipient")], True),
    ("multiple_apis_all", [keyed("find_ferry", "harbour", "date")], False),
    ("multiple_apis_superfluous", [keyed("send_note", "recipient", "text")], False),
    (
        "multiple_apis_converging",
        [keyed("find_ferry", "harbour", "date"), keyed("send_note", "recipient", "text"), keyed("book_table", "date")],
        True,
    ),
    # One chain: each needs what the one before tells.
    ("multiple_apis_converging", [keyed("find_ferry", "harbour", "date"), keyed("book_table", "date")], False),
    (
        "multiple_apis_converging",
        [keyed("find_ferry", "harbour", "date"), keyed("send_note", "recipient"), keyed("book_table", "date")],
        False,
    ),
    (
        "multiple_apis_converging",
        [
            keyed("find_ferry", "harbour", "date"),
            keyed("send_note", "recipient", "text"),
            keyed("book_table", "restaurant", "date", "area"),
        ],
        False,
    ),
    (
        "multiple_apis_ordered",
        [keyed("send_note", "recipient", "text"), keyed("find_ferry", "harbour", "date")],
        True,
    ),
    ("multiple_apis_ordered", [keyed("find_ferry", "harbour", "date"), keyed("send_note", "recipient")], False),
    ("multiple_apis_repeated", [keyed("find_ferry", "harbour", "date"), keyed("find_ferry", "date", "harbour")], True),
    (
        "multiple_apis_repeated",
        [keyed("find_ferry", "harbour", "date"), keyed("send_note", "recipient", "text")],
        False,
    ),
]


@pytest.mark.parametrize(("task_type", "calls", "fits"), SHAPED)
def test_the_calls_hang_together_as_the_task_type_says(task_type: str, calls: list[Any], fits: bool) -> None:
    assert (misshapen(record(calls=calls, task_type=task_type)) is None) is fits
    assert misshapen(record(calls=calls, task_type="single_api_all")) is None


@pytest.mark.parametrize(
    "item",
    [
        record(),
        record("Book the Anker for 4.", [{"name": "book_table", "arguments": {"restaurant": "Anker", "guests": 4}}]),
        record("Book the Anker.", [{"name": "book_table", "arguments": {"restaurant": "Anker"}}], missing=["guests"]),
        record(
            "Book the Anker.",
            [{"name": "book_table", "arguments": {"restaurant": "Anker", "guests": 4}}],
            missing=["guests"],
        ),
        record("Rent me a boat.", [], missing=["rent_boat"], answerable=False),
        record(
            "Find the ferry from Vardholm on 3 May 2031 and tell Mia the time.",
            [
                {"name": "find_ferry", "arguments": {"harbour": "Vardholm", "date": "2031-05-03"}},
                {"name": "send_note", "arguments": {"recipient": "Mia", "text": "The ferry leaves at nine."}},
            ],
        ),
        record(
            "Tell Mia that the boat is late.",
            [{"name": "send_note", "arguments": {"recipient": "Mia", "text": "The boat is late."}}],
        ),
    ],
)
def test_clean_tool_tasks(item: Record) -> None:
    assert all_checks()["tool_task"](item) is None
    assert all_checks()["well_formed"](item) is None
    assert all_checks()["self_contained"](item) is None


@pytest.mark.parametrize(
    "item",
    [
        record(tools=[]),
        record(calls=[]),
        record(calls=[{"name": "rent_boat", "arguments": {}}]),
        record(calls=[{"name": "book_table", "arguments": {"restaurant": "Anker"}}]),
        record(calls=[{"name": "book_table", "arguments": {"restaurant": "Anker", "guests": "four"}}]),
        record(calls=[{"name": "book_table", "arguments": {"restaurant": "Anker", "guests": 4, "area": "roof"}}]),
        record(calls=[{"name": "book_table", "arguments": {"restaurant": "Anker", "guests": 4, "wine": "red"}}]),
        record(calls=[{"name": "book_table", "arguments": {"restaurant": "Seahorse", "guests": 4}}]),
        record(calls=[{"name": "book_table", "arguments": ["Anker", 4]}]),
        record(missing=["guests"]),
        record(
            "Book the Anker for 4.",
            [{"name": "book_table", "arguments": {"restaurant": "Anker", "guests": 4}}],
            missing=["guests"],
        ),
        record(
            "Book the Anker.",
            [{"name": "book_table", "arguments": {"restaurant": "Anker", "guests": 4}}],
            missing=["guests", "colour"],
        ),
        record(
            "Book the Anker for 4.",
            [{"name": "book_table", "arguments": {"restaurant": "Anker", "guests": 4}}],
            missing=["date"],
        ),
        record("Rent me a boat.", [BOOK], missing=["rent_boat"], answerable=False),
        record("Rent me a boat.", [], missing=[], answerable=False),
        record("Book the Anker.", [], missing=["book_table"], answerable=False),
        record(tools=[{"type": "function", "function": {"name": "book_table", "parameters": {"type": "nonsense"}}}]),
        record(
            tools=[
                {"type": "function", "function": {"name": "book_table", "parameters": {"$ref": "http://127.0.0.1:9/x"}}}
            ]
        ),
    ],
)
def test_flawed_tool_tasks(item: Record) -> None:
    assert all_checks()["tool_task"](item) is not None


def made_of(call: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return call["name"], call["arguments"]


GOOD = made_of(BOOK)


@pytest.mark.parametrize(
    "messages",
    [
        talk("Which table?"),
        talk(GOOD, "Booked."),
        talk(("find_ferry", {"harbour": "Anker", "date": "2031-03-12"}), GOOD, "Booked."),
        talk(GOOD, "Booked.", "And for five, please.", ("book_table", {"restaurant": "Anker", "guests": 5}), "Booked."),
    ],
)
def test_tool_calls(messages: list[dict[str, Any]]) -> None:
    assert all_checks()["tool_calls"](record(messages=messages)) is None


@pytest.mark.parametrize(
    "messages",
    [
        talk(("rent_boat", {}), "Rented."),
        talk(("book_table", "not json"), "Booked."),
        talk(("book_table", "[1]"), "Booked."),
        talk(("book_table", ""), "Booked."),
        talk(("book_table", {"restaurant": "Anker"}), "Booked."),
        talk(("book_table", {"restaurant": "Anker", "guests": "four"}), "Booked."),
        talk(("book_table", {"restaurant": "Anker", "guests": 4, "wine": "red"}), "Booked."),
        talk(GOOD, GOOD, "Booked."),
        talk([GOOD, GOOD], "Booked."),
    ],
)
def test_flawed_tool_calls(messages: list[dict[str, Any]]) -> None:
    assert all_checks()["tool_calls"](record(messages=messages)) is not None


GAP = "Book a table at the Anker."


def gap(*turns: Any) -> Record:
    return record(GAP, missing=["guests"], messages=talk(*turns, request=GAP))


FOUR = ("book_table", {"restaurant": "Anker", "guests": 4})


def test_a_gap_that_is_asked_about() -> None:
    asked = gap("For how many guests?", "We are four.", FOUR, "Booked.")
    for name in ("tool_calls", "missing_asked"):
        assert all_checks()[name](asked) is None
    assert all_checks()["missing_asked"](gap("Please tell me the number of guests.")) is None
    assert all_checks()["missing_asked"](gap("I need to know how many of you will come.")) is None


def test_a_gap_that_is_filled_by_invention() -> None:
    invented = gap(FOUR, "Booked for four.")
    for name in ("tool_calls", "missing_asked"):
        assert all_checks()[name](invented) is not None
    assert all_checks()["missing_asked"](gap("The table is booked.")) is not None
    assert all_checks()["tool_calls"](gap("For how many?", "For six.", FOUR, "Booked.")) is not None


def test_a_function_that_is_not_on_offer() -> None:
    def boat(*turns: Any) -> Record:
        return record(
            "Rent me a boat.",
            [],
            missing=["rent_boat"],
            answerable=False,
            messages=talk(*turns, request="Rent me a boat."),
        )

    honest = boat("I can't rent boats with the functions that I have: they book tables and find ferries.")
    for name in ("missing_asked", "abstains", "calls_agree", "tool_calls", "no_boilerplate"):
        assert all_checks()[name](honest) is None
    assert all_checks()["missing_asked"](boat(FOUR, "Done.")) is not None
    assert all_checks()["abstains"](boat("Your boat is rented.")) is not None


@pytest.mark.parametrize(
    ("calls", "turns", "agree"),
    [
        ([BOOK], [GOOD, "Booked."], True),
        ([BOOK], [("book_table", {**TABLE, "restaurant": "  ANKER "}), "Booked."], True),
        ([BOOK], [("book_table", {**TABLE, "guests": 4.0}), "Booked."], True),
        ([BOOK], [("book_table", {"restaurant": "Anker", "guests": 4}), "Booked."], False),
        ([BOOK], [("book_table", {"restaurant": "Anker", "guests": 5}), "Booked."], False),
        ([BOOK], [("book_table", {"restaurant": "Seahorse", "guests": 4}), "Booked."], False),
        ([BOOK], ["Booked."], False),
        ([BOOK], [GOOD, ("find_ferry", {"harbour": "Anker", "date": "2031-03-12"}), "Booked."], False),
        ([], ["None of these can do it."], True),
        ([], [GOOD, "Booked."], False),
        (
            [{"name": "find_ferry", "arguments": {"harbour": "Vardholm", "date": "2031-05-03"}}],
            [("find_ferry", {"harbour": "vardholm", "date": "3 May 2031"}), "At nine."],
            True,
        ),
        (
            [{"name": "find_ferry", "arguments": {"harbour": "Vardholm", "date": "2031-05-03"}}, BOOK],
            [GOOD, ("find_ferry", {"harbour": "Vardholm", "date": "2031-05-03"}), "Done."],
            False,
        ),
        (
            [BOOK, {"name": "book_table", "arguments": {"restaurant": "Krone", "guests": 2}}],
            [("book_table", {"restaurant": "Krone", "guests": 2}), GOOD, "Done."],
            True,
        ),
    ],
)
def test_calls_agree(calls: list[dict[str, Any]], turns: list[Any], agree: bool) -> None:
    assert (all_checks()["calls_agree"](record(calls=calls, messages=talk(*turns))) is None) is agree


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
        lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=5), x, max_size=3),
        max_leaves=8,
    ),
    st.text(max_size=40),
)
@settings(max_examples=200, deadline=None)
def test_never_raises(value: Any, raw: str) -> None:
    arguments = {"restaurant": value, "guests": value}
    for messages in (talk(("book_table", arguments), "Done."), talk(("book_table", raw), "Done.")):
        item = record(raw, [{"name": "book_table", "arguments": arguments}], messages=messages, missing=["guests"])
        for name in ("tool_task", "tool_calls", "missing_asked", "calls_agree", "well_formed"):
            all_checks()[name](item)
