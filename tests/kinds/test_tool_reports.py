"""Calls compared in full, and reports held against results: trajectories in the words of a capable model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from tasks.checks.check import Doubt
from tasks.kinds import all_checks
from tasks.records import Record, Source

TEXT, WHOLE, FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}


def _tool(name: str, required: list[str], **properties: dict[str, Any]) -> dict[str, Any]:
    parameters = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"type": "function", "function": {"name": name, "description": name, "parameters": parameters}}


TOOLS = [
    _tool("find_patient", ["surname"], surname=TEXT),
    _tool(
        "book_visit",
        ["patient_id", "day"],
        patient_id=TEXT,
        day=TEXT,
        time=TEXT,
        reminder={**FLAG, "description": "whether a text message goes out the day before"},
        minutes={**WHOLE, "default": 20},
        note=TEXT,
    ),
    _tool("cancel_visit", ["visit_no"], visit_no=TEXT),
    _tool("quote_parcel", ["weight_grams", "country"], weight_grams=WHOLE, country=TEXT),
    _tool("send_parcel", ["weight_grams", "country"], weight_grams=WHOLE, country=TEXT, insured=FLAG),
]
Turn = tuple[str, dict[str, Any], Any]


def played(
    request: str, key: list[tuple[str, dict[str, Any]]], turns: Sequence[Turn | list[Turn]], report: str
) -> Record:
    """A conversation of calls with their results; a list is calls made at once."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": request}]
    for number, turn in enumerate(turns):
        made = turn if isinstance(turn, list) else [turn]
        calls = [
            {"id": f"c{number}{i}", "type": "function", "function": {"name": n, "arguments": json.dumps(a)}}
            for i, (n, a, _) in enumerate(made)
        ]
        messages.append({"role": "assistant", "content": "", "tool_calls": calls})
        messages += [
            {"role": "tool", "tool_call_id": c["id"], "content": json.dumps(r)}
            for c, (_, _, r) in zip(calls, made, strict=True)
        ]
    messages.append({"role": "assistant", "content": report})
    calls = [{"name": n, "arguments": a} for n, a in key]
    source = Source(id="s", uri="u", kind="api")
    return Record(
        source=source,
        skill="tool_use",
        answer_form="calls",
        instruction=request,
        tools=TOOLS,
        calls=calls,
        messages=messages,
    )


def problem(record: Record) -> str | Doubt | None:
    for name in ("tool_calls", "calls_agree", "report_true"):
        if (found := all_checks()[name](record)) is not None:
            return found  # type: ignore[no-any-return]
    return None


VISIT = "Mr Oduya, surname Oduya, needs an appointment on 9 April 2027 at half past two... make that 14:30, please."
FIND: Turn = ("find_patient", {"surname": "Oduya"}, {"patient_id": "P-3381", "born": "1961-02-11"})
BOOKED = {"visit_no": "V-9027", "day": "2027-04-09", "time": "14:30", "fee_cents": 4250}
VISIT_KEY = [("find_patient", {"surname": "Oduya"}), ("book_visit", {"day": "2027-04-09", "time": "14:30"})]


def visit(arguments: dict[str, Any], result: Any = BOOKED, report: str = "Booked.", *more: Turn) -> Record:
    return played(VISIT, VISIT_KEY, [FIND, ("book_visit", arguments, result), *more], report)


FULL = {"patient_id": "P-3381", "day": "2027-04-09", "time": "14:30"}
CANCEL = "Cancel V-1180 and V-2245 for me."
CANCEL_KEY = [("cancel_visit", {"visit_no": "V-1180"}), ("cancel_visit", {"visit_no": "V-2245"})]
BOTH: list[Turn] = [
    ("cancel_visit", {"visit_no": "V-1180"}, {"visit_no": "V-1180", "refund_cents": 3150}),
    ("cancel_visit", {"visit_no": "V-2245"}, {"visit_no": "V-2245", "refund_cents": 800}),
]
BUSY = {"error": "busy", "message": "the booking system did not answer in time"}
PARCEL = "What would it cost to send 2.5 kg to Norway? If you can, send it."
PARCEL_KEY = [
    ("quote_parcel", {"weight_grams": 2500, "country": "Norway"}),
    ("send_parcel", {"weight_grams": 2500, "country": "Norway"}),
]
SENT: list[Turn] = [
    ("quote_parcel", {"weight_grams": 2500, "country": "Norway"}, {"price_cents": 1899, "days": 4}),
    ("send_parcel", {"weight_grams": 2500, "country": "Norway"}, {"label": "NO-55412", "pickup": "2027-03-02"}),
]

