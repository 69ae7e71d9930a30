"""What a share may use of what the run was given: its part of the calls at once, of the rates and of the budget."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from flows.order import Order
from flows.shares.exchange import Standing

LEAST_USD = 1e-9


class UsedUp(Exception):
    """A share has had its part of the budget."""


def part_of(order: Order, share: int, shares: int, used: Iterable[Standing] = ()) -> Order:
    """The order as one of so many shares has it; `used` is what earlier attempts at this one have asked for.

    Raises UsedUp if nothing is left of its part of the budget.
    """
    running = order.running
    divided = {
        "max_concurrency": max(1, _whole(running.max_concurrency, share, shares)),
        "rpm": ceil(running.rpm / shares),
        "tpm": ceil(running.tpm / shares),
    }
    used = list(used)
    left = {
        "max_calls": _whole(order.max_calls, share, shares) - int(_sum(used, "made")),
        "max_tokens": _whole(order.max_tokens, share, shares) - int(_sum(used, "prompt_tokens", "completion_tokens")),
        "max_usd": order.max_usd / shares - _sum(used, "cost_usd"),
    }
    bounded = {name: value for name, value in left.items() if getattr(order, name)}
    if any(value < LEAST_USD for value in bounded.values()):
        raise UsedUp
    return order.model_copy(update={"running": running.model_copy(update=divided), **bounded})


def _whole(number: int, share: int, shares: int) -> int:
    """The share's part of a number that is dealt one by one; shares count from 1."""
    return number // shares + (share <= number % shares)


def _sum(used: Iterable[Standing], *names: str) -> float:
    return sum(attempt.sum(*names) for attempt in used)
