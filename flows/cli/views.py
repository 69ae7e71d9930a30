"""What `skills`, `check-skills`, `settings` and `show` print."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

import prompts
from flows.cli import check_skills
from flows.cli.summary import conversation_line
from tasks.kinds.fit import examine_skill, load_skill, with_its_agents
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json
from tasks.settings import GROUPS


def show_catalogue(as_json: bool) -> None:
    """Every skill on a line; a broken one hides no other."""
    examined = {name: examine_skill(name) for name in prompts.names()}
    loaded = [with_its_agents(skill) for skill, problems in examined.values() if skill and not problems]
    broken = {name: list(map(str, problems)) for name, (_, problems) in examined.items() if problems}
    if as_json:
        flawed = [{"name": name, "problems": problems} for name, problems in broken.items()]
        print(json.dumps([*map(_facts, loaded), *flawed], indent=1))
        return
    console = Console(highlight=False)
    for skill in loaded:
        numbers = f"{len(skill.task_types)} task types, {len(skill.goals)} goals, from {', '.join(skill.seeds)}"
        console.print(Text.assemble((skill.name, "bold"), f"  {numbers}"), soft_wrap=True)
        console.print(Padding(Text(skill.summary, style="dim"), (0, 0, 0, 4)))
    for name, problems in broken.items():
        console.print(Text(f"{name} does not load: {problems[0]}", style="red"), soft_wrap=True)
        if len(problems) > 1:
            console.print(Text(f"    and {len(problems) - 1} more; agentinstruct check-skills lists them", style="red"))


def show_problems(folder: str | None) -> int:
    """What is wrong with the skills of a folder, or with all; how many problems there are."""
    names = check_skills.skills_in(folder) if folder else prompts.names()
    problems = check_skills.check_skills(names)
    for problem in problems:
        print(problem)
    skills = f"{len(names)} skill{'s' * (len(names) != 1)}"
    told = f"{len(problems)} problem{'s' * (len(problems) != 1)}" if problems else "no problem"
    print(f"{skills}, {told}")
    return len(problems)


def show_skill(name: str, as_json: bool) -> None:
    """One skill's agents, task types, goals and checks."""
    skill = load_skill(name)
    if as_json:
        print(json.dumps(_facts(skill), indent=1))
        return
    console = Console(highlight=False)
    console.print(Text(f"{skill.title}: {skill.summary}", style="bold"))
    console.print(f"documents: {', '.join(skill.seeds)}")
    for title, entries in (
        ("Transformations", skill.transformations),
        ("Task types", skill.task_types),
        ("Refinement goals", skill.goals),
    ):
        table = Table(title=title, title_justify="left", show_header=False)
        for entry in entries:
            table.add_row(entry.name, getattr(entry, "answer", ""), entry.description)
        console.print(table)
    console.print(f"agents: {', '.join(sorted(skill.agents))}")
    console.print(f"checks of the instruction: {', '.join(skill.checks.instruction)}")
    console.print(f"checks of the response: {', '.join(skill.checks.response)}")


def show_settings() -> None:
    """Every setting with its default and what it does, group by group."""
    console = Console()
    for group in GROUPS:
        title = Text.assemble((group.__name__, "bold"), f"  {group.__doc__}")
        table = Table(Column("setting", no_wrap=True), "default", "what it does", title=title, title_justify="left")
        for name, field in group.model_fields.items():
            table.add_row(name, repr(field.default), field.description)
        console.print(table)


def show_record(directory: str, start: str) -> None:
    """The accepted or rejected record whose id begins with `start`; LookupError if there is none or more than one."""
    found = RunDirectory(directory).find(start)
    ids = {row["id"] for row in found}
    if len(ids) != 1:
        seen = (
            f"{len(ids)} ids begin with '{start}': give more of it"
            if ids
            else f"no record of {directory} has an id that begins with '{start}'"
        )
        raise LookupError(seen)
    console = Console(highlight=False)
    row = found[0]
    record: Json = json.loads(row["record"]) if "record" in row else {}
    _head(console, row)
    if record:
        _facts_of(console, record)
    lineage = record["lineage"] if record else json.loads(row["provenance"]["lineage"])
    messages = record["messages"] if record else row["messages"]
    console.print(Text("\nConversation", style="bold"))
    for message in messages:
        console.print(conversation_line(message))
    _lineage(console, lineage)


def _head(console: Console, row: dict[str, Any]) -> None:
    console.print(Text(f"{row['id']}  {row['skill']} / {row['task_type'] or '-'}", style="bold"))
    if "reason" in row:
        console.print(Text(f"rejected in {row['step']}: {row['reason']} ({row['detail']})", style="red"))
        console.print(Text(f"from {row['uri']}"))
    else:
        origin = row["provenance"]
        console.print(
            Text(f"from {origin['uri']}, characters {origin['start']}-{origin['end']}, as {origin['transformation']}")
        )
        facts = {"key": list(row["key"]), "evidence": list(origin["evidence"]), "constraints": origin["constraints"]}
        for name, value in facts.items():
            if value:
                console.print(
                    Text.assemble((f"{name}: ", "bold"), value if isinstance(value, str) else " | ".join(value))
                )
        checks = {name: result for name, result in row["checks"].items() if result}
        passed = [name for name, result in checks.items() if result == "pass"]
        console.print(Text(f"passed: {', '.join(passed)}", style="green"))
        for name in checks.keys() - set(passed):
            console.print(Text(f"{name}: {checks[name]}", style="dim"))
        if not row["quality"]["for_training"]:
            console.print(Text("made by the offline teacher: not for training", style="yellow"))
    usage = row["usage"]
    cost = "unknown" if usage["cost_usd"] is None else f"${usage['cost_usd']:.6f}"
    tokens = f"{usage['prompt_tokens']} + {usage['completion_tokens']} tokens"
    console.print(Text(f"along its lineage: {usage['calls']} calls, {tokens}, cost {cost}"))


def _facts_of(console: Console, record: Json) -> None:
    for name in ("passage", "instruction", "options", "key", "evidence", "constraints", "calls", "missing"):
        if record[name]:
            value = record[name] if isinstance(record[name], str) else json.dumps(record[name], ensure_ascii=False)
            console.print(Text.assemble((f"{name}: ", "bold"), value))


def _lineage(console: Console, lineage: list[Json]) -> None:
    console.print(Text("\nLineage, oldest first", style="bold"))
    for event in lineage:
        what = "; ".join(str(event[name]) for name in ("goal", "suggestion", "note") if event.get(name))
        facts = [str(event.get(name, "")) for name in ("step", "agent")]
        if event.get("call"):
            facts += [
                event["model"],
                f"call {event['call']}",
                f"{event['prompt_tokens']} + {event['completion_tokens']} tokens",
            ]
            facts += [f"prompt {event['prompt']}"] if event["prompt"] else []
        console.print(Text(f"  {'  '.join(fact for fact in [*facts, what] if fact)}"), soft_wrap=True)


def _facts(skill: prompts.Skill) -> Json:
    value: Json = skill.model_dump(mode="json", exclude={"agents", "guidance"})
    return {**value, "agents": {name: agent.sha256 for name, agent in sorted(skill.agents.items())}}
