"""What a judge held of pairs: kept under texts, prompt and judge that it came of, so that no pair is asked about twice."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.curation.judging import CONFIRMED, UNDECIDED, Judge, Pair, Verdicts
from tasks.records import Json
from tasks.records.store import Store

_FILE = "judged"


def open_pairs(pairs: Sequence[Pair], known: Verdicts) -> list[Pair]:
    """The pairs that may have to be asked about: a row's first without a verdict, and those after it, unless one dropped it."""
    dropped = {pair.row for pair in pairs if known.get(pair.key, {}).get("held") in CONFIRMED}
    return [pair for pair in pairs if pair.row not in dropped and pair.key not in known]


def unanswered(asked: Sequence[Pair], found: Verdicts) -> dict[str, Json]:
    """That the pairs are undecided to which the endpoint gave no answer; those after one that dropped the row need none."""
    left = {pair.row: pair for pair in reversed(open_pairs(asked, found))}
    return {
        pair.key: {"held": UNDECIDED, "why": "endpoint_down", "tokens": 0, "cost_usd": 0.0} for pair in left.values()
    }


def write_verdicts(store: Store, folder: str, key: str, found: Verdicts) -> str:
    """Keep the verdicts of a batch; where. It holds no text."""
    path = _place(folder, key)
    store.write_json(path, dict(found))
    return path


def kept_verdicts(store: Store, folder: str, key: str) -> Verdicts:
    """Those of a batch; empty where none are kept."""
    return store.read_json(_place(folder, key)) or {}


def read_verdicts(store: Store, folder: str) -> dict[str, Json]:
    """All verdicts that were ever kept there and decide; of the others it may be asked again."""
    found: dict[str, Json] = {}
    for path in store.files(folder):
        if path.rpartition("/")[2].startswith(f"{_FILE}-"):
            found |= store.read_json(path) or {}
    return {key: each for key, each in found.items() if each["held"] != UNDECIDED}


def _place(folder: str, key: str) -> str:
    return f"{folder}/{_FILE}-{key}.json"


def counted(judge: Judge, pairs: Sequence[Pair], verdicts: Verdicts) -> Json:
    """What a manifest tells: pairs that were judged, rows that were dropped, and what the verdicts took, whenever that was."""
    judged = {pair.key: verdicts[pair.key] for pair in pairs if pair.key in verdicts}
    costs = [each["cost_usd"] for each in judged.values()]
    return {
        "model": judge.model,
        "rows": len({pair.row for pair in pairs}),
        "pairs": len(judged),
        "confirmed": len({pair.row for pair in pairs if verdicts.get(pair.key, {}).get("held") in CONFIRMED}),
        "undecided": sum(each["held"] == UNDECIDED for each in judged.values()),
        "tokens": sum(each["tokens"] for each in judged.values()),
        "cost_usd": None if None in costs else round(sum(costs), 6),
    }
