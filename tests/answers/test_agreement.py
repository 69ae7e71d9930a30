"""Answers in the words of many writers: the same value, another one, several at once, or what only a reader can tell."""

from __future__ import annotations

from typing import Any

import pytest

from tasks.answers import Agreement, compare
from tests.answers.responses import record

SAME, OTHER, SEVERAL = Agreement.SAME, Agreement.OTHER, Agreement.SEVERAL
UNREAD, UNCLEAR = Agreement.UNREAD, Agreement.UNCLEAR

TUNNEL = (
    "The tunnel was shut for six weeks in the spring of 1921 while the gates were renewed. The fare rose by 30 per "
    "cent. The station master, Mr Brand, kept the keys. The pipe ran for 2 km. Work began at half past seven in the"
    " morning and cost £1,400 a month."
)
WALL = (
    "After the second flood the village raised the east wall, and bread became dear: the increase in the price of "
    "bread was blamed on the mayor of north Ormby. The verger, Mr Brand, signed for the stone; the sexton only "
    "copied the bill. The wall cost 3 pounds a yard and 45 kg of sand were used for each."
)
VANS = (
    "Amber, jet and tin were landed. The Alba came in 1911. The Brita joined later. The Cora was bought second-hand"
    " in 1938."
)


SPANS = [
    (TUNNEL, "By how much did the fare rise?", ["30 per cent"], "Answer: 30%", {SAME}),
    (TUNNEL, "By how much did the fare rise?", ["30 per cent"], "The fare rose by thirty percent.", {SAME}),
    (
        TUNNEL,
        "By how much did the fare rise?",
        ["30 per cent"],
        ("It went up by **30 %**, according to the text."),
        {SAME},
    ),
    (TUNNEL, "By how much did the fare rise?", ["30 per cent"], "The fare rose by 13 per cent.", {OTHER}),
    (TUNNEL, "By how much did the fare rise?", ["30 per cent"], "By almost 30 per cent", {SAME, UNCLEAR}),
    (TUNNEL, "For how long was the tunnel shut?", ["six weeks"], "6 weeks", {SAME}),
    (TUNNEL, "For how long was the tunnel shut?", ["six weeks"], "For 42 days.", {SAME}),
    (
        TUNNEL,
        "For how long was the tunnel shut?",
        ["six weeks"],
        ("The tunnel was shut for six weeks in the spring of 1921."),
        {SAME},
    ),
    (TUNNEL, "For how long was the tunnel shut?", ["six weeks"], "For six months", {OTHER}),
    (TUNNEL, "How far did the pipe run?", ["2 km"], "2,000 metres", {SAME}),
    (TUNNEL, "How far did the pipe run?", ["2 km"], "Two kilometres", {SAME}),
    (TUNNEL, "How far did the pipe run?", ["2 km"], "2 miles", {OTHER}),
    (TUNNEL, "When did work begin?", ["half past seven in the morning"], "At 7:30 a.m.", {SAME}),
    (TUNNEL, "When did work begin?", ["half past seven in the morning"], "07:30", {SAME}),
    (TUNNEL, "When did work begin?", ["half past seven in the morning"], "7:30 pm", {OTHER}),
    (TUNNEL, "What did the work cost?", ["£1,400 a month"], "1400 pounds per month", {SAME}),
    (TUNNEL, "What did the work cost?", ["£1,400 a month"], "£1,400 a year", {OTHER}),
    (TUNNEL, "Who kept the keys?", ["the station master"], "Mr Brand, the station master", {SAME, UNCLEAR}),
    (TUNNEL, "Who kept the keys?", ["the station master"], "The station-master", {SAME}),
    (TUNNEL, "Who kept the keys?", ["The station master, Mr Brand"], "Mr Brand", {SAME, UNCLEAR}),
    (TUNNEL, "Who kept the keys?", ["the station master"], "the deputy station master", {OTHER, UNCLEAR}),
    (TUNNEL, "Who kept the keys?", ["the station master"], "The tunnel keeper", {OTHER, UNCLEAR}),
    (TUNNEL, "Why was the tunnel shut?", ["the gates were renewed"], "Because the gates were being renewed.", {SAME}),
    (TUNNEL, "Why was the tunnel shut?", ["while the gates were renewed"], "Its gates were being replaced.", {UNCLEAR}),
    (TUNNEL, "Why was the tunnel shut?", ["the gates were renewed"], "Because the pipe was renewed.", {OTHER, UNCLEAR}),
    (WALL, "Whom did people blame?", ["the mayor of north Ormby"], "Answer: the mayor of south Ormby", {OTHER}),
    (WALL, "Whom did people blame?", ["the mayor of north Ormby"], "They blamed the mayor of north Ormby.", {SAME}),
    (WALL, "Whom did people blame?", ["the mayor of north Ormby"], "the mayor", {SAME, UNCLEAR}),
    (WALL, "Whom did people blame?", ["the mayor of north Ormby"], "the former mayor of north Ormby", {OTHER, UNCLEAR}),
    (
        WALL,
        "Whom did people blame?",
        ["the mayor of north Ormby"],
        "The mayor of north Ormby or the sexton",
        {SEVERAL, UNCLEAR},
    ),
    (
        WALL,
        "Who signed for the stone?",
        ["The verger"],
        ("It was either the verger or the sexton; the bill bears both hands."),
        {SEVERAL},
    ),
    (WALL, "Who signed for the stone?", ["The verger"], "Mr Brand, the verger.", {SAME, UNCLEAR}),
    (
        WALL,
        "Who signed for the stone?",
        ["The verger"],
        ("The verger signed for it; the sexton merely copied the bill."),
        {SAME},
    ),
    (
        WALL,
        "Who signed for the stone?",
        ["The verger"],
        ("The sexton signed for it; the verger merely copied the bill."),
        {OTHER, UNCLEAR},
    ),
    (WALL, "Who signed for the stone?", ["The verger"], "Not the verger but the sexton.", {OTHER}),
    (
        WALL,
        "Who signed for the stone?",
        ["The verger"],
        ("The verger is named, but the sexton signed.\n\nAnswer: the sexton"),
        {OTHER},
    ),
    (WALL, "What was raised?", ["the east wall"], "the west wall", {OTHER}),
    (WALL, "What was raised?", ["the east wall"], ("The village raised the east wall after the second flood."), {SAME}),
    (WALL, "After which flood was the wall raised?", ["the second flood"], "the 2nd flood", {SAME}),
    (WALL, "After which flood was the wall raised?", ["the second flood"], "the third flood", {OTHER}),
    (WALL, "What did the wall cost?", ["3 pounds a yard"], "£3 per yard", {SAME}),
    (WALL, "How much sand was used for each?", ["45 kg"], "45 kilograms of sand", {SAME}),
    (WALL, "How much sand was used for each?", ["45 kg"], "54 kg", {OTHER}),
    (
        "",
        "Who is the third tallest?",
        ["Cem"],
        (
            "Cem is taller than Ada, so Cem comes before her; Dina and Bo "
            "follow. The order is Dina, Cem, Bo, Ada, Eli, and the third "
            "tallest is Bo."
        ),
        {OTHER, UNCLEAR},
    ),
    (
        "",
        "Who is the third tallest?",
        ["Cem"],
        ("**Cem.** Ada has Cem, Dina and Bo above her and Eli below, so she's fourth."),
        {SAME},
    ),
    (
        "",
        "Who rang the bell?",
        ["Lever"],
        (
            "Suppose Rivet did it: then all three remarks are false. "
            "Suppose Piston did it: then two are true. So **Lever** rang "
            "the bell."
        ),
        {SAME},
    ),
    (
        "",
        "Who rang the bell?",
        ["Lever"],
        ("Rivet and Piston accuse the same robot, so they are probably both right: Piston rang the bell."),
        {OTHER, UNCLEAR},
    ),
    (
        "",
        "Who rang the bell?",
        ["Lever"],
        ("It could not have been Rivet, and Piston would make two remarks true. That leaves Lever."),
        {SAME, UNCLEAR},
    ),
    ("", "Which word?", ["elm"], "Answer: elm", {SAME}),
    ("", "Which word?", ["a candle"], ("It is a candle: the longer it stands, the shorter it grows."), {SAME}),
    ("", "Which word?", ["a candle"], "A match.", {OTHER, UNCLEAR}),
    ("", "What is it?", ["your name"], "Your name – others use it more than you do.", {SAME}),
]


