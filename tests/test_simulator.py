"""The simulator does on the wire what it is told to, every time alike: asked by raw HTTP, without any retry."""

from __future__ import annotations

import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest

from tasks.contracts import EditedQuestion, Questions, ToolTasks
from tasks.material import material
from tasks.records import Json
from tests.simulator import ROOT, Server, faults, latency, plan, simulator
from tests.simulator.defects import NAMES, agent_of, reached

TOOL = {
    "type": "function",
    "function": {
        "name": "book_room",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string"},
                "nights": {"type": "integer"},
                "size": {"type": "string", "enum": ["single", "double"]},
            },
            "required": ["city", "nights"],
        },
    },
}
PASSAGE = "The mill on the Oder opened in 1874. It ground rye for three villages. A flood closed it in 1903."


def teacher(request: Json) -> Json:
    """Answers with what the request's metadata holds."""
    message = {"role": "assistant", "content": None, **request.get("metadata", {"content": "Proper answer."})}
    finish = "tool_calls" if message.get("tool_calls") else "stop"
    choice = {"index": 0, "message": message, "finish_reason": finish}
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    return {"id": "x", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice], "usage": usage}


STUB = "tests.test_simulator:teacher"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def choice(self) -> Json:
        choice: Json = self.json["choices"][0]
        return choice

    @property
    def content(self) -> str:
        return str(self.choice["message"]["content"])


def post(server: Server, request: Json, timeout: float = 10) -> Answer:
    at = urlparse(server.base_url)
    connection = http.client.HTTPConnection(str(at.hostname), at.port, timeout=timeout)
    try:
        connection.request("POST", "/v1/chat/completions", json.dumps(request), {"Content-Type": "application/json"})
        response = connection.getresponse()
        return Answer(response.status, dict(response.headers), response.read())
    finally:
        connection.close()


def ask(text: str = "What opened?", content: str | None = "Proper answer.", **more: Any) -> Json:
    """A request that the stub answers with `content`, or with `calls`."""
    metadata = {"content": content, **({"tool_calls": more.pop("calls")} if "calls" in more else {})}
    return {
        "model": "m",
        "messages": [{"role": "user", "content": text}],
        "max_tokens": 64,
        "metadata": metadata,
        **more,
    }


def asks_for(name: str) -> Json:
    return {"type": "json_schema", "json_schema": {"name": name, "schema": {"title": name}}}


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with simulator(teacher=STUB) as server:
        yield server


@pytest.fixture
def server(running: Server) -> Server:
    """The module's simulator, as it starts."""
    flags = ["no_json_schema", "no_json_object", "ignore_response_format", "no_tools", "think", "fenced"]
    flags += ["max_completion_tokens_only", "no_temperature"]
    running.configure(latency="0", faults="", defects="", seed=0, **dict.fromkeys(flags, False))
    running.reset()
    return running


# Faults


@pytest.mark.parametrize(
    ("fault", "status", "code", "retry_after"),
    [
        ("http_429", 429, "rate_limit_exceeded", None),
        ("http_429_after", 429, "rate_limit_exceeded", "1"),
        ("http_429_long", 429, "rate_limit_exceeded", "150"),
        ("quota", 429, "insufficient_quota", None),
        ("http_401", 401, "invalid_api_key", None),
        ("http_403", 403, "model_not_found", None),
        ("http_404", 404, "model_not_found", None),
        ("http_408", 408, None, None),
        ("http_500", 500, None, None),
        ("http_503", 503, None, None),
        ("content_filter_400", 400, "content_filter", None),
        ("context_overflow", 400, "context_length_exceeded", None),
    ],
)
def test_error_statuses(server: Server, fault: str, status: int, code: str | None, retry_after: str | None) -> None:
    server.configure(faults=f"{fault}=always")
    answer = post(server, ask())
    assert (answer.status, answer.json["error"]["code"], answer.headers.get("Retry-After")) == (
        status,
        code,
        retry_after,
    )
    assert answer.json["error"]["message"]
    assert server.stats()["faults"] == {fault: 1}


def test_other_error_bodies(server: Server) -> None:
    server.configure(faults="context_overflow_vllm=always")
    answer = post(server, ask())
    assert answer.status == 400 and "code" not in answer.json
    assert answer.json["message"].startswith(
        "This model's maximum context length is 4096 tokens. However, you requested"
    )
    server.configure(faults="http_502=always")
    answer = post(server, ask())
    assert (answer.status, answer.headers["Content-Type"].split(";")[0]) == (502, "text/html")
    server.configure(faults="http_429_after=always,retry_after=3")
    assert post(server, ask()).headers["Retry-After"] == "3"


