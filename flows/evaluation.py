"""An examination before it starts: who is examined by what, and what the figures depend on."""

from __future__ import annotations

from dataclasses import dataclass

from flows.evaluating import EvaluateOrder
from tasks.evaluation.bench import Bench, bench_of
from tasks.evaluation.judging import ORCA_BENCH_JUDGE
from tasks.evaluation.named import TaskError, Wanted, is_judged, wanted
from tasks.evaluation.public import check_tasks, is_public
from tasks.evaluation.results import RESULTS
from tasks.evaluation.students import Student, students_of
from tasks.evaluation.versions import versions
from tasks.records import Json
from tasks.records.store import Store
from tasks.settings import Settings
from tasks.teacher.endpoints import shares_address
from tasks.teacher.endpoints.openai_compatible import OPENAI


@dataclass(frozen=True)
class Plan:
    """An examination before it starts."""

    order: EvaluateOrder
    students: list[Student]
    base: Student | None
    """The student to compare with, if it is examined as well."""
    earlier: str
    """The folder of earlier results to compare with, else empty."""
    bench: Bench
    settings: Settings
    versions: Json
    tasks: list[Wanted]
    """Those that a judge or a program of ours decides."""
    public: list[str]
    """Those that lm-eval reckons."""

    @property
    def everybody(self) -> list[Student]:
        return [*self.students, *([self.base] if self.base else [])]


def planned(order: EvaluateOrder) -> Plan:
    """What the order comes to; ValueError, in a sentence, for what cannot be had."""
    earlier = order.compare if _holds_results(order.compare) else ""
    words = [*order.students, *([order.compare] if order.compare and not earlier else [])]
    found = students_of(words)
    public = [name for name in order.tasks if not is_judged(name) and is_public(name)]
    check_tasks(public)
    bench = bench_of(order.bench, order.evaluating.rows) if order.bench else Bench((), ())
    settings = Settings.of(order.endpoint, order.running).model_copy(update=_judge(order))
    judge = f"{order.judge}@{settings.judge_base_url}" if order.judge else ""
    asked = wanted([name for name in order.tasks if name not in public], bench, order.judge)
    agents = [ORCA_BENCH_JUDGE, *(each.task.agent for each in asked)]
    told = versions(bench.digest, judge, agents, order.evaluating, order.seed)
    if not (bench.shards or asked or public):
        raise TaskError("nothing to examine by: name --bench DATA, or --tasks")
    count = len(order.students)
    base = found[count] if len(found) > count else None
    return Plan(order, found[:count], base, earlier, bench, settings, told, asked, public)


def _holds_results(place: str) -> bool:
    """Whether earlier results lie there; the address or the file of a student is no place for them."""
    try:
        return bool(place and Store(place).read_json(RESULTS))
    except (ImportError, ValueError, OSError):
        return False


def _judge(order: EvaluateOrder) -> Json:
    """The settings of the judge, whose address is its provider's or OpenAI's own where none is given: never a student's."""
    if not order.judge:
        return {"judge_model": "", "judge_base_url": ""}
    own = OPENAI if shares_address("model", order.judge) else ""
    address = order.judge_base_url or own
    return {"judge_model": order.judge, "judge_base_url": address, "max_tokens": order.evaluating.judge_tokens}
