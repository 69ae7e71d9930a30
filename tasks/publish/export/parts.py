"""Dealing rows to `train`, `test` ... by the document they come from, so that no document is on both sides."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.records import digest

TRAIN = "train"


def read_shares(text: str) -> dict[str, float]:
    """The shares in `test=0.1,validation=0.05`; what they leave of 1 is the share of `train`. ValueError tells what is wrong."""
    shares: dict[str, float] = {}
    for word in filter(None, (word.strip() for word in text.split(","))):
        name, _, value = word.partition("=")
        try:
            share = float(value)
        except ValueError:
            share = 0.0
        if not name.isidentifier() or not 0 < share < 1 or name in shares:
            raise ValueError(f"--split takes NAME=SHARE with shares between 0 and 1, as in test=0.1; saw '{word}'")
        shares[name] = share
    rest = round(1 - sum(shares.values()), 9)
    if rest < 0 or (TRAIN in shares and rest):
        raise ValueError(f"the shares of --split must add up to 1, or to less where train is not named; saw '{text}'")
    return {**({TRAIN: rest} if rest else {}), **shares}


def deal(rows: Mapping[str, int], shares: Mapping[str, float]) -> dict[str, str]:
    """Document -> part, from the rows that each document has; each part gets a document at least, ValueError if there are fewer.

    Documents are drawn by their hash: of a run that grew, those that were in a part stay in it as far as its share allows.
    """
    names = sorted(shares, key=lambda name: shares[name])
    if len(rows) < len(names):
        raise ValueError(
            f"{len(rows)} document{'s' * (len(rows) != 1)} cannot be dealt to {len(names)} parts: leave out --split"
        )
    waiting = sorted(rows, key=lambda document: digest("part", document))
    total, dealt = sum(rows.values()), {}
    for place, name in enumerate(names[:-1]):
        had = 0
        while len(waiting) > len(names) - place - 1 and (not had or had < shares[name] * total):
            document = waiting.pop(0)
            dealt[document] = name
            had += rows[document]
    return {**dealt, **dict.fromkeys(waiting, names[-1])}
