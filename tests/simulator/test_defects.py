"""Each content defect is what it says, repeats for a seed, and is found again by its marker."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from simulator import Server
from simulator.defects import NAMES, reached
from simulator.raw import TOOL, Answer, ask, asks_for, post
from tasks.kinds import contracts
from tasks.records import Json
from tasks.teacher.material import material

PASSAGE = "The mill on the Oder opened in 1874. It ground rye for three villages. A flood closed it in 1903."


CHOICE = 'Which river?\nA. Oder\nB. Rhine\nC. Elbe\n\nEnd with a line of the form "Answer: <letter>".'
ESSAY = (
    "The mill opened in 1874 on the river. It served three villages for decades. A flood then closed the mill for good."
)
CALL = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "book_room", "arguments": json.dumps({"city": "Lund", "nights": 2, "size": "single"})},
}


def planted(stubbed: Server, defects: str, request: Json, seed: int = 0) -> tuple[Answer, Json]:
    """The answer and the note of the defect that was planted in it."""
    stubbed.configure(defects=defects, seed=seed)
    stubbed.reset()
    answer = post(stubbed, request)
    notes = stubbed.stats()["planted"]
    assert len(notes) == 1 and stubbed.stats()["defects"] == {notes[0]["kind"]: 1}
    return answer, notes[0]


@pytest.mark.parametrize(
    ("kind", "text", "proper", "fits"),
    [
        (
            "wrong_option",
            CHOICE,
            "It names the Oder.\nAnswer: A",
            lambda c: c.splitlines()[-1] in ("Answer: B", "Answer: C"),
        ),
        ("wrong_option", CHOICE, "**A**", lambda c: c in ("**B**", "**C**")),
        ("wrong_option", CHOICE, "A. Oder", lambda c: c in ("B. Rhine", "C. Elbe")),
        ("wrong_answer", "Say True or False.", "True. It is said.", lambda c: c == "False. It is said."),
        (
            "wrong_answer",
            "How many?",
            "Two and one.\nAnswer: 3",
            lambda c: c.startswith("Two") and not c.endswith(" 3"),
        ),
        ("wrong_answer", "How much?", "Answer: 12.50", lambda c: c[:8] == "Answer: " and c != "Answer: 12.50"),
        ("wrong_answer", "Order them.", "Answer: C, A, B", lambda c: c == "Answer: A, B, C"),
        ("wrong_answer", "Match them.", "Answer: 1-B, 2-A", lambda c: c == "Answer: 1-A, 2-B"),
        ("wrong_answer", "List them.", "- rye\n- oats\n- barley", lambda c: len(c.splitlines()) == 2),
        ("wrong_answer", PASSAGE, "A flood", lambda c: c in PASSAGE and c != "A flood"),
        ("boilerplate", "?", ESSAY, lambda c: ESSAY in c and len(c) > len(ESSAY)),
        ("refusal_text", "?", ESSAY, lambda c: "can" in c or "unable" in c),
        ("prompt_leak", "?", ESSAY, lambda c: ESSAY in c and len(c) > len(ESSAY)),
        ("cut_off", "?", ESSAY, lambda c: ESSAY.startswith(c) and c[-1].isalpha()),
        ("repetition", "?", ESSAY, lambda c: any(c.count(s) == 8 for s in ESSAY.split(". "))),
        (
            "hallucinated_answer",
            CHOICE,
            "The text does not say.",
            lambda c: c in ("Answer: A", "Answer: B", "Answer: C"),
        ),
        ("hallucinated_answer", "Who?", "The text does not mention it.", lambda c: "text" not in c),
        ("abstains_wrongly", "?", ESSAY, lambda c: "not" in c and len(c) < 60),
        ("constraint_violation", "Rewrite it in at most 9 words.", "A flood closed it.", lambda c: len(c.split()) > 9),
        ("constraint_violation", "Write all of it in upper case.", "A FLOOD.", lambda c: c == "A flood."),
        ("constraint_violation", "Turn it into a bullet list.", "- rye\n- oats", lambda c: c == "rye oats"),
        ("constraint_violation", 'Replace "mill" with "plant".', "The plant.", lambda c: c == "The mill."),
        ("constraint_violation", "Normalize the dates.", "On 2021-03-04.", lambda c: c == "On 4 March 2021."),
        (
            "constraint_violation",
            f"Paraphrase the text.\n\n{PASSAGE}",
            PASSAGE.replace("opened", "started").replace("closed", "shut"),
            lambda c: c == PASSAGE or "Oder" not in c,
        ),
    ],
)
def test_defects_of_responses(stubbed: Server, kind: str, text: str, proper: str, fits: Callable[[str], bool]) -> None:
    answer, note = planted(stubbed, f"{kind}=always", ask(text, proper))
    assert answer.choice["finish_reason"] == "stop" and fits(answer.content)
    user = {"role": "user", "content": text}
    defective = [user, {"role": "assistant", "content": answer.content}]
    assert list(reached([note], [defective])) == [note]
    assert not list(reached([note], [[user, {"role": "assistant", "content": proper}]]))
    assert not list(reached([note], [[{"role": "user", "content": "Another task"}, defective[1]]]))


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("bad_tool_arguments", {"wrong_type", "missing_required", "unknown_parameter", "invented_enum"}),
        ("unknown_tool", {"name"}),
        ("wrong_call_value", {"city", "nights", "size"}),
    ],
)
def test_defects_of_calls(stubbed: Server, kind: str, details: set[str]) -> None:
    request = ask("Book Lund.", None, calls=[CALL], tools=[TOOL])
    seen = set()
    for seed in range(24):
        answer, note = planted(stubbed, f"{kind}=always", request, seed)
        calls = answer.choice["message"]["tool_calls"]
        seen.add(note["detail"])
        assert calls[0]["function"] != CALL["function"] and answer.choice["finish_reason"] == "tool_calls"
        row = [{"role": "user", "content": "Book Lund."}, {"role": "assistant", "content": "", "tool_calls": calls}]
        assert list(reached([note], [row]))
    assert seen == details


def test_invented_parameter(stubbed: Server) -> None:
    request = ask("Book me a room in Lund.", "For how many nights?", tools=[TOOL])
    answer, note = planted(stubbed, "invented_parameter=always", request)
    call = answer.choice["message"]["tool_calls"][0]["function"]
    assert call["name"] == "book_room" and json.loads(call["arguments"]).keys() == {"city", "nights"}
    assert note["value"]["arguments"] == json.loads(call["arguments"])


QUESTION: Json = {
    "evidence": ["The mill on the Oder opened in 1874."],
    "instruction": "Which year did the mill open in?",
    "options": ["1874", "1903", "1911"],
    "key": ["A"],
    "answerable": True,
    "difficulty": "easy",
}


def drafts(item: Json, schema: str = "Questions", **blocks: str) -> Json:
    proper = {"unsuitable": "", "items": [item]} if schema[-1] == "s" else {**item, "passage": "", "unsuitable": ""}
    asked = material(0, blocks or {"passage": PASSAGE}, {"count": 1})
    return ask(asked, json.dumps(proper), response_format=asks_for(schema))


@pytest.mark.parametrize("schema", ["Questions", "EditedQuestion"])
@pytest.mark.parametrize(
    ("kind", "fits"),
    [
        ("wrong_key", lambda q: q["key"][0] in ("B", "C")),
        ("evidence_not_in_passage", lambda q: q["evidence"][0] not in PASSAGE),
        ("not_self_contained", lambda q: len(q["instruction"]) > len(QUESTION["instruction"])),
        ("key_leak", lambda q: "1874" in q["instruction"]),
        ("malformed_options", lambda q: q["options"] != QUESTION["options"] or q["key"] == ["D"]),
    ],
)
def test_defects_of_authors(stubbed: Server, kind: str, fits: Callable[[Json], bool], schema: str) -> None:
    for seed in range(6):
        answer, note = planted(stubbed, f"{kind}=always", drafts(QUESTION, schema), seed)
        contracts()[schema].model_validate_json(answer.content)
        item = json.loads(answer.content).get("items", [json.loads(answer.content)])[0]
        assert fits(item) and note["agent"] == schema and note["marker"] == item["instruction"]
        assert all(item[field] == value for field, value in note["value"].items())
        row = [{"role": "user", "content": f"Text:\n{PASSAGE}\n\n{item['instruction']}"}]
        assert list(reached([note], [row]))


@pytest.mark.parametrize(
    ("key", "options", "other"),
    [
        (["true"], [], {"false"}),
        (["12"], [], {"11", "13", "14", "22"}),
        (["1250000.5"], [], {"1249999.5", "1250001.5", "1250002.5", "1250010.5"}),
        (["the Oder"], [], set(PASSAGE.replace(".", "").split())),
        (["B", "A"], ["x", "y"], {"A"}),
        (["1-A", "2-B"], ["1: x", "2: y", "A: v", "B: w"], {"1-B"}),
        (["rye", "flood"], [], {"rye"}),
    ],
)
def test_wrong_keys_of_every_form(stubbed: Server, key: list[str], options: list[str], other: set[str]) -> None:
    answer, _ = planted(stubbed, "wrong_key=always", drafts({**QUESTION, "key": key, "options": options}))
    spoilt = json.loads(answer.content)["items"][0]["key"]
    assert spoilt != key and len(spoilt) == len(key) and spoilt[0] in other


def test_bad_key_call(stubbed: Server) -> None:
    arguments = [{"name": "city", "value": '"Lund"'}, {"name": "nights", "value": "2"}]
    item = {"instruction": "Book Lund.", "calls": [{"name": "book_room", "arguments": arguments}], "missing": []}
    request = drafts(item, "ToolTasks", functions=json.dumps([TOOL]))
    seen = set()
    for seed in range(12):
        answer, note = planted(stubbed, "bad_key_call=always", request, seed)
        contracts()["ToolTasks"].model_validate_json(answer.content)
        assert json.loads(answer.content)["items"][0]["calls"] != item["calls"]
        seen.add(note["detail"])
    assert seen == {"unknown_function", "missing_argument", "wrong_type"}


def test_defects_keep_to_their_role_and_out_of_faults(stubbed: Server) -> None:
    every = ",".join(f"{name}=always" for name in NAMES)
    stubbed.configure(defects=every)
    transformation = ask(material(0, {"seed": PASSAGE}), ESSAY)
    assert post(stubbed, transformation).content == ESSAY
    assert post(stubbed, ask("?", "{}", response_format=asks_for("Suggestions"))).content == "{}"
    stubbed.configure(faults="fenced=always")
    assert json.dumps(QUESTION) in post(stubbed, drafts(QUESTION)).content
    assert stubbed.stats()["planted"] == []


def test_defects_have_their_share_and_repeat(stubbed: Server) -> None:
    def share(seed: int) -> list[bool]:
        stubbed.configure(defects="wrong_option=0.25,wrong_key=0.9", seed=seed)
        stubbed.reset()
        return [post(stubbed, ask(f"{n}: {CHOICE}", "Answer: A")).content != "Answer: A" for n in range(120)]

    first = share(3)
    assert first == share(3) != share(4)
    assert 15 <= sum(first) <= 45
    assert stubbed.stats()["defects"]["wrong_option"] == len(stubbed.stats()["planted"])


def test_counted_defects_wait_for_what_they_can_spoil(stubbed: Server) -> None:
    stubbed.configure(defects="wrong_option=#1")
    assert post(stubbed, ask("Who?", "The miller did.")).content == "The miller did."
    assert post(stubbed, ask(CHOICE, "Answer: A")).content != "Answer: A"
    assert post(stubbed, ask(CHOICE, "Answer: A")).content == "Answer: A"


def test_the_offline_teacher_is_the_default(sim: Callable[..., Server]) -> None:
    server = sim(defects="wrong_key=always,abstains_wrongly=always")
    author = {**drafts(QUESTION), "temperature": 0.5}
    author["messages"][0]["content"] = material(0, {"passage": PASSAGE * 3}, {"answer_form": "number", "count": 1})
    del author["metadata"]
    item = json.loads(post(server, author).content)["items"][0]
    note = server.stats()["planted"][0]
    assert note["kind"] == "wrong_key" and note["value"] == {"key": item["key"]}
    student = {"model": "m", "messages": [{"role": "user", "content": f"{PASSAGE}\n\n{item['instruction']}"}]}
    assert " not " in post(server, student).content
    assert post(server, student).json["usage"]["prompt_tokens"] > 10


def test_what_a_text_says_about_itself_is_no_requirement(stubbed: Server) -> None:
    text = f"{PASSAGE}\nUse at most 3 words.\nPut the whole in bullets.\nIt ends.\nSo it is.\n\nWho ground rye?"
    stubbed.configure(defects="constraint_violation=always,wrong_option=always")
    assert post(stubbed, ask(text, "The mill did.")).content == "The mill did."
    order = "Order them.\nA. rye\nB. oats\nC. hay"
    assert post(stubbed, ask(order, "Answer: C, A, B")).content == "Answer: C, A, B"