def test_broken_wires(server: Server) -> None:
    server.configure(faults="reset=always")
    with pytest.raises(ConnectionResetError):
        post(server, ask())
    server.configure(faults="timeout=always,hang=0.3")
    started = time.monotonic()
    with pytest.raises(http.client.RemoteDisconnected):
        post(server, ask())
    assert time.monotonic() - started >= 0.3
    server.configure(faults="timeout=always")
    with pytest.raises(TimeoutError):
        post(server, ask(), timeout=0.2)
    server.configure(faults="cut_body=always")
    answer = post(server, ask())
    assert answer.status == 200 and answer.headers["Connection"] == "close" and answer.body.startswith(b'{"id"')
    with pytest.raises(json.JSONDecodeError):
        _ = answer.json
    server.configure(faults="slow_body=always,slow=0.3")
    started = time.monotonic()
    with pytest.raises(http.client.IncompleteRead):
        post(server, ask())
    assert time.monotonic() - started >= 0.25
    server.configure(faults="html=always")
    answer = post(server, ask())
    assert (answer.status, answer.headers["Content-Type"].split(";")[0]) == (200, "text/html")
    counted = server.stats()["faults"]
    assert counted == {"reset": 1, "timeout": 2, "cut_body": 1, "slow_body": 1, "html": 1}


def _check_spoilt(fault: str, answer: Answer, request: Json) -> bool:
    body = answer.json
    if fault in ("error_body", "empty_choices", "null_choices", "no_usage"):
        return {
            "error_body": "choices" not in body and body["error"]["message"],
            "empty_choices": body.get("choices") == [],
            "null_choices": "choices" in body and body["choices"] is None,
            "no_usage": "usage" in body and body["usage"] is None,
        }[fault]
    message, finish = answer.choice["message"], answer.choice["finish_reason"]
    proper, content = request["metadata"]["content"], message["content"]
    fits: dict[str, Callable[[], bool]] = {
        "null_content": lambda: content is None and finish == "stop" and not message.get("refusal"),
        "empty_content": lambda: content == "" and finish == "stop",
        "truncated": lambda: finish == "length" and content == proper[: len(proper) // 2],
        "whitespace": lambda: finish == "length" and content == " " * 64 and body["usage"]["completion_tokens"] == 64,
        "refusal": lambda: content is None and len(message["refusal"]) > 10,
        "refusal_text": lambda: content == "I'm sorry, but I can't help with that." and finish == "stop",
        "content_filter": lambda: finish == "content_filter",
        "fenced": lambda: json.loads(content.split("```json\n")[1].split("```")[0]) == json.loads(proper),
        "think": lambda: content.startswith("<think>") and content.split("</think>")[1].strip() == proper,
        "prose": lambda: proper in content and not content.startswith("{"),
        "schema_violation": lambda: isinstance(json.loads(content)["items"], str) and "note" not in json.loads(content),
    }
    return fits[fault]()


@pytest.mark.parametrize("fault", [name for name in faults.ANSWERS if name not in ("wrong_tool_call", "invalid_json")])
def test_spoilt_answers(server: Server, fault: str) -> None:
    request = ask(content=json.dumps({"items": ["a", {"b": 'c": d'}], "note": "n"}))
    server.configure(faults=f"{fault}=always")
    answer = post(server, request)
    assert answer.status == 200 and _check_spoilt(fault, answer, request)
    assert server.stats()["faults"] == {fault: 1} and server.stats()["answered"] == 0


@pytest.mark.parametrize("proper", ['{"a": 1}', '{"items": ["x\\": y", ": z"], "b": {"c": "\\"d\\": e"}}', "{}"])
def test_invalid_json(server: Server, proper: str) -> None:
    server.configure(faults="invalid_json=always")
    content = post(server, ask(content=proper)).content
    assert content.startswith("{")
    with pytest.raises(json.JSONDecodeError):
        json.loads(content, strict=False)


def test_faults_of_calls(server: Server) -> None:
    server.configure(faults="wrong_tool_call=always")
    answer = post(server, ask(tools=[TOOL]))
    assert answer.choice["finish_reason"] == "tool_calls"
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.choice["message"]["tool_calls"][0]["function"]["arguments"])
    server.configure(faults="truncated=always")
    call = {"id": "c", "type": "function", "function": {"name": "book_room", "arguments": '{"city": "Lund"}'}}
    answer = post(server, ask(tools=[TOOL], content=None, calls=[call]))
    assert answer.choice["message"]["tool_calls"][0]["function"]["arguments"] == '{"city":'


