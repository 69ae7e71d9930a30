"""The log of a run, which reads like a story: what is read, how far it is, what it waits for, why it stops, how it ends.

It goes to the log that the Prefect UI shows, if the run keeps one, else to standard error.
"""

from __future__ import annotations

import logging
import sys
import time

from prefect.context import FlowRunContext
from prefect.logging.loggers import flow_run_logger
from rich.console import Console

from flows.cli.screen import visible
from flows.telling.phrases import by_reason, clock, money, number
from flows.telling.progress import Snapshot, line, waits
from tasks.records import Json
from tasks.steps.reading import Pieces

QUARTERS = 4
MILESTONE_SECONDS = 300.0
"""A line comes at each quarter of the shards, and after so long without one."""
PATIENT_SECONDS = 10.0
"""A wait is told once it has lasted so long, and a stop that takes its time so often."""
_NOISE = ("Finished in state Completed", "Finished in state Cached", "Created task run", "Beginning flow run")


def keeps_log() -> bool:
    """Whether what is said goes to a log that the Prefect UI shows."""
    return logging.getLogger("prefect.flow_runs").isEnabledFor(logging.INFO)


def say(told: str, *, warn: bool = False) -> None:
    """One line of the story."""
    context = FlowRunContext.get()
    if keeps_log() and context is not None and context.flow_run is not None:
        log = flow_run_logger(context.flow_run, context.flow)
        log.log(logging.WARNING if warn else logging.INFO, told)
    else:
        Console(file=sys.stderr).print(visible(told), highlight=False, soft_wrap=True, markup=False)


def hush() -> None:
    """Leave out of the log what Prefect says of every task run that ends well."""
    for name in ("prefect.task_runs", "prefect.flow_runs"):
        logging.getLogger(name).addFilter(_worth_telling)


def _worth_telling(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith(_NOISE)


class Story:
    """What has been told of a run, so that nothing is told twice."""

    def __init__(self, *, milestones: bool) -> None:
        self._milestones = milestones
        self._quarter = 0
        self._told = self._stop_told = time.monotonic()
        self._waits_since = 0.0
        self._failed = 0
        self._stopping = False

    def watch(self, now: Snapshot) -> list[str]:
        """What is new since the last time, as lines; to be called every second or so."""
        moment = time.monotonic()
        lines = [*self._stop(now, moment), *self._waits(now, moment)]
        if now.failed > self._failed:
            lines.append(f"{now.failed} of {now.total} shards failed so far; the others go on.")
            self._failed = now.failed
        quarter = 0 if now.reading else QUARTERS * now.finished // max(1, now.total)
        due = quarter > self._quarter or moment - self._told > MILESTONE_SECONDS
        if self._milestones and due and now.finished < now.total:
            lines.append(line(now))
        if due:
            self._quarter, self._told = quarter, moment
        return lines

    def _stop(self, now: Snapshot, moment: float) -> list[str]:
        if not now.stopped or (self._stopping and moment - self._stop_told < PATIENT_SECONDS):
            return []
        first, self._stopping, self._stop_told = not self._stopping, True, moment
        active = now.traffic.active
        under_way = f"{number(active, 'call')} under way, the oldest for {clock(now.traffic.oldest)}"
        if first:
            return [
                f"Stopping: {now.stopped}. " + (f"{under_way}: they end first." if active else "No call under way.")
            ]
        return [f"Still stopping: {under_way}."] if active else []

    def _waits(self, now: Snapshot, moment: float) -> list[str]:
        held = now.away > 0 or now.traffic.held == "down" or now.traffic.paused > 0
        stuck = held or (now.failing > 0 and not now.traffic.active)
        if not stuck or now.stopped:
            told, self._waits_since = self._waits_since < 0, 0.0
            return ["The endpoint answers again."] if told and not now.stopped else []
        self._waits_since = self._waits_since or moment
        if self._waits_since < 0 or (
            moment - self._waits_since < PATIENT_SECONDS and now.traffic.paused < PATIENT_SECONDS
        ):
            return []
        self._waits_since = -1.0
        return [f"Waits: {waits(now)}."]


def begin(skill: str, files: int, teacher: str, output: str, mix: str = "") -> None:
    """Begin the story of a run; its log is rid of what Prefect says of each task."""
    hush()
    if keeps_log():
        say(
            f"Reading {number(files, 'file')} for {skill}, with {teacher} as the teacher; the dataset goes to {output}."
            + (f" Mix: {mix}." if mix else "")
        )


def documents_read(pieces: Pieces) -> str:
    """What reading the documents came to."""
    rejected = (
        f", {pieces.rejected_by.total():,} rejected ({by_reason(pieces.rejected_by)})" if pieces.rejected_by else ""
    )
    shards = number(len(pieces.shards), "shard")
    return f"Read {number(pieces.read, 'document')}{rejected}: {number(pieces.total, 'piece')} in {shards}."


def ending(manifest: Json, seconds: float) -> str:
    """How the run ended, in counts."""
    calls, last = manifest["calls"], manifest["attempts"][-1]
    rows = f"{number(manifest['accepted'], 'row')} of about {manifest['forecast']['rows']:,} asked for"
    fell = sum(manifest["rejected"].values())
    rejected = f"{fell:,} rejected" + (f" ({by_reason(manifest['rejected'])})" if fell else "")
    tokens = last["prompt_tokens"] + last["completion_tokens"]
    took = f"{number(last['made'], 'call')}, {tokens:,} tokens, {money(last['cost_usd'])}"
    attempts = len(manifest["attempts"])
    all_of_them = (
        f" In {attempts} attempts: {calls['made']:,} calls, {money(calls['cost_usd'])}." if attempts > 1 else ""
    )
    how = {"complete": "Done", "unfinished": "Ended unfinished", "stopped": "Stopped"}[last["ended"]]
    return f"{how} after {clock(seconds)}: {rows}, {rejected}; {took}.{all_of_them}"
