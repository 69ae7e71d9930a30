"""Runs inside the sandbox: two versions of some functions are called with the same inputs and timed. Standard library only."""

from __future__ import annotations

import contextlib
import copy
import inspect
import io
import itertools
import json
import math
import random
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

SMALL = (0, 1, 2, 3, 5, 8, 13)
MOST_CALLS = 60
"""Ways to fill the parameters that are tried."""
SLOW = 0.12
"""Seconds from which on a call is long enough to be compared."""
LIMIT = 0.8
"""Seconds after which a call is stopped."""
BUDGET = 5.0
LARGEST, LARGEST_NUMBER = 1 << 13, 1 << 20
"""Size of an input at most: code that is quick on it is not slow for a reason of principle."""


class TooLong(Exception):
    """A call was stopped."""


def _stop(signal_number: int, frame: Any) -> None:
    raise TooLong


def makers() -> list[Callable[[int], Any]]:
    """Inputs of a size, by kind."""
    return [
        lambda n: [(i * 7919) % (n // 2 + 1) for i in range(n)],
        lambda n: [f"w{(i * 31) % (n // 2 + 1)}" for i in range(n)],
        lambda n: "".join("abcde fghij"[(i * 7) % 11] for i in range(n)),
        lambda n: n,
        lambda n: [((i * 13) % (n + 1), (i * 13) % (n + 1) + i % 5) for i in range(n)],
        lambda n: [(f"k{(i * 7) % (n // 2 + 1)}", i) for i in range(n)],
        lambda n: {f"k{i}": (i * 5) % (n + 1) for i in range(n)},
        lambda n: list(range(n)),
        lambda n: [[(i + j) % 7 for j in range(4)] for i in range(n)],
        lambda n: float(n) / 4,
    ]


def main(names: list[str], mark: str, first: dict[str, Any], second: dict[str, Any]) -> None:
    """Print what came of holding the functions of two modules together, as one line of JSON."""
    signal.signal(signal.SIGALRM, _stop)
    began = time.monotonic()
    result = {"mark": mark, "calls": 0, "differing": "", "ratio": None, "altered": ""}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for name in names:
            one, other = first.get(name), second.get(name)
            if inspect.isfunction(one) and callable(other):
                _held_together(name, one, other, result, began)
    print(json.dumps(result))


def _held_together(name: str, one: Any, other: Any, result: dict[str, Any], began: float) -> None:
    count = sum(
        p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        for p in inspect.signature(one).parameters.values()
    )
    if not 1 <= count <= 4:
        return
    fitting = []
    for ways in _fillings(count):
        alike = _alike(name, one, other, ways, result)
        if alike:
            fitting.append(ways)
        if time.monotonic() - began > BUDGET / 2:
            break
    for ways in fitting[:6]:
        ratio = _ratio(one, other, ways, began)
        if ratio is not None and (result["ratio"] is None or ratio < result["ratio"]):
            result["ratio"] = round(ratio, 3)


def _fillings(count: int) -> Iterator[tuple[Callable[[int], Any], ...]]:
    every = list(itertools.product(makers(), repeat=count))
    if len(every) > MOST_CALLS:
        every = random.Random(7).sample(every, MOST_CALLS)
    yield from every


def _alike(name: str, one: Any, other: Any, ways: Any, result: dict[str, Any]) -> bool:
    """Whether the first takes such inputs; the first difference is noted."""
    taken = 0
    for size in SMALL:
        arguments = [make(size) for make in ways]
        wanted, again = _called(one, arguments), _called(one, arguments)
        if wanted[0] != "gave" or not _same(wanted, again):
            continue
        found = _called(other, arguments)
        if not result["altered"] and found[0] == "gave" and found[1] is not None and not _equal(found[2], arguments):
            result["altered"] = f"{name}({', '.join(map(repr, arguments))})"[:300]
        # An input of another kind than the code is meant for: that it cannot take it says nothing.
        if found[0] in ("TypeError", "AttributeError", "KeyError", "TooLong"):
            continue
        taken += size > 1
        result["calls"] += 1
        if not result["differing"] and not _same(wanted, found):
            said = ", ".join(map(repr, arguments))
            result["differing"] = f"{name}({said}): {_told(wanted)} and {_told(found)}"[:600]
    return taken > 2


def _called(function: Any, arguments: list[Any]) -> tuple[str, Any, Any]:
    """What came of a call: gave, or the name of the exception; the value; the arguments as they are left."""
    given = copy.deepcopy(arguments)
    signal.setitimer(signal.ITIMER_REAL, LIMIT)
    try:
        value = function(*given)
        if inspect.isgenerator(value) or isinstance(value, map | filter | zip | range):
            value = list(itertools.islice(value, 10_000))
        return "gave", value, given
    except TooLong:
        return "TooLong", None, None
    except Exception as error:
        return type(error).__name__, None, None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _same(one: tuple[str, Any, Any], other: tuple[str, Any, Any]) -> bool:
    if one[0] != other[0]:
        return False
    # What a function gives back counts; where it gives nothing, what it did to its arguments.
    return _equal(one[2], other[2]) if one[1] is None and other[1] is None else _equal(one[1], other[1])


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9) or (one != one and other != other)
    if isinstance(one, list | tuple) and type(one) is type(other):
        return len(one) == len(other) and all(map(_equal, one, other))
    return bool(one == other) or repr(one) == repr(other)


def _told(found: tuple[str, Any, Any]) -> str:
    return repr(found[1]) if found[0] == "gave" else found[0]


def _ratio(one: Any, other: Any, ways: Any, began: float) -> float | None:
    """The cost of the second over that of the first, on the first size at which the first is slow."""
    size = 16
    largest = LARGEST_NUMBER if all(isinstance(make(1), int) for make in ways) else LARGEST
    while size <= largest and time.monotonic() - began < BUDGET:
        taken = _seconds(one, ways, size)
        if taken is None:
            return None
        if taken >= SLOW:
            theirs = [_seconds(other, ways, size) for _ in range(2)]
            ours = [taken, _seconds(one, ways, size) or taken]
            quick = [t for t in theirs if t is not None]
            return min(quick) / min(ours) if quick else None
        size = size * 2 if taken < SLOW / 16 else size + size // 2
    return None


def _seconds(function: Any, ways: Any, size: int) -> float | None:
    """How long a call takes, the limit if it is stopped; None if it fails."""
    given = [make(size) for make in ways]
    signal.setitimer(signal.ITIMER_REAL, LIMIT)
    start = time.perf_counter()
    try:
        value = function(*given)
        if inspect.isgenerator(value):
            for _ in value:
                pass
        return time.perf_counter() - start
    except TooLong:
        return LIMIT
    except Exception:
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