GOOD = {
    "plain": visit(FULL, report="Mr Oduya is down for 9 April 2027 at 2:30 pm (visit V-9027). The fee is €42.50."),
    "fee in words": visit(
        FULL, report="All set: V-9027, Friday the 9th of April, 14:30. It costs 42 euros and 50 cents."
    ),
    "default spelt out": visit({**FULL, "minutes": 20}, report="Done, the visit number is V-9027."),
    "time in other words": visit({**FULL, "time": "2:30 pm"}, report="I've booked V-9027 for him."),
    "no reminder": visit({**FULL, "reminder": False}, report="Booked under V-9027."),
    "busy, tried again": played(
        VISIT,
        VISIT_KEY,
        [FIND, ("book_visit", FULL, BUSY), ("book_visit", FULL, BOOKED)],
        "It took two attempts, but the appointment stands: V-9027 on 9 April at 14:30.",
    ),
    "wrong form, mended": played(
        VISIT,
        VISIT_KEY,
        [
            FIND,
            ("book_visit", {**FULL, "day": "09.04.2027"}, {"error": "format", "message": "day must be YYYY-MM-DD"}),
            ("book_visit", FULL, BOOKED),
        ],
        "The appointment is V-9027, 9 April 2027, half past two.",
    ),
    "refused, said so": visit(
        FULL,
        {"error": "full", "message": "no slot left that day"},
        "There is no slot left on 9 April, so I couldn't book it.",
    ),
    "nobody found": played(
        VISIT,
        VISIT_KEY,
        [("find_patient", {"surname": "Oduya"}, {"results": [], "total": 0})],
        "I can't find anybody called Oduya in the register, so nothing is booked. Could the name be spelt another way?",
    ),
    "two at once": played(
        CANCEL, CANCEL_KEY, [BOTH], "Both are off. You get 31.50 back for V-1180 and 8.00 for V-2245."
    ),
    "table": played(
        CANCEL,
        CANCEL_KEY,
        [*BOTH],
        "| Visit | Refund |\n|---|---|\n| V-1180 | €31.50 |\n| V-2245 | €8.00 |\n\nTogether that is €39.50.",
    ),
    "other order": played(CANCEL, CANCEL_KEY, [BOTH[1], BOTH[0]], "V-2245 and V-1180 are cancelled."),
    "one of two failed": played(
        CANCEL,
        CANCEL_KEY,
        [
            [
                BOTH[0],
                ("cancel_visit", {"visit_no": "V-2245"}, {"error": "past", "message": "the visit lies in the past"}),
            ]
        ],
        "V-1180 is cancelled with 31.50 refunded. V-2245 could not be cancelled because it lies in the past.",
    ),
    "parcel": played(
        PARCEL, PARCEL_KEY, SENT, "It costs €18.99 and takes 4 days. The label is NO-55412; pick-up is on 2 March 2027."
    ),
}

