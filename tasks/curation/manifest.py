"""What a curated dataset says of itself, and its card: counts that add up, where the rows come from, how they were chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import prompts
from tasks.curation.fates import STEPS, Fates
from tasks.curation.figures import figures
from tasks.publish.feedback import SORTS
from tasks.publish.manifest import versions
from tasks.publish.report.figures import count
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json
from tasks.settings.curating import Curating


def manifest(
    runs: Sequence[RunDirectory],
    fates: Fates,
    held: Sequence[str],
    feedback: Mapping[str, Mapping[str, int]],
    against: Sequence[Json],
    settings: Curating,
    judged: Json | None = None,
) -> Json:
    """All of it; `against` names the benchmarks with the number of their items, `feedback` counts rows by skill and sort, and
    `judged` tells of the judge, if there is one."""
    funnel, lines = fates.funnel(), fates.lines
    held_rows = fates.held[fates.alive]
    by_skill = {
        skill: {
            "accepted": int((lines.skill[fates.training] == number).sum()),
            "bench": int((lines.skill[fates.alive][held_rows] == number).sum()),
            "split": split_of(skill),
            "feedback": dict(feedback.get(skill, {})),
        }
        for number, skill in enumerate(lines.skills)
    }
    told = [_told(run) for run in runs]
    teachers = sorted({each["teacher"] for each in told})
    return {
        "curated": True,
        "complete": all(run.manifest.get("complete", False) for run in runs),
        "accepted": len(fates.training),
        "held_out": int(held_rows.sum()),
        "rows_in": len(lines),
        "skill": lines.skills[0] if len(lines.skills) == 1 else "all",
        "skills": by_skill,
        "feedback": {sort: sum(counts.get(sort, 0) for counts in feedback.values()) for sort in SORTS},
        "teacher": {"model": teachers[0] if len(teachers) == 1 else "several"},
        "teachers": teachers,
        "runs": told,
        "documents": {name: sum(each["documents"][name] for each in told) for name in ("used", "rejected")},
        "held_out_documents": list(held),
        "settings": settings.model_dump(mode="json"),
        "funnel": funnel,
        "funnel_steps": list(STEPS),
        "dropped": reasons(funnel),
        "against": list(against),
        "judge": judged,
        "licences": {},
        **figures(fates),
        "versions": versions(),
    }


def _told(run: RunDirectory) -> Json:
    found = run.manifest
    documents = found.get("documents") or {}
    return {
        "directory": run.output,
        "seed": found.get("seed"),
        "skill": found.get("skill"),
        "documents": {name: documents.get(name, 0) for name in ("used", "rejected")},
        "teacher": str((found.get("teacher") or {}).get("model")),
        "versions": found.get("versions") or {},
        "accepted": found.get("accepted", 0),
    }


def reasons(funnel: Mapping[str, Mapping[str, Json]]) -> Json:
    """Step -> reason -> rows, over all skills."""
    found: dict[str, dict[str, int]] = {step: {} for step in STEPS}
    for steps in funnel.values():
        for step, counts in steps.items():
            for reason, rows in counts["reasons"].items():
                found[step][reason] = found[step].get(reason, 0) + rows
    return {step: dict(sorted(reasons.items())) for step, reasons in found.items()}


def split_of(skill: str) -> str:
    """The name that the skill's split has in Microsoft's release, or its own."""
    released = prompts.load(skill).released if skill in prompts.names() else None
    return released.split if released else skill


def card(told: Json) -> str:
    """The card in Markdown, with the front matter that dataset hubs read. Numbers and names only, no text of documents."""
    skills = {name: facts for name, facts in told["skills"].items() if facts["accepted"] or facts["bench"]}
    lines = "\n".join(f"| {n} | {f['split']} | {f['accepted']:,} | {f['bench']:,} |" for n, f in skills.items())
    out = "\n".join(
        f"| {step} | {reason} | {rows:,} |"
        for step, reasons in told["dropped"].items()
        for reason, rows in reasons.items()
    )
    runs = "\n".join(
        f"- `{run['directory']}`: {run['accepted']:,} rows, teacher `{run['teacher']}`" for run in told["runs"]
    )
    against = ", ".join(f"{each['name']} ({each['items']:,} items)" for each in told["against"]) or "nothing"
    differ = told["diversity"]
    judged = f"\n{told_of_judge(told['judge'])}." if told.get("judge") else ""
    unfinished = (
        "" if told["complete"] else "\n> **Unfinished.** A run that the rows come from has not got to its end.\n"
    )
    return f"""---
configs:{_configs(skills)}
tags: [synthetic, agentinstruct]
---

# {told["accepted"]:,} conversations to train on, {told["held_out"]:,} held out
{unfinished}
Curated by agentinstruct {told["versions"]["agentinstruct"]} from {told["rows_in"]:,} rows of:

{runs}

- `dataset/<skill>/`: rows to train on; `docs/rows.md` tells what stands in each column
- `bench/<skill>/`: rows to examine a student with, of {len(told["held_out_documents"]):,} documents of which no row to train on
  is made
- `feedback/<skill>/<sort>/`: critiques, revisions and preferences about the rows to train on
- `rejected/`: every row that was dropped, with the step, the reason and the id of what it matched
- `report.html`: the same as pictures, with an example of each reason; `manifest.json`: everything as figures

| skill | split | rows | held out |
|---|---|---|---|
{lines}

| step | reason | rows dropped |
|---|---|---|
{out or "| none | | 0 |"}

Decontaminated against: {against}.{judged}
Mean cosine to the nearest other row, of a sample: {differ["before"]["nearest"]} before, {differ["after"]["nearest"]} after.
"""


def told_of_judge(judged: Json) -> str:
    """What a judge of other words did, in one sentence."""
    cost = "" if judged["cost_usd"] is None else f", ${judged['cost_usd']:,.4f}"
    asked = f"{count(judged['pairs'], 'pair')} of {count(judged['rows'], 'row')} near to an item"
    left = (
        f"{count(judged['undecided'], 'pair')} undecided, whose rows stay" if judged["undecided"] else "none undecided"
    )
    dropped = f"{count(judged['confirmed'], 'row')} dropped"
    return f"{judged['model']} read {asked} ({judged['tokens']:,} tokens{cost}): {dropped}, {left}"


def _configs(skills: Mapping[str, Json]) -> str:
    told = ""
    for name, folder, counted in (("default", "dataset", "accepted"), ("bench", "bench", "bench")):
        having = [skill for skill, facts in skills.items() if facts[counted]]
        paths = "".join(f"\n  - split: {skills[s]['split']}\n    path: {folder}/{s}/*.parquet" for s in having)
        told += f"\n- config_name: {name}\n  data_files:{paths}" if having else ""
    for sort in SORTS:
        having = [skill for skill, facts in skills.items() if facts["feedback"].get(sort)]
        paths = "".join(f"\n  - split: {skills[s]['split']}\n    path: feedback/{s}/{sort}/*.parquet" for s in having)
        told += f"\n- config_name: {sort}\n  data_files:{paths}" if having else ""
    return told or " []"
