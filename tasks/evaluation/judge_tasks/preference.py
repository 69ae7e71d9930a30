"""Preference: how often a judge prefers the student's answer to another, asked in both orders, with lengths beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tasks.evaluation.figures import Figure, figure_over
from tasks.evaluation.grades import Preference
from tasks.evaluation.judge_tasks.items import Item, open_ended
from tasks.evaluation.judge_tasks.task import JudgeTask, Verdict, asked, measures
from tasks.evaluation.judging import shown
from tasks.evaluation.orca_bench import Examiner
from tasks.records import Json
from tasks.settings import Evaluating

AGENT = "preference_judge"


async def _weighed(item: Item, answer: str, examiner: Examiner, others: Mapping[str, str]) -> Verdict:
    other = others.get(item.id, item.reference)
    lengths = {"other_words": len(other.split())}
    if not other.strip():
        return {"undecided": "nothing_to_compare", "beside": lengths}
    if other.strip() == answer.strip():
        return {"score": 50.0, "decided_by": "key", "beside": lengths}
    task = {"task": shown(item.record.messages)}
    led = await asked(AGENT, {**task, "first": answer, "second": other}, Preference, examiner)
    if not isinstance(led, Preference):
        return {**led, "beside": lengths}
    followed = await asked(AGENT, {**task, "first": other, "second": answer}, Preference, examiner)
    if not isinstance(followed, Preference):
        return {**followed, "beside": lengths}
    first, second = _share(led.better, "first"), _share(followed.better, "second")
    orders = {"first": first, "second": second}
    return {
        "score": (first + second) / 2,
        "decided_by": "judge",
        "findings": led.findings,
        "beside": {**lengths, **orders},
    }


def _share(better: str, own: str) -> float:
    return 50.0 if better == "tie" else 100.0 * (better == own)


def _figured(rows: Sequence[Json], evaluating: Evaluating, seed: int) -> Figure:
    beside = {
        name: round(sum(found) / len(found), 2) for name, words in _MEANS.items() if (found := measures(rows, words))
    }
    return figure_over(
        rows, "preference", "answers that the judge prefers", "percent", evaluating, seed=seed, beside=beside
    )


_MEANS = {
    "words": "words",
    "words of the other": "other_words",
    "preferred when first, %": "first",
    "preferred when second, %": "second",
}

PREFERENCE = JudgeTask(
    "preference", AGENT, open_ended, _weighed, _figured, nothing={"score": 0.0, "decided_by": "key"}, compares=True
)
