"""How long an answer takes: `0`, `0.2`, `lognormal:MEAN:SIGMA`, or `replay[:FILE]` of an earlier `--record` file."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

from tasks.records import rng

Latency = Callable[[int, str], float]
"""Seconds for a seed and a request's key: the same two always give the same time."""


class LatencyError(ValueError):
    """The text is no latency; the message says what is."""


def parse(text: str, record: Path | None = None) -> Latency:
    """The latency that `text` spells; `replay` without a file takes the times that stand in `record` now."""
    kind, *values = text.split(":", 2)
    if kind == "replay":
        source = Path(text.partition(":")[2]) if values else record
        if source is None or not source.is_file():
            raise LatencyError("replay needs the file of an earlier run: replay:FILE, or --record FILE that exists")
        return _replay(source)
    try:
        if kind == "lognormal":
            mean, sigma = map(float, values)
            if mean > 0 and sigma >= 0:
                return _lognormal(mean, sigma)
        elif not values and 0 <= (seconds := float(kind)) < math.inf:
            return lambda seed, key: seconds
    except ValueError:
        pass
    raise LatencyError(f"'{text}' is no latency: expected SECONDS, lognormal:MEAN:SIGMA or replay[:FILE]")


def _lognormal(mean: float, sigma: float) -> Latency:
    mu = math.log(mean) - sigma**2 / 2
    return lambda seed, key: rng(seed, "latency", key).lognormvariate(mu, sigma)


def _replay(source: Path) -> Latency:
    rows = [json.loads(line) for line in source.read_text().splitlines() if line]
    answered = [row for row in rows if row["fault"] is None and row["status"] == 200]
    known = {row["key"]: float(row["departure"] - row["arrival"]) for row in answered}
    if not known:
        raise LatencyError("the file to replay holds no answered request")
    times = list(known.values())
    return lambda seed, key: known[key] if key in known else rng(seed, "latency", key).choice(times)
