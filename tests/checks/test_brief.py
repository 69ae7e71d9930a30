"""Texts held against their brief: listed points, figures of the brief, and outlooks that nobody wants."""

from __future__ import annotations

import pytest

from tasks.checks.check import Doubt
from tasks.kinds import all_checks
from tasks.records import Record, Source

RAIN = "Station,Rain (mm),Frost days\nHolm,812,31\nVik,640,44\nNes,955,12\nSund,433,58"


def checked(asked: str, text: str, passage: str = "") -> Doubt | None:
    record = Record(
        source=Source(id="s", uri="u", kind="text"),
        instruction=asked,
        passage=passage,
        answer_form="text",
        messages=[{"role": "user", "content": asked}, {"role": "assistant", "content": text}],
    )
    found = all_checks()["brief_kept"](record)
    assert found is None or isinstance(found, Doubt)
    return found


def told(asked: str, text: str, passage: str = "") -> str:
    found = checked(asked, text, passage)
    return found.problem if found else ""


SPEECH = (
    "A speech of 120 words by a caretaker who kept the boiler of a school running for {} winters with wire and tape."
)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (SPEECH.format("eleven"), "I kept that boiler running with wire and tape for seven winters, and not one was warm."),
        (SPEECH.format("six"), "Sixteen winters of wire and tape kept the boiler running."),
        ("A note from a baker who burnt 40 loaves on his first morning at the mill.",
         "On my first morning at the mill I burnt 14 loaves. The baker's cat was pleased."),
        ("A story about a ferry that waits three hours for a single passenger with a cello.",
         "The ferry waited five hours. Its single passenger came at last, with a cello on his back."),
        ("A toast to a couple who have run the village cinema for 25 years and never missed a Friday.",
         "Here is to the couple who ran our cinema for 35 years and never missed a Friday."),
        ("A poem on a clock in a station hall that has been four minutes slow since the flood.",
         "The clock in the station hall is nine minutes slow; it has been so since the flood."),
    ],
)  # fmt: skip
def test_a_figure_of_the_brief_given_otherwise_is_asked_about(asked: str, text: str) -> None:
    assert "figure of the brief" in told(asked, text)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (SPEECH.format("eleven"), "Eleven winters long I kept that boiler running, two of them with nothing but tape."),
        (SPEECH.format("six"), "When I was ten years old I swore never to touch a boiler."),
        ("A note from a baker who burnt at least 40 loaves at the mill.", "I, the baker, burnt 44 loaves at the mill."),
        ("A story of at most 90 words about a lost cello.", "The cello was lost for 12 words and a rest."),
        (
            "A toast to a couple who have run the cinema for 25 years.",
            "A quarter of a century; 3 years of it in the dark.",
        ),
        ("A poem on a clock that is four minutes slow.", "It is late, always. The hall waits, and so do I."),
    ],
)
def test_other_figures_of_a_piece_are_its_own(asked: str, text: str) -> None:
    assert told(asked, text) == ""


LABEL = "A label for a {thing} in a museum. What visitors must learn: {points}."


@pytest.mark.parametrize(
    ("thing", "points", "text"),
    [
        ("drum", "it was played at weddings; its skin was replaced in 1931", "At every wedding this drum led the way."),
        ("plough", "three villages shared it; nobody knows who forged the blade", "Three villages took turns with it."),
        ("bell", "it cracked in a frost; a schoolboy heard it first", "Frost cracked it. It has been silent since."),
        ("lamp", "it burnt whale oil; the glass is not the first one", "Whale oil fed this lamp on a long night."),
        ("loom", "it is driven by foot; eleven women wove on it", "One treads it, and it answers by foot and hand."),
        ("boat", "pitch covers the hull; its maker is not known", "The hull is black with pitch. Smell it."),
    ],
)
def test_a_point_of_the_brief_that_is_missing_is_asked_about(thing: str, points: str, text: str) -> None:
    assert "point" in told(LABEL.format(thing=thing, points=points), text)


@pytest.mark.parametrize(
    ("thing", "points", "text"),
    [
        ("drum", "it was played at weddings; its skin was replaced in 1931", "A drum for weddings. New skin, 1931."),
        ("plough", "three villages shared it; nobody knows who forged the blade", "Three villages, one blade."),
        ("bell", "it cracked in a frost; do not name the town", "Frost split it: the crack runs to the rim."),
        ("boat", "pitch covers the hull; its maker is not known", "Pitch. Planks. Who built it? No one knows."),
        ("boat", "pitch covers the hull; its maker is not known", "Pitch keeps it dry. The builder is unrecorded."),
        ("loom", "it is driven by foot; eleven women wove on it", "Driven by foot. 11 people worked here."),
    ],
)
def test_points_that_are_made(thing: str, points: str, text: str) -> None:
    assert told(LABEL.format(thing=thing, points=points), text) == ""


