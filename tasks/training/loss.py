"""Loss of held-out rows, by skill: nats for each token of the assistant, each row read by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pyarrow as pa

from tasks.records import Json
from tasks.training.tokens import IGNORED


def read_held_out(path: Path) -> list[Json]:
    """The rows whose loss is measured: skill, tokens and labels."""
    with pa.memory_map(str(path)) as mapped:
        rows: list[Json] = pa.ipc.open_file(mapped).read_all().to_pylist()
    return rows


def measured(
    model: Any,
    rows: Sequence[Json],
    calculating: Callable[[], AbstractContextManager[Any]],
    tell: Callable[[int], None] = lambda done: None,
) -> dict[str, Json]:
    """Skill -> `loss`, the sum over its tokens, and `tokens`. `tell` is called with the rows that are done."""
    import torch

    sums: dict[str, float] = defaultdict(float)
    tokens: dict[str, int] = defaultdict(int)
    model.eval()
    for done, row in enumerate(rows, 1):
        ids = torch.tensor([row["input_ids"]], device=model.device)
        labels = torch.tensor(row["labels"], device=model.device)
        where = (labels[1:] != IGNORED).nonzero().flatten()  # a token is foretold where the one before it stands
        with torch.no_grad(), calculating():
            logits = model(input_ids=ids, use_cache=False, logits_to_keep=where).logits[0]
        found = torch.nn.functional.cross_entropy(logits.float(), labels[where + 1], reduction="sum")
        sums[row["skill"]] += float(found)
        tokens[row["skill"]] += len(where)
        tell(done)
    return {skill: {"loss": sums[skill], "tokens": tokens[skill]} for skill in sorted(sums)}


def compared(before: dict[str, Json], after: dict[str, Json]) -> dict[str, Json]:
    """Skill -> `before`, `after` and `tokens`, a loss being the mean over tokens."""
    return {
        skill: {
            "before": round(found["loss"] / found["tokens"], 5),
            "after": round(after[skill]["loss"] / found["tokens"], 5),
            "tokens": found["tokens"],
        }
        for skill, found in before.items()
    }


def overall(loss: dict[str, Json]) -> Json:
    """The same of all tokens together; empty if none was measured."""
    tokens = sum(found["tokens"] for found in loss.values())
    if not tokens:
        return {}
    means = {
        when: round(sum(found[when] * found["tokens"] for found in loss.values()) / tokens, 5)
        for when in ("before", "after")
    }
    return {**means, "tokens": tokens}
