"""Loss of held-out rows: nats for each token of the assistant, each row read by itself; told by row and by skill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pyarrow as pa

from tasks.records import Json
from tasks.training.tokens import IGNORED


def read_held_out(path: Path) -> list[Json]:
    """The rows whose loss is measured: id, skill, task_type, tokens and labels."""
    with pa.memory_map(str(path)) as mapped:
        rows: list[Json] = pa.ipc.open_file(mapped).read_all().to_pylist()
    return rows


def measured(
    model: Any,
    rows: Sequence[Json],
    calculating: Callable[[], AbstractContextManager[Any]],
    tell: Callable[[int], None] = lambda done: None,
) -> list[Json]:
    """Of each row id, skill and task_type, `loss`, the sum over its tokens, and `tokens`. `tell` is called with the rows that
    are done."""
    import torch

    found = list[Json]()
    model.eval()
    for done, row in enumerate(rows, 1):
        ids = torch.tensor([row["input_ids"]], device=model.device)
        labels = torch.tensor(row["labels"], device=model.device)
        with torch.no_grad(), calculating():
            loss, tokens = summed(model, labels, input_ids=ids)
        own = {name: row[name] for name in ("id", "skill", "task_type")}
        found.append({**own, "loss": round(float(loss), 5), "tokens": tokens})
        tell(done)
    return found


def summed(model: Any, labels: Any, **given: Any) -> tuple[Any, int]:
    """The loss of the tokens that are learnt from, summed, and how many they are. `labels` are those of one row or window,
    `given` what else the model takes; it scores no other token."""
    import torch

    where = (labels[1:] != IGNORED).nonzero().flatten()  # a token is foretold where the one before it stands
    logits = model(**given, use_cache=False, logits_to_keep=where).logits[0]
    return torch.nn.functional.cross_entropy(logits.float(), labels[where + 1], reduction="sum"), len(where)


def compared(before: Sequence[Json], after: Sequence[Json]) -> list[Json]:
    """Of each row id, skill, task_type and tokens, and its loss `before` and `after`, the mean over its tokens."""
    losses = {row["id"]: row["loss"] for row in after}
    return [
        {
            **{name: row[name] for name in ("id", "skill", "task_type", "tokens")},
            "before": round(row["loss"] / max(1, row["tokens"]), 5),
            "after": round(losses[row["id"]] / max(1, row["tokens"]), 5),
        }
        for row in before
    ]


def by_skill(rows: Sequence[Json]) -> dict[str, Json]:
    """Skill -> `before`, `after` and `tokens` of compared rows, a loss being the mean over tokens."""
    skills = sorted({row["skill"] for row in rows})
    return {skill: overall([row for row in rows if row["skill"] == skill]) for skill in skills}


def overall(rows: Sequence[Json]) -> Json:
    """The same of all tokens together; empty if none was measured."""
    sums = Counter[str]()
    for row in rows:
        sums["tokens"] += row["tokens"]
        for when in ("before", "after"):
            sums[when] += row[when] * row["tokens"]
    tokens = sums["tokens"]
    return {when: round(sums[when] / tokens, 5) for when in ("before", "after")} | {"tokens": tokens} if tokens else {}
