"""What the last message says of settings, and of having looked, held against the page and the calls."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tasks.checks.check import Doubt
from tasks.kinds import all_checks
from tasks.kinds.web.contract import PageGoal
from tasks.kinds.web.use import ACTIONS, page_result
from tasks.records import Json, Record, Source

SITE: Json = {
    "name": "Allotment society",
    "start": "home",
    "views": [
        {
            "id": "home",
            "title": "Home",
            "links": [
                {"id": "to_plots", "label": "Plots", "to": "plots"},
                {"id": "to_notices", "label": "Notices", "to": "notices"},
            ],
        },
        {
            "id": "plots",
            "title": "Plots",
            "entries": [
                {"id": "plot_1", "title": "North plot", "details": "Let until autumn.", "available": False},
                {"id": "plot_2", "title": "South plot", "details": "With a shed."},
            ],
            "searchable": True,
            "act": "Rent it",
            "links": [{"id": "to_home", "label": "Home", "to": "home"}],
        },
        {
            "id": "notices",
            "title": "Notices",
            "fields": [
                {"id": "frost", "label": "Frost warnings", "kind": "checkbox", "value": "yes"},
                {"id": "seeds", "label": "Seed exchange", "kind": "checkbox", "value": "yes"},
                {"id": "meetings", "label": "Meetings", "kind": "checkbox", "value": "no"},
            ],
            "submit": "Save",
            "done": "Saved.",
            "links": [{"id": "to_home", "label": "Home", "to": "home"}],
        },
    ],
}
Call = tuple[str, dict[str, Any]]
FROST: list[Call] = [
    ("click", {"target": "to_notices"}),
    ("set_checkbox", {"target": "frost", "checked": False}),
    ("click", {"target": "submit"}),
    ("finish", {}),
]
LET: list[Call] = [
    ("click", {"target": "to_plots"}),
    ("click", {"target": "plot_1"}),
    ("give_up", {"reason": "The plot is let."}),
]


def reported(key: list[Call], goal: Json, calls: list[Call], last: str, asked: str) -> str | Doubt | None:
    record = Record(
        source=Source(id="s", uri="u", kind="text"),
        passage=json.dumps(SITE),
        instruction=asked,
        tools=ACTIONS,
        answer_form="calls",
        answerable=goal.get("end") != "give_up",
        calls=[{"name": name, "arguments": arguments} for name, arguments in key],
        formal=PageGoal.model_validate(goal).model_dump(),
    )
    messages: list[Json] = [{"role": "user", "content": asked}]
    for number, (name, arguments) in enumerate(calls):
        id = f"c{number}"
        function = {"name": name, "arguments": json.dumps(arguments)}
        messages.append({"role": "assistant", "content": "", "tool_calls": [{"id": id, "function": function}]})
        messages.append({"role": "tool", "tool_call_id": id, "content": page_result(record, messages, id)})
    messages.append({"role": "assistant", "content": last})
    return all_checks()["page_report"](replace(record, messages=messages))  # type: ignore[no-any-return]


def saved(last: str) -> str | Doubt | None:
    goal = {"sent": ["notices"], "entered": [{"view": "notices", "field": "frost", "value": "no"}]}
    return reported(FROST, goal, FROST, last, "No more frost warnings for me, please.")


@pytest.mark.parametrize(
    "last",
    [
        "Frost warnings and the seed exchange are switched off.",
        "You are unsubscribed from frost warnings, and the seed exchange has been cancelled as well.",
        "Saved: frost warnings off, seed exchange off.",
        "The frost warnings are still active.",
        "I cleared the boxes for the frost warnings and for the exchange.",
        "Frost warnings are off; meetings are switched on.",
        "You won't get notices on the seed exchange any more.",
    ],
)
def test_a_setting_that_is_told_otherwise_is_asked_about(last: str) -> None:
    assert isinstance(saved(last), Doubt)


@pytest.mark.parametrize(
    "last",
    [
        "Frost warnings are switched off; the seed exchange stays on.",
        "You will get no more frost warnings. The seed exchange is unchanged.",
        "Saved. I unticked “Frost warnings” and left the rest alone.",
        "Frost warnings: off. Seed exchange: still on. Meetings: off, as before.",
        "The warnings are off, and the seed exchange continues.",
        "Done, the frost warnings have been stopped but the seed exchange goes on.",
    ],
)
def test_settings_truly_told(last: str) -> None:
    assert saved(last) is None


def gave_up(calls: list[Call], last: str) -> str | Doubt | None:
    return reported(LET, {"end": "give_up"}, calls, last, "Rent the North plot for me.")


END: Call = ("give_up", {"reason": "It cannot be rented."})


@pytest.mark.parametrize(
    ("calls", "last"),
    [
        ([END], "I went through all the plots, and there is no North plot."),
        ([END], "The North plot cannot be rented."),
        ([END], "Sorry, this site does not let plots."),
        ([("click", {"target": "to_notices"}), END], "There is no way to rent it."),
        ([("click", {"target": "to_notices"}), ("click", {"target": "to_home"}), END], "I looked everywhere."),
        ([("go_back", {}), END], "I checked the list; it is not there."),
    ],
)
def test_giving_up_without_a_look_is_rejected(calls: list[Call], last: str) -> None:
    assert "opened" in str(gave_up(calls, last))


@pytest.mark.parametrize(
    ("calls", "last", "asked"),
    [
        (LET, "The North plot is let until autumn, so I could not rent it.", False),
        ([LET[0], END], "The list shows the North plot, and it cannot be rented.", False),
        ([LET[0], ("type_text", {"target": "search", "text": "North"}), *LET[1:]], "I searched: it is let.", False),
        ([("click", {"target": "to_notices"}), ("click", {"target": "to_home"}), *LET], "It is let already.", False),
        (LET, "I searched the whole list with every filter, and it is let.", True),
        ([LET[0], END], "After filtering the plots I found it let.", True),
    ],
)
def test_a_search_that_no_call_made_is_asked_about(calls: list[Call], last: str, asked: bool) -> None:
    assert isinstance(gave_up(calls, last), Doubt) if asked else gave_up(calls, last) is None
