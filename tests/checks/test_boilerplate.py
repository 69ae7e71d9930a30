"""Refusals, offers and gaps: those of the assistant are found, those of speakers and drafts are not."""

from __future__ import annotations

from typing import Any

import pytest

from tasks.checks.boilerplate import no_boilerplate
from tasks.checks.check import Doubt
from tasks.records import Record, Source
from tasks.text.voices import own_voice, speaks_for_others


def record(asked: str, *turns: str, passage: str = "", **more: Any) -> Record:
    """The task or first message and the turns after it, the assistant's first."""
    roles = ("assistant", "user")
    messages = [{"role": "user", "content": f"{passage}\n\n{asked}".strip()}]
    messages += [{"role": roles[n % 2], "content": said} for n, said in enumerate(turns)]
    fields: dict[str, Any] = {
        "answer_form": "text",
        "instruction": asked,
        "passage": passage,
        "messages": messages,
        **more,
    }
    return Record(source=Source(id="s", uri="u", kind="text"), **fields)


SPEAKERS = [
    (
        "A dialogue at a lock, KEEPER and SKIPPER.",
        "KEEPER: I'm sorry, but I can't open before seven.\nSKIPPER: It is seven.",
    ),
    ("A dialogue at a lock, KEEPER and SKIPPER.", "**KEEPER:** I can't help you there.\n**SKIPPER:** Nobody can."),
    (
        "A story of a baker and a thief.",
        "“I'm afraid I can't give you credit,” said the baker. The thief put a loaf back.",
    ),
    (
        "A monologue of a night nurse.",
        "I'm sorry, I can't sleep by day any more. The street is too loud, and the light comes in at the side.",
    ),
    (
        "A letter from a tenant who declines the new lease.",
        "Dear Mr Holm,\n\nI'm afraid I cannot accept the new rent.\n\nYours,\nA. Lie",
    ),
    (
        "My aunt invites us every Sunday. What could I write to get out of it?",
        "Try: \"I'm sorry, but I can't come this week.\"",
    ),
    (
        "How could I tell my boss no?",
        "Short works best:\n\nI'm sorry, but I can't take the late shift in May. June is fine.\n\nSend it before Friday.",
    ),
    ("A scene at a ticket window.", "‘I'm sorry, but I won't sell you that,’ the clerk said, and pulled the blind."),
    (
        "An interview with a retired diver.",
        "Q: Would you go down again?\n\nA: I'm afraid I can't, not with these ears.",
    ),
    (
        "A speech for a choir's farewell.",
        "I can't provide a better reason than this: you sang, and I'm sorry, but I can't forget it.",
    ),
    (
        "Write the reply of a library to a reader.",
        "> I'm sorry, but I can't lend the atlas out.\n\nThat is the whole note.",
    ),
]


@pytest.mark.parametrize(("asked", "text"), SPEAKERS)
def test_what_a_speaker_cannot_do_is_no_refusal(asked: str, text: str) -> None:
    assert not isinstance(no_boilerplate(record(asked, text)), str)


def test_a_rewriting_may_say_no_where_its_text_does() -> None:
    passage = (
        "We regret that we are unable to take your piano. We have no room. Our carrier comes on 3 May to fetch it back."
    )
    text = "I'm sorry, but we can't take your piano: there is no room. Our carrier fetches it on 3 May."
    assert no_boilerplate(record("Make it plainer.", text, passage=passage)) is None


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't help with that.",
        "I can't assist with this request.",
        "I am unable to write this.",
        "I am unable to provide an answer to this.",
        "I cannot provide any story on that matter. Please choose another.",
        "I won't create such a text.",
        "I'm not able to fulfil your request for a monologue.",
    ],
)
@pytest.mark.parametrize("asked", ["A monologue of a night nurse.", "A letter to a landlord.", "Sum up the figures."])
def test_a_refusal_is_one_whatever_was_asked_for(asked: str, text: str) -> None:
    assert isinstance(no_boilerplate(record(asked, text)), str)


@pytest.mark.parametrize(
    "text",
    [
        "I'd rather not put words into a grieving man's mouth.",
        "I must pass on this one, since it makes light of illness.",
        "We are not comfortable with a piece on this subject.",
        "This is not something I can turn into a poem.",
        "I have to say no here; the brief leaves me no room.",
        "I prefer not to write from that point of view.",
        "A story like that is beyond what I can offer.",
        "I will not be producing a label for this object.",
        "I'm going to decline the monologue as described.",
        "I couldn't in good conscience make that funny.",
    ],
)
def test_a_refusal_in_other_words_is_a_doubt(text: str) -> None:
    assert isinstance(no_boilerplate(record("A monologue of a retired clerk.", text)), Doubt)


