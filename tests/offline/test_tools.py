"""Functions found in code and descriptions, tasks for them, and the conversations that carry them out, all offline."""

from __future__ import annotations

import json
import random
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import prompts
from simulator.skill_runs import failed
from tasks.agents.simulated_user import UserTurn
from tasks.kinds import contracts
from tasks.kinds.tools.contract import Apis, ToolResult
from tasks.offline import reply
from tasks.offline.tools.functions import Function, offered, value
from tasks.records import Json, Record, Source
from tests.offline.asking import (
    CODE,
    HARBOUR,
    TOOLS,
    ask,
)

OTHER = """
// Adds a reader to the register.
export function addReader(name: string, age: number, tags: string[] = []): Reader { }
func CountLoans(branch string, year int) int {
pub fn find_shelf(code: &str, floor: u32) -> String {
public static double averageAge(int[] ages, String branch) {
"""
OPENAPI = """
openapi: 3.0.0
paths:
  /trips/{tripId}:
    parameters:
      - {name: tripId, in: path, required: true, schema: {type: string}}
    get:
      operationId: getTrip
      summary: Show one trip
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Trip'}}}}}
  /trips:
    post:
      operationId: planTrip
      summary: Plan a new trip
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [start, mode]
              properties:
                start: {type: string, format: date}
                mode: {type: string, enum: [rail, road]}
                seats: {type: integer}
components:
  schemas:
    Trip: {type: object, properties: {id: {type: string}, length_km: {type: number}}}
"""


def test_functions_are_described_from_code_and_openapi() -> None:
    found = ask({"seed": CODE}, {}, Apis)
    assert [a.name for a in found.apis] == ["book_room", "cancel_booking", "opening_hours"]
    room = {p.name: p for p in found.apis[0].parameters}
    assert list(room) == ["room", "day", "hours", "kind"]
    assert room["kind"].enum == ["meeting", "party"] and not room["hours"].required and room["room"].description
    assert [r.name for r in found.apis[0].returns] == ["booking_id", "price"]
    other = ask({"seed": OTHER}, {}, Apis)
    assert {a.name for a in other.apis} == {"add_reader", "count_loans", "find_shelf", "average_age"}
    trips = {a.name: a for a in ask({"seed": OPENAPI}, {}, Apis).apis}
    assert [p.required for p in trips["plan_trip"].parameters] == [True, True, False]
    assert trips["plan_trip"].parameters[1].enum == ["rail", "road"]
    assert [p.name for p in trips["get_trip"].parameters] == ["tripId"]
    assert [r.name for r in trips["get_trip"].returns] == ["id", "length_km"]
    cut = ask({"seed": OPENAPI[:-420] + "\n   : ["}, {}, Apis)
    assert "get_trip" in {a.name for a in cut.apis}
    assert ask({"seed": HARBOUR}, {}, Apis).unsuitable


def test_growing_names_the_new_functions_alone() -> None:
    for similar in ("", CODE):
        blocks = {"functions": json.dumps(TOOLS), "similar": similar, "seed": OTHER}
        grown = ask(blocks, {}, Apis, "You are an engineer.").apis
        assert not {a.name for a in grown} & {t["function"]["name"] for t in TOOLS}
        assert 3 <= len(grown) <= 6 and len({a.name for a in grown}) == len(grown)


TOOL_CHECKS = [
    "well_formed",
    "self_contained",
    "tool_task",
    "structure",
    "no_boilerplate",
    "complete",
    "tool_calls",
    "missing_asked",
    "calls_agree",
]


