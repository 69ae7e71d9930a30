"""Documents for benchmarks: as many as wanted, each different, each a few hundred words that a task can be made of."""

from __future__ import annotations

import random
from pathlib import Path

PLACES = [
    "Bergen",
    "Oulu",
    "Lisbon",
    "Ghent",
    "Porto",
    "Tartu",
    "Gdansk",
    "Cork",
    "Trieste",
    "Malmo",
    "Bilbao",
    "Graz",
    "Nantes",
    "Leeds",
    "Turku",
    "Basel",
]
THINGS = [
    "ferry",
    "harbour",
    "archive",
    "orchard",
    "observatory",
    "tramway",
    "reservoir",
    "market",
    "quarry",
    "lighthouse",
    "laboratory",
    "bakery",
]
VERBS = [
    "opened",
    "closed",
    "rebuilt",
    "extended",
    "measured",
    "repaired",
    "surveyed",
    "leased",
    "restored",
    "inspected",
]
BODIES = [
    "the council",
    "the port authority",
    "a cooperative",
    "the university",
    "two engineers",
    "the museum",
    "the guild",
]
REASONS = [
    "after a storm",
    "to save fuel",
    "for the harvest",
    "at a loss",
    "ahead of time",
    "with borrowed tools",
    "in a dry year",
]


def write_corpus(folder: Path, count: int, words: int = 500, seed: int = 0) -> Path:
    """`count` text files of about `words` words each; the same for the same seed."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        draw = random.Random(f"{seed}-{number}")
        sentences = [f"Report {number} tells what became of the {draw.choice(THINGS)} of {draw.choice(PLACES)}."]
        while sum(sentence.count(" ") + 1 for sentence in sentences) < words:
            sentences.append(
                f"In {draw.randint(1890, 2024)} {draw.choice(BODIES)} {draw.choice(VERBS)} the {draw.choice(THINGS)} "
                f"of {draw.choice(PLACES)} {draw.choice(REASONS)}, at a cost of {draw.randint(12, 990)} thousand, "
                f"and {draw.randint(2, 60)} people took part."
            )
        paragraphs = [" ".join(sentences[i : i + 5]) for i in range(0, len(sentences), 5)]
        (folder / f"report-{number:05d}.txt").write_text("\n\n".join(paragraphs) + "\n", encoding="utf-8")
    return folder
