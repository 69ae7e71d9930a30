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
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlparse

import pytest

from simulator import ROOT, Server, faults, latency, plan
from simulator.defects import agent_of
from simulator.raw import TEACHER, TOOL, Answer, ask, asks_for, post
from tasks.records import Json

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
def test_error_statuses(stubbed: Server, fault: str, status: int, code: str | None, retry_after: str | None) -> None:
    stubbed.configure(faults=f"{fault}=always")
    answer = post(stubbed, ask())
    assert (answer.status, answer.json["error"]["code"], answer.headers.get("Retry-After")) == (
        status,
        code,
        retry_after,
    )
    assert answer.json["error"]["message"]
    assert stubbed.stats()["faults"] == {fault: 1}


def test_other_error_bodies(stubbed: Server) -> None:
    stubbed.configure(faults="context_overflow_vllm=always")
    answer = post(stubbed, ask())
    assert answer.status == 400 and "code" not in answer.json
    assert answer.json["message"].startswith(
        "This model's maximum context length is 4096 tokens. However, you requested"
    )
    stubbed.configure(faults="http_502=always")
    answer = post(stubbed, ask())
    assert (answer.status, answer.headers["Content-Type"].split(";")[0]) == (502, "text/html")
    stubbed.configure(faults="http_429_after=always,retry_after=3")
    assert post(stubbed, ask()).headers["Retry-After"] == "3"


def test_broken_wires(stubbed: Server) -> None:
    stubbed.configure(faults="reset=always")
    with pytest.raises(ConnectionResetError):
        post(stubbed, ask())
    stubbed.configure(faults="timeout=always,hang=0.3")
    started = time.monotonic()
    with pytest.raises(http.client.RemoteDisconnected):
        post(stubbed, ask())
    assert time.monotonic() - started >= 0.3
    stubbed.configure(faults="timeout=always")
    with pytest.raises(TimeoutError):
        post(stubbed, ask(), timeout=0.2)
    stubbed.configure(faults="cut_body=always")
    answer = post(stubbed, ask())
    assert answer.status == 200 and answer.headers["Connection"] == "close" and answer.body.startswith(b'{"id"')
    with pytest.raises(json.JSONDecodeError):
        _ = answer.json
    stubbed.configure(faults="slow_body=always,slow=0.3")
    started = time.monotonic()
    with pytest.raises(http.client.IncompleteRead):
        post(stubbed, ask())
    assert time.monotonic() - started >= 0.25
    stubbed.configure(faults="html=always")
    answer = post(stubbed, ask())
    assert (answer.status, answer.headers["Content-Type"].split(";")[0]) == (200, "text/html")
    counted = stubbed.stats()["faults"]
    assert counted == {"reset": 1, "timeout": 2, "cut_body": 1, "slow_body": 1, "html": 1}


def _as_told(fault: str, answer: Answer, request: Json) -> bool:
    body = answer.json
    if fault in ("error_body", "empty_choices", "null_choices", "no_usage"):
        told: dict[str, bool] = {
            "error_body": "choices" not in body and body["error"]["message"],
            "empty_choices": body.get("choices") == [],
            "null_choices": "choices" in body and body["choices"] is None,
            "no_usage": "usage" in body and body["usage"] is None,
        }
        return told[fault]
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
def test_spoilt_answers(stubbed: Server, fault: str) -> None:
    request = ask(content=json.dumps({"items": ["a", {"b": 'c": d'}], "note": "n"}))
    stubbed.configure(faults=f"{fault}=always")
    answer = post(stubbed, request)
    assert answer.status == 200 and _as_told(fault, answer, request)
    assert stubbed.stats()["faults"] == {fault: 1} and stubbed.stats()["answered"] == 0


@pytest.mark.parametrize("proper", ['{"a": 1}', '{"items": ["x\\": y", ": z"], "b": {"c": "\\"d\\": e"}}', "{}"])
def test_invalid_json(stubbed: Server, proper: str) -> None:
    stubbed.configure(faults="invalid_json=always")
    content = post(stubbed, ask(content=proper)).content
    assert content.startswith("{")
    with pytest.raises(json.JSONDecodeError):
        json.loads(content, strict=False)


def test_faults_of_calls(stubbed: Server) -> None:
    stubbed.configure(faults="wrong_tool_call=always")
    answer = post(stubbed, ask(tools=[TOOL]))
    assert answer.choice["finish_reason"] == "tool_calls"
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.choice["message"]["tool_calls"][0]["function"]["arguments"])
    stubbed.configure(faults="truncated=always")
    call = {"id": "c", "type": "function", "function": {"name": "book_room", "arguments": '{"city": "Lund"}'}}
    answer = post(stubbed, ask(tools=[TOOL], content=None, calls=[call]))
    assert answer.choice["message"]["tool_calls"][0]["function"]["arguments"] == '{"city":'


def test_faults_that_do_not_suit_do_not_fire(stubbed: Server) -> None:
    stubbed.configure(faults="wrong_tool_call=always,invalid_json=always,fenced=#2,prose=always")
    assert post(stubbed, ask()).content == "Proper answer."
    assert stubbed.stats()["faults"] == {} and stubbed.stats()["answered"] == 1


