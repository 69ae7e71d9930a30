"""The two pages that a run has in the Prefect UI: how far it is, kept up to date, and what came of it.

Their keys are those of the output, so that the UI shows every run of it under one key. They are Markdown, and hold counts, ids
and names alone: what a document or a model wrote is never in them.
"""

from __future__ import annotations

import asyncio
import re
import shlex
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.context import FlowRunContext

from flows.telling.phrases import clock, foretold, in_batches, money, number
from flows.telling.progress import Snapshot, left, waits
from flows.telling.story import say
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json
from tasks.records.store import Store
from tasks.teacher.work import GREETING

SAMPLES = 5
API_SECONDS = 10.0
_SHOWN_ID = 12
"""Characters of an id that name a record in a command."""


def key_of_output(kind: str, output: str) -> str:
    """The key under which all runs of one output are: `progress-nightly-1f2e3d`, of letters, digits and dashes alone."""
    store = Store(output)
    name = re.sub(r"[^a-z0-9]+", "-", store.root.rstrip("/").rsplit("/", 1)[-1].lower()).strip("-")[:40].strip("-")
    return "-".join(filter(None, [kind, name, store.identity[:6]]))


class Page:
    """One artifact of the run; what goes wrong with it, such as a server that is away, costs the run one line of its log."""

    def __init__(self, key: str, description: str) -> None:
        self.key, self.description = key, description
        self._id: UUID | None = None
        self._told = False

    async def write(self, made: Callable[[], str]) -> None:
        """Put the text that is made there, in place of what was."""
        context = FlowRunContext.get()
        if context is None or context.flow_run is None:
            return
        try:
            await self._put(await asyncio.to_thread(made), context.flow_run.id)
        except Exception as problem:  # the words of a problem may be those of a document
            if not self._told:
                self._told = True
                say(f"The artifact {self.key} is behind ({type(problem).__name__}); the run goes on.", warn=True)

    async def _put(self, text: str, run: UUID) -> None:
        async with asyncio.timeout(API_SECONDS), get_client() as client:
            if self._id is not None:
                await client.update_artifact(self._id, ArtifactUpdate(data=text))
                return
            about: dict[str, Any] = {"key": self.key, "type": "markdown", "description": self.description}
            self._id = (await client.create_artifact(ArtifactCreate(**about, data=text, flow_run_id=run))).id


def progress_page(now: Snapshot) -> str:
    """How far a run is."""
    state = f"stopping: {now.stopped}" if now.stopped else waits(now)
    batches = in_batches(now.batched)
    facts = {
        "shards": f"{now.finished} of {now.total}{' so far' * now.reading} done"
        + (f", {now.failed} failed" if now.failed else ""),
        "time": ", ".join(filter(None, [clock(now.elapsed), left(now)])),
        "calls": f"{now.usage.made:,} made, {now.usage.replayed:,} replayed, {now.usage.failed:,} failed",
        "speed": f"{now.rate:.1f} calls and {now.token_rate:,.0f} tokens a second",
        "under way": f"{now.traffic.active} of {now.traffic.limit} places",
        **({"in batches": batches} if batches else {}),
        "waits": state or "for nothing but its answers",
        "money": _money(now),
    }
    funnel = [
        (step.name, f"{step.shards}/{now.total}", f"{step.records:,} {step.makes}".strip(), f"{step.rejected:,}")
        for step in now.steps
    ]
    return "\n".join(
        [
            f"# {now.skill} with {_plain(now.teacher)}",
            _table(("", ""), facts.items()),
            "## Funnel",
            _table(("step", "shards", "made", "rejected"), funnel),
            "## Calls, tokens and money",
            _calls(now.parts, now.forecast.by_step),
            "## Rejects",
            _rejects(now.rejected),
        ]
    )


