"""What is kept of a reply and told of it: for the ledger, for the count, and for a record's lineage."""

from __future__ import annotations

from typing import Any

from tasks.records import Json
from tasks.teacher.prices import Price


def kept_of(reply: Any, *, batch: bool = False) -> Json:
    """What the ledger keeps of a reply: the first choice, the usage, and whether it came at the price of a batch."""
    usage = reply.get("usage") if isinstance(reply.get("usage"), dict) else None
    return {"choices": reply["choices"][:1], "usage": usage, **({"batch": True} if batch else {})}


def tokens_of(reply: Json) -> dict[str, int]:
    """The tokens that a kept reply took; 0 where the endpoint did not say."""
    usage = reply.get("usage") or {}
    counted = {name: usage.get(name) for name in ("prompt_tokens", "completion_tokens")}
    return {name: _count_of(said) for name, said in counted.items()}


def cached_of(reply: Json) -> tuple[int, int]:
    """Of the prompt's tokens, those that the provider had kept, and those that it was asked to keep."""
    usage = reply.get("usage") or {}
    details = usage.get("prompt_tokens_details")
    details = details if isinstance(details, dict) else {}
    read = _count_of(details.get("cached_tokens") or usage.get("prompt_cache_hit_tokens"))  # DeepSeek's name for it
    written = _count_of(details.get("cache_write_tokens"))
    prompt = tokens_of(reply)["prompt_tokens"]
    return min(read, prompt), min(written, max(0, prompt - read))


def cost_of(reply: Json, price: Price) -> float:
    """US dollars that a kept reply cost."""
    used = tokens_of(reply)
    share = price.batch if reply.get("batch") else 1.0
    return share * price.cost(used["prompt_tokens"], used["completion_tokens"], *cached_of(reply))


def counts_of(reply: Json, price: Price | None) -> dict[str, float]:
    """What a kept reply adds to :class:`tasks.teacher.usage.Taken`."""
    cost, cached = cost_of(reply, price) if price else 0.0, cached_of(reply)[0]
    counted = {**tokens_of(reply), "cached_tokens": cached, "cost_usd": cost}
    return {**counted, "unmetered": not reply.get("usage"), "unpriced": price is None}


def event_of(reply: Json, model: str, price: Price | None, key: str, agent: str, prompt: str) -> Json:
    """What the lineage tells of a call: agent, prompt, model, call, tokens, cost."""
    cost = cost_of(reply, price) if price else None
    told = {"agent": agent, "prompt": prompt[:16], "model": model, "call": key[:16]}
    return {**told, **tokens_of(reply), "cost_usd": cost}


def with_attempts(event: Json, failed: list[Json]) -> Json:
    """The event of a usable answer with the tokens and cost of the attempts before it, which were paid for as well."""
    if not failed:
        return event
    total = {name: sum(e[name] for e in [*failed, event]) for name in ("prompt_tokens", "completion_tokens")}
    cost = None if event["cost_usd"] is None else sum(e["cost_usd"] for e in [*failed, event])
    return {**event, **total, "cost_usd": cost, "attempts": len(failed) + 1}


def _count_of(said: Any) -> int:
    """A count that an endpoint may have sent as text or with a fraction; 0 for anything else."""
    try:
        return max(0, int(float(said)))
    except (TypeError, ValueError, OverflowError):
        return 0
