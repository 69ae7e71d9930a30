"""Packing: rows put together into windows, each row whole, so that little of a window is empty."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence


def packed(lengths: Sequence[int], window: int) -> list[list[int]]:
    """Windows as places of rows, the longest rows first, each where it fits best. ValueError for a row longer than the window."""
    if lengths and max(lengths) > window:
        raise ValueError(f"a row of {max(lengths)} tokens is longer than a window of {window}")
    windows: list[list[int]] = []
    room: list[tuple[int, int]] = []
    """Tokens left in a window, and its number; sorted."""
    for place in sorted(range(len(lengths)), key=lambda place: (-lengths[place], place)):
        found = bisect_left(room, (lengths[place], -1))
        left, number = room.pop(found) if found < len(room) else (window, len(windows))
        if number == len(windows):
            windows.append([])
        windows[number].append(place)
        if left := left - lengths[place]:
            insort(room, (left, number))
    return windows