@pytest.mark.parametrize(("passage", "question", "key", "text", "found"), SPANS)
def test_spans(passage: str, question: str, key: list[str], text: str, found: set[Agreement]) -> None:
    assert compare(record("span", key, text=text, passage=passage, instruction=question)) in found


NUMBERS = [
    (
        "How many minutes does the team need?",
        "90",
        ("The team needs 1 h 30 min.\n\nAnswer: 1 h 30 min (90 minutes)"),
        {SAME},
    ),
    ("How many minutes does the team need?", "90", "Answer: 1.5 hours", {SAME}),
    ("How many minutes does the team need?", "90", "Answer: 90 hours", {OTHER}),
    ("How many minutes does the team need?", "90", "Answer: an hour and a half, i.e. 90 minutes", {SAME}),
    ("How many minutes does the team need?", "90", ("The team needs an hour and a half, that is 90 minutes."), {SAME}),
    ("How many minutes does the team need?", "90", "**90 minutes** (one and a half hours)", {SAME}),
    ("How many minutes does the team need?", "90", "Answer: 1 h 20 min", {OTHER}),
    ("How many minutes does the team need?", "90", "Answer: 80 or 90", {SEVERAL}),
    ("How many minutes does the team need?", "90", "So it takes them $30 \\times 3 = 90$ minutes.", {SAME}),
    (
        "How many minutes does the team need?",
        "90",
        ("\\[ t = 3 \\cdot 30\\,\\text{min} = 90\\,\\text{min} \\]"),
        {SAME},
    ),
    ("How many minutes does the team need?", "90", "The answer is ninety.", {SAME}),
    ("How many years old is Moving now?", "12", "Answer: 12 years", {SAME}),
    (
        "How many years old is Moving now?",
        "12",
        ("In 2 years Moving is 14 and Ring 7, so Moving is now **12** years old."),
        {SAME},
    ),
    ("How many years old is Moving now?", "12", "In 2 years Moving will be 14.", {OTHER, UNREAD}),
    (("What share of the vans, in per cent, were sold?"), "37.5", "Answer: 37.5 %", {SAME}),
    (("What share of the vans, in per cent, were sold?"), "37.5", "3/8 = 37.5 per cent", {SAME}),
    (("What share of the vans, in per cent, were sold?"), "37.5", "Answer: 3/8", {OTHER, SAME, UNREAD}),
    ("How many euros does it cost?", "12.75", "It comes to €12.75.", {SAME}),
    ("How many euros does it cost?", "12.75", "It comes to 1275 cents.\n\nAnswer: €12.75", {SAME}),
    ("How many kilometres is the path?", "2", "Answer: 2,000 m", {SAME}),
    ("How many kilometres is the path?", "2", "Answer: 2000", {OTHER}),
    (
        "How many goats are there?",
        "42",
        ("There were 12 white goats and 30 black ones, so there were 42 goats."),
        {SAME, UNREAD},
    ),
    ("How many goats are there?", "42", "12 + 30 = 42, so forty-two in all.", {SAME}),
    ("How many goats are there?", "42", "Forty-two.", {SAME}),
    ("How many goats are there?", "42", ("| white | black | all |\n|---|---|---|\n| 12 | 30 | **42** |"), {SAME}),
    ("How many goats are there?", "42", "Answer: 41", {OTHER}),
    ("What is 0.1 + 0.2?", "0.3", "0.1 + 0.2 = **0.3**", {SAME}),
    ("What is the speed in m/s?", "10", "36 km/h = 10 m/s", {SAME}),
    ("How many are left?", "7", "Answer: seven are left", {SAME}),
    ("How many are left?", "2.8e13", "About $2.80 \\times 10^{13}$.", {SAME}),
    ("How many people?", "2500000", "Answer: 2.5 million people", {SAME}),
    ("How many people?", "2500000", "Two and a half million", {SAME}),
]


