"""No material, however awkward, and no request, however malformed, makes the offline teacher fail."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.offline import reply
from tasks.offline.passage import pieces
from tasks.records import Json
from tasks.teacher.contract import Contract
from tests.offline.asking import (
    CODE,
    CONTRACTS,
    FORMS,
    ask,
    request,
    said,
)

AWKWARD = [
    "",
    "x",
    "Привет, мир. Это короткий текст о море и о людях, которые живут рядом с ним. В 1905 году их было 24.",
    "潮汐发电站从地球的自转中获取能量。月亮在海洋中引起两个隆起。地球在其下方转动。高水位大约每十二小时到来一次。",
    CODE,
    "{a} {{b}} %s ${x} \\1 \\g<0> (( [ * ? +. " * 20,
    "“quote” “a ____ b” " * 30,
    "| a | b |\n|---|---|\n| 1 | 2 |\n" * 20,
    "Word. " * 300,
    "A. B. C. D. E. F. G.\n" * 20,
    "a" * 5000,
    "Serial 31415926535897932384626433832795028841971 and then 1.2,3:4;5 of it follow here (see list " * 30,
    "The number is " + "1234567890" * 300 + " and no more.",
    "- * _ # > | " * 400,
    "//\n * x\n" * 400,
    "Args:\n  a (b" * 400,
]


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_material_never_raises(text: str) -> None:
    blocks = [
        "seed",
        "passage",
        "functions",
        "similar",
        "instruction",
        "options",
        "key",
        "suggestion",
        "function",
        "call",
    ]
    names = [*blocks, "history", "conversation", "goal"]
    forms = list(zip([*FORMS, "calls"], ["make_unanswerable", "flip_answer", "harder"] * 3, strict=True))
    for number, schema in enumerate(
        CONTRACTS, AWKWARD.index(text)
    ):  # each form meets each text, and each contract several
        form, goal = forms[number % len(forms)]
        ask(dict.fromkeys(names, text), {"answer_form": form, "goal": goal, "count": "x", "task_type": "?"}, schema)
    said(request({"seed": text}, {}, None, text))
    for tools in ([], [{"type": "function", "function": {"name": "f"}}, {}, 3, None]):
        reply({"messages": [{"role": "system", "content": text}, {"role": "user", "content": text}], "tools": tools})


@given(st.text(max_size=300), st.sampled_from(CONTRACTS), st.sampled_from(FORMS))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_arbitrary_material_never_raises(text: str, schema: type[Contract], form: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    item = dict.fromkeys(("passage", "instruction", "functions", "options", "goal", "conversation", "seed"), text)
    ask(item, {"answer_form": form}, schema)
    assert isinstance(said({"messages": [{"role": "user", "content": text}]}), str)
    assert all(text[p.start : p.end].split() == p.text.split() for p in pieces(text))


@pytest.mark.parametrize("body", [{}, {"messages": None}, {"messages": [{}]}, {"messages": ["x"], "tools": "y"}])
def test_malformed_requests_get_a_reply(body: Json) -> None:
    assert isinstance(said(body), str)
