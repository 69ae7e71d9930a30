"""The back end of tool conversations: what it is told, what it remembers, when it fails, and what the user asks for next."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tasks.agents.kind import SkillRun
from tasks.kinds.tools.contract import ToolResult
from tasks.kinds.tools.environment import tool_result, withheld
from tasks.kinds.tools.state import agreed, state_of
from tasks.kinds.tools.trace import Made, made
from tasks.records import Json, Record, Source

_TEXT = {"type": "string"}


def _tool(name: str, *parameters: str) -> Json:
    schema = {"type": "object", "properties": dict.fromkeys(parameters, _TEXT), "required": list(parameters)}
    return {"type": "function", "function": {"name": name, "description": name, "parameters": schema}}


TOOLS = [_tool("create_ticket", "title"), _tool("get_ticket", "ticket_id"), _tool("close_ticket", "ticket_id")]
OPEN = Made(1, "create_ticket", {"title": "Lamp out"}, {"ticket_id": "T-81", "state": "open", "opened": "2027-01-04"})


def test_what_was_made_is_found_again_and_what_was_changed_stays_so() -> None:
    closed = Made(3, "close_ticket", {"ticket_id": "T-81"}, {"ticket_id": "T-81", "state": "closed"})
    listed = Made(
        5,
        "list_tickets",
        {},
        {"items": [{"ticket_id": "T-81", "state": "open"}, {"ticket_id": "T-90", "state": "new"}]},
    )
    failed = Made(7, "create_ticket", {"title": "Door"}, {"error": "quota", "ticket_id": "T-99"})
    (known, other) = state_of([OPEN, closed, listed, failed])
    assert known == {"title": "Lamp out", "ticket_id": "T-81", "state": "closed", "opened": "2027-01-04"}
    assert other == {"ticket_id": "T-90", "state": "new"}
    shown = {"ticket": {"ticket_id": "T-81", "title": "Broken lamp", "state": "open", "owner": None}, "total": 1}
    assert agreed(shown, [known])["ticket"] == {
        "ticket_id": "T-81",
        "title": "Lamp out",
        "state": "closed",
        "owner": None,
    }
    assert agreed({"ticket_id": "T-82", "state": "open"}, [known]) == {"ticket_id": "T-82", "state": "open"}


class _Backend:
    """A run whose agent answers every call in one way and notes what it was told."""

    def __init__(self, seed: int = 0, result: Any = None) -> None:
        self.seed, self.result = seed, result
        self.settings = SimpleNamespace(simulate_temperature=None)
        self.told: list[tuple[dict[str, str], str]] = []

    def temperature(self, agent: str, own: Any) -> float:
        return 0.0

    async def ask(self, agent: str, blocks: dict[str, str], values: dict[str, str], **more: Any) -> Any:
        self.told.append((blocks, values["status"]))
        result = self.result or {"ticket_id": "T-81", "title": "something else"}
        fails = values["status"] in ("error", "busy")
        said = ToolResult(status="ok", result=json.dumps({"error": values["status"]} if fails else result))
        return SimpleNamespace(parsed=said, event={"agent": agent})


def record(**changes: Any) -> Record:
    fields: dict[str, Any] = {
        "id": "r",
        "instruction": "Open a ticket.",
        "tools": TOOLS,
        "answer_form": "calls",
        **changes,
    }
    return Record(source=Source(id="s", uri="u", kind="api"), **fields)


def messages(*calls: tuple[str, Json, Any]) -> list[Json]:
    """A conversation in which the last call has no answer yet."""
    found: list[Json] = [{"role": "user", "content": "Open a ticket for the lamp, the only one in the hall."}]
    for number, (name, arguments, result) in enumerate(calls):
        call = {"id": f"c{number}", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
        found.append({"role": "assistant", "content": "", "tool_calls": [call]})
        if result is not None:
            found.append({"role": "tool", "tool_call_id": f"c{number}", "content": json.dumps(result)})
    return found


def ask(backend: _Backend, said: list[Json], task: Record | None = None) -> Json:
    call = said[-1]["tool_calls"][0]
    run = cast(SkillRun, backend)
    return cast(Json, json.loads(asyncio.run(tool_result(task or record(), call, said, run, 0, []))))


LOOK = ("get_ticket", {"ticket_id": "T-81"}, None)


def test_the_back_end_sees_request_functions_state_and_history() -> None:
    backend = _Backend(3)
    created = ("create_ticket", {"title": "Lamp out"}, {"ticket_id": "T-81", "state": "open"})
    result = ask(backend, messages(created, LOOK), record(calls=[{}] * 5))
    (blocks, _) = backend.told[0]
    assert "the only one in the hall" in blocks["request"] and '"close_ticket"' in blocks["functions"]
    assert json.loads(blocks["state"]) == [{"title": "Lamp out", "ticket_id": "T-81", "state": "open"}]
    assert json.loads(blocks["history"])[0]["name"] == "create_ticket" and "get_ticket" in blocks["call"]
    assert result in ({"ticket_id": "T-81", "title": "Lamp out"}, {"error": "busy"}, {"error": "error"})


def test_failures_are_drawn_in_the_middle_too_and_a_call_made_again_succeeds() -> None:
    drawn = Counter[str]()
    for seed in range(300):
        backend = _Backend(seed)
        ask(backend, messages(("create_ticket", {"title": "Lamp out"}, None)), record(calls=[{}] * 4))
        drawn[backend.told[0][1]] += 1
        again = messages(
            ("create_ticket", {"title": "Lamp"}, {"error": "busy"}), ("create_ticket", {"title": "Lamp"}, None)
        )
        assert "error" not in ask(backend, again)
        known = messages(("create_ticket", {"title": "Lamp"}, {"ticket_id": "T-81"}), LOOK)
        ask(backend, known)
        assert backend.told[-1][1] != "empty"
    assert drawn["ok"] > 240 and drawn["busy"] and drawn["error"] and not drawn["empty"], "nothing could follow"


@pytest.mark.parametrize(
    ("request_", "may_be_empty"),
    [
        ("Cancel my berth at the north pier, the one for the tenth.", False),
        ("The crate with the lamps went out on Monday; tell me where it is now.", False),
        ("Please move the second lesson of the week to the morning.", False),
        ("My card was charged for the kayak. Send me the receipt.", False),
        ("The overdue atlas is mine, and I will bring it back. Extend it until Friday.", False),
        ("Look whether somebody has found a grey scarf.", True),
        ("Are there free seats on the late boat?", True),
        ("Do I owe the library anything?", True),
        ("Tell me if a crate is still out.", True),
        ("How many berths are left at the pier?", True),
    ],
)
def test_what_is_spoken_of_as_a_fact_is_found(request_: str, may_be_empty: bool) -> None:
    drawn = set()
    for seed in range(120):
        backend = _Backend(seed)
        said = [{"role": "user", "content": request_}, *messages(("get_ticket", {"ticket_id": "T-7"}, None))[1:]]
        ask(backend, said, record(calls=[]))
        drawn.add(backend.told[0][1])
    assert ("empty" in drawn) is may_be_empty and {"ok", "busy"} <= drawn


def test_lists_of_values_are_kept_and_lists_of_things_are_things() -> None:
    booked = {"booking_id": "B-40", "seats": ["4A", "4B"], "extras": [], "legs": [{"leg_id": "L-9", "stops": [3, 5]}]}
    assert state_of([Made(1, "create_booking", {"seats": ["4A", "4B"]}, booked)]) == [
        {"seats": ["4A", "4B"], "booking_id": "B-40", "extras": []},
        {"leg_id": "L-9", "stops": [3, 5]},
    ]
    moved = Made(3, "move_booking", {}, {"booking_id": "B-40", "seats": ["7C"]})
    (thing, *_) = state_of([Made(1, "create_booking", {}, booked), moved])
    assert agreed({"booking_id": "B-40", "seats": ["4A"]}, [thing])["seats"] == ["7C"]


def test_the_next_request_is_made_once_the_first_is_served() -> None:
    task = record(formal={"later": "Now close it again, please."})
    begun = [*messages(), {"role": "assistant", "content": "What is it about?"}]
    assert withheld(task, begun) is None
    served = [
        *messages(("create_ticket", {"title": "Lamp"}, {"ticket_id": "T-81"})),
        {"role": "assistant", "content": "Done."},
    ]
    assert withheld(task, served) == {"say": "Now close it again, please."}
    assert withheld(task, [*served, {"role": "user", "content": "Now close it again, please."}]) is None
    assert made(served)[0].result == {"ticket_id": "T-81"}
