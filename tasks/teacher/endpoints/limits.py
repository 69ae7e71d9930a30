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
    r"max.?(?:completion_|output_|new_)?tokens|output.?tokens|completion tokens|max_?OutputTokens|maximum tokens you",
    re.I,
)
_OF_PROMPT = re.compile(r"\b(?:inputs?(?! validation)|prompt|messages?)\b|context.?(?:length|size)", re.I)
_IN_ALL = re.compile(r"\brequested\D{0,30}(\d[\d,]*)", re.I)
_EXCLUSIVE = re.compile(r"(\d[\d,]*) \(exclusive\)")
_MARGIN = 8


def room(said: str, asked: int) -> int | None:
    """The tokens that are left for an answer beside this prompt, where `asked` were too many and fewer would do."""
    if (counted := _counted(said, asked)) is None:
        return None
    limit, used = counted
    left = limit - used - _MARGIN
    return left if used + asked > limit and left >= min(asked // 2, LEAST) else None


def prompt_fills(said: str, asked: int) -> bool:
    """Whether the numbers show that the prompt leaves no room for any answer."""
    counted = _counted(said, asked)
    return counted is not None and counted[1] + LEAST > counted[0]


def shorter(said: str, asked: int) -> int | None:
    """A length to try where an answer of `asked` is said to be too long and no number tells what would do."""
    spoken_of = _OF_ANSWER.search(said) or re.search(r"\bcompletion\b", said, re.I)
    return asked // 4 if spoken_of and _counted(said, asked) is None and asked // 4 >= LEAST else None


def _counted(said: str, asked: int) -> tuple[int, int] | None:
    """The limit and what the prompt takes of it, as far as they are told."""
    numbers = [n for n in _numbers(said) if n >= 16]
    if asked in numbers:
        numbers.remove(asked)
    total = next((n for n in map(_number, _IN_ALL.findall(said)) if n > asked and n in numbers), None)
    used = next((n for n in numbers if n + asked in numbers), None)
    if used is not None:
        numbers.remove(used + asked)
        limit = max((n for n in numbers if used < n < used + asked), default=None)
        limit = max(numbers, default=None) if limit is None else limit
    elif total is not None and len(numbers) == 2 and min(numbers) < total:
        limit, used = min(numbers), total - asked
    else:
        limit = max(numbers, default=None)
        used = max((n for n in numbers if limit is not None and n < limit), default=None)
    return None if limit is None or used is None else (limit, used)


def longest_answer(said: str, asked: int) -> int | None:
    """The most tokens that any answer of this model may have, where `asked` were more."""
    if not _OF_ANSWER.search(said) or (_OF_PROMPT.search(said) and "context_window" not in said):
        return None
    beyond = {_number(n) for n in _EXCLUSIVE.findall(said)}
    limits = {n - (n in beyond) for n in _numbers(said) if 16 <= n - (n in beyond) < asked}
    return limits.pop() if len(limits) == 1 else None


def _numbers(said: str) -> list[int]:
    return [_number(n) for n in _NUMBER.findall(said) if len(n) < 12]


def _number(said: str) -> int:
    return int(said.replace(",", ""))