QUESTIONS = [
    "Would you like me to put the car first or the bus first?",
    "Let me know whether the landlord has agreed; the order changes with it.",
    "Would you like me to count the children as half portions or as whole ones?",
    "Let me know if the boiler clicks when you turn the dial, since that tells the valve from the pump.",
    "Before I can set the dates: would you like me to keep the Sunday free?",
    "Your neighbour may be happy to help with the ladder.",
    "Let me know which train you take, and whether the bikes come along.",
    "Would you like me to reckon with the old rent or with the new one?",
    "The club is glad to help newcomers on Tuesdays, so ask there.",
    "Let me know whether it is the left or the right hinge.",
]


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_that_moves_a_talk_on_is_no_boilerplate(text: str) -> None:
    assert no_boilerplate(record("How do we plan the trip?", text, "The first.", "Then it is settled.")) is None


@pytest.mark.parametrize(
    "text",
    [
        "Take the bus. Let me know if you need anything else.",
        "Take the bus. Is there anything else you would like to know?",
        "Take the bus. I'm happy to help with the rest.",
        "Take the bus. Would you like me to elaborate on any of these points?",
        "Take the bus. Feel free to ask.",
        "Take the bus. Don't hesitate to write again.",
        "Take the bus. I hope this helps!",
        "Take the bus. Would you like me to go into more detail?",
        "Great question. Take the bus.",
        "Take the bus. Let me know!",
    ],
)
def test_offers_that_say_nothing_are_boilerplate_in_a_talk_too(text: str) -> None:
    assert no_boilerplate(record("Bus or train?", text, "And back?", "The same way.")) is not None


def test_an_offer_ends_no_answer_that_nobody_replies_to() -> None:
    text = "Rain fell on 12 days. Would you like me to set the months side by side?"
    assert no_boilerplate(record("Sum up the table.", text)) is not None


@pytest.mark.parametrize(
    "gap", ["[Your Name]", "[insert date]", "[Company]", "[recipient's address]", "[Name of the boat]"]
)
def test_a_gap_left_to_fill(gap: str) -> None:
    piece = f"Dear colleague,\n\nthe route is yours now.\n\nYours sincerely,\n{gap}"
    assert no_boilerplate(record("A letter from a driver to the next one.", piece)) is not None
    assert no_boilerplate(record("A letter as a template with placeholders.", piece)) is None
    assert no_boilerplate(record(f"A letter that ends with {gap}.", piece)) is None


def test_whose_words_a_text_holds() -> None:
    assert "lend" not in own_voice('Say this: "I can\'t lend it." Then wait.')
    assert "keys" not in own_voice("‘Where are Tom's keys?’ she asked.")
    assert "the dogs' tails" in own_voice("He saw the dogs' tails and the cat's ears.")
    assert "Wait" in own_voice("Write:\n\nDear Tom, no.\n\nWait a day.") and "Dear" not in own_voice(
        "Write:\n\nDear Tom.\n\nWait."
    )
    assert speaks_for_others("a toast for my sister") and not speaks_for_others("sum up the table")
    assert speaks_for_others("shorten it", "I left at noon. We met again.") and not speaks_for_others(
        "shorten it", "It left."
    )


@pytest.mark.parametrize(
    "said",
    [
        "I am unable to provide an answer to this.",
        "I'm not able to give you an answer here.",
        "I cannot offer a response to that.",
        "I can't give a reply to this one.",
        "I won't provide an answer.",
        "I am unable to produce any answer.",
    ],
)
def test_a_refusal_to_answer_is_one_where_others_speak_in_the_text_too(said: str) -> None:
    passage = (
        "Secretary: The road is shut. Driver: Then I cannot get home tonight, and the milk will not keep till then."
    )
    talk = ("What does the secretary say?", "That the road is shut.", "And the driver?", said, "Go on.", "He stays.")
    assert no_boilerplate(record(*talk, passage=passage)) is not None
    told = (*talk[:3], "He says that he cannot get home tonight.", *talk[4:])
    assert no_boilerplate(record(*told, passage=passage)) is None
