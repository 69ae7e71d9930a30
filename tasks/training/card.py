"""The card of a student: what it was taught, how, on what, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.publish.report.figures import count, spoken
from tasks.records import Json


def card(told: Json) -> str:
    """The card as Markdown, with what a hub reads at its head."""
    return "\n".join(_lines(told)) + "\n"


def _lines(told: Json) -> Iterator[str]:
    yield from (
        "---",
        "library_name: transformers",
        "pipeline_tag: text-generation",
        "tags: [agentinstruct]",
        "---",
        "",
    )
    yield f"# {told['student']}, taught"
    yield ""
    if told["data"]["offline_rows"]:
        yield (
            f"**Not for use.** {told['data']['offline_rows']:,} of the rows that it was taught are the offline teacher's, made "
            "by extraction and not for training: this student only shows how teaching works."
        )
        yield ""
    rows, learnt = sum(told["data"]["rows"].values()), sum(told["tokens"].values())
    yield (
        f"`agentinstruct teach` taught it {count(rows, 'row')} of {count(len(told['data']['rows']), 'skill')} from "
        f"{count(told['data']['documents'], 'document')} of the dataset `{told['data']['dataset']}`: {learnt:,} tokens of the "
        f"assistant were learnt from, of {told['all_tokens']:,} that were read. Recipe `{told['recipe']}`, method "
        f"`{told['method']}`, {told['steps']:,} steps."
    )
    yield from ("", "## Loss on rows of other documents", "")
    yield from _loss(told)
    yield from ("", "## What is not told by this", "")
    yield (
        "Loss says how well the student foretells the answers of such rows, not whether its own are right: `agentinstruct "
        "evaluate` examines that."
    )
    against = ", ".join(told["against"])
    yield (
        f"The dataset was decontaminated against {against}."
        if against
        else "The dataset was decontaminated against no benchmark: figures on public benchmarks may owe something to its rows."
    )
    if fell := sum(rows for reasons in told["data"]["rejected"].values() for rows in reasons.values()):
        yield f"{count(fell, 'row')} of the dataset were not taught: `teaching.json` counts them, `rejected.jsonl` lists them."
    yield from ("", "## Use", "", "```python")
    yield "from transformers import AutoModelForCausalLM, AutoTokenizer"
    yield from (
        'student = AutoModelForCausalLM.from_pretrained("FOLDER")',
        'words = AutoTokenizer.from_pretrained("FOLDER")',
    )
    yield from ("```", "", "Ask it with its own chat template, the one that it was taught with; it takes `tools`.")


def _loss(told: Json) -> Iterator[str]:
    if not told["loss"]:
        yield "No row was held out, so nothing was measured."
        return
    yield "Nats for each token of the assistant; the same tokens before and after."
    yield from ("", "| skill | before | after | change | tokens |", "|---|---|---|---|---|")
    for skill, found in [*told["loss"].items(), ("**all**", told["overall"])]:
        change = found["after"] / found["before"] - 1
        yield f"| {spoken(skill)} | {found['before']:.3f} | {found['after']:.3f} | {change:+.1%} | {found['tokens']:,} |"