SUM_UP = "Sum up the data: {}; which of Holm and Vik had more rain."


@pytest.mark.parametrize(
    ("point", "wrong", "right"),
    [
        ("the total of “Rain (mm)”", "Holm had more than Vik.", "2,840 mm fell in all; Holm had more than Vik."),
        (
            "the mean of “Frost days” to one decimal",
            "Holm had more rain.",
            "36.3 days is the mean. Holm had more rain.",
        ),
        ("what “Frost days” adds up to", "Holm beats Vik, 812 to 640.", "145 days; Holm beats Vik."),
        ("the highest “Rain (mm)”", "Holm's 812 beats Vik.", "Nes leads with 955; Holm beats Vik."),
        ("where “Frost days” is lowest", "Sund had 58. Holm beats Vik.", "Nes had twelve only. Holm beats Vik."),
        ("the median of “Rain (mm)”", "Holm beats Vik.", "The middle lies at 726. Holm beats Vik."),
    ],
)
def test_a_point_about_a_column_is_made_by_its_value(point: str, wrong: str, right: str) -> None:
    asked = SUM_UP.format(point)
    assert "point" in told(asked, wrong, RAIN)
    assert told(asked, right, RAIN) == ""


@pytest.mark.parametrize(
    ("asked", "ahead", "plain"),
    [
        ("Describe the rain. Do not forecast.", "Vik will soon catch up with Holm.", "Vik had less rain than Holm."),
        ("Describe the rain, without any outlook.", "Expect Sund to stay dry.", "Sund was the driest with 433 mm."),
        (
            "Nothing about the future, please: describe the rain.",
            "Next year Nes is likely to lead again.",
            "Nes leads.",
        ),
        ("Describe it and make no predictions.", "If this trend holds, Vik gets 50.", "No prediction follows from it."),
        ("Stay with the data, no extrapolation.", "Holm is on track for more.", "Holm has 812 mm and 31 frost days."),
        ("Avoid speculation; describe the table.", "Frost days are bound to rise at Nes.", "“Will rain” is no column."),
    ],
)
def test_a_prediction_where_none_is_wanted_is_asked_about(asked: str, ahead: str, plain: str) -> None:
    assert "prediction" in told(asked, ahead, RAIN)
    assert told(asked, plain, RAIN) == ""
    assert told("Describe the rain and what may come.", ahead, RAIN) == ""


def test_lists_in_material_that_is_handed_over_are_no_points() -> None:
    found = "“Dull crust: too little steam; display flickers: see to the cable; loaves burst: turn them at half-time”"
    assert told(f"Make a poem out of words found here: {found}.", "Steam,\nand half the loaves turn.") == ""
    assert "point" in told(
        f"Make a poem of {found} that says two things: bakers sleep little; the miller waits.", "Steam."
    )


LINES = (
    "Make a label of these sentences{}: “The bell was cast in Tromsa.” “Two oxen drew it up the hill.” "
    "“It cracked in the cold of its first night.” “Nobody has mended it since.”"
)
BELL = "The bell was cast in Tromsa. Two oxen drew it up the hill. It cracked in the cold of its first night. {}"


@pytest.mark.parametrize(
    ("order", "text", "problem"),
    [
        ("", BELL.format("Nobody has mended it since."), ""),
        ("", "Two oxen drew it up\nthe hill. The bell was cast in Tromsa. Nobody has mended it since. It cracked in the "
         "cold of its first night.", ""),
        (", in their order", BELL.format("Nobody has mended it since."), ""),
        (", in this order", "Two oxen drew it up the hill. " + BELL.format("Nobody has mended it since.").replace(
            "Two oxen drew it up the hill. ", ""), "the sentences stand in another order than asked"),
        ("", BELL.format("So it is mute."), "a sentence that the brief hands over is missing"),
        (" (choose freely)", BELL.format("So it is mute."), ""),
        (", any three of them", BELL.format("So it is mute."), ""),
        ("", "A bell came up the hill behind oxen, cracked, and stayed as it was.", ""),
    ],
)  # fmt: skip
def test_sentences_that_a_brief_hands_over_are_all_used(order: str, text: str, problem: str) -> None:
    assert told(LINES.format(order), text) == problem


def test_of_sentences_to_choose_from_as_many_are_used_as_asked() -> None:
    asked = LINES.format("").replace("of these sentences", "of three of these sentences")
    assert told(asked, BELL.format("So it is mute.")) == ""
    assert told(asked, BELL.format("So it is mute.").replace("cracked", "broke")) != ""


def test_a_sentence_with_a_word_that_is_not_wanted_may_be_left_out() -> None:
    asked = LINES.format(" without the word “mended”")
    assert told(asked, BELL.format("So it is mute.")) == ""
    assert told(asked, BELL.format("So it is mute.").replace("cracked", "broke")) != ""
