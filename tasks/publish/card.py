"""The dataset card: what a run directory holds, for whoever opens it next. Numbers and names only, no text of documents."""

from __future__ import annotations

from tasks.publish.feedback import SORTS
from tasks.records import Json
from tasks.steps.preference import MARGIN

_OFFLINE = """
> **Not for training.** The offline teacher made these rows by extraction, to show that everything works. Point
> `--teacher` at a model for data that is worth learning from.
"""


def card(manifest: Json) -> str:
    """The card in Markdown, with the front matter that dataset hubs read."""
    steps = "\n".join(
        f"| {name} | {c['records_in']:,} | {c['records_out']:,} | {c['rejected']:,} | {c['calls']:,} |"
        for name, c in manifest["steps"].items()
    )
    reasons = "\n".join(f"| {reason} | {count:,} |" for reason, count in manifest["rejected"].items()) or "| none | 0 |"
    feedback = manifest["feedback"]
    documents, teacher = manifest["documents"], manifest["teacher"]
    offline = _OFFLINE if teacher["model"] == "offline" else ""
    skills = {name: facts for name, facts in manifest["skills"].items() if facts["accepted"]}
    splits = "".join(f"\n  - split: {f['split']}\n    path: dataset/{name}/*.parquet" for name, f in skills.items())
    parts = "\n".join(
        f"| {n} | {f['split']} | {f['passages']:,} | {f['accepted']:,} | {_size(f['bytes_per_row'])} |"
        for n, f in skills.items()
    )
    unfinished = "" if manifest["complete"] else "\n> **Unfinished.** Run the same command again to complete it.\n"
    return f"""---
configs:
- config_name: default
  data_files:{splits or " dataset/*/*.parquet"}{_configs(manifest["skills"])}
tags: [synthetic, agentinstruct]
---

# {manifest["skill"].replace("_", " ").capitalize()}: {manifest["accepted"]:,} verified conversations
{offline}{unfinished}
Made by agentinstruct {manifest["versions"]["agentinstruct"]} from {documents["used"]:,} documents
({documents["rejected"]:,} more were rejected) with `{teacher["model"]}` as the teacher, seed {manifest["seed"]}.

- `dataset/<skill>/`: accepted rows, a split for each skill under the name it has in Microsoft's release:
  `id`, `messages`, `instruction`, `options`, `passage`, `tools`, `skill`, `task_type`, `answer_form`, `strategy`, `key`, `axes`,
  `checks` (a list of `check` and `result`), `quality`, `provenance`, `usage`
- `feedback/<skill>/`, rows about answers, each shown by a check, the judge or a repair. All have `id`, `row` (the record's
  id), `document`, `skill`, `task_type`, `reason` (the check that was failed, `judge` or `lower_score`), `finding`, `score`,
  `for_training`, `tools`
  - `critiques/`: `messages` that give task and answer and get findings with a verdict; `good` says which verdict.
    A finding is what a check or the judge found, never what the author's key alone shows: {feedback["critiques"]:,}
  - `revisions/`: `messages` that give task, answer and notes and get the answer that then passed every check:
    {feedback["revisions"]:,}
  - `preferences/`: `prompt`, `chosen`, `rejected`, `margin`; the chosen side passed every check, the other failed one or
    was scored lower by at least {MARGIN} points, which `margin` holds where both were scored: {feedback["preferences"]:,}
- `rejected/`: every record that fell out, with step, reason and what was paid for it
- `report.html`: the run on one page, and each record to read; it opens from disk, without a network
- `manifest.json`: counts, settings, versions, prompt hashes
- `steps/`: the shards between steps; delete them to save space, keep them to resume

| skill | split | pieces | rows | bytes a row | released |
|---|---|---|---|---|---|
{parts}

Bytes a row are those of `messages` as JSON, beside what the split has in Microsoft's release. Rows that nearly repeat another
of the run, whatever its skill, are among the rejects as `near_duplicate`: {manifest["near_duplicates"]:,}. Where refinement
kept text and answer and both versions passed, the harder one is a row and the other is `superseded`: {manifest["superseded"]:,}.

| step | in | out | rejected | calls |
|---|---|---|---|---|
{steps}

{_left_out(feedback["left_out"])}{_repairs(manifest["repairs"])}{_difficulty(manifest["difficulty"])}
| reason for rejection | records |
|---|---|
{reasons}
"""


def _configs(skills: Json) -> str:
    """A configuration for each sort of feedback that has rows."""
    told = ""
    for sort in SORTS:
        having = [name for name, facts in skills.items() if facts["feedback"][sort]]
        paths = "".join(f"\n  - split: {skills[n]['split']}\n    path: feedback/{n}/{sort}/*.parquet" for n in having)
        told += f"\n- config_name: {sort}\n  data_files:{paths}" if having else ""
    return told


def _left_out(left_out: Json) -> str:
    """Why responses gave no row of feedback; empty if all did."""
    lines = "\n".join(f"| {sort} | {why} | {n:,} |" for sort, found in left_out.items() for why, n in found.items())
    return f"| no rows among | because | responses |\n|---|---|---|\n{lines}\n\n" if lines else ""


def _size(size: Json) -> str:
    released = "" if size["released"] is None else f"{size['released']:,}"
    return f"{size['ours']:,} | {released}"


def _repairs(repairs: Json) -> str:
    """How many things went back to who made them, and what failed them; empty if nothing did."""
    if not repairs["tries"]:
        return ""
    lines = "\n".join(
        f"| {step} | {check} | {n['tries']:,} | {n['mended']:,} |"
        for step, checks in repairs["by_step"].items()
        for check, n in checks.items()
    )
    return f"""{repairs["tries"]:,} things that a check found wrong went back to who made them, {repairs["calls"]:,} calls:

| step | check | went back | mended |
|---|---|---|---|
{lines}
"""


def _difficulty(found: Json) -> str:
    """How many rows are in which band; empty if nothing was measured."""
    if not found["measured"]:
        return ""
    lines = "\n".join(f"| {band} | {rows:,} |" for band, rows in found["bands"].items())
    return f"""
Difficulty is measured: columns `solve_rate_teacher` and `solve_rate_student` of `quality`.

| band | rows |
|---|---|
{lines}
"""
