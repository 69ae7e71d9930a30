"""`Teacher.ask` and `Teacher.chat`: a prompt in, a usable answer out, or a clear end.

Every answer is in the ledger before it is used and every call is counted. One retry layer (tenacity) stands around each call;
answers that cannot be used are asked for again, a few times, with the error shown to the model.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import tenacity
from pydantic import BaseModel

from prompts import Agent
from tasks.records import Json, Rejected, digest
from tasks.settings import Settings, json_object
from tasks.teacher import parsing
from tasks.teacher.accounts import counts_of, event_of, kept_of, with_attempts
from tasks.teacher.attempts import next_attempt
from tasks.teacher.batches import Batched, Batcher, Expected, expected
from tasks.teacher.budget import Budget
from tasks.teacher.endpoints.protocol import Endpoint
from tasks.teacher.faults import EndpointDown, Fault, StopRun
from tasks.teacher.ledger import Ledger
from tasks.teacher.limiter import GIVEN_UP, Limiter
from tasks.teacher.patience import Patience, wait
from tasks.teacher.prices import Price
from tasks.teacher.replies import choice_of, message_of, whole_prompt_read
from tasks.teacher.usage import Usage
from tasks.teacher.work import let_down, step_of_call


@dataclass(frozen=True)
class Answer:
    """A usable answer: text, what was parsed from it if a schema was asked for, and tool calls `{name, arguments}`."""

    text: str
    parsed: Any
    tool_calls: list[Json]
    event: Json
    """For the lineage: agent, prompt, model, call, tokens."""


@dataclass(frozen=True)
class Voice:
    """A model at its endpoint, with what it costs."""

    endpoint: Endpoint
    price: Price | None
    batcher: Batcher | None = None
    """Takes the calls of some steps through the provider's Batch API."""
    limiter: Limiter | None = None
    """That of an endpoint of its own; the teacher's if None."""


