"""Being quizzed: no question stays open, and what is claimed is what was asked. Messages point at nothing that is not there."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from tasks.agents.simulated_user import UserTurn
from tasks.checks.check import Doubt
from tasks.kinds import all_checks
from tasks.kinds.conversation.environment import planned
from tasks.kinds.conversation.moves import ANSWERS, SORTS, _layouts, plan, sound
from tasks.kinds.conversation.pointing import pointing
from tasks.offline import reply
from tasks.records import Json, Record
from tests.kinds.test_conversation import OPENING, TALK, talk
from tests.offline.asking import ask

CHECKS = all_checks()
PLANS = [plan(sound(TALK, OPENING), Random(seed), SORTS["quizzed"]) for seed in range(120)]


def test_every_message_after_a_question_answers_it_and_the_last_ends_the_quiz() -> None:
    for moves in PLANS:
        assert all((move["move"] in ANSWERS) is ("first" not in move) for move in moves)
        assert {move["first"] for move in moves if "first" in move} <= set(ANSWERS)
        assert ["closes" in move for move in moves] == [False] * (len(moves) - 1) + [True]
    assert {move["first"] for moves in PLANS for move in moves if "first" in move} == set(ANSWERS)
    for sort in set(SORTS) - {"quizzed"}:
        assert not any({"first", "closes"} & move.keys() for move in plan(sound(TALK, OPENING), Random(1), SORTS[sort]))


def test_a_misbelief_answers_the_question_that_was_asked_for() -> None:
    assert all(moves[0]["move"] == "answer_wrongly" and "claim" in moves[0] for moves in PLANS)
    none = TALK.model_copy(update={"misbeliefs": []})
    firsts = [plan(sound(none, OPENING), Random(n), SORTS["quizzed"])[0] for n in range(60)]
    assert {first.get("first", first["move"]) for first in firsts} == set(ANSWERS)


def test_the_user_is_told_what_to_answer_first_and_when_to_stop() -> None:
    moves: list[Json] = [{"move": "answer_rightly"}, {"move": "ask_score", "first": "answer_unsurely", "closes": True}]
    record = talk(moves, "Quiz me.", "What is a weir?", "A dam.", "Right. And a sluice?")
    told = planned(record, record.messages)
    assert told and json.loads(told["move"]) == moves[1]


CLAIM = {"claim": "A weir is a kind of boat.", "truth": "A weir is a low dam across a river."}
WRONG = {"move": "answer_wrongly", **CLAIM}
ASKS = "Quiz me on rivers please, first on weirs."


def quizzed(question: str, answer: str, said: str, **move: Any) -> Record:
    return talk([{**WRONG, **move}], ASKS, question, answer, said)


def test_a_claim_that_answers_another_question_is_found() -> None:
    said = "No. It is a low dam across a river."
    for question in ("What is a weir?", "First one: name the low dam that lies across a river."):
        assert CHECKS["quiz_kept"](quizzed(question, "A weir is a kind of boat, surely.", said)) is None
    for question in ("What do we call a bend?", "Where does the Elbe rise?", "Which fish spawns in May?"):
        doubt = CHECKS["quiz_kept"](quizzed(question, "A weir is a kind of boat!", said))
        assert isinstance(doubt, Doubt) and doubt.shown["asked"] == question
        # Another wrong answer, to what was asked, is what the user is told to give then.
        assert CHECKS["quiz_kept"](quizzed(question, "Surely the mouth.", "No, it is not.")) is None


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("You're right, a weir is a kind of boat. Next: what is a ford?", "gives in to a false claim"),
        ("Exactly. What is a ford?", "gives in to a false claim"),
        ("No, that is wrong: a weir is a low dam. What is a ford?", ""),
        ("Not quite. It is a low dam across the river. What is a ford?", ""),
    ],
)
def test_a_wrong_answer_is_put_right(said: str, found: str) -> None:
    problem = CHECKS["stands_firm"](quizzed("What is a weir?", "A weir is a kind of boat.", said))
    assert found in str(problem) if found else problem is None


@pytest.mark.parametrize(
    ("said", "open_"),
    [
        ("Right, two of three. Well done.", False),
        ("Right. You have two of three; the one on fords was wrong.", False),
        ("Right. Next: what is a ford?", True),
        ("Two of three. Now, which river is the longest of all?**", True),
    ],
)
def test_a_question_after_the_last_one_is_asked_about(said: str, open_: bool) -> None:
    record = quizzed("What is a weir?", "A dam, I think. Let us stop here.", said, closes=True)
    assert isinstance(CHECKS["quiz_kept"](record), Doubt) is open_
    going_on = quizzed("What is a weir?", "A dam, I think.", said)
    assert CHECKS["quiz_kept"](going_on) is None


POINTS_AT_NOTHING = [
    "Can you explain what the call below does? I get 7 back and expected 8.",
    "Please look over the following letter and tell me whether the tone is right for a landlord.",
    "What is wrong with the query above, given that the table has two keys?",
    "I have attached my plan for the week. Where would you put the long run?",
    "Why does the snippet underneath print nothing? It ran yesterday.",
    "Check the enclosed bill, please: is the deposit counted twice?",
]
STANDS_ALONE = [
    "Can you explain the call below?\n\n```\nround(7.5)\n```\nI expected 8.",
    "Explain the call below: sorted(names, key=len, reverse=True) gives me a list I do not expect.",
    "It was five below zero when the pipe burst. What do I do first?",
    "The families above us complain about the noise. What may they ask of me?",
    "I want to hang it above the stove and below the shelf, which leaves 60 cm. Enough?",
    "We leave on Friday and fly back the following week. Which pass is cheaper?",
    "Is the following sentence right? “The committee have decided to wait until the spring.”",
    "How do I tell my landlord that the deposit is wrong?",
]


@pytest.mark.parametrize("message", POINTS_AT_NOTHING)
def test_what_points_at_a_text_that_is_not_there_is_asked_about(message: str) -> None:
    assert isinstance(CHECKS["dialogue_sound"](opening(message)), Doubt)
    pasted = f"{message}\n\nThe text."
    assert CHECKS["dialogue_sound"](opening(pasted, pastes_text=True, passage="The text.")) is None


@pytest.mark.parametrize("message", STANDS_ALONE)
def test_what_stands_there_or_is_no_text_is_fine(message: str) -> None:
    assert CHECKS["dialogue_sound"](opening(message)) is None


def opening(message: str, passage: str = "", **formal: Any) -> Record:
    return replace(talk([{"move": "follow_up"}], message, "…", **formal), passage=passage)


@pytest.mark.parametrize("message", ["Here is what it prints:", "This is my code: ", "**My draft:**"])
def test_an_announcement_without_anything_after_it_is_rejected(message: str) -> None:
    assert "nothing follows" in str(CHECKS["dialogue_sound"](opening(message)))
    said = talk([{"move": "follow_up"}], "How do I sort it?", "With sorted().", message, "I see none.")
    assert "announces what does not follow" in str(CHECKS["user_voice"](said))


def test_what_is_sent_along_stands_where_the_message_says() -> None:
    assert all(layout.index("{task}") < layout.index("{text}") for layout in _layouts("Explain the call below."))
    assert all(
        layout.index("{task}") > layout.index("{text}") for layout in _layouts("What is wrong with the text above?")
    )
    assert len(_layouts("Is my letter too harsh?")) == 4 and pointing("Is my letter too harsh?") == set()


def test_the_offline_quiz_hears_an_answer_beside_another_move_and_stops_when_asked() -> None:
    notes = ["The harbour at Lindvik was dug by forty men.", "The fish hall holds a museum for visitors."]
    ask = "Quiz me on harbour from my notes, please: one gap to fill at a time. My notes: “{}” “{}”".format(*notes)
    said = [{"role": "user", "content": ask}]

    def answer() -> str:
        said.append(reply({"messages": said})["choices"][0]["message"])
        return str(said[-1]["content"])

    answer()
    said.append({"role": "user", "content": "That is “harbour”. My budget for this is 600 euros."})
    assert "Right, it is “harbour”. The next gap" in answer()
    last = "Perhaps “museum”? I am not sure. What is my score by now? That was the last one for now."
    said.append({"role": "user", "content": last})
    assert answer() == "No, the missing word is “visitors”. You have 1 right of 2. That is all for now."


@pytest.mark.parametrize("opening", ["{notes}\n\n{task}", "{task}\n\n{notes}"])
def test_the_offline_user_finds_the_gap_wherever_the_notes_stand(opening: str) -> None:
    notes = "The harbour at Lindvik was dug by forty men. The fish hall holds a museum for visitors."
    said = opening.format(notes=notes, task="Quiz me on harbour from my notes, please: one gap to fill at a time.")
    gap = "Fill the gap: “The ____ at Lindvik was dug by forty men.”"
    move = json.dumps({"move": "ask_score", "first": "answer_rightly", "closes": True})
    turn = ask({"conversation": f"user: {said}\nassistant: {gap}", "move": move}, {}, UserTurn)
    assert "“harbour”" in turn.message and turn.message.count(".") + turn.message.count("?") == 3
