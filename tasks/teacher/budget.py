"""What a run may cost: calls, tokens and US dollars. Answers of the ledger cost nothing."""

from __future__ import annotations

from dataclasses import dataclass

_AGAIN = "a run that resumes has as much again"


@dataclass(frozen=True)
class Budget:
    """The most that one run may ask for; 0 sets no bound."""

    usd: float = 0.0
    tokens: int = 0
    calls: int = 0

    def used_up(self, made: int, under_way: int, tokens: int, cost_usd: float, unmetered: int) -> str:
        """Why no further call may be made beside those under way; empty while one may.

        Calls are counted before they are made, so their bound is kept; what one takes and costs shows only afterwards.
        """
        if self.calls and made + under_way >= self.calls:
            return f"the budget of {self.calls:,} calls is used up; {_AGAIN}"
        if self.usd and cost_usd >= self.usd:
            return f"the budget of ${self.usd:,.2f} is used up, ${cost_usd:,.2f} spent; {_AGAIN}"
        if self.tokens and tokens >= self.tokens:
            return f"the budget of {self.tokens:,} tokens is used up, {tokens:,} taken; {_AGAIN}"
        if (self.usd or self.tokens) and unmetered:
            flag = "--max-usd" if self.usd else "--max-tokens"
            return f"the endpoint does not count tokens, so {flag} cannot be kept: bound --max-calls instead"
        return ""

    def affords(self, tokens: int, cost_usd: float) -> bool:
        """Whether as many tokens and US dollars in all are within it."""
        return not ((self.usd and cost_usd > self.usd) or (self.tokens and tokens > self.tokens))
