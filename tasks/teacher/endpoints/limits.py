"""How long an answer an endpoint allows, read from its refusal of a longer one.

Every server words it in its own way, but the numbers add up in the same: a context, what the prompt takes of it, and what was
asked for the answer.
"""

from __future__ import annotations

import re

LEAST = 256
"""Room for an answer that is worth asking for, unless less was asked for."""
_NUMBER = re.compile(r"(?<![\w.,-])(\d{1,3}(?:,\d{3})+|\d+)(?![\w-]|[.,]\d)")
_OF_ANSWER = re.compile(
    r"max_(?:completion_|output_|new_)?tokens|output.?tokens|completion tokens|max_?OutputTokens", re.I
)
_OF_PROMPT = re.compile(r"\b(?:input|prompt|messages?)\b|context.?(?:length|size)", re.I)
_MARGIN = 8


def room(said: str, asked: int) -> int | None:
    """The tokens that are left for an answer beside this prompt, where `asked` were too many and fewer would do."""
    numbers = [n for n in _numbers(said) if n >= 16]
    if asked in numbers:
        numbers.remove(asked)
    used = next((n for n in numbers if n + asked in numbers), None)
    if used is not None:
        numbers.remove(used + asked)
        limit = max((n for n in numbers if used < n < used + asked), default=None)
    else:
        limit = max(numbers, default=None)
        used = max((n for n in numbers if limit is not None and n < limit), default=None)
    if limit is None or used is None or used + asked <= limit:
        return None
    left = limit - used - _MARGIN
    return left if left >= min(asked // 2, LEAST) else None


def longest_answer(said: str, asked: int) -> int | None:
    """The most tokens that any answer of this model may have, where `asked` were more."""
    if not _OF_ANSWER.search(said) or (_OF_PROMPT.search(said) and "context_window" not in said):
        return None
    limits = {n for n in _numbers(said) if 16 <= n < asked}
    return limits.pop() if len(limits) == 1 else None


def _numbers(said: str) -> list[int]:
    return [int(n.replace(",", "")) for n in _NUMBER.findall(said) if len(n) < 12]
