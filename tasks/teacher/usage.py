"""What was asked for and what that took: in all, and by step and model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from tasks.records import Json


@dataclass
class Taken:
    """Calls with their tokens and cost. `made` counts requests that reached the endpoint, `replayed` answers from the ledger."""

    made: int = 0
    replayed: int = 0
    failed: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    """Of the prompts' tokens, those that the provider had kept from calls before and charges less for."""
    completion_tokens: int = 0
    cost_usd: float = 0.0
    """Of the answers whose price is known."""
    unmetered: int = 0
    """Answers whose endpoint did not say how many tokens they took."""
    unpriced: int = 0
    """Answers of a model whose price is unknown."""
    timed: int = 0
    """Calls whose time was taken."""
    seconds: float = 0.0
    """How long these took."""

    def cost(self) -> float | None:
        """US dollars; None if the price of an answer or its tokens are unknown."""
        return None if self.unpriced or self.unmetered else self.cost_usd

    def told(self) -> Json:
        """The counts as a manifest has them."""
        cost = self.cost()
        return {
            **{name: getattr(self, name) for name in COUNTS},
            "cost_usd": None if cost is None else round(cost, 6),
        }


COUNTS = ("made", "replayed", "failed", "prompt_tokens", "cached_tokens", "completion_tokens")
_ALL = tuple(each.name for each in fields(Taken))


@dataclass
class Usage(Taken):
    """What this process asked for, with its parts."""

    last_fault: str = ""
    """Why the newest of the failed calls failed, in one word."""
    parts: dict[tuple[str, str], Taken] = field(default_factory=dict)
    """The same by step and model."""

    def add(self, step: str, model: str, **counts: float) -> None:
        """Count something of a call that the step made to the model."""
        part = self.parts.setdefault((step, model), Taken())
        for name, number in counts.items():
            for total in (self, part):
                setattr(total, name, getattr(total, name) + number)

    def of_step(self, step: str) -> Taken:
        """What one step took of all models."""
        total = Taken()
        for (name, _), part in self.parts.items():
            for count in _ALL if name == step else ():
                setattr(total, count, getattr(total, count) + getattr(part, count))
        return total

    def by_step(self) -> Json:
        """Step -> model -> counts."""
        told: Json = {}
        for (step, model), part in self.parts.items():
            told.setdefault(step, {})[model] = part.told()
        return told


def together(parts: Iterable[Json]) -> Json:
    """The sum of counts as they are told; the cost is None where it is None of a part that made calls."""
    parts = list(parts)
    costs = [part["cost_usd"] for part in parts if part["made"] or part["cost_usd"]]
    return {
        **{name: sum(part.get(name, 0) for part in parts) for name in COUNTS},  # an older version counted fewer
        "cost_usd": None if None in costs else round(sum(costs), 6),
    }
