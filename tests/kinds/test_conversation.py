"""Conversations: moves planned from an opening, checks of turns, memory and ground held, and a small run."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from inspect import iscoroutinefunction
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import pytest

import prompts
from simulator.pipeline import Outcome, drive, opened
from tasks.agents.kind import SkillRun
from tasks.agents.simulated_user import UserTurn, next_turn
from tasks.checks.constraints.contract import Constraint
from tasks.kinds import all_checks
from tasks.kinds.conversation.contract import Dialogue, Fact
from tasks.kinds.conversation.moves import FURTHER, NAMES, SORTS, measured, plan, sound, without_text
from tasks.offline import reply
from tasks.offline.conversation.quiz import answered_gap
from tasks.records import Json, Record, Source
from tasks.settings import Settings

EXAMPLES = Path(__file__).parents[2] / "examples" / "documents"
OPENING = "We are 14 people and want to rent the barn on 3 May. What has to be asked first?"
TALK = Dialogue.model_validate(
    {
        "persona": "a club's treasurer",
        "goal": "a date that holds",
        "facts": [
            {"about": "number of guests", "value": "14 people"},
            {"about": "date of the feast", "value": "3 May"},
        ],
        "withheld": [{"about": "budget", "value": "600 euros"}],
        "slips": [{"about": "date of the feast", "said": "3 May", "meant": "10 May"}],
        "misbeliefs": [{"claim": "A barn needs no permit.", "truth": "It does."}],
    }
)


def talk(moves: list[Json], *turns: str, **formal: Any) -> Record:
    """A conversation whose turns alternate, the user's first."""
    roles = ("user", "assistant")
    return Record(
        source=Source(id="d", uri="d", kind="text"),
        answer_form="text",
        instruction=turns[0],
        formal={"persona": "p", "goal": "g", "facts": [], "moves": moves, **formal},
        messages=[{"role": roles[i % 2], "content": text} for i, text in enumerate(turns)],
    )


def test_what_the_opening_does_not_state_is_no_fact_and_what_it_tells_is_not_withheld() -> None:
    raw = TALK.model_copy(update={"slips": [], "facts": [*TALK.facts, TALK.withheld[0]], "withheld": TALK.facts[:1]})
    put_right = sound(raw, OPENING)
    assert [f.value for f in put_right.facts] == ["14 people", "3 May", "14 people"]
    assert not put_right.withheld
    assert [f.value for f in sound(TALK, OPENING).facts] == ["14 people"]  # the date will be taken back
    assert not sound(TALK, "Nothing of the kind is said here.").slips


LENGTH = Fact(about="length of the tables", value="12 metres")
MEASURED = f"{OPENING} The tables take 12 metres."


@pytest.mark.parametrize(
    ("value", "there"),
    [
        ("40 metres", True), ("250 ml", True), ("2 hours", True), ("90-minute slot", True), ("3.5 kg", True), ("20 km/h", True),
        ("15 boxes", False), ("14 people", False), ("3 May", False), ("3.25 euros", False), ("£20", False),
        ("two hundred seats", False), ("row 7", False), ("oak", False),
    ],
)  # fmt: skip
def test_only_what_is_measured_is_asked_for_in_another_unit(value: str, there: bool) -> None:
    assert measured(value) is there
    own = Dialogue(
        persona="p", goal="g", facts=[Fact(about="it", value=value), Fact(about="guests", value="14 people")]
    )
    asked = [m for seed in range(200) for m in plan(own, Random(seed)) if m["move"] == "unit_change"]
    assert bool(asked) is there and all(move["value"] == value for move in asked)


def test_a_message_has_room_for_what_is_to_be_put_into_it() -> None:
    lengths = prompts.knobs().simulate_user
    tight = set(lengths["message_length"]) - set(lengths["length_with_content"])
    assert tight == {"a few words", "half a sentence"}
    free, bound = {"move": "follow_up"}, {"move": "details", "tells": [{"about": "budget", "value": "600 euros"}]}
    assert drawn_lengths(free) & tight and not drawn_lengths(bound) & tight


