"""The card of a version: what it holds, for whoever opens it next. Numbers and names only, no text of documents."""

from __future__ import annotations

from tasks.records import Json


def card(facts: Json) -> str:
    """The card in Markdown, with the front matter that dataset hubs read."""
    skills = facts["skills"].items()
    splits = "".join(f"\n  - split: {skill['split']}\n    path: dataset/{name}/*.parquet" for name, skill in skills)
    parts = "\n".join(f"| {name} | {skill['split']} | {skill['accepted']:,} |" for name, skill in skills)
    out = "\n".join(f"| {reason} | {rows:,} |" for reason, rows in facts["left_out"].items()) or "| none | 0 |"
    change = facts["difference"]
    batches = "1 batch" if len(facts["batches"]) == 1 else f"{len(facts['batches']):,} batches"
    after = f"after `{facts['parent']}`" if facts["parent"] else "the first"
    configs = f"\n- config_name: default\n  data_files:{splits}" if splits else " []"
    return f"""---
configs:{configs}
tags: [synthetic, agentinstruct]
---

# Version {facts["version"]}: {facts["rows"]:,} verified conversations

Made by agentinstruct {facts["versions"]["agentinstruct"]} from {batches}, {after}:
{change["added"]:,} rows added, {change["removed"]:,} removed, {change["kept"]:,} kept (mode `{facts["mode"]}`).

| skill | split | rows |
|---|---|---|
{parts}

| left out, because | rows |
|---|---|
{out}

`manifest.json` has the batches, the withdrawals, the settings and the hash of every file.
"""
