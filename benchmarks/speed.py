"""What has to be quick: the catalogue, the reading of files, and texts that were made to cost time."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import prompts
from benchmarks.corpus import write_corpus
from tasks.answers.equivalence import same_value
from tasks.documents import read
from tasks.documents.discover import discover
from tasks.settings import Settings
from tasks.tools.calculator import MOST_CHARACTERS, CalculatorError, evaluate

ANSWERS = [
    "5" * 10**6,
    "9^9^9^9",
    "9^{9^{9}}",
    "((((" * 10**5,
    "\\frac{1}{" * 1000,
    "10000!",
    "(9^999)^999",
    "{" * 250,
    "-" * 290,
]
"""Answers that no key is compared with."""

EXPRESSIONS = [
    "9**9**9**9",
    "9^999999999",
    "0.5^99999999999",
    "10000!",
    "((9!)!)!",
    "1e999999999",
    "1e-999999999",
    "9" * 500,
    "9" * 1_000_000,
    "(" * 500,
    "-" * 900 + "1",
    "2^" * 450 + "2",
    "((" * 100 + "1" + "))" * 100,
    "sqrt(" * 100 + "2" + ")" * 100,
    "lcm(" + ", ".join(str(n) for n in range(700, 900)) + ")",
    "comb(1000000, 500000)",
    "perm(2000, 2000)",
    "exp(10^9)",
    "sin(1e300)",
    "round(1, 10^9)",
    "1e400 * 1e400 * 1e400",
    "comb(2001,1000)",
    "sum(" + "1," * 400 + "1)",
    " " * 100_000,
]
"""Expressions that the calculator refuses."""

FILES = 300
HEAVY_PARTS = [
    "(9^150)^(1/3)",
    "2^0.37",
    "comb(999,99)",
    "400!/399!",
    "(7/9)^999",
    "log(9^999,9)",
    "stdev(1/3,1/7)",
    "1/1e399",
]
"""What makes the slowest sums of those that the calculator takes."""


def longest(part: str) -> str:
    """The longest sum of this part that the calculator takes."""
    return "+".join([part] * (MOST_CHARACTERS // (len(part) + 1)))


def main() -> None:
    """Print the slowest of each sort, in milliseconds of processor time."""
    with tempfile.TemporaryDirectory() as folder:
        write_corpus(Path(folder), FILES)
        _print(f"{FILES} plain files are read", _read, [folder])
    _print("the catalogue is loaded", _load, [str(prompts.ROOT)])
    sums = [longest(part) for part in HEAVY_PARTS]
    for told, work, texts in (
        ("answers that are not compared", lambda text: same_value("5", text), ANSWERS),
        ("expressions that are refused", _refused, EXPRESSIONS),
        ("the longest expressions", evaluate, sums),
    ):
        _print(told, work, texts)


def _read(folder: str) -> None:
    assert (
        sum(
            len(document.pieces)
            for document in read(discover([folder]), Settings(), kinds=("text",), skill="", limit=0)
        )
        >= FILES
    )


def _load(folder: str) -> None:
    prompts.use(folder)  # forgets what was loaded
    for name in prompts.names():
        prompts.load(name)


def _refused(expression: str) -> None:
    try:
        evaluate(expression)
    except CalculatorError:
        return
    raise AssertionError(f"{expression[:60]} has a value")


def _print(told: str, work: Callable[[str], object], texts: Sequence[str]) -> None:
    taken = {text: min(_seconds(work, text) for _ in range(3)) for text in texts}
    slowest = max(taken, key=lambda text: taken[text])
    print(f"{told:<32} {1000 * taken[slowest]:8.1f} ms for {slowest[:40]}")


def _seconds(work: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    work(text)
    return time.thread_time() - began


if __name__ == "__main__":
    main()
