"""Puzzles of moves: jugs, a boat, a network; the fewest moves or the least cost by Dijkstra's search."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from heapq import heappop, heappush
from typing import TypeVar

from tasks.kinds.puzzle.contract import Journey
from tasks.kinds.puzzle.statements import IllPosed, folded

_STATES = 50_000
S = TypeVar("S", bound=Hashable)
Steps = Callable[[S], Iterator[tuple[S, int]]]


def travelled(puzzle: Journey) -> str:
    """The fewest moves or the least cost; raises IllPosed where the goal cannot be reached."""
    return str({"jugs": _jugs, "crossing": _crossing, "routes": _routes}[puzzle.kind](puzzle))


def _least(start: S, done: Callable[[S], bool], steps: Steps[S]) -> int:
    order, queue, best = 0, [(0, 0, start)], {start: 0}
    while queue:
        cost, _, state = heappop(queue)
        if done(state):
            return cost
        if cost > best[state]:
            continue
        for following, price in steps(state):
            if following not in best or cost + price < best[following]:
                best[following] = cost + price
                order += 1
                heappush(queue, (cost + price, order, following))
        if len(best) > _STATES:
            raise IllPosed("too_large", f"more than {_STATES:,} states")
    raise IllPosed("no_solution", "the goal cannot be reached")


def _jugs(puzzle: Journey) -> int:
    sizes = puzzle.sizes
    if not 2 <= len(sizes) <= 4 or not all(0 < s <= 60 for s in sizes) or not 0 < puzzle.goal <= max(sizes):
        raise IllPosed("malformed", "two to four jugs and an amount that one of them can hold are wanted")

    def steps(state: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], int]]:
        for i, held in enumerate(state):
            for amount in (0, sizes[i]):
                yield (*state[:i], amount, *state[i + 1 :]), 1
            for j, other in enumerate(state):
                if i != j:
                    poured = min(held, sizes[j] - other)
                    after = list(state)
                    after[i], after[j] = held - poured, other + poured
                    yield tuple(after), 1

    return _least((0,) * len(sizes), lambda state: puzzle.goal in state, steps)


def _crossing(puzzle: Journey) -> int:
    items = [folded(i) for i in puzzle.items]
    quarrels = [{folded(x) for x in pair} for pair in puzzle.quarrels]
    if not 2 <= len(items) <= 8 or len(set(items)) < len(items) or not 1 <= puzzle.seats <= 4:
        raise IllPosed("malformed", "two to eight items and one to four seats are wanted")
    if any(len(pair) != 2 or not pair <= set(items) for pair in quarrels):
        raise IllPosed("unknown_name", "a pair is not made of two of the items")
    everything = frozenset(items)

    def calm(left: frozenset[str]) -> bool:
        return not any(pair <= left for pair in quarrels)

    def loads(bank: frozenset[str]) -> Iterator[frozenset[str]]:
        found = {frozenset[str]()}
        for _ in range(puzzle.seats):
            found |= {load | {item} for load in found for item in bank}
        return iter(sorted(found, key=sorted))

    def steps(state: tuple[frozenset[str], bool]) -> Iterator[tuple[tuple[frozenset[str], bool], int]]:
        near, here = state
        bank = near if here else everything - near
        for load in loads(bank):
            if calm(bank - load):
                yield (near - load if here else near | load, not here), 1

    return _least((everything, True), lambda state: not state[0] and not state[1], steps)


def _routes(puzzle: Journey) -> int:
    roads: dict[str, list[tuple[str, int]]] = {}
    for link in puzzle.links:
        if link.cost < 0:
            raise IllPosed("malformed", "a connection has a negative cost")
        a, b = folded(link.a), folded(link.b)
        roads.setdefault(a, []).append((b, link.cost))
        roads.setdefault(b, [])
        if not link.one_way:
            roads[b].append((a, link.cost))
    start, end = folded(puzzle.start), folded(puzzle.end)
    wanted, shut = frozenset(map(folded, puzzle.through)), set(map(folded, puzzle.avoid))
    if not {start, end, *wanted, *shut} <= roads.keys() or start == end or len(wanted) > 6:
        raise IllPosed("unknown_name", "the way begins, ends or passes where no connection leads")

    def steps(state: tuple[str, frozenset[str]]) -> Iterator[tuple[tuple[str, frozenset[str]], int]]:
        here, left = state
        for there, cost in roads[here]:
            if there not in shut:
                yield (there, left - {there}), cost

    return _least((start, wanted - {start}), lambda state: state[0] == end and not state[1], steps)
