"""Summary: claims of a summary that its text does not support, as the judge finds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tasks.evaluation.figures import Figure, figure_over
from tasks.evaluation.grades import Claims
from tasks.evaluation.judge_tasks.items import Item, summaries
from tasks.evaluation.judge_tasks.task import JudgeTask, Verdict, asked, measures
from tasks.evaluation.judging import shown
from tasks.evaluation.orca_bench import Examiner
from tasks.records import Json
from tasks.settings import Evaluating

AGENT = "summary_judge"


async def _weighed(item: Item, answer: str, examiner: Examiner, others: Mapping[str, str]) -> Verdict:
    found = await asked(AGENT, {"task": shown(item.record.messages), "summary": answer}, Claims, examiner)
    if not isinstance(found, Claims):
        return found
    unsupported = [each for each in found.claims if not each.supported]
    counts = {"claims": len(found.claims), "unsupported": len(unsupported)}
    if not found.claims:
        return {"undecided": "no_claim", "beside": counts}
    told = "; ".join(each.claim for each in unsupported)
    return {"score": 100.0 * bool(unsupported), "decided_by": "judge", "findings": told, "beside": counts}


def _figured(rows: Sequence[Json], evaluating: Evaluating, seed: int) -> Figure:
    beside = {}
    if claims := measures(rows, "claims"):
        unsupported = measures(rows, "unsupported")
        beside["unsupported claims a summary"] = round(sum(unsupported) / len(unsupported), 3)
        beside["claims a summary"] = round(sum(claims) / len(claims), 3)
    return figure_over(
        rows, "summary", "summaries with a claim that the text does not support", "percent", evaluating,
        seed=seed, beside=beside, better="lower",
    )  # fmt: skip


SUMMARY = JudgeTask("summary", AGENT, summaries, _weighed, _figured, nothing={"undecided": "empty_answer"})
"""An empty summary claims nothing: it is no part of the figure, and is told beside it."""