BAD = {
    "made-up id": visit({**FULL, "patient_id": "P-1000"}, report="Booked as V-9027."),
    "unasked reminder": visit({**FULL, "reminder": True}, report="Booked as V-9027."),
    "unasked note": visit({**FULL, "note": "Patient is anxious about needles"}, report="Booked as V-9027."),
    "unasked length": visit({**FULL, "minutes": 45}, report="Booked as V-9027."),
    "time left out": visit({"patient_id": "P-3381", "day": "2027-04-09"}, report="Booked as V-9027."),
    "other day": visit({**FULL, "day": "2027-04-19"}, report="Booked as V-9027."),
    "afternoon taken for morning": visit({**FULL, "time": "02:30"}, report="Booked as V-9027."),
    "id before it was known": played(VISIT, VISIT_KEY, [[FIND, ("book_visit", FULL, BOOKED)]], "Booked as V-9027."),
    "failure called done": visit(
        FULL, {"error": "full", "message": "no slot left that day"}, "The visit on 9 April at 14:30 is booked."
    ),
    "failure passed over": visit(
        FULL, {"ok": False, "reason": "card expired"}, "Mr Oduya will be seen on 9 April at 14:30."
    ),
    "one of two failed, both claimed": played(
        CANCEL,
        CANCEL_KEY,
        [[BOTH[0], ("cancel_visit", {"visit_no": "V-2245"}, {"error": "past"})]],
        "Both visits are cancelled.",
    ),
    "cents for euros": visit(FULL, report="V-9027 is booked; the fee comes to €4,250."),
    "other month": visit(FULL, report="V-9027 is booked for 9 May 2027."),
    "other day told": visit(FULL, report="V-9027 is booked for the 19th of April at 14:30."),
    "other number": visit(FULL, report="Booked: V-9207."),
    "refunds exchanged": played(
        CANCEL, CANCEL_KEY, [BOTH], "Both are off. You get 8.00 back for V-1180 and 31.50 for V-2245."
    ),
    "refunds exchanged in a list": played(
        CANCEL, CANCEL_KEY, BOTH, "Cancelled:\n\n- V-1180: refund of €8.00\n- V-2245: refund of €31.50"
    ),
    "one call less": played(CANCEL, CANCEL_KEY, BOTH[:1], "V-1180 and V-2245 are cancelled."),
    "cancelled twice": played(CANCEL, CANCEL_KEY, [*BOTH, BOTH[1]], "Both are cancelled."),
    "kilograms for grams": played(
        PARCEL,
        PARCEL_KEY,
        [SENT[0], ("send_parcel", {"weight_grams": 2, "country": "Norway"}, SENT[1][2])],
        "Sent with NO-55412.",
    ),
    "insured unasked": played(
        PARCEL,
        PARCEL_KEY,
        [SENT[0], ("send_parcel", {**SENT[1][1], "insured": True}, SENT[1][2])],
        "Sent with NO-55412.",
    ),
    "no such price": played(PARCEL, PARCEL_KEY, SENT, "It costs €19.89 and the label is NO-55412."),
}


SLOTS: Turn = (
    "find_patient",
    {"surname": "Oduya"},
    {
        "items": [
            {"patient_id": "P-3381", "born": "1961-02-11", "balance_cents": 4250},
            {"patient_id": "P-4470", "born": "1988-07-30", "balance_cents": 1999},
        ],
        "total": 2,
    },
)
LOOK = ("Which patients are called Oduya, and what do they owe?", [("find_patient", {"surname": "Oduya"})], [SLOTS])
GOOD["list"] = played(*LOOK, "Two: P-3381, born 11 February 1961, owes €42.50; P-4470, born 30 July 1988, owes €19.99.")
GOOD["sum"] = played(*LOOK, "P-3381 owes 42.50 euros and P-4470 19.99 euros, 62.49 euros in all.")
BAD["refused with a made-up value"] = played(
    VISIT,
    VISIT_KEY,
    [
        FIND,
        ("book_visit", {**FULL, "patient_id": "P-9999"}, {"error": "unknown patient"}),
        ("book_visit", FULL, BOOKED),
    ],
    "Booked as V-9027.",
)
BAD["refused with a made-up name"] = played(
    VISIT,
    VISIT_KEY,
    [("find_patient", {"surname": "Brookfield"}, {"error": "unknown"}), FIND, ("book_visit", FULL, BOOKED)],
    "Booked as V-9027.",
)
BAD["debts exchanged"] = played(*LOOK, "P-3381 owes €19.99 and P-4470 owes €42.50.")
BAD["births exchanged"] = played(*LOOK, "- P-3381, born in 1988\n- P-4470, born in 1961")
BAD["debt in cents"] = played(*LOOK, "P-3381 owes 4,250 euros.")


@pytest.mark.parametrize("name", GOOD)
def test_true_reports_of_right_calls(name: str) -> None:
    assert problem(GOOD[name]) is None


@pytest.mark.parametrize("name", BAD)
def test_wrong_calls_and_false_reports(name: str) -> None:
    found = problem(BAD[name])
    assert found is not None


def test_what_words_could_carry_is_asked_about() -> None:
    told = visit(
        FULL, {"error": "full", "message": "no slot left"}, "It did not go through at first; the visit is booked now."
    )
    assert isinstance(problem(told), Doubt)
    noted = played(
        "Tell the practice in a note that Oduya, P-3381, will be late on 2027-04-09.",
        [
            (
                "book_visit",
                {"patient_id": "P-3381", "day": "2027-04-09", "note": "will be late because of the train strike"},
            )
        ],
        [
            (
                "book_visit",
                {"patient_id": "P-3381", "day": "2027-04-09", "note": "is coming late owing to a train strike"},
                {"ok": True},
            )
        ],
        "The note is left.",
    )
    assert isinstance(problem(noted), Doubt)


