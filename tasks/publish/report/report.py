"""Writes report.html into a run directory: the overview, and every record to read."""

from __future__ import annotations

from tasks.publish.report.facts import facts_of
from tasks.publish.report.html import Element, h
from tasks.publish.report.overview import overview, title
from tasks.publish.report.reader import SCRIPTS, STYLES, reader
from tasks.publish.report.sample import Sample
from tasks.publish.report.shell import page
from tasks.publish.report.yields import lost
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json

REPORT = "report.html"


def write_report(directory: RunDirectory) -> str:
    """Make the page of a finished run anew; its path below the run directory. LookupError if there is no such run."""
    directory.store.write(REPORT, report(directory))
    return REPORT


def report(directory: RunDirectory) -> bytes:
    """The page of a finished run."""
    manifest, sample = directory.manifest, Sample(directory)
    parts, data = overview(manifest, facts_of(sample), sample, lost(directory))
    records = reader(directory, sample)
    body = [
        h("a", "To the content", href="#main", class_="skip"),
        _head(manifest),
        h(
            "main",
            h("section", h("h2", "Overview", class_="unseen"), parts, id="overview"),
            h("section", h("h2", "Records", class_="unseen"), records.markup, id="records"),
            id="main",
            tabindex="-1",
        ),
    ]
    return page(
        f"{title(manifest)} · agentinstruct",
        body,
        styles=["report.css", *STYLES],
        scripts=["report.js", "map.js", *SCRIPTS],
        data={**data, **records.data},
    )


def _head(manifest: Json) -> Element:
    teacher, documents = manifest.get("teacher") or {}, manifest.get("documents") or {}
    facts = [
        f"{documents.get('used', 0):,} documents",
        f"teacher {teacher.get('model', 'unknown')}",
        f"seed {manifest.get('seed', 0)}",
    ]
    return h(
        "header",
        h("div", h("h1", title(manifest)), h("p", " · ".join(facts), class_="subtitle"), class_="headline"),
        h(
            "nav",
            h("a", "Overview", href="#overview", id="to-overview"),
            h("a", "Records", href="#records", id="to-records"),
            aria_label="Views",
        ),
        class_="top",
    )
