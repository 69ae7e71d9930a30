"""The fault matrix: what each fault of an endpoint does when nothing is tried again, and what is left of it when it is."""

from __future__ import annotations

import asyncio
import json
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from unittest import mock

import tenacity

import tasks.teacher.faults
import tasks.teacher.patience
from benchmarks.corpus import write_corpus
from simulator import Server, simulator
from simulator.features import Features
from simulator.pipeline import Outcome, drive, opened
from tasks.records import Record
from tasks.settings import Settings
from tasks.teacher import EndpointDown, StopRun

EXAMPLES = Path(__file__).parents[1] / "examples" / "documents"
ODDS = 0.3
SKILLS = ("reading_comprehension", "text_modification", "tool_use")

TRANSPORT = (
    "http_429", "http_429_after", "http_408", "http_500", "http_502", "http_503", "reset", "timeout", "cut_body",
    "slow_body", "html", "error_body", "empty_choices", "null_choices",
)  # fmt: skip
REJECTED = {
    "null_content": "empty_answer",
    "empty_content": "empty_answer",
    "whitespace": "cut_off",
    "truncated": "cut_off",
    "invalid_json": "not_in_schema",
    "schema_violation": "not_in_schema",
    "wrong_tool_call": "bad_tool_call",
    "refusal": "refusal",
    "refusal_text": "refusal",
    "content_filter": "content_filter",
    "content_filter_400": "content_filter",
    "context_overflow": "context_overflow",
    "context_overflow_vllm": "context_overflow",
}
HARMLESS = ("fenced", "prose", "think", "no_usage")
STOPS = ("quota", "http_401", "http_403", "http_404")
EXPECTED: dict[str, str] = {
    **dict.fromkeys(TRANSPORT, "EndpointDown"),
    **REJECTED,
    **dict.fromkeys(HARMLESS, "rows"),
    **dict.fromkeys(STOPS, "StopRun"),
}
"""Fault -> what it comes to at the first try: an exception, a reject's reason, or rows as if nothing had been."""
AGAIN = {name for name in REJECTED if REJECTED[name] in ("empty_answer", "cut_off", "not_in_schema", "bad_tool_call")}
"""The faults after which the model is asked again."""

OPTIONS = "retry_after=0.05,long_retry_after=1.5,slow=0.1"
NORMAL = {"instructions_per_passage": 2, "patience_seconds": 60}
"""A short limit; the number of attempts is the default one."""
NO_RETRIES = {
    "instructions_per_passage": 1,
    "refinement_rounds": 0,
    "attempts": 1,
    "patience_seconds": 0,
}
MISSING = (
    "no_json_schema",
    "no_temperature",
    "max_completion_tokens_only",
    "ignore_response_format",
    "think",
    "fenced",
)


@contextmanager
def hurried() -> Iterator[None]:
    """Waits of milliseconds between tries, and a long wait that is a second."""
    with (
        mock.patch.object(tasks.teacher.patience, "_BACKOFF", tenacity.wait_random(0.0, 0.02)),
        mock.patch.object(tasks.teacher.faults, "LONG_WAIT", 1.0),
    ):
        yield


@dataclass
class Bench:
    """A simulator, a folder to run in, and the documents of each skill."""

    server: Server
    folder: Path
    documents: int
    concurrency: int = 8
    runs: int = 0

    def sources(self, skill: str) -> list[str]:
        if skill == "tool_use":
            return [str(path) for path in sorted(EXAMPLES.iterdir()) if path.suffix in (".py", ".ts", ".yaml")]
        return [str(write_corpus(self.folder / "corpus", self.documents, words=110))]

    def run(
        self,
        faults: str = "",
        skill: str = "reading_comprehension",
        settings: Mapping[str, float] = NORMAL,
        lacks: str = "",
    ) -> Outcome:
        """One run from nothing, against an endpoint with these faults that `lacks` something of `Features`."""
        self.runs += 1
        flags = {flag.name: flag.name == lacks for flag in fields(Features)}
        self.server.configure(faults=f"{faults},{OPTIONS}", seed=zlib.crc32(faults.encode()), **flags)
        self.server.reset()
        limit = 0.5 if "timeout" in faults else 20
        return asyncio.run(self._run(skill, Settings.model_validate({**settings, "request_seconds": limit})))

    async def _run(self, skill: str, settings: Settings) -> Outcome:
        folder = self.folder / f"run-{self.runs}"
        async with opened(skill, folder, settings, base_url=self.server.base_url, concurrency=self.concurrency) as run:
            return await drive(run, self.sources(skill))


@contextmanager
def bench(documents: int, concurrency: int = 8, record: Path | None = None) -> Iterator[Bench]:
    with tempfile.TemporaryDirectory() as folder, simulator(record=record) as server, hurried():
        yield Bench(server, Path(folder), documents, concurrency)


