"""One record of a run with all that led to it: piece, passage, instruction, each edit, response, checks."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_uppercase

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Column, Table
from rich.text import Text

from flows.cli.screen import screen, tell
from flows.cli.summary import conversation_line
from flows.cli.wording import Manner
from tasks.publish.run_directory import RunDirectory, Stage, fallen
from tasks.records import Json, Record, to_json

_EDITED = ("passage", "instruction", "options", "key", "evidence", "constraints", "calls", "missing", "formal")
_LONG = 700
"""Characters of a text that are shown unless all is asked for."""
_REPEATED = 200
"""Characters from which on a passage is not shown again in the user's message."""


@dataclass(frozen=True)
class Found:
    """A row or a reject with its history, oldest first; the last stage is its own."""

    row: Json
    stages: list[Stage]

    @property
    def lineage(self) -> list[Json]:
        events: list[Json] = (
            self.stages[-1].record.lineage if self.stages else json.loads(self.row["provenance"]["lineage"])
        )
        return events


def show_record(output: str, start: str, full: bool, as_json: bool) -> None:
    """The accepted row or the rejects whose id begins with `start`; LookupError if there is none or more than one id."""
    run = RunDirectory(output)
    rows = run.find(start)
    ids = {row["id"] for row in rows}
    if len(ids) != 1:
        seen = (
            f"{len(ids)} ids begin with '{start}': give more of it"
            if ids
            else f"no record of {output} has an id that begins with '{start}'"
        )
        raise LookupError(seen)
    history = _history(run, rows[0]["id"])
    found = [Found(row, _with_its_end(history, row)) for row in rows]
    if as_json:
        tell({"output": output, "id": rows[0]["id"], "records": [_told(each) for each in found]})
        return
    console = screen()
    for number, each in enumerate(found):
        _head(console, each.row)
        shown = each.stages if number == 0 else each.stages[-2:]  # what they share is told once
        manner = Manner.of(console, 0 if full else _LONG)
        for title, parts in _parts(shown, manner, first=number == 0):
            console.print(Rule(Text(title, "bold"), align="left", characters="─", style="dim"))
            console.print(Padding(Group(*parts), (0, 0, 1, 2)))
        if not each.stages:
            console.print(Text("Its shards are no longer in steps/: this is what the row itself tells.\n", "yellow"))
            console.print(Padding(Group(*map(conversation_line, each.row["messages"])), (0, 0, 1, 2)))
        _lineage(console, each.lineage)


def _history(run: RunDirectory, id: str) -> list[Stage]:
    """What led to a record; for a version of a factory its batches, which lie beside the versions, are looked through."""
    history = run.histories([id])[id]
    place = os.path.realpath(run.store.root) if run.store.local else run.output
    for batch in run.manifest.get("batches") or () if not history else ():
        made = RunDirectory(f"{place.rsplit('/', 2)[0]}/batches/{batch['id']}")
        if history := made.histories([id])[id]:
            break
    return history


def _with_its_end(history: list[Stage], row: Json) -> list[Stage]:
    """The history of a reject ends with the reject, also where its id is that of the record that was to be changed."""
    if "record" not in row:
        return history
    end = fallen(row)
    before = [stage for stage in history if not stage.reason]
    return [*before, end]


def _told(found: Found) -> Json:
    kind = "reject" if "reason" in found.row else "row"
    stages = [
        {"step": s.step, "reason": s.reason, "detail": s.detail, "record": json.loads(to_json(s.record))}
        for s in found.stages
    ]
    return {"kind": kind, kind: found.row, "stages": stages}


def _head(console: Console, row: Json) -> None:
    console.print(Text(f"{row['id']}  {row['skill']} / {row['task_type'] or '-'}", style="bold"))
    if "reason" in row:
        detail = f" ({row['detail']})" if row["detail"] else ""
        console.print(Text(f"rejected in {row['step']}: {row['reason']}{detail}", style="red"))
    elif not row["quality"].get("for_training", True):
        console.print(Text("accepted; made by the offline teacher: not for training", style="yellow"))
    else:
        console.print(Text("accepted", style="green"))
    usage = row.get("usage") or {}
    if usage:
        cost = "unknown" if usage["cost_usd"] is None else f"${usage['cost_usd']:.6f}"
        tokens = f"{usage['prompt_tokens']:,} + {usage['completion_tokens']:,} tokens"
        console.print(Text(f"along its lineage: {usage['calls']} calls, {tokens}, cost {cost}\n", "dim"))


def _parts(stages: list[Stage], manner: Manner, *, first: bool) -> Iterator[tuple[str, list[RenderableType]]]:
    """Title and text of each thing that was made of a record, oldest first."""
    before: Record | None = None
    for place, stage in enumerate(stages):
        record = stage.record
        if before is None:
            before = Record(source=record.source, passage=record.passage, transformation=record.transformation)
            if first:
                yield _origin(record), list(_piece(record, manner))
        if record.instruction and not before.instruction:
            yield f"Instruction · {record.task_type}", list(_task(record, manner))
        elif any(getattr(record, name) != getattr(before, name) for name in _EDITED) and record.instruction:
            yield _edit_title(record, before), list(_edit(record, before, manner))
        elif record.transformation and not before.transformation:
            yield f"Passage · {record.transformation}", list(_passage(record, before, manner))
        elif stage.reason and (suggested := _suggestion(record, before)):
            yield _edit_title(record, before), [Text.assemble(("Suggestion: ", "bold"), suggested)]
        if record.messages and place == len(stages) - 1:
            yield "Response", list(_response(record, manner))
        if record.checks or record.quality:
            yield "Checks", list(_checks(record))
        if stage.reason:
            yield f"Rejected in {stage.step}", [Text(f"{stage.reason}: {stage.detail}".rstrip(": "), "red")]
        before = record


