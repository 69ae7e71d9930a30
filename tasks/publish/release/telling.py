"""Parts of a card: tables, licences, the rule by which rows are held out, and what a reader has to know before training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.publish.release.origin import Origin
from tasks.records import Json

UNKNOWN = ("", "unknown", "none", "null")


def table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A table in Markdown; what is in its cells cannot end them."""
    shown = [heads, ["---"] * len(heads), *lines]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in shown)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def licences(manifest: Json) -> dict[str, int]:
    """Licence -> documents or rows, as far as the manifest knows any."""
    told = manifest.get("licences") or {}
    counts = {name: n if isinstance(n, int) else len(n) if isinstance(n, list) else 1 for name, n in told.items()}
    return {name: n for name, n in counts.items() if name.lower() not in UNKNOWN}


def held_out(origin: Origin, figures: Json) -> str:
    """By which rule rows are in `test`."""
    train, test = figures["documents"]["train"], figures["documents"]["test"]
    counted = (
        f"Counted: {train:,} documents in train, {test:,} in test, {figures['documents_of_both']:,} in both."
        if test
        else ""
    )
    if origin.curated:
        rule = (
            "Rows are held out by document: `test` and `bench` come from documents that no row of `train` comes from."
        )
        return f"{rule} {counted}" if test else "No row is held out."
    if not test:
        return "No row is held out: there is one document, or no share of them was asked for."
    return (
        f"There is no bench, for this was not curated. Documents are dealt by their hash, about {100 * origin.test_share:g} % of "
        "the rows to `test`, so that no document is on both sides; the same task may still have been made of two documents. "
        f"{counted}"
    )


def limits(origin: Origin, figures: Json) -> Iterator[str]:
    """What a reader has to know before training, a sentence each."""
    manifest = origin.manifest
    if figures["offline"]:
        yield (
            f"**{figures['offline']:,} rows are not for training**: the offline teacher made them by extraction, to show what a "
            "release looks like."
        )
    for alarm in (manifest.get("sameness") or {}).get("alarms", ()):
        yield f"Its rows are too much alike, and it was published all the same: {alarm}."
    if not manifest.get("complete", True):
        yield "What it was made of was unfinished."
    yield (
        "All rows are synthetic: a model wrote tasks and answers. Programs and judges checked them (column `checks`), people "
        "did not; what neither can decide may be wrong."
    )
    if not origin.curated:
        yield "It was not curated: repeats across runs and overlap with public benchmarks were not looked for."
    yield "No model was trained and evaluated on it to make this card."
    if "not measured" in figures["bands"]:
        yield "Where difficulty is not measured, the column `quality.difficulty` is what the author meant, not a solve rate."
    yield "Passages are of the documents named above: facts, views and gaps of theirs are in the rows."
