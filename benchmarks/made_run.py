"""A run directory of any size with made-up words in it: every step, edits, rejects, judged and repaired responses."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

from prompts import load
from tasks.publish.publish import Parts
from tasks.publish.rows import DATASET, REJECTED, dataset_row, reject_row
from tasks.records import Json, Record, Reject, Source, derive, identified
from tasks.records.store import Store

SKILL = "reading_comprehension"
STEPS = ("documents", "transform", "instruct", "refine", "respond", "verify")
_DOCUMENTS_PER_SHARD = 20
_TASKS = 3
"""Tasks of a passage; each has an edit, and of six rows one is a reject."""
Items = list[Record | Reject]


class MadeRun:
    """Documents of a few hundred words; `extra` are texts that each stand in one document, its task and its answer."""

    def __init__(self, extra: Sequence[str] = (), words: int = 300) -> None:
        self._draw, self._words, self._extra = random.Random(0), words, extra
        self._vocabulary = _vocabulary()
        self._weights = list(accumulate(1 / rank for rank in range(1, len(self._vocabulary) + 1)))
        self._types = [task_type.name for task_type in load(SKILL).task_types]

    def write(self, output: str, rows: int) -> Store:
        """A finished run with at least so many rows, and a fifth as many rejects."""
        store, counts = Store(output), Counter[str]()
        with Parts(store, f"dataset/{SKILL}", DATASET) as accepted, Parts(store, "rejected", REJECTED) as rejected:
            number = 0
            while counts["rows"] < rows:
                steps: dict[str, Items] = {step: [] for step in STEPS}
                for _ in range(_DOCUMENTS_PER_SHARD):
                    if counts["rows"] < rows:
                        self._document(number, steps)
                        number += 1
                        counts["rows"] = counts["rows"] + sum(
                            isinstance(i, Record) for i in steps["verify"][-2 * _TASKS :]
                        )
                for step, items in steps.items():
                    store.write_shard(step, f"{number:06d}", items, {})
                for item in steps["verify"]:
                    if isinstance(item, Record):
                        accepted.add(dataset_row(item))
                    else:
                        rejected.add(reject_row(item))
                        counts[item.reason] += 1
        reasons = {name: count for name, count in counts.items() if name != "rows"}
        store.write_json("manifest.json", _manifest(number, counts["rows"], reasons))
        return store

    def _document(self, number: int, steps: dict[str, Items]) -> None:
        own = self._extra[number] if number < len(self._extra) else ""
        source = Source(
            id=f"{number:016x}",
            uri=f"documents/{number}.txt",
            kind="text",
            title=own or f"Document {number}",
            end=2_000,
        )
        piece = identified(Record(source=source, skill=SKILL, passage=self._text(own)))
        written = self._text(own)
        passage = derive(piece, _call("transform", "transform/argument_passage", number), passage=written,
                         transformation="argument_passage")  # fmt: skip
        steps["documents"].append(piece)
        steps["transform"].append(passage)
        for place in range(_TASKS):
            self._task(passage, own, number, place, steps)

    def _task(self, passage: Record, own: str, number: int, place: int, steps: dict[str, Items]) -> None:
        key = passage.passage.split(". ")[place]
        asked = derive(
            passage, _call("instruct", "instruct", number, place), task_type=self._draw.choice(self._types),
            answer_form="span", instruction=f"{own} {self._said(12)}?".strip(), key=[key[:60]], evidence=[key],
            difficulty=self._draw.choice(["easy", "medium", "hard"]), axes={"register": "neutral"},
        )  # fmt: skip
        suggested = {
            **_call("refine", "suggest", number, place),
            "goal": "harder",
            "suggestion": f"{own} {self._said(15)}",
        }
        edited = derive(
            asked,
            suggested,
            _call("refine", "edit", number, place),
            instruction=f"{asked.instruction} {self._said(8)}.",
        )
        steps["instruct"].append(asked)
        steps["refine"] += [asked, edited]
        for task in (asked, edited):
            self._answer(task, own, number, place, steps)

    def _answer(self, task: Record, own: str, number: int, place: int, steps: dict[str, Items]) -> None:
        spoken = [
            {"role": "user", "content": f"{task.passage}\n\n{task.instruction}"},
            {"role": "assistant", "content": f"{own} {self._said(self._draw.randint(20, 150))}".strip()},
        ]
        answered = derive(task, _call("respond", "respond", number, place), messages=spoken)
        steps["respond"].append(answered)
        fails = task.parent != "" and place == 2 and "refine" in {event["step"] for event in task.lineage}
        score = self._draw.randint(2, 6) if fails else self._draw.randint(7, 10)
        verdict: Json = {"criterion": "correct", "finding": self._said(9), "met": not fails}
        read = {**_call("verify", "judge", number, place), "verdicts": [verdict], "score": score}
        quality = {"score": score}
        if fails:
            record = replace(answered, quality=quality, lineage=[*answered.lineage, read])
            steps["verify"].append(
                Reject(record=record, step="verify", reason="judge", detail=f"score {score}, below 7")
            )
            return
        earlier = {"messages": [*spoken[:1], {"role": "assistant", "content": self._said(30)}], "why": "complete",
                   "finding": "it stops in a sentence", "repaired": True}  # fmt: skip
        steps["verify"].append(
            derive(
                answered, read, {"step": "verify", "note": "passed"}, quality=quality,
                checks={"complete": "pass", "judge": "pass", "guess": "skip: switched off"},
                alternatives=[earlier] if place == 1 else [],
            )
        )  # fmt: skip

    def _text(self, own: str) -> str:
        sentences = (self._said(self._draw.randint(8, 24)).capitalize() for _ in range(self._words // 16))
        return ". ".join([*([own] if own else []), *sentences]) + "."

    def _said(self, words: int) -> str:
        return " ".join(self._draw.choices(self._vocabulary, cum_weights=self._weights, k=words))


def _call(step: str, agent: str, *parts: Any) -> Json:
    return {
        "step": step, "agent": agent, "prompt": "0123456789abcdef", "model": "made-up", "prompt_tokens": 900,
        "call": f"{agent}-{'-'.join(map(str, parts))}", "completion_tokens": 200, "cost_usd": 0.0005,
    }  # fmt: skip


def _manifest(documents: int, rows: int, reasons: Json) -> Json:
    """As much of a manifest as readers of a directory need."""
    return {
        "skill": SKILL, "skills": {SKILL: {"accepted": rows}}, "accepted": rows, "rejected": reasons, "complete": True,
        "documents": {"read": documents, "used": documents}, "settings": {"judge_threshold": 7},
        "teacher": {"model": "made-up"}, "seed": 0,
    }  # fmt: skip


def _vocabulary() -> list[str]:
    draw = random.Random(2)
    syllables = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]

    def words() -> Iterator[str]:
        for _ in range(6_000):
            yield "".join(draw.choices(syllables, k=draw.randint(1, 4)))

    return list(dict.fromkeys(words()))