@pytest.mark.parametrize(("question", "key", "text", "found"), NUMBERS)
def test_numbers(question: str, key: str, text: str, found: set[Agreement]) -> None:
    assert compare(record("number", [key], text=text, instruction=question)) in found


JUDGEMENTS = [
    ("true", ("**True.** The maximum was reached in May, not in June."), {SAME}),
    ("true", ("**True.** The maximum is the highest of the values, and 31 is higher than 29."), {SAME}),
    ("false", ("**False.** It is true that the fare rose, but by 30 per cent, not 13."), {SAME}),
    ("false", "False – the text gives 30 per cent.", {SAME}),
    ("false", ("The claim does not hold: the fare rose by 30 per cent."), {SAME, UNREAD}),
    ("false", ("The text says 30 per cent, not 13. **Verdict: False**"), {SAME}),
    ("true", ("Yes, this is correct: the tunnel was shut for six weeks."), {SAME}),
    ("true", "The passage confirms the claim. True.", {SAME}),
    ("true", ("The passage bears this out in its first sentence, so the claim is true."), {SAME}),
    ("false", ("The statement gets the year wrong, so it is **false**."), {SAME}),
    ("false", ("It's false. The tunnel was shut for six weeks, not seven."), {SAME}),
    ("true", ('True, although the wording "always" makes it look false at first.'), {SAME}),
    ("true", "**Answer: True** — six weeks are 42 days.", {SAME}),
    ("false", ("Answer: **False**. The fare rose, it did not fall."), {SAME}),
    ("true", ("- Tunnel shut: six weeks ✓\n- Year: 1921 ✓\n\nSo: True"), {SAME}),
    ("true", ("True and false: the first half holds, the second does not."), {OTHER, SEVERAL, UNCLEAR, UNREAD}),
    ("true", "Partly true.", {SEVERAL, UNCLEAR, UNREAD}),
    ("true", ("True.\n\nOn second thoughts the year is wrong, so the statement is false."), {OTHER, SEVERAL}),
    ("true", "It is false.", {OTHER}),
    ("true", ("The statement cannot be true, since the tunnel was open."), {OTHER, UNREAD}),
    ("true", ("This is accurate. The keys were with Mr Brand."), {SAME, UNREAD}),
    ("false", "Wrong: the keys were with Mr Brand.", {SAME}),
    ("false", "Incorrect. The keys were with Mr Brand.", {SAME}),
    ("false", ("### Verdict\nFalse\n\n### Reason\nThe true figure is 30 per cent."), {SAME}),
]