def conversation(item: Any, tools: list[Json], draw: random.Random) -> Record:
    """The conversation that the offline responder, user and tools have about a tool task."""
    calls = [{"name": c.name, "arguments": {a.name: json.loads(a.value) for a in c.arguments}} for c in item.calls]
    known = {n: v for c in calls for n, v in c["arguments"].items() if n in item.missing}
    messages: list[Json] = [{"role": "user", "content": item.instruction}]
    for _ in range(10):
        message = reply({"messages": messages, "tools": tools})["choices"][0]["message"]
        messages.append({**message, "content": message["content"] or ""})
        for call in message.get("tool_calls", ()):
            function = next(t for t in tools if t["function"]["name"] == call["function"]["name"])
            blocks = {
                "functions": json.dumps([function["function"]]),
                "call": json.dumps(call["function"]),
                "history": "[]",
            }
            status = draw.choice(["ok", "ok", "empty", "error"])
            result = ask(blocks, {"status": status}, ToolResult)
            assert result.status == status and isinstance(json.loads(result.result), dict)
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": result.result})
        if not message.get("tool_calls"):
            told = "\n".join(f"{m['role']}: {m['content']}" for m in messages if m["role"] != "tool" and m["content"])
            goal = json.dumps({"wants": item.instruction, "knows": known})
            turn = ask({"conversation": told, "goal": goal}, {"persona": "terse"}, UserTurn)
            if (
                turn.done
                and item.later
                and messages[-1]["content"]
                and not any(m["content"] == item.later for m in messages)
            ):
                turn = UserTurn(message=item.later)
            if turn.done:
                break
            messages.append({"role": "user", "content": turn.message})
    return Record(
        source=Source(id="d", uri="d", kind="code"),
        tools=tools,
        answer_form="calls",
        instruction=item.instruction,
        formal=item.formal,
        calls=calls,
        missing=item.missing,
        answerable=item.answerable,
        messages=messages,
    )


@pytest.mark.parametrize("task_type", [t.name for t in prompts.load("tool_use").task_types])
def test_tool_tasks_are_carried_out(task_type: str) -> None:
    draw = random.Random(task_type)
    for number in range(4):
        tools = draw.sample(TOOLS, len(TOOLS))
        found = ask(
            {"functions": json.dumps(tools)},
            {"task_type": task_type, "register": str(number)},
            contracts()["ToolTasks"],
        )
        for item in found.items:
            record = conversation(item, tools, draw)
            assert failed(record, TOOL_CHECKS) is None, record.messages
            assert bool(item.missing) is ("missing" in task_type or "absent" in task_type)
            for call in record.calls:
                schema = next(t for t in tools if t["function"]["name"] == call["name"])["function"]["parameters"]
                jsonschema.validate(call["arguments"], schema)
            for goal in prompts.load("tool_use").goals if item.answerable and not item.missing else ():
                blocks = {"functions": json.dumps(tools), "instruction": item.instruction, "suggestion": "Do it."}
                edit = ask(blocks, {"goal": goal.name, "answer_form": "calls"}, contracts()["EditedToolTask"])
                if not edit.unsuitable:
                    assert edit.instruction != item.instruction
                    assert failed(conversation(edit, tools, draw), TOOL_CHECKS) is None


@given(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["integer", "number"])},
        optional={"minimum": st.integers(-50, 50), "maximum": st.integers(51, 200)},
    )
    | st.fixed_dictionaries(
        {"type": st.just("string")}, optional={"minLength": st.integers(0, 9), "maxLength": st.integers(10, 40)}
    )
    | st.fixed_dictionaries(
        {"type": st.just("array")}, optional={"minItems": st.integers(0, 4), "maxItems": st.integers(4, 6)}
    ),
    st.sampled_from(["user_id", "cityName", "latitude", "amount", "email", "x", "startYear"]),
    st.integers(0, 50),
)
@settings(max_examples=60, deadline=None)
def test_values_fit_their_schema(schema: Json, name: str, seed: int) -> None:
    jsonschema.validate(value(name, schema, random.Random(seed)), schema)


def test_phrases_are_plain_words() -> None:
    assert [f.phrase for f in offered(TOOLS)] == [
        "book a room in the house for a day",
        "cancel a booking",
        "find rooms",
        "set the alarm of a room",
    ]
    assert Function("getHTTPStatus", "").phrase == "get http status"
