"""Five tiny questions that show what an endpoint can do, before a run is paid for."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pydantic import BaseModel

from tasks.records import Json, Rejected
from tasks.settings import SettingsError
from tasks.teacher.batches import NoBatchAPI
from tasks.teacher.endpoints import OFFLINE
from tasks.teacher.faults import EndpointDown, Fault, StopRun
from tasks.teacher.teacher import Answer, Teacher, Voice

AGENT = "probe"
"""The agent that probes have in ledger and lineage."""
PLAIN, SCHEMA = "plain question", "schema"
"""What no run can do without."""
_LONG = "The tide came in over the flats and went out again, and nobody wrote the hour of it down. "
_TIMES = 250
"""Repetitions that make about 5,000 tokens, which is what the longest of our prompts take."""
_WORDS = ("marigold", "anvil")
_PLAIN: list[Json] = [
    {"role": "system", "content": "You answer in one short sentence."},
    {"role": "user", "content": "What is the capital of France?"},
]


class Town(BaseModel):
    """What the probe of schemas asks for."""

    name: str
    inhabitants: int


_ADDRESS = "check that it is up and that --base-url is its address"
_REMEDIES = {
    "cut_off": "raise max_tokens; a model that thinks at length needs 8,000 and more",
    "empty_answer": "raise max_tokens if the model thinks before it answers; else try another model",
    "not_in_schema": "try a more capable model, or --set structured_output=prompt",
    "bad_tool_call": "try --set tool_protocol=text or another model",
    "unknown_end": "it breaks its answers off: try again later, or another endpoint",
    "endpoint_error": "try again later, or another endpoint",
    "content_filter": "its filter takes offence at harmless text: rows on delicate matters will be lost",
    "refusal": "rows on delicate matters will be lost",
    "bad_request": "request_extra and request_headers add what it may ask for; its own log or documentation says what",
}


@dataclass(frozen=True)
class Finding:
    """What a question showed: whether the endpoint can do it, and how, or the remedy."""

    question: str
    able: bool
    """False for what is lacking."""
    found: str
    seconds: float


async def greet(teacher: Teacher) -> None:
    """Ask every endpoint of the teacher one plain question, so that a wrong key, name or address ends a run before it starts.

    Raises StopRun. An answer that is unusable in itself stops nothing; an answer of an earlier run is taken from the ledger.
    """
    for voice in teacher.voices:
        if voice.endpoint.name == OFFLINE:
            continue
        await _check_batches(voice)
        try:
            await _ask(teacher, _PLAIN, voice=voice, max_tokens=teacher.settings.max_tokens)
        except EndpointDown as down:
            raise StopRun(f"{down}: {_ADDRESS}") from None
        except Rejected as rejected:
            if rejected.reason == "bad_request":
                raise StopRun(
                    f"{voice.endpoint.model}: {rejected.detail}, for a plain question: `agentinstruct check-endpoint` shows what "
                    "it takes; request_extra adds what it asks for"
                ) from None


async def _check_batches(voice: Voice) -> None:
    """SettingsError or StopRun where calls are to be batched and cannot be, before any is paid for."""
    if voice.batcher is None:
        return
    try:
        await voice.batcher.delivery.check()
    except NoBatchAPI:
        raise SettingsError(f"--batch: {voice.endpoint.name} has no Batch API; leave --batch out") from None
    except Fault as fault:
        raise StopRun(
            fault.message or f"the endpoint's Batch API does not answer ({fault.reason}): {_ADDRESS}"
        ) from None


async def probe(teacher: Teacher) -> list[Finding]:
    """What the teacher's endpoint can do: a plain answer, a schema, a call of a function, a long prompt, a delicate question.

    Later questions are left out where the first brought nothing. Raises StopRun where nothing can come of any.
    """
    findings: list[Finding] = []
    for name, question in _QUESTIONS.items():
        began = time.monotonic()
        try:
            able, found = await question(teacher)
        except Rejected as rejected:
            able, found = False, _with_remedy(rejected)
        except EndpointDown as down:
            able, found = False, f"{down}: {_ADDRESS}"
        findings.append(Finding(name, able, found, time.monotonic() - began))
        if not findings[0].able:
            break
    return findings


def _with_remedy(rejected: Rejected) -> str:
    told = rejected.detail or rejected.reason.replace("_", " ")
    remedy = _REMEDIES.get(rejected.reason)
    return f"{told}: {remedy}" if remedy else told


async def _plain(teacher: Teacher) -> tuple[bool, str]:
    answer = await _ask(teacher, _PLAIN, max_tokens=teacher.settings.max_tokens)  # shows the longest answer it allows
    right = "paris" in answer.text.lower()
    return (
        True,
        "answers" if right else "answers, though not with what was asked: a very small model, or a wrong template",
    )


async def _schema(teacher: Teacher) -> tuple[bool, str]:
    text = "Give the town of this sentence as data: Wick, in the far north, has 6800 inhabitants."
    answer = await _ask(teacher, [{"role": "user", "content": text}], schema=Town)
    right = answer.parsed == Town(name="Wick", inhabitants=6800)
    return True, "answers in the form of a schema" + ("" if right else ", with other values than the text has")


async def _tools(teacher: Teacher) -> tuple[bool, str]:
    place = {"type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]}
    told = {"name": "water_level", "description": "The water level at a place, in metres.", "parameters": place}
    ask = [{"role": "user", "content": "How high is the water at Wick? Look it up."}]
    answer = await _ask(teacher, ask, tools=[{"type": "function", "function": told}])
    if not answer.tool_calls:
        return False, "calls no function: skills that need calls will lose most of their rows; try another model"
    return True, "calls functions"


async def _long(teacher: Teacher) -> tuple[bool, str]:
    first, last = _WORDS
    text = f"The first word is {first}.\n{_LONG * _TIMES}\nThe last word is {last}.\nName the first and the last word."
    said = (await _ask(teacher, [{"role": "user", "content": text}])).text.lower()
    if first in said and last in said:
        return True, f"reads a prompt of about {len(text) // 4:,} tokens whole"
    return False, "reads a long prompt in part only: raise its context (Ollama: num_ctx), or set a smaller chunk_words"


async def _delicate(teacher: Teacher) -> tuple[bool, str]:
    text = "A leaflet on safety at home says never to mix bleach with ammonia. Why? Answer in one sentence."
    await _ask(teacher, [{"role": "user", "content": text}])
    return True, "answers a delicate but harmless question"


_QUESTIONS: dict[str, Callable[[Teacher], Awaitable[tuple[bool, str]]]] = {
    PLAIN: _plain,
    SCHEMA: _schema,
    "functions": _tools,
    "long prompt": _long,
    "refusals": _delicate,
}


async def _ask(
    teacher: Teacher,
    messages: list[Json],
    *,
    voice: Voice | None = None,
    schema: type[BaseModel] | None = None,
    tools: list[Json] | None = None,
    max_tokens: int = 2_048,
) -> Answer:
    return await teacher.chat(
        messages, agent=AGENT, voice=voice, schema=schema, tools=tools, temperature=0.0, max_tokens=max_tokens
    )