@pytest.mark.parametrize(("key", "text", "found"), JUDGEMENTS)
def test_judgements(key: str, text: str, found: set[Agreement]) -> None:
    assert compare(record("truth", [key], text=text, instruction="Judge the claim.")) in found


OUTPUTS = [
    (
        True,
        "54",
        (
            "Each output is twice the input plus 12: 2 × 500 + 12 = 1012, "
            "2 × 70 + 12 = 152. For 21 this gives 2 × 21 + 12 = 54."
        ),
        {SAME},
    ),
    (
        True,
        "54",
        (
            "The rule is output = 2 × input + 12. Checking: 49 becomes 98 "
            "+ 12 = 110, which fits.\n\n2 × 21 + 12 = **54**"
        ),
        {SAME},
    ),
    (True, "54", "Doubling and adding 12 turns 21 into 54.", {SAME}),
    (True, "54", "Rule: double it, add 12.\n21 → 42 → 54", {SAME}),
    (True, "7, 9", "7 → 7\n7 + 2 → 9\n\nSo the list is 7, 9.", {SAME}),
    (True, "54", "Output: 54", {SAME}),
    (True, "54", "The output is 54.", {SAME}),
    (True, "54", "$2 \\cdot 21 + 12 = 54$", {SAME}),
    (True, "54", ("21 becomes 54, since 2 × 21 = 42 and 42 + 12 = 54."), {SAME}),
    (True, "54", "Twice 21 is 42, plus 12 makes fifty-four.", {OTHER, SAME, UNREAD}),
    (True, "54", "2 × 21 + 12 = 44", {OTHER}),
    (True, "54", "For 21 this gives 2 × 21 + 12 = 53.", {OTHER}),
    (True, "54", "Output: 54.0", {OTHER, SAME}),
    (True, "54", "The output could be 54 or 33.", {OTHER, SEVERAL, UNREAD}),
    (True, "54", "I get 33, not 54.", {OTHER, UNREAD}),
    (True, "54", "54", {SAME}),
    (True, "54", "**54**", {SAME}),
    (True, "54", "`54`", {SAME}),
    (True, "54", "```\n54\n```", {SAME}),
    (True, "54", "Answer: 54\n\n(2 × 21 + 12)", {SAME}),
    (True, "grey", ('"added" has 5 letters, which is not more than 6, so it is "grey".'), {SAME}),
    (True, "grey", "Since the word is short, the label is grey.", {SAME}),
    (True, "grey", "The word is short: grey", {SAME}),
    (True, "grey", "The word is short, so not green but grey.", {SAME, UNREAD}),
    (
        True,
        "grey",
        ("Words of more than six letters are green; this one is grey, not green."),
        {OTHER, SAME, UNCLEAR, UNREAD},
    ),
    (True, "grey", "Output: green", {OTHER}),
    (True, "grey", "It is green.", {OTHER, UNREAD}),
    (
        True,
        "7, 9, 18, 20",
        ("Running totals: 7, 7 + 2 = 9, 9 + 9 = 18, 18 + 2 = 20. So the list is 7, 9, 18, 20."),
        {SAME},
    ),
    (True, "7, 9, 18, 20", "[7, 9, 18, 20]", {SAME}),
    (True, "7, 9, 18, 20", "Output: 7 9 18 20", {OTHER, SAME}),
    (True, "7, 9, 18, 20", "The list is 2, 7, 9, 18, 20.", {OTHER, UNREAD}),
    (False, "Els van den Berg, born about 1963", "Els van den Berg, born about 1963", {SAME}),
    (False, "Els van den Berg, born about 1963", "Els van den Berg, born 1963", {OTHER}),
    (False, "contradiction", ("The premise says all, the hypothesis some are not: **contradiction**"), {SAME}),
    (False, "contradiction", "Label: Contradiction", {SAME}),
    (False, "contradiction", "Label: neutral", {OTHER}),
]


