"""Examination: students answer what was held out, and what they say is scored by programs and a judge.

student -> each shard of held-out rows: answers, scores -> figures, gains over the base -> results, report
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

from prefect import flow
from prefect.states import Completed

from flows.ending import Told, in_one_sentence
from flows.evaluating import (
    Anyway,
    BenchData,
    Compare,
    EvaluateOrder,
    EvaluatingGroup,
    JudgeName,
    JudgeUrl,
    Students,
    TaskNames,
)
from flows.evaluation import Plan, planned
from flows.examination import EXAMINE, Answers, Sitting, held_out, in_task
from flows.home import home, ledger_url
from flows.order import EndpointGroup, MaxCalls, MaxTokens, MaxUsd, Output, RunningGroup, Seed, order_of
from flows.preparation import NotWritable
from flows.session import stops_on_signal
from flows.telling.names import named
from flows.telling.phrases import number
from flows.telling.story import hush, say
from flows.turn import in_turn
from tasks.evaluation.answers import sweep
from tasks.evaluation.figures import orca_bench
from tasks.evaluation.lacking import write_mix
from tasks.evaluation.learnt import learnt_by
from tasks.evaluation.orca_bench import Examiner
from tasks.evaluation.page import REPORT, examples, page
from tasks.evaluation.public import public_results
from tasks.evaluation.results import RESULTS, Examined, as_base, earlier, told_of
from tasks.evaluation.serving import served
from tasks.evaluation.students import Student, identity, trained_against
from tasks.evaluation.trust import trust
from tasks.evaluation.versions import differences
from tasks.records import Json
from tasks.records.store import Store
from tasks.settings import Endpoint, Evaluating, Running
from tasks.teacher import EndpointDown, Teacher, Usage, open_teacher
from tasks.teacher.budget import Budget
from tasks.teacher.work import working


class NotExamined(Told):
    """An examination could not be brought to its end; the message says why and what to do."""


@flow(name="evaluate", flow_run_name=named("out/evaluated", "students"), validate_parameters=False)
@in_one_sentence
async def evaluate(
    students: Students,
    output: Output = "out/evaluated",
    bench: BenchData = "",
    judge: JudgeName = "",
    judge_base_url: JudgeUrl = "",
    tasks: TaskNames = (),
    compare: Compare = "",
    anyway: Anyway = False,
    max_usd: MaxUsd = 0.0,
    max_tokens: MaxTokens = 0,
    max_calls: MaxCalls = 0,
    seed: Seed = 0,
    evaluating: EvaluatingGroup = Evaluating(),  # noqa: B008 (frozen)
    endpoint: EndpointGroup = Endpoint(),  # noqa: B008
    running: RunningGroup = Running(),  # noqa: B008
) -> Json:
    """Examine students on held-out rows and in tasks, and tell what they gain over another.

    Args:
        students: Whom to examine: MODEL@http://host/v1, a model's folder, or a GGUF file.
        output: Where answers, figures and report go: a folder or an fsspec URL; empty for out/evaluated.
        bench: A curated dataset whose held-out rows are asked (Orca-Bench); empty for none.
        judge: The model that scores what no program decides; empty for programs alone.
        judge_base_url: Its OpenAI-compatible endpoint; empty for its provider's, or OpenAI's own.
        tasks: Judge tasks, as NAME or NAME=FILE.jsonl; public ones, as curate knows them or as files of lm-eval's tasks.
        compare: Whom the others are compared with: a student, or the output of an earlier examination.
        anyway: Compare also what was examined by another judge, or with other prompts, rows or versions.
        max_usd: Stop, to be resumed, when the calls have cost as many US dollars; 0 for no bound.
        max_tokens: Stop, to be resumed, after as many tokens; 0 for no bound.
        max_calls: Stop, to be resumed, after as many calls; 0 for no bound.
        seed: Decides which answers are judged in both orders.
        evaluating: How students are examined.
        endpoint: How the endpoints are reached.
        running: How fast they are asked.

    Returns:
        The results: figures of each student, the table and the gains.

    Raises:
        StudentError: A student is none.
        ServingError: A student of this machine cannot be served.
        PublicTaskError: A task is none, or lm-eval is not installed.
        BenchError: There are no held-out rows.
        OtherVersion: What is to be compared was examined otherwise.
        OrderError: A parameter is not what it may be.
    """
    order = order_of(locals(), EvaluateOrder)
    hush()
    plan = planned(order)
    async with in_turn(order.output, partial(held, plan)) as store:
        base = await _earlier(plan)
        taken = Usage()
        found = await _examined(store, plan, taken)
        told = _written(store, plan, found, base, taken)
    message = f"{number(len(order.students), 'student')} examined on {plan.bench.rows:,} held-out rows"
    return Completed(message=message, data=told)  # type: ignore[return-value]  # its data is what a caller gets


async def _earlier(plan: Plan) -> Examined | None:
    """The earlier results to compare with, if such are named."""
    if not plan.earlier:
        return None
    store = Store(plan.earlier)
    told = await asyncio.to_thread(earlier, store)
    return as_base(store, told, plan.versions, plan.order.anyway) if told else None


async def _examined(store: Store, plan: Plan, taken: Usage) -> list[Examined]:
    """Every student, one after the other, since each may need the machine for itself: the one to compare with first."""
    found = list[Examined]()
    others: Answers = {}
    for student in [*([plan.base] if plan.base else []), *plan.students]:
        say(f"Examining {student.name}.")
        try:
            async with asking(plan, student, taken) as teacher:
                examiner = Examiner(teacher, student.name, plan.order.evaluating, plan.order.seed)
                found.append(await _one(store, Sitting(plan, student, examiner), others))
        except EndpointDown as down:
            raise NotExamined(f"{down}: run the same command again, it pays nothing twice") from None
    return found


async def _one(store: Store, sitting: Sitting, others: Answers) -> Examined:
    """A student's figures and answers; `others` are those of the student to compare with, which add to them."""
    plan = sitting.plan
    rows = await held_out(store, sitting)
    figures = [orca_bench(rows, plan.order.evaluating, plan.bench.digest, plan.order.seed)] if rows else []
    for wanted in plan.tasks:
        figures += await in_task(store, sitting, wanted, others)
    with working(EXAMINE):
        figures += await public_results(sitting.examiner.teacher, plan.public, plan.order.evaluating, say)
    sweep(store, sitting.student.folder, sitting.files)
    student, data = sitting.student, plan.bench.against if plan.order.bench and sitting.student != plan.base else None
    trusted = await _trust(sitting)
    return Examined(student.name, figures, rows, trained_against(student, data), learnt_by(student, say), trusted)


