"""The overview: a run on one page, from its headline numbers to its settings."""

from __future__ import annotations

from tasks.publish.report.charts import group, side_by_side
from tasks.publish.report.coverage import coverage
from tasks.publish.report.facts import Facts
from tasks.publish.report.figures import count, spoken
from tasks.publish.report.html import Element, h
from tasks.publish.report.making import making
from tasks.publish.report.quality import checks, difficulty, scores
from tasks.publish.report.sample import Sample
from tasks.publish.report.spending import against_forecast, attempts, by_skill, by_step
from tasks.publish.report.variety import asked, data_map, lengths, openings
from tasks.publish.report.yields import Lost, funnel, headline, rejects
from tasks.records import Json


def overview(manifest: Json, facts: Facts, sample: Sample, fallen: Lost) -> tuple[list[Element], dict[str, str]]:
    """Its parts in their order, and the data that its script draws from."""
    drawn, data = data_map(facts)
    parts = [
        *notices(manifest, sample),
        headline(manifest, facts),
        group("Yield", side_by_side([funnel(manifest, fallen), rejects(fallen)], [coverage(manifest)]), id="yield"),
        group(
            "Diversity",
            drawn,
            side_by_side([lengths(facts)], [asked(facts)], [openings(facts, manifest)]),
            id="diversity",
        ),
        group(
            "Quality",
            side_by_side([checks(facts, manifest, fallen)], [scores(facts), difficulty(facts, manifest)]),
            id="quality",
        ),
        group(
            "Cost",
            side_by_side([by_step(manifest), attempts(manifest)], [against_forecast(manifest), by_skill(manifest)]),
            id="cost",
        ),
        group("How it was made", making(manifest), id="making"),
    ]
    return parts, {"map-data": data}


def title(manifest: Json) -> str:
    """What the page is about."""
    skill = "All skills" if manifest.get("skill") == "all" else spoken(str(manifest.get("skill", ""))).capitalize()
    return f"{skill}: {count(manifest.get('accepted', 0), 'row')}"


def notices(manifest: Json, sample: Sample) -> list[Element]:
    """What a reader has to know before the figures."""
    told = []
    if not manifest.get("complete", True):
        told.append(("warn", "Unfinished.", f"{_unfinished(manifest)}. The same command again completes it."))
    if (manifest.get("teacher") or {}).get("model") == "offline":
        told.append(
            (
                "warn",
                "Not for training.",
                "The offline teacher made these rows by extraction, to show that everything works.",
            )
        )
    for tool, why in (manifest.get("tools_off") or {}).items():
        told.append(("info", f"Without {spoken(tool)}.", f"The tool was off: {why}; what needs it was skipped."))
    if not sample.whole:
        shown = f"{len(sample.row_ids):,}"
        why = (
            f"This page shows {shown} of {sample.total_rows:,} rows, chosen by their ids. Counts of steps, rejects, task types "
            f"and cost are of all; lengths, wordings, checks, scores and the map are of those {shown}."
        )
        told.append(("info", "A sample.", why))
    return [h("p", h("strong", word), " ", text, class_=f"notice {kind}") for kind, word, text in told]


def _unfinished(manifest: Json) -> str:
    shards, waiting = manifest.get("shards") or {}, manifest.get("unfinished", 0)
    parts = []
    if shards.get("unfinished"):
        parts.append(f"{shards['unfinished']:,} of {count(shards['total'], 'shard')} did not get to the end")
    if waiting:
        parts.append(f"on calls of {count(waiting, 'record')} the endpoint failed")
    return ", and ".join(parts) or "The run was stopped"