def dataset_page(manifest: Json, output: str) -> str:
    """What came of a run, and how to look further."""
    calls, forecast, last = manifest["calls"], manifest["forecast"], manifest["attempts"][-1]
    skills = manifest["skills"]
    folder = next(iter(skills)) if len(skills) == 1 else "<skill>"
    where = shlex.quote(output)
    samples = _samples(output, skills)
    program = "agentinstruct"
    look = [f"{program} show {where} {row['id'][:_SHOWN_ID]}" for row in samples[:1]]
    look += [f"{program} rejects {where}"] if manifest["rejected"] else []
    attempts = len(manifest["attempts"])
    facts = {
        "ended": _ENDS[last["ended"]],
        "dataset": f"`{_plain(output)}/dataset/{folder}/`",
        "rows": f"{manifest['accepted']:,} of about {forecast['rows']:,} asked for",
        "this attempt": f"{number(last['made'], 'call')}, {money(last['cost_usd'])}, {clock(last['seconds'])}",
        "all attempts": f"{attempts}: {number(calls['made'], 'call')}, {money(calls['cost_usd'])}",
        "forecast": foretold(forecast),
    }
    by_skill = [
        (name, f"{each['accepted']:,}", f"{sum(each['rejected'].values()):,}", money(each["calls"]["cost_usd"]))
        for name, each in skills.items()
    ]
    return "\n".join(
        [
            f"# {manifest['skill']} with {_plain(manifest['teacher']['model'])}",
            _table(("", ""), facts.items()),
            "## Skills",
            _table(("skill", "rows", "rejected", "cost of its answers"), by_skill),
            "## Some rows",
            _table(("id", "skill", "task type"), [(f"`{r['id']}`", r["skill"], r["task_type"]) for r in samples]),
            "## Look further",
            "```sh\n" + "\n".join(look) + "\n```" if look else "Nothing to look at.",
            "## Calls, tokens and money",
            _calls(calls["by_step"], forecast["by_step"]),
            "## Rejects",
            _rejects(manifest["rejected"]),
        ]
    )


_ENDS = {
    "complete": "complete",
    "unfinished": "unfinished: press Retry, or run it again; it repeats nothing that was paid for",
    "stopped": "stopped: press Retry, or run it again; it repeats nothing that was paid for",
}


def _samples(output: str, skills: Json) -> list[Json]:
    """A few rows of each skill, by id alone."""
    directory = RunDirectory(output)
    each = max(1, SAMPLES // max(1, sum(bool(facts["accepted"]) for facts in skills.values())))
    rows: list[Json] = []
    for name in skills:
        for place, row in enumerate(directory.rows([name], ["id", "skill", "task_type"])):
            if place == each:
                break
            rows.append(row)
    return rows


def _money(now: Snapshot) -> str:
    spent = f"{money(now.spent)} spent; at most about {money(now.forecast.cost_usd)} in all"
    return f"{spent}; {money(now.earlier)} in earlier attempts" if now.earlier else spent


def _calls(by_step: Json, order: Iterable[str]) -> str:
    """A line for each step and model, in the order of the steps."""
    known = [GREETING, *order]
    rows = [
        (
            step,
            _plain(model),
            *(f"{part[name]:,}" for name in ("made", "replayed", "prompt_tokens", "completion_tokens")),
            money(part["cost_usd"]),
        )
        for step, models in sorted(
            by_step.items(), key=lambda entry: known.index(entry[0]) if entry[0] in known else len(known)
        )
        for model, part in models.items()
    ]
    return _table(("step", "model", "calls", "replayed", "tokens in", "tokens out", "cost"), rows)


def _rejects(counts: dict[str, int]) -> str:
    rows = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return _table(("reason", "records"), [(reason, f"{count:,}") for reason, count in rows]) if rows else "None."


def _table(head: tuple[str, ...], rows: Any) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in row)} |" for row in lines) + "\n"


def _plain(text: str) -> str:
    """A name that a person gave, with nothing that Markdown or HTML would make something of."""
    return re.sub(r"[^\w ./:@+~=,-]", "?", text)
