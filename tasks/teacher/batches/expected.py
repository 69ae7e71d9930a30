"""What a call is expected to take, before it is answered."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.records import Json
from tasks.teacher.prices import Price
from tasks.teacher.usage import Taken

_CHARACTERS = 4
"""Characters of a token, in most languages about."""
_FIRST_ANSWER = 1_000
"""Tokens of an answer, before any was seen."""


@dataclass(frozen=True)
class Expected:
    """Tokens of prompt and answer, and US dollars."""

    tokens: int = 0
    usd: float = 0.0

    def __add__(self, other: Expected) -> Expected:
        return Expected(self.tokens + other.tokens, self.usd + other.usd)

    def __sub__(self, other: Expected) -> Expected:
        return Expected(self.tokens - other.tokens, self.usd - other.usd)


def expected(body: Json, seen: Taken | None, price: Price | None) -> Expected:
    """What a call in a batch is expected to take; `seen` is what the step's calls to the model have taken so far."""
    prompt = sum(len(str(message.get("content") or "")) for message in body["messages"]) // _CHARACTERS
    answered = seen.made - seen.failed if seen else 0
    answer = seen.completion_tokens // answered if seen and answered > 0 else min(body["max_tokens"], _FIRST_ANSWER)
    return Expected(prompt + answer, price.batch * price.cost(prompt, answer) if price else 0.0)