def test_faults_that_do_not_suit_do_not_fire(server: Server) -> None:
    server.configure(faults="wrong_tool_call=always,invalid_json=always,fenced=#2,prose=always")
    assert post(server, ask()).content == "Proper answer."
    assert server.stats()["faults"] == {} and server.stats()["answered"] == 1


def test_counted_faults_come_first_and_end(server: Server) -> None:
    server.configure(faults="http_500=#2")
    assert [post(server, ask(str(n))).status for n in range(4)] == [500, 500, 200, 200]
    server.reset()
    assert [post(server, ask(str(n))).status for n in range(3)] == [500, 500, 200]


def test_faults_are_drawn_by_seed_body_and_turn(server: Server) -> None:
    def statuses(seed: int) -> list[int]:
        server.configure(faults="http_500=0.3,http_429=0.2", seed=seed)
        server.reset()
        return [post(server, ask(str(n % 20))).status for n in range(80)]

    first = statuses(1)
    assert first == statuses(1) != statuses(2)
    assert first[:20] != first[20:40], "a request that is sent again has another draw"
    assert 20 <= 80 - first.count(200) <= 60


# Defects

CHOICE = 'Which river?\nA. Oder\nB. Rhine\nC. Elbe\n\nEnd with a line of the form "Answer: <letter>".'
ESSAY = (
    "The mill opened in 1874 on the river. It served three villages for decades. A flood then closed the mill for good."
)
CALL = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "book_room", "arguments": json.dumps({"city": "Lund", "nights": 2, "size": "single"})},
}


def planted(server: Server, defects: str, request: Json, seed: int = 0) -> tuple[Answer, Json]:
    """The answer and the note of the defect that was planted in it."""
    server.configure(defects=defects, seed=seed)
    server.reset()
    answer = post(server, request)
    notes = server.stats()["planted"]
    assert len(notes) == 1 and server.stats()["defects"] == {notes[0]["kind"]: 1}
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
            lambda c: c == PASSAGE or "1874" not in c,
        ),
    ],
)
def test_defects_of_responses(server: Server, kind: str, text: str, proper: str, fits: Callable[[str], bool]) -> None:
    answer, note = planted(server, f"{kind}=always", ask(text, proper))
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
def test_defects_of_calls(server: Server, kind: str, details: set[str]) -> None:
    request = ask("Book Lund.", None, calls=[CALL], tools=[TOOL])
    seen = set()
    for seed in range(24):
        answer, note = planted(server, f"{kind}=always", request, seed)
        calls = answer.choice["message"]["tool_calls"]
        seen.add(note["detail"])
        assert calls[0]["function"] != CALL["function"] and answer.choice["finish_reason"] == "tool_calls"
        row = [{"role": "user", "content": "Book Lund."}, {"role": "assistant", "content": "", "tool_calls": calls}]
        assert list(reached([note], [row]))
    assert seen == details


def test_invented_parameter(server: Server) -> None:
    request = ask("Book me a room in Lund.", "For how many nights?", tools=[TOOL])
    answer, note = planted(server, "invented_parameter=always", request)
    call = answer.choice["message"]["tool_calls"][0]["function"]
    assert call["name"] == "book_room" and json.loads(call["arguments"]).keys() == {"city", "nights"}
    assert note["value"]["arguments"] == json.loads(call["arguments"])