async def _trust(sitting: Sitting) -> Json:
    """Whether the judge can be trusted; after the first student the ledger has what it said."""
    rows = [row for shard in sitting.plan.bench.shards for row in shard.rows]
    with working(EXAMINE):
        return await trust(rows, sitting.examiner.teacher, sitting.plan.order.seed)


def _written(store: Store, plan: Plan, found: list[Examined], base: Examined | None, taken: Usage) -> Json:
    """Write what they came to; the results."""
    if plan.base:
        base, *found = found
    told = told_of(found, base, plan.versions, plan.order.evaluating, plan.order.seed)
    told |= {"apart": _apart(plan), "usage": taken.by_step(), "weakness": write_mix(store, found, base)}
    store.write(REPORT, page(told, examples(found)))
    store.write_json(RESULTS, told)
    return told


def _apart(plan: Plan) -> list[str]:
    """What the earlier results that are compared with were examined otherwise in; told beside the table."""
    told = earlier(Store(plan.earlier)) if plan.earlier else None
    return differences(plan.versions, told["versions"]) if told else []


@asynccontextmanager
async def asking(plan: Plan, student: Student, taken: Usage) -> AsyncIterator[Teacher]:
    """A teacher whose own endpoint is the student, served for as long if it is on this machine, within what the others have left
    of the budget; `taken` grows by its use."""
    order, ledger = plan.order, ledger_url(plan.settings.ledger)
    bound = Budget(order.max_usd, order.max_tokens, order.max_calls)
    async with AsyncExitStack() as stack:
        serving = served(Path(student.path), student.model, say)
        here = await stack.enter_async_context(serving) if student.path else None
        address = here.base_url if here else student.base_url
        settings = here.suited(plan.settings) if here else plan.settings
        teacher = open_teacher(student.model, address, settings, ledger, bound, taken)
        stack.push_async_callback(teacher.close)
        teacher.endpoint.name = identity(student)
        if here:
            here.on_death(teacher.stop)
        with stops_on_signal(teacher):
            yield teacher


@contextmanager
def held(plan: Plan) -> Iterator[Store]:
    """The output, held against other runs; NotWritable, in a sentence, for one that cannot be had."""
    output = plan.order.output
    try:
        store = Store(output)
    except (ImportError, ValueError) as error:
        raise NotWritable(f"cannot write to {output}: {error}; choose another --output") from error
    if store.read_json("manifest.json") is not None:
        raise NotWritable(f"{output} holds a run or a dataset: choose another --output")
    found = earlier(store)
    apart = differences(plan.versions, found["versions"]) if found else []
    if apart and not plan.order.anyway:
        raise NotWritable(
            f"{output} holds results of {', '.join(apart)}: choose another --output, or add --anyway to replace them"
        )
    with ExitStack() as stack:
        try:
            stack.enter_context(store.locked(home()))
        except OSError as error:
            raise NotWritable(f"cannot write to {output}: {error.strerror or error}; choose another --output") from None
        yield store
