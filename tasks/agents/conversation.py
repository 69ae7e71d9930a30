"""The conversation of a record: the teacher answers what the student will see, with its tools and a way to think."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tasks.agents.calls import calls_of, result_of
from tasks.agents.kind import SkillRun
from tasks.agents.length import length_told
from tasks.agents.presentation import opening
from tasks.agents.simulated_user import next_turn
from tasks.agents.strategy import PLAIN, strategy_of
from tasks.records import Json, Record, Rejected
from tasks.teacher import Answer, Voice


@dataclass
class Conversation:
    """A finished conversation: `messages` as the student will see them, and how they came about."""

    messages: list[Json]
    strategy: str = ""
    events: list[Json] = field(default_factory=list)


async def converse(record: Record, run: SkillRun, *, sample: int, voice: Voice | None = None) -> Conversation:
    """The finished conversation; raises Rejected like the teacher, or if it never ends.

    Another `voice` answers as a student does: without the teacher's own tools, and told no way to think.
    """
    strategy = PLAIN if voice else strategy_of(record, run, sample)
    shown = opening(record, run)
    done = Conversation(strategy.kept(shown), strategy.name)
    # What the teacher sees: the same messages, its way to think, and the turns with its own tools.
    told = strategy.told(shown, "" if voice else length_told(record, run, shown, sample))
    needed, allowed = run.kind.environment.turns, run.skill.response.max_turns
    turns = most = min(allowed, needed(record)) if needed else allowed
    rounds = 0 if voice else run.settings.tool_rounds
    while turns:
        answer = await _respond(record, told, run, sample, with_tools=rounds > 0, voice=voice)
        done.events.append(answer.event)
        if answer.tool_calls and not _own(record, answer):
            if not rounds:
                raise Rejected("tool_calls", f"no answer after {run.settings.tool_rounds} rounds of tools", done.events)
            rounds -= 1
            await _use(record, answer, done, told, run)
            continue
        turns -= 1
        if answer.tool_calls:
            await _act(record, answer, done, told, run, sample)
            continue
        _say(done, told, {"role": "assistant", "content": answer.text})
        turn = await next_turn(record, done.messages, run, sample=sample, events=done.events)
        if turn is None:
            return done
        _say(done, told, {"role": "user", "content": turn})
    raise Rejected("unfinished", f"no end after {most} turns", done.events)


async def answer_again(record: Record, run: SkillRun, turn: Json) -> Conversation:
    """The conversation of one answer with that answer given once more, after a further turn that the record does not keep.

    Raises Rejected like :func:`converse`.
    """
    # The same opening as before, as far as it can be known again, so that the endpoint's cache serves it.
    strategy = strategy_of(replace(record, id=record.parent), run, record.sample)
    shown = opening(record, run)
    kept = strategy.kept(shown)
    same = strategy.name == record.strategy and record.messages[: len(kept)] == kept
    length = length_told(replace(record, id=record.parent), run, shown, record.sample)
    told = [*(strategy.told(shown, length) + record.messages[len(kept) :] if same else record.messages), turn]
    done = Conversation(record.messages[:-1], record.strategy)
    for left in reversed(range(run.settings.tool_rounds + 1)):
        answer = await _respond(record, told, run, record.sample, with_tools=left > 0)
        done.events.append(answer.event)
        if not answer.tool_calls:
            done.messages.append({"role": "assistant", "content": answer.text})
            return done
        if _own(record, answer):
            raise Rejected("tool_calls", "the answer is mended by words, and not by calls", done.events)
        await _use(record, answer, done, told, run)
    raise Rejected("tool_calls", f"no answer after {run.settings.tool_rounds} rounds of tools", done.events)


async def _respond(
    record: Record, told: list[Json], run: SkillRun, sample: int, *, with_tools: bool, voice: Voice | None = None
) -> Answer:
    tools = run.toolbox.offered(run.skill.tools.get("respond", ())) if with_tools else []
    answer = await run.teacher.chat(
        told,
        agent="respond",
        tools=[*record.tools, *tools] or None,
        voice=voice,
        temperature=run.temperature("respond", run.settings.respond_temperature),
        max_tokens=run.skill.response.max_tokens,
        sample=sample,
        depth=run.depth,
    )
    answer.event["step"] = run.step
    return answer


def _say(done: Conversation, told: list[Json], message: Json) -> None:
    done.messages.append(message)
    told.append(message)


def _own(record: Record, answer: Answer) -> bool:
    """Whether the calls are for the functions of the task, and not for the teacher's own tools."""
    offered = {tool["function"]["name"] for tool in record.tools}
    return any(call["name"] in offered for call in answer.tool_calls)


async def _act(
    record: Record, answer: Answer, done: Conversation, told: list[Json], run: SkillRun, sample: int
) -> None:
    """The calls of the task's functions, with what they answer: part of what the student learns."""
    answers = run.kind.environment.answers
    if answers is None:
        raise Rejected("tool_calls", "nobody answers the task's functions", done.events)
    calls = calls_of(answer, record.id, len(told))
    _say(done, told, {"role": "assistant", "content": answer.text, "tool_calls": calls})
    for call in calls:
        result = await answers(record, call, done.messages, run, sample, done.events)
        _say(done, told, result_of(call, result))


async def _use(record: Record, answer: Answer, done: Conversation, told: list[Json], run: SkillRun) -> None:
    """The calls of the teacher's own tools: in the lineage, and by the skill's choice in the messages."""
    allowed = run.skill.tools.get("respond", ())
    calls = calls_of(answer, record.id, len(told))
    turns: list[Json] = [{"role": "assistant", "content": answer.text, "tool_calls": calls}]
    for call, asked in zip(calls, answer.tool_calls, strict=True):
        if asked["name"] not in allowed:
            raise Rejected("tool_calls", f"the function '{asked['name'][:80]}' is not on offer", done.events)
        result = await run.toolbox.use(asked["name"], asked["arguments"], record.source.uri)
        done.events.append({"agent": f"tools/{asked['name']}", "arguments": asked["arguments"], "result": result})
        turns.append(result_of(call, result))
    told += turns
    if run.skill.response.show_tools:
        done.messages += turns
