"""Search over 100,000 made-up pieces: how long the index takes to build and to open, its memory, and how fast it answers."""

from __future__ import annotations

import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import accumulate, islice
from pathlib import Path

from tasks.records import Record, Source
from tasks.tools.search.index import open_index

PIECES, WORDS, VOCABULARY = 100_000, 120, 200_000
QUERIES = 300


def pieces() -> Iterator[Record]:
    """Pieces of about 120 words; the word of rank r comes up about as often as 1/r, as in natural text."""
    draw = random.Random(0)
    vocabulary = _vocabulary()
    weights = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
    for number in range(PIECES):
        text = " ".join(draw.choices(vocabulary, cum_weights=weights, k=draw.randint(WORDS - 40, WORDS + 40)))
        source = Source(id=f"{number // 4:08x}", uri=f"/documents/{number // 4}.txt", kind="text")
        yield Record(id=f"{number:08x}", source=source, passage=text)


def queries(words: int) -> Iterator[str]:
    """Queries of so many words of middling rarity, such as people search for."""
    draw, vocabulary = random.Random(1), _vocabulary()
    for _ in range(QUERIES):
        yield " ".join(vocabulary[int(10 ** draw.uniform(1.5, 4.5))] for _ in range(words))


def _vocabulary() -> list[str]:
    draw = random.Random(2)
    syllables = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
    words = dict.fromkeys("".join(draw.choices(syllables, k=draw.randint(2, 5))) for _ in range(2 * VOCABULARY))
    return list(words)[:VOCABULARY]


def build(folder: Path) -> None:
    """Build the index and print seconds, without those that drawing the pieces takes, and peak memory."""
    drawing = _timed(lambda: sum(1 for _ in pieces()))
    built = _timed(open_index(folder, lambda: "made-up", pieces).files)
    size = sum(path.stat().st_size for path in folder.rglob("*.*") if path.is_file()) / 1e6
    print(f"built: {built - drawing:.1f} s, {_peak():.0f} MB peak, {size:.0f} MB on disk")


def ask(folder: Path) -> None:
    """Open the index and print the time to answer."""
    index = open_index(folder, lambda: "made-up", pieces)
    print(f"opened: {_timed(index.files):.2f} s")
    for words in (3, 8, 30):
        times = sorted(1000 * _timed(partial(index.search, query)) for query in queries(words))
        middle, slow = statistics.median(times), times[len(times) * 99 // 100]
        print(f"{words:>3} words a query: {middle:.1f} ms in the middle, {slow:.1f} ms at 99 %")
    times = [1000 * _timed(partial(index.passages, piece.passage)) for piece in islice(pieces(), QUERIES)]
    print(f"  a whole piece: {statistics.median(times):.1f} ms in the middle; {_peak():.0f} MB peak")


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Build in one process, ask in another, each with a memory of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for part in ("build", "ask"):
            command = [sys.executable, "-m", "benchmarks.search", part, folder]
            subprocess.run(command, check=True, cwd=Path(__file__).parent.parent, env=os.environ)


if __name__ == "__main__":
    {"build": build, "ask": ask}[sys.argv[1]](Path(sys.argv[2])) if len(sys.argv) == 3 else main()
