"""What a run ends with, and what `show` tells of one: counts, the place of the rows, a conversation, the next command."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

import prompts
from flows.cli.screen import screen, tell
from flows.telling.phrases import foretold
from tasks.publish.publish import ROWS_PER_PART
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json

Facts = tuple[tuple[str, str], ...]


def show_run(output: str, as_json: bool) -> None:
    """Tell what a run came to; LookupError if there is none."""
    manifest = RunDirectory(output).manifest
    if as_json:
        tell(manifest)
    else:
        summarise(screen(), manifest, output)


def summarise(console: Console, manifest: Json, output: str) -> None:
    """Print the end of a run."""
    teacher = manifest.get("teacher", {}).get("model") or "?"
    console.print(Text(f"{manifest.get('skill', '?')} with {teacher}", style="italic"))
    console.print(_table(manifest))
    skill = manifest.get("skill", "")
    kept = {name: facts["accepted"] for name, facts in manifest["skills"].items() if facts.get("accepted")}
    folder = next(iter(manifest["skills"])) if len(manifest["skills"]) == 1 else "<skill>"
    console.print(
        Text(f"\nDataset: {output}/dataset/{folder}/  ·  rejects: {output}/rejected/  ·  card: {output}/README.md")
    )
    row = _sample(RunDirectory(output), max(kept, key=lambda name: kept[name])) if kept else None
    if row is not None:
        console.print(Text(f"\nOne conversation ({row['task_type']}, id {row['id']}):", style="bold"))
        for message in row["messages"]:
            console.print(conversation_line(message))
        console.print(
            Text(f"\nIts whole lineage:\n  .venv/bin/agentinstruct show {output} {row['id']}"), soft_wrap=True
        )
    if manifest.get("teacher", {}).get("model") == "offline":
        own = "".join(f" --prompts {folder}" for folder in prompts.folders() if folder != prompts.ROOT)
        command = f"agentinstruct generate YOUR_DOCUMENTS --skill {skill}{own} --output out/mine --limit 10 --teacher"
        console.print(
            Text(
                "\nThe offline teacher shows that everything works; its rows are not for training. "
                "Next, your documents and a model:\n"
                f"  OPENAI_API_KEY=... .venv/bin/{command} gpt-4.1-mini\n"
                f"  .venv/bin/{command} MODEL --base-url http://localhost:8000/v1"
            ),
            soft_wrap=True,
        )
    elif kept:
        told = f"\nFor a trainer:\n  .venv/bin/agentinstruct export {output} --format trl"
        console.print(Text(told), soft_wrap=True)


def conversation_line(message: Json) -> Text:
    """A message as a person reads it; plain text, so nothing in it is taken for markup."""
    line = Text(f"{message['role']}: ", style="bold cyan")
    line.append(message["content"] or "", style="default not bold")
    for call in message.get("tool_calls") or ():
        line.append(f"\n  → {call['function']['name']}({call['function']['arguments']})", style="magenta")
    return line


def _table(manifest: Json) -> Table:
    table = Table(show_header=False)
    for line in _LINES:
        try:
            facts = line(manifest)
        except (KeyError, TypeError):  # another version did not count it
            continue
        for name, value in facts:
            table.add_row(name, Text(value))
    return table


def _documents(manifest: Json) -> Facts:
    documents = manifest["documents"]
    incomplete = "".join(f"; {reason} in {count:,}" for reason, count in documents.get("incomplete", {}).items())
    return (("documents", f"{documents['used']:,} used, {documents['rejected']:,} rejected{incomplete}"),)


def _passages(manifest: Json) -> Facts:
    made = manifest["steps"]["transform"]["records_out"]
    return (("passages", f"{made:,} from {manifest['documents']['passages']:,} pieces"),)


def _instructions(manifest: Json) -> Facts:
    refined, first = (manifest["steps"][step]["records_out"] for step in ("refine", "instruct"))
    return (("instructions", f"{refined:,}, {first:,} of them before refinement"),)


def _accepted(manifest: Json) -> Facts:
    skills = manifest["skills"]
    each = ", ".join(f"{name} {facts['accepted']:,}" for name, facts in skills.items()) if len(skills) > 1 else ""
    return (("accepted", f"{manifest['accepted']:,}" + (f": {each}" if each else "")),)


def _rejected(manifest: Json) -> Facts:
    found = sorted(manifest["rejected"].items(), key=lambda reason: -reason[1])
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in found)
    return (("rejected", f"{sum(manifest['rejected'].values()):,}" + (f": {reasons}" if reasons else "")),)


def _repaired(manifest: Json) -> Facts:
    """What went back to who made it, if anything did."""
    repairs = manifest["repairs"]
    if not repairs["tries"]:
        return ()
    return (("repaired", f"{repairs['mended']:,} of {repairs['tries']:,} that went back, {repairs['calls']:,} calls"),)


def _difficulty(manifest: Json) -> Facts:
    """How difficult the rows are, if that was measured."""
    found = manifest["difficulty"]
    if not found["solutions"]["calls"]:
        return ()
    bands = ", ".join(f"{name} {rows:,}" for name, rows in found["bands"].items()) or "no row measured"
    rates = "".join(
        f", solved by the {who} at {found[f'solve_rate_{who}']:.2f}"
        for who in ("teacher", "student")
        if f"solve_rate_{who}" in found
    )
    return (("difficulty", f"{bands}{rates}; {found['solutions']['calls']:,} calls"),)


def _calls(manifest: Json) -> Facts:
    calls, attempts = manifest["calls"], len(manifest.get("attempts", ()))
    made = f"{calls['made']:,} made, {calls['replayed']:,} replayed, {calls['failed']:,} failed"
    kept = calls.get("cached_tokens", 0)
    cached = f" ({kept:,} of them read from the provider's cache)" if kept else ""
    return (
        ("model calls", made + (f", in {attempts} attempts" if attempts > 1 else "")),
        ("tokens", f"{calls['prompt_tokens']:,} in{cached}, {calls['completion_tokens']:,} out"),
        ("cost", "unknown" if calls["cost_usd"] is None else f"${calls['cost_usd']:.4f}"),
    )


def _forecast(manifest: Json) -> Facts:
    return (("forecast", foretold(manifest["forecast"])),)


def _verification(manifest: Json) -> Facts:
    took = manifest["verification"]
    parts = ", ".join(f"{agent} {share}" for agent, share in took["calls_per_row_by"].items())
    return (("verification", f"{took['calls_per_row']} calls a row" + (f": {parts}" if parts else "")),)


_LINES: tuple[Callable[[Json], Facts], ...] = (
    _documents, _passages, _instructions, _accepted, _rejected, _repaired, _difficulty, _calls, _forecast, _verification,
)  # fmt: skip


def _sample(directory: RunDirectory, skill: str) -> dict[str, Any] | None:
    """A conversation of middling length, from the first part of its rows."""
    found = directory.rows([skill], ["id", "task_type", "messages", "provenance.transformation"])
    rows = list(islice(found, ROWS_PER_PART))
    rows = [row for row in rows if row["provenance"]["transformation"] == "identity"] or rows
    rows.sort(key=lambda row: (sum(len(m["content"] or "") for m in row["messages"]), row["id"]))
    return rows[len(rows) // 3] if rows else None
