"""docs/catalogue.md from the folders of the catalogue: `python -m flows.cli.document_catalogue` writes it anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import prompts
from prompts import Goal, Skill
from tasks.kinds import all_checks
from tasks.kinds.fit import load_skill

FILE = Path(__file__).parents[2] / "docs" / "catalogue.md"
HEAD = """# The catalogue

Every skill with its transformation agents, task types, refinement goals and checks, as the folders under `prompts/` have
them. This page is generated: `make docs` writes it anew.
"""


def document() -> str:
    """The page; CatalogueError if a skill does not load."""
    skills = [load_skill(name) for name in prompts.names()]
    parts = [HEAD, *_counts(skills), *(line for skill in skills for line in _skill(skill)), *_checks(skills)]
    return "\n".join(parts) + "\n"


def counts(skill: Skill) -> dict[str, int]:
    """What a skill has of each thing that the catalogue counts; an agent is a prompt file of the skill's own."""
    own = prompts.folder(skill.name)
    return {
        "task types": len(skill.task_types),
        "transformation agents": sum(name.startswith("transform/") for name in skill.agents),
        "goals": len(skill.goals),
        "prompts of its own": sum((own / f"{name}.md").exists() for name in skill.agents) + len(skill.guidance),
    }


def _counts(skills: list[Skill]) -> Iterator[str]:
    numbers = {skill.name: counts(skill) for skill in skills}
    heads = list(next(iter(numbers.values())))
    yield f"| skill | documents | answers | {' | '.join(heads)} |"
    yield f"|---|---|---|{'---:|' * len(heads)}"
    for skill in skills:
        forms = dict.fromkeys(task_type.answer.value for task_type in skill.task_types)
        figures = " | ".join(str(number) for number in numbers[skill.name].values())
        yield f"| [{skill.title}](#{skill.name}) | {', '.join(skill.seeds)} | {', '.join(forms)} | {figures} |"
    totals = " | ".join(f"**{sum(each[head] for each in numbers.values())}**" for head in heads)
    yield f"| **{len(skills)} skills** | | | {totals} |"


def _skill(skill: Skill) -> Iterator[str]:
    yield f'\n<a id="{skill.name}"></a>\n\n## {skill.title}\n\n`{skill.name}`: {skill.summary}\n'
    if skill.released:
        size = f"{skill.released.rows:,} rows of about {skill.released.bytes_per_row:,} bytes"
        yield f"In the released dataset: `{skill.released.split}`, {size}.\n"
    yield "| transformation | what becomes of the text | agents |\n|---|---|---|"
    for way in skill.transformations:
        yield f"| `{way.name}` | {_cell(way.description)} | {', '.join(f'`{a}`' for a in way.agents) or 'none'} |"
    yield "\n| task type | answer | what it is |\n|---|---|---|"
    for kind in skill.task_types:
        yield f"| {kind.title} (`{kind.name}`) | {kind.answer.value} | {_cell(kind.description)} |"
    if skill.goals:
        yield "\n| refinement goal | effect | what becomes harder |\n|---|---|---|"
    for goal in skill.goals:
        yield f"| `{goal.name}` | {_effect(goal)} | {_cell(goal.description)} |"
    yield f"\nChecks of the instruction: {_names(skill.checks.instruction)}."
    yield f"Checks of the response: {_names(skill.checks.response)}."
    for agent, tools in skill.tools.items():
        yield f"Tools of `{agent}`: {_names(tools)}."


def _effect(goal: Goal) -> str:
    effects = {"new passage": goal.edits_passage, "new key": goal.changes_key, "no answer": goal.makes_unanswerable}
    return ", ".join(name for name, so in effects.items() if so) or "harder"


def _checks(skills: list[Skill]) -> Iterator[str]:
    yield "\n## Checks\n\n| check | what it does | skills |\n|---|---|---:|"
    for name, check in all_checks().items():
        users = sum(name in (*skill.checks.instruction, *skill.checks.response) for skill in skills)
        does = (check.function.__doc__ or "").strip().partition("\n")[0]
        yield f"| `{name}` | {_cell(does)} | {users} |"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> None:
    """Write the page."""
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
