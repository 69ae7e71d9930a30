"""The answer that a response states: found in every dress that models give it, and compared with the author's."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.answers import agreement, read_answer
from tasks.checks import CHECKS
from tasks.records import Record, Source

OPTIONS = [
    "The battery had drained overnight",
    "The lens was covered in frost",
    "The shutter was jammed by sand",
    "The film had been loaded backwards",
]
EVENTS = ["The bridge opened", "The river flooded", "The council voted", "The pylons were painted"]
PAIRS = [
    "1: bog iron",
    "2: charcoal",
    "3: clay",
    "A: lined the furnace",
    "B: was smelted",
    "C: fed the fire",
    "D: was sold",
]


def record(
    form: str, key: list[str] | None = None, options: list[str] | None = None, text: str = "", **more: Any
) -> Record:
    shown = {"option": OPTIONS, "order": EVENTS, "matching": PAIRS}.get(form, [])
    messages = [{"role": "user", "content": "The task."}, {"role": "assistant", "content": text}]
    return Record(
        source=Source(id="s", uri="u", kind="text"),
        answer_form=form,
        key=key or [],
        options=shown if options is None else options,
        messages=messages,
        **more,
    )


PICKS_C = [
    "C",
    "(C)",
    "C.",
    "**C**",
    "Answer: C",
    "Answer: c",
    "answer: (c)",
    "**Answer:** (C)",
    "**Answer: C**",
    "**Answer**: C. The shutter was jammed by sand",
    "Final answer: C",
    "### Answer\nC",
    "**Answer:**\n\nC",
    "Answer: **C**",
    "Answer: `C`",
    "ANSWER: C",
    "Answer: Option C",
    "Answer - C",
    "Answer: C) The shutter was jammed by sand",
    "The correct answer is C.",
    "The correct answer is **C**.",
    "The correct answer is (C) The shutter was jammed by sand.",
    "The correct answer is option C.",
    "The right choice is C because the dune sand got in.",
    "The best answer is C, since sand is named twice.",
    "C. The shutter was jammed by sand",
    "C. some text that explains why sand matters here.",
    "C\n\nThe passage says that sand got into the mechanism.",
    "C - the passage blames the dunes.",
    "Option C is correct: sand got into it.",
    "Option C.",
    "Option C, because the text blames the sand.",
    r"The reasons point one way. \boxed{C}",
    r"\boxed{\text{C}}",
    r"$\boxed{C}$",
    "The shutter was jammed by sand.",
    "The shutter was jammed by sand, as the second paragraph says.",
    "Answer: The shutter was jammed by sand",
    "The correct answer is the shutter was jammed by sand.",
    "A is wrong because the battery was new. B is wrong as there was no frost. D is not named. So the answer is C.",
    "A. Wrong, the battery was new.\nB. Wrong, it was July.\nC. Right, sand is named.\nD. Wrong.\n\nAnswer: C",
    "Option A is incorrect. Option B is incorrect. Option C is correct. Option D is incorrect.",
    "The passage rules out frost (B) and says the film was fine (D). Therefore, C.",
    "I first thought the answer is B. On a second look the answer is C.",
    "Sand was found inside the shutter, which leaves only C.",
    "The explorers cleaned sand from the shutter.\n\nC",
    "I would choose C.",
    "Therefore, the correct option is (C).",
    "Answer: C because A, B and D contradict the text.",
    "Answer: C — sand.",
    "The answer is therefore C.",
    "**C. The shutter was jammed by sand**\n\nThe text names sand; it does not mention A battery.",
    "Sand in the mechanism is the only cause given, so C is the best answer.",
    "Answer: B\n\nWait, that overlooks the dunes.\n\nAnswer: C",
    "> Answer: C",
    "The answer: C",
    "So, the answer is C: the shutter was jammed by sand.",
    "- **Answer:** C",
]


@pytest.mark.parametrize("text", PICKS_C)
def test_option_is_found(text: str) -> None:
    assert read_answer(record("option"), text) == ["C"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The camera failed.",
        "Answer: B or C",
        "Answer: B and C",
        "Answer: B, C",
        "Answer: B/C",
        "Both B and C are correct.",
        "The answer is B or C.",
        "Option B is correct. Option C is also correct.",
        "Answer: E",
        "Answer: cannot be determined",
        "A. The battery.\nB. Frost.\nC. Sand.\nD. Film.",
        "A camera failed in the desert.",
        "The lens was covered in frost and the shutter was jammed by sand.",
        "C. The lens was covered in frost",
        "B\n\nThe dunes explain it. The correct answer is C.",
        "The answer is not C.",
    ],
)
def test_option_is_not_guessed(text: str) -> None:
    assert read_answer(record("option"), text) is None


def test_option_named_a_is_no_article() -> None:
    short = record("option", options=["Paris", "Lyon"])
    assert read_answer(short, "A is correct, as the first line says.") == ["A"]
    assert read_answer(short, "Answer: A") == ["A"]
    assert read_answer(short, "Answer: A city on the Rhone") is None
    assert read_answer(short, "The answer is a city named Lyon.") == ["B"]
    assert read_answer(short, "A") == ["A"]
    assert read_answer(short, "A — it is the capital.") == ["A"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("True", "true"),
        ("False.", "false"),
        ("True — because the log says so.", "true"),
        ("False, the ferry left at nine.", "false"),
        ("**False.** The ferry left at nine.", "false"),
        ("The statement is false.", "false"),
        ("The statement is not true.", "false"),
        ("The claim is incorrect, since the ferry left at nine.", "false"),
        ("Answer: True", "true"),
        ("**Answer:** False", "false"),
        ("Answer: Not true", "false"),
        (r"\boxed{\text{True}}", "true"),
        ("The log gives nine o'clock. The claim says eight.\n\nAnswer: False", "false"),
        ("The log gives nine o'clock, so the statement is false.", "false"),
        ("False. While it is true that the ferry was repainted, it left at nine.", "false"),
        ("True. It would be wrong to think otherwise.", "true"),
        ("The answer is true.", "true"),
        ("The answer is **False**.", "false"),
        (
            "To decide whether the statement is true or false, look at the log. It gives nine. The statement is true.",
            "true",
        ),
        ("The log agrees with this.\n\nTrue", "true"),
        ('The claim that "the ferry left at eight" is false.', "false"),
        ("This is false.", "false"),
        ("Yes. The log says so.", "true"),
        ("No, the log says otherwise.", "false"),
        ("Correct. The log says so.", "true"),
        ("The claim is supported by the log.", "true"),
        ("The claim is contradicted by the log.", "false"),
        ("Answer: The statement is true.", "true"),
        ("**True**: the log says so", "true"),
    ],
)
def test_truth_is_found(text: str, value: str) -> None:
    assert read_answer(record("truth"), text) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The ferry left at nine.",
        "True. The log differs, so the statement is false.",
        "It could be true or false.",
        "Answer: unclear",
    ],
)
def test_truth_is_not_guessed(text: str) -> None:
    assert read_answer(record("truth"), text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("42", "42"),
        ("**42**", "42"),
        ("Answer: 42", "42"),
        ("Answer: 1,250.50 metres", "1250.5"),
        ("Answer: $1,250", "1250"),
        ("Answer: 25%", "25"),
        ("Answer: 25 percent", "25"),
        ("Answer: -7", "-7"),
        ("Answer: −7 °C", "-7"),
        ("Answer: about 42", "42"),
        ("Answer: 42 (12 + 30)", "42"),
        ("Answer: 12 + 30 = 42", "42"),
        ("Answer: 3/4", "0.75"),
        ("Answer: 1 1/2", "1.5"),
        ("Answer: ½", "0.5"),
        ("Answer: 3.5 million", "3500000"),
        ("Answer: three", "3"),
        ("Answer: twenty-four hours", "24"),
        ("Answer: 1.2 × 10^5", "120000"),
        ("Answer: 3e4", "30000"),
        (r"Adding up, \boxed{42}", "42"),
        (r"\[ 12 + 30 = \boxed{42 \text{ km}} \]", "42"),
        (r"$\frac{3}{4}$", "0.75"),
        ("12 + 30 = 42", "42"),
        ("There were 12 white sheep and 30 black ones.\n12 + 30 = 42", "42"),
        ("There were 12 white sheep and 30 black ones, so there were 42 sheep.", None),
        ("There were 12 white sheep. There were 30 black ones. So there were 42 sheep.", "42"),
        ("White: 12. Black: 30. The total is 42.", "42"),
        ("The answer is 42 sheep.", "42"),
        ("12 + 30 gives **42** sheep in all, as lines 3 and 4 say.", "42"),
        ("The tram carried 42 people.", "42"),
        ("First, 1912 − 1870 = 42. The bridge stood 42 years.", "42"),
        ("Step 1: 100 - 58 = 42\n\n**Answer: 42 km**", "42"),
        ("Answer: 0.50", "0.5"),
        ("Answer:\n42", "42"),
        ("Answer: .5", "0.5"),
        ("Answer: 1 250", None),
        ("Answer: 10-12", None),
        ("Answer: 5 or 6", None),
        ("Answer: unknown", None),
        ("There were sheep.", None),
        ("", None),
        ("The 3rd of the COVID-19 reports lists 12 and 15 cases", None),
    ],
)
def test_number(text: str, value: str | None) -> None:
    assert read_answer(record("number"), text) == ([value] if value else None)


@pytest.mark.parametrize(
    ("key", "text", "agrees"),
    [
        ("3.1", "Answer: 3.14", False),
        ("3.1", "Answer: 3.10", True),
        ("42", "Answer: 42.0", True),
        ("42", "Answer: 43", False),
        ("1250.5", "Answer: 1,250.50 m", True),
        ("33.33", "Answer: 33.333333", True),
        ("3.5", "Answer: 3.5 million", True),
        ("3500000", "Answer: 3.5 million", True),
        ("3500000", "Answer: 3.5 billion", False),
        ("0.75", "Answer: 3/4", True),
        ("7", "Answer: -7", False),
        ("1000000", "Answer: 1,000,000.5", True),
        ("12", "I do not know.", False),
    ],
)
def test_number_agreement(key: str, text: str, agrees: bool) -> None:
    assert agreement(record("number", [key], text=text)) is agrees


@pytest.mark.parametrize(
    "text",
    [
        "C, A, D, B",
        "Answer: C, A, D, B",
        "Answer: C → A → D → B",
        "**Answer:** C -> A -> D -> B",
        "Answer: C > A > D > B",
        "Answer: CADB",
        "Answer: C A D B",
        "Answer: (C), (A), (D), (B)",
        "Answer: C, A, D, and B",
        "Answer: C-A-D-B",
        "The correct order is C, A, D, B.",
        "The correct order is: C → A → D → B, since the vote came first.",
        r"\boxed{C, A, D, B}",
        r"$C \rightarrow A \rightarrow D \rightarrow B$",
        "First A, B, C and D must be read. The vote is first.\n\nAnswer: C, A, D, B",
        "1. C\n2. A\n3. D\n4. B",
        "1. C. The council voted\n2. A. The bridge opened\n3. D. The pylons were painted\n4. B. The river flooded",
        "1. The council voted\n2. The bridge opened\n3. The pylons were painted\n4. The river flooded",
        "Answer:\n1. C\n2. A\n3. D\n4. B",
        "The council voted first, then the bridge opened.\nAnswer: C, then A, then D, then B",
    ],
)
def test_order_is_found(text: str) -> None:
    assert read_answer(record("order"), text) == ["C", "A", "D", "B"]


@pytest.mark.parametrize(
    "text", ["", "Answer: C, A, D", "Answer: C, A, D, D", "Answer: C, A, D, E", "The vote came first.", "C, A"]
)
def test_order_is_not_guessed(text: str) -> None:
    assert read_answer(record("order"), text) is None


@pytest.mark.parametrize(
    "text",
    [
        "copper, zinc, and pine tar",
        "- copper\n- zinc\n- pine tar",
        "* Copper\n* Zinc\n* Pine tar",
        "• Copper\n• Zinc\n• Pine tar",
        "1. Copper\n2. Zinc\n3. Pine tar",
        "copper\nzinc\npine tar",
        "Copper; zinc; pine tar",
        "Answer: copper, zinc, pine tar",
        "**Answer:**\n- the copper\n- the zinc\n- the pine tar",
        "The materials are copper, zinc and pine tar.",
        "The passage names three materials: copper, zinc, and pine tar.",
        "The materials named:\n\n1. **Zinc** – for the roof\n2. **Copper** – for the hull\n3. **Pine tar** – for seams",
        "- Copper (hull)\n- Zinc (roof)\n- Pine tar (seams)",
        "Three are named.\n\n- pine tar\n- copper\n- zinc\n",
    ],
)
def test_set_agrees(text: str) -> None:
    item = record("set", ["copper", "zinc", "pine tar"], text=text)
    assert read_answer(item, text) is not None
    assert agreement(item) is True


@pytest.mark.parametrize(
    "text",
    [
        "copper, zinc",
        "- copper\n- zinc\n- pine tar\n- lead",
        "- copper\n- tin\n- pine tar",
        "Answer: copper",
        "They used metals.",
        "",
    ],
)
def test_set_differs(text: str) -> None:
    assert agreement(record("set", ["copper", "zinc", "pine tar"], text=text)) is False


def test_set_member_with_and() -> None:
    key = ["salt and pepper", "oil"]
    assert agreement(record("set", key, text="Salt and pepper, oil")) is True
    assert agreement(record("set", key, text="- oil\n- salt and pepper")) is True


@pytest.mark.parametrize(
    "text",
    [
        "Answer: 1-B, 2-C, 3-A",
        "1-B, 2-C, 3-A",
        "1: B\n2: C\n3: A",
        "1 → B\n2 → C\n3 → A",
        "1. B\n2. C\n3. A",
        "1) B, 2) C, 3) A",
        "(1, B)? No: the pairs are 1–B, 2–C, 3–A.",
        "Answer: 1B, 2C, 3A",
        "B-1, C-2, A-3",
        "| 1 | B |\n| 2 | C |\n| 3 | A |",
        "1. bog iron → B: was smelted\n2. charcoal → C: fed the fire\n3. clay → A: lined the furnace",
        "1 matches with B, 2 matches with C, 3 matches with A",
        "One might try 1-A, 2-C, 3-B, but iron is smelted.\nAnswer: 1-B, 2-C, 3-A",
        r"\boxed{1-B, 2-C, 3-A}",
        "- 1 - B\n- 2 - C\n- 3 - A",
        "**1** – **B**\n**2** – **C**\n**3** – **A**",
    ],
)
def test_matching_is_found(text: str) -> None:
    assert read_answer(record("matching"), text) == ["1-B", "2-C", "3-A"]
    assert agreement(record("matching", ["3-A", "1-B", "2-C"], text=text)) is True


@pytest.mark.parametrize(
    "text", ["", "Answer: 1-B, 2-C", "Answer: 1-B, 2-C, 3-E", "Iron is smelted.", "1-B, 1-C, 2-C, 3-A, 2-A"]
)
def test_matching_is_not_guessed(text: str) -> None:
    assert read_answer(record("matching"), text) is None


@pytest.mark.parametrize(
    ("key", "text", "agrees"),
    [
        (["the harbour master"], "The harbour master.", True),
        (["the harbour master"], "harbour master", True),
        (["the harbour master"], "Answer: The Harbour Master", True),
        (["the harbour master"], "It was the harbour master who signed the order.", True),
        (["the harbour master"], "It was the lighthouse keeper who signed.", False),
        (["the harbour master"], "It was not the harbour master but the keeper.", False),
        (["the harbour master"], "Answer: the keeper, rather than the harbour master", False),
        (["a broken water pump"], "The broken pump", True),
        (["12 March 1912"], "12 March 1921", False),
        (["New York Times"], "New York Post", False),
        (["fresh ice", "new ice"], "New ice had formed.", True),
        (["because of fog"], '"Because of fog"', True),
        (["old stone bridge"], "The text speaks of many things. " * 12 + "They crossed the old stone bridge.", True),
        (["old stone bridge"], "The text speaks of many things. " * 12 + "They crossed the stone bridge.", False),
        (["old stone bridge"], "The text speaks of stone. " * 12 + "\n\n**Answer:** the old stone bridge", True),
        (["old stone bridge"], "The old stone bridge is named, but the ford was used.\n\nAnswer: the ford", False),
        (["three weeks"], "The answer is three weeks.", True),
        (["three weeks"], "two weeks", False),
        (["farmer's daughter"], "the farmer’s daughter", True),
    ],
)
def test_span_agreement(key: list[str], text: str, agrees: bool) -> None:
    assert agreement(record("span", key, text=text)) is agrees


@pytest.mark.parametrize(
    ("form", "text", "answer"),
    [
        (
            "option",
            "Looking at each choice, A and B contradict the text, D is never raised. The answer must be C.",
            ["C"],
        ),
        ("option", "The strongest choice is C: sand.", ["C"]),
        ("option", "C is the right answer, because the text names sand.", ["C"]),
        ("option", "C is the only option that the text supports.", ["C"]),
        ("option", "Choice C best explains the failure.", ["C"]),
        ("option", "Option C best captures the author's point, whereas option B overstates it.", ["C"]),
        ("option", "The answer is C, not B.", ["C"]),
        ("option", "Answer: C (not B)", ["C"]),
        ("option", "I'd go with C here.", ["C"]),
        ("option", "**C) The shutter was jammed by sand**", ["C"]),
        ("option", "**Correct answer: C**", ["C"]),
        ("option", "Correct option: C", ["C"]),
        ("option", "The correct answer: C. Sand.", ["C"]),
        ("option", "Choice: C", ["C"]),
        ("option", "Selected answer: **C**", ["C"]),
        ("option", "Answer:C", ["C"]),
        ("option", "Answer is C", ["C"]),
        ("option", "The answer is:\n\nC", ["C"]),
        ("option", "The correct answer is:\n\n**C. The shutter was jammed by sand**", ["C"]),
        ("option", "My answer is C.", ["C"]),
        ("option", "Sand is the cause. (C)", ["C"]),
        ("option", "C, because sand is mentioned and B isn't.", ["C"]),
        ("option", "C because sand is mentioned.", ["C"]),
        ("option", "Eliminate A, B and D; that leaves C.", ["C"]),
        ("option", "Answer: C\n\nExplanation: A is a distractor. B is wrong.", ["C"]),
        ("option", "Answer: A\nExplanation: because C is wrong.", ["A"]),
        ("option", "The best answer is B? No. The text names sand, so the correct answer is C.", ["C"]),
        ("option", "It is C.", ["C"]),
        ("option", "It's C.", ["C"]),
        ("option", "The letter is C", ["C"]),
        ("option", "Final Answer: $\\boxed{C}$", ["C"]),
        ("option", "Answer: C and D", None),
        ("option", "Either C or D.", None),
        ("option", "Answer: none of these", None),
        ("option", "Answer: The battery had drained overnight and the lens was covered in frost", None),
        ("truth", "The statement is True.", ["true"]),
        ("truth", "This statement is false because the log gives nine.", ["false"]),
        ("truth", "**Answer:** The claim is **false**.", ["false"]),
        ("truth", "False — the passage states the opposite; it would be correct to say nine.", ["false"]),
        ("truth", "The log gives nine. So the claim is not supported.", ["false"]),
        ("truth", "True. The passage says nothing false about it.", ["true"]),
        ("truth", "The passage contradicts the claim. Answer: False.", ["false"]),
        ("truth", "The statement that the ferry left at nine, which the log confirms, is true.", ["true"]),
        ("truth", "Not true. It left at nine.", ["false"]),
        ("truth", "It is true that the ferry left at nine.", ["true"]),
        ("truth", "It is false that the ferry left at eight.", ["false"]),
        ("truth", "Answer: False. While the first half is true, the second is not.", ["false"]),
        ("truth", "Verdict: True", ["true"]),
        ("number", "The ferry made 3 trips of 14 people each.\n\n3 × 14 = 42 people", ["42"]),
        ("number", "3 trips × 14 people = **42 people**", ["42"]),
        ("number", "The cost is 62,500 crowns / 11 weeks ≈ 5,681.82 crowns a week.\nAnswer: 5681.82", ["5681.82"]),
        ("number", "Answer: 42 km (26 miles)", ["42"]),
        ("number", "Answer: 42 of the 60 sheep", ["42"]),
        ("number", "Answer: x = 42", ["42"]),
        ("number", "Answer: €42.", ["42"]),
        ("number", "Answer: 42nd", None),
        ("number", "Answer: 1931", ["1931"]),
        ("number", "**42** sheep. (12 white plus 30 black)", ["42"]),
        ("number", "Answer: 5 hours 30 minutes", None),
        ("number", "Step 1: 5 ships. Step 2: 6 ships. In total there were 11 ships.", ["11"]),
        ("number", "Answer: approximately 42", ["42"]),
        ("number", "Answer: ~42", ["42"]),
        ("number", "Answer: 42,5", None),
        ("number", "Answer: 2^5 = 32", ["32"]),
        ("number", "Answer: zero", ["0"]),
        ("number", "Answer: none", None),
        ("order", "The sequence is C → A → D → B.", ["C", "A", "D", "B"]),
        ("order", "Order: C, A, D, B", ["C", "A", "D", "B"]),
        ("order", "First comes C, then A, then D, and finally B.", ["C", "A", "D", "B"]),
        ("order", "C (vote), A (opening), D (painting), B (flood)", ["C", "A", "D", "B"]),
        ("order", "Answer: C (vote) → A (opening) → D (painting) → B (flood)", ["C", "A", "D", "B"]),
        (
            "order",
            "Answer: C. The council voted, A. The bridge opened, D. The pylons were painted, B. The river flooded",
            ["C", "A", "D", "B"],
        ),
        ("matching", "1 is B, 2 is C, and 3 is A.", ["1-B", "2-C", "3-A"]),
        ("matching", "Bog iron (1) goes with B, charcoal (2) with C and clay (3) with A.", ["1-B", "2-C", "3-A"]),
        ("matching", "Answer: 1 - B; 2 - C; 3 - A", ["1-B", "2-C", "3-A"]),
        ("matching", "Answer: (1, B), (2, C), (3, A)", ["1-B", "2-C", "3-A"]),
        ("matching", "1-B: iron was smelted.\n2-C: charcoal fed it.\n3-A: clay lined it.", ["1-B", "2-C", "3-A"]),
        (
            "matching",
            "**1. bog iron** – B (was smelted)\n**2. charcoal** – C (fed the fire)\n**3. clay** – A (lined it)",
            ["1-B", "2-C", "3-A"],
        ),
    ],
)
def test_more_dresses(form: str, text: str, answer: list[str] | None) -> None:
    assert read_answer(record(form), text) == answer


@pytest.mark.parametrize(
    ("form", "key", "text", "agrees"),
    [
        ("set", ["copper", "zinc"], "Copper and zinc.", True),
        ("set", ["copper", "zinc"], "Copper and zinc were landed there.", False),
        (
            "set",
            ["copper", "zinc"],
            "1. Copper – used for roofs\n2. Zinc – for pails\n\nThese two are the only metals named.",
            True,
        ),
        ("set", ["the red clay", "the old oak"], "Red clay\nOld oak", True),
        ("set", ["copper", "zinc", "tin"], "Copper, zinc, tin, and lead", False),
        ("set", ["copper", "zinc", "tin"], "The following metals were landed:\n- Copper\n- Zinc\n- Tin", True),
        ("set", ["copper", "zinc", "tin"], "Answer: copper; zinc; tin.", True),
        ("set", ["copper", "zinc", "tin"], "Answer:\n\n1. copper\n2. zinc\n3. tin\n", True),
        ("set", ["1931", "1935"], "1931\n1935", True),
        ("set", ["A. Holt", "B. Lind"], "- A. Holt\n- B. Lind", True),
        ("span", ["eleven weeks"], "The work took eleven weeks.", True),
        ("span", ["eleven weeks"], "It took 11 weeks.", False),
        ("span", ["1931"], "In 1931.", True),
        ("span", ["1931"], "1932", False),
        ("span", ["ice"], "The channel was closed by ice, not sand.", True),
        ("span", ["sand"], "The channel was closed by ice, not sand.", False),
        ("span", ["Mayor Lind"], "Lind", True),
        ("span", ["to let larger ships pass"], "To keep larger ships out", False),
        ("span", ["the north quay"], "the south quay", False),
    ],
)
def test_more_agreement(form: str, key: list[str], text: str, agrees: bool) -> None:
    assert agreement(record(form, key, text=text)) is agrees


def test_what_a_program_cannot_compare() -> None:
    assert agreement(record("text", ["A short reference."], text="An essay.")) is None
    assert agreement(record("calls", text="Done.")) is None
    assert agreement(record("option", [], text="Answer: C")) is None


def test_checks_of_answers() -> None:
    stated, agrees = CHECKS["answer_stated"], CHECKS["key_agreement"]
    assert stated(record("option", ["C"], text="Answer: C")) is None
    assert stated(record("option", ["C"], text="Answer: B or C")) is not None
    assert stated(record("option", ["C"], text="It is not said.", answerable=False)) is None
    assert stated(record("span", ["x"], text="An essay.")) is None
    assert agrees(record("option", ["C"], text="Answer: C")) is None
    assert agrees(record("option", ["B"], text="Answer: C")) is not None
    assert agrees(record("option", [], text="It is not said.", answerable=False)) is None
    assert agrees(record("text", [], text="An essay.")) is None


FINAL = st.sampled_from(
    [
        "{}",
        "Answer: {}",
        "**Answer:** {}",
        "Some reasons come first.\n\nAnswer: {}",
        "**Answer: {}**",
        "The answer is {}.",
        "\\boxed{{{}}}",
        "Final answer: {}",
    ]
)


@given(st.sampled_from("ABCD"), FINAL, st.sampled_from(["{}", "({})", "Option {}", "**{}**", "{}."]))
@settings(max_examples=150, deadline=None)
def test_option_round_trip(letter: str, final: str, dress: str) -> None:
    assert read_answer(record("option"), final.format(dress.format(letter))) == [letter]


@given(
    st.integers(-999_999_999, 999_999_999),
    st.integers(0, 3),
    FINAL,
    st.sampled_from(["{}", "{} km", "about {}", "{}%", "x = {}"]),
    st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_number_round_trip(digits: int, places: int, final: str, dress: str, commas: bool) -> None:
    written = f"{digits / 10**places:{',' if commas else ''}.{places}f}"
    item = record("number", [written.replace(",", "")], text=final.format(dress.format(written)))
    assert agreement(item) is True


@given(st.permutations("ABCD"), FINAL, st.sampled_from([", ", " → ", " -> ", " > ", "-", " ", "; "]))
@settings(max_examples=100, deadline=None)
def test_order_round_trip(order: list[str], final: str, joint: str) -> None:
    assert read_answer(record("order"), final.format(joint.join(order))) == list(order)


@given(
    st.permutations("ABC"),
    FINAL,
    st.sampled_from(["-", ": ", " → ", "–", " = ", ""]),
    st.sampled_from([", ", "; ", "\n"]),
)
@settings(max_examples=100, deadline=None)
def test_matching_round_trip(letters: list[str], final: str, joint: str, between: str) -> None:
    pairs = [f"{n}{joint}{letter}" for n, letter in enumerate(letters, 1)]
    assert read_answer(record("matching"), final.format(between.join(pairs))) == [
        f"{n}-{letter}" for n, letter in enumerate(letters, 1)
    ]


MEMBERS = ["copper", "pine tar", "old oak", "sea salt", "wool", "red clay"]


@given(
    st.lists(st.sampled_from(MEMBERS), min_size=2, unique=True),
    st.sampled_from(["- {}", "* {}", "1. {}", "• **{}**", "{}"]),
    st.booleans(),
)
@settings(max_examples=100, deadline=None)
def test_set_round_trip(members: list[str], mark: str, stated: bool) -> None:
    lines = "\n".join(mark.format(m.title()) for m in members)
    assert agreement(record("set", members, text=f"Answer:\n{lines}" if stated else lines)) is True


@given(
    st.text(max_size=300),
    st.sampled_from(["option", "truth", "number", "order", "matching", "set", "span", "text", "calls"]),
)
@settings(max_examples=400, deadline=None)
def test_extract_never_raises(text: str, form: str) -> None:
    read_answer(record(form), text)
    agreement(record(form, ["C"], text=text))
    read_answer(record(form), f"Answer: {text}")


@pytest.mark.parametrize(
    ("form", "key", "text", "agrees"),
    [
        ("number", "0.75", r"Three of four parts: \boxed{\frac{3}{4}}", True),
        ("number", "0.75", r"Three of five parts: \boxed{\frac{3}{5}}", False),
        ("number", "3", "Answer: sqrt(9)", True),
        ("span", "2x + 2", "Answer: 2(x+1) = 2x+2", True),
        ("span", "x^2 - 1", "Answer: (x - 1)(x + 1)", True),
        ("span", "(x - 1)(x + 1)/1", "Answer: x^2 - 1", True),
        ("span", "(x - 1)(x + 1)/1", "Answer: x^2 + 1", False),
        ("span", "12 km", "Answer: 12 miles", False),
    ],
)
def test_formulas_agree_by_value(form: str, key: str, text: str, agrees: bool) -> None:
    assert agreement(record(form, [key], text=text)) is agrees
