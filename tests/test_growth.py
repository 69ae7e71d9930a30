"""What measures growth tells quadratic work from linear work, also where a long text is cut down first."""

from __future__ import annotations

import pytest

from tests.growth import LIMIT, Repeated, growth


def once_over(text: str) -> int:
    return sum(ord(letter) for letter in text)


def for_each_piece(text: str) -> int:
    """As much as `text` is long, for each 20 characters of it."""
    return sum(text.count("ab") for _ in range(len(text) // 20))


@pytest.mark.parametrize("times", [2_000, 1_000_000])
def test_linear_work_is_within_the_limit(times: int) -> None:
    assert growth(once_over, Repeated("x", times)) < LIMIT


@pytest.mark.parametrize("times", [2_500, 5_000])
def test_quadratic_work_is_not(times: int) -> None:
    assert growth(for_each_piece, Repeated("x", times)) > LIMIT