def _origin(record: Record) -> str:
    source = record.source
    what = "Passage" if record.transformation else "Document"
    return f"{what} · {source.uri}, characters {source.start:,} to {source.end:,}"


def _piece(record: Record, manner: Manner) -> Iterator[RenderableType]:
    if record.source.title:
        yield Text(f"{record.source.title}\n", "italic")
    yield manner.cut(record.passage)


def _passage(record: Record, before: Record, manner: Manner) -> Iterator[RenderableType]:
    if record.passage == before.passage:
        yield Text("the piece of the document as it stands", "dim")
    elif record.passage:
        yield manner.cut(record.passage)
    if record.tools:
        names = ", ".join(tool["function"]["name"] for tool in record.tools)
        yield Text.assemble((f"{len(record.tools)} functions on offer: ", "bold"), names)


def _task(record: Record, manner: Manner) -> Iterator[RenderableType]:
    yield Text(record.instruction)
    for letter, option in zip(ascii_uppercase, record.options, strict=False):
        yield Text(f"  {letter}. {option}")
    for name, value in (
        ("key", " | ".join(record.key)),
        ("evidence", " | ".join(record.evidence)),
        ("calls", _listed(record.calls)),
        ("missing", ", ".join(record.missing)),
        ("constraints", _listed(record.constraints)),
        ("formal", _spelled({name: value for name, value in record.formal.items() if value}) if record.formal else ""),
    ):
        if value:
            yield Text.assemble((f"{name}: ", "bold"), manner.cut(value))
    if not record.answerable:
        yield Text("cannot be answered from the passage", "yellow")


def _listed(values: list[Json]) -> str:
    return " | ".join(map(_spelled, values))


def _suggestion(record: Record, before: Record | None) -> str:
    """What the suggester had said before a record was made of another; empty if nothing."""
    return next((event["suggestion"] for event in _new(record, before) if event.get("suggestion")), "")


def _new(record: Record, before: Record | None) -> list[Json]:
    """What was done since, newest first."""
    known = before.lineage if before else []
    return [event for event in reversed(record.lineage) if event not in known]


def _edit_title(record: Record, before: Record | None) -> str:
    goal = next((event["goal"] for event in _new(record, before) if event.get("goal")), "")
    return f"Edit · {goal.replace('_', ' ')}" if goal else "Changed"


def _edit(record: Record, before: Record, manner: Manner) -> Iterator[RenderableType]:
    if suggested := _suggestion(record, before):
        yield Text.assemble(("Suggestion: ", "bold"), suggested)
    for name in _EDITED:
        old, new = (getattr(each, name) for each in (before, record))
        if old == new:
            continue
        if isinstance(old, list) and (len(old), len(new)) != (1, 1):
            told = manner.changed_items([_spelled(each) for each in old], [_spelled(each) for each in new])
        else:
            told = manner.changed(*(_spelled(each[0] if isinstance(each, list) else each) for each in (old, new)))
        yield Text.assemble((f"{name}: ", "bold"), told)


def _spelled(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _response(record: Record, manner: Manner) -> Iterator[RenderableType]:
    for alternative in record.alternatives:
        told = f": {alternative['finding']}" if alternative.get("finding") else ""
        yield Text(f"an earlier response, {alternative.get('why', '?')}{told}", "yellow")
        pair = [
            (messages or [{}])[-1].get("content") or "" for messages in (alternative.get("messages"), record.messages)
        ]
        yield Padding(manner.changed(*pair), (0, 0, 1, 2))
    for message in record.messages:
        content = message.get("content") or ""
        if message["role"] == "user" and len(record.passage) > _REPEATED:
            content = content.replace(record.passage, "⟨the passage above⟩")
        yield conversation_line({**message, "content": content})


def _checks(record: Record) -> Iterator[RenderableType]:
    passed = [name for name, result in record.checks.items() if result == "pass"]
    if passed:
        yield Text.assemble((f"{len(passed)} passed: ", "bold green"), ", ".join(passed))
    for name, result in record.checks.items():
        if result != "pass":
            yield Text(f"{name}: {result}", "dim")
    for name, value in record.quality.items():
        told = ", ".join(map(_spelled, value)) if isinstance(value, list) else _spelled(value)
        yield Text.assemble((f"{name.replace('_', ' ')}: ", "bold"), told)


def _lineage(console: Console, lineage: list[Json]) -> None:
    """Every call and note, oldest first."""
    models = sorted({event["model"] for event in lineage if event.get("model")})
    title = f"Lineage, oldest first{' · ' * bool(models)}{', '.join(models)}"
    console.print(Rule(Text(title, "bold"), align="left", characters="─", style="dim"))
    table = Table.grid("", Column(ratio=1), Column(justify="right", no_wrap=True), Column(no_wrap=True), padding=(0, 2))
    for event in lineage:
        notes = [event.get("agent"), event.get("goal"), event.get("note")]
        notes += [f"repair of {event['repair']}"] if event.get("repair") else []
        if len(models) > 1 and event.get("model"):
            notes.append(f"by {event['model']}")
        tokens = f"{event['prompt_tokens']:,} + {event['completion_tokens']:,}" if event.get("call") else ""
        told = (event.get("step", ""), ", ".join(filter(None, notes)), tokens, event.get("call") or "")
        table.add_row(*map(Text, told))
    console.print(Padding(table, (0, 0, 1, 2)))