@pytest.mark.parametrize(("by_program", "key", "text", "found"), OUTPUTS)
def test_outputs(by_program: bool, key: str, text: str, found: set[Agreement]) -> None:
    rule = {"kind": "number", "cases": [{}]} if by_program else {"kind": "none", "cases": []}
    formal: dict[str, Any] = {"query": "x", "rule": rule}
    assert compare(record("text", [key], text=text, formal=formal)) in found


INTENTS = [
    ("ask: the sender wants information and nothing else"),
    "cancel: the sender wants to end a contract",
    ("change: the sender wants a contract or personal details altered from now on"),
    ("dispute: the sender holds an amount to be wrong and wants it put right"),
    ("praise: the sender wants to express satisfaction"),
]


LABELS = [
    ("dispute", "dispute", {SAME}),
    ("dispute", "Dispute.", {SAME}),
    ("dispute", ("**dispute** – the sender holds the amount to be wrong."), {SAME}),
    (
        "dispute",
        (
            "The label is **dispute**, because the amount is held to be "
            "wrong. *change* is near, but nothing is to be altered from "
            "now on."
        ),
        {SAME},
    ),
    ("dispute", ("It is a dispute: the sender wants an amount put right."), {SAME}),
    ("dispute", ("Nearest would be change, which fails since nothing is to be altered. Hence dispute."), {SAME}),
    ("dispute", "Dispute, as the amount is questioned.", {SAME}),
    ("dispute", '"dispute"', {SAME}),
    ("dispute", ("Label: dispute: the sender holds an amount to be wrong and wants it put right"), {SAME}),
    ("dispute", ("This message is a **dispute** rather than a **change**."), {SAME}),
    ("dispute", ("The sender neither asks nor praises; they dispute a bill. → dispute"), {SAME}),
    ("dispute", "I would file this under dispute.", {SAME}),
    ("dispute", "4", {OTHER, UNREAD}),
    ("dispute", "change", {OTHER}),
    ("dispute", "dispute or change", {OTHER, SEVERAL, UNREAD}),
    ("dispute", "Both dispute and ask apply.", {OTHER, SEVERAL, UNREAD}),
    ("dispute", "dispute, change", {OTHER, SEVERAL, UNREAD}),
    ("dispute", "The sender asks for another look, so ask.", {OTHER}),
    ("dispute", "Answer: ask\n\nOr perhaps dispute.", {OTHER, SEVERAL}),
    ("dispute", "Not dispute: the sender merely asks.", {OTHER, UNREAD}),
    ("dispute", "complaint", {OTHER, UNREAD}),
]