@dataclass
class Teacher:
    """One endpoint, and perhaps another as the judge, with everything around them; lives on one event loop."""

    endpoint: Endpoint
    ledger: Ledger
    limiter: Limiter
    settings: Settings
    price: Price | None
    judge: Voice | None = None
    """Who judges; the teacher itself if None."""
    student: Voice | None = None
    """Who solves tasks as a student-sized model does, to measure them; nobody if None."""
    batcher: Batcher | None = None
    """That of the teacher's own endpoint."""
    budget: Budget = field(default_factory=Budget)
    usage: Usage = field(default_factory=Usage)
    stopped: str = ""
    """Why no more calls are made; empty while they are."""
    spent: bool = False
    """Whether that is because the budget is used up."""
    failing: int = 0
    """Calls that failed and wait to be tried again."""
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _last_success: float = -1.0
    _bad_requests: int = 0
    _under_way: int = 0
    _alone: int = 0
    """Calls that are made on their own, in no batch, or wait to be."""

    def __post_init__(self) -> None:
        for batcher in self._batchers():
            batcher.busy = lambda: self._alone > 0

    @property
    def voices(self) -> list[Voice]:
        """The teacher's own, and those of judge and student where they are others."""
        own = Voice(self.endpoint, self.price, self.batcher, self.limiter)
        return [own, *(voice for voice in (self.judge, self.student) if voice is not None)]

    async def ask(
        self,
        agent: Agent,
        variables: dict[str, Any],
        schema: type[BaseModel] | None = None,
        *,
        temperature: float,
        tools: list[Json] | None = None,
        turns: Sequence[Json] = (),
        voice: Voice | None = None,
        sample: int = 0,
        depth: int = 0,
    ) -> Answer:
        """Fill the agent's template with `variables` and ask; see :meth:`chat` for what it raises.

        `turns` follow the template: calls of `tools` that it has made, with their results.
        """
        roles = {"human": "user", "ai": "assistant"}
        rendered = agent.template.format_messages(**variables)
        messages = [{"role": roles.get(m.type, m.type), "content": str(m.content)} for m in rendered]
        return await self.chat(
            [*messages, *turns],
            agent=agent.name,
            prompt=agent.sha256,
            schema=schema,
            tools=tools,
            voice=voice,
            temperature=temperature,
            max_tokens=self.settings.max_tokens,
            sample=sample,
            depth=depth,
        )

    async def chat(
        self,
        messages: Sequence[Json],
        *,
        agent: str,
        prompt: str = "",
        schema: type[BaseModel] | None = None,
        tools: list[Json] | None = None,
        voice: Voice | None = None,
        temperature: float,
        max_tokens: int,
        sample: int = 0,
        depth: int = 0,
    ) -> Answer:
        """A usable answer to `messages`.

        Raises Rejected (the record cannot go on: refused, too long, unusable after some attempts), EndpointDown or StopRun.
        """
        events: list[Json] = []
        voice = voice or self.voices[0]
        told = list(messages)
        asked = "\n".join(str(m.get("content") or "") for m in messages)
        offered = {tool["function"]["name"] for tool in tools or ()}
        for attempt in range(self.settings.attempts):
            body = self._request(voice, told, temperature, max_tokens, tools, sample)
            if schema is not None:
                form = {"name": schema.__name__, "schema": parsing.json_schema(schema), "strict": True}
                body["response_format"] = {"type": "json_schema", "json_schema": form}
            key = digest(voice.endpoint.name, body, sample, attempt)
            reply, replayed = await self._answered(voice, key, body, agent, depth, events)
            event = event_of(reply, voice.endpoint.model, voice.price, key, agent, prompt)
            try:
                message = message_of(reply, asked, offered)
                wanted = None if message.calls else schema
                parsed = parsing.structured(message.text, wanted, asked) if wanted is not None else None
                whole_prompt_read(reply, told)
            except Fault as fault:
                self._add(voice, failed=not replayed)
                events.append({**event, "note": fault.reason})
                if fault.kind != "unusable" or attempt + 1 == self.settings.attempts:
                    raise Rejected(fault.reason, fault.message, events) from None
                told, max_tokens = next_attempt(messages, reply, fault, max_tokens)
                continue
            return Answer(message.text, parsed, message.calls, with_attempts(event, events))
        raise AssertionError("attempts is at least 1")

    async def reply(
        self, messages: Sequence[Json], *, agent: str, tools: list[Json] | None, temperature: float, max_tokens: int
    ) -> tuple[Json, Json]:
        """The reply to `messages` as it came, cut off, empty or refused as it may be, and its event; raises as :meth:`chat`."""
        voice = self.voices[0]
        body = self._request(voice, messages, temperature, max_tokens, tools)
        key = digest(voice.endpoint.name, body, 0, 0)
        found, _ = await self._answered(voice, key, body, agent, 0, [])
        return found, event_of(found, voice.endpoint.model, voice.price, key, agent, "")

    def _request(
        self,
        voice: Voice,
        messages: Sequence[Json],
        temperature: float,
        max_tokens: int,
        tools: list[Json] | None,
        sample: int = 0,
    ) -> Json:
        body: Json = {"model": voice.endpoint.model, "messages": list(messages), "temperature": temperature}
        more = {"max_tokens": max_tokens, **({"seed": sample} if sample else {}), **({"tools": tools} if tools else {})}
        return body | more | (json_object(self.settings.request_extra) if voice.endpoint is self.endpoint else {})

    async def _answered(
        self, voice: Voice, key: str, body: Json, agent: str, depth: int, events: list[Json]
    ) -> tuple[Json, bool]:
        """The raw reply and whether it is the ledger's; else a batch brings it, or the endpoint on its own."""
        known = await self.ledger.find(key)
        if known is not None:
            self._add(voice, replayed=1)
            return known, True
        batcher = voice.batcher
        if batcher and batcher.takes(step_of_call()):
            reply = await self._batched(voice, batcher, key, body, agent, events)
            if reply is not None:
                return reply, False
        self._alone += 1
        try:
            return await self._reply(voice, key, body, agent, depth, events), False
        finally:
            self._alone -= 1

    async def _batched(
        self, voice: Voice, batcher: Batcher, key: str, body: Json, agent: str, events: list[Json]
    ) -> Json | None:
        """The reply that a batch brings; None where the call is to be made on its own."""
        step = step_of_call()
        thought = expected(body, self.usage.parts.get((step, voice.endpoint.model)), voice.price)
        while not self._affords(batcher, thought):
            await batcher.one_ended()
        try:
            reply = await batcher.reply(key, body, step, agent, thought)
        except Fault as fault:
            if fault.kind in ("transport", "wait_long"):
                raise EndpointDown(
                    f"the endpoint's Batch API failed for as long as it is waited for ({fault.reason})"
                ) from None
            raise self._verdict(fault, time.monotonic(), events) from None
        if reply is not None:
            self._last_success = time.monotonic()
        return reply

    def _affords(self, batcher: Batcher, thought: Expected) -> bool:
        """Whether the budget has room for a call beside those that wait; where it has none even without them, raises StopRun."""
        self._within_budget()
        if self.stopped:
            raise StopRun(self.stopped)
        waiting = sum((batcher.expected for batcher in self._batchers()), Expected())
        used = self.usage
        tokens = used.prompt_tokens + used.completion_tokens + waiting.tokens + thought.tokens
        return not batcher.under_way or self.budget.affords(tokens, used.cost_usd + waiting.usd + thought.usd)

    async def _reply(self, voice: Voice, key: str, body: Json, agent: str, depth: int, events: list[Json]) -> Json:
        """The raw reply of the endpoint; malformed ones are tried again like any transport fault."""
        patience = Patience(self.settings.patience_seconds, answered=self._last_success >= 0)
        try:
            async for attempt in tenacity.AsyncRetrying(
                retry=tenacity.retry_if_exception(self._passes),
                wait=wait,
                stop=patience,
                sleep=self._sleep,
                reraise=True,
            ):
                with attempt:
                    reply = await self._once(voice, key, body, agent, depth, patience)
            return reply
        except Fault as fault:
            raise self._verdict(fault, patience.began, events) from None

    def _passes(self, error: BaseException) -> bool:
        """Whether the same call may succeed later. A path that nothing was ever found at is a wrong one."""
        if not isinstance(error, Fault) or error.kind not in ("transport", "wait_long") or error.reason == GIVEN_UP:
            return False
        return error.reason != "no_such_path" or self._last_success >= 0

    def stop(self, reason: str, *, leave: bool = True) -> None:
        """Start no more calls; those under way may end. Waiting ones raise StopRun(reason).

        Batches that were submitted stay at the provider, for the next run to pick up; or are waited for, unless `leave`.
        """
        left = self.batched().left() if leave else ""
        self.stopped = self.stopped or f"{reason}; {left}" if left else self.stopped or reason
        self._woken.set()
        for limiter in self.limiters.values():
            limiter.release()
        for batcher in self._batchers():
            batcher.leave() if leave else batcher.flush()

    @property
    def limiters(self) -> dict[str, Limiter]:
        """By the voice that it was made for: one for each endpoint."""
        further = {"judge": self.judge, "student": self.student}
        return {"teacher": self.limiter, **{name: v.limiter for name, v in further.items() if v and v.limiter}}

    def batched(self) -> Batched:
        """What goes through batches now."""
        return sum((batcher.traffic() for batcher in self._batchers()), Batched())

    def _batchers(self) -> list[Batcher]:
        return [voice.batcher for voice in self.voices if voice.batcher]

    async def _sleep(self, seconds: float) -> None:
        self.failing += 1
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), seconds)
        finally:
            self.failing -= 1

    async def _once(self, voice: Voice, key: str, body: Json, agent: str, depth: int, patience: Patience) -> Json:
        limiter = voice.limiter or self.limiter
        seen = self.usage.parts.get((step_of_call(), voice.endpoint.model))
        tokens = expected(body, seen, None).tokens if limiter.counts_tokens else 0
        patience.order = limiter.order() if patience.order is None else patience.order
        async with limiter.slot(depth, tokens=tokens, order=patience.order) as call:
            patience.excuse(call.waited)
            self._within_budget()
            if self.stopped:
                raise StopRun(self.stopped)
            try:
                reply = await self._asked(voice, body)
                choice_of(reply)
            except Fault as fault:
                self._add(voice, failed=1)
                self.usage.last_fault = fault.reason
                self.ledger.note_failure(key, agent, fault.reason)
                raise
            kept = kept_of(reply)
            counts = counts_of(kept, voice.price)
            self._add(voice, **counts)
            limiter.took(call, counts["prompt_tokens"] + counts["completion_tokens"])
            await self.ledger.commit(key, voice.endpoint.model, agent, kept)
        self._last_success = time.monotonic()
        return kept

    async def _asked(self, voice: Voice, body: Json) -> Json:
        """The endpoint's reply; a request that reached it is counted, whatever came back."""
        self._under_way += 1
        began = time.monotonic()
        try:
            reply: Json = await voice.endpoint.complete(body)
        except Fault as fault:
            self._add(voice, made=fault.reached)
            raise
        finally:
            self._under_way -= 1
        self._add(voice, made=1, timed=1, seconds=time.monotonic() - began)
        return reply

    def _within_budget(self) -> None:
        used = self.usage
        tokens = used.prompt_tokens + used.completion_tokens
        under_way = self._under_way + sum(batcher.under_way for batcher in self._batchers())
        if reason := self.budget.used_up(used.made, under_way, tokens, used.cost_usd, used.unmetered):
            self.spent |= not self.stopped
            self.stop(reason, leave=False)

    def _verdict(self, fault: Fault, began: float, events: list[Json]) -> Exception:
        """What a fault that retries did not mend means for the record, the shard or the run."""
        if fault.kind == "bad_request":
            self._bad_requests += 1
            if self._last_success < 0 and self._bad_requests >= 5:
                fault = Fault(
                    "stop",
                    fault.reason,
                    f"{fault.message} five times and answered nothing: check --base-url and --teacher",
                )
        if fault.kind == "stop" or (fault.reason == "no_such_path" and self._last_success < 0):
            self.stop(fault.message)
            return StopRun(self.stopped)
        if fault.kind in ("transport", "wait_long"):
            # Answers to others in the later half of our patience: it is this call that the endpoint cannot serve.
            if fault.reason == "failed_answer" or self._last_success > (began + time.monotonic()) / 2:
                let_down()
                return Rejected(
                    "endpoint_error", f"the endpoint kept failing on this call alone ({fault.reason})", events
                )
            if fault.reason == GIVEN_UP:
                return EndpointDown(fault.message)
            return EndpointDown(f"the endpoint failed for {max(0.0, time.monotonic() - began):.0f} s ({fault.reason})")
        return Rejected(fault.reason, fault.message, events)

    def _add(self, voice: Voice, **counts: float) -> None:
        self.usage.add(step_of_call(), voice.endpoint.model, **counts)

    def cost(self) -> float | None:
        """US dollars of this process's calls, None if the model's price is unknown or the endpoint counted no tokens."""
        return None if self.price is None else self.usage.cost()

    async def close(self) -> None:
        for batcher in self._batchers():
            await batcher.close()
        for voice in self.voices:
            await voice.endpoint.close()
        await asyncio.to_thread(self.ledger.close)
