"""The card of a release: what it holds, where it comes from, how it was made and what it cannot do. Numbers and names only."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from tasks.publish.release.figures import CHARACTERS_PER_TOKEN, SAMPLE
from tasks.publish.release.funnel import funnel
from tasks.publish.release.making_again import commands
from tasks.publish.release.origin import TEST, Origin
from tasks.publish.release.places import public
from tasks.publish.release.telling import held_out, licences, limits, table
from tasks.records import Json

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_LARGEST = "n>1M"
_SPOKEN = 0.02
"""Share of the looked-at rows from which a language is named at the head of the card."""
_ABOUT = {
    "default": "verified conversations, with key, checks, quality and provenance",
    "preferences": "`prompt`, `chosen`, `rejected`: which of two answers passed every check, or was scored higher",
    "feedback": "`messages` that criticise an answer (`sort: critique`) or mend it (`sort: revision`)",
    "bench": "held-out rows to evaluate on: `prompt` is shown, `key` and `answer` are not",
    "sft": "`messages` and `tools` for TRL's SFTTrainer",
    "dpo": "`prompt`, `chosen`, `rejected` for TRL's DPOTrainer",
    "kto": "`prompt`, `completion`, `label` for TRL's KTOTrainer; the bad ones are the rejected sides of pairs",
    "reward": "`chosen` and `rejected` as whole conversations for TRL's RewardTrainer",
}


@dataclass(frozen=True)
class Facts:
    """What the card of one format tells."""

    origin: Origin
    format: str
    configs: Json
    """Configuration -> split -> `rows` and `path`, a pattern."""
    figures: Json
    left_out: Json
    lost: Json
    unrendered: Json
    repaired: Json
    model: str
    """The model whose template every row is rendered under, if one was named."""
    license: str
    command: str


def card(facts: Facts) -> str:
    """The card in Markdown, with the front matter that dataset hubs read."""
    name, *_ = facts.configs
    rows = sum(split["rows"] for split in facts.configs[name].values())
    sections = (
        _intro(facts, rows),
        _loading(facts),
        _made(facts),
        _counts(facts.figures),
        _left_out(facts),
        "## Limits\n\n" + "\n".join(f"- {line}" for line in limits(facts.origin, facts.figures)),
        f"## Made by\n\n```sh\n{commands(facts.origin, facts.command)}\n```",
    )
    return f"---\n{_front(facts, rows)}---\n\n" + "\n\n".join(filter(None, sections)) + "\n"


def _front(facts: Facts, rows: int) -> str:
    known = licences(facts.origin.manifest)
    license = facts.license or (next(iter(known)) if len(known) == 1 else "other")
    looked_at = sum(facts.figures["languages"].values())
    languages = [
        code for code, n in facts.figures["languages"].items() if code != "unsure" and n >= _SPOKEN * looked_at
    ]
    configs = [
        {
            "config_name": name,
            **({"default": True} if not place else {}),
            "data_files": [{"split": split, "path": told["path"]} for split, told in splits.items()],
        }
        for place, (name, splits) in enumerate(facts.configs.items())
    ]
    front: Json = {"license": license, **({"license_name": "unknown"} if license == "other" and not known else {})}
    front |= {"language": languages} if languages else {}
    front |= {
        "task_categories": ["text-generation"],
        "size_categories": [next((name for most, name in _SIZES if rows < most), _LARGEST)],
        "tags": ["synthetic", "agentinstruct"],
        "configs": configs,
    }
    text: str = yaml.safe_dump(front, sort_keys=False, allow_unicode=True)
    return text


def _intro(facts: Facts, rows: int) -> str:
    manifest = facts.origin.manifest
    teacher = (manifest.get("teacher") or {}).get("model") or "unknown"
    teachers = ", ".join(f"`{name}`" for name in manifest.get("teachers") or [teacher])
    version = (manifest.get("versions") or {}).get("agentinstruct", "")
    documents = sum(facts.figures["documents"].values()) - facts.figures["documents_of_both"]
    return (
        f"# {rows:,} verified conversations\n\n"
        f"Made by agentinstruct {version} from {documents:,} documents of a {facts.origin.sort}, with {teachers} as the teacher."
    )


def _loading(facts: Facts) -> str:
    lines = [
        [f"`{name}`", split, f"{told['rows']:,}", _ABOUT.get(name, facts.format)]
        for name, splits in facts.configs.items()
        for split, told in splits.items()
    ]
    shown = table(["config", "split", "rows", "a row"], lines)
    names = list(facts.configs)
    config = f', "{names[-1]}"' if len(names) > 1 else ""
    json = "  # datasets 4.7 or newer: messages and tools are JSON" if facts.format in ("hf", "trl") else ""
    return f'{shown}\n\n```python\nfrom datasets import load_dataset\n\nload_dataset("NAME"{config}){json}\n```'


def _made(facts: Facts) -> str:
    """Sources, licences, what fell out and what was held out."""
    figures, manifest = facts.figures, facts.origin.manifest
    more = f"\n\nand {figures['more_sources']:,} more." if figures["more_sources"] else ""
    sources = table(["source", "rows"], [[f"`{uri}`", f"{n:,}"] for uri, n in figures["sources"].items()]) + more
    known = licences(manifest)
    if facts.license:
        told = f"`{facts.license}`, as who published it says."
    elif known:
        told = table(["licence of the documents", "how many"], [[name, f"{n:,}"] for name, n in known.items()])
    else:
        told = "Unknown: check the sources. A text's licence holds for what was made of it, too."
    return (
        f"## Sources\n\n{sources}\n\n## Licence\n\n{told}\n\n## What fell out\n\n{funnel(facts.origin.curation)}\n\n"
        f"## Decontamination\n\n{_against(facts.origin.curation)}\n\n## Held out\n\n{held_out(facts.origin, figures)}"
    )


def _against(manifest: Json) -> str:
    against = manifest.get("against") or []
    if against:
        return table(
            ["compared with", "items"], [[str(public(each["name"])), f"{each['items']:,}"] for each in against]
        )
    return (
        "Compared with no benchmark: scores on public ones may be flattered. `agentinstruct curate --against` compares."
    )


def _counts(figures: Json) -> str:
    skills = [
        [name, f"{n['task_types']:,}", f"{n.get('train', 0):,}", f"{n.get(TEST, 0):,}"]
        for name, n in figures["skills"].items()
    ]
    shares = list(figures["characters"])
    lengths = [
        ["characters", *(f"{n:,}" for n in figures["characters"].values())],
        [
            f"tokens, at {CHARACTERS_PER_TOKEN} characters each",
            *(f"{n // CHARACTERS_PER_TOKEN:,}" for n in figures["characters"].values()),
        ],
        ["messages", *(f"{n:,}" for n in figures["messages"].values())],
    ]
    heads = [f"{100 * float(share):g} % have at most" for share in shares]
    bands = table(["measured difficulty", "rows"], [[band, f"{n:,}"] for band, n in figures["bands"].items()])
    spoken = ", ".join(f"{code} {n}" for code, n in figures["languages"].items())
    return (
        f"## Skills\n\n{table(['skill', 'task types', 'train', 'test'], skills)}\n\n{figures['with_tools']:,} rows have tools "
        f"on offer.\n\n## Lengths and difficulty\n\n{table(['of a row', *heads], lengths)}\n\n{bands}\n\n"
        f"## Languages\n\nOf a sample of about {SAMPLE}: {spoken}."
    )


def _left_out(facts: Facts) -> str:
    parts = []
    if facts.left_out:
        parts.append(table(["left out of this format, because", "rows"], _lines(facts.left_out)))
    if facts.lost:
        parts.append(table(["told without", "rows"], _lines(facts.lost)))
    if facts.model:
        told = (
            f"Every row was rendered under the chat template of `{facts.model}`: what a message says and what is called "
            "with what is all there, in order."
        )
        parts.append(told)
        if facts.repaired:
            parts.append(table(["changed to fit it", "rows"], _lines(facts.repaired)))
        if facts.unrendered:
            parts.append(table(["not rendered (`not_rendered.jsonl`), because", "rows"], _lines(facts.unrendered)))
    return "## What this format holds\n\n" + "\n\n".join(parts) if parts else ""


def _lines(counts: Json) -> list[list[str]]:
    return [[name, f"{n:,}"] for name, n in sorted(counts.items())]
