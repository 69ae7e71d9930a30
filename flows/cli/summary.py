"""What a run ends with: the counts, where the dataset is, one whole conversation, the next command."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

import prompts
from tasks.records import Json
from tasks.records.store import Store


def summarise(console: Console, manifest: Json, output: str) -> None:
    """Print the end of a run."""
    console.print(_table(manifest))
    skill = manifest["skill"]
    kept = {name: facts["accepted"] for name, facts in manifest["skills"].items() if facts["accepted"]}
    folder = skill if len(manifest["skills"]) == 1 else "<skill>"
    console.print(f"\nDataset: {output}/dataset/{folder}/  ·  rejects: {output}/rejected/  ·  card: {output}/README.md")
    row = _sample(Store(output), max(kept, key=lambda name: kept[name])) if kept else None
    if row is not None:
        console.print(f"\nOne conversation ({row['task_type']}, id {row['id']}):", style="bold")
        for message in row["messages"]:
            console.print(conversation_line(message))
        console.print(f"\nIts whole lineage:\n  .venv/bin/agentinstruct show {output} {row['id']}", soft_wrap=True)
    if manifest["teacher"]["model"] == "offline":
        own = "".join(f" --prompts {folder}" for folder in prompts.folders() if folder != prompts.ROOT)
        command = f"agentinstruct generate YOUR_DOCUMENTS --skill {skill}{own} --output out/mine --limit 10 --teacher"
        console.print(
            "\nThe offline teacher shows that everything works; its rows are not for training. "
            "Next, your documents and a model:\n"
            f"  OPENAI_API_KEY=... .venv/bin/{command} gpt-4.1-mini\n"
            f"  .venv/bin/{command} MODEL --base-url http://localhost:8000/v1",
            soft_wrap=True,
        )
    elif kept:
        console.print(f"\nFor a trainer:\n  .venv/bin/agentinstruct export {output} --format trl", soft_wrap=True)


def conversation_line(message: Json) -> Text:
    """A message as a person reads it; plain text, so nothing in it is taken for markup."""
    line = Text(f"{message['role']}: ", style="bold cyan")
    line.append(message["content"] or "", style="default not bold")
    for call in message.get("tool_calls") or ():
        line.append(f"\n  → {call['function']['name']}({call['function']['arguments']})", style="magenta")
    return line


def _table(manifest: Json) -> Table:
    documents, steps, calls = manifest["documents"], manifest["steps"], manifest["calls"]
    cost = "unknown" if calls["cost_usd"] is None else f"${calls['cost_usd']:.4f}"
    reasons = ", ".join(
        f"{reason} {count:,}" for reason, count in sorted(manifest["rejected"].items(), key=lambda r: -r[1])
    )
    table = Table(
        title=f"{manifest['skill']} with {manifest['teacher']['model']}", show_header=False, title_justify="left"
    )
    for name, value in (
        ("documents", f"{documents['used']:,} used, {documents['rejected']:,} rejected" + _incomplete(documents)),
        ("passages", f"{steps['transform']['records_out']:,} from {documents['passages']:,} pieces"),
        (
            "instructions",
            f"{steps['refine']['records_out']:,}, {steps['instruct']['records_out']:,} of them before refinement",
        ),
        ("accepted", f"{manifest['accepted']:,}" + _by_skill(manifest)),
        ("rejected", f"{sum(manifest['rejected'].values()):,}" + (f": {reasons}" if reasons else "")),
        *_repaired(manifest["repairs"]),
        *_difficulty(manifest["difficulty"]),
        ("model calls", f"{calls['made']:,} made, {calls['replayed']:,} replayed, {calls['failed']:,} failed"),
        ("verification", _verification(manifest["verification"])),
        ("tokens", f"{calls['prompt_tokens']:,} in, {calls['completion_tokens']:,} out"),
        ("cost", cost),
    ):
        table.add_row(name, value)
    return table


def _incomplete(documents: Json) -> str:
    """Documents that are used although something in them could not be read, by what it is."""
    return "".join(f"; {reason} in {count:,}" for reason, count in documents["incomplete"].items())


def _verification(took: Json) -> str:
    parts = ", ".join(f"{agent} {share}" for agent, share in took["calls_per_row_by"].items())
    return f"{took['calls_per_row']} calls a row" + (f": {parts}" if parts else "")


def _difficulty(found: Json) -> list[tuple[str, str]]:
    """A line on how difficult the rows are, if that was measured."""
    if not found["solutions"]["calls"]:
        return []
    bands = ", ".join(f"{name} {rows:,}" for name, rows in found["bands"].items()) or "no row measured"
    rates = "".join(
        f", solved by the {who} at {found[f'solve_rate_{who}']:.2f}"
        for who in ("teacher", "student")
        if f"solve_rate_{who}" in found
    )
    return [("difficulty", f"{bands}{rates}; {found['solutions']['calls']:,} calls")]


def _repaired(repairs: Json) -> list[tuple[str, str]]:
    """A line on what went back to who made it, if anything did."""
    if not repairs["tries"]:
        return []
    return [("repaired", f"{repairs['mended']:,} of {repairs['tries']:,} that went back, {repairs['calls']:,} calls")]


def _by_skill(manifest: Json) -> str:
    if len(manifest["skills"]) == 1:
        return ""
    return ": " + ", ".join(f"{name} {facts['accepted']:,}" for name, facts in manifest["skills"].items())


def _sample(store: Store, skill: str) -> dict[str, Any] | None:
    """A conversation of middling length."""
    rows: list[dict[str, Any]] = store.table(f"dataset/{skill}/part-00000.parquet").to_pylist()
    rows = [row for row in rows if row["provenance"]["transformation"] == "identity"] or rows
    rows.sort(key=lambda row: (sum(len(m["content"] or "") for m in row["messages"]), row["id"]))
    return rows[len(rows) // 3] if rows else None
