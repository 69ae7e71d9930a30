"""The way to think that the teacher is told, and what the row keeps of it.

After Orca (explanation tuning keeps the system prompt in the row) and Orca 2 (prompt erasing puts a plain one in its place).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import prompts
from tasks.agents.kind import SkillRun
from tasks.agents.length import asks_little
from tasks.agents.presentation import hint_of, strategies_of
from tasks.records import Json, Record, rng


@dataclass(frozen=True)
class DrawnStrategy:
    """A name, the prompt drawn for it, and whether the row keeps that prompt."""

    name: str
    prompt: str
    keep: bool

    def told(self, shown: Sequence[Json], length: str = "") -> list[Json]:
        """The opening as the teacher sees it: strategy and length come after the row's own system prompt."""
        more = [text for text in (self.prompt, length) if text]
        if not more:
            return list(shown)
        own = [message["content"] for message in shown if message["role"] == "system"]
        rest = [message for message in shown if message["role"] != "system"]
        return [{"role": "system", "content": "\n\n".join([*own, *more])}, *rest]

    def kept(self, shown: Sequence[Json]) -> list[Json]:
        """The opening as the row keeps it: never with the length, which the student has to find by itself."""
        return self.told(shown) if self.keep else list(shown)


PLAIN = DrawnStrategy("", "", False)
"""No way to think."""


def strategy_of(record: Record, run: SkillRun, sample: int) -> DrawnStrategy:
    """The strategy drawn for this response, among those that suit the task type, the form of the answer and the room for it."""
    if run.settings.strategy_prompts == "off":
        return PLAIN
    hint, known = hint_of(record, run), prompts.strategies()
    if asks_little(record.instruction):
        hint = hint.model_copy(update={"brief": True})
    fitting = {
        name: texts
        for name in strategies_of(record, run)
        if (texts := [own.text for own in known[name].prompts if own.suits(hint, record.answer_form)])
    }
    draw = rng(run.seed, "strategy", record.id, sample)
    name = draw.choice(list(fitting) or ["plain"])
    return DrawnStrategy(name, draw.choice(fitting.get(name, [""])), run.settings.strategy_prompts == "keep")
