"""Pages as data: what actions do to them, when a goal is reached, what the checks let through, and a small run."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import prompts
from simulator.pipeline import Outcome, drive, opened
from tasks.checks.check import Doubt
from tasks.kinds import all_checks
from tasks.kinds.web.contract import MOST_ACTIONS, PageGoal, Site, WebTask, actions_allowed
from tasks.kinds.web.environment import turns_needed
from tasks.kinds.web.page import NoSuchElement, Page
from tasks.kinds.web.use import ACTIONS, flaw, gives_answer, missed, observed, page_result, same_field, used
from tasks.records import Json, Record, Source
from tasks.settings import Settings

SITE: Json = {
    "name": "Rope yard",
    "start": "home",
    "views": [
        {
            "id": "home",
            "title": "Welcome",
            "text": ["Ropes from 1874."],
            "links": [
                {"id": "to_stock", "label": "Stock", "to": "stock"},
                {"id": "to_order", "label": "Order", "to": "order"},
            ],
        },
        {
            "id": "stock",
            "title": "Stock",
            "entries": [
                {
                    "id": f"rope_{n}",
                    "title": f"Rope {n}",
                    "facts": [{"name": "length", "value": f"{n * 7 % 11} m"}, {"name": "fibre", "value": fibre}],
                    "details": f"Laid in hall {n}.",
                    "available": n != 2,
                }
                for n, fibre in enumerate(["hemp", "jute", "hemp", "sisal", "hemp", "jute"], 1)
            ],
            "filters": ["fibre"],
            "sorts": ["length"],
            "searchable": True,
            "page_size": 2,
            "act": "Add to basket",
            "limit": 2,
            "links": [{"id": "to_basket", "label": "Basket", "to": "basket"}],
        },
        {
            "id": "basket",
            "title": "Basket",
            "basket_of": "stock",
            "links": [{"id": "to_order", "label": "Order", "to": "order"}],
        },
        {
            "id": "order",
            "title": "Order",
            "fields": [
                {"id": "name", "label": "Name", "required": True},
                {"id": "metres", "label": "Metres", "kind": "number", "minimum": "1", "maximum": "40", "value": "5"},
                {"id": "day", "label": "Day", "kind": "date", "minimum": "2026-03-01"},
                {"id": "way", "label": "Delivery", "kind": "choice", "options": ["cart", "boat"], "value": "cart"},
                {"id": "mail", "label": "E-mail", "format": "email"},
                {"id": "terms", "label": "Terms read", "kind": "checkbox", "required": True},
            ],
            "submit": "Send order",
            "done": "Ordered.",
            "then": "home",
        },
    ],
}
Call = tuple[str, Json]


def click(target: str) -> Call:
    return "click", {"target": target}


def typed(target: str, text: str) -> Call:
    return "type_text", {"target": target, "text": text}


def site(**changes: Any) -> Site:
    return Site.model_validate({**SITE, **changes})


def after(*calls: Call) -> Page:
    run = used(site(), calls)
    assert not any(run.errors), run.errors
    return run.page


def shown(page: Page) -> list[str]:
    return [id for id in page.elements() if id.startswith("rope_")]


# ---- the page model ----


def test_a_list_is_leafed_filtered_sorted_and_searched() -> None:
    assert shown(after(click("to_stock"))) == ["rope_1", "rope_2"]
    assert shown(after(click("to_stock"), click("next_page"))) == ["rope_3", "rope_4"]
    narrowed = (click("to_stock"), click("next_page"), ("select_option", {"target": "filter_fibre", "option": "Hemp"}))
    assert shown(after(*narrowed)) == ["rope_1", "rope_3"]
    ordered = ("select_option", {"target": "sort", "option": "length, highest first"})
    assert shown(after(*narrowed, ordered)) == ["rope_3", "rope_1"]
    assert shown(after(click("to_stock"), typed("search", "hall 4"))) == ["rope_4"]


def test_what_is_taken_stands_in_the_basket_and_can_be_removed() -> None:
    taken = (click("to_stock"), click("rope_1"), click("take_rope_1"), click("close"), click("to_basket"))
    assert "remove_rope_1" in after(*taken).elements()
    assert after(*taken, click("remove_rope_1")).state.taken == []


def test_the_unavailable_cannot_be_taken_and_the_limit_holds() -> None:
    page = after(click("to_stock"), click("rope_2"))
    assert list(page.elements()) == ["close"] and "Not available" in observed(page)
    takes = [
        c
        for n in (1, 3, 4)
        for c in (typed("search", f"rope {n}"), click(f"rope_{n}"), click(f"take_rope_{n}"), click("close"))
    ]
    page = after(click("to_stock"), *takes[:-1])
    assert [entry for _, entry in page.state.taken] == ["rope_1", "rope_3"] and "at most 2" in page.state.notice


@pytest.mark.parametrize(
    ("calls", "notice"),
    [
        ([], "Name: required"),
        ([typed("metres", "41")], "at most 40"),
        ([typed("metres", "some")], "not a number"),
        ([typed("day", "2026-02-28")], "not before 2026-03-01"),
        ([typed("day", "1 March")], "not a date"),
        ([typed("mail", "yard")], "not an e-mail"),
        ([], "Terms read: required"),
    ],
)
def test_a_form_that_breaks_a_rule_is_not_sent(calls: list[Call], notice: str) -> None:
    page = after(click("to_order"), *calls, click("submit"))
    assert notice in page.state.notice and not page.state.sent and page.view.id == "order"


def test_a_form_is_sent_and_leads_on() -> None:
    filled = (typed("name", "Ferry office"), ("set_checkbox", {"target": "terms", "checked": True}))
    page = after(click("to_order"), *filled, ("select_option", {"target": "way", "option": "boat"}), click("submit"))
    assert page.state.sent["order"] == {
        "name": "Ferry office", "metres": "5", "day": "", "way": "boat", "mail": "", "terms": "yes",
    }  # fmt: skip
    assert page.view.id == "home" and page.state.notice == "Ordered."
    page.act("go_back", {})
    assert page.view.id == "order"


@pytest.mark.parametrize(
    "call",
    [
        click("rope_1"),
        click("submit"),
        ("click", {}),
        ("click", {"target": "to_stock", "speed": "fast"}),
        ("hover", {"target": "to_stock"}),
        ("go_back", {}),
        typed("to_stock", "x"),
        ("give_up", {}),
    ],
)
def test_an_action_that_does_not_fit_changes_nothing(call: Call) -> None:
    run = used(site(), [call])
    assert run.errors[0] and run.page.state == Page(site()).state and run.results[0].startswith("error: ")


def test_nothing_follows_the_end() -> None:
    page = after(("finish", {}))
    with pytest.raises(NoSuchElement):
        page.act("click", {"target": "to_stock"})


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"start": "nowhere"}, "first view"),
        ({"views": [*SITE["views"], {"id": "attic", "title": "Attic"}]}, "cannot be reached"),
        ({"views": [{**SITE["views"][0], "links": [{"id": "x", "label": "X", "to": "y"}]}]}, "leads to a view"),
        (
            {"views": [{"id": "home", "title": "H", "fields": [{"id": "submit", "label": "S"}], "submit": "S"}]},
            "one id",
        ),
        ({"views": [{"id": "home", "title": "H", "filters": ["colour"]}]}, "no entry has"),
        ({"views": [{"id": "home", "title": "H", "fields": [{"id": "a", "label": "A"}]}]}, "without a button"),
    ],
)
def test_a_site_that_cannot_be_run_is_found_out(change: Json, problem: str) -> None:
    assert not flaw(site())
    assert problem in flaw(site(**change))


def test_slips_of_spelling_are_put_right() -> None:
    entry = {"id": "Rope-9", "title": "Rope 9", "facts": {"length": 9}}
    views = [{"id": "the list", "title": "L", "entries": [entry]}]
    loose = Site.model_validate({"name": "N", "start": "the-list", "views": views})
    assert not flaw(loose) and loose.views[0].entries[0].facts[0].value == "9"
    run = used(loose, [click("rope-9")])
    assert run.errors == [""] and run.page.state.opened == "rope_9"


def test_values_and_answers_are_compared_as_people_do() -> None:
    assert (
        same_field("12.50", "12.5")
        and same_field("Boat ", "boat")
        and not same_field("12", "13")
        and not same_field("", "0")
    )
    assert (
        gives_answer("It is 7 m long.", "7 m") and not gives_answer("It is 17 m long.", "7 m") and gives_answer("", "")
    )


# ---- the checks ----

ORDER: list[Call] = [
    click("to_order"),
    typed("name", "Ferry office"),
    typed("metres", "12"),
    ("set_checkbox", {"target": "terms", "checked": True}),
    click("submit"),
    ("finish", {}),
]
GOAL: Json = {
    "sent": ["order"],
    "entered": [
        {"view": "order", "field": "name", "value": "Ferry office"},
        {"view": "order", "field": "metres", "value": "12"},
        {"view": "order", "field": "terms", "value": "yes"},
    ],
}
LOOK: list[Call] = [click("to_stock"), typed("search", "hall 4"), ("finish", {"answer": "6 m"})]


def task(
    calls: list[Call], goal: Json, instruction: str = "Order 12 metres for the Ferry office; I have read the terms."
) -> Record:
    return Record(
        source=Source(id="d", uri="u", kind="text"),
        passage=json.dumps(SITE),
        instruction=instruction,
        tools=ACTIONS,
        answer_form="calls",
        answerable=goal.get("end") != "give_up",
        calls=[{"name": name, "arguments": arguments} for name, arguments in calls],
        formal=PageGoal.model_validate(goal).model_dump(),
    )


def acted(record: Record, calls: list[Call], last: str = "It is done.") -> Record:
    """The record with these calls made in its conversation, and what the page answers."""
    messages: list[Json] = [{"role": "user", "content": record.instruction}]
    for number, (name, arguments) in enumerate(calls):
        function = {"name": name, "arguments": json.dumps(arguments)}
        messages.append(
            {"role": "assistant", "content": "", "tool_calls": [{"id": f"c{number}", "function": function}]}
        )
        messages.append(
            {"role": "tool", "tool_call_id": f"c{number}", "content": page_result(record, messages, f"c{number}")}
        )
    return replace(record, messages=[*messages, {"role": "assistant", "content": last}])


def test_a_sound_task_passes_and_what_spoils_it_does_not() -> None:
    assert all_checks()["page_task"](task(ORDER, GOAL)) is None
    assert all_checks()["page_task"](task(LOOK, {"answer": "6 m"}, "How long is the rope laid in hall 4?")) is None
    for calls, goal, said in (
        ([*ORDER[:-2], ORDER[-1]], GOAL, "not reach the goal"),
        ([click("to_shop"), *ORDER[1:]], GOAL, "no such element"),
        (ORDER, {**GOAL, "entered": GOAL["entered"][:2]}, "another value"),
        (ORDER, {"sent": []}, "other forms"),
        (LOOK, {"answer": "9 m"}, "the answer is another one"),
        ([*LOOK[:-1], ("finish", {"answer": "80 m"})], {"answer": "80 m"}, "on no page"),
        ([click("to_stock"), ("finish", {})], {}, "asks for nothing"),
        (LOOK[-1:], {"answer": "6 m"}, "1 actions"),
    ):
        assert said in str(all_checks()["page_task"](task(calls, goal)))
    assert "stated neither" in str(all_checks()["page_task"](task(ORDER, GOAL, "Order 12 metres for us.")))
    assert "tells the answer" in str(
        all_checks()["page_task"](task(LOOK, {"answer": "6 m"}, "Is the rope of hall 4 6 m long?"))
    )
    assert all_checks()["page_task"](replace(task(ORDER, GOAL), passage="{}")) is not None


def test_another_way_to_the_goal_is_as_good() -> None:
    record = task(ORDER, GOAL)
    detour = [
        click("to_stock"),
        ("go_back", {}),
        *ORDER[:2],
        typed("metres", "90"),
        *ORDER[3:5],
        typed("metres", "12"),
        *ORDER[4:],
    ]
    for calls in (ORDER, detour):
        done = acted(record, calls)
        assert all_checks()["targets_exist"](done) is None and all_checks()["reaches_goal"](done) is None


@pytest.mark.parametrize(
    ("calls", "said"),
    [
        (ORDER[:-1], "neither finish"),
        ([*ORDER[:2], typed("metres", "13"), *ORDER[3:]], "another value"),
        ([click("to_order"), ("give_up", {"reason": "No."})], "give_up"),
        ([*ORDER[:-1], click("to_stock"), click("rope_1"), click("take_rope_1"), ORDER[-1]], "other entries"),
        ([*[c for _ in range(8) for c in (click("to_stock"), ("go_back", {}))], *ORDER], "22 actions where 6 do"),
    ],
)
def test_what_misses_the_goal_is_rejected(calls: list[Call], said: str) -> None:
    assert said in str(all_checks()["reaches_goal"](acted(task(ORDER, GOAL), calls)))


def test_the_answer_is_told_to_the_user_too() -> None:
    record = task(LOOK, {"answer": "6 m"}, "How long is the rope laid in hall 4?")
    assert all_checks()["reaches_goal"](acted(record, LOOK, "It is 6 m long.")) is None
    assert "does not give the answer" in str(all_checks()["reaches_goal"](acted(record, LOOK)))


def test_missing_elements_and_invented_results_are_rejected() -> None:
    record = task(ORDER, GOAL)
    astray = [ORDER[0], click("rope_1"), click("rope_2"), click("rope_3"), *ORDER[1:]]
    assert "action 2" in str(all_checks()["targets_exist"](acted(record, astray)))
    for invented in (
        click("menu"),
        click("rope_77"),
        ("click", {}),
        ("press", {"target": "submit"}),
        ("click", {"target": 3}),
    ):
        assert "action 2" in str(all_checks()["targets_exist"](acted(record, [ORDER[0], invented, *ORDER[1:]])))
    assert "action 2" in str(
        all_checks()["targets_exist"](acted(record, [ORDER[0], *[click("rope_1")] * 2, *ORDER[1:]]))
    )
    assert "action 6" in str(all_checks()["targets_exist"](acted(record, [*ORDER[:-1], click("rope_1")])))
    done = acted(record, ORDER)
    done.messages[2]["content"] = "All went well."
    assert "did not give" in str(all_checks()["targets_exist"](done))


def test_giving_up_counts_only_where_it_is_due() -> None:
    calls = [click("to_stock"), click("rope_2"), ("give_up", {"reason": "Rope 2 is not available."})]
    record = task(calls, {"end": "give_up"}, "Put Rope 2 into my basket.")
    assert all_checks()["page_task"](record) is None
    assert all_checks()["reaches_goal"](acted(record, calls, "Rope 2 is not available.")) is None
    other = [click("to_stock"), click("rope_1"), click("take_rope_1"), ("finish", {})]
    assert all_checks()["reaches_goal"](acted(record, other)) is not None
    assert missed(used(site(), calls).page, PageGoal.model_validate(GOAL)) != ""


# ---- end to end ----


def test_a_run_yields_rows_of_several_types(tmp_path: Path) -> None:
    async def driven() -> Outcome:
        async with opened("web_agent", tmp_path / "run", Settings(instructions_per_passage=6)) as run:
            return await drive(run, [str(Path(__file__).parents[2] / "examples" / "documents" / "tidal_power.md")])

    outcome = asyncio.run(driven())
    assert not outcome.broken and not outcome.lost()
    assert len({row.task_type for row in outcome.rows}) >= 4
    for row in outcome.rows:
        assert all_checks()["targets_exist"](row) is None and all_checks()["reaches_goal"](row) is None
        assert any(m["role"] == "tool" for m in row.messages)


# ---- slips that are mended, forms that are sent twice, and what is told to the user ----

BASKET: list[Call] = [click("to_stock"), click("rope_1"), click("take_rope_1"), ("finish", {})]
SAVED = "Ordered: 12 metres of rope for the Ferry office. The terms are ticked as read."


def problem(record: Record) -> Any:
    names = ("targets_exist", "abstains", "reaches_goal", "page_report")
    return next((found for name in names if (found := all_checks()[name](record)) is not None), None)


def ordered(last: str, calls: list[Call] = ORDER) -> Record:
    return acted(task(ORDER, GOAL), calls, last)


def taken(last: str, calls: list[Call] = BASKET) -> Record:
    return acted(task(BASKET, {"taken": ["rope_1"]}, "Put the rope from hall 1 into my basket."), calls, last)


def looked(last: str, calls: list[Call] = LOOK) -> Record:
    return acted(task(LOOK, {"answer": "6 m"}, "How long is the rope laid in hall 4?"), calls, last)


@pytest.mark.parametrize(
    "record",
    [
        ordered(SAVED),
        ordered("Twelve metres are on order for the Ferry office."),
        ordered(SAVED, [click("submit"), *ORDER]),
        ordered("It went through at the second try, with 12 metres.", [*ORDER[:2], click("submit"), *ORDER[2:]]),
        ordered(SAVED, [ORDER[0], click("metres"), *ORDER[1:]]),
        taken("Rope 1 is in your basket."),
        taken("Done, it's in the basket.", [click("to_stock"), click("take_rope_1"), *BASKET[1:]]),
        taken("I first opened Rope 2, which is sold out; Rope 1 is in the basket.",
              [click("to_stock"), click("rope_2"), click("close"), *BASKET[1:]]),
        taken("Rope 1 is yours.", [click("to_stock"), click("next_page"), click("rope_3"), click("take_rope_3"), click("close"),
              click("to_basket"), click("remove_rope_3"), ("go_back", {}), click("previous_page"), *BASKET[1:]]),
        looked("The rope from hall 4 measures 6 metres."),
        looked("Six metres.", [click("to_stock"), typed("name", "hall 4"), *LOOK[1:]]),
    ],
)  # fmt: skip
def test_what_was_done_and_truly_told_passes(record: Record) -> None:
    assert problem(record) is None


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (ordered("Ordered: 21 metres of rope for the Ferry office."), "do not stand"),
        (ordered("12 metres will be delivered on 3 May 2026."), "date"),
        (ordered("The order of 5 metres has gone out."), "had before"),
        (ordered(SAVED, [*ORDER[:-1], *ORDER]), "twice"),
        (ordered(SAVED, [*ORDER[:3], *ORDER[3:5][:1], ORDER[-1]]), "other forms"),
        (taken("Rope 3 is in your basket."), "another entry"),
        (taken("I could only add the one called Rope 5."), "another entry"),
        (taken("Rope 1 is in your basket; it is 8 m long and costs 14."), "do not stand"),
        (looked("It is 9 m long."), "does not give the answer"),
        (looked("It is 6 m long, 4 m more than the 2.75 m of hall 3."), "do not stand"),
        (looked("6 m.", [click("to_stock"), typed("search", "hall 4"), ("finish", {"answer": "9 m"})]), "another one"),
    ],
)
def test_what_was_not_done_or_falsely_told_is_rejected(record: Record, said: str) -> None:
    assert said in str(problem(record))


def test_wrong_values_sent_before_the_right_ones_are_asked_about() -> None:
    first = [*ORDER[:2], typed("metres", "13"), *ORDER[3:5]]
    assert isinstance(problem(ordered(SAVED, [*first, *ORDER])), Doubt)


def test_the_turns_of_a_task_fit_its_key_and_those_of_the_skill_fit_the_longest() -> None:
    calls = [{"name": "click", "arguments": {"target": "to_stock"}}]
    for needed in range(2, MOST_ACTIONS + 1):
        # Somebody who looks round takes half as many again; the last message is a turn of its own.
        turns = turns_needed(Record(source=Source(id="s", uri="u", kind="text"), calls=calls * needed))
        assert turns == actions_allowed(needed) + 1 >= 1.5 * needed + 2
    assert prompts.load("web_agent").response.max_turns == actions_allowed(MOST_ACTIONS) + 1
    assert f" {MOST_ACTIONS} at most" in prompts.load("web_agent").agent("instruct").body
    assert f"2 to {MOST_ACTIONS} " in str(WebTask.model_fields["calls"].description)