def skill_for(fault: str) -> str:
    return "tool_use" if fault == "wrong_tool_call" else "reading_comprehension"


def verdict(outcome: Outcome, fault: str) -> str:
    """What a run with nothing but this fault came to, in the words of `EXPECTED`."""
    if kinds := {type(problem) for problem in outcome.broken}:
        assert kinds <= {EndpointDown, StopRun}, kinds
        return " ".join(sorted(kind.__name__ for kind in kinds))
    wanted = REJECTED.get(fault, "")
    return wanted if outcome.reasons()[wanted] and not outcome.rows else "rows" if outcome.rows else "nothing"


def mixture(odds: float = ODDS) -> str:
    """Every fault but those that end the run, together as likely as `odds`."""
    names = [*TRANSPORT, *REJECTED, *HARMLESS]
    return ",".join(f"{name}={odds / len(names):.5f}" for name in names)


def stopped(fault: str, documents: int, concurrency: int = 8) -> tuple[Outcome, int, int]:
    """A run that meets a fault that ends it: what it came to, requests after the first such answer, requests in all."""
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "visits.jsonl"
        with bench(documents, concurrency, record) as b:
            outcome = b.run(f"{fault}=0.05")
        visits = [json.loads(line) for line in record.read_text().splitlines()]
    first = min((visit["departure"] for visit in visits if visit["fault"] == fault), default=float("inf"))
    return outcome, sum(visit["arrival"] > first for visit in visits), len(visits)


def main(documents: int = 40) -> None:
    """Print what each fault does at once, what runs make of it, and how they bear mixtures, stops and poor endpoints."""
    with bench(documents) as b:
        clean = {skill: b.run(skill=skill) for skill in SKILLS}
        matrix(b, clean)
        mixtures(b, clean)
        print("\nEndpoints that lack something: rows, and rows of one that has all")
        for flag in MISSING:
            rows = {skill: len(b.run(skill=skill, lacks=flag).rows) for skill in SKILLS}
            print(f"{flag:<28} {', '.join(f'{skill} {n}/{len(clean[skill].rows)}' for skill, n in rows.items())}")
    print("\nFaults that end the run, at 5% of requests, 8 at a time: requests after the first such answer")
    for fault in STOPS:
        o, after, requests = stopped(fault, documents)
        said = " | ".join(sorted({str(problem) for problem in o.broken}))
        print(f"{fault:<10} {after} after, {requests} in all; {len(o.broken)} shards say: {said}")


def matrix(b: Bench, clean: Mapping[str, Outcome]) -> None:
    print(f"\nEach fault: always, without a second try; then for {ODDS:.0%} of requests, with the usual ones")
    layout = "{:<22} {:<18} {:>6} {:>9} {:>5} {:>6} {:>5} {:>8} {:>5} {:>7}"
    print(layout.format("fault", "at once", "fired", "requests", "rows", "clean", "same", "rejects", "lost", "broken"))
    for fault, wanted in EXPECTED.items():
        skill = skill_for(fault)
        at_once = verdict(b.run(f"{fault}=always", skill, NO_RETRIES), fault)
        told = at_once if at_once == wanted else f"{at_once} (!)"
        if fault in STOPS:
            print(layout.format(fault, told, *["-"] * 8))
            continue
        o = b.run(f"{fault}={ODDS}", skill)
        stats, before = b.server.stats(), clean[skill].rows
        same = "yes" if [r.id for r in o.rows] == [r.id for r in before] else "no"
        counts = (len(o.rows), len(before), same, o.reasons()[REJECTED.get(fault, "")], len(o.lost()), len(o.broken))
        print(layout.format(fault, told, stats["faults"].get(fault, 0), stats["requests"], *counts))


def mixtures(b: Bench, clean: Mapping[str, Outcome]) -> None:
    print(f"\nEvery fault but those that end the run, together {ODDS:.0%} of requests")
    fired: Counter[str] = Counter()
    for skill, before in clean.items():
        o = b.run(mixture(), skill)
        stats = b.server.stats()
        fired.update(stats["faults"])
        pieces = len([i for i in o.left["documents"] if isinstance(i, Record)])
        share = 1 - len(o.lost()) / pieces
        print(
            f"{skill:<22} {stats['requests']} requests, {sum(stats['faults'].values())} faults; {pieces} pieces, "
            f"{len(o.rows)} rows (clean {len(before.rows)}), {len(o.rejects)} rejects, {len(o.broken)} shards broken, "
            f"{share:.0%} accounted for"
        )
    print("fired: " + ", ".join(f"{name} {count}" for name, count in sorted(fired.items())))


if __name__ == "__main__":
    main()
