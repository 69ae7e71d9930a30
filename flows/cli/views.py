"""What `skills`, `check-skills` and `settings` print."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

import prompts
from flows.cli import check_skills
from flows.cli.screen import tell
from tasks.kinds.fit import examine_skill, load_skill, with_its_agents
from tasks.records import Json
from tasks.settings import GROUPS
from tasks.settings.fields import Group


def show_catalogue(as_json: bool) -> None:
    """Every skill on a line; a broken one hides no other."""
    examined = {name: examine_skill(name) for name in prompts.names()}
    loaded = [with_its_agents(skill) for skill, problems in examined.values() if skill and not problems]
    broken = {name: list(map(str, problems)) for name, (_, problems) in examined.items() if problems}
    if as_json:
        flawed = [{"name": name, "problems": problems} for name, problems in broken.items()]
        tell([*map(_facts, loaded), *flawed])
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


def show_problems(folder: str | None, as_json: bool) -> int:
    """What is wrong with the skills of a folder, or with all; how many problems there are."""
    names = check_skills.skills_in(folder) if folder else prompts.names()
    problems = check_skills.check_skills(names)
    if as_json:
        tell({"skills": names, "problems": [{"file": str(each.path), "problem": each.text} for each in problems]})
        return len(problems)
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
        tell(_facts(skill))
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


def show_settings(as_json: bool) -> None:
    """Every setting with its default and what it does, group by group; as JSON with its type and bounds as well."""
    if as_json:
        tell([_field(group, name) for group in GROUPS for name in group.model_fields])
        return
    console = Console()
    for group in GROUPS:
        title = Text.assemble((group.__name__, "bold"), f"  {group.__doc__}")
        table = Table(Column("setting", no_wrap=True), "default", "what it does", title=title, title_justify="left")
        for name, field in group.model_fields.items():
            table.add_row(name, repr(field.default), field.description)
        console.print(table)


def _field(group: type[Group], name: str) -> Json:
    schema: Json = group.model_json_schema()["properties"][name]
    return {"name": name, "group": group.__name__, **{key: schema[key] for key in schema if key != "title"}}


def _facts(skill: prompts.Skill) -> Json:
    value: Json = skill.model_dump(mode="json", exclude={"agents", "guidance"})
    return {**value, "agents": {name: agent.sha256 for name, agent in sorted(skill.agents.items())}}
