"""A judge decides whether a row that is near to a benchmark's item asks the same, gives it away, or is only alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

import prompts
from tasks.curation.decontamination import Candidate
from tasks.records import Json, Rejected, digest
from tasks.teacher import Teacher
from tasks.teacher.contract import Contract
from tasks.teacher.material import material
from tasks.teacher.parsing import json_schema
from tasks.teacher.prices import Price
from tasks.teacher.work import working

AGENT = "recognise"
"""The agent, and the step that its calls count for."""
CONFIRMED = {"same_question": "asks the same", "gives_away": "gives its answer away"}
"""Verdict that drops a row -> what the judge holds, in words."""
UNDECIDED = "undecided"
"""What is held of a pair that the judge could not decide, or gave no usable answer to."""
MOST_CHARACTERS = 6_000
"""Of a text that a judge is shown: of a longer one, its beginning and its end."""
_ANSWER_TOKENS = 120
_CHARACTERS_A_TOKEN = 4


class Recognition(Contract):
    """What the judge returns for a pair."""

    wanted: str = Field(description="what a solver of the item has to find, in one sentence")
    difference: str = Field(
        description="what of the task changes the item's answer, with the words; or that nothing does"
    )
    verdict: Literal["same_question", "gives_away", "only_alike", "unclear"] = Field(description="as the rules say")


@dataclass(frozen=True)
class Judge:
    """Who is asked."""

    model: str
    base_url: str
    extra: str = ""
    """Further parameters of its requests: other ones, other verdicts."""


@dataclass(frozen=True)
class Pair:
    """A row beside an item."""

    candidate: Candidate
    row: str
    """The row's id."""
    blocks: Mapping[str, str]
    """What the judge is shown."""
    key: str
    """Stands for all that decides the verdict."""


Verdicts = Mapping[str, Json]
"""Key of a pair -> `held`, with the tokens and the cost of it; `why` where nothing usable came."""


def pair_of(judge: Judge, candidate: Candidate, row: str, item: str, asked: str, passage: str) -> Pair:
    """The pair of an item and what a row asks about a passage, if there is one."""
    texts = {"item": item, "task": asked, **({"material": passage} if passage and passage not in asked else {})}
    blocks = {name: _shortened(text) for name, text in texts.items()}
    prompt = prompts.shared_agent(AGENT).sha256
    told = digest(judge.model, judge.base_url, judge.extra, prompt, json_schema(Recognition), list(blocks.items()))
    return Pair(candidate, row, blocks, told[:24])


def _shortened(text: str) -> str:
    half = MOST_CHARACTERS // 2
    return text if len(text) <= MOST_CHARACTERS else f"{text[:half]}\n[…]\n{text[-half:]}"


async def recognise(pair: Pair, teacher: Teacher) -> Json:
    """The verdict on a pair. EndpointDown and StopRun leave it open; whatever else keeps it open is a verdict that says why."""
    shown = {"material": material(0, pair.blocks)}
    try:
        with working(AGENT):
            answer = await teacher.ask(prompts.shared_agent(AGENT), shown, Recognition, temperature=0.0)
    except Rejected as rejected:
        events = rejected.events
        return {"held": UNDECIDED, "why": rejected.reason, **_taken(events)}
    found: Recognition = answer.parsed
    if found.verdict == "unclear":
        return {"held": UNDECIDED, "why": "unclear", **_taken([answer.event])}
    return {"held": found.verdict, **_taken([answer.event])}


def _taken(events: Sequence[Json]) -> Json:
    costs = [event["cost_usd"] for event in events]
    tokens = sum(event[name] for event in events for name in ("prompt_tokens", "completion_tokens"))
    return {"tokens": tokens, "cost_usd": None if None in costs else sum(costs)}


async def recognise_row(pairs: Sequence[Pair], known: Verdicts, teacher: Teacher) -> dict[str, Json]:
    """The verdicts on a row's pairs, up to the first that drops it; those that are known are not asked for."""
    found: dict[str, Json] = {}
    for pair in pairs:
        found[pair.key] = known[pair.key] if pair.key in known else await recognise(pair, teacher)
        if found[pair.key]["held"] in CONFIRMED:
            break
    return found


def expected_tokens(pairs: Iterable[Pair]) -> tuple[int, int]:
    """About how many tokens these pairs take, of prompts and of answers."""
    head, count, shown = len(prompts.shared_agent(AGENT).body), 0, 0
    for pair in pairs:
        count += 1
        shown += head + len(material(0, pair.blocks))
    return shown // _CHARACTERS_A_TOKEN, count * _ANSWER_TOKENS


def expected_cost(pairs: Sequence[Pair], price: Price | None) -> float | None:
    """About how many US dollars; None where the price is not known."""
    return None if price is None else price.cost(*expected_tokens(pairs))
