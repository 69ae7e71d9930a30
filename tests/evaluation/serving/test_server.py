"""The small server with a real, if tiny and untaught, model."""

from __future__ import annotations

import asyncio
import urllib.error
from pathlib import Path
from typing import Any

import pytest

from tasks.evaluation.serving import Served, served
from tests.evaluation.serving.student import tiny_student
from tests.evaluation.serving.test_served import asked

pytestmark = pytest.mark.services
WEATHER = {"type": "function", "function": {"name": "weather", "description": "", "parameters": {"type": "object"}}}


def test_it_answers_as_a_client_expects(tmp_path: Path) -> None:
    async def examine() -> None:
        async with served(tiny_student(tmp_path / "tiny")) as student:
            await answers_as_a_client_expects(student)

    asyncio.run(examine())


async def answers_as_a_client_expects(student: Served) -> None:
    def ask(text: str, **more: Any) -> Any:
        body = {"temperature": 0, "max_tokens": 12, **more, "messages": [{"role": "user", "content": text}]}
        return asked(student.base_url, model=student.model, **body)

    words = ["one", "two and three", "four five six seven eight nine", "ten"] * 3
    alone = [await asyncio.to_thread(ask, word) for word in words]
    together = await asyncio.gather(*(asyncio.to_thread(ask, word) for word in words))
    for one, other in zip(alone, together, strict=True):
        assert one["choices"] == other["choices"] and one["usage"] == other["usage"]
    first = alone[0]
    assert first["choices"][0]["finish_reason"] == "length" and first["usage"]["completion_tokens"] == 12
    assert alone[2]["usage"]["prompt_tokens"] > alone[0]["usage"]["prompt_tokens"]

    text = first["choices"][0]["message"]["content"]
    cut = await asyncio.to_thread(ask, "one", stop=[text[3:5]])
    assert cut["choices"][0]["message"]["content"] == text[: text.index(text[3:5])]
    assert cut["choices"][0]["finish_reason"] == "stop"

    drawn = [(await asyncio.to_thread(ask, "one", temperature=1, seed=7))["choices"] for _ in range(2)]
    assert drawn[0] == drawn[1]
    with_tools = await asyncio.to_thread(ask, "one", tools=[WEATHER])
    assert with_tools["usage"]["prompt_tokens"] > first["usage"]["prompt_tokens"]

    with pytest.raises(urllib.error.HTTPError) as refused:
        await asyncio.to_thread(ask, "word " * 400)
    assert refused.value.code == 400 and b"context_length_exceeded" in refused.value.read()
    room = await asyncio.to_thread(ask, "word " * 40, max_tokens=10_000)
    assert room["usage"]["total_tokens"] == 256 and room["choices"][0]["finish_reason"] == "length"
