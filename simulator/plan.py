"""The small language of `--faults` and `--defects`: `NAME=PROBABILITY|always|#COUNT`, and options `NAME=NUMBER`.

`http_429=0.05,reset=0.02` draws; `html=always` always happens; `http_500=#3` happens to the first three that it suits;
`only=TEXT` keeps all of it to requests that hold this text.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field


class PlanError(ValueError):
    """An entry names nothing known or has a wrong value; the message says what was seen and the choices."""


@dataclass
class Plan:
    """What shall go wrong and how often; it counts down its `#COUNT` entries."""

    odds: dict[str, float] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    options: dict[str, float] = field(default_factory=dict)
    only: str = ""

    def draw(self, roll: float, suits: Callable[[str], bool]) -> str | None:
        """The entry that `roll` in [0, 1) falls on, counted entries first; those that do not suit take no share."""
        for name, left in self.left.items():
            if left and suits(name):
                self.left[name] -= 1
                return name
        share = 0.0
        for name, odds in self.odds.items():
            if odds and suits(name):
                share += odds
                if roll < share:
                    return name
        return None


def parse(text: str, known: Collection[str], options: Mapping[str, float]) -> Plan:
    """The plan that `text` spells; `options` gives the defaults of the numbers it may set."""
    plan = Plan(options=dict(options))
    for entry in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = (part.strip() for part in entry.partition("="))
        if name == "only":
            plan.only = value
            continue
        if name not in known and name not in options:
            raise PlanError(f"unknown '{name}'; known: {', '.join(sorted([*known, *options]))}")
        try:
            if name in options:
                plan.options[name] = float(value)
            elif value.startswith("#"):
                plan.left[name] = int(value[1:])
            else:
                plan.odds[name] = 1.0 if value == "always" else float(value)
        except ValueError:
            raise PlanError(f"'{entry}': expected {name}=PROBABILITY, {name}=always or {name}=#COUNT") from None
        if not 0 <= plan.odds.get(name, 0) <= 1:
            raise PlanError(f"'{entry}': a probability lies between 0 and 1")
    return plan
