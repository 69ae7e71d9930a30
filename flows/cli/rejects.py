"""What fell out of a run: how much, where, why and what was paid for it, with samples."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from flows.cli.screen import screen, tell
from flows.cli.wording import Manner
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json

_SAMPLES = 3
_TEXT = 300
"""Characters of a sample's texts."""


@dataclass
class Fallen:
    """Rejects of one step and reason."""

    number: int = 0
    skills: set[str] = field(default_factory=set)
    calls: dict[str, Json] = field(default_factory=dict)
    """Those along their lineages, by id: what is shared is counted once."""

    def paid(self) -> Json:
        costs = [event.get("cost_usd") for event in self.calls.values()]
        return {
            "calls": len(self.calls),
            **{n: sum(e.get(n) or 0 for e in self.calls.values()) for n in ("prompt_tokens", "completion_tokens")},
            "cost_usd": None if None in costs else round(sum(c for c in costs if c is not None), 6),
        }


def show_rejects(output: str, reason: str, step: str, samples: int | None, as_json: bool) -> None:
    """Rejects by step and reason, or those of one; LookupError if there is no such run, reason or step."""
    run = RunDirectory(output)
    accepted = run.manifest.get("accepted")
    groups, sample = _gathered(run, reason, step, (_SAMPLES if reason or step else 0) if samples is None else samples)
    if as_json:
        told = [
            {"step": s, "reason": r, "rejects": g.number, "skills": sorted(g.skills), **g.paid()}
            for (s, r), g in groups.items()
        ]
        tell({"output": output, "accepted": accepted, "groups": told, "samples": sample})
        return
    console = screen()
    if not groups:
        console.print(Text(f"Nothing fell out of {output}."), soft_wrap=True)
        return
    console.print(_table(groups))
    for row in sample:
        _sample(console, row)
    if not sample:
        hint = f"Look at some: agentinstruct rejects {output} --reason {next(iter(groups))[1]}"
        console.print(Text(hint, "dim"), soft_wrap=True)


def _gathered(
    run: RunDirectory, reason: str, step: str, samples: int
) -> tuple[dict[tuple[str, str], Fallen], list[Json]]:
    """Groups, the largest first, and the rejects of them with the lowest ids."""
    groups: dict[tuple[str, str], Fallen] = {}
    known: set[tuple[str, str]] = set()
    lowest: list[tuple[str, int, Json]] = []
    numbers = count()
    for row in run.rejects():
        place = row["step"], row["reason"]
        known.add(place)
        if (reason and reason != row["reason"]) or (step and step != row["step"]):
            continue
        group = groups.setdefault(place, Fallen())
        group.number += 1
        group.skills.add(row["skill"])
        events = json.loads(row["record"]).get("lineage", [])
        group.calls.update((event["call"], event) for event in events if event.get("call"))
        lowest.append((row["id"], next(numbers), row))
        if len(lowest) > 10 * samples:
            lowest = heapq.nsmallest(samples, lowest)
    for name, value, choices in (("reason", reason, {r for _, r in known}), ("step", step, {s for s, _ in known})):
        if value and value not in choices:
            there = ", ".join(sorted(choices)) or "nothing fell out of it"
            raise LookupError(f"no reject of {run.output} has the {name} '{value}'; there are: {there}")
    ordered = dict(sorted(groups.items(), key=lambda group: (-group[1].number, group[0])))
    return ordered, [row for _, _, row in heapq.nsmallest(samples, lowest)]


def _table(groups: dict[tuple[str, str], Fallen]) -> Table:
    numbers = [Column(name, justify="right", no_wrap=True) for name in ("rejects", "calls", "tokens", "cost")]
    table = Table(
        "step",
        Column("reason", overflow="fold"),
        *numbers,
        box=box.SIMPLE_HEAD,
        caption="calls along their lineages, each counted once a line",
        caption_justify="left",
    )
    for (step, reason), group in groups.items():
        table.add_row(*map(Text, (step, reason, f"{group.number:,}", *_paid(group.paid()))))
    if len(groups) > 1:
        together = Fallen(calls={id: call for group in groups.values() for id, call in group.calls.items()})
        table.add_section()
        total = sum(group.number for group in groups.values())
        table.add_row(*map(Text, ("", "together", f"{total:,}", *_paid(together.paid()))))
    return table


def _paid(paid: Json) -> Iterable[str]:
    cost = "unknown" if paid["cost_usd"] is None else f"${paid['cost_usd']:,.4f}"
    return f"{paid['calls']:,}", f"{paid['prompt_tokens'] + paid['completion_tokens']:,}", cost


def _sample(console: Console, row: Json) -> None:
    """A reject in a few lines."""
    manner = Manner.of(console, _TEXT)
    record: Json = json.loads(row["record"])
    console.print(Text(f"{row['id']}  {row['skill']} / {row['task_type'] or '-'}  {row['uri']}", "bold"))
    detail = f": {row['detail']}" if row["detail"] else ""
    told = [Text(f"{row['step']}, {row['reason']}{detail}", "red")]
    messages = record.get("messages") or [{}]
    for name, text in (
        ("passage", "" if record.get("instruction") else record.get("passage")),
        ("instruction", record.get("instruction")),
        ("key", " | ".join(record.get("key") or ())),
        ("response", messages[-1].get("content")),
    ):
        if text:
            told.append(Text.assemble((f"{name}: ", "bold"), manner.cut(text)))
    for line in told:
        console.print(Padding(line, (0, 0, 0, 2)))
    console.print()