@pytest.mark.parametrize(
    "report",
    [
        "Both visits are cancelled; 39.50 comes back to you in all.",
        "Both are cancelled. Together that is 3,950 cents.",
        "V-1180 gives back 31.50 and V-2245 8.00, 39.50 altogether.",
        "| Visit | Refund |\n|---|---|\n| V-1180 | 31.50 |\n| V-2245 | 8.00 |\n\nTotal: 39.50",
        "Cancelled, both of them. Sum of the refunds: €39.50.",
        "Both are off the list, and 39 euros and 50 cents are on their way.",
    ],
)
def test_results_of_several_calls_add_up(report: str) -> None:
    assert problem(played(CANCEL, CANCEL_KEY, BOTH, report)) is None


@pytest.mark.parametrize(
    ("report", "rejected"),
    [
        ("Both are cancelled: 3,150.00 for V-1180 and 800.00 for V-2245.", True),
        ("V-1180 is cancelled (3150.00), V-2245 too.", True),
        ("Both are cancelled, with 800.00 back for V-2245.", True),
        ("Both are cancelled; you get 3,150 back for V-1180.", False),
        ("Cancelled: V-1180 (refund 3150), V-2245 (refund 800).", False),
        ("Both are cancelled. The refund of V-2245 is 800.", False),
    ],
)
def test_hundredths_are_not_told_as_whole_units(report: str, rejected: bool) -> None:
    found = problem(played(CANCEL, CANCEL_KEY, BOTH, report))
    assert "hundredths" in str(found) if rejected else isinstance(found, Doubt)


@pytest.mark.parametrize(
    "report",
    [
        "Both are cancelled; refund_cents is 3150 for V-1180.",
        "Cancelled: V-1180 (3150 cents), V-2245 (800 cents).",
        "Both are cancelled. The refund of V-2245 is 8.00.",
    ],
)
def test_hundredths_told_as_such(report: str) -> None:
    assert problem(played(CANCEL, CANCEL_KEY, BOTH, report)) is None


STOCK: list[Turn] = [("list_free_rooms", {"day": "2027-05-04"}, {"rooms": ["Birch", "Alder", "Rowan"]})]
PRICE: list[Turn] = [("quote_room", {"room": "Birch"}, {"total": 318.5})]
SEATS: list[Turn] = [("count_seats", {"room": "Birch"}, {"seats": 9, "floor": 2})]


@pytest.mark.parametrize(
    ("turns", "report", "doubted"),
    [
        (STOCK, "Birch, Alder and Rowan are free on 4 May.", False),
        (STOCK, "Birch, Alder and Robin are free on 4 May.", True),
        (STOCK, "Three rooms are free that day.", True),
        (STOCK, "Six rooms are free that day: Birch, Alder and Rowan.", True),
        (STOCK, "Three rooms are free that day: Birch, Alder and Rowan.", False),
        (STOCK, "Of the free rooms only Rowan is on the quiet side.", False),
        (PRICE, "Birch comes to 318.50 in all.", False),
        (PRICE, "Birch comes to about 319.", False),
        (PRICE, "Birch can be had on that day.", True),
        (SEATS, "There are 9 seats, on floor 2.", False),
        (SEATS, "Seats: 9. It lies on floor 3.", True),
        (SEATS, "Seats 8, floor 2.", True),
        (SEATS, "The room is on the second floor and has nine seats.", False),
        (SEATS, "It has nine seats.", False),
        ([("notify", {"who": "Ida"}, {"status": "queued"})], "Ida will hear of it.", False),
        ([("find_room", {"wish": "quiet"}, {"room_id": "R-7"}), ("book", {"room_id": "R-7"}, {"until": "18:00"})],
         "You have a quiet room until 6 pm.", False),
        ([("find_room", {"wish": "quiet"}, {"room_id": "R-7"})], "A quiet room is there.", True),
    ],
)  # fmt: skip
def test_what_a_report_leaves_out_or_gives_to_a_field_is_asked_about(
    turns: list[Turn], report: str, doubted: bool
) -> None:
    found = all_checks()["report_true"](played("What is there for us?", [], turns, report))
    assert (found is not None) == doubted