def test_counted_faults_come_first_and_end(stubbed: Server) -> None:
    stubbed.configure(faults="http_500=#2")
    assert [post(stubbed, ask(str(n))).status for n in range(4)] == [500, 500, 200, 200]
    stubbed.reset()
    assert [post(stubbed, ask(str(n))).status for n in range(3)] == [500, 500, 200]


def test_faults_are_drawn_by_seed_body_and_turn(stubbed: Server) -> None:
    def statuses(seed: int) -> list[int]:
        stubbed.configure(faults="http_500=0.3,http_429=0.2", seed=seed)
        stubbed.reset()
        return [post(stubbed, ask(str(n % 20))).status for n in range(80)]

    first = statuses(1)
    assert first == statuses(1) != statuses(2)
    assert first[:20] != first[20:40], "a request that is sent again has another draw"
    assert 20 <= 80 - first.count(200) <= 60


# Features


def test_unsupported_features(stubbed: Server) -> None:
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
        stubbed.configure(**{flag: True})
        refused = post(stubbed, {**plain, **used})
        assert refused.status == 400 and said in refused.json["error"]["message"]
        stubbed.configure(**{flag: False})
        assert post(stubbed, {**plain, **used}).status == 200
    stubbed.configure(max_completion_tokens_only=True)
    del plain["max_tokens"]
    assert post(stubbed, {**plain, "max_completion_tokens": 64}).status == 200
    assert stubbed.stats()["refused"] == len(cases)


def test_manners(stubbed: Server) -> None:
    proper = '{"items": []}'
    stubbed.configure(think=True, fenced=True)
    content = post(stubbed, ask(content=proper)).content
    assert content.startswith("<think>") and f"```json\n{proper}\n```" in content
    stubbed.configure(think=False, fenced=False, ignore_response_format=True)
    content = post(stubbed, ask(content=proper)).content
    assert proper in content and content != proper
    assert post(stubbed, ask()).content == "Proper answer."


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
    server = sim(latency="lognormal:0.05:0.5", faults="http_500=#1", record=record, teacher=TEACHER, seed=3)
    for n in range(6):
        post(server, ask(str(n)))
    rows = [json.loads(line) for line in record.read_text().splitlines()]
    assert [row["fault"] for row in rows] == ["http_500", *[None] * 5]
    for row in rows:
        assert row["latency"] == latency.parse("lognormal:0.05:0.5")(3, row["key"])
        assert row["latency"] <= row["departure"] - row["arrival"]
        assert row["agent"] == "text" and row["status"] in (200, 500)
    stats = server.stats()
    assert stats["first_arrival"] == rows[0]["arrival"] and stats["last_departure"] == rows[-1]["departure"]
    assert stats["latency_sum"] == pytest.approx(sum(row["latency"] for row in rows))
    again = sim(latency=f"replay:{record}", teacher=TEACHER)
    started = time.monotonic()
    post(again, ask("5"))
    took = rows[5]["departure"] - rows[5]["arrival"]
    assert took <= time.monotonic() - started


def test_requests_run_at_the_same_time(stubbed: Server) -> None:
    stubbed.configure(latency="0.4")
    threads = [threading.Thread(target=post, args=(stubbed, ask(str(n)))) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stats = stubbed.stats()
    assert stats["max_in_flight"] == 20
    assert (stats["requests"], stats["answered"], stats["in_flight"]) == (20, 20, 0)


def test_a_client_that_hangs_up_is_counted(stubbed: Server) -> None:
    stubbed.configure(latency="5")
    with pytest.raises(TimeoutError):
        post(stubbed, ask(), timeout=0.2)
    deadline = time.monotonic() + 3
    while stubbed.stats()["in_flight"] and time.monotonic() < deadline:
        time.sleep(0.02)
    stats = stubbed.stats()
    assert (stats["gone"], stats["answered"], stats["in_flight"]) == (1, 0, 0)


def test_control(stubbed: Server) -> None:
    assert stubbed.configure(faults="http_500=always", think=True)["think"] is True
    assert post(stubbed, ask()).status == 500
    for wrong in ({"faults": "http_9=1"}, {"latency": "x"}, {"defects": "html=1"}, {"colour": 1}, {"faults": "html=2"}):
        with pytest.raises(ValueError):
            stubbed.configure(**wrong)
    assert post(stubbed, ask()).status == 500, "a wrong setting changes nothing"
    stubbed.reset()
    assert stubbed.stats()["requests"] == 0


def test_plans() -> None:
    assert plan.parse(" a=0.5 , b=always,c=#3,n=2", "abc", {"n": 1.0}) == plan.Plan(
        {"a": 0.5, "b": 1.0}, {"c": 3}, {"n": 2.0}
    )
    for wrong in ("d=1", "a", "a=often", "a=-0.1", "a=1.5", "c=#x"):
        with pytest.raises(plan.PlanError):
            plan.parse(wrong, "abc", {})


def test_malformed_requests_and_models(stubbed: Server) -> None:
    at = urlparse(stubbed.base_url)
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

COMMAND = [sys.executable, "-m", "simulator", f"--teacher={TEACHER}"]


def _gone(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_dies_with_its_parent() -> None:
    code = f"""
import os, signal
from simulator import simulator
with simulator(teacher={TEACHER!r}) as server:
    print(server.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
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
