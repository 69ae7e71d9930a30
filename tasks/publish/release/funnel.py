"""What fell out before a release, as the manifest of what it is made of tells it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tasks.publish.release.telling import table
from tasks.records import Json


def funnel(manifest: Json) -> str:
    """A table of steps, what went in, what came out and why the rest did not; a sentence where nothing is known."""
    if told := manifest.get("funnel"):
        return _curated(told, manifest.get("funnel_steps") or ())
    if steps := manifest.get("steps"):
        lines = [
            [name, f"{n['records_in']:,}", f"{n['records_out']:,}", _reasons(n.get("rejected_by") or {})]
            for name, n in steps.items()
        ]
        return table(["step", "in", "out", "rejected, because"], lines)
    if "left_out" in manifest:
        return table(
            ["left out of the version, because", "rows"], [[r, f"{n:,}"] for r, n in manifest["left_out"].items()]
        )
    return "Not known."


def _curated(told: Json, order: Sequence[str]) -> str:
    """Steps of all skills together, in their order, which a manifest's own objects do not keep; else as rows grow fewer."""
    steps: dict[str, tuple[int, int, Counter[str]]] = {}
    for name, found in ((name, found) for of_skill in told.values() for name, found in of_skill.items()):
        given, left, reasons = steps.get(name, (0, 0, Counter[str]()))
        steps[name] = (given + found["in"], left + found["out"], reasons + Counter(found.get("reasons") or {}))
    places = {name: place for place, name in enumerate(order)}
    ranked = sorted(steps.items(), key=lambda step: (places.get(step[0], len(places)), -step[1][0], -step[1][1]))
    lines = [[name, f"{given:,}", f"{left:,}", _reasons(reasons)] for name, (given, left, reasons) in ranked]
    return table(["step", "in", "out", "dropped, because"], lines)


def _reasons(counts: Json | Counter[str]) -> str:
    ranked = sorted(counts.items(), key=lambda pair: -pair[1])
    return ", ".join(f"{reason} {n:,}" for reason, n in ranked) or "nothing"