def drawn_lengths(move: Json) -> set[str]:
    told: list[dict[str, str]] = []

    async def ask(agent: str, blocks: Json, values: dict[str, str], **more: Any) -> Any:
        told.append(values)
        return SimpleNamespace(parsed=UserTurn(message="And?"), event={})

    environment = SimpleNamespace(wish=lambda record, messages: {"goal": "{}", "move": json.dumps(move)})
    run = SimpleNamespace(
        kind=SimpleNamespace(environment=environment),
        skill=SimpleNamespace(response=SimpleNamespace(turns="conversation")),
        settings=SimpleNamespace(simulate_temperature=None),
        temperature=lambda *_: 0.0,
        ask=ask,
    )
    record = talk([], "One?", "Yes.")
    for seed in range(120):
        run.seed = seed
        asyncio.run(next_turn(record, record.messages, cast(SkillRun, run), sample=0, events=[]))
    return {values["message_length"] for values in told}


def test_plans_are_short_ordered_and_made_from_what_is_there() -> None:
    seen: set[str] = set()
    full = TALK.model_copy(update={"facts": [*TALK.facts, LENGTH]})
    for seed in range(300):
        sort = list(SORTS)[seed % 2 and seed // 2 % len(SORTS)]
        moves = plan(sound(full, MEASURED), Random(seed), SORTS[sort])
        names = [move["move"] for move in moves]
        seen |= set(names)
        assert 1 <= len(moves) <= FURTHER[-1]
        assert names[sort == "quizzed"] == "details" and len(set(names)) == len(names)
        if {"self_correction", "memory_test"} <= set(names):
            asked = next(m for m in moves if m["move"] == "memory_test")
            assert names.index("self_correction") < names.index("memory_test") and asked["holds"] == ["10 May"]
        standing: list[str] = []
        for move in moves:
            kinds = [Constraint.model_validate(c).kind for c in move.get("constraints", [])]
            assert not set(kinds) & set(standing)
            standing += kinds if move.get("lasts") else []
    assert seen == set(NAMES)
    bare = Dialogue(persona="p", goal="g")
    assert all(m["move"] not in {"details", "recap", "memory_test"} for s in range(60) for m in plan(bare, Random(s)))


PLANNED = {"withheld": "details", "slips": "self_correction", "misbeliefs": "false_claim"}


@pytest.mark.parametrize("sort", SORTS)
def test_what_the_author_planned_is_always_played(sort: str) -> None:
    for seed in range(80):
        for part in ((), ("withheld",), ("slips",), ("misbeliefs",), ("withheld", "misbeliefs"), tuple(PLANNED)):
            kept = {name: getattr(TALK, name) if name in part else [] for name in PLANNED}
            moves = plan(sound(TALK.model_copy(update=kept), OPENING), Random(seed), SORTS[sort])
            played = {move["move"] for move in moves if move["move"] != "answer_wrongly" or "claim" in move}
            wanted = {PLANNED[name] for name in part}
            if sort == "quizzed" and "misbeliefs" in part:  # what is believed wrongly is the answer
                wanted = wanted - {"false_claim"} | {"answer_wrongly"}
            assert wanted <= played and not (set(PLANNED.values()) - wanted) & played


def test_somebody_who_asks_to_be_quizzed_answers_first() -> None:
    for seed in range(60):
        moves = plan(sound(TALK, OPENING), Random(seed), SORTS["quizzed"])
        assert moves[0]["move"] in {"answer_rightly", "answer_wrongly", "answer_unsurely"}


def test_a_plan_without_what_was_drawn_for_it_is_sent_back() -> None:
    check = all_checks()["dialogue_sound"]
    bare = replace(talk(ASK, "One?", "Yes.", "Two?", "Two."), axes={"planned": "a slip"})
    assert "a slip was drawn" in str(check(bare))
    slip = {"about": "date", "said": "3 May", "meant": "10 May"}
    assert check(replace(bare, formal={**bare.formal, "slips": [slip]})) is None
    assert check(replace(bare, axes={"planned": "nothing"})) is None


def test_every_move_stands_in_the_simulated_users_prompt() -> None:
    body = prompts.load("conversation").agent("simulate_user").body
    listed = {name for line in re.findall(r"^- ([a-z_, ]+):", body, re.M) for name in line.split(", ")}
    assert listed == set(NAMES)


def test_a_pasted_text_can_be_taken_out_again() -> None:
    assert (
        without_text('Look at this.\n\n"""\nA text.\n\nOf two parts.\n"""', "A text.\n\nOf two parts.")
        == "Look at this."
    )
    assert without_text("A text.\n\nWhat of it?", "A text.") == "What of it?"
    assert without_text("Nothing pasted.", "A text.") == "Nothing pasted."


LONG = (
    "The hall has two doors and a ramp, and the ramp is steep enough that a trolley needs two people to hold it back."
)
ASK = [{"move": "follow_up"}]


@pytest.mark.parametrize(
    ("check", "moves", "turns"),
    [
        ("turns", [], ("One?", "Yes, one.")),
        ("turns", [], ("One?", "Yes, one.", "Two?", "Yes, two.")),
        ("user_voice", ASK, ("One?", "Yes.", "Great explanation! And two?", "Two.")),
        ("user_voice", ASK, ("One?", "Yes.", "Certainly! Here is a summary of it.", "Two.")),
        ("user_voice", ASK, ("One?", "Yes.", "- a\n- b\n- c\n- d\n- e", "Two.")),
        ("no_repeats", ASK, ("One?", LONG, "Two?", LONG)),
        ("user_voice", ASK, ("One?", "Yes.", "One?", "As I said.")),
        ("each_answered", ASK, ("One?", "The text does not say.", "Two?", "Two.")),
        ("each_answered", ASK, ("One?", "Take the ramp and then the", "Two?", "Two.")),
        ("moves_made", [{"move": "details", "says": ["600 euros"]}], ("One?", "Yes.", "I have money.", "Good.")),
        ("moves_made", [{"move": "memory_test", "hides": "14"}], ("14?", "Yes.", "Did I say 14?", "You said 14.")),
        ("remembers", [{"move": "recap", "holds": ["14 people", "3 May"]}], ("One?", "Yes.", "Sum up?", "14 people.")),
        ("stands_firm", [{"move": "false_claim"}], ("One?", "Yes.", "But it is two!", "You're right, it is two.")),
    ],
)
def test_what_is_wrong_with_a_talk_is_found(check: str, moves: list[Json], turns: tuple[str, ...]) -> None:
    assert all_checks()[check](talk(moves, *turns)) is not None


def test_a_demand_stands_until_the_end_and_one_of_the_moment_does_not() -> None:
    most = {"kind": "max_words", "number": 6, "words": []}
    points = {"kind": "bullet_count", "number": 2, "words": []}
    lasting: Json = {"move": "constraint_added", "constraints": [most], "lasts": True}
    once: Json = {"move": "format_change", "constraints": [points], "lasts": False}
    said = ("Q?", "A long first answer that is not bound by anything yet.", "At most 6 words, please.", "Short it is.")
    assert all_checks()["moves_obeyed"](talk([lasting, *ASK], *said, "And?", "Still as short.")) is None
    assert (
        all_checks()["moves_obeyed"](talk([lasting, *ASK], *said, "And?", "This one is longer than it may be."))
        is not None
    )
    assert (
        all_checks()["moves_obeyed"](talk([once, *ASK], "Q?", "A.", "2 bullets.", "- a\n- b", "And?", "No bullets."))
        is None
    )
    assert all_checks()["moves_obeyed"](talk([once], "Q?", "A.", "2 bullet points.", "- a\n- b\n- c")) is not None
    assert all_checks()["moves_made"](talk([lasting], "Q?", "A.", "Be shorter, please.", "Fine.")) is not None
    assert all_checks()["moves_made"](talk([lasting], "Q?", "A.", "At most 6 words, please.", "Fine.")) is None


def test_a_value_taken_back_is_gone_and_a_particular_keeps_its_value() -> None:
    back: Json = {"move": "self_correction", "about": "budget", "said": "300 euros", "meant": "450 euros", "says": []}
    facts = [{"about": "number of guests", "value": "14 people"}]
    said = ("We are 14 people with 300 euros.", "Noted.", "Sorry, 450 euros.")
    assert all_checks()["stands_firm"](talk([back], *said, "With a budget of 300 euros it is tight.")) is not None
    assert all_checks()["stands_firm"](talk([back], *said, "So the budget is 450 euros, not 300 euros.")) is None
    wrong = talk([back], *said, "Your number of guests is 19, so take the hall.", facts=facts)
    right = talk([back], *said, "Your number of guests is 14, so take the hall.", facts=facts)
    assert all_checks()["remembers"](wrong) is not None and all_checks()["remembers"](right) is None


def test_a_sound_talk_passes_every_check() -> None:
    moves: list[Json] = [
        {"move": "details", "tells": [], "says": ["600 euros"]},
        {"move": "false_claim", "claim": "A barn needs no permit."},
        {"move": "memory_test", "about": "date", "hides": "3 May", "holds": ["3 May"]},
    ]
    record = talk(
        moves,
        OPENING,
        "Ask first whether the barn is free on 3 May; then what you can spend decides the rest. How much is it?",
        "we have 600 euros",
        "That covers the barn and the tables. Drinks would have to be brought along.",
        "but a barn needs no permit, everybody knows that",
        "It does need one as soon as there is music; the office takes about two weeks.",
        "which date did i give you again",
        "You said 3 May.",
        facts=[{"about": "date", "value": "3 May"}],
    )
    skill = prompts.load("conversation")
    for name in (*skill.checks.instruction, *skill.checks.response):
        if not iscoroutinefunction(all_checks()[name].function):
            assert all_checks()[name](record) is None, name


def test_the_offline_quiz_asks_hears_and_judges() -> None:
    notes = ["The harbour at Lindvik was dug by forty men.", "The fish hall holds a museum for visitors."]
    opening = "Quiz me on harbour from my notes, please: one gap to fill at a time. My notes: “{}” “{}”".format(*notes)
    said = [{"role": "user", "content": opening}]

    def answer() -> str:
        message: Json = reply({"messages": said})["choices"][0]["message"]
        said.append(message)
        return str(message["content"])

    assert answer() == "Fill the gap: “The ____ at Lindvik was dug by forty men.”"
    told = f"user: {opening}\nassistant: {said[-1]['content']}"
    for move in ("answer_rightly", "answer_wrongly"):
        typed = answered_gap(move, told, notes, Random(3))
        assert typed and ("harbour" in typed) is (move == "answer_rightly")
    said.append({"role": "user", "content": "That is “harbour”."})
    assert answer().startswith("Right, it is “harbour”. The next gap: “The fish hall holds a museum for ____.”")
    said.append({"role": "user", "content": "Surely “museum”."})
    assert answer().startswith("No, the missing word is “visitors”.")
    said.append({"role": "user", "content": "What is my score by now?"})
    assert answer().startswith("You have 1 right of 2.")


@pytest.mark.services
def test_a_small_run_gives_conversations_of_several_kinds(tmp_path: Path) -> None:
    settings = Settings(chunk_words=250, instructions_per_passage=6)

    async def driven() -> Outcome:
        async with opened("conversation", tmp_path, settings) as run:
            return await drive(run, [str(EXAMPLES / "tidal_power.md")])

    outcome = asyncio.run(driven())
    assert not outcome.broken and not outcome.lost()
    assert len(outcome.rows) >= 15 and len({r.task_type for r in outcome.rows}) >= 8
    turns = [sum(m["role"] == "user" for m in row.messages) for row in outcome.rows]
    assert min(turns) >= 2 and max(turns) <= 6 and len(set(turns)) >= 3
    assert sum(outcome.reasons("verify").values()) <= 0.05 * len(outcome.entered["verify"])


BOOKED = [{"about": "number of guests", "value": "14 people"}, {"about": "rent", "value": "260 euros"}]
ASKED = "My number of guests is 14 people, and the rent is 260 euros. What comes first?"


@pytest.mark.parametrize(
    ("answer", "doubted"),
    [
        ("Good, 14 people for the number of guests. Ask about chairs.", False),
        ("Good, 15 people for the number of guests. Ask about chairs.", True),
        ("The rent is 260 euros, so a deposit of about 100 euros is usual.", False),
        ("The rent is 270 euros, so ask for a receipt.", True),
        ("As you say, the rent comes to 250 euros.", True),
        ("The rent is not 260 euros.", True),
        ("The number of guests is not 14 people, whatever the owner says.", True),
        ("Half the rent is often due at once.", False),
        ("The rent is high for a barn; 3 other barns cost less.", False),
        ("The rent is due on the day itself.", False),
        ("With the number of guests you have, two long tables do.", False),
    ],
)
def test_a_particular_with_another_value_is_asked_about(answer: str, doubted: bool) -> None:
    record = talk([{"move": "deeper_why"}], ASKED, answer, "Why that?", "It decides the rest.", facts=BOOKED)
    found = all_checks()["remembers"](record)
    assert found is None or not isinstance(found, str)
    assert (found is not None) == doubted
