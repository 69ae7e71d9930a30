"""How good the rows are, as far as checks, the judge and measured difficulty say."""

from __future__ import annotations

from collections import Counter

from tasks.publish.report.charts import Bar, bar, bars, card, folded, histogram, legend
from tasks.publish.report.facts import Facts
from tasks.publish.report.figures import count, records, share, spoken
from tasks.publish.report.html import Element, h
from tasks.publish.report.yields import Lost
from tasks.records import Json
from tasks.settings import BANDS

_PASSED, _MENDED, _FAILED, _SKIPPED = 2, 7, 0, 9


def checks(facts: Facts, manifest: Json, fallen: Lost) -> Element:
    """How often each check passed, was skipped, or rejected a record; and what was mended after it had failed."""
    failed: Counter[str] = Counter()
    for (_, reason), n in fallen.items():
        failed[reason] += n
    mended: Counter[str] = Counter()
    for found in ((manifest.get("repairs") or {}).get("by_step") or {}).values():
        for name, n in found.items():
            mended[name] += n.get("mended", 0)
    known = {*facts.passed, *facts.skipped}
    ranked = sorted(
        known, key=lambda name: (-failed[name], -mended[name], -facts.skipped[name], -facts.passed[name], name)
    )
    lines = {name: _check(name, facts, failed[name], mended[name]) for name in ranked}
    longest = max((line.length for line in lines.values()), default=0.0)
    told = [line for name, line in lines.items() if failed[name] or mended[name] or facts.skipped[name]]
    plain = [line for line in lines.values() if line not in told]
    return card(
        "Checks",
        bars(told, name="Checks that found something, or were skipped", scale=longest),
        folded(
            f"{count(len(plain), 'check')} passed wherever they applied",
            bars(plain, name="Other checks", scale=longest),
        ),
        legend([("passed", _PASSED), ("skipped", _SKIPPED), ("rejected", _FAILED)]),
        note="Of the rows and of what was rejected. Mended: failed, given back once with what was found, and passed.",
    )


def _check(name: str, facts: Facts, failed: int, mended: int) -> Bar:
    passed, skipped = facts.passed[name], facts.skipped[name]
    told = (
        f"{failed:,} rejected" if failed else "",
        f"{mended:,} mended" if mended else "",
        f"{skipped:,} skipped" if skipped else "",
    )
    return Bar(
        label=spoken(name),
        parts=[(passed, _PASSED), (skipped, _SKIPPED), (failed, _FAILED)],
        shown=f"{passed:,}",
        note=" · ".join(filter(None, told)),
        link=records(reason=name) if failed else "",
    )


def scores(facts: Facts) -> Element:
    """What the judge gave."""
    found = [score for of_skill in facts.scores.values() for score in of_skill]
    if not found:
        return card("Judge", h("p", "The judge scored no row."))
    counted = [(f"{n} of 10", sum(round(score) == n for score in found)) for n in range(11)]
    mean = sum(found) / len(found)
    lines = [
        bar(spoken(skill), sum(own) / len(own), series=6, shown=f"{sum(own) / len(own):.1f}", note=f"{len(own):,} rows")
        for skill, own in facts.scores.items()
        if own
    ]
    chart = histogram(
        counted, name=f"Scores of {len(found):,} rows, {mean:.1f} on average", low="0", high="10", series=6
    )
    by_skill = bars(sorted(lines, key=lambda line: line.length), name="Mean score by skill", scale=10.0)
    return card(
        "Judge",
        chart,
        folded("Mean score by skill", by_skill) if len(lines) > 1 else None,
        note=f"{mean:.1f} of 10 on average over the {count(len(found), 'row')} that it read.",
    )


def difficulty(facts: Facts, manifest: Json) -> Element:
    """How often solvers come to the author's answer, where that was measured."""
    found = manifest.get("difficulty") or {}
    if not found.get("measured"):
        told = "It was not measured; solve_samples=4 has each task solved four times, and the rows tell how often that went well."
        return card("Difficulty", h("p", told))
    bands: Counter[str] = Counter(found.get("bands") or {})
    total = bands.total()
    lines = [bar(band, bands[band], series=n + 2, note=share(bands[band], total)) for n, band in enumerate(BANDS)]
    solvers = {"solve_rate_teacher": "teacher", "solve_rate_student": "student"}
    rates = [
        histogram(
            [(f"{n * 10}% solved", sum(round(rate * 10) == n for rate in facts.rates[name])) for n in range(11)],
            name=f"Solve rates of the {who}: {found.get(name, 0):.0%} on average",
            low=f"never solved by the {who}",
            high="always",
            series=7,
        )
        for name, who in solvers.items()
        if facts.rates.get(name)
    ]
    means = [f"the {who} solves {found[name]:.0%}" for name, who in solvers.items() if found.get(name) is not None]
    return card(
        "Difficulty", bars(lines, name="Rows by band"), rates, note=f"Measured for {total:,} rows: {', '.join(means)}."
    )