@pytest.mark.parametrize(("key", "text", "found"), LABELS)
def test_labels(key: str, text: str, found: set[Agreement]) -> None:
    assert compare(record("label", [key], INTENTS, text, formal={"several": False})) in found


SETS = [
    (["Alba", "Brita", "Cora"], ("- Alba (1911–1942)\n- Brita (1915–1941)\n- Cora (1938–1953)"), {SAME}),
    (
        ["Alba", "Brita", "Cora"],
        (
            "Three vans qualify:\n\n1. **The Brita** – joined in 1915\n2. "
            "**The Cora** – bought in 1938\n3. **The Alba** – ran from "
            "1911 until 1942"
        ),
        {SAME},
    ),
    (["Alba", "Brita", "Cora"], ("The vans were the Alba, the Brita and the Cora."), {SAME}),
    (["Alba", "Brita", "Cora"], "Alba, Brita, Cora", {SAME}),
    (["Alba", "Brita", "Cora"], ("The Alba, the Brita and the Cora were all in service in 1940."), {SAME}),
    (["Alba", "Brita", "Cora"], "- Alba\n- Cora", {OTHER}),
    (["Alba", "Brita", "Cora"], "- Alba\n- Brita\n- Cora\n- Enna", {OTHER}),
    (["Alba", "Brita", "Cora"], "- Alba\n- Brita\n- Dora", {OTHER}),
    (
        ["Alba", "Brita", "Cora"],
        ("| Van | Years |\n|---|---|\n| Alba | 1911–1942 |\n| Brita | 1915–1941 |\n| Cora | 1938–1953 |"),
        {SAME, UNREAD},
    ),
    (["30 per cent", "2 km"], "- 30%\n- 2,000 m", {SAME}),
    (["30 per cent", "2 km"], "- 30%\n- 3 km", {OTHER}),
    (["red clay", "old oak"], "* Old oak\n* Red clay\n\nNothing else is named.", {SAME}),
    (["the station master", "the sexton"], "The station-master; the sexton", {SAME}),
    (["the station master", "the sexton"], "The deputy station master; the sexton", {OTHER, UNCLEAR}),
    (
        ["raise the wall", "renew the gates"],
        ("1. The wall was to be raised.\n2. The gates were to be renewed."),
        {SAME, UNCLEAR},
    ),
]


@pytest.mark.parametrize(("key", "text", "found"), SETS)
def test_sets(key: list[str], text: str, found: set[Agreement]) -> None:
    question = "Which vans were in service in 1940?"
    assert compare(record("set", key, text=text, passage=VANS, instruction=question)) in found
