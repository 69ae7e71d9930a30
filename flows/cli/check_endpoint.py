"""What an endpoint can do, asked with five tiny questions and printed."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import asdict
from pathlib import Path

from rich.table import Table

from flows.cli.screen import screen, tell
from tasks.records import Json
from tasks.settings import from_pairs
from tasks.teacher import StopRun, Teacher, open_teacher
from tasks.teacher.endpoints import OFFLINE, check_teacher
from tasks.teacher.endpoints.dialect import habits_of
from tasks.teacher.probes import PLAIN, SCHEMA, Finding, probe

ABLE, UNABLE, STOPPED = 0, 1, 3
_PATIENCE = 10.0
"""Seconds that a failing endpoint is asked again for: this is a look, not a run."""


def check(teacher: str, base_url: str | None, pairs: list[str], as_json: bool) -> int:
    """Ask, print, and say by the exit code whether runs can be made with it; ValueError for a wrong command."""
    settings = from_pairs(pairs)
    if teacher == OFFLINE:
        raise ValueError("the offline teacher has no endpoint: name a model with --teacher")
    check_teacher(teacher, base_url, settings)
    short = settings.model_copy(update={"patience_seconds": min(settings.patience_seconds, _PATIENCE), "attempts": 1})
    with tempfile.TemporaryDirectory() as folder:
        # A ledger of its own: an answer of yesterday says nothing about today.
        asked = open_teacher(teacher, base_url, short, f"sqlite:///{Path(folder) / 'ledger.db'}")
        try:
            findings = asyncio.run(_probed(asked))
        except StopRun as stop:
            screen(errors=True).print(str(stop), style="yellow", markup=False)
            return STOPPED
    able = {PLAIN, SCHEMA} <= {finding.question for finding in findings if finding.able}
    if as_json:
        tell(_told(asked, findings, able))
    else:
        _show(asked, findings)
    return ABLE if able else UNABLE


async def _probed(teacher: Teacher) -> list[Finding]:
    try:
        return await probe(teacher)
    finally:
        await teacher.close()


def _told(teacher: Teacher, findings: list[Finding], able: bool) -> Json:
    usage, endpoint = teacher.usage, teacher.endpoint
    return {
        "model": endpoint.model,
        "endpoint": endpoint.name,
        "able": able,
        "findings": [asdict(finding) for finding in findings],
        "habits": habits_of(endpoint),
        "calls": usage.made,
        "prompt_tokens": None if usage.unmetered else usage.prompt_tokens,
        "completion_tokens": None if usage.unmetered else usage.completion_tokens,
        "cost_usd": teacher.cost(),
    }


def _show(teacher: Teacher, findings: list[Finding]) -> None:
    console = screen()
    table = Table(title=f"{teacher.endpoint.model} at {teacher.endpoint.name}", show_header=False, title_justify="left")
    for finding in findings:
        able = "[green]yes[/]" if finding.able else "[red]no[/]"
        table.add_row(finding.question, able, finding.found, f"{finding.seconds:.1f} s")
    console.print(table)
    if habits := habits_of(teacher.endpoint):
        console.print(f"What it wants in another way than most, and gets: {'; '.join(habits)}.", soft_wrap=True)
    usage, cost = teacher.usage, teacher.cost()
    tokens = (
        "tokens not counted by it" if usage.unmetered else f"{usage.prompt_tokens + usage.completion_tokens:,} tokens"
    )
    price = "its price is unknown: name one with price_table" if cost is None else f"${cost:.4f}"
    console.print(f"{usage.made} calls, {tokens}; {price}.", soft_wrap=True)