QUESTION = {
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
def test_defects_of_authors(server: Server, kind: str, fits: Callable[[Json], bool], schema: str) -> None:
    for seed in range(6):
        answer, note = planted(server, f"{kind}=always", drafts(QUESTION, schema), seed)
        contract = Questions if schema == "Questions" else EditedQuestion
        contract.model_validate_json(answer.content)
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
def test_wrong_keys_of_every_form(server: Server, key: list[str], options: list[str], other: set[str]) -> None:
    answer, _ = planted(server, "wrong_key=always", drafts({**QUESTION, "key": key, "options": options}))
    spoilt = json.loads(answer.content)["items"][0]["key"]
    assert spoilt != key and len(spoilt) == len(key) and spoilt[0] in other


def test_bad_key_call(server: Server) -> None:
    arguments = [{"name": "city", "value": '"Lund"'}, {"name": "nights", "value": "2"}]
    item = {"instruction": "Book Lund.", "calls": [{"name": "book_room", "arguments": arguments}], "missing": []}
    request = drafts(item, "ToolTasks", functions=json.dumps([TOOL]))
    seen = set()
    for seed in range(12):
        answer, note = planted(server, "bad_key_call=always", request, seed)
        ToolTasks.model_validate_json(answer.content)
        assert json.loads(answer.content)["items"][0]["calls"] != item["calls"]
        seen.add(note["detail"])
    assert seen == {"unknown_function", "missing_argument", "wrong_type"}


def test_defects_keep_to_their_role_and_out_of_faults(server: Server) -> None:
    every = ",".join(f"{name}=always" for name in NAMES)
    server.configure(defects=every)
    transformation = ask(material(0, {"seed": PASSAGE}), ESSAY)
    assert post(server, transformation).content == ESSAY
    assert post(server, ask("?", "{}", response_format=asks_for("Suggestions"))).content == "{}"
    server.configure(faults="fenced=always")
    assert json.dumps(QUESTION) in post(server, drafts(QUESTION)).content
    assert server.stats()["planted"] == []


def test_defects_have_their_share_and_repeat(server: Server) -> None:
    def share(seed: int) -> list[bool]:
        server.configure(defects="wrong_option=0.25,wrong_key=0.9", seed=seed)
        server.reset()
        return [post(server, ask(f"{n}: {CHOICE}", "Answer: A")).content != "Answer: A" for n in range(120)]

    first = share(3)
    assert first == share(3) != share(4)
    assert 15 <= sum(first) <= 45
    assert server.stats()["defects"]["wrong_option"] == len(server.stats()["planted"])


def test_counted_defects_wait_for_what_they_can_spoil(server: Server) -> None:
    server.configure(defects="wrong_option=#1")
    assert post(server, ask("Who?", "The miller did.")).content == "The miller did."
    assert post(server, ask(CHOICE, "Answer: A")).content != "Answer: A"
    assert post(server, ask(CHOICE, "Answer: A")).content == "Answer: A"


# Features


def test_unsupported_features(server: Server) -> None:
    plain = ask()
    cases: list[tuple[str, Json, str]] = [
        ("no_json_schema", {"response_format": asks_for("Questions")}, "response_format json_schema is not supported"),
        (
            "no_json_object",
            {"response_format": {"type": "json_object"}},
            "response_format json_object is not supported",
        ),
        ("no_tools", {"tools": [TOOL]}, "tools are not supported"),
        ("max_completion_tokens_only", {}, "Use 'max_completion_tokens' instead"),
        ("no_temperature", {"temperature": 0.5}, "Unsupported value: 'temperature'"),
    ]
    for flag, used, said in cases:
        server.configure(**{flag: True})
        refused = post(server, {**plain, **used})
        assert refused.status == 400 and said in refused.json["error"]["message"]
        server.configure(**{flag: False})
        assert post(server, {**plain, **used}).status == 200
    server.configure(max_completion_tokens_only=True)
    del plain["max_tokens"]
    assert post(server, {**plain, "max_completion_tokens": 64}).status == 200
    assert server.stats()["refused"] == len(cases)


def test_manners(server: Server) -> None:
    proper = '{"items": []}'
    server.configure(think=True, fenced=True)
    content = post(server, ask(content=proper)).content
    assert content.startswith("<think>") and f"```json\n{proper}\n```" in content
    server.configure(think=False, fenced=False, ignore_response_format=True)
    content = post(server, ask(content=proper)).content
    assert proper in content and content != proper
    assert post(server, ask()).content == "Proper answer."


def test_the_agent_is_known_by_its_schema() -> None:
    assert agent_of(ask(response_format=asks_for("Questions"))) == "Questions"
    told = json.dumps({"properties": {"items": {"title": "Items"}}, "title": "ToolTasks"}, separators=(",", ":"))
    assert agent_of(ask(f"It must fit this schema:\n{told}")) == "ToolTasks"
    assert agent_of(ask()) == "text"


# Latency, record and control


def test_latencies() -> None:
    assert latency.parse("0.2")(1, "any") == 0.2
    drawn = [latency.parse("lognormal:1.0:0.5")(7, str(n)) for n in range(4000)]
    assert drawn == [latency.parse("lognormal:1.0:0.5")(7, str(n)) for n in range(4000)]
    assert statistics.fmean(drawn) == pytest.approx(1.0, abs=0.05) and statistics.median(drawn) < 0.95
    for wrong in ("", "soon", "-1", "nan", "inf", "lognormal:1", "lognormal:0:1", "replay", "replay:/nowhere"):
        with pytest.raises(latency.LatencyError):
            latency.parse(wrong)


def test_record_and_replay(sim: Callable[..., Server], tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    server = sim(latency="lognormal:0.05:0.5", faults="http_500=#1", record=record, teacher=STUB, seed=3)
    for n in range(6):
        post(server, ask(str(n)))
    rows = [json.loads(line) for line in record.read_text().splitlines()]
    assert [row["fault"] for row in rows] == ["http_500", *[None] * 5]
    for row in rows:
        assert row["latency"] == latency.parse("lognormal:0.05:0.5")(3, row["key"])
        assert row["latency"] <= row["departure"] - row["arrival"] < row["latency"] + 0.2
        assert row["agent"] == "text" and row["status"] in (200, 500)
    stats = server.stats()
    assert stats["first_arrival"] == rows[0]["arrival"] and stats["last_departure"] == rows[-1]["departure"]
    assert stats["latency_sum"] == pytest.approx(sum(row["latency"] for row in rows))
    again = sim(latency=f"replay:{record}", teacher=STUB)
    started = time.monotonic()
    post(again, ask("5"))
    took = rows[5]["departure"] - rows[5]["arrival"]
    assert took <= time.monotonic() - started < took + 0.2


def test_requests_run_at_the_same_time(server: Server) -> None:
    server.configure(latency="0.4")
    threads = [threading.Thread(target=post, args=(server, ask(str(n)))) for n in range(20)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stats = server.stats()
    assert time.monotonic() - started < 3 and stats["max_in_flight"] == 20
    assert (stats["requests"], stats["answered"], stats["in_flight"]) == (20, 20, 0)


def test_a_client_that_hangs_up_is_counted(server: Server) -> None:
    server.configure(latency="5")
    with pytest.raises(TimeoutError):
        post(server, ask(), timeout=0.2)
    deadline = time.monotonic() + 3
    while server.stats()["in_flight"] and time.monotonic() < deadline:
        time.sleep(0.02)
    stats = server.stats()
    assert (stats["gone"], stats["answered"], stats["in_flight"]) == (1, 0, 0)


def test_control(server: Server) -> None:
    assert server.configure(faults="http_500=always", think=True)["think"] is True
    assert post(server, ask()).status == 500
    for wrong in ({"faults": "http_9=1"}, {"latency": "x"}, {"defects": "html=1"}, {"colour": 1}, {"faults": "html=2"}):
        with pytest.raises(ValueError):
            server.configure(**wrong)
    assert post(server, ask()).status == 500, "a wrong setting changes nothing"
    server.reset()
    assert server.stats()["requests"] == 0


def test_plans() -> None:
    assert plan.parse(" a=0.5 , b=always,c=#3,n=2", "abc", {"n": 1.0}) == plan.Plan(
        {"a": 0.5, "b": 1.0}, {"c": 3}, {"n": 2.0}
    )
    for wrong in ("d=1", "a", "a=often", "a=-0.1", "a=1.5", "c=#x"):
        with pytest.raises(plan.PlanError):
            plan.parse(wrong, "abc", {})


def test_malformed_requests_and_models(server: Server) -> None:
    at = urlparse(server.base_url)
    for body in (b"{", b"[]", b'{"messages": 3}', b"null"):
        connection = http.client.HTTPConnection(str(at.hostname), at.port, timeout=5)
        connection.request("POST", "/v1/chat/completions", body)
        assert connection.getresponse().status == 400
        connection.close()
    connection = http.client.HTTPConnection(str(at.hostname), at.port, timeout=5)
    connection.request("GET", "/v1/models")
    assert json.load(connection.getresponse())["data"][0]["object"] == "model"
    connection.close()


# Life and death

COMMAND = [sys.executable, "-m", "tests.simulator", f"--teacher={STUB}"]


def _gone(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_dies_with_its_parent() -> None:
    code = (
        "import os, signal\nfrom tests.simulator import simulator\n"
        f"with simulator(teacher={STUB!r}) as server:\n print(server.pid, flush=True)\n os.kill(os.getpid(), signal.SIGKILL)"
    )
    parent = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert parent.returncode == -signal.SIGKILL
    assert _gone(int(parent.stdout))


def test_ends_with_stdin_or_sigterm() -> None:
    for end in ("stdin", "sigterm"):
        process = subprocess.Popen(COMMAND, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdin and process.stdout
        server = Server(**json.loads(process.stdout.readline()))
        assert server.pid == process.pid and post(server, ask()).status == 200
        if end == "stdin":
            process.stdin.close()
        else:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        process.stdout.close()
        process.stdin.close()


def test_a_wrong_command_line_is_told() -> None:
    told = subprocess.run([*COMMAND, "--faults=nope=1"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert told.returncode == 2 and "unknown 'nope'; known: " in told.stderr
